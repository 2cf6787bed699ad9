"""On which days the City works, what is promised by when, and what a change of either would move."""

import re

import streamlit as st

from core import business_days, closures, standards
from dashboard import calendar_change, day_strip, session, words

by = session.actor()
with session.reading() as conn:
    today, calendar, promised = business_days.today(conn), business_days.runs_out(conn), standards.everything(conn)

st.title("Calendar")
if calendar.first_day is None or calendar.last_day is None:
    st.error(f"{calendar.in_words} Run `python -m core migrate`.")
    st.stop()
if calendar.soon:
    st.warning(f"{calendar.in_words} An administrator can load more years below.")

st.subheader("Count a date")
left, right = st.columns(2)
day = left.date_input(
    "Received on", today, min_value=calendar.first_day, max_value=calendar.last_day, key="from", format="YYYY-MM-DD"
)
# Streamlit breaks at a number in the address that no machine holds
fits = re.fullmatch(r"[0-9]{1,4}", session.asked("days") or "10") is not None
if not fits:
    session.ask(days=None)
number = right.number_input(
    "Business days", 1, standards.LONGEST, 10, key="days", bind="query-params" if fits else None
)
day_strip.count(day, number)

st.subheader("City closures")
years = list(range(calendar.first_day.year, calendar.last_day.year + 1))
year = st.selectbox(
    "Year", years, years.index(today.year) if today.year in years else len(years) - 1, key="year", width=140
)
with session.reading() as conn:
    closed = closures.of_year(conn, year)
if closed:
    st.dataframe(
        [{"Day": words.day(row.day), "Closure": row.name, "Confirmed": "Yes" if row.confirmed else "Not yet", "Source": row.source}
         for row in closed],
        hide_index=True, height="content", alt=f"City closures of {year}",
    )  # fmt: skip
    unsure = sum(not row.confirmed and row.day >= today for row in closed)
    st.caption(
        f"{unsure} still to come {'is' if unsure == 1 else 'are'} not confirmed by the City."
        if unsure
        else "None is in doubt."
    )
else:
    st.info(f"No closures are entered for {year}. Every weekday would count.")
calendar_change.closures_panel(by, today, calendar.last_day)

st.subheader("What is promised")
st.dataframe(
    [calendar_change.standard(row) for row in promised], hide_index=True, height="content",
    column_config={"The page says": st.column_config.TextColumn(width=640)},
    alt="Promised business days by kind and step, with the sentence they come from",
)  # fmt: skip
st.caption("A case keeps what was promised when it was received.")
calendar_change.standard_panel(by, today, promised)

st.subheader("Changes made")
with session.reading() as conn:
    made = closures.changes(conn)
if made:
    st.dataframe(
        [calendar_change.told(row) for row in made], hide_index=True, height="content", alt="Changes of the calendar"
    )
else:
    st.info("The closures are as they were first loaded. Each change will be listed here, with who made it and why.")
