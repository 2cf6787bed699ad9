"""An error of ours as the log may hold it: where and what kind, and nobody's data."""

from collections.abc import Iterator
from traceback import format_tb

import psycopg


def in_log(error: BaseException) -> str:
    """Each error of the chain with its place in the code. Messages are left out: the database quotes rows in them."""
    return "\n".join(f"{_kind(each)}\n{''.join(format_tb(each.__traceback__))}" for each in _chain(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _kind(error: BaseException) -> str:
    kind = type(error).__qualname__
    if isinstance(error, psycopg.Error):
        known = {"sqlstate": error.sqlstate, "table": error.diag.table_name, "constraint": error.diag.constraint_name}
        kind += "".join(f", {name} {value}" for name, value in known.items() if value)
    return kind
