"""The page of a case, without a browser: what its forms start with, and what becomes of what is typed."""

import pytest
from streamlit.testing.v1 import AppTest

from core import cases, db, event_words, retention
from core.actions import ACTIONS
from core.workflow import moves_open
from dashboard.actions import reasons
from tests import builders
from tests.builders import ADA, CLEO, DARA, MINA, SAM, as_owner, id_of, ids_of, who
from tests.serving import Opened
from tests.test_pages import words_on


@pytest.fixture
def open_case(open_page: Opened) -> Opened:
    """The page of the complaint with this number as one of the cast opens it."""
    return lambda number, name=SAM: open_page("complaint", name, no=number)


def press(page: AppTest, key: str) -> AppTest:
    return page.button(key=key).click().run()


def committed(build, *arguments, **said):
    with db.begin() as conn:
        return build(conn, *arguments, **said)


def test_a_subject_who_has_left_stays_named_when_something_else_is_corrected(open_case):
    """Were the name lost, everybody on the staff could read the complaint."""
    with db.begin() as conn:
        case = builders.received(conn, CLEO, subject_ids=ids_of(conn, SAM))
        with as_owner(conn):
            builders.leaves(conn, SAM)
    page = press(open_case(case.request_no, MINA), f"do {case.id} correct_details")
    page.text_area(key=f"form {case.id} correct_details note").set_value("Another category.").run()
    press(page, "submit")
    with db.begin() as conn:
        assert builders.last(conn, case).note == "Another category."
        assert cases.get(conn, case.id, who(conn, MINA)).subject_ids == [id_of(conn, SAM)]


def test_what_is_typed_in_two_tabs_is_kept_from_both(open_case):
    case = committed(builders.investigating)
    one, other = (press(open_case(case.request_no, SAM), f"do {case.id} record_finding") for _ in range(2))
    one.text_area(key=f"form {case.id} record_finding finding_summary").set_value("From the one tab.").run()
    other.text_area(key=f"form {case.id} record_finding sources_checked").set_value("From the other.").run()
    with db.begin() as conn:
        draft = cases.drafts(conn, case.id, who(conn, SAM))["record_finding"]
    assert (draft["finding_summary"], draft["sources_checked"]) == ("From the one tab.", "From the other.")


def test_a_draft_that_was_emptied_is_none(open_case):
    case = committed(builders.investigating)
    page = press(open_case(case.request_no, SAM), f"do {case.id} add_note")
    note = f"form {case.id} add_note note"
    page.text_area(key=note).set_value("Half a thought").run()
    assert "Add note · draft" in [button.label for button in page.button]
    page.text_area(key=note).set_value("").run()
    assert "Add note · draft" not in [button.label for button in page.button]


def test_why_buttons_are_disabled_is_told_once_for_each_reason(conn):
    told = lambda case, name: reasons(moves_open(case, who(conn, name)))  # noqa: E731
    of_ada = told(builders.received(conn), ADA)
    assert of_ada["This step is for directors, managers and supervisors."][0] == "Take"
    of_sam = told(builders.investigating(conn), SAM)
    assert of_sam['Record the finding first: "A full investigation will be completed."'][:2] == [
        "Send response by email",
        "Record response given",
    ]


def test_a_reason_never_denies_a_role_what_its_move_is_for(conn):
    options = moves_open(builders.investigating(conn), who(conn, ADA))
    by_label = {ACTIONS[option.move.action].label: option.move for option in options}
    for why, labels in reasons(options).items():
        if why.startswith("This step is for"):
            for label in labels:
                assert all(f"{role.replace('_', ' ')}s" in why for role in by_label[label].who), (why, label)


def test_the_page_says_first_who_can_do_it_and_then_what(open_case):
    case = committed(builders.received)
    said = "\n".join(caption.value.replace("\\", "") for caption in open_case(case.request_no, ADA).caption)
    assert "This step is for directors, managers and supervisors (Take)." in said


def test_a_legal_hold_is_told_on_the_head_of_its_case_and_lifted_there(open_case):
    case = committed(builders.responded)
    with db.begin() as conn:
        retention.hold(conn, case.request_no, "hold", by=who(conn, ADA), why="Court file 12.")
    assert "Court file 12." in words_on(open_case(case.request_no, SAM)).split("History")[0]
    assert f"do {case.id} lift_hold" not in [button.key for button in open_case(case.request_no, SAM).button]
    page = press(open_case(case.request_no, DARA), f"do {case.id} lift_hold")
    assert [error.value for error in page.error] == [r"Say why\."]
    page.text_input(key=f"form {case.id} lift_hold note").set_value("The court is done.").run()
    assert "On legal hold" not in words_on(press(page, f"do {case.id} lift_hold"))
    with db.begin() as conn:
        last = builders.last(conn, case)
    assert (last.action, last.note) == ("lift_hold", "The court is done.")


def test_the_history_says_a_day_as_the_page_does():
    assert event_words._in_words("remedy_by", "2026-12-01", {}) == "Tue 1 Dec 2026"
