"""Periods of whole months, as the address of a page says them: "this month", "last 24 months", "2025-10", "2025-01 to 2025-12"."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from core.errors import BadInput

#: What can be chosen by name: how many months, and how many months before this one they end.
NAMED = {
    "this month": (1, 0),
    "last month": (1, 1),
    "last 3 months": (3, 1),
    "last 12 months": (12, 1),
    "12 months to today": (12, 0),
    "last 24 months": (24, 1),
    "last 10 years": (120, 1),
}
LONGEST = 600
_MONTHS = re.compile(r"(\d{4})-(\d{2})(?: to (\d{4})-(\d{2}))?")


class NoSuchPeriod(BadInput):
    """There is no period {said}; choose one from the list, or give months like 2025-01 to 2025-12."""


@dataclass(frozen=True)
class Period:
    """Whole months, by the first day of the first and of the last. The month that runs counts up to today."""

    first: date
    last: date

    @property
    def months(self) -> int:
        """How many."""
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    @property
    def ends_on(self) -> date:
        """The last day of the last month."""
        return months_after(self.last, 1) - timedelta(1)

    def until(self, today: date) -> date:
        """The last day of it that is not still to come."""
        return min(self.ends_on, today)

    def before(self) -> "Period":
        """As many months, just before."""
        return self.moved(-self.months)

    def year_before(self) -> "Period":
        """The same months a year earlier."""
        return self.moved(-12)

    def moved(self, months: int) -> "Period":
        """The same number of months, so many later or earlier."""
        return Period(months_after(self.first, months), months_after(self.last, months))

    def includes(self, month: date) -> bool:
        """Whether this day is in it."""
        return self.first <= month <= self.ends_on

    @property
    def in_words(self) -> str:
        """October 2025, or January 2025 to December 2025."""
        return f"{self.first:%B %Y}" if self.months == 1 else f"{self.first:%B %Y} to {self.last:%B %Y}"

    @property
    def said(self) -> str:
        """As the address says it."""
        return f"{self.first:%Y-%m}" if self.months == 1 else f"{self.first:%Y-%m} to {self.last:%Y-%m}"


def months_after(month: date, months: int) -> date:
    """The first day of the month so many months later, or earlier; never before the year 1 or after 9999."""
    number = min(max(month.year * 12 + month.month - 1 + months, 12), 9999 * 12 + 10)
    return date(number // 12, number % 12 + 1, 1)


def parse(said: str, today: date) -> Period:
    """The period that is meant; refuses one that is none, is turned round, or is longer than 50 years."""
    said = said.strip().lower()
    if said in NAMED:
        months, back = NAMED[said]
        last = months_after(today, -back)
        return Period(months_after(last, 1 - months), last)
    found = _MONTHS.fullmatch(said)
    try:
        if found:
            year, month, last_year, last_month = found.groups()
            first = date(int(year), int(month), 1)
            period = Period(first, date(int(last_year), int(last_month), 1) if last_year else first)
            if 0 < period.months <= LONGEST:
                return period
    except ValueError:
        pass
    raise NoSuchPeriod(said=f"“{said}”")
