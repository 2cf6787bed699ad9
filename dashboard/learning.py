"""What the page of learning is made of: findings, causes, what was no complaint, corrective actions."""

from datetime import date, timedelta
from typing import Any

import streamlit as st
from sqlalchemy import Row

from core import learning, periods
from core.kinds import STAFF
from core.people import Person
from core.periods import Period
from dashboard import figures as draw
from dashboard import session, words

Column = st.column_config


def period_chosen(today: date) -> Period:
    """The months in which cases were closed, as the address says them; refuses what is no period."""
    said = session.asked("period") or "12 months to today"
    period = periods.parse(said, today)
    options = list(dict.fromkeys([*periods.NAMED, said]))
    session.keep("learning period", said)
    st.selectbox("Closed in", options, key="learning period", width=300, on_change=_say,
                 format_func=lambda each: each.capitalize() if each in periods.NAMED else period.in_words)  # fmt: skip
    return period


def _say() -> None:
    session.ask(period=session.kept("learning period"))


def _closed(period: Period, **more: str) -> dict[str, str]:
    return {"show": "all", "closed_from": period.first.isoformat(), "closed_to": period.ends_on.isoformat()} | more


def findings(rows: list[Row], period: Period, by: Person) -> None:
    """What the investigations found, and whether anything was done."""
    if not rows:
        st.info("No complaint with a finding was closed in these months.")
        return
    draw.table(
        "findings",
        [{"Finding": words.said(row.finding), "Complaints": f"{row.n:,}", "Steps taken": f"{row.with_steps:,}", "None needed": f"{row.without_steps:,}"} for row in rows],
        [_finding_opens(row, period) for row in rows], {"Finding": Column.TextColumn(width="medium")},
        alt="Complaints by finding, with and without steps taken", by=by,
    )  # fmt: skip


def _finding_opens(row: Row, period: Period) -> dict[str, dict[str, str]]:
    listed = {
        "Complaints": (row.n, {}),
        "Steps taken": (row.with_steps, {"steps": "taken"}),
        "None needed": (row.without_steps, {"steps": "none"}),
    }
    return {
        column: _closed(period, kind="complaint", finding=row.finding, **more)
        for column, (number, more) in listed.items()
        if number
    }


def causes(rows: list[Row], period: Period, by: Person) -> None:
    """What caused complaints, the commonest first; what came back although something was done stands out in words."""
    if not rows:
        st.info("No root cause was recorded in these months. It is asked for with each finding.")
        return
    draw.table(
        "causes",
        [{"Root cause": row.cause.capitalize(), "Complaints": f"{row.n:,}", "Before": f"{row.before:,}", "Actions": row.actions,
          "Again": "Came back after an action" if row.came_back else "Repeats" if row.n + row.before > 1 else ""} for row in rows],
        [{"Complaints": _closed(period, cause=row.cause)}
         | ({"Before": {"show": "all", "closed_to": (period.first - timedelta(1)).isoformat(), "cause": row.cause}} if row.before else {}) for row in rows],
        {"Root cause": Column.TextColumn(width="large"), "Again": Column.TextColumn(width=200)}, alt="Root causes by the number of complaints, and what came back", by=by,
    )  # fmt: skip


def no_complaints(rows: list[Row], period: Period, by: Person) -> None:
    """What came as a complaint and was none."""
    if not rows:
        st.info("Nothing that came as a complaint in these months was something else.")
        return
    with st.container(key="part-none"):
        for row in rows:
            draw.number(row.n, words.plain(row.what), _closed(period, what_it_is=row.what), by)


def actions(rows: list[Row], known: list[str], staff: dict[int, str], today: date, by: Person) -> None:
    """Corrective actions, those to be done first, and the three forms about them."""
    if rows:
        st.dataframe([_told(row) for row in rows], hide_index=True, height="content", alt="Corrective actions with owner, date, and whether they worked",
                     column_config={"What": Column.TextColumn(width="large"), "By": Column.DateColumn(format="D MMM YYYY"), "Done": Column.DateColumn(format="D MMM YYYY")})  # fmt: skip
    else:
        st.info("No corrective action is noted. Note one when a cause repeats: who does what by when.")
    if by.role not in STAFF:
        return
    with st.container(horizontal=True, key="action-forms"):
        if learning.may_note(by):
            with st.popover("Note an action"):
                _note(known, staff, today, by)
        if to_do := {row.id: row.what for row in rows if row.done_on is None}:
            with st.popover("It is done"):
                chosen = st.selectbox("Which", list(to_do), format_func=lambda key: to_do[key], key="action done")
                st.button("Done today", key="action done go", on_click=_done, args=(chosen, by))
        if learning.may_note(by) and (done := {row.id: row.what for row in rows if row.done_on and not row.worked}):
            with st.popover("Did it work?"):
                _judge(done, by)


def _told(row: Row) -> dict[str, Any]:
    about = row.cause.capitalize() if row.cause else f"Case {row.request_no}"
    state = (
        f"Worked: {row.worked}. {row.worked_because}"
        if row.worked
        else "Not judged yet"
        if row.done_on
        else "Late"
        if row.is_late
        else "To do"
    )
    return {
        "What": row.what,
        "About": about,
        "Owner": row.owner,
        "By": row.due_on,
        "Done": row.done_on,
        "Did it work": state,
    }


def _note(known: list[str], staff: dict[int, str], today: date, by: Person) -> None:
    what = st.text_area("What is to be done", key="action what", max_chars=2000)
    cause = st.selectbox("About the cause", known, format_func=str.capitalize, index=None, placeholder="A cause of these months", key="action cause",
                         accept_new_options=True)  # fmt: skip
    number = st.text_input("Or about the case, by its request number", key="action case", max_chars=64)
    owner = st.selectbox(
        "Who does it",
        list(staff),
        format_func=lambda key: staff[key],
        index=None,
        placeholder="Choose",
        key="action owner",
        filter_mode="contains",
    )
    due = st.date_input("By", today + timedelta(28), min_value=today, key="action due", format="YYYY-MM-DD")
    st.button(
        "Note it",
        key="action go",
        type="primary",
        disabled=owner is None,
        on_click=_add,
        args=(what, cause, number, owner, due, by),
    )


def _add(what: str, cause: str | None, number: str, owner: int, due: date, by: Person) -> None:
    if session.one_click(
        lambda conn: learning.add(
            conn, what or "", owner_id=owner, due_on=due, by=by, cause=cause, request_no=number or None
        ),
        "The action is noted.",
    ):
        session.forget("action ")


def _done(action_id: int, by: Person) -> None:
    session.one_click(
        lambda conn: learning.done(conn, action_id, by=by), "It is done. Look in some weeks whether it worked."
    )


def _judge(done: dict[int, str], by: Person) -> None:
    chosen = st.selectbox("Which", list(done), format_func=lambda key: done[key], key="action judged")
    worked = st.segmented_control("Did it work?", learning.WORKED, format_func=str.capitalize, key="action worked")
    because = st.text_area("What shows it", key="action because", max_chars=2000)
    st.button("Keep", key="action judge go", on_click=_keep, args=(chosen, worked or "", because or "", by))


def _keep(action_id: int, worked: str, because: str, by: Person) -> None:
    if session.one_click(lambda conn: learning.judge(conn, action_id, worked, because, by=by), "Kept."):
        session.forget("action ")
