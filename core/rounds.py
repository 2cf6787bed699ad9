"""The rounds of a worker: what nobody asks for, and has to be done all the same. One worker at a time makes them."""

from sqlalchemy import Connection

from core import db, digests, jobs, report_mails, retention


def make() -> None:
    """Finds messages that no job will deliver, makes the morning digests and the monthly reports, erases what two people decided, and sweeps out
    old answers of the feed and old sign-ins;
    does nothing while another worker makes its rounds. The reports are last and alone: one that cannot be made keeps back nothing else."""
    with db.begin() as conn:
        if not db.value(conn, "jobs.only_one"):
            return
        for found in db.rows(conn, "notices.forgotten"):
            jobs.defer_delivery(conn, found.id)
        digests.make(conn)
        retention.carry_out(conn, retention.IN_A_ROUND)
        db.run(conn, "operation.sweep_answers")
        db.run(conn, "operation.sweep_sign_ins")
    with db.of_one_moment() as conn:
        if db.value(conn, "jobs.only_one"):
            report_mails.make(conn)


def workers(conn: Connection) -> int:
    """How many workers gave a sign of life in the last minute."""
    return db.value(conn, "jobs.workers")
