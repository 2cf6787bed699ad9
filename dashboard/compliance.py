"""What the page of the two promises is asked: the period, the comparison, the filters. The address is the truth."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import streamlit as st
from sqlalchemy import Connection

from core import business_days, figures, periods
from core.errors import Refused
from core.figures import PROMISES, Figures
from core.periods import Period
from dashboard import figures as draw
from dashboard import session, words

COMPARED = {"before": "the period before", "year": "a year earlier"}
#: How many months the trend shows at least.
TREND = 24
#: Fewer promises than these say little.
ENOUGH = 20


@dataclass(frozen=True)
class Asked:
    """What the address asks for, and what it may ask for."""

    period: Period
    other: Period | None
    narrowed: dict[str, str]
    dim: str
    choices: dict[str, dict[str, str]]
    today: date
    said: str = "last 12 months"


def asked(conn: Connection) -> Asked:
    """As the address says; refuses a period or a value that does not exist."""
    today = business_days.today(conn)
    said = session.asked("period") or by_default(conn, today)
    period = periods.parse(said, today)
    compare, dim = session.asked("compare"), session.asked("by") or "team"
    if compare not in (None, *COMPARED) or dim not in figures.DIMENSIONS:
        raise figures.NoSuchFilter(key="comparison or part", value=f"{compare or dim}")
    other = {"before": period.before(), "year": period.year_before()}.get(compare or "")
    return Asked(period, other, figures.narrowing(conn, session.address()), dim, figures.choices(conn), today, said)


def by_default(conn: Connection, today: date) -> str:
    """The last twelve whole months; while fewer than 20 promises were due in them, this month if more were due in it so far."""
    whole, running = (_due(conn, said, today) for said in ("last 12 months", "this month"))
    return "this month" if whole < min(ENOUGH, running) else "last 12 months"


def _due(conn: Connection, said: str, today: date) -> int:
    read = figures.read(conn, periods.parse(said, today), {})
    return sum(read.of(promise).counted for promise in PROMISES)


def controls(asked: Asked) -> None:
    """Period, comparison and filters; each is a key of the address."""
    year, chosen = asked.today.year, asked.said
    months = [f"{periods.months_after(asked.today, -back):%Y-%m}" for back in range(2, 26)]
    years = [f"{each}-01 to {each}-12" for each in range(year - 1, year - 11, -1)]
    options = list(dict.fromkeys([*periods.NAMED, *months, *years, *([chosen] if chosen not in periods.NAMED else [])]))
    with st.container(horizontal=True, vertical_alignment="bottom", key="controls"):
        st.selectbox(
            "Due in",
            options,
            format_func=lambda said: _period(said, asked.today),
            width=300,
            **bound("period", chosen),
        )
        st.selectbox("Compare with", list(COMPARED), format_func=lambda key: COMPARED[key].capitalize(), placeholder="Nothing",
                     index=None, width=220, **bound("compare", session.asked("compare")))  # fmt: skip
        with st.popover(f"Filters ({len(asked.narrowed)})" if asked.narrowed else "Filters"):
            for key, label in (
                ("kind", "Kind"),
                ("team", "Team"),
                ("category", "Category"),
                ("channel", "Came by"),
                ("supervisor", "Accountable supervisor"),
            ):
                known = asked.choices[key]
                st.selectbox(label, list(known), format_func=partial(draw.named, choices=known), placeholder="All", index=None,
                             filter_mode="contains", **bound(key, asked.narrowed.get(key)))  # fmt: skip
    if not session.asked("period") and asked.said == "this month":
        st.caption(f"This month so far is shown: fewer than {ENOUGH} promises were due in the twelve months before.")
    if asked.narrowed:
        said = ", ".join(draw.named(value, asked.choices[key]) for key, value in asked.narrowed.items())
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"Only {words.plain(said)}")
            st.button("Remove the filters", key="unfilter", type="tertiary", icon=":material/close:", on_click=_clear)


def _period(said: str, today: date) -> str:
    try:
        period = periods.parse(said, today)
    except Refused:
        return said
    if said == "this month":
        return f"This month so far, {today:%B %Y}"
    if said in periods.NAMED:
        return (
            f"{said.capitalize()}, {draw.month(period.first)} to {draw.month(period.last)}"
            if period.months > 1
            else f"Last month, {period.in_words}"
        )
    return str(period.first.year) if period.months == 12 and period.first.month == 1 else period.in_words


def bound(key: str, value: Any) -> dict[str, Any]:
    """Ties a widget to its key of the address."""
    session.keep(f"figure {key}", value)
    return {"key": f"figure {key}", "on_change": _say, "args": (key,)}


def _say(key: str) -> None:
    value = session.kept(f"figure {key}")
    session.ask(**{key: str(value) if value else None})


def _clear() -> None:
    session.ask(**dict.fromkeys(figures.NARROWED))


def span(read: Figures) -> str:
    """The period in words."""
    return read.period.in_words + (" so far" if read.period.includes(read.today) else "")


def trend_period(asked: Asked) -> Period:
    """The months that the trend shows: those of the period, and at least the last 24 up to its end."""
    last = min(asked.period.last, asked.today.replace(day=1))
    months = max(TREND, asked.period.months)
    return Period(periods.months_after(last, 1 - months), last)


def is_too_few(asked: Asked, read: Figures) -> bool:
    """Says so where a filter leaves fewer cases about one member of staff than may be told (R64)."""
    few = 0 < sum(read.of(promise).counted for promise in PROMISES) < figures.SMALL
    if few and asked.narrowed.get("supervisor", figures.NONE) != figures.NONE:
        st.info(
            f"Fewer than {figures.SMALL} cases of one supervisor were due in {span(read)}; so few are not told. Choose a longer period."
        )
        return True
    return False
