"""What the people who run the dashboard look at: how much there is of what, and whether it moves."""

from sqlalchemy import Connection

from core import db, outbox
from core.kinds import Kind

#: How an open case can stand.
OPEN = ("open", "overdue", "due_soon", "unassigned")


def open_cases(conn: Connection) -> dict[str, dict[str, int]]:
    """How many cases stand how (OPEN), by kind; all of them, whoever may see them."""
    found = {row.kind: row for row in db.rows(conn, "operation.open_cases")}
    return {stands: {str(kind): getattr(found.get(kind), stands, 0) for kind in Kind} for stands in OPEN}


def messages(conn: Connection) -> dict[str, int]:
    """How many messages stand how in the outbox; those that left are today's."""
    found = {row.stands: row.n for row in db.rows(conn, "operation.messages")}
    return {stands: found.get(stands, 0) for stands in outbox.STANDS}


def failed_jobs(conn: Connection) -> int:
    """How many of the last day's jobs ended in an error of ours."""
    return int(db.value(conn, "jobs.broken"))
