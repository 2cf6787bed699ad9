"""All cases in our own format: UTF-8, safe for spreadsheets, and read again by `import --source own`."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from core import db
from core.people import Person


def pieces(conn: Connection, by: Person | None = None, why: str | None = None) -> Iterator[bytes]:
    """The file, a piece at a time, as the database gives it.

    Cases about a person are seen by few (R64): without `by` they are left out; with, those that person may see are in
    it, and each is logged, with `why` if it was said.
    """
    who = by.id if by else None
    if who is not None:
        db.run(conn, "export.log", viewer=who, why=why)
    db.value(conn, "export.choose", viewer=str(who or ""))
    driver: Any = conn.connection.driver_connection
    with driver.cursor().copy(db.queries()["export.all"]) as copy:
        for piece in copy:
            yield bytes(piece)


def left_out(conn: Connection, by: Person | None = None) -> int:
    """How many cases are not in it because they are about a person whom `by` may not read about."""
    return int(db.value(conn, "export.left_out", viewer=by.id if by else None))
