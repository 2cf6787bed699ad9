"""Whether the dashboard can do its work: the database answers, is up to date, its calendar reaches far enough, messages leave."""

from collections.abc import Iterator

from sqlalchemy import Connection

from core import business_days, db, migrate, operation, rounds
from core.errors import Refused
from core.settings import settings


def problems() -> list[str]:
    """What is not well, a sentence each; nothing when all is well."""
    try:
        with db.begin() as conn:
            missing = migrate.pending(conn.connection.driver_connection)  # type: ignore[arg-type]
            if missing:
                return [f"The database lacks {', '.join(missing)}: run python -m core migrate."]
            calendar = business_days.runs_out(conn)
            return [*([calendar.in_words] if calendar.soon else []), *_of_the_outbox(conn)]
    except Refused as refusal:
        return [str(refusal)]


def _of_the_outbox(conn: Connection) -> Iterator[str]:
    """A worker is expected where something waits for one, or where WORKER=on says so."""
    late, working = db.value(conn, "notices.late"), rounds.workers(conn)
    if late:
        why = "although a worker is running" if working else "and no worker is running: start python -m core work"
        yield f"{_messages(late)} should have left more than five minutes ago, {why}."
    elif not working and settings().worker == "on":
        yield "No worker is running, so nothing leaves: start python -m core work."
    if broken := operation.failed_jobs(conn):
        yield f"{broken} of the last day's jobs ended in an error of ours; the worker's log says where."


def _messages(number: int) -> str:
    return "A message" if number == 1 else f"{number} messages"
