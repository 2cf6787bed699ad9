""" "Supervisor will respond back within 10 business days of receiving the complaint." (L21): R15, R21."""

from datetime import timedelta

import pytest

from tests.builders import (
    CLEO,
    DARA,
    FINDING,
    FRI_19_DEC,
    MINA,
    NADIA,
    PRIYA,
    RESPONSE,
    SAM,
    STEPS,
    TARIQ,
    THU_8_JAN,
    WED_7_JAN,
    answer,
    does,
    last,
    leaves,
    now,
    on,
    outbox,
    queued,
    received,
    refused,
    responded,
    responded_by_mail,
    with_steps,
)


@pytest.mark.parametrize("channel", ["phone", "in person", "mail", "email", "chat", "other"])
def test_a_response_is_recorded_with_when_how_and_what(conn, channel):
    at = now(conn)
    case = does(conn, with_steps(conn), "record_response", **answer(conn, channel=channel, happened_at=now(conn)))
    assert (case.state, case.response_channel, case.response) == ("responded", channel, RESPONSE["response"])
    assert case.responded_at == case.closed_at and case.responded_at >= at


@pytest.mark.parametrize("channel", ["voicemail", "a message left", ""])
def test_a_voicemail_is_not_a_response(conn, channel):
    assert refused(conn, with_steps(conn), "record_response", **answer(conn, channel=channel))


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\n\t"])
def test_a_response_has_words(conn, text):
    assert refused(conn, with_steps(conn), "record_response", **answer(conn, response=text)) == (
        "Please fill in: Response to the customer."
    )


@pytest.mark.parametrize("delegate", [TARIQ, NADIA, MINA, DARA])
def test_a_delegate_may_answer_and_the_supervisor_is_accountable(conn, delegate):
    case = does(conn, with_steps(conn), "record_response", delegate, **answer(conn))
    assert case.responded_by_name.lower().startswith(delegate)
    assert case.accountable == "Sam Whitfield"


@pytest.mark.parametrize("stranger", [PRIYA, CLEO])
def test_a_stranger_may_not(conn, stranger):
    assert refused(conn, with_steps(conn), "record_response", stranger, **answer(conn)) == (
        "Only whoever has this case, a manager above them, or a colleague of the same team can answer it: ask one of them."
    )


def test_a_letter_that_left_before_it_is_recorded_counts_from_when_it_left(conn):
    on(conn, FRI_19_DEC)
    case = with_steps(conn)
    left = now(conn)
    on(conn, THU_8_JAN)
    case = does(conn, case, "record_response", **answer(conn, channel="mail", happened_at=left))
    assert (case.responded_on, case.days_taken, case.answered_late) == (FRI_19_DEC, 0, False)


@pytest.mark.parametrize(("day", "taken", "late"), [(WED_7_JAN, 10, False), (THU_8_JAN, 11, True)])
def test_on_the_due_date_is_on_time_and_the_day_after_is_late(conn, day, taken, late):
    on(conn, FRI_19_DEC)
    case = with_steps(conn)
    on(conn, day)
    case = does(conn, case, "record_response", **answer(conn))
    assert (case.due_on, case.days_taken, case.answered_late) == (WED_7_JAN, taken, late)


def test_it_cannot_have_been_said_tomorrow_nor_before_the_complaint(conn):
    case = with_steps(conn)
    for at, sentence in (
        (now(conn) + timedelta(hours=1), "That time is still to come; give when it happened."),
        (case.received_at - timedelta(minutes=1), "That is before the case was received."),
        (now(conn).replace(tzinfo=None), "When: give a date and a time."),
        ("yesterday", "When: give a date and a time."),
    ):
        assert refused(conn, case, "record_response", **answer(conn, happened_at=at)) == sentence


def test_a_response_in_the_outbox_is_not_an_answer_yet(conn):
    case = queued(conn)
    assert (case.state, case.responded_at, case.is_open) == ("investigating", None, True)
    assert outbox(conn, case) == [("response", "waiting")]


def test_there_is_one_response_on_its_way_at_most(conn):
    sentence = "A response is in the outbox already: send it again or take it back first."
    assert refused(conn, queued(conn), "send_response", **RESPONSE) == sentence


def test_without_an_email_it_is_spoken_or_written(conn):
    sentence = "The customer left no email address: speak or write to them, and record that."
    assert refused(conn, with_steps(conn, email=None), "send_response", **RESPONSE) == sentence


def test_a_response_that_is_taken_back_never_leaves_and_another_may(conn):
    case = does(conn, queued(conn), "take_back_response", note="A wrong date in it.")
    assert outbox(conn, case) == [("response", "cancelled")]
    assert outbox(conn, does(conn, case, "send_response", **RESPONSE)) == [
        ("response", "waiting"),
        ("response", "cancelled"),
    ]


def test_a_response_that_was_spoken_meanwhile_takes_the_written_one_back(conn):
    case = does(conn, queued(conn), "record_response", **answer(conn))
    assert (case.state, outbox(conn, case)) == ("responded", [("response", "cancelled")])


@pytest.mark.parametrize("again", [False, True])
def test_a_response_cannot_have_left_before_somebody_worked_on_it(conn, again):
    """Late stays late: the day is not to be chosen."""
    on(conn, FRI_19_DEC)
    case = received(conn) if not again else responded(conn)
    on(conn, THU_8_JAN)
    case = does(conn, case, "take" if not again else "reopen", SAM, **({} if not again else {"note": "New facts."}))
    for action, said in (("investigate", {}), ("record_finding", FINDING), ("record_steps", STEPS)):
        case = does(conn, case, action, SAM, **said)
    early = answer(conn) | {"happened_at": now(conn) - timedelta(days=1)}
    assert refused(conn, case, "record_response", SAM, **early) == (
        "The response cannot have left before Thursday 8 January 2026, when somebody had the complaint to investigate it; "
        "late stays late."
    )
    assert does(conn, case, "record_response", SAM, **answer(conn)).state == "responded"


def test_a_letter_that_came_back_is_not_a_response(conn):
    case = does(conn, responded_by_mail(conn), "response_came_back", note="Moved away.")
    assert (case.state, case.responded_at, case.closed_at, case.answered_late) == ("investigating", None, None, None)
    assert last(conn, case).changes["response_channel"] == ["mail", None], "the history keeps what was answered"


def test_a_letter_that_came_back_after_its_supervisor_left_goes_to_the_next(conn):
    case = responded_by_mail(conn)
    leaves(conn, SAM)
    case = does(conn, case, "response_came_back", TARIQ, note="Moved away.")
    assert (case.state, case.is_open) == ("investigating", True) and case.owner not in ("Sam Whitfield", None)


def test_what_was_spoken_cannot_come_back(conn):
    assert refused(conn, responded(conn), "response_came_back", SAM, note="?") == (
        "The response was spoken, so nothing can have come back."
    )


def test_an_acknowledgement_is_not_a_response_and_is_given_once(conn):
    case = does(conn, with_steps(conn), "acknowledge", happened_at=now(conn), channel="email")
    assert (case.is_open, case.responded_at) == (True, None) and case.acknowledged_at
    assert (
        refused(conn, case, "acknowledge", happened_at=now(conn), channel="email")
        == "The complaint was acknowledged already."
    )
