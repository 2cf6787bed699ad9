"""Due dates for a million receipts: our SQL against numpy's busday_offset and the arithmetic of `holidays`.

All three count 10 business days over the same receipts with the same closures, and must agree on every one.
numpy holds the dates in memory already and leaves an array there. SQL reads them from a table, computes every due date
and hands back the latest: the work without the transport, on one core as numpy does. The first way looks each date up
in due_list(), the second joins due_dates(), the third is the first with every due date written to a table. `holidays`
goes day by day in Python: a sample, scaled per row.
"""

from collections.abc import Callable
from datetime import date
from statistics import median

import holidays
import numpy as np
from sqlalchemy import Connection

from bench.measure import interleaved, ratio, show, temporary_database
from core import db
from core.closures import between

ROWS = 1_000_000
SAMPLE = 5_000
BUSINESS_DAYS = 10
NUMPY, HOLIDAYS = "numpy busday_offset", "holidays get_nth_working_day"
LIST, JOIN, TABLE = "SQL, due_list()", "SQL, join due_dates()", "SQL, due_list() to a table"
FIRST, LAST = date(2024, 1, 1), date(2030, 11, 30)

LISTED = f"(select due_list({BUSINESS_DAYS}))[received_on - (select min(day) from calendar) + 1]"
BY_LIST = f"select max({LISTED}) from receipts"
BY_JOIN = f"select max(due_on) from receipts join due_dates({BUSINESS_DAYS}) using (received_on)"
WRITTEN = f"create table answer as select {LISTED} as due_on from receipts"
EVERY = f"""
select due_on - date '1970-01-01', {LISTED} = due_on
from receipts join due_dates({BUSINESS_DAYS}) using (received_on) order by id"""


def run(rows: int) -> dict[str, float]:
    """Ratios: SQL's time to numpy's, and the time of `holidays` to SQL's; smaller and larger are better."""
    with temporary_database(), db.owner_engine().execution_options(isolation_level="AUTOCOMMIT").connect() as conn:
        received = np.datetime64(FIRST) + np.random.default_rng(311).integers(0, (LAST - FIRST).days, rows)
        _write(conn, received)
        closed = [row.day for row in between(conn, FIRST, date(2030, 12, 31))]
        numpy_way, holidays_way = _numpy(received, closed), _holidays(received[:SAMPLE], closed)
        _agree(conn, numpy_way(), holidays_way())
        seconds = interleaved({
            NUMPY: numpy_way,
            LIST: lambda: conn.exec_driver_sql(BY_LIST).one(),
            JOIN: lambda: conn.exec_driver_sql(BY_JOIN).one(),
            HOLIDAYS: holidays_way,
        })  # fmt: skip
        # apart, because what it writes would slow down whoever comes after it
        written = interleaved({NUMPY: numpy_way, TABLE: lambda: _write_answer(conn)}, rounds=3)
    return _ratios(seconds, rows) | {"sql_written_to_numpy": ratio(written[TABLE], written[NUMPY])}


def _write(conn: Connection, received: np.ndarray) -> None:
    conn.exec_driver_sql("create table receipts (id int, received_on date)")
    raw = conn.connection.cursor()
    with raw.copy("copy receipts from stdin") as copy:
        days = np.datetime_as_string(received)
        copy.write("\n".join(f"{no}\t{day}" for no, day in enumerate(days)))
    conn.exec_driver_sql("vacuum analyze receipts, calendar")
    conn.exec_driver_sql("set max_parallel_workers_per_gather = 0")


def _write_answer(conn: Connection) -> None:
    conn.exec_driver_sql(WRITTEN)
    conn.exec_driver_sql("drop table answer")


def _numpy(received: np.ndarray, closed: list[date]) -> Callable[[], np.ndarray]:
    calendar = np.busdaycalendar(holidays=closed)
    return lambda: np.busday_offset(received, BUSINESS_DAYS, roll="backward", busdaycal=calendar)


def _holidays(received: np.ndarray, closed: list[date]) -> Callable[[], list[date]]:
    days = received.tolist()
    calendar = holidays.HolidayBase()
    calendar.update(dict.fromkeys(closed, "City closure"))
    return lambda: [calendar.get_nth_working_day(day, BUSINESS_DAYS) for day in days]


def _agree(conn: Connection, by_numpy: np.ndarray, by_holidays: list[date]) -> None:
    found = conn.exec_driver_sql(EVERY).all()
    by_sql = np.array([row[0] for row in found], "datetime64[D]")
    assert all(row[1] for row in found), "due_list() and due_dates() differ"
    assert np.array_equal(by_sql, by_numpy), "SQL and numpy differ"
    assert by_sql[: len(by_holidays)].tolist() == by_holidays, "SQL and holidays differ"


def _ratios(seconds: dict[str, list[float]], rows: int) -> dict[str, float]:
    sample = min(SAMPLE, rows)
    each = {name: [it / (sample if name == HOLIDAYS else rows) for it in times] for name, times in seconds.items()}
    to_numpy = {name: ratio(times, each[NUMPY]) for name, times in each.items()}
    show(
        f"{BUSINESS_DAYS} business days after {rows:,} dates; all agree on every date ({HOLIDAYS} on {sample:,})",
        ["way", "median seconds", "ns per row", "to numpy"],
        [
            [name, f"{median(seconds[name]):.3f}", f"{1e9 * median(each[name]):,.0f}", f"{to_numpy[name]:.2f}"]
            for name in each
        ],
    )
    return {
        "sql_to_numpy": to_numpy[LIST],
        "holidays_to_sql": ratio(each[HOLIDAYS], each[LIST]),
        "sql_join_to_numpy": to_numpy[JOIN],
    }
