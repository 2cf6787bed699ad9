"""What all benches share: contenders taking turns, medians, a table, a database to throw away."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from secrets import token_hex
from statistics import median
from time import perf_counter

from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, make_url

from core import business_days, db
from core.migrate import migrate
from core.settings import settings


def interleaved(contenders: dict[str, Callable[[], object]], rounds: int = 7) -> dict[str, float]:
    """Median seconds of each. They take turns, so that whatever slows the machine slows all; one round warms up."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(rounds + 1):
        for name, work in contenders.items():
            start = perf_counter()
            work()
            if turn:
                seconds[name].append(perf_counter() - start)
    return {name: median(times) for name, times in seconds.items()}


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
    address = make_url(db.url()).set(drivername="postgresql+psycopg")
    name = f"bench_{token_hex(4)}"
    server = create_engine(address, isolation_level="AUTOCOMMIT")
    with server.connect() as conn:
        conn.exec_driver_sql(f"create database {name}")
    own = address.set(database=name).render_as_string(hide_password=False)
    try:
        with _in_use(own):
            migrate()
            with db.begin() as conn:
                business_days.load(conn)
            yield own
    finally:
        with server.connect() as conn:
            conn.exec_driver_sql(f"drop database {name} with (force)")
        server.dispose()


@contextmanager
def _in_use(address: str) -> Iterator[None]:
    before = os.environ.get("DATABASE_URL")
    _point_to(address)
    try:
        yield
    finally:
        db.engine().dispose()
        db.owner_engine().dispose()
        _point_to(before)


def _point_to(address: str | None) -> None:
    os.environ.pop("DATABASE_URL", None)
    if address:
        os.environ["DATABASE_URL"] = address
    for kept in (settings, db.engine, db.owner_engine):
        kept.cache_clear()
