"""Brings a database up to date: numbered files of SQL, forward only; then the views, made again when anything changed.

It works as the owner of the tables, on a plain connection: a file is sent as it stands, so that a `:` or a `%` in it
means nothing but itself.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import psycopg
from procrastinate.schema import SchemaManager

from core.errors import DatabaseAway, Refused
from core.settings import ROOT

SQL = ROOT / "sql"
#: What a migration takes from a package that brings its own tables along.
FROM_PACKAGES = {"/* the schema of procrastinate */": SchemaManager.get_schema}
#: Held while migrating. Any number that nobody else uses in this database.
LOCK = 311_2026
SECONDS_TO_WAIT = 600

_BOOKS = """
create table if not exists migrations (
    no int primary key,
    name text not null unique,
    checksum text not null,
    applied_at timestamptz not null default now()
);
comment on table migrations is 'Each migration that was applied to this database, with the checksum of its file.';
create table if not exists views_made (
    name text primary key,
    checksum text not null,
    made_at timestamptz not null default now()
);
comment on table views_made is 'Each file of sql/views as it was last made.';
"""
_VIEWS = """
select string_agg(format('%I', relname), ', ') from pg_class
where relkind = 'v' and relnamespace = 'public'::regnamespace
  and not exists (select from pg_depend where objid = pg_class.oid and deptype = 'e')
"""


class ChangedMigration(Refused):
    """{name} was applied to this database and has changed since; put it back and write a new one instead."""


class MissingMigration(Refused):
    """This database has the migration {name}, which this version of the program does not know; use a newer version."""


class MisnamedMigration(Refused):
    """{name} is not named like a migration: four digits and a noun, such as 0004_letters.sql, each number once."""


class NobodyElse(Refused):
    """Another process has been migrating this database for ten minutes; look what it is waiting for."""


@dataclass(frozen=True)
class File:
    """A file of SQL and its checksum."""

    name: str
    sql: str

    @property
    def no(self) -> int:
        """The number that its name begins with."""
        return int(self.name.split("_")[0])

    @property
    def checksum(self) -> str:
        """What tells whether it changed."""
        return sha256(self.sql.encode()).hexdigest()


def migrations(sql: Path = SQL) -> list[File]:
    """The numbered files in order; refuses a name without its own number."""
    files = _files(sql / "migrations")
    for no, file in enumerate(files, start=1):
        if not file.name.startswith(f"{no:04}_"):
            raise MisnamedMigration(name=file.name)
    return files


def pending(conn: psycopg.Connection, sql: Path = SQL) -> list[str]:
    """The names of the files that this database still needs; refuses one that changed after it was applied."""
    if not conn.execute("select to_regclass('migrations')").fetchone()[0]:  # type: ignore[index]
        return [file.name for file in migrations(sql)]
    applied = {no: (name, checksum) for no, name, checksum in conn.execute("select no, name, checksum from migrations")}
    known = {file.no: file for file in migrations(sql)}
    for no, (name, checksum) in sorted(applied.items()):
        if no not in known:
            raise MissingMigration(name=name)
        if known[no].checksum != checksum:
            raise ChangedMigration(name=known[no].name)
    return [file.name for no, file in known.items() if no not in applied]


def migrate(address: str, sql: Path = SQL) -> list[str]:
    """Applies what is missing, one transaction each; the names of the files applied, views included.

    Several processes may call it at once: one works, the others wait, and all succeed.
    """
    try:
        with psycopg.connect(address, autocommit=True, connect_timeout=10) as conn, _alone(conn):
            return _migrate(conn, sql)
    except psycopg.OperationalError as error:
        if error.sqlstate is None:
            raise DatabaseAway from error
        raise


def _migrate(conn: psycopg.Connection, sql: Path) -> list[str]:
    with conn.transaction():
        conn.execute(_BOOKS)
    missing = pending(conn, sql)
    for file in migrations(sql):
        if file.name in missing:
            with conn.transaction():
                conn.execute(_whole(file.sql))
                conn.execute("insert into migrations (no, name, checksum) values (%s, %s, %s)",
                             [file.no, file.name, file.checksum])  # fmt: skip
    return missing + _make_views(conn, _files(sql / "views"), bool(missing))


def _whole(sql: str) -> str:
    for place, schema in FROM_PACKAGES.items():
        sql = sql.replace(place, schema()) if place in sql else sql
    return sql


def _make_views(conn: psycopg.Connection, files: list[File], anyway: bool) -> list[str]:
    made: dict[str, str] = dict(conn.execute("select name, checksum from views_made").fetchall())
    if not anyway and made == {file.name: file.checksum for file in files}:
        return []
    with conn.transaction():
        _drop_views(conn)
        conn.execute("delete from views_made")
        for file in files:
            conn.execute(file.sql)
            conn.execute("insert into views_made (name, checksum) values (%s, %s)", [file.name, file.checksum])
    return [file.name for file in files]


def _drop_views(conn: psycopg.Connection) -> None:
    """All at once and not in cascade: they may use each other, and nothing else may quietly go with them."""
    names = conn.execute(_VIEWS).fetchone()
    if names and names[0]:
        conn.execute(f"drop view {names[0]}")


def _files(folder: Path) -> list[File]:
    return [File(path.name, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.sql"))]


@contextmanager
def _alone(conn: psycopg.Connection) -> Iterator[None]:
    # Asked again and again and not waited for: who waits in pg_advisory_lock holds a snapshot, and a
    # `create index concurrently` of the one who has the lock would wait for that for ever.
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while not conn.execute("select pg_try_advisory_lock(%s)", [LOCK]).fetchone()[0]:  # type: ignore[index]
        if time.monotonic() > deadline:
            raise NobodyElse
        time.sleep(0.1)
    try:
        yield
    finally:
        if not conn.closed:
            conn.execute("select pg_advisory_unlock(%s)", [LOCK])
