"""Months frozen "as at" on the page of the promises: then and now, and what was restated since and why."""

from datetime import date
from typing import Any

import streamlit as st
from sqlalchemy import Row

from core import figures, frozen
from core.actions import done
from core.figures import TEN, TWO
from core.kinds import STAFF
from core.people import Person
from core.periods import Period, months_after
from dashboard import figures as draw
from dashboard import session, words


def show(today: date, by: Person) -> None:
    """The frozen months with what they are now; freezing another; the restated cases of one."""
    st.subheader("Frozen months")
    with session.reading() as conn:
        kept = frozen.months(conn)
        now = {row.month: figures.read(conn, Period(row.month, row.month), {}) for row in kept[:24]}
    if kept:
        st.dataframe([_compared(row, now[row.month]) for row in kept[:24]], hide_index=True, height="content",
                     alt="Frozen months: both promises as they were then and as they are now")  # fmt: skip
    else:
        st.info(
            "No month is frozen yet. Freeze one when its figures are published: what changes afterwards is then listed with its reason."
        )
    with st.container(horizontal=True, vertical_alignment="bottom", key="freeze"):
        _freeze({row.month for row in kept}, today, by)
        if kept and by.role in STAFF:
            month = st.selectbox("Restated since it was frozen", [row.month.isoformat() for row in kept], width=260, index=None,
                                 format_func=lambda each: f"{date.fromisoformat(each):%B %Y}", placeholder="Choose a month", key="restated")  # fmt: skip
    if kept and by.role in STAFF and month:
        _restated(date.fromisoformat(month), by)


def _compared(row: Row, now: figures.Figures) -> dict[str, Any]:
    ten, two = now.of(TEN), now.of(TWO)
    return {
        "Month": f"{row.month:%B %Y}", "As at": words.moment(row.frozen_at), "By": row.by_name or "System",
        "10-day then": _of(row.ten_on_time, row.ten_counted), "10-day now": _of(ten.on_time, ten.counted),
        "2-day then": _of(row.two_on_time, row.two_counted), "2-day now": _of(two.on_time, two.counted),
    }  # fmt: skip


def _of(on_time: int, counted: int) -> str:
    return f"{draw.per_cent(figures.share(on_time, counted))} of {counted:,}" if counted else "Nothing due"


def _freeze(known: set[date], today: date, by: Person) -> None:
    open_months = [month for back in range(1, 25) if (month := months_after(today, -back)) not in known]
    if not frozen.may_freeze(by) or not open_months:
        return
    chosen = st.selectbox("Freeze", [each.isoformat() for each in open_months], format_func=lambda each: f"{date.fromisoformat(each):%B %Y}",
                         width=200, key="freeze month")  # fmt: skip
    month = date.fromisoformat(chosen)
    with st.popover("Freeze this month"):
        st.write(f"Each promise of {month:%B %Y} is kept as it stands now. This cannot be undone.")
        st.button(f"Freeze {month:%B %Y}", key="freeze go", type="primary", on_click=_do, args=(month, by))


def _do(month: date, by: Person) -> None:
    number = session.one_click(lambda conn: frozen.freeze(conn, month, by=by))
    if number is not None:
        session.say(f"{month:%B %Y} is frozen with {int(number):,} promises.")


def _restated(month: date, by: Person) -> None:
    with session.reading(as_program=True) as conn:  # it counts what they may not see, and shows none of it
        changed, hidden = frozen.restated(conn, month, by), frozen.kept_from(conn, month, by)
    if not changed and not hidden:
        st.info(f"Nothing of {month:%B %Y} reads differently since it was frozen.")
        return
    st.dataframe([_told(row) for row in changed], hide_index=True, height="content", alt="Cases that read differently since the month was frozen, and why",
                 column_config={"Why": st.column_config.TextColumn(width="large")})  # fmt: skip
    if hidden:
        st.caption(f"{figures.told(hidden).capitalize()} more are about a person, and not for you to see.")


def _told(row: Row) -> dict[str, Any]:
    why = (
        f"{row.by_name or 'System'} {done(row.action)}, {words.moment(row.at)}"
        if row.action
        else "The calendar was changed"
    )
    return {
        "Number": row.request_no, "Kind": words.said(row.kind), "Then": _stood(row.before, row.days_before) or "not in this month",
        "Now": _stood(row.after, row.days_after) or "not in this month any more", "Moves the figure": "Yes" if row.moves_the_figure else "No",
        "Why": f"{why}: {row.note}" if row.note else why,
    }  # fmt: skip


def _stood(outcome: str | None, days: int | None) -> str:
    return f"{outcome} in {words.days(days)}" if outcome and days is not None else outcome or ""
