"""Who has how much, how old it is, and whether more comes in than goes out."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from core import business_days, db

#: How many weeks of inflow and outflow are told.
WEEKS = 13


@dataclass(frozen=True)
class Load:
    """Open cases of one team or person. `overdue`, `due_soon` (two business days or fewer) and `later` are open promises."""

    open: int = 0
    overdue: int = 0
    due_soon: int = 0
    later: int = 0
    unpromised: int = 0
    oldest: date | None = None

    def __add__(self, other: "Load") -> "Load":
        oldest = min(filter(None, (self.oldest, other.oldest)), default=None)
        return Load(self.open + other.open, self.overdue + other.overdue, self.due_soon + other.due_soon, self.later + other.later,
                    self.unpromised + other.unpromised, oldest)  # fmt: skip


def open_work(conn: Connection) -> dict[tuple[int | None, int | None], Load]:
    """Open cases by (team id, owner id); None where there is none. `unpromised`: no answer promised, or answered already."""
    return {(row.team_id, row.owner_id): _load(row) for row in db.rows(conn, "workload.open_work")}


def ageing(conn: Connection, team_id: int | None = None) -> dict[int, int]:
    """Open promises by business days left; negative when late."""
    dim, value = ("team", str(team_id)) if team_id else ("all", "")
    return {row.days_left: row.n for row in db.rows(conn, "workload.ageing", dim=dim, value=value)}


def weeks(conn: Connection, team_id: int | None = None) -> list[Row]:
    """What came in and what was closed in each of the last weeks: week (its Monday), came, went."""
    since = business_days.today(conn) - timedelta(7 * (WEEKS - 1))
    return db.rows(conn, "workload.weeks", since=since, team_id=team_id)


def _load(row: Any) -> Load:
    return Load(row.open, row.overdue, row.due_soon, row.later, row.unpromised, row.oldest)
