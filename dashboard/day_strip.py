"""The day strip: every day from receipt to the due date, with its number or the reason why it does not count."""

from datetime import date
from html import escape

import streamlit as st

from core import business_days
from core.business_days import StripDay
from core.errors import PastTheCalendar
from dashboard import session
from dashboard.words import plain

#: Takes its colours from the page, light or dark. What differs is told by words and borders too, never by colour alone.
STYLE = """<style>
.strip { display: flex; flex-wrap: wrap; gap: .3rem; list-style: none; margin: 0 !important; padding: 0 !important; }
.strip li { margin: 0 !important; padding: .25rem .4rem; border: 1px solid; border-radius: .4rem; min-width: 3.9rem; max-width: 7.5rem;
  font-size: .8rem; line-height: 1.3; text-align: center; }
.strip li.off { border-style: dashed; }
.strip li.due { border-width: 3px; }
.strip b { display: block; font-size: 1.05rem; }
</style>"""


def count(received_on: date, number: int) -> None:
    """When something received on this day is due, and the strip that says why."""
    try:
        with session.reading() as conn:
            due_on = business_days.due_on(conn, received_on, number)
    except PastTheCalendar as refusal:
        st.warning(plain(refusal))
        return
    st.markdown(f"Due on **{business_days.long_date(due_on)}**")
    show(received_on, due_on)


def show(received_on: date, due_on: date) -> None:
    """Draws the strip of these dates and says it in one sentence."""
    with session.reading() as conn:
        days = business_days.strip(conn, received_on, due_on)
    if not days:
        st.caption("These days are outside the loaded calendar, so they cannot be shown.")
        return
    st.html(STYLE + as_html(days))
    st.caption(plain(business_days.strip_in_words(days)))


def as_html(days: list[StripDay]) -> str:
    """The strip as a list that a screen reader reads in order: weekday, date, then the number or the reason."""
    cells = "".join(_cell(day, day is days[-1]) for day in days)
    return f'<ol class="strip" role="list" aria-label="Days from receipt to the due date">{cells}</ol>'


def _cell(day: StripDay, last: bool) -> str:
    shape = "due" if last else "in" if day.counted else "off"
    said = f"<b>{day.no}</b>" if day.counted else escape(_short(day))
    return f'<li class="{shape}">{day.day:%a} {day.day.day} {day.day:%b}<br>{said}{" due" if last else ""}</li>'


def _short(day: StripDay) -> str:
    """A weekend needs no second word for itself."""
    return "weekend" if day.reason in ("Saturday", "Sunday") else day.reason or ""
