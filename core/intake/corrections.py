"""Refused rows given back: as they stood, with their line and reason, to be mended and imported again.

The two columns at the end are ignored when the file comes back. Cells that a spreadsheet would run are made safe, and
are as they were when they come back.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

from sqlalchemy import Connection, Row

from core import db
from core.errors import NotAllowed, NotFound
from core.intake import cells
from core.intake.reading import OWN_COLUMNS
from core.kinds import Role
from core.people import Person, as_of_now

#: Refused rows read from the database at a time.
SOME = 5_000
#: A byte order mark, by which spreadsheets know UTF-8.
MARK = "\ufeff"


class NoSuchImport(NotFound):
    """There is no such import."""


class NotYourImport(NotAllowed):
    """The refused rows are for whoever imported the file, and for administrators."""


@dataclass(frozen=True)
class Reason:
    """Why rows were refused: what differs from row to row is left out. `first_line` is an example."""

    why: str
    rows: int
    first_line: int


def get(conn: Connection, import_id: int) -> Row[Any]:
    """One import; refuses an unknown one."""
    found = db.row(conn, "imports.get", id=import_id)
    if found is None:
        raise NoSuchImport
    return found


def may_read(found: Row, by: Person) -> bool:
    """Whether this person may read the rows of an import that were refused: they say what customers said, of whom (R64)."""
    return by.role in (Role.ADMINISTRATOR, Role.SYSTEM) or (found.by_id is not None and found.by_id == by.id)


def open_refused(conn: Connection, import_id: int, by: Person, *, download: bool = False) -> None:
    """Logs that somebody reads the refused rows of an import, or takes them along; refuses who may not."""
    by = as_of_now(conn, by)
    if not by.active or not may_read(get(conn, import_id), by):
        raise NotYourImport
    if by.id is not None:
        what = f"{'download' if download else 'view'} of the refused rows of import {import_id}"
        db.run(conn, "imports.log", by=by.id, what=what, always=download)


def recent(conn: Connection, most: int = 20) -> list[Row]:
    """The imports so far, newest first."""
    return db.rows(conn, "imports.recent", most=most)


def reasons(conn: Connection, import_id: int) -> list[Reason]:
    """Why rows were refused, the commonest reason first."""
    return [Reason(**row._mapping) for row in db.rows(conn, "imports.reasons", id=import_id)]


def refused(conn: Connection, import_id: int, most: int = 500) -> list[Row]:
    """The first refused rows: line_no, reason, cells."""
    return db.rows(conn, "imports.refusals", id=import_id, after=0, most=most)


def as_csv(conn: Connection, import_id: int) -> bytes:
    """All refused rows of an import as a file for a spreadsheet: UTF-8 with its mark, commas."""
    return "".join(pieces(conn, import_id)).encode()


def pieces(conn: Connection, import_id: int) -> Iterator[str]:
    """The same, some rows at a time."""
    columns = list(get(conn, import_id).columns)
    own = next(names for names in OWN_COLUMNS if not set(names) & set(columns))
    yield MARK + _lines([[*columns, *own]])
    after = 0
    while rows := db.rows(conn, "imports.refusals", id=import_id, after=after, most=SOME):
        yield _lines([_record(row, len(columns)) for row in rows])
        after = rows[-1].line_no


def _record(row: Row, width: int) -> list[str]:
    """A refused row with its line and reason. One of the wrong width keeps a cell too many until somebody has mended it."""
    found = list(row.cells)
    too_narrow = ["← mend this row, then delete this cell"] if len(found) < width else []
    whole = [*found[:width], *[""] * (width - len(found))]
    return [*whole, str(row.line_no), row.reason, *(too_narrow or found[width:])]


def _lines(records: list[list[str]]) -> str:
    written = StringIO()
    csv.writer(written).writerows(map(cells.safe, record) for record in records)
    return written.getvalue()
