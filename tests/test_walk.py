"""What a supervisor, a team lead, a director and a viewer read first: the worst on top, counts that add up, one way forward."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection

from core import board, db, forwarding, letter_check, letter_desk, letters, praise
from core.actions import hint
from core.kinds import Kind
from dashboard import lead_list
from tests import builders
from tests.builders import (
    CLEO,
    DARA,
    MINA,
    NADIA,
    SAM,
    TARIQ,
    VIC,
    does,
    form,
    id_of,
    ids_of,
    on,
    refused,
    responded,
    who,
)
from tests.serving import Opened
from tests.test_pages import words_on

MON_3_NOV = date(2025, 11, 3)


# The worst first


def test_a_team_lead_reads_what_is_nearest_to_its_due_date_first_and_what_is_done_last(conn: Connection):
    on(conn, MON_3_NOV)
    old = builders.forwarded(conn)  # asked for no reply: nothing runs
    late = builders.forwarded(conn, reply_requested=True)
    done = does(
        conn, builders.forwarded(conn, reply_requested=True), "record_outcome", TARIQ, **form(conn, "record_outcome")
    )
    on(conn, MON_3_NOV + timedelta(15))
    soon = does(conn, builders.forwarded(conn, reply_requested=True), "acknowledge_forward", TARIQ)
    mine = forwarding.mine(conn, who(conn, TARIQ))
    assert [row.id for row in mine] == [late.id, soon.id, old.id, done.id]
    assert lead_list.counted(mine) == "4 in all: 2 to acknowledge, 1 to act on, 1 done or closed."


def test_praise_that_asked_for_a_reply_is_forwarded_and_handed_on_first(conn: Connection):
    on(conn, MON_3_NOV)
    for made, listed, by in (
        (builders.compliment, praise.to_forward, MINA),
        (builders.praised, praise.to_hand_on, SAM),
    ):
        made(conn)
        asked = made(conn, reply_requested=True)
        assert listed(conn, who(conn, by))[0].id == asked.id


# Counts that are true


def test_a_viewer_reads_what_is_open_of_everybody_and_not_the_zeros_of_what_they_may_see(open_page: Opened):
    with db.begin() as conn:
        builders.received(conn)
        builders.investigating(conn, subject_ids=ids_of(conn, NADIA))
    page = open_page("today", VIC)
    assert not page.exception
    assert {metric.label: metric.value for metric in page.metric} == {
        "Open": "2",
        "Overdue": "0",
        "Due in 2 days": "0",
        "Nobody's yet": "1",
    }


def test_a_tile_says_that_it_counts_what_its_reader_sees(open_page: Opened):
    with db.begin() as conn:
        on(conn, MON_3_NOV)
        builders.received(conn)
        builders.investigating(conn, subject_ids=ids_of(conn, NADIA))
    page = open_page("today", CLEO)
    tiles = {metric.label: metric.value for metric in page.metric}
    with db.begin() as conn:
        assert tiles["Overdue, all you see"] == str(board.count(conn, {"when": "overdue"}, who(conn, CLEO))) == "1"
    assert "everybody" not in str(tiles) and "only for those who handle them" in words_on(page)


# One way forward


def primary(page: object) -> list[str]:
    return [button.label for button in page.button if button.proto.type == "primary"]  # type: ignore[attr-defined]


def test_a_case_has_one_primary_button_whatever_is_open(open_page: Opened):
    with db.begin() as conn:
        number = builders.with_steps(conn).request_no
        case = builders.cases.find(conn, number, who(conn, SAM))
    page = open_page("complaint", SAM, no=number)
    assert primary(page) == ["Send response by email"]
    page.button(key=f"do {case.id} record_response").click().run()
    assert primary(page) == ["Record response given"] and page.button(key="submit").proto.type == "primary"
    page.button(key="cancel").click().run()
    with db.begin() as conn:
        does(conn, case, "draft_letter", SAM)
    page = open_page("complaint", SAM, no=number)
    assert primary(page) == ["Ask for a second pair of eyes"]
    page.button(key=f"do {case.id} add_note").click().run()
    assert primary(page) == ["Add note"]


def test_an_ended_case_invites_nobody_to_reopen_it(open_page: Opened):
    with db.begin() as conn:
        number = responded(conn).request_no
    assert primary(open_page("complaint", SAM, no=number)) == []


def test_beside_a_button_that_waits_stands_what_is_missing(open_page: Opened):
    with db.begin() as conn:
        case = does(conn, builders.decided(conn), "draft_letter", MINA)
        letter_desk.write(conn, case.id, {"findings": "", "decision": ""}, by=who(conn, MINA))
    page = open_page("escalation", MINA, no=case.request_no)
    assert page.button(key=f"do {case.id} ask").disabled
    captions = [caption.value for caption in page.caption]
    assert any(caption.startswith("Not yet: ") for caption in captions), captions


# What leaves, and what only looks so


def test_a_response_that_nothing_can_send_says_so_before_it_is_written(open_page: Opened, monkeypatch):
    with db.begin() as conn:
        case = builders.with_steps(conn)
    page = open_page("complaint", SAM, no=case.request_no)
    page.button(key=f"do {case.id} send_response").click().run()
    assert any("kept in the outbox" in caption.value for caption in page.caption)
    monkeypatch.setenv("SMTP_URL", "smtp://127.0.0.1:2525")
    assert not any("kept in the outbox" in caption.value for caption in page.run().caption)


# Empty pages, and small words


@pytest.mark.parametrize(("room", "name", "says"), [
    ("today", SAM, "written down on the page Intake"), ("queue", SAM, "written down on the page Intake"), ("workload", DARA, "written down on the page Intake"),
    ("compliance", DARA, "Choose another period."), ("learning", DARA, "something else"), ("letters", MINA, "Draft letter"), ("mine", TARIQ, "it appears here"),
])  # fmt: skip
def test_a_page_with_nothing_on_it_says_what_to_do_next(open_page: Opened, room: str, name: str, says: str):
    page = open_page(room, name)
    assert not page.exception and says in words_on(page)
    assert "remove a filter" not in words_on(page) and "whole list" not in str(page.button)


def test_a_hint_speaks_of_the_kind_of_case_it_stands_on():
    assert "team lead" in hint("forward", Kind.COMMENT) and "team lead" not in hint("forward", Kind.COMPLIMENT)
    assert hint("take", Kind.COMMENT) == hint("take", Kind.COMPLAINT) != ""


def test_learning_reads_what_was_closed_this_month_too(open_page: Opened):
    with db.begin() as conn:
        responded(conn)
    page = open_page("learning", DARA)
    assert not page.exception and "No complaint with a finding" not in words_on(page)


# A letter that could be approved and then go nowhere


def lacks(conn: Connection, case_id: int) -> list[str]:
    letter = letters.current(conn, case_id)
    assert letter is not None
    return letter_check.missing(conn, builders.see(conn, case_id), letter)


def test_a_response_by_letter_asks_for_a_postal_address_before_anybody_reads_it(conn: Connection):
    case = does(conn, builders.with_steps(conn), "draft_letter", SAM)
    assert case.email and case.postal_address is None
    said = "A response by letter goes by mail: write the postal address in Addressed to, or send the response by email instead."
    assert said in lacks(conn, case.id)
    assert said in (refused(conn, case, "ask_to_approve_letter", SAM, approver_id=id_of(conn, MINA)) or "")
    letter_desk.write(
        conn, case.id, {"to": "Ruth Example\n12 Maplewood Avenue\nToronto, Ontario M4C 1A1"}, by=who(conn, SAM)
    )
    assert said not in lacks(conn, case.id)
