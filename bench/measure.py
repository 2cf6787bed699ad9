"""What all benches share: contenders taking turns, medians, a table, a database to throw away."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from secrets import token_hex
from statistics import median
from time import perf_counter

import psycopg
from rich.console import Console
from rich.table import Table
from sqlalchemy import URL

from core import business_days, db
from core.migrate import migrate


def interleaved(
    contenders: dict[str, Callable[[], object]], rounds: int = 7, *, there_and_back: bool = False
) -> dict[str, list[float]]:
    """Seconds of each in each round. They take turns, so that whatever slows the machine slows all; one round warms up.

    `there_and_back`: every other round in reverse, where one that asks the same right after another finds it still at hand.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(rounds + 1):
        order = list(contenders.items())
        for name, work in reversed(order) if there_and_back and turn % 2 else order:
            start = perf_counter()
            work()
            if turn:
                seconds[name].append(perf_counter() - start)
    return seconds


def ratio(one: list[float], other: list[float]) -> float:
    """How many times longer one takes than the other: the median of the rounds, each round compared with itself."""
    return median(a / b for a, b in zip(one, other, strict=True))


def show(title: str, columns: list[str], rows: list[list[str]]) -> None:
    """Prints a table: the first column is text, the others are numbers."""
    table = Table(title=title, title_justify="left")
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left")
    for row in rows:
        table.add_row(*row)
    Console(width=120).print(table)


@contextmanager
def temporary_database() -> Iterator[str]:
    """A migrated database of its own on the server in use, with its calendar; dropped afterwards.

    Inside, `core.db` works on it. Yields its address.
    """
    server = db.url()
    name = f"bench_{token_hex(4)}"
    _on(server, f"create database {name}")
    try:
        with _in_use(db.as_address(server.set(database=name))) as address:
            migrate(address)
            with db.begin() as conn:
                business_days.load(conn)
            yield address
    finally:
        _on(server, f"drop database {name} with (force)")


def _on(server: URL, statement: str) -> None:
    with psycopg.connect(db.as_address(server), autocommit=True) as conn:
        conn.execute(statement)


@contextmanager
def _in_use(address: str) -> Iterator[str]:
    before = os.environ.get("DATABASE_URL", "")
    db.close()
    os.environ["DATABASE_URL"] = address
    try:
        yield address
    finally:
        db.close()
        os.environ["DATABASE_URL"] = before
