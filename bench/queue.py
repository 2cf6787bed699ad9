"""The first page of the queue among ten million cases: against the same among 100,000, and against a pooled `select 1`.

Two databases on the server in use, made once and kept (bench/cases.py): ROWS cases of which one in a hundred is open, and
100,000 of which 1,000 are open. Measured is what the page asks, through core's own functions and as the role that reads for
people, with row-level security: a connection from the pool, a transaction, for whom it is, the first 50 cases with the names of
those who have them (`board.page`), how many there are up to 1,001 (`board.count`), all rows fetched, the commit. A supervisor asks, for all open work: [growth] and
[to_select_1]; the other filters are for information. `select 1` takes the same way: pool, transaction, fetch, commit.

All take turns; each figure is the median of many rounds with everything in memory. The databases were just vacuumed and
nobody else works in them. With fewer ROWS [growth] says less.
"""

from collections.abc import Callable
from statistics import median

from sqlalchemy import Engine, text

from bench import cases
from bench.measure import interleaved, ratio, show
from core import board, db, people
from core.people import Person

ROWS = 10_000_000
SMALL = 100_000
ROUNDS = 300
FLOOR, ALL = "select 1", "all open work"
#: What people look at, as the address of the queue says it.
ASKED = {
    ALL: {},
    "mine": {"who": "mine"},
    "my team's": {"who": "team"},
    "nobody's": {"who": "unassigned"},
    "overdue": {"when": "overdue"},
    "search, a street": {"words": "Maplewood"},
    "search, a vehicle": {"words": "tn48213"},
    "closed, newest first": {"show": "closed"},
}


def run(rows: int) -> dict[str, float]:
    """Ratios: all open work to the same in the small database, and to `select 1`; smaller is better."""
    sizes = {SMALL: "small", max(rows, SMALL): "big"}
    engines = {name: db.engine_to(cases.database(size), role=db.READER) for size, name in sizes.items()}
    try:
        contenders: dict[str, Callable[[], object]] = {FLOOR: lambda: _select_1(engines["big"])}
        for name, engine in engines.items():
            contenders |= _questions(name, engine)
        seconds = interleaved(contenders, rounds=ROUNDS)
    finally:
        for engine in engines.values():
            engine.dispose()
    _show(seconds, sizes)
    big = seconds[f"big {ALL}"]
    return {"growth": ratio(big, seconds[f"small {ALL}"]), "to_select_1": ratio(big, seconds[FLOOR])}


def _select_1(engine: Engine) -> object:
    with db.refusing(), engine.begin() as conn:
        return conn.execute(text("select 1")).scalar()


def _questions(name: str, engine: Engine) -> dict[str, Callable[[], object]]:
    with engine.begin() as conn:
        by = people.get(conn, cases.FIRST_SUPERVISOR)
    return {f"{name} {what}": _question(engine, filters, by) for what, filters in ASKED.items()}


def _question(engine: Engine, filters: dict[str, str], by: Person) -> Callable[[], object]:
    def ask() -> object:
        with db.refusing(), engine.begin() as conn:
            db.read_for(conn, cases.FIRST_SUPERVISOR)
            return board.page(conn, filters, by), board.count(conn, filters, by)

    return ask


def _show(seconds: dict[str, list[float]], sizes: dict[int, str]) -> None:
    big, small = (next(size for size, name in sizes.items() if name == wanted) for wanted in ("big", "small"))
    lines = [[FLOOR, "", f"{1000 * median(seconds[FLOOR]):.2f}", "", "1.0"]]
    for what in ASKED:
        ours, few = seconds[f"big {what}"], seconds[f"small {what}"]
        lines.append([what, f"{1000 * median(few):.2f}", f"{1000 * median(ours):.2f}", f"{ratio(ours, few):.2f}",
                      f"{ratio(ours, seconds[FLOOR]):.1f}"])  # fmt: skip
    show(
        f"The first page of the queue, {ROUNDS} rounds, medians in ms: {small:,} cases and {big:,}, one in {cases.OPEN} open",
        ["asked for", f"{small:,}", f"{big:,}", "growth", "to select 1"],
        lines,
    )
