"""Ends without an answer: withdrawn (R23), and not a complaint (R3)."""

import pytest

from tests.builders import (
    CLEO,
    SAM,
    answer,
    does,
    form,
    history,
    last,
    outbox,
    queued,
    received,
    refused,
    taken,
)


def test_a_withdrawal_ends_the_duty_with_who_and_why(conn):
    case = does(conn, taken(conn), "withdraw", withdrawn_by="Ruth Example, by phone", note="Solved meanwhile.")
    assert (case.state, case.is_open, case.responded_at) == ("withdrawn", False, None)
    assert (last(conn, case).details, last(conn, case).note) == (
        {"withdrawn_by": "Ruth Example, by phone"}, "Solved meanwhile."
    )  # fmt: skip


@pytest.mark.parametrize(("said", "missing"), [
    ({"note": "Solved."}, "Who withdrew it"),
    ({"withdrawn_by": "Ruth"}, "Why"),
    ({"withdrawn_by": " ", "note": "\x00"}, "Who withdrew it, Why"),
])  # fmt: skip
def test_without_who_and_why_it_goes_on(conn, said, missing):
    assert refused(conn, received(conn), "withdraw", CLEO, **said) == f"Please fill in: {missing}."


@pytest.mark.parametrize("action", ["withdraw", "not_a_complaint"])
def test_a_response_that_has_not_left_will_not_leave(conn, action):
    case = does(conn, queued(conn), action, **form(conn, action))
    assert (outbox(conn, case), case.is_open) == ([("response", "cancelled")], False)


@pytest.mark.parametrize("what", ["service request", "enquiry", "comment", "compliment", "not for the City"])
def test_a_pothole_is_not_a_complaint(conn, what):
    case = does(conn, taken(conn), "not_a_complaint", what_it_is=what, note="A pothole.")
    assert (case.state, case.is_open, last(conn, case).details) == ("not_a_complaint", False, {"what_it_is": what})


@pytest.mark.parametrize("action", ["withdraw", "not_a_complaint", "redirect", "mark_duplicate"])
def test_who_declared_a_conflict_does_not_end_it(conn, action):
    case = does(conn, received(conn), "declare_conflict", SAM)
    assert (
        refused(conn, case, action, SAM, **form(conn, action))
        == "You declared a conflict of interest in this case, so somebody else must handle it."
    )


def test_only_a_supervisor_says_that_it_is_not_a_complaint(conn):
    sentence = "This step is for directors, managers and supervisors."
    assert refused(conn, received(conn), "not_a_complaint", CLEO, what_it_is="enquiry", note="?") == sentence


def test_what_has_ended_ends_only_once_and_keeps_its_history(conn):
    case = does(conn, taken(conn), "withdraw", withdrawn_by="Ruth", note="Solved.")
    for action in ("withdraw", "not_a_complaint", "redirect", "mark_duplicate", "add_note", "take"):
        assert "is not possible while this is withdrawn" in str(refused(conn, case, action, SAM, **answer(conn)))
    assert [event.action for event in history(conn, case)] == ["receive", "take", "withdraw"]
