"""Brings the database to the schema of this version: numbered files, forward only, then the views made again."""

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core import db
from core.errors import Refused
from core.settings import ROOT

MIGRATIONS, VIEWS = ROOT / "sql" / "migrations", ROOT / "sql" / "views"
NUMBERED = re.compile(r"(\d{4})_([a-z_]+)\.sql")
LOCK = 311_2026
TABLE = """
create table if not exists migrations (
    no int primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now()
)"""


class ChangedMigration(Refused):
    """{file} was changed after it was applied. Put it back, and write a new migration instead."""


def migrate(say: Callable[[str], None] = lambda line: None, folder: Path = MIGRATIONS, views: Path = VIEWS) -> int:
    """Applies what is not applied yet, each file in a transaction of its own; how many were applied.

    Two processes may start at once: the second waits for the first and then finds nothing to do.
    """
    with db.owner_engine().connect() as owner:
        raw = owner.connection.dbapi_connection
        assert raw is not None
        raw.autocommit = True
        try:
            with _alone(raw):
                return _apply(raw, say, folder, views)
        finally:
            raw.autocommit = False


def _apply(raw: Any, say: Callable[[str], None], folder: Path, views: Path) -> int:
    raw.execute(TABLE)
    applied = {no: (name, checksum) for no, name, checksum in raw.execute("select no, name, checksum from migrations")}
    done = 0
    for no, file in _numbered(folder):
        known = applied.get(no)
        if known and known != (file.name, _checksum(file)):
            raise ChangedMigration(file=file.name)
        if not known:
            _apply_one(raw, no, [file], file.name, _checksum(file))
            say(f"applied {file.name}")
            done += 1
    if done or applied.get(0, ("", ""))[1] != _checksum(*_sql(views)):
        _apply_one(raw, 0, _sql(views), "views", _checksum(*_sql(views)))
        say("made the views again")
    return done


def _apply_one(raw: Any, no: int, files: list[Path], name: str, checksum: str) -> None:
    with raw.transaction():
        for file in files:
            raw.execute(file.read_text(encoding="utf-8"))
        raw.execute(
            "insert into migrations (no, name, checksum) values (%s, %s, %s)"
            " on conflict (no) do update set checksum = excluded.checksum, applied_at = now()",
            (no, name, checksum),
        )


@contextmanager
def _alone(raw: Any) -> Iterator[None]:
    """Polls the lock: waiting inside it would deadlock with an index that is made concurrently."""
    while not raw.execute("select pg_try_advisory_lock(%s)", (LOCK,)).fetchone()[0]:
        time.sleep(0.1)
    try:
        yield
    finally:
        raw.execute("select pg_advisory_unlock(%s)", (LOCK,))


def _numbered(folder: Path) -> list[tuple[int, Path]]:
    return [(int(match[1]), file) for file in _sql(folder) if (match := NUMBERED.fullmatch(file.name))]


def _sql(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.sql"))


def _checksum(*files: Path) -> str:
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def pending(folder: Path = MIGRATIONS) -> int:
    """How many migrations are not applied."""
    with db.owner_engine().connect() as owner:
        applied = {row[0] for row in owner.exec_driver_sql("select no from migrations")}
    return sum(no not in applied for no, _ in _numbered(folder))
