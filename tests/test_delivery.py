"""What a worker does with a message, one at a time: tried again and again, given up, cut off, overtaken, opted out (R43, R44)."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import text

from core import cases, db, delivery, jobs, mail, notices, rounds
from core.delivery import CUT_OFF, WAITS, NotWaiting, OthersFirst
from core.errors import AtTheSameMoment, DatabaseAway
from core.notices import LeavingNow, NotInTheOutbox
from core.outcome import Came, again
from tests import builders
from tests.builders import MINA, SAM, does, history, outbox, see, who
from tests.mailbox import mail_server
from tests.serving import free_port

TO = {"updates_by": "email", "updates_to": "ruth@example.org"}


def jobs_of(conn):
    """The messages that jobs are there for, oldest first."""
    found = conn.execute(
        text("select (args ->> 'notice_id')::bigint from procrastinate_jobs where status = 'todo' order by id")
    )
    return list(found.scalars())


def messages(conn, case):
    """The messages of a case, oldest first."""
    return notices.of_case(conn, case.id)[::-1]


def deliver_all():
    """What a worker does that runs until nothing is due."""
    came = []
    with db.begin() as conn:
        found = list(
            conn.execute(
                text(
                    "delete from procrastinate_jobs where status = 'todo' returning id, args ->> 'notice_id' as notice_id"
                )
            )
        )
    for job in sorted(found):
        try:
            came.append(delivery.deliver(int(job.notice_id)))
        except NotWaiting:
            came.append("nothing")
    return came


@pytest.fixture
def nowhere(monkeypatch):
    """A mail server that cannot be reached."""
    monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{free_port()}")


# The message and its job


def test_a_message_and_its_job_are_there_together(conn):
    case = builders.queued(conn)
    assert jobs_of(conn) == [notices.waiting(conn, case.id).id]


def test_a_move_that_is_undone_leaves_neither_message_nor_job(database):
    with pytest.raises(RuntimeError), db.begin() as conn:
        case = builders.queued(conn)
        assert jobs_of(conn)
        raise RuntimeError("undone")
    with db.begin() as conn:
        assert not jobs_of(conn) and not notices.of_case(conn, case.id)


def test_a_move_that_is_refused_after_its_effects_leaves_no_job(database):
    with db.begin() as conn:
        case = builders.with_steps(conn)
    with pytest.raises(cases.MovedMeanwhile), db.begin() as conn:
        cases.act(conn, case.id, "send_response", by=who(conn, SAM), seen=case.version - 1, response="Sorry.")
    with db.begin() as conn:
        assert not jobs_of(conn) and not outbox(conn, case)


def test_the_job_cannot_be_seen_before_the_commit(database):
    with db.begin() as conn:
        builders.queued(conn)
        with db.begin() as other:
            assert not jobs_of(other)
    with db.begin() as other:
        assert len(jobs_of(other)) == 1


def test_a_database_that_is_away_refuses_the_message_with_a_sentence(database):
    with pytest.raises((DatabaseAway, AtTheSameMoment)), db.begin() as conn:
        case = builders.with_steps(conn)
        backend = conn.execute(text("select pg_backend_pid()")).scalar()
        with db.owner_engine().begin() as owner:
            owner.execute(text("select pg_terminate_backend(:pid)"), {"pid": backend})
        jobs.defer_delivery(conn, case.id)


# Again and again


def test_what_was_not_taken_is_tried_again_after_minutes_that_double_and_then_fails_for_good(database, nowhere):
    with db.begin() as conn:
        case = builders.queued(conn)
        notice = notices.waiting(conn, case.id).id
    waited = []
    for _ in WAITS:
        assert delivery.deliver(notice) == "waiting"
        with db.begin() as conn:
            row = notices.waiting(conn, case.id)
            waited.append(round((row.next_try_at - builders.now(conn)) / timedelta(minutes=1)))
            assert row.problem == "The mail server could not be reached."
    assert tuple(waited) == WAITS == (1, 2, 4, 8, 16, 32, 60, 60)
    assert delivery.deliver(notice) == "failed"
    with db.begin() as conn:
        row = notices.waiting(conn, case.id)
        assert (row.status, row.attempts, row.next_try_at) == ("failed", 9, None)
        # the first failure and the last are told, and not each between
        assert [event.action for event in history(conn, case)].count("response_failed") == 2
    with pytest.raises(NotWaiting):
        delivery.deliver(notice)


def test_each_further_attempt_is_a_job_of_the_same_transaction_for_its_time(database, nowhere):
    with db.begin() as conn:
        case = builders.queued(conn)
    assert deliver_all() == ["waiting"]
    with db.begin() as conn:
        when = conn.execute(text("select scheduled_at from procrastinate_jobs where status = 'todo'")).scalar_one()
        assert abs(when - notices.waiting(conn, case.id).next_try_at) < timedelta(seconds=5)


def test_a_dead_letter_that_is_sent_again_has_all_its_attempts_again(database, nowhere):
    with db.begin() as conn:
        case = builders.queued(conn)
        notice = notices.waiting(conn, case.id).id
    for _ in range(len(WAITS) + 1):
        delivery.deliver(notice)
    with db.begin() as conn:
        does(conn, case, "send_again", MINA)
        assert notices.waiting(conn, case.id).attempts == 0
        assert history(conn, case)[-1].by_name == who(conn, MINA).name
    assert delivery.deliver(notice) == "waiting"


def test_the_message_id_stays_the_same_however_often_it_is_tried(database, monkeypatch):
    with db.begin() as conn:
        case = builders.queued(conn)
        notice = notices.waiting(conn, case.id).id
    seen = []
    for how in ({"dies": True}, {"refuses": "for now"}, {}):
        with mail_server(monkeypatch, **how) as box:
            delivery.deliver(notice)
            seen += [message["Message-ID"] for message in box.messages]
        with db.begin() as conn:
            kept = conn.execute(text("select message_id from notices")).scalar_one()
            if notices.waiting(conn, case.id):
                notices.send_again(conn, notice, who(conn, SAM))
    assert seen == [kept]


# Cut off


def cut_off(notice):
    """A worker was killed after it had marked the message and before it had written down what came of it."""
    with db.owner_engine().begin() as conn:
        conn.execute(text("update notices set status = 'sending', attempts = attempts + 1, sending_since = now() where id = :id"),
                     {"id": notice})  # fmt: skip


def until_the_lane_is_free(notice):
    """A killed worker's connection ends a moment after it."""
    for _ in range(200):
        with db.begin() as conn:
            if not conn.execute(
                text("select is_leaving(notices) from notices where id = :id"), {"id": notice}
            ).scalar():
                return
        time.sleep(0.05)


