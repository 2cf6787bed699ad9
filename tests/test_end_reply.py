"""A reply that was asked for and cannot be given: the case can end, the history says why, and the figures stay honest (RULES E and H)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from core import board, db, figures
from core.errors import Refused
from core.periods import Period
from tests import builders
from tests.builders import (
    CLEO,
    DARA,
    FRI_19_DEC,
    MINA,
    PRIYA,
    SAM,
    TARIQ,
    THU_8_JAN,
    answer,
    does,
    form,
    history,
    last,
    now,
    on,
    refused,
    who,
)

GONE = {"no_reply_because": "no contact works", "note": "Phone and email both."}
UNWANTED = {"no_reply_because": "the customer no longer wants one", "note": "She said so on the phone."}


def asked(conn):
    """A comment that Tariq has, received on FRI_19_DEC and due on WED_7_JAN, whose customer asked for a reply."""
    on(conn, FRI_19_DEC)
    return builders.forwarded(conn, reply_requested=True)


def tried(conn, case):
    said = {"happened_at": now(conn), "channel": "phone", "outcome": "wrong contact", "note": "Not in service."}
    return does(conn, case, "log_follow_up", SAM, **said)


def test_it_can_be_closed_then_and_the_history_says_why(conn):
    case = asked(conn)
    sentence = "The customer asked for a reply, so reply first, or record why none can be given: ending the case changes nothing about that."
    assert refused(conn, case, "close", SAM) == sentence
    case = does(conn, case, "end_reply", SAM, **UNWANTED)
    assert (last(conn, case).details, last(conn, case).note) == (
        {"no_reply_because": UNWANTED["no_reply_because"]},
        UNWANTED["note"],
    )
    case = does(conn, case, "close", SAM)
    assert (case.state, case.responded_at, case.reply_requested) == ("closed", None, True)
    assert [event.action for event in history(conn, case)][-2:] == ["end_reply", "close"]


def test_no_contact_works_only_if_somebody_tried(conn):
    case = asked(conn)
    assert "log the follow-up first" in (refused(conn, case, "end_reply", SAM, **GONE) or "")
    assert does(conn, tried(conn, case), "end_reply", SAM, **GONE).no_reply_because == "no contact works"


def test_a_reply_that_did_not_arrive_is_an_attempt(conn):
    case = does(conn, asked(conn), "send_response", SAM, response="It ends now.")
    assert refused(conn, case, "end_reply", SAM, **GONE), "a reply is in the outbox"
    case = does(conn, case, "response_failed", builders.SYSTEM, note="No such mailbox.")
    case = does(conn, case, "take_back_response", SAM, note="No such mailbox.")
    assert does(conn, case, "end_reply", SAM, **GONE).no_reply_at


@pytest.mark.parametrize(
    "said", [{}, {"no_reply_because": "busy", "note": "x"}, {"no_reply_because": "no contact works"}]
)
def test_it_needs_one_of_two_reasons_and_what_shows_it(conn, said):
    assert refused(conn, tried(conn, asked(conn)), "end_reply", SAM, **said)


@pytest.mark.parametrize("name", [CLEO, TARIQ, PRIYA])
def test_it_is_for_who_answers_for_it(conn, name):
    assert refused(conn, asked(conn), "end_reply", name, **UNWANTED)


def test_what_was_not_asked_for_or_was_given_cannot_be_ended(conn):
    for case in (builders.forwarded(conn), does(conn, asked(conn), "record_response", SAM, **answer(conn))):
        assert refused(conn, case, "end_reply", SAM, **UNWANTED)
        with pytest.raises(Refused, match="asked for and not given"), conn.begin_nested(), db.refusing():
            conn.execute(
                text("update cases set no_reply_at = now(), no_reply_because = 'no contact works' where id = :id"),
                {"id": case.id},
            )
    assert refused(conn, does(conn, asked(conn), "end_reply", SAM, **UNWANTED), "end_reply", SAM, **UNWANTED)


@pytest.mark.parametrize("how", ["record_response", "send_response"])
def test_it_can_still_be_given_after_all_and_then_it_was(conn, how):
    case = does(conn, asked(conn), "end_reply", SAM, **UNWANTED)
    case = does(conn, case, how, SAM, **(answer(conn) if how == "record_response" else builders.RESPONSE))
    if how == "send_response":
        case = does(conn, case, "response_left", builders.SYSTEM, happened_at=now(conn))
    assert case.responded_at and case.no_reply_at is None and case.no_reply_because is None


@pytest.mark.parametrize("closed", [False, True])
def test_asked_for_again_it_is_owed_again_and_late_stays_late(conn, closed):
    case = does(conn, asked(conn), "end_reply", SAM, **UNWANTED)
    if closed:
        case = does(conn, case, "close", SAM)
    on(conn, THU_8_JAN)
    again = does(conn, case, "ask_for_reply", SAM, note="She called.")
    assert (again.no_reply_at, again.due_on, again.is_overdue) == (None, case.due_on, True)
    assert again.is_open and "reply first" in (
        refused(conn, again, "no_action" if closed else "close", SAM, note="x") or ""
    )


def test_a_compliment_has_the_same_way_out(conn):
    case = does(conn, builders.shared(conn), "ask_for_reply", SAM, note="x")
    case = does(conn, case, "end_reply", SAM, **UNWANTED)
    assert does(conn, case, "close", SAM).state == "closed"


# The figures


def counted(conn):
    """Of what was due in January: on time, late, open and overdue, and closed without an answer."""
    read = figures.read(conn, Period(date(2026, 1, 1), date(2026, 1, 1)), {})
    of = read.of(next(promise for promise in figures.PROMISES if promise.name == "ten"))
    for outcome, number in (("overdue", of.overdue), ("unanswered", of.unanswered)):
        promise = next(promise for promise in figures.PROMISES if promise.name == "ten")
        assert board.count(conn, figures.opens(read, promise, outcome), who(conn, DARA)) == number
    return of.on_time, of.late, of.overdue, of.unanswered


def test_while_it_is_open_it_counts_as_it_stands_and_closed_it_is_counted_beside(conn):
    """Nobody improves the figure by leaving a case open; what was withdrawn is outside, and told beside it."""
    case = does(conn, asked(conn), "end_reply", SAM, **UNWANTED)
    on(conn, THU_8_JAN)
    assert counted(conn) == (0, 0, 1, 0)
    case = does(conn, case, "close", SAM)
    assert counted(conn) == (0, 0, 0, 1)
    case = does(conn, case, "reopen", MINA, note="She does want it.")
    assert counted(conn) == (0, 0, 1, 0)
    does(conn, case, "record_response", SAM, **answer(conn))
    assert counted(conn) == (0, 1, 0, 0)


def test_its_clock_and_first_promise_never_move(conn):
    case = asked(conn)
    after = does(conn, case, "end_reply", SAM, **form(conn, "end_reply"))
    assert (after.due_on, after.first_due_on, after.received_on) == (case.due_on, case.first_due_on, case.received_on)
    assert after.due_on > FRI_19_DEC + timedelta(10)
