"""A file into the database, in one transaction: all of it, or nothing.

The rows are laid out in a temporary table as they are read, by COPY; there they are checked and become cases in a few
statements over all of them (sql/queries/imports.sql tells them one by one). Every row read is added, already here,
passed over because the source file says so, or refused with its line and reasons; the database checks the sum.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from psycopg import sql
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from core import db
from core.errors import BadInput, NotAllowed
from core.intake import indexes
from core.intake.mapping import Mapping, constants
from core.intake.reading import LARGEST, Reader
from core.intake.source import Source
from core.kinds import Role
from core.people import SYSTEM, Person, as_of_now, refuse_unless_staff

#: How long reading takes of the whole, about; the rest is the checks and the writing.
READING = 0.35
#: Whose word a whole history is taken on: a file says of its cases who had them and who answered, past the table of moves.
IMPORTERS = frozenset({Role.MANAGER, Role.DIRECTOR, Role.ADMINISTRATOR, Role.SYSTEM})

#: A refused row: its line, and its cells as they stood.
Original = tuple[int, list[str]]
Progress = Callable[[float, str], None]


class NotAnImporter(NotAllowed):
    """Files are imported by administrators, managers and directors; ask one of them."""


class NoSuchFile(BadInput):
    """The file {name} cannot be read: {problem}."""


class BrokenRule(BadInput):
    """A row breaks the rule "{rule}", so nothing was imported."""


@dataclass(frozen=True)
class Account:
    """What became of every row of a file."""

    id: int
    file_name: str
    source: str
    rows_read: int
    added: int
    already_here: int
    passed_over: int
    refused: int

    @property
    def in_words(self) -> str:
        """One sentence: 1,000 rows read: 990 added, 0 already here, 0 passed over, 10 refused."""
        rows = "row" if self.rows_read == 1 else "rows"
        return (
            f"{self.rows_read:,} {rows} read: {self.added:,} added, {self.already_here:,} already here, "
            f"{self.passed_over:,} passed over, {self.refused:,} refused."
        )


def run_path(
    conn: Connection, path: Path, source: Source, *, by: Person = SYSTEM, progress: Progress = lambda *_: None
) -> Account:
    """As run(), of the file at this path, however large; refuses one that cannot be opened."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise NoSuchFile(name=path.name, problem=(error.strerror or str(error)).lower()) from None
    with file:
        return run(conn, file, path.name, source, by=by, progress=progress, largest=None)


def run(
    conn: Connection,
    file: BinaryIO,
    name: str,
    source: Source,
    *,
    by: Person = SYSTEM,
    progress: Progress = lambda *_: None,
    largest: int | None = LARGEST,
) -> Account:
    """Imports this file in the caller's transaction; its account.

    `progress` is told the share that is done and what is being done. Refuses whoever is no importer, a file of more than
    the largest number of bytes, and one that cannot be read as the source says; a row that cannot be a case is no
    refusal of the file, it is kept with its reasons.
    """
    _refuse_unless_importer(as_of_now(conn, by))
    size = file.seek(0, 2) or 1
    reader = Reader(file, source, lambda bytes_read: progress(READING * bytes_read / size, "Reading"), largest)
    mapping = Mapping(source, reader.header, safe_cells=source.safe_cells or reader.is_ours)
    progress(0, "Waiting for another import to end")
    db.run(conn, "imports.wait_for_others")
    db.run(conn, "imports.begin")
    import_id = db.value(conn, "imports.record", file_name=name, source=source.name, columns=reader.columns, by=by.id)
    with _room(conn), _refusing_broken_rules(), ThreadPoolExecutor(1) as again:
        rows_read = _lay_out(conn, reader, mapping, source)
        progress(READING, "Checking")
        _check(conn, source)
        lines = {row.line_no for row in db.rows(conn, "imports.refused_lines")}
        refused = again.submit(_originals, Reader(file, source), mapping, lines)
        progress(0.45, "Adding cases")
        added = _add(conn, source, import_id)
        progress(0.9, "Sorting in words")
        db.run(conn, "imports.sort_in")
        _keep_refused(conn, import_id, refused.result())
        row = db.row(conn, "imports.finish", id=import_id, checksum=_checksum(file), rows_read=rows_read,
                     passed_over=mapping.passed_over, added=added)  # fmt: skip
    assert row is not None
    progress(1, "Done")
    return Account(**row._mapping)