def test_a_response_that_was_cut_off_is_never_sent_again_by_itself(database, monkeypatch):
    with db.begin() as conn:
        case = builders.queued(conn)
        notice = notices.waiting(conn, case.id).id
    cut_off(notice)
    with db.begin() as conn:  # said even before a worker comes to it
        assert notices.waiting(conn, case.id).status == "unknown"
    with mail_server(monkeypatch) as box:
        assert delivery.deliver(notice) == "unknown"
        with pytest.raises(NotWaiting):
            delivery.deliver(notice)
        assert box.raw == []
        with db.begin() as conn:
            assert history(conn, case)[-1].note == CUT_OFF and see(conn, case.id).is_open
            does(conn, case, "send_again")
        assert delivery.deliver(notice) == "sent" and len(box.raw) == 1


@pytest.mark.parametrize("action", ["take_back_response", "record_response", "withdraw"])
def test_staff_need_no_worker_to_deal_with_a_response_that_was_cut_off(database, action):
    with db.begin() as conn:
        case = builders.queued(conn)
        notice = notices.waiting(conn, case.id).id
    cut_off(notice)
    with db.begin() as conn:
        does(conn, case, action, **builders.form(conn, action))
        assert outbox(conn, case) == [("response", "cancelled")]


def test_a_status_update_that_was_cut_off_is_sent_again(database, monkeypatch):
    with db.begin() as conn:
        case = builders.escalation(conn, **TO)
        (update,) = messages(conn, case)
    cut_off(update.id)
    with mail_server(monkeypatch) as box:
        assert delivery.deliver(update.id) == "sent"
    assert len(box.raw) == 1


