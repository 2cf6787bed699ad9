"""The City's designated holidays, from the `holidays` package: used once, to fill the calendar or to load more years."""

from dataclasses import dataclass
from datetime import date, timedelta

import holidays

#: The City's designated holidays, by the names of the `holidays` package. 30 September is not one.
DESIGNATED = ("New Year's Day", "Family Day", "Good Friday", "Easter Monday", "Victoria Day", "Canada Day", "Civic Holiday",
              "Labour Day", "Thanksgiving Day", "Remembrance Day", "Christmas Day", "Boxing Day")  # fmt: skip
#: On a weekend it is simply gone; the others move to the next working day.
WITHOUT_ALTERNATE_DAY = ("Remembrance Day",)


@dataclass(frozen=True)
class Closure:
    """A day on which the City is closed. `confirmed` is false while the City could still choose otherwise."""

    day: date
    name: str
    source: str
    confirmed: bool = True


def city_closures(first_year: int, last_year: int) -> list[Closure]:
    """The weekdays on which the City is closed in these years, in order.

    Dates and names come from the `holidays` package; what happens at a weekend is the City's own rule: each moves to the
    next working day, except Remembrance Day. The City confirms alternate days and Remembrance Day each year, so these
    are not marked as confirmed. Refuses (as a fault) a package that no longer knows one of the days.
    """
    source = f"City designated holidays, dates by holidays {holidays.__version__}"
    named = _designated(first_year, last_year)
    closed = {day: name for day, name in named.items() if is_weekday(day)}
    for day, name in named.items():
        if not is_weekday(day) and name not in WITHOUT_ALTERNATE_DAY:
            closed[_next_working_day(day, closed)] = f"{name} (observed)"
    return [Closure(day, name, source, _is_certain(name)) for day, name in sorted(closed.items())]


def _designated(first_year: int, last_year: int) -> dict[date, str]:
    years = range(first_year, last_year + 1)
    known = holidays.country_holidays(
        "CA", subdiv="ON", categories=("public", "optional"), language="en_CA", observed=False, years=years
    )
    named = {day: name for day in sorted(known) for name in known.get_list(day) if name in DESIGNATED}
    if len(named) != len(DESIGNATED) * len(years):
        raise RuntimeError(f"holidays {holidays.__version__} does not give all of {', '.join(DESIGNATED)} in {years}")
    return named


def is_weekday(day: date) -> bool:
    """Monday to Friday."""
    return day.isoweekday() < 6


def _next_working_day(day: date, closed: dict[date, str]) -> date:
    while not is_weekday(day) or day in closed:
        day += timedelta(days=1)
    return day


def _is_certain(name: str) -> bool:
    return name not in WITHOUT_ALTERNATE_DAY and not name.endswith("(observed)")
