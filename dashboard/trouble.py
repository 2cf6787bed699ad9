"""Errors of ours: the log gets where and what kind, the page a number, and neither a customer's data."""

import logging
from collections.abc import Iterator
from traceback import format_tb
from uuid import uuid4

import psycopg

log = logging.getLogger("dashboard")


NOTHING = "nothing was changed"
HALF_WAY = "look what was done before you try again"


def sentence(error: Exception, changed: str = NOTHING) -> str:
    """Logs this error under a new number; the sentence that names it to whoever met it."""
    number = uuid4().hex[:8]
    log.error("error %s\n%s", number, in_log(error))
    return f"Something went wrong on our side, and {changed}. Tell an administrator the number {number}."


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