def _refuse_unless_importer(by: Person) -> None:
    refuse_unless_staff(by)
    if by.role not in IMPORTERS:
        raise NotAnImporter


@contextmanager
def _room(conn: Connection) -> Iterator[None]:
    db.run(conn, "imports.make_room")
    db.run(conn, "imports.make_room_for_verdicts")
    yield
    for table in ("rows", "verdicts", "originals"):
        db.run(conn, f"imports.clear_{table}")


@contextmanager
def _refusing_broken_rules() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        rule = getattr(error.orig, "diag").constraint_name or "unknown"  # noqa: B009
        raise BrokenRule(rule=rule.replace("_", " ")) from error


def _lay_out(conn: Connection, reader: Reader, mapping: Mapping, source: Source) -> int:
    """All rows into the staging table; how many were read."""
    rows_read = 0
    for field, value in constants(source).items():
        _driver(conn).execute(_filled("imports.set_default", field=field, value=sql.quote(value)))
    with _copy(conn, "imports.copy", columns=", ".join(mapping.columns)) as copy:
        for batch in reader.batches():
            rows_read += len(batch.records)
            copy.write(mapping.lines(batch))
    db.run(conn, "imports.look_over")
    return rows_read


def _check(conn: Connection, source: Source) -> None:
    db.run(conn, "imports.refuse_unsound")
    db.run(conn, "imports.refuse_repeated")
    db.run(conn, "imports.find_known", source=source.name)
    if source.tells_of_escalations:
        db.run(conn, "imports.refuse_unsound_escalations")
    db.run(conn, "imports.refuse_orphans")
    if source.tells_of_escalations:
        db.run(conn, "imports.find_complaints")
        db.run(conn, "imports.refuse_escalations_of_nothing")


def _add(conn: Connection, source: Source, import_id: int) -> int:
    """The sound rows as cases with their history; how many."""
    if source.names_nobody:
        db.run(conn, "imports.spare_look_ups")
    with indexes.made_after_the_rows(conn):
        added = db.run(conn, "imports.add", source=source.name)
        chained = db.value(conn, "imports.may_chain")
        db.run(conn, "imports.tell_chained" if chained else "imports.tell", id=import_id)
    if not source.names_nobody:
        db.run(conn, "imports.praise")
    db.run(conn, "imports.look_up_again")
    return added


def _originals(reader: Reader, mapping: Mapping, lines: set[int]) -> list[Original]:
    """Reads the file again for what the refused rows said, while the database adds the others: few, and not worth carrying all."""
    return [
        (line, mapping.originals(reader.cells(record)))
        for batch in (reader.batches() if lines else ())
        for line, record in zip(batch.lines, batch.records, strict=True)
        if line in lines
    ]


def _keep_refused(conn: Connection, import_id: int, originals: list[Original]) -> None:
    if not originals:
        return
    db.run(conn, "imports.make_room_for_originals")
    with _copy(conn, "imports.copy_originals") as copy:
        for original in originals:
            copy.write_row(original)
    db.run(conn, "imports.keep_refused", id=import_id)


def _copy(conn: Connection, name: str, **places: str) -> Any:
    return _driver(conn).cursor().copy(_filled(name, **places))


def _driver(conn: Connection) -> Any:
    """psycopg's own connection, in the same transaction: SQLAlchemy knows no COPY."""
    return conn.connection.driver_connection


def _filled(name: str, **places: str) -> str:
    """A query with names in place of its comments, where no parameter may stand."""
    query = db.queries()[name]
    for place, words in places.items():
        query = query.replace(f"/* {place} */", words)
    return query


def _checksum(file: BinaryIO) -> str:
    file.seek(0)
    digest = sha256()
    while piece := file.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()
