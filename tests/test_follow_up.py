""" "Follow up with the complainant will take place if required." (L19): R13, and interim updates."""

from datetime import timedelta

import pytest

from tests.builders import CLEO, FRI_19_DEC, TARIQ, THU_8_JAN, does, form, last, now, on, received, refused, responded


@pytest.mark.parametrize("outcome", ["reached", "left a message", "no answer", "wrong contact"])
def test_a_contact_is_logged_with_when_how_and_what_came_of_it(conn, outcome):
    case = does(conn, received(conn), "log_follow_up", TARIQ, **form(conn, "log_follow_up") | {"outcome": outcome})
    event = last(conn, case)
    assert event.details == {"happened_at": event.details["happened_at"], "channel": "phone", "outcome": outcome}
    assert event.note == "Asked which number was called."


@pytest.mark.parametrize("action", ["log_follow_up", "log_update", "acknowledge"])
def test_talking_with_the_customer_stops_no_clock(conn, action):
    on(conn, FRI_19_DEC)
    case = received(conn)
    on(conn, THU_8_JAN)
    after = does(conn, case, action, CLEO, **form(conn, action))
    assert (after.due_on, after.state, after.is_overdue) == (case.due_on, "received", True)


@pytest.mark.parametrize("action", ["log_follow_up", "log_update", "acknowledge"])
def test_it_happened_after_the_receipt_and_not_in_the_future(conn, action):
    case, said = received(conn), form(conn, action)
    late, early = now(conn) + timedelta(minutes=1), case.received_at - timedelta(minutes=1)
    assert refused(conn, case, action, CLEO, **said | {"happened_at": late}) == (
        "That time is still to come; give when it happened."
    )
    assert refused(conn, case, action, CLEO, **said | {"happened_at": early}) == "That is before the case was received."


def test_after_the_answer_it_is_not_logged_here(conn):
    assert refused(conn, responded(conn), "log_follow_up", CLEO, **form(conn, "log_follow_up")) == (
        "Log follow-up is not possible while this is responded."
    )
