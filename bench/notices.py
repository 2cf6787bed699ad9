"""Messages per second of 1, 2 and 4 workers with ROWS messages waiting, against bare smtplib to the same mail server.

Workers are processes as `python -m core work` starts them, each handing over four messages at a time; the messages are status
updates by email, each of a case of its own. The mail server is one process that takes everything at once. Counted is what the
database says was sent in a few seconds while enough still waits, starting up left out. The floor is one process of four threads
that connect, say one such message and part, as the worker does, and write nothing down: [to_floor_1], [_2], [_4] are shares of it,
medians of rounds that take turns. Two cores serve all of them: the mail server, the database and the workers.
"""

import time
from email.message import EmailMessage
from statistics import median
from threading import Thread

from sqlalchemy import text

from bench import outbox
from bench.case import one_to_answer
from bench.measure import show, temporary_database
from core import db, notices, rounds
from core.mail import Server

ROWS = 10_000
ROUNDS, SECONDS, WORKERS, AT_ONCE = 3, 5.0, (1, 2, 4), 4


def run(rows: int) -> dict[str, float]:
    """Shares of the floor, and messages per second for information."""
    with temporary_database() as address, outbox.mail_server() as server:
        with db.owner_engine().begin() as conn:
            like = one_to_answer(conn)
        rates: dict[int, list[float]] = {number: [] for number in (0, *WORKERS)}
        for _ in range(ROUNDS):
            for number, measured in rates.items():
                _refill(like, rows)
                measured.append(_rate(address, server, number) if number else _floor(server))
    share = {number: median(a / b for a, b in zip(rates[number], rates[0], strict=True)) for number in WORKERS}
    show(
        f"Messages per second with {rows:,} waiting, {ROUNDS} rounds of {SECONDS:g} s, medians",
        ["who", "messages per second", "share of the floor"],
        [["bare smtplib, four threads", f"{median(rates[0]):,.0f}", "1.00"],
         *([f"{number} worker{'' if number == 1 else 's'}", f"{median(rates[number]):,.0f}", f"{share[number]:.2f}"] for number in WORKERS)],
    )  # fmt: skip
    return {f"to_floor_{number}": share[number] for number in WORKERS} | {
        f"per_second_{number}": median(rates[number]) for number in WORKERS
    }


def _refill(like: int, rows: int) -> None:
    with db.owner_engine().begin() as conn:
        outbox.fill(conn, like, updates=max(rows - outbox.not_done(conn), 0))
    with db.owner_engine().connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(text("vacuum analyze"))


def _rate(address: str, server: outbox.Server, number: int) -> float:
    with outbox.workers(address, number, AT_ONCE, SMTP_URL=server.url):
        while _working() < number:
            time.sleep(0.05)
        time.sleep(1)
        before, start = _sent(), time.monotonic()
        time.sleep(SECONDS)
        return (_sent() - before) / (time.monotonic() - start)


def _working() -> int:
    with db.begin() as conn:
        return rounds.workers(conn)


def _sent() -> int:
    with db.owner_engine().begin() as conn:
        return int(conn.execute(text("select count(*) from notices where status = 'sent'")).scalar_one())


def _floor(server: outbox.Server) -> float:
    """Four threads of one process, in a process that has nothing else to do."""
    end, done = time.monotonic() + SECONDS, [0] * AT_ONCE

    def send(place: int) -> None:
        to = Server.of(server.url)
        while time.monotonic() < end:
            email = EmailMessage()
            email["From"], email["To"], email["Subject"] = to.sender, "ruth@example.org", "Your case"
            email["Message-ID"] = notices.new_message_id()
            email.set_content("It is in review.")
            to.send(email)
            done[place] += 1

    threads = [Thread(target=send, args=(place,)) for place in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / SECONDS
