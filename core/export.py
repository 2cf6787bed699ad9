"""All cases in our own format: UTF-8, safe for spreadsheets, and read again by `import --source own`."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from core import db
from core.figures import SMALL
from core.people import Person, refuse_unless_staff


def pieces(conn: Connection, by: Person | None = None, why: str | None = None) -> Iterator[bytes]:
    """The file, a piece at a time, as the database gives it.

    Cases about a person (R64) and compliments (R62) are seen by few: without `by` they are left out; with, those that
    person may see are in it, and each about a person is logged, with `why` if it was said. Refuses who sees figures only.
    """
    who = by.id if by else None
    if by is not None:
        refuse_unless_staff(by)
        db.run(conn, "export.log", viewer=who, why=why)
    db.value(conn, "export.choose", viewer=str(who or ""))
    driver: Any = conn.connection.driver_connection
    with driver.cursor().copy(db.queries()["export.all"]) as copy:
        for piece in copy:
            yield bytes(piece)


def left_out(conn: Connection, by: Person | None = None) -> str:
    """How many cases are not in it, as it may be told: so few that they could be guessed are not counted, nor is none (R64)."""
    number = int(db.value(conn, "export.left_out", viewer=by.id if by else None))
    return f"{number:,}" if number >= SMALL else f"Fewer than {SMALL}"
