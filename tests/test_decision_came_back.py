"""A decision may answer the complaint too (R40). A failed delivery is not a response (R21), for the complaint neither."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from core.people import SYSTEM
from tests import builders
from tests.builders import (
    CLEO,
    DARA,
    MINA,
    OMAR,
    SAM,
    admitted,
    answer,
    does,
    form,
    history,
    id_of,
    last,
    leaves,
    letter_of,
    letter_posted,
    now,
    on,
    received,
    refused,
    see,
    taken,
    told,
    who,
)

ANSWERS = {"finding": "substantiated", "finding_summary": "The queue dropped the call."} | builders.STEPS
RETURNED = {"note": "The address does not exist."}


def answered_by_letter(conn, stage=taken):
    """An unanswered complaint and its escalation, whose decision letter was posted and answers both."""
    complaint = stage(conn)
    case = does(conn, admitted_and_decided(conn, complaint), "draft_letter", OMAR)
    builders.letter_desk.write(conn, case.id, builders.LETTER, by=who(conn, OMAR))
    case = does(conn, case, "ask_to_approve_letter", OMAR, approver_id=id_of(conn, DARA))
    case = does(conn, case, "approve_letter", DARA, text_no=letter_of(conn, case).text_no)
    case = does(conn, case, "issue_letter", OMAR, sends_by="mail")
    case = does(conn, case, "record_letter_posted", OMAR, happened_at=now(conn))
    return see(conn, complaint.id), does(conn, case, "answer_complaint", OMAR, **ANSWERS)


def admitted_and_decided(conn, complaint):
    return does(conn, does(conn, admitted(conn, complaint), "take", OMAR), "decide", OMAR, **builders.DECISION)


@pytest.mark.parametrize(("stage", "owner"), [(taken, SAM), (received, None)])
def test_a_letter_that_came_back_takes_the_complaints_answer_with_it(conn, stage, owner):
    complaint, escalation = answered_by_letter(conn, stage)
    assert see(conn, complaint.id).state == "responded"
    does(conn, escalation, "letter_came_back", CLEO, **RETURNED)
    after = see(conn, complaint.id)
    assert (after.state, after.responded_at, after.response_channel, after.closed_at) == ("investigating",) + (
        None,
    ) * 3
    assert after.owner_id and (owner is None or after.owner_id == id_of(conn, owner))
    assert after.owner_id not in (id_of(conn, OMAR), id_of(conn, DARA)) and after.due_on == complaint.due_on
    event = last(conn, complaint)
    assert (event.action, event.by_name) == ("decision_came_back", "System")
    assert event.note == (
        f"The decision letter of escalation {escalation.request_no}, which answered it, came back. {RETURNED['note']}"
    )


def test_it_can_be_answered_by_who_has_it_again(conn):
    complaint, escalation = answered_by_letter(conn)
    does(conn, escalation, "letter_came_back", CLEO, **RETURNED)
    after = does(conn, see(conn, complaint.id), "record_response", SAM, **answer(conn))
    assert after.state == "responded" and after.responded_by == id_of(conn, SAM)


def test_who_had_it_has_left_so_the_next_one_has_it_and_never_who_decided_about_it(conn):
    complaint, escalation = answered_by_letter(conn)
    for name in (SAM, builders.PRIYA, builders.JONAS, MINA):
        leaves(conn, name)
    does(conn, escalation, "letter_came_back", CLEO, **RETURNED)
    assert see(conn, complaint.id).owner_id == id_of(conn, DARA)


def test_the_escalation_goes_back_to_who_decided_it_and_they_answer_the_complaint_again(conn):
    complaint, escalation = answered_by_letter(conn)
    case = does(conn, escalation, "letter_came_back", CLEO, **RETURNED)
    assert case.owner_id == id_of(conn, OMAR) and id_of(conn, OMAR) not in see(conn, complaint.id).handler_ids
    case = does(conn, case, "record_decision_told", OMAR, channel="phone", happened_at=now(conn))
    does(conn, case, "answer_complaint", OMAR, **ANSWERS)
    after = see(conn, complaint.id)
    assert (after.state, after.responded_at) == ("responded", case.told_at)


def test_an_answer_that_was_given_otherwise_stands(conn):
    complaint = builders.responded(conn)
    escalation = letter_posted(conn, builders.decided(conn, complaint))
    does(conn, escalation, "letter_came_back", CLEO, **RETURNED)
    assert see(conn, complaint.id).responded_at == complaint.responded_at


def test_who_was_told_by_phone_before_the_letter_has_the_answer(conn):
    complaint = taken(conn)
    case = admitted_and_decided(conn, complaint)
    case = does(conn, case, "record_decision_told", OMAR, channel="phone", happened_at=now(conn))
    case = does(conn, case, "answer_complaint", OMAR, **ANSWERS)
    case = letter_posted(conn, case, OMAR)
    does(conn, case, "letter_came_back", CLEO, **RETURNED)
    assert see(conn, complaint.id).state == "responded"


def test_an_answer_that_took_the_letters_place_stands(conn):
    complaint, escalation = answered_by_letter(conn)
    case = does(conn, see(conn, complaint.id), "reopen", SAM, note="New facts.")
    case = does(conn, case, "investigate", SAM)
    does(conn, case, "record_response", SAM, **answer(conn, channel="mail", happened_at=escalation.told_at))
    does(conn, escalation, "letter_came_back", CLEO, **RETURNED)
    assert see(conn, complaint.id).responded_by == id_of(conn, SAM)


def test_a_complaint_that_was_reopened_meanwhile_is_left_alone(conn):
    complaint, escalation = answered_by_letter(conn)
    does(conn, see(conn, complaint.id), "reopen", SAM, note="New facts.")
    does(conn, escalation, "letter_came_back", CLEO, **RETURNED)
    assert last(conn, complaint).action == "reopen"


def test_a_letter_of_a_decision_told_again_by_phone_still_takes_back_what_only_the_letter_told(conn):
    complaint, escalation = answered_by_letter(conn)
    case = does(conn, escalation, "reopen", MINA, note="New facts.")
    by = case.owner.split()[0].lower()
    case = does(conn, case, "decide", by, **builders.DECISION | {"letter_due": "no"})
    case = does(conn, case, "record_decision_told", by, channel="phone", happened_at=now(conn))
    case = does(conn, case, "close_without_letter", by, note="Told.")
    after = does(conn, case, "letter_came_back", CLEO, **RETURNED)
    assert (after.told_by, see(conn, complaint.id).state) == ("phone", "investigating")


def test_it_is_the_systems_move_alone_and_an_open_overdue_complaint_counts_again(conn):
    complaint, escalation = answered_by_letter(conn)
    assert refused(conn, complaint, "decision_came_back", SAM, **form(conn, "decision_came_back"))
    assert refused(conn, told(conn), "decision_came_back", SYSTEM, **form(conn, "decision_came_back"))
    on(conn, see(conn, complaint.id).due_on + timedelta(days=1))
    does(conn, escalation, "letter_came_back", CLEO, **RETURNED)
    outcome = conn.execute(text("select outcome from on_time where case_id = :id"), {"id": complaint.id}).scalar()
    assert outcome == "open and overdue" and len(history(conn, complaint)) == see(conn, complaint.id).version
