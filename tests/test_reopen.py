"""Reopening keeps the first receipt date; late stays late (R23)."""

import pytest

from tests import builders
from tests.builders import (
    CLEO,
    DARA,
    FRI_19_DEC,
    PRIYA,
    SAM,
    THU_8_JAN,
    answer,
    does,
    last,
    leaves,
    on,
    refused,
    responded,
)

ENDS = ("responded", "redirected", "withdrawn", "duplicate", "not_a_complaint")


@pytest.mark.parametrize("end", ENDS)
def test_every_end_can_be_reopened_with_a_reason(conn, end):
    case = getattr(builders, end)(conn)
    assert refused(conn, case, "reopen", SAM) == "Please fill in: Why."
    case = does(conn, case, "reopen", SAM, note="New facts.")
    assert (case.state, case.is_open, case.owner) == ("under_review", True, "Sam Whitfield")
    assert (case.responded_at, case.closed_at, case.redirected_to, case.duplicate_of) == (None, None, None, None)


def test_it_keeps_its_receipt_and_its_promise(conn):
    on(conn, FRI_19_DEC)
    case = responded(conn)
    on(conn, THU_8_JAN)
    again = does(conn, case, "reopen", SAM, note="New facts.")
    assert (again.received_at, again.due_on, again.first_due_on) == (case.received_at, case.due_on, case.first_due_on)
    assert (again.is_overdue, again.days_left) == (True, -1)


def test_late_stays_late(conn):
    on(conn, FRI_19_DEC)
    case = builders.with_steps(conn)
    on(conn, THU_8_JAN)
    case = does(conn, does(conn, case, "record_response", **answer(conn)), "reopen", SAM, note="New facts.")
    case = does(conn, does(conn, case, "investigate"), "record_response", **answer(conn))
    assert (case.answered_late, case.days_taken) == (True, 11)


def test_the_history_keeps_the_first_answer(conn):
    case = responded(conn)
    changes = last(conn, does(conn, case, "reopen", SAM, note="New facts.")).changes
    assert changes["response_channel"] == ["phone", None] and changes["responded_at"][0].startswith(
        f"{case.responded_on}"
    )


def test_it_goes_back_to_who_had_it(conn):
    assert does(conn, responded(conn), "reopen", PRIYA, note="They called again.").owner == "Sam Whitfield"


def test_if_who_had_it_has_left_it_goes_to_who_reopens_it(conn):
    case = responded(conn)
    leaves(conn, SAM)
    assert does(conn, case, "reopen", PRIYA, note="They called again.").owner == "Priya Raman"


def test_what_nobody_had_goes_to_who_reopens_it(conn):
    assert does(conn, builders.redirected(conn), "reopen", DARA, note="Theirs it is not.").owner == "Dara Petrovic"


def test_the_desk_does_not_reopen(conn):
    sentence = "This step is for directors, managers and supervisors."
    assert refused(conn, responded(conn), "reopen", CLEO, note="?") == sentence


def test_reopened_it_needs_no_second_investigation_but_a_second_response(conn):
    case = does(conn, does(conn, responded(conn), "reopen", SAM, note="New facts."), "investigate")
    assert (case.finding, case.state) == ("substantiated", "investigating")
    assert does(conn, case, "record_response", **answer(conn, response="Again: sorry.")).response == "Again: sorry."