def test_a_message_that_is_being_handed_over_is_left_alone_by_all_others(database, monkeypatch):
    with db.begin() as conn:
        case = builders.queued(conn)
        notice = notices.waiting(conn, case.id).id

    def ask(email, seconds):
        with pytest.raises(NotWaiting):
            delivery.deliver(notice)
        with db.begin() as conn:
            assert notices.waiting(conn, case.id).status == "sending"
            for refused in (lambda: notices.send_again(conn, notice, who(conn, SAM)), lambda: notices.cancel_response(conn, case.id),
                            lambda: notices.readdress_response(conn, case.id, "other@example.org")):  # fmt: skip
                with pytest.raises(LeavingNow):
                    refused()
        return again("Not now.")

    monkeypatch.setenv("SMTP_URL", "smtp://127.0.0.1:1")
    monkeypatch.setattr(mail, "send", ask)
    assert delivery.deliver(notice) == "waiting"


def test_no_transaction_is_open_while_the_mail_server_thinks(database, monkeypatch):
    with db.begin() as conn:
        notice = notices.waiting(conn, builders.queued(conn).id).id

    def ask(email, seconds):
        with db.begin() as conn:
            held = conn.execute(
                text(
                    "select count(*) from pg_stat_activity where state like 'idle in transaction%' and datname = current_database()"
                )
            )
            assert held.scalar() == 0
        return again("Not now.")

    monkeypatch.setenv("SMTP_URL", "smtp://127.0.0.1:1")
    monkeypatch.setattr(mail, "send", ask)
    assert delivery.deliver(notice) == "waiting"


