"""What will break in the next ten business days, with a range that was tried on the past.

Of the promises that are open and due in so many business days, a share is missed; that share is known from the due dates
that have passed. The forecast of a day is the number due times that share. Its range holds about four in five outcomes: it
is as wide as the days of the past were unlike each other, which is more than chance alone (overdispersion).

New cases of the 10-day promise cannot fall due so soon; escalations that are still to come can, and are not in it.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection

from core import business_days, db

DAYS = 10
#: Due dates of the past that a forecast learns from, in business days.
LEARNED = 60
#: An interval of a normal distribution that holds four in five.
FOUR_IN_FIVE = 1.2816
#: Business days over which a team's usual day is told.
USUAL = 60


@dataclass(frozen=True)
class Past:
    """A due date that has passed: how many promises were open `h` business days before it, and how many were missed."""

    due_no: int
    h: int
    n: int
    missed: int


@dataclass(frozen=True)
class Day:
    """What falls due on a day to come, and how much of it will be missed: expected, and the range of four in five."""

    due_on: date
    h: int
    n: int
    expected: float
    low: int
    high: int


@dataclass(frozen=True)
class Forecast:
    """The next business days, and what is usually answered in one: the median, and the middle half of days."""

    days: list[Day]
    usual: int | None
    usual_low: int | None
    usual_high: int | None
    learned_from: int

    @property
    def due(self) -> int:
        """What falls due in all."""
        return sum(day.n for day in self.days)

    @property
    def expected(self) -> int:
        """What will be missed in all."""
        return sum(self.missed)

    @property
    def missed(self) -> list[int]:
        """What will be missed on each day, in whole promises that add up to what will be missed in all."""
        sums = [round(total) for total in accumulate(day.expected for day in self.days)]
        return [total - before for total, before in zip(sums, [0, *sums], strict=False)]


def read(conn: Connection, team_id: int | None = None) -> Forecast:
    """The forecast for everybody, or for one team."""
    today = business_days.today(conn)
    since = today - timedelta(LEARNED * 7 // 5 + 14)
    past = history(conn, since, today - timedelta(1), team_id)
    dim, value = ("team", str(team_id)) if team_id else ("all", "")
    falls = db.rows(conn, "workload.falls_due", dim=dim, value=value, days=DAYS, with_today=True)
    clears = sorted(row.n for row in db.rows(conn, "workload.clears", team_id=team_id, days=USUAL))
    quarter = len(clears) // 4
    return Forecast(
        [_day(row, past) for row in falls], _at(clears, len(clears) // 2), _at(clears, quarter), _at(clears, len(clears) - 1 - quarter),
        len({one.due_no for one in past}),
    )  # fmt: skip


def history(conn: Connection, since: date, until: date, team_id: int | None = None) -> list[Past]:
    """The due dates of these days, by business days before them."""
    rows = db.rows(conn, "workload.missed_after", since=since, until=until, team_id=team_id, days=DAYS)
    return [Past(row.due_no, row.h, row.n, row.missed) for row in rows]


def _day(row: Any, past: Iterable[Past]) -> Day:
    expected, low, high = interval(row.n, [one for one in past if one.h == row.h])
    return Day(row.due_on, row.h, row.n, expected, low, high)


def _at(values: Sequence[int], place: int) -> int | None:
    return values[place] if values else None


def interval(n: int, past: Sequence[Past]) -> tuple[float, int, int]:
    """How many of `n` will be missed: expected, and the range of four in five. Without a past anything is possible."""
    total, missed = sum(one.n for one in past), sum(one.missed for one in past)
    if not n or not total:
        return 0.0, 0, n
    # never quite 0 or 1: a past without a miss does not promise that there will be none
    rate = (missed + 0.5) / (total + 1)
    days = [one for one in past if one.n]
    spread = sum((one.missed - one.n * rate) ** 2 / (one.n * rate * (1 - rate)) for one in days) / max(len(days) - 1, 1)
    # what differs from day to day is the rate itself: its variance beyond chance, by the method of moments
    between = max(spread - 1, 0) * rate * (1 - rate) * max(len(days), 1) / total
    deviation = math.sqrt(n * rate * (1 - rate) + n * n * between + n * n * rate * (1 - rate) / total)
    low, high = n * rate - FOUR_IN_FIVE * deviation, n * rate + FOUR_IN_FIVE * deviation
    return n * rate, max(math.floor(low + 0.5), 0), min(math.ceil(high - 0.5), n)


@dataclass(frozen=True)
class Calibration:
    """How a forecast would have done: of so many days, in how many the outcome lay in the range, and how far off it was."""

    days: int
    within: int
    expected: float
    missed: int
    width: float

    @property
    def coverage(self) -> float | None:
        """The share of days whose outcome lay in the range; four in five are meant to."""
        return self.within / self.days if self.days else None


def back_cast(past: Sequence[Past], h: int) -> Calibration:
    """Each day of the past, forecast `h` business days before it from what was known then."""
    known = sorted((one for one in past if one.h == h), key=lambda one: one.due_no)
    days = within = missed = 0
    expected = width = 0.0
    for one in known:
        learned = [other for other in known if one.due_no - h - LEARNED <= other.due_no < one.due_no - h]
        if len(learned) < LEARNED // 2 or not one.n:
            continue
        guess, low, high = interval(one.n, learned)
        days, within, missed = days + 1, within + (low <= one.missed <= high), missed + one.missed
        expected, width = expected + guess, width + high - low
    return Calibration(days, within, expected, missed, width / days if days else 0.0)
