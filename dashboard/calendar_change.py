"""Changing the calendar: what a change would move is shown first, and an administrator applies it with a reason."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st
from sqlalchemy import Row

from core import closures, standards
from core.city_closures import Closure
from core.closures import Move
from core.errors import Refused
from core.people import Person
from dashboard import session, words
from dashboard.words import plain

#: As many moved cases as a person reads; the count above them is of all.
SHOWN = 200


def closures_panel(by: Person, today: date, last_day: date) -> None:
    """Add, remove or confirm closures, with the preview; and load more years."""
    with st.expander("Change the closures"):
        st.caption("Nothing moves before it was looked at here and applied. Open cases then get their new due date and keep "
                   "the first in their history; answered cases never move.")  # fmt: skip
        add, remove = _wanted(today, last_day)
        st.text_input("Why", key="closure why", max_chars=300, placeholder="Council confirmed the holiday schedule")
        if add or remove:
            _preview(by, add, remove)
        else:
            st.info("Choose a day, and what would move is listed here.")
            _button(by, "Apply", "closure apply", lambda: None, off=True)
    with st.expander("Load more years"):
        year = st.number_input(
            "Up to the end of", last_day.year + 1, last_day.year + 10, key="years last", format="%d", width=200
        )
        st.text_input("Why", key="years why", max_chars=300, placeholder="The calendar runs out")
        _button(by, "Load these years", "years apply", _extend, by, int(year))


def _wanted(today: date, last_day: date) -> tuple[list[Closure], list[date]]:
    with session.reading() as conn:
        known = {row.day.isoformat(): row for row in closures.between(conn, today.replace(month=1, day=1), last_day)}
    left, right = st.columns(2)
    day = left.date_input("The City is closed on", None, key="closure day", format="YYYY-MM-DD")
    name = right.text_input(
        "Name of the closure", key="closure name", max_chars=100, placeholder="National day of mourning"
    )
    left, right = st.columns(2)
    opened = left.multiselect(
        "The City works after all on", list(known), key="closure open", format_func=lambda it: _named(known[it])
    )
    unsure = [it for it, row in known.items() if not row.confirmed]
    sure = right.multiselect(
        "Confirmed by the City", unsure, key="closure sure", format_func=lambda it: _named(known[it])
    )
    add = [Closure(row.day, row.name, row.source, True) for row in map(known.get, sure) if row]
    if day:
        add.append(Closure(day, name or "", "Entered by an administrator", True))
    return add, [known[it].day for it in opened]


def _named(row: Row[Any]) -> str:
    return f"{words.day(row.day)}, {row.name}"


def _preview(by: Person, add: list[Closure], remove: list[date]) -> None:
    try:
        with session.reading(as_program=True) as conn:
            found = closures.preview(conn, add, remove, by)
    except Refused as refusal:
        st.warning(plain(refusal))
        _button(by, "Apply", "closure apply", lambda: None, off=True)
        return
    st.markdown(f"**{plain(found.in_words)}**")
    seen = [move for move in found.moves if move.may_see]
    if seen and closures.why_not(by) is None:
        _moves(seen)
    _button(by, "Apply", "closure apply", _apply, by, add, remove)


def _moves(seen: Sequence[Move]) -> None:
    st.dataframe(
        [{"Request number": move.request_no, "Kind": words.said(move.kind), "Due now": words.day(move.due_before),
          "Would be due": words.day(move.due_after), "Late or on time": move.flips or "no change"} for move in seen[:SHOWN]],
        hide_index=True, alt="Open cases whose due date would move",
    )  # fmt: skip
    if len(seen) > SHOWN:
        st.caption(f"The first {SHOWN} of {len(seen):,}.")


def _button(by: Person, label: str, key: str, do: Any, *args: Any, off: bool = False) -> None:
    why_not = closures.why_not(by)
    st.button(label, key=key, type="primary", disabled=off or why_not is not None, help=why_not, on_click=do, args=args)
    if why_not:
        st.caption(plain(why_not))


def _apply(by: Person, add: list[Closure], remove: list[date]) -> None:
    why = session.kept("closure why", "")
    done = session.one_click(lambda conn: closures.apply(conn, add, remove, by=by, why=why))
    if done:
        session.say(f"Applied. Open cases moved: {len(done.moves):,}.")
        for name, empty in (("day", None), ("name", ""), ("open", []), ("sure", []), ("why", "")):
            session.keep(f"closure {name}", empty)


def _extend(by: Person, last_year: int) -> None:
    why = session.kept("years why", "")
    if session.one_click(
        lambda conn: closures.extend(conn, last_year, by=by, why=why),
        f"The calendar now reaches the end of {last_year}.",
    ):
        session.keep("years why", "")


def standard_panel(by: Person, today: date, promised: Sequence[Row[Any]]) -> None:
    """Another number of business days from a day on."""
    with st.expander("Change what is promised"):
        steps = {f"{row.kind} {row.step}": row for row in promised}
        which = st.selectbox("Promise", list(steps), key="standard which", format_func=lambda it: words.said(it))
        left, right = st.columns(2)
        days = left.number_input(
            "Business days", 1, standards.LONGEST, key="standard days", value=steps[which].business_days
        )
        day = right.date_input("From", today, min_value=today, key="standard from", format="YYYY-MM-DD")
        st.text_input("Why", key="standard why", max_chars=300, placeholder="The City shortened its standard")
        _button(by, "Set it", "standard apply", _set, by, steps[which].kind, steps[which].step, int(days), day)


def _set(by: Person, kind: str, step: str, days: int, day: date) -> None:
    why = session.kept("standard why", "")
    done = f"From {words.day(day)}: {words.days(days)}. Cases received before keep what they were promised."
    if session.one_click(lambda conn: standards.set_standard(conn, kind, step, days, day, by=by, why=why), done):
        session.keep("standard why", "")


def standard(row: Row[Any]) -> dict[str, Any]:
    """One promise, as a row of the list."""
    return {
        "Kind": words.said(row.kind), "Step": words.said(row.step), "Business days": row.business_days,
        "The page says": f"{row.sentence} ({row.source})" if row.sentence else row.source, "Applies": row.applies,
        "Promise": words.said(row.promise), "In force": "Yes" if row.in_force else "No",
        "From": words.day(row.effective_on), "Why": f"{row.why} {row.set_by and f'({row.set_by})'}".strip(),
    }  # fmt: skip


def told(row: Row[Any]) -> dict[str, Any]:
    """One change of the calendar, as a row of the list."""
    return {
        "When": words.moment(row.at), "Who": row.by_name, "Why": row.why, "Closed": _days(row.added), "Open": _days(row.removed),
        "Cases moved": row.moved, "Answered, counted anew": row.restated, "Loaded to": words.day(row.loaded_to),
    }  # fmt: skip


def _days(closed: list[dict[str, Any]]) -> str:
    return "; ".join(f"{words.day(date.fromisoformat(it['day']))} {it['name']}" for it in closed)
