"""What row-level security costs: the queue and the figures of the compliance page read as a person, against the same without it.

A person's page reads as dashboard_app, which is given only the rows that this person may see; the program itself works as
dashboard_system, which is given all. Both ask the same questions in the same database of bench/cases.py, through core's own
functions, with a connection from the pool, a transaction, all rows fetched and the commit: the first page of all open
work with its count [queue], and the last 24 months of both promises [compliance]. Saying for whom is part of the time. The
queue's own question who may see a case is asked in both, as it is in the dashboard.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

from sqlalchemy import Connection, Engine

from bench import cases
from bench.measure import interleaved, ratio, show
from core import board, db, figures, people, periods

ROWS = 1_000_000
ROUNDS = 200
WITH, WITHOUT = "as a person", "as the program"
SEARCH = "search, a street"


def run(rows: int) -> dict[str, float]:
    """Ratios: with row-level security to without; smaller is better."""
    address = cases.database(rows)
    engines = {WITH: db.engine_to(address, role=db.READER), WITHOUT: db.engine_to(address)}
    try:
        with engines[WITHOUT].begin() as conn:
            by = people.get(conn, cases.FIRST_SUPERVISOR)
            figures.fold_if_long(conn)
        period = periods.parse("last 24 months", cases.TODAY)
        questions: dict[str, Callable[[Connection], object]] = {
            "queue": lambda conn: (board.page(conn, {}, by), board.count(conn, {}, by)),
            "compliance": lambda conn: figures.read(conn, period, {}),
            SEARCH: lambda conn: board.page(conn, {"words": "Maplewood"}, by),
        }
        seconds = interleaved({f"{what}, {how}": _asked(engine, ask, by.id if how == WITH else None)
                               for what, ask in questions.items() for how, engine in engines.items()}, rounds=ROUNDS, there_and_back=True)  # fmt: skip
    finally:
        for engine in engines.values():
            engine.dispose()
    ratios = {what: ratio(seconds[f"{what}, {WITH}"], seconds[f"{what}, {WITHOUT}"]) for what in questions}
    show(f"Row-level security among {rows:,} cases, {ROUNDS} rounds, medians in ms", ["asked for", WITH, WITHOUT, "ratio"],
         [[what, *(f"{1000 * median(seconds[f'{what}, {how}']):.2f}" for how in (WITH, WITHOUT)), f"{ratios[what]:.2f}"] for what in questions])  # fmt: skip
    return {what: ratios[what] for what in ("queue", "compliance")}


def _asked(engine: Engine, ask: Callable[[Connection], object], viewer: int | None) -> Callable[[], object]:
    def once() -> object:
        with _reading(engine, viewer) as conn:
            return ask(conn)

    return once


@contextmanager
def _reading(engine: Engine, viewer: int | None) -> Iterator[Connection]:
    with db.refusing(), engine.begin() as conn:
        if viewer is not None:
            db.read_for(conn, viewer)
        yield conn
