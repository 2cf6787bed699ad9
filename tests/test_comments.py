"""Comments: assessed, forwarded to a team lead, answered only if asked, and then within ten business days (R50-R57)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from core import cases, db, delivery, forwarding, notices, receipt
from core.errors import Refused
from core.kinds import Kind
from core.people import SYSTEM
from core.receipt import Receipt
from dashboard import lead_list
from tests import builders
from tests.builders import (
    ADA,
    CLEO,
    FRI_19_DEC,
    MINA,
    NADIA,
    PRIYA,
    SAM,
    TARIQ,
    THU_8_JAN,
    WED_7_JAN,
    answer,
    does,
    form,
    id_of,
    last,
    leaves,
    on,
    refused,
    see,
    who,
)
from tests.test_outbox import mail_server

WED_24_DEC = date(2025, 12, 24)


def test_a_comment_needs_nobody_to_be_reached(conn):
    case = builders.comment(conn, phone=None, email=None, customer_name=None)
    assert case.due_on is None and case.state == "received"


# Assessed, and forwarded


def test_it_is_forwarded_only_after_it_was_assessed(conn):
    case = builders.reviewed(conn)
    assert "Assess the comment first" in (refused(conn, case, "forward", SAM, lead_id=id_of(conn, TARIQ)) or "")


@pytest.mark.parametrize("name", [NADIA, PRIYA, ADA])
def test_only_a_team_lead_is_forwarded_comments(conn, name):
    case = builders.assessed(conn)
    assert "they are not a team lead" in (refused(conn, case, "forward", SAM, lead_id=id_of(conn, name)) or "")


def test_a_team_lead_who_left_is_forwarded_nothing(conn):
    case = builders.assessed(conn)
    leaves(conn, TARIQ)
    assert "they no longer work here" in (refused(conn, case, "forward", SAM, lead_id=id_of(conn, TARIQ)) or "")


def test_a_comment_about_the_team_lead_goes_to_another(conn):
    case = builders.assessed(conn, subject_ids=[id_of(conn, TARIQ)])
    assert "it is about them" in (refused(conn, case, "forward", SAM, lead_id=id_of(conn, TARIQ)) or "")


def test_recipient_and_time_are_recorded_and_the_lead_acknowledges(conn):
    case = builders.forwarded(conn)
    assert (case.lead, case.lead_heard_at) == ("Tariq Haddad", None) and case.forwarded_at
    heard = does(conn, case, "acknowledge_forward", TARIQ)
    assert heard.lead_heard_at and heard.lead_heard_at >= case.forwarded_at
    done = does(conn, heard, "record_outcome", TARIQ, lead_did="planned", lead_outcome="In spring.")
    assert (done.lead_outcome, done.lead_heard_at) == ("Planned: In spring.", heard.lead_heard_at) and done.lead_done_at


def test_forwarded_again_it_waits_to_be_acknowledged_again(conn):
    case = does(conn, builders.forwarded(conn), "record_outcome", TARIQ, **form(conn, "record_outcome"))
    again = does(conn, case, "forward", SAM, lead_id=id_of(conn, TARIQ))
    assert (again.lead_heard_at, again.lead_outcome, again.lead_done_at) == (None, None, None)


def test_a_lead_sees_what_was_forwarded_also_about_a_person_and_what_it_is_about(conn):
    first = builders.forwarded(conn)
    other = builders.forwarded(conn, subject_ids=[id_of(conn, NADIA)])
    does(conn, first, "record_outcome", TARIQ, **form(conn, "record_outcome"))
    tariq = who(conn, TARIQ)
    assert [row.id for row in forwarding.mine(conn, tariq)] == [other.id, first.id]
    assert [tuple(row)[:2] for row in forwarding.themes(conn, tariq)] == [("phone lines", 2)]
    assert forwarding.mine(conn, who(conn, MINA)) == []


def test_what_waits_for_a_lead_stands_first_the_oldest_first_and_the_counts_add_up(conn):
    oldest, middle, newest, done = (builders.forwarded(conn) for _ in range(4))
    with builders.as_owner(conn):
        for day, case in enumerate((oldest, middle, newest, done)):
            conn.execute(text("update cases set forwarded_at = forwarded_at - interval '9 days' + :day * interval '1 day' where id = :id"),
                         {"day": day, "id": case.id})  # fmt: skip
    does(conn, cases.get(conn, oldest.id, who(conn, TARIQ)), "acknowledge_forward", TARIQ)
    does(conn, cases.get(conn, done.id, who(conn, TARIQ)), "record_outcome", TARIQ, **form(conn, "record_outcome"))
    mine = forwarding.mine(conn, who(conn, TARIQ))
    assert [row.id for row in mine] == [middle.id, newest.id, oldest.id, done.id]
    assert lead_list.counted(mine) == "4 in all: 2 to acknowledge, 1 to act on, 1 done or closed."


def test_the_database_refuses_what_skips_a_step(conn):
    case = builders.reviewed(conn)
    for change in (
        "state = 'forwarded'",
        f"lead_id = {id_of(conn, NADIA)}",
        "lead_heard_at = now() - interval '1 day', forwarded_at = now()",
    ):
        with pytest.raises(Refused if "heard" not in change else Exception), conn.begin_nested(), db.refusing():
            conn.execute(text(f"update cases set {change} where id = :id"), {"id": case.id})


# The clock: only if asked


def test_with_no_request_it_is_never_overdue_and_in_no_figure(conn):
    on(conn, FRI_19_DEC)
    case = builders.comment(conn)
    on(conn, THU_8_JAN)
    now = see(conn, case.id)
    assert (now.due_on, now.is_overdue, now.days_left, now.share_used) == (None, False, None, None)
    assert conn.execute(text("select count(*) from on_time where case_id = :id"), {"id": case.id}).scalar() == 0


def test_asked_for_at_receipt_it_is_due_ten_business_days_after_it(conn):
    on(conn, FRI_19_DEC)
    assert builders.comment(conn, reply_requested=True).due_on == WED_7_JAN


def test_asked_for_later_the_clock_starts_that_day_and_says_so(conn):
    on(conn, FRI_19_DEC)
    case = builders.forwarded(conn)
    on(conn, WED_24_DEC)
    asked = does(conn, case, "ask_for_reply", CLEO, note="She called.")
    assert (asked.received_on, asked.reply_asked_on, asked.clock_started_on) == (FRI_19_DEC, WED_24_DEC, WED_24_DEC)
    assert asked.due_on == asked.first_due_on == date(2026, 1, 12) and asked.promised_days == 10
    assert last(conn, case).changes["due_on"] == [None, "2026-01-12"]
    on(conn, date(2026, 1, 12))
    replied = does(conn, asked, "record_response", SAM, **answer(conn))
    assert (replied.days_taken, replied.answered_late, replied.is_open) == (10, False, True)
    outcome = conn.execute(text("select outcome, days_taken from on_time where case_id = :id"), {"id": case.id}).one()
    assert tuple(outcome) == ("answered on time", 10)


def test_an_answered_one_runs_no_clock_while_its_lead_works_on(conn):
    on(conn, FRI_19_DEC)
    case = builders.forwarded(conn, reply_requested=True)
    does(conn, case, "record_response", SAM, **answer(conn))
    on(conn, THU_8_JAN)
    now = see(conn, case.id)
    assert (now.is_open, now.is_overdue, now.days_left) == (True, False, None)


def test_a_reply_can_be_asked_for_only_where_there_is_somewhere_to_send_it(conn):
    case = builders.comment(conn, phone=None, email=None)
    assert (
        refused(conn, case, "ask_for_reply", CLEO, note="x")
        == "The case holds no contact to reply to; its supervisor can add one first."
    )
    with pytest.raises(receipt.ReplyNeedsContact):
        builders.comment(conn, phone=None, email=None, reply_requested=True)


@pytest.mark.parametrize("action", ["redirect", "no_action", "close"])
def test_who_asked_is_answered_however_it_ends(conn, action):
    stage = builders.forwarded if action == "close" else builders.reviewed
    case = stage(conn, reply_requested=True)
    assert "reply first" in (refused(conn, case, action, SAM, **form(conn, action)) or "")
    replied = does(conn, case, "record_response", SAM, **answer(conn))
    ended = does(conn, replied, action, SAM, **form(conn, action))
    assert not ended.is_open and ended.responded_at == replied.responded_at


def test_the_database_too_closes_nothing_unanswered_and_takes_no_promise_back(conn):
    case = builders.forwarded(conn, reply_requested=True)
    for change in ("state = 'closed', closed_at = now()", "reply_requested = false"):
        with pytest.raises(Refused), conn.begin_nested(), db.refusing():
            conn.execute(text(f"update cases set {change} where id = :id"), {"id": case.id})


def test_asked_for_after_it_was_closed_it_opens_again_with_its_clock(conn):
    on(conn, FRI_19_DEC)
    closed = does(conn, builders.forwarded(conn), "close", SAM)
    on(conn, WED_24_DEC)
    asked = does(conn, closed, "ask_for_reply", CLEO, note="She called.")
    assert (asked.state, asked.owner, asked.closed_at, asked.due_on) == (
        "under_review",
        "Sam Whitfield",
        None,
        date(2026, 1, 12),
    )


def test_a_reply_leaves_by_the_outbox_and_the_comment_stays_open(database, monkeypatch):
    with db.begin() as conn:
        case = does(conn, builders.forwarded(conn, reply_requested=True), "send_response", SAM, response="It ends now.")
        notice = notices.waiting(conn, case.id).id
    with mail_server(monkeypatch) as box:
        assert delivery.deliver(notice) == "sent"
    (message,) = box.messages
    assert message["Subject"] == f"Your comment to 311 Toronto, request number {case.request_no}"
    with db.begin() as conn:
        after = see(conn, case.id)
        assert (after.state, after.response, after.is_open) == (
            "forwarded",
            "It ends now.",
            True,
        ) and after.responded_at
        assert does(conn, after, "close", SAM).state == "closed"


def test_a_reply_that_came_back_is_none_and_the_clock_runs_on(conn):
    on(conn, FRI_19_DEC)
    case = builders.forwarded(conn, reply_requested=True)
    replied = does(conn, case, "record_response", SAM, **answer(conn, channel="mail"))
    closed = does(conn, replied, "close", SAM)
    on(conn, THU_8_JAN)
    back = does(conn, closed, "response_came_back", SAM, note="Unknown at this address.")
    assert (back.state, back.responded_at, back.due_on, back.is_overdue) == ("under_review", None, WED_7_JAN, True)


# A comment that is a complaint (R57), and praise in one (R58)


def test_a_comment_that_is_a_complaint_opens_one_of_today_and_both_clocks_are_seen(conn):
    on(conn, FRI_19_DEC)
    case = builders.forwarded(conn, reply_requested=True)
    on(conn, WED_24_DEC)
    does(
        conn,
        case,
        "open_complaint",
        SAM,
        complaint_words="Nobody called back.",
        category="timeliness",
        note="She said so.",
    )
    (link,) = cases.links(conn, case.id, who(conn, SAM))
    complaint = see(conn, link.id)
    assert (link.relation, complaint.kind, complaint.received_on, complaint.phone) == (
        "opened from",
        "complaint",
        WED_24_DEC,
        case.phone,
    )
    assert (see(conn, case.id).due_on, complaint.due_on) == (
        WED_7_JAN,
        date(2026, 1, 12),
    ) and link.due_on == complaint.due_on
    assert cases.links(conn, complaint.id, who(conn, SAM))[0].due_on == WED_7_JAN


def test_it_needs_a_contact_as_every_complaint(conn):
    case = builders.comment(conn, phone=None, email=None)
    said = {"complaint_words": "x", "category": "access", "note": "y"}
    assert (refused(conn, case, "open_complaint", SAM, **said) or "").startswith("A complaint needs a phone")


def test_whom_the_complaint_is_about_sees_neither_it_nor_the_comment(conn):
    case = builders.comment(conn)
    does(conn, case, "open_complaint", SAM, subject_ids=[id_of(conn, NADIA)], **form(conn, "open_complaint"))
    assert "subject_ids" not in last(conn, case).details and "complaint_words" not in last(conn, case).details
    for name in (NADIA,):
        with pytest.raises(cases.NoSuchCase):
            cases.get(conn, case.id, who(conn, name))


# Anonymous


def test_anonymous_keeps_nothing_that_tells_who_it_was(conn):
    said = {
        "customer_name": "Ruth Example",
        "phone": "416-555-0123",
        "email": "ruth@example.org",
        "postal_address": "1 Example Road",
    }
    case = builders.comment(conn, anonymous=True, **said)
    kept = str(conn.execute(text("select to_jsonb(cases) from cases where id = :id"), {"id": case.id}).scalar())
    kept += str([tuple(event) for event in cases.timeline(conn, case.id, SYSTEM)])
    assert not [one for one in ("Ruth", "555", "ruth@", "Example Road") if one in kept]
    assert "wished to stay anonymous" in (
        refused(conn, case, "correct_contact", CLEO, phone="416-555-0199", note="x") or ""
    )
    with pytest.raises(Refused), conn.begin_nested(), db.refusing():
        conn.execute(text("update cases set phone = '+14165550123' where id = :id"), {"id": case.id})


def test_nobody_complains_anonymously_and_no_reply_goes_to_nobody(conn):
    for kind, more in ((Kind.COMPLAINT, {}), (Kind.COMMENT, {"reply_requested": True})):
        with pytest.raises(Refused), conn.begin_nested():
            receipt.receive(conn, Receipt(kind=kind, channel="phone", category="access", description="x", phone="416-555-0123",
                                          anonymous=True, **more), by=who(conn, CLEO))  # fmt: skip


def test_a_text_of_100_000_characters_is_taken_and_one_more_is_not(conn):
    case = builders.assessed(conn, description="x" * 100_000)
    assert "longer than 100,000" in (refused(conn, case, "assess", SAM, assessed_because="x" * 100_001) or "")
    assert len(does(conn, case, "forward", SAM, lead_id=id_of(conn, TARIQ)).description) == 100_000


def test_a_closure_that_is_applied_moves_the_promise_from_the_day_it_was_asked(conn):
    on(conn, FRI_19_DEC)
    case = builders.forwarded(conn)
    on(conn, WED_24_DEC)
    asked = does(conn, case, "ask_for_reply", CLEO, note="x")
    row = db.rows(conn, "calendar.moves", added='[{"day": "2026-01-05", "name": "Storm"}]', removed=[], viewer=None)
    moved = {one.id: one.due_after for one in row}
    assert moved[case.id] == asked.due_on + timedelta(days=1)
