"""The page of a case, without a browser: what its forms start with, and what becomes of what is typed."""

import pytest
from streamlit.testing.v1 import AppTest

from core import cases, db
from dashboard import pieces
from tests import builders
from tests.builders import CLEO, MINA, SAM, as_owner, id_of, ids_of, who
from tests.serving import Opened


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


def test_the_history_says_a_day_as_the_page_does():
    assert pieces._in_words("remedy_by", "2026-12-01", {}) == "Tue 1 Dec 2026"
