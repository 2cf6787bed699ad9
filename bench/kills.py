"""A worker killed with SIGKILL fifty times during a thousand deliveries: what is lost, what is doubled, what is not known.

Half of the messages are status updates (at least once: sent again by themselves), half are responses (at most once: what may
have left is shown to staff). The mail server is a process of its own and takes a tenth of a second for each message, so
that most kills hit messages on their way. [lost] must be 0, [doubled_responses] too. How many updates were doubled and how
many responses are left to staff depends on the moments of the kills: at most as many as were on their way.
"""

import random
import subprocess
import time
from dataclasses import dataclass

from sqlalchemy import Connection

from bench import measure, outbox
from bench.case import one_to_answer
from core import db

ROWS = 1_000
KILLS_PER_ROW = 0.05
AT_ONCE = 4
TOGETHER = 20


@dataclass(frozen=True)
class Came:
    """What came of it."""

    kills: int
    lost: int
    doubled_updates: int
    doubled_responses: int
    unknown_responses: int


def run(rows: int) -> dict[str, float]:
    """Counts, not ratios."""
    with measure.temporary_database() as address:
        with db.owner_engine().begin() as conn:
            like = one_to_answer(conn)
        came = kill(address, like, rows, round(rows * KILLS_PER_ROW))
    print(f"{came.kills} kills during {rows} deliveries: {came.lost} lost, {came.doubled_updates} of {rows // 2} status updates doubled, "
          f"{came.doubled_responses} responses doubled, {came.unknown_responses} of {rows // 2} responses not known to have left.")  # fmt: skip
    return {name: float(value) for name, value in vars(came).items()}


def kill(address: str, like: int, deliveries: int, kills: int, seconds: float = 0.1) -> Came:
    """Kills a worker so many times while another one is starting, then lets one finish, and counts."""
    with db.owner_engine().begin() as conn:
        for _ in range(deliveries // TOGETHER):  # so that each life meets both
            outbox.fill(conn, like, updates=TOGETHER // 2, responses=TOGETHER // 2)
    with outbox.mail_server(seconds) as server:
        running = [_start(address, server)]
        for _ in range(kills):
            running.append(_start(address, server))
            _kill(running.pop(0), server)
        running[0].kill()
        running[0].wait()
        with outbox.workers(address, 1, AT_ONCE, SMTP_URL=server.url), db.owner_engine().connect() as conn:
            _wait_until_done(conn)
        with db.owner_engine().begin() as conn:
            return _count(conn, server, deliveries // 2, kills + 1)


def _start(address: str, server: outbox.Server) -> subprocess.Popen[bytes]:
    return outbox.start_worker(address, AT_ONCE, SMTP_URL=server.url)


def _kill(process: subprocess.Popen[bytes], server: outbox.Server) -> None:
    """It works for a moment, and is gone with whatever it was doing."""
    before, deadline = server.taken.total(), time.monotonic() + 15
    while server.taken.total() == before and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(random.uniform(0, 0.3))
    process.kill()
    process.wait()


def _wait_until_done(conn: Connection, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with conn.begin():
            if not outbox.not_done(conn):
                return
        time.sleep(0.2)
    raise TimeoutError("the outbox was not emptied")


def _count(conn: Connection, server: outbox.Server, each: int, kills: int) -> Came:
    statuses, taken = outbox.statuses(conn), server.taken
    kept = {purpose: sum(1 for name in taken if name.startswith(f"<{purpose}.")) for purpose in ("update", "response")}
    unknown = statuses["response", "unknown"]
    assert statuses["update", "sent"] == each and statuses["response", "sent"] + unknown == each, statuses
    doubled = {
        purpose: sum(1 for name, times in taken.items() if name.startswith(f"<{purpose}.") and times > 1)
        for purpose in kept
    }
    lost = each - kept["update"] + max(statuses["response", "sent"] - kept["response"], 0)
    return Came(kills, lost, doubled["update"], doubled["response"], unknown)
