"""The rounds of a worker: what nobody asks for, and has to be done all the same. One worker at a time makes them."""

from sqlalchemy import Connection

from core import db, digests, jobs, report_mails, retention


def make() -> None:
    """Messages that no job will deliver and the morning digests, what is old, what two people decided to erase, and the monthly reports.

    Does nothing while another worker makes its rounds. Each has a transaction of its own: what cannot be done keeps back nothing
    that comes before it.
    """
    with db.begin() as conn:
        if not db.value(conn, "jobs.only_one"):
            return
        for found in db.rows(conn, "notices.forgotten"):
            jobs.defer_delivery(conn, found.id)
        digests.make(conn)
    with db.begin() as conn:
        db.run(conn, "operation.sweep_answers")
        db.run(conn, "operation.sweep_sign_ins")
    with db.begin() as conn:
        if db.value(conn, "jobs.only_one"):
            retention.carry_out(conn, retention.IN_A_ROUND)
    with db.of_one_moment() as conn:
        if db.value(conn, "jobs.only_one"):
            report_mails.make(conn)


def workers(conn: Connection) -> int:
    """How many workers gave a sign of life in the last minute."""
    return db.value(conn, "jobs.workers")
