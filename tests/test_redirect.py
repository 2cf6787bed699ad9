"""Feedback that another City division must answer (R2), and who answers for what stays here (R4)."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core import people
from tests.builders import (
    CLEO,
    FRI_19_DEC,
    SAM,
    THU_8_JAN,
    answer,
    does,
    last,
    on,
    outbox,
    queued,
    received,
    redirected,
    refused,
    taken,
)


def water(conn):
    return next(no for no, name in people.divisions(conn).items() if name == "Toronto Water")


def test_it_is_logged_which_division_when_and_how_the_customer_was_told(conn):
    case = does(conn, received(conn), "redirect", CLEO, division_id=water(conn), how_told="phone", note="A main broke.")
    assert (case.state, case.redirected_to_name, case.is_open) == ("redirected", "Toronto Water", False)
    event = last(conn, case)
    assert (event.details["how_told"], event.note, event.at) == ("phone", "A main broke.", case.closed_at)


def test_it_has_no_clock_any_more(conn):
    on(conn, FRI_19_DEC)
    case = redirected(conn)
    on(conn, THU_8_JAN)
    assert (case.days_left, case.share_used, case.is_overdue, case.answered_late) == (None, None, False, None)


@pytest.mark.parametrize("missing", ["division_id", "how_told", "note"])
def test_without_division_way_or_reason_it_is_refused(conn, missing):
    said = {"division_id": water(conn), "how_told": "phone", "note": "A main broke."}
    labels = {"division_id": "Division", "how_told": "How the customer was told", "note": "Why"}
    assert (
        refused(conn, received(conn), "redirect", CLEO, **said | {missing: None})
        == f"Please fill in: {labels[missing]}."
    )


def test_a_division_that_is_not_in_the_directory_is_refused(conn):
    said = {"division_id": 987654321, "how_told": "phone", "note": "?"}
    assert refused(conn, received(conn), "redirect", CLEO, **said) == (
        "That division is not in the directory; pick one from the list."
    )


def test_a_response_that_has_not_left_will_not_leave(conn):
    case = does(conn, queued(conn), "redirect", division_id=water(conn), how_told="phone", note="A main broke.")
    assert outbox(conn, case) == [("response", "cancelled")]


def test_another_responsible_division_never_resets_the_clock(conn):
    on(conn, FRI_19_DEC)
    case = taken(conn)
    on(conn, THU_8_JAN)
    after = does(conn, case, "change_division", division_id=water(conn), note="They run that line.")
    assert (case.division, after.division) == ("311 Toronto", "Toronto Water")
    assert (after.due_on, after.is_overdue, after.state) == (case.due_on, True, "under_review")


def test_the_database_refuses_redirected_without_a_division(conn):
    case = redirected(conn)
    with pytest.raises(IntegrityError, match="redirected_has_a_division"):
        conn.execute(text("update cases set redirected_to = null where id = :id"), {"id": case.id})


def test_it_is_not_answered_here_any_more(conn):
    assert refused(conn, redirected(conn), "record_response", SAM, **answer(conn)) == (
        "Record response given is not possible while this is redirected."
    )
