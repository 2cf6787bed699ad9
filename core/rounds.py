"""The rounds of a worker: what nobody asks for, and has to be done all the same. One worker at a time makes them."""

from sqlalchemy import Connection

from core import db, digests, jobs, retention


def make() -> None:
    """Finds messages that no job will deliver, makes the morning digests, and erases what two people decided; does nothing while another worker makes its rounds."""
    with db.begin() as conn:
        if not db.value(conn, "jobs.only_one"):
            return
        for found in db.rows(conn, "notices.forgotten"):
            jobs.defer_delivery(conn, found.id)
        digests.make(conn)
        retention.carry_out(conn, retention.IN_A_ROUND)


def workers(conn: Connection) -> int:
    """How many workers gave a sign of life in the last minute."""
    return db.value(conn, "jobs.workers")
