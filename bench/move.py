"""One move with its event in one transaction, at 1, 8 and 32 connections: against `pgbench -N` on the same server in the same run.

Measured is all that a click does in the database, through `cases.act` as the dashboard calls it: a connection from the pool, a
transaction, has this click been carried out, who clicks as of now, the case as they may see it, the table of moves in Python, the
move and its event, the draft dropped, the commit. [to_pgbench_1], [_8], [_32]: `record_finding`, which changes four columns, by the
supervisor who has the case, on one of ROWS cases at random. For information: `add_note`, and the move alone, which is the one
statement by psycopg without any of the rest. pgbench -N is its simple update on 100,000 rows: update, select, insert, commit.

[notice] and [job] tell apart what a message costs: how many times longer one transaction takes with a row of the outbox, and with
its job as well, than without, at 1 connection.

Everybody has two processes or threads to ask from, as the machine has two cores; they take turns, and each figure is the median of
the rounds, each round compared with itself.
"""

import os
import re
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from random import randint
from statistics import median
from threading import Thread
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection

from bench import outbox
from bench.case import one_to_answer, somebody
from bench.measure import show, temporary_database
from core import cases, db, embedded, jobs, notices
from core.errors import Stale
from core.people import Person

ROWS = 10_000
ROUNDS, SECONDS, CONNECTIONS, PROCESSES = 5, 3.0, (1, 8, 32), 2
FINDING: dict[str, Any] = {
    "finding": "substantiated",
    "finding_summary": "The queue dropped the call.",
    "sources_checked": "The recording.",
}
FLOOR, CLICK, NOTE, ALONE, NOTICE, JOB = (
    "pgbench -N",
    "record_finding",
    "add_note",
    "the move alone",
    "with notice",
    "and job",
)


def run(rows: int) -> dict[str, float]:
    """Shares of pgbench's transactions per second; and what notice and job cost."""
    with temporary_database() as address:
        with db.owner_engine().begin() as conn:
            outbox.fill(conn, one_to_answer(conn), responses=0, copies=rows)
        _pgbench(address, "-i", "-s", "1", "-q")
        with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as processes:
            seconds = {
                (what, number): [] for number in CONNECTIONS for what in (FLOOR, CLICK, NOTE, ALONE, NOTICE, JOB)
            }  # type: dict[tuple[str, int], list[float]]
            for turn in range(ROUNDS + 1):
                for (what, number), measured in seconds.items():
                    if number == 1 or what not in (NOTICE, JOB):
                        rate = _floor(address, number) if what == FLOOR else _rate(processes, what, number, rows)
                        measured.extend([rate] if turn else [])
    return _said(seconds)


def _said(rates: dict[tuple[str, int], list[float]]) -> dict[str, float]:
    def share(what: str, number: int, of: str = FLOOR) -> float:
        return median(a / b for a, b in zip(rates[what, number], rates[of, number], strict=True))

    show(
        f"One move in one transaction, {ROUNDS} rounds of {SECONDS:g} s, medians: transactions per second, and share of {FLOOR}",
        ["what", *(f"{number} connection{'' if number == 1 else 's'}" for number in CONNECTIONS)],
        [[what, *(f"{median(rates[what, number]):,.0f} ({share(what, number):.2f})" for number in CONNECTIONS if rates[what, number])]
         for what in (FLOOR, CLICK, NOTE, ALONE, NOTICE, JOB)],
    )  # fmt: skip
    ratios = {f"to_pgbench_{number}": share(CLICK, number) for number in CONNECTIONS}
    ratios |= {f"note_to_pgbench_{number}": share(NOTE, number) for number in CONNECTIONS}
    ratios |= {f"alone_to_pgbench_{number}": share(ALONE, number) for number in CONNECTIONS}
    return ratios | {"notice": share(NOTE, 1, NOTICE), "job": share(NOTICE, 1, JOB)}


# The floor


def _floor(address: str, connections: int) -> float:
    said = _pgbench(
        address, "-n", "-N", "-c", str(connections), "-j", str(min(connections, PROCESSES)), "-T", f"{SECONDS:.0f}"
    )
    found = re.search(r"tps = ([\d.]+)", said)
    assert found, said
    return float(found[1])


def _pgbench(address: str, *options: str) -> str:
    """Debian's, or the one in the wheel."""
    programs = (embedded.server().programs / "pgbench", *Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
    program = next(str(path) for path in programs if path.exists())
    return subprocess.run([program, *options, address], capture_output=True, text=True, check=True).stdout


# The moves


def _rate(processes: ProcessPoolExecutor, what: str, connections: int, rows: int) -> float:
    """Transactions per second of all processes together."""
    each = [connections // PROCESSES] * PROCESSES if connections > 1 else [1]
    start = time.time() + 0.3
    asked = [processes.submit(_many, what, threads, rows, start, os.environ["DATABASE_URL"]) for threads in each]
    return sum(one.result() for one in asked) / SECONDS


def _many(what: str, threads: int, rows: int, start: float, address: str) -> int:
    """How many one process does in its time, in so many threads."""
    os.environ["DATABASE_URL"] = address
    with db.begin() as conn:
        by = somebody(conn)
    do, done = partial(WORK[what], by), [0] * threads
    going = [Thread(target=_until, args=(do, rows, start, done, place)) for place in range(threads)]
    for thread in going:
        thread.start()
    for thread in going:
        thread.join()
    return sum(done)


def _until(do: Callable[[Connection, int], object], rows: int, start: float, done: list[int], place: int) -> None:
    time.sleep(max(start - time.time(), 0))
    while time.time() < start + SECONDS:
        try:
            with db.begin() as conn:
                do(conn, randint(2, rows))
            done[place] += 1
        except Stale:  # another thread moved the same case
            pass


def _click(by: Person, conn: Connection, case_id: int) -> None:
    cases.act(conn, case_id, "record_finding", by=by, key=uuid4(), **FINDING)


def _note(by: Person, conn: Connection, case_id: int) -> None:
    cases.act(conn, case_id, "add_note", by=by, key=uuid4(), note="She called again.")


def _alone(by: Person, conn: Connection, case_id: int) -> None:
    """The one statement, its plan kept, by a cursor of the same connection and transaction."""
    cursor: Any = conn.connection.cursor()
    values = {"id": case_id, "version": None, "start": "investigating", "end": "investigating", "changes": cases.as_json(FINDING),
              "action": CLICK, "by": by.id, "key": uuid4(), "note": None, "details": cases.as_json(FINDING)}  # fmt: skip
    cursor.execute(_psycopg("cases.move"), values, prepare=True)
    assert cursor.fetchone()


def _psycopg(name: str) -> str:
    return re.sub(r"(?<!:):(\w+)", r"%(\1)s", db.queries()[name])


def _notice(by: Person, conn: Connection, case_id: int) -> int:
    _note(by, conn, case_id)
    notice_id: int = db.value(
        conn, "notices.queue", case_id=case_id, purpose="acknowledgement", channel="email", to_address="ruth@example.org", by=by.id,
        subject="Your complaint", body="We have it.", message_id=notices.new_message_id(), letter_id=None, report_month=None,
    )  # fmt: skip
    return notice_id


def _job(by: Person, conn: Connection, case_id: int) -> None:
    jobs.defer_delivery(conn, _notice(by, conn, case_id))


WORK: dict[str, Callable[[Person, Connection, int], object]] = {
    CLICK: _click, NOTE: _note, ALONE: _alone, NOTICE: _notice, JOB: _job,
}  # fmt: skip
