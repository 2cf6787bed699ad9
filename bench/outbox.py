"""An outbox full of messages, and the processes that empty it: a mail server, and workers that can be killed."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from core.settings import ROOT

#: A worker that is missed soon: for tests and benches, in which many are killed.
WORKER = """
from core import worker
worker.HEARTBEAT, worker.STALLED, worker.ROUND = 0.5, 2.0, 0.5
worker.run(at_once={at_once})
"""


def fill(conn: Connection, like: int, updates: int = 0, responses: int = 0, copies: int = 0) -> None:
    """Puts so many messages into the outbox, each about a case of its own that is like this one; works as the owner of the tables.

    `copies`: so many cases more, without a message."""
    columns = conn.execute(
        text("""
        select string_agg(quote_ident(column_name), ', ') from information_schema.columns
        where table_name = 'cases' and table_schema = 'public' and is_generated = 'NEVER' and is_identity = 'NO'
          and column_name not in ('request_no', 'updates_by', 'updates_to')""")
    ).scalar()
    conn.execute(text(f"insert into cases ({columns}) select {columns} from cases, generate_series(1, :number) where id = :like"),
                 {"number": copies, "like": like})  # fmt: skip
    for purpose, number in (("update", updates), ("response", responses)):
        conn.execute(
            text(f"""
            with made as (
                insert into cases ({columns}, updates_by, updates_to)
                select {columns}, 'email', 'ruth@example.org' from cases, generate_series(1, :number) where id = :like
                returning id, request_no
            ), queued as (
                insert into notices (case_id, purpose, channel, to_address, subject, body, message_id)
                select id, :purpose, 'email', 'ruth@example.org', 'Your case ' || request_no, 'It is in review.',
                       '<' || :purpose || '.' || id || '@311.toronto.example>'
                from made
                returning id
            )
            select procrastinate_defer_jobs_v1(array_agg(
                row('notices', 'deliver', 0, null, null, jsonb_build_object('notice_id', id), null)::procrastinate_job_to_defer_v1
                order by id))
            from queued
            """),
            {"number": number, "like": like, "purpose": purpose},
        )
    conn.execute(
        text("""
        insert into case_events (case_id, version, action, to_state)
        select id, 1, 'import', state from cases where not exists (select from case_events where case_id = cases.id)""")
    )  # a case has a history


def statuses(conn: Connection) -> Counter[tuple[str, str]]:
    """How many messages there are, by purpose and status."""
    rows = conn.execute(text("select purpose, status, count(*) from notices group by purpose, status"))
    return Counter({(purpose, status): number for purpose, status, number in rows})


def not_done(conn: Connection) -> int:
    """How many messages still wait or are being handed over."""
    left: int = conn.execute(text("select count(*) from notices where status in ('waiting', 'sending')")).scalar_one()
    return left


@dataclass(frozen=True)
class Server:
    """A mail server: its address for SMTP_URL, and where it writes down what it takes."""

    url: str
    file: Path

    @property
    def taken(self) -> Counter[str]:
        """How often each message was taken, by its Message-ID."""
        return Counter(self.file.read_text().split())


@contextmanager
def mail_server(seconds: float = 0) -> Iterator[Server]:
    """A mail server in a process of its own that takes a message in so many seconds."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "taken"
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.smtp_server", str(port), str(file), str(seconds)], cwd=ROOT
        )
        try:
            _wait_for(port)
            yield Server(f"smtp://127.0.0.1:{port}?from=311@city.example", file)
        finally:
            process.terminate()
            process.wait(10)


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("the mail server did not start")


def start_worker(address: str, at_once: int = 4, **environment: str) -> subprocess.Popen[bytes]:
    """A worker in a process of its own, on this database."""
    return subprocess.Popen(
        [sys.executable, "-c", WORKER.format(at_once=at_once)],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": address} | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def workers(address: str, number: int, at_once: int = 4, **environment: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    """So many workers, told to stop at the end."""
    running = [start_worker(address, at_once, **environment) for _ in range(number)]
    try:
        yield running
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)
