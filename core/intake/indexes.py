"""Indexes made after the rows, where there are no cases yet.

An index takes less than half the time when it is made of all rows at once. Until then nobody else may use the table, so
this is only for the first import into an empty database, when there is nothing in it to read or to move; whoever
receives a case meanwhile waits. Later imports grow the indexes row by row, and nobody waits for them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from core import db


@contextmanager
def made_after_the_rows(conn: Connection) -> Iterator[None]:
    """Inside, the indexes over every case and event are gone, if nobody can miss them; then they are as they were."""
    aside = db.rows(conn, "imports.indexes_over_all") if db.value(conn, "imports.take_empty_cases") else []
    for index in aside:
        _as_it_stands(conn, index.dropping)
    yield
    for index in aside:
        _as_it_stands(conn, index.making)


def _as_it_stands(conn: Connection, statement: str) -> None:
    """Runs what the catalog wrote: a `%` or a `:` in it means nothing but itself."""
    conn.exec_driver_sql(statement, execution_options={"no_parameters": True})
