"""The one clock: which days the City works, and how they are counted. The counting itself is in sql/migrations/0002."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Connection

from core import db
from core.city_closures import Closure, city_closures, is_weekday
from core.errors import PastTheCalendar

#: Days before the calendar ends from which staff are warned.
WARNING_DAYS = 60


@dataclass(frozen=True)
class StripDay:
    """One day from receipt to the due date: its number if it counts, its reason if it does not."""

    day: date
    counted: bool
    no: int | None
    reason: str | None


@dataclass(frozen=True)
class RunsOut:
    """How far the calendar reaches; `last_day` is None when nothing is loaded."""

    first_day: date | None
    last_day: date | None
    days_left: int

    @property
    def soon(self) -> bool:
        """Whether staff are warned: 60 days are left, or fewer."""
        return self.days_left <= WARNING_DAYS

    @property
    def in_words(self) -> str:
        """One sentence for a warning."""
        if self.last_day is None:
            return "No calendar is loaded, so no due date can be counted."
        return f"The calendar is loaded to {long_date(self.last_day)}: {self.days_left:,} days are left."


def load(conn: Connection, first_year: int = 2010, last_year: int = 2030) -> None:
    """Fills the closures once, and the calendar from them. Where there are closures already, nothing changes.

    It reaches back to 2010 because imported history does. From then on the closures belong to the database: another
    version of the package never moves a deadline.
    """
    if not db.value(conn, "calendar.is_filled"):
        add_closures(conn, city_closures(first_year, last_year))
        db.run(conn, "calendar.load", first_day=date(first_year, 1, 1), last_day=date(last_year, 12, 31))


def add_closures(conn: Connection, closures: Iterable[Closure]) -> None:
    """Writes these closures; the calendar does not know them until it is loaded again."""
    db.run(conn, "calendar.add_closures", closures=as_json(closures))


def as_json(closures: Iterable[Closure]) -> str:
    """Closures as the queries take them."""
    return json.dumps([asdict(closure) for closure in closures], default=date.isoformat)


def today(conn: Connection) -> date:
    """Toronto's date, by the one clock."""
    return db.value(conn, "calendar.today")


def due_on(conn: Connection, received_on: date, business_days: int) -> date:
    """The n-th business day after the day of receipt (day 0). Refuses past the loaded years."""
    return db.value(conn, "calendar.due_on", received_on=received_on, business_days=business_days)


def taken(conn: Connection, received_on: date, answered_on: date) -> int:
    """Business days from receipt to answer; an answer on a day off counts as the next business day.

    So `taken(...) <= n` and `answered_on <= due_on(...)` always say the same thing. Refuses days that are not loaded.
    """
    days = db.value(conn, "calendar.taken", received_on=received_on, answered_on=answered_on)
    if days is None:
        span = f"{long_date(received_on)} to {long_date(answered_on)}"
        raise PastTheCalendar(f"{span} cannot be counted: {runs_out(conn).in_words}")
    return days


def from_today(conn: Connection, number: int) -> dict[int, date]:
    """The next business days by how far they are: 0 is today, or on a day off the one that comes next."""
    return {row.h: row.day for row in db.rows(conn, "calendar.from_today", number=number)}


def refuse_uncounted_today(conn: Connection) -> None:
    """Refuses, with how far the calendar reaches, when it does not reach today."""
    day = today(conn)
    taken(conn, day, day)


def strip(conn: Connection, received_on: date, due_on: date) -> list[StripDay]:
    """The day strip: every day from receipt (day 0) to the due date, counted or skipped with the reason."""
    found = db.rows(conn, "calendar.strip", received_on=received_on, due_on=due_on)
    return [StripDay(row.day, row.counted, row.no, row.reason) for row in found]


def strip_in_words(days: list[StripDay]) -> str:
    """The strip as one sentence for a letter: when received, when due, and which days were not counted and why."""
    if not days:
        return ""
    received, due = days[0], days[-1]
    count = sum(day.counted for day in days)
    closed = [f"{day.reason} on {long_date(day.day)}" for day in days[1:] if not day.counted and is_weekday(day.day)]
    return (
        f"Received on {long_date(received.day)} and due on {long_date(due.day)}, {count} business "
        f"day{'' if count == 1 else 's'} later, not counting {_listed(['the day of receipt', 'Saturdays and Sundays', *closed])}."
    )


def long_date(day: date) -> str:
    """A date as it is written in a letter: Monday 11 January 2027."""
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def _listed(words: list[str]) -> str:
    return "; ".join(words[:-1]) + "; or " + words[-1] if len(words) > 2 else " or ".join(words)


def runs_out(conn: Connection) -> RunsOut:
    """How far the calendar is loaded and how many days are left from today."""
    row = db.row(conn, "calendar.loaded")
    assert row is not None, "an aggregate always has one row"
    return RunsOut(row.first_day, row.last_day, row.days_left)
