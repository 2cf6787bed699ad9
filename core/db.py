"""The database: one engine, one transaction, and queries by name.

Every query lives in sql/queries/NOUN.sql under `-- name: verb` and one line of purpose, and is asked for as "noun.verb".
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, Row, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from core import embedded
from core.errors import refusal_of
from core.settings import ROOT, settings

QUERIES = ROOT / "sql" / "queries"
NAME = re.compile(r"^-- name: (\w+)\n-- (.+)\n", re.MULTILINE)
FILTERS = "/* and the filters */"
APP_ROLE = "dashboard_app"


def url() -> str:
    """The address of the database in use; starts the embedded one when DATABASE_URL is unset."""
    return settings().database_url or embedded.url(settings().data_dir)


@cache
def engine() -> Engine:
    """The application's engine: works as the role that can add to the history and never change it (R63)."""
    made = _engine(url(), pool_size=10, max_overflow=20)
    event.listen(made, "connect", _become_application)
    return made


@cache
def owner_engine() -> Engine:
    """The owner's engine, for migrations."""
    return _engine(url(), pool_size=1)


def _engine(address: str, **pool: int) -> Engine:
    return create_engine(
        make_url(address).set(drivername="postgresql+psycopg"),
        pool_pre_ping=False,  # it costs 1.5 ms a checkout; a broken connection is found by using it
        connect_args={
            "application_name": "toronto-311-dashboard",
            "connect_timeout": 5,
            "options": "-c timezone=America/Toronto",
            # A prepared search may get one plan for all words, the slowest: each is planned for what it asks.
            "prepare_threshold": None,
        },
        **pool,
    )


def _become_application(connection: Any, _: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select from pg_roles where rolname = %s and pg_has_role(current_user, oid, 'member')", (APP_ROLE,)
        )
        if cursor.fetchone() is not None:
            cursor.execute(f"set role {APP_ROLE}")
    connection.commit()


@contextmanager
def begin() -> Iterator[Connection]:
    """One transaction: committed at the end, undone by any exception. What the database refuses becomes a `Refused`."""
    try:
        with engine().begin() as conn:
            yield conn
    except DBAPIError as error:
        raise refusal_of(error) or error from error


@cache
def queries() -> dict[str, str]:
    """Every query by its name."""
    found = {}
    for file in sorted(QUERIES.glob("*.sql")):
        blocks = NAME.split(file.read_text(encoding="utf-8"))[1:]
        found |= {f"{file.stem}.{name}": sql.strip() for name, _, sql in zip(*[iter(blocks)] * 3, strict=True)}
    return found


def query(name: str, filters: Sequence[str] = ()) -> str:
    """The text of this query, narrowed by these conditions where it says so."""
    if name not in queries():
        raise KeyError(f"there is no query {name} in sql/queries")
    conditions = "".join(f"and {queries()[condition]}\n" for condition in filters)
    return queries()[name].replace(FILTERS, conditions)


def _run(conn: Connection, name: str, values: dict[str, Any]) -> CursorResult[Any]:
    statement = query(name, values.pop("filters", ()))
    try:
        return conn.execute(text(statement), values)
    except DBAPIError as error:
        raise refusal_of(error) or error from error


def rows(conn: Connection, name: str, **values: Any) -> list[Row[Any]]:
    """All rows of this query."""
    return list(_run(conn, name, values).all())


def row(conn: Connection, name: str, **values: Any) -> Row[Any] | None:
    """The only row of this query, or None."""
    return _run(conn, name, values).one_or_none()


def value(conn: Connection, name: str, **values: Any) -> Any:
    """The first column of the first row, or None."""
    return _run(conn, name, values).scalar()


def run(conn: Connection, name: str, **values: Any) -> int:
    """Runs this query; how many rows it touched."""
    return _run(conn, name, values).rowcount


def paths() -> list[Path]:
    """The files of queries."""
    return sorted(QUERIES.glob("*.sql"))
