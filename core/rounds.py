"""The rounds of a worker: what nobody asks for, and has to be done all the same. One worker at a time makes them."""

from sqlalchemy import Connection

from core import db, digests, jobs


def make() -> None:
    """Finds messages that no job will deliver, and makes the morning digests; does nothing while another worker makes its rounds."""
    with db.begin() as conn:
        if not db.value(conn, "jobs.only_one"):
            return
        for found in db.rows(conn, "notices.forgotten"):
            jobs.defer_delivery(conn, found.id)
        digests.make(conn)


def workers(conn: Connection) -> int:
    """How many workers gave a sign of life in the last minute."""
    return db.value(conn, "jobs.workers")