def test_an_error_of_ours_gives_the_lane_free_and_the_next_round_finds_the_message(database, monkeypatch):
    with db.begin() as conn:
        case = builders.queued(conn)
        notice = notices.waiting(conn, case.id).id
    monkeypatch.setenv("SMTP_URL", "smtp://127.0.0.1:1")
    monkeypatch.setattr(mail, "send", lambda email, seconds: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        delivery.deliver(notice)
    with db.owner_engine().begin() as conn:
        assert notices.waiting(conn, case.id).status == "unknown"
        conn.execute(text("delete from procrastinate_jobs"))
        conn.execute(text("update notices set sending_since = now() - interval '2 minutes'"))
    rounds.make()
    with db.begin() as conn:
        assert jobs_of(conn) == [notice]
    assert delivery.deliver(notice) == "unknown"


def test_a_round_finds_only_what_no_job_will_deliver(database):
    with db.begin() as conn:
        lost, fresh, kept = (notices.waiting(conn, builders.queued(conn).id).id for _ in range(3))
    with db.owner_engine().begin() as conn:
        conn.execute(
            text("update notices set created_at = now() - interval '2 minutes' where id <> :id"), {"id": fresh}
        )
        conn.execute(
            text("delete from procrastinate_jobs where (args ->> 'notice_id')::bigint in (:lost, :fresh)"),
            {"lost": lost, "fresh": fresh},
        )
    rounds.make()
    rounds.make()
    with db.begin() as conn:
        assert jobs_of(conn) == [kept, lost]


# Status updates: only for those who signed up, in order, and no more when they have had enough


def test_an_update_by_email_says_number_and_status_and_how_to_stop_and_nothing_else(database, monkeypatch):
    with db.begin() as conn:
        case = builders.escalation(conn, **TO)
    with mail_server(monkeypatch) as box:
        assert deliver_all() == ["sent"]
    (message,) = box.messages
    assert message["To"] == "ruth@example.org"
    assert message["Subject"] == f"311 Toronto: escalation {case.request_no} is now received."
    assert message.get_content().splitlines() == [
        message["Subject"], "", f"To stop these messages, call 311 and give the request number {case.request_no}.",
    ]  # fmt: skip


def test_who_did_not_sign_up_is_told_nothing(database):
    with db.begin() as conn:
        case = builders.escalation_closed(conn)
        assert outbox(conn, case) == [] and jobs_of(conn) == []


def test_the_whole_way_is_told_in_order(database, monkeypatch):
    with mail_server(monkeypatch) as box:
        with db.begin() as conn:
            case = builders.escalation(conn, **TO)
        deliver_all()
        for action in ("take", "record_first_response", "decide"):
            with db.begin() as conn:
                does(conn, case, action, MINA, **builders.form(conn, action))
            deliver_all()
    told = [str(message["Subject"]).removesuffix(".").split(" is now ")[1] for message in box.messages]
    assert told == ["received", "in review", "responded", "decided"]


def test_a_newer_status_takes_the_place_of_one_that_has_not_left(database, monkeypatch, nowhere):
    with db.begin() as conn:
        case = builders.escalation(conn, **TO)
    assert deliver_all() == ["waiting"]  # received: tried, and to be tried again
    with db.begin() as conn:
        does(conn, case, "take", MINA)
        assert [update.status for update in messages(conn, case)] == ["cancelled", "waiting"]
    with mail_server(monkeypatch) as box:
        assert deliver_all() == ["nothing", "sent"]
    assert [str(message["Subject"]).split()[-1] for message in box.messages] == ["review."]


def test_an_older_status_never_leaves_after_a_newer_one_even_if_it_was_cut_off(database, monkeypatch):
    with db.begin() as conn:
        case = builders.escalation(conn, **TO)
        (first,) = messages(conn, case)
    with db.owner_engine().connect() as sender:  # the first is on its way: its worker holds the lane
        lane = sender.execute(
            text("select pg_try_advisory_lock(lane_of(notices)) from notices where id = :id"), {"id": first.id}
        )
        assert lane.scalar()
        cut_off(first.id)
        with db.begin() as conn:
            does(conn, case, "take", MINA)
            second = messages(conn, case)[1]
            assert [update.status for update in messages(conn, case)] == ["sending", "waiting"]
        with mail_server(monkeypatch) as box, pytest.raises(OthersFirst):
            delivery.deliver(second.id)
        assert box.raw == []
        sender.invalidate()  # and now its worker is killed
    until_the_lane_is_free(first.id)
    with mail_server(monkeypatch) as box:
        assert (delivery.deliver(second.id), delivery.deliver(first.id)) == ("sent", "cancelled")
    assert len(box.raw) == 1


def test_who_has_had_enough_is_told_no_more(database, monkeypatch):
    with db.begin() as conn:
        case = builders.escalation(conn, **TO)
        does(conn, case, "take", MINA)
        does(conn, case, "stop_updates", MINA)
        assert {update.status for update in messages(conn, case)} == {"cancelled"}
        does(conn, case, "decide", MINA, **builders.DECISION)
    with mail_server(monkeypatch) as box:
        assert set(deliver_all()) == {"nothing"}
    assert box.raw == []


def test_an_update_that_was_cut_off_does_not_leave_after_the_customer_opted_out(database, monkeypatch):
    with db.begin() as conn:
        case = builders.escalation(conn, **TO)
        (update,) = messages(conn, case)
    with db.owner_engine().connect() as sender:
        sender.execute(text("select pg_advisory_lock(lane_of(notices)) from notices where id = :id"), {"id": update.id})
        cut_off(update.id)
        with db.begin() as conn:
            does(conn, case, "stop_updates", MINA)
            assert messages(conn, case)[0].status == "sending"  # on its way already
        sender.invalidate()
    until_the_lane_is_free(update.id)
    with mail_server(monkeypatch) as box:
        assert delivery.deliver(update.id) == "cancelled"
    assert box.raw == []


def test_who_signs_up_with_another_address_is_told_only_there(database, monkeypatch):
    with db.begin() as conn:
        case = builders.escalation(conn, **TO)
        does(conn, case, "sign_up_for_updates", MINA, updates_by="email", updates_to="other@example.org")
    with mail_server(monkeypatch) as box:
        assert deliver_all() == ["cancelled"]
        with db.begin() as conn:
            does(conn, case, "take", MINA)
        assert deliver_all() == ["sent"]
    assert box.to == ["other@example.org"]


def test_a_status_update_that_fails_is_no_event_of_the_case(database, nowhere):
    with db.begin() as conn:
        case = builders.escalation(conn, **TO)
    deliver_all()
    with db.begin() as conn:
        assert "response_failed" not in {event.action for event in history(conn, case)}


# By hand


def test_a_status_update_is_sent_again_or_withdrawn_by_hand_and_it_is_kept_by_whom(database, nowhere):
    with db.begin() as conn:
        case = builders.escalation(conn, **TO)
        (update,) = messages(conn, case)
    delivery.deliver(update.id)
    with db.begin() as conn:
        notices.send_again(conn, update.id, who(conn, MINA))
        assert messages(conn, case)[0].attempts == 0
        notices.withdraw(conn, update.id, who(conn, MINA))
        handled = conn.execute(text("select status, handled_by from notices")).one()
        assert tuple(handled) == ("cancelled", who(conn, MINA).id)
        for gone in (update.id, 987654321):
            with pytest.raises(NotInTheOutbox):
                notices.send_again(conn, gone, who(conn, MINA))


def test_every_way_it_can_come_is_known():
    assert {came.value for came in Came} == {"sent", "again", "never", "perhaps"}
