"""The numbers of the page of the promises as tables to take along, with what they are divided by."""

from typing import Any

from sqlalchemy import Connection

from core import figures
from core.figures import DIMENSIONS, PROMISES, Counts
from core.tables import Rows
from dashboard import compliance
from dashboard.compliance import Asked


def all_of(conn: Connection, asked: Asked) -> dict[str, Rows]:
    """A table for the months, and one for each dimension; few cases of a named supervisor are not told (R64)."""
    shown = compliance.trend_period(asked)
    read = figures.read(conn, asked.period, asked.narrowed, since=shown.first)
    months = [
        {"Promise": promise.title, "Part": "Month", "Of": month, **_counts(counts)}
        for promise in PROMISES for month, counts in read.by_month(promise, shown).items()
    ]  # fmt: skip
    period = [
        {"Promise": promise.title, "Part": "Period", "Of": asked.period.said, **_counts(read.of(promise))}
        for promise in PROMISES
    ]
    return {"Period": period, "Months": months} | {f"By {dim}": _parts(conn, asked, dim) for dim in DIMENSIONS}


def _parts(conn: Connection, asked: Asked, dim: str) -> list[dict[str, Any]]:
    rows = []
    for promise, values in figures.by_dimension(conn, asked.period, asked.narrowed, dim).items():
        hidden = figures.small_cells(values) if dim == "supervisor" else set()
        for value, counts in values.items():
            told = dict.fromkeys(_counts(counts), "few") if value in hidden else _counts(counts)
            rows.append(
                {"Promise": promise.title, "Part": dim.capitalize(), "Of": asked.choices[dim].get(value, value), **told}
            )
    return rows


def _counts(counts: Counts) -> dict[str, Any]:
    return {"Kept": counts.published, "Due": counts.counted, "On time": counts.on_time, "Late": counts.late, "Overdue": counts.overdue,
            "On the due date": counts.last_day, "Late, customer told before": counts.informed, "Closed without an answer": counts.unanswered}  # fmt: skip
