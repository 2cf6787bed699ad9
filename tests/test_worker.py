"""Workers as real processes, beside a real mail server: they deliver, stop, are killed, and work side by side."""

import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from importlib.metadata import version

import pytest
from sqlalchemy import text

from bench import kills, outbox
from core import db, health, notices, rounds
from core.settings import ROOT
from tests import builders
from tests.builders import does, see


@pytest.fixture
def like(database):
    """A case to copy from: investigated, with a response that was written and taken back."""
    with db.begin() as conn:
        case = builders.queued(conn)
        does(conn, case, "take_back_response", note="A copy of it is sent for each of the others.")
        return case.id


def fill(like, **how):
    with db.owner_engine().begin() as conn:
        outbox.fill(conn, like, **how)


def until(true, seconds=30):
    """Waits until this is so."""
    deadline = time.monotonic() + seconds
    while not (came := true()):
        assert time.monotonic() < deadline, "it never came to be so"
        time.sleep(0.05)
    return came


def left():
    with db.owner_engine().begin() as conn:
        return outbox.not_done(conn)


def working():
    with db.begin() as conn:
        return rounds.workers(conn)


@contextmanager
def command(database, **environment):
    """`python -m core work`."""
    import os

    with subprocess.Popen([sys.executable, "-m", "core", "work"], cwd=ROOT, stderr=subprocess.PIPE, text=True,
                          env=os.environ | {"DATABASE_URL": database} | environment) as process:  # fmt: skip
        yield process
        if process.poll() is None:
            process.kill()


def test_the_command_delivers_what_is_asked_for_while_it_runs_and_stops_when_it_is_told(database):
    with outbox.mail_server(0.3) as server, command(database, SMTP_URL=server.url) as worker:
        until(working)
        with db.begin() as conn:
            case = builders.queued(conn)
        until(lambda: server.taken)  # the server has it, and takes its time to say so
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0
        said = worker.stderr.read()
        with db.begin() as conn:
            assert (see(conn, case.id).state, notices.waiting(conn, case.id)) == ("responded", None)
            assert rounds.workers(conn) == 0 and not conn.execute(text("select from procrastinate_jobs")).all()
    assert "sent" in said and not [word for word in ("ruth", "Ruth", "queue dropped") if word in said]


def test_four_workers_at_once_deliver_each_message_once(database, like):
    fill(like, updates=60, responses=60)
    with outbox.mail_server(0.01) as server, outbox.workers(database, 4, SMTP_URL=server.url):
        until(lambda: not left(), 60)
        taken = server.taken
    assert len(taken) == 120 and set(taken.values()) == {1}
    with db.begin() as conn:
        came = outbox.statuses(conn)
        assert (came["update", "sent"], came["response", "sent"]) == (60, 60)


def test_a_worker_that_is_killed_again_and_again_loses_nothing_and_never_doubles_a_response(database, like, capsys):
    came = kills.kill(database, like, deliveries=200, kills=8)
    with capsys.disabled():
        print(f" [{came}]", end="")
    assert (came.lost, came.doubled_responses) == (0, 0)
    assert came.doubled_updates + came.unknown_responses <= came.kills * kills.AT_ONCE


def test_a_worker_that_is_killed_is_missed_and_its_job_is_done_by_another(database, like):
    with outbox.mail_server(30) as server:
        worker = outbox.start_worker(database, SMTP_URL=server.url)
        fill(like, responses=1)
        until(lambda: server.taken)
        worker.kill()
        worker.wait()
    with outbox.mail_server() as other, outbox.workers(database, 1, SMTP_URL=other.url):
        until(lambda: not left())
        assert not other.taken
    with db.begin() as conn:
        assert outbox.statuses(conn)["response", "unknown"] == 1


def test_a_worker_outlives_its_connections(database, like):
    """As after a restart of the database."""
    with outbox.mail_server() as server, outbox.workers(database, 1, SMTP_URL=server.url):
        until(working)
        with db.owner_engine().begin() as conn:
            conn.execute(
                text(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
                )
            )
        db.close()
        fill(like, updates=3)
        until(lambda: not left(), 60)
        assert len(server.taken) == 3


def test_without_a_mail_server_everything_is_kept(database, like):
    fill(like, updates=2, responses=2)
    with outbox.workers(database, 1):
        until(lambda: not left())
    with db.begin() as conn:
        came = outbox.statuses(conn)
        assert (came["update", "kept"], came["response", "kept"]) == (2, 2)


def test_the_health_check_knows_what_should_have_left_and_whether_a_worker_runs(database, monkeypatch):
    assert health.problems() == []
    with db.begin() as conn:
        case = builders.queued(conn)
        builders.escalation(conn, updates_by="sms", updates_to="416-555-0177")
        notice = notices.waiting(conn, case.id).id
    assert health.problems() == []
    with db.owner_engine().begin() as conn:
        conn.execute(text("update notices set created_at = now() - interval '6 minutes'"))
    assert health.problems() == [
        "2 messages should have left more than five minutes ago, and no worker is running: start python -m core work."
    ]
    with db.owner_engine().begin() as conn:
        conn.execute(text("insert into procrastinate_workers default values"))
        conn.execute(text("update notices set status = 'cancelled' where id <> :id"), {"id": notice})
    assert health.problems() == ["A message should have left more than five minutes ago, although a worker is running."]
    with db.owner_engine().begin() as conn:
        conn.execute(text("update procrastinate_workers set last_heartbeat = now() - interval '2 minutes'"))
        conn.execute(text("update notices set status = 'cancelled'"))
    assert health.problems() == []
    monkeypatch.setenv("WORKER", "on")
    assert health.problems() == ["No worker is running, so nothing leaves: start python -m core work."]


def test_an_error_of_ours_in_a_job_is_told_by_the_health_check(database):
    with db.owner_engine().begin() as conn:
        conn.execute(text("insert into procrastinate_jobs (queue_name, task_name) values ('notices', 'deliver')"))
        conn.execute(text("update procrastinate_jobs set status = 'doing'"))
        conn.execute(text("update procrastinate_jobs set status = 'failed'"))
    assert health.problems() == ["1 of the last day's jobs ended in an error of ours; the worker's log says where."]


def test_the_queues_schema_is_the_one_of_the_installed_package():
    """Who upgrades procrastinate adds its migrations as one of ours, and says here which."""
    migration = (ROOT / "sql/migrations/0014_jobs.sql").read_text()
    assert f"procrastinate {version('procrastinate')} " in migration


def test_the_dashboards_role_may_do_with_the_queue_what_the_work_needs_and_no_more(conn):
    may = conn.execute(
        text("""
        select relname, array(select right_ from unnest(array['select', 'insert', 'update', 'delete', 'truncate']) as right_
                              where has_table_privilege(pg_class.oid, right_))
        from pg_class where relname like 'procrastinate%' and relkind = 'r'""")
    )
    assert {name: set(rights) for name, rights in may} == {
        "procrastinate_jobs": {"select", "insert", "update", "delete"},
        "procrastinate_workers": {"select", "insert", "update", "delete"},
        "procrastinate_events": {"select", "insert", "delete"},
        "procrastinate_periodic_defers": {"select", "update"},
    }
