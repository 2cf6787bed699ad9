"""The review of a month: the shortlist, what the panel says, the decision, the celebration, and what may be public."""

from collections.abc import Callable
from datetime import date
from typing import Any

import streamlit as st
from sqlalchemy import Connection

from core import business_days, people, recognition
from core.kinds import SENIOR_MANAGEMENT
from core.people import Person
from dashboard import session, words
from dashboard.words import plain

STATES = {"shortlisted": ("Shortlisted", "blue"), "chosen": ("Chosen", "green"), "celebrated": ("Celebrated", "green"),
          "not this time": ("Not this time", "gray")}  # fmt: skip


def show(month: date, by: Person) -> None:
    """Everybody on the shortlist of the month, and what is next for each; then the digest."""
    with session.reading() as conn:
        rows = recognition.shortlisted(conn, month, by)
    if rows:
        for row in rows:
            _one(row, by)
    else:
        st.info(f"Nobody is shortlisted for {words.month(month)} yet. Shortlist a person or a team below, and say why.")
    _shortlist(month, by)
    _digest(month, by)


def _one(row: Any, by: Person) -> None:
    with st.container(border=True, key=f"recognition-{row.id}"):
        label, colour = STATES[row.state]
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(plain(row.name), anchor=False)
            st.badge(label, color=colour)  # type: ignore[arg-type]
            if row.public_at:
                st.badge("May be public", color="violet")
        _written(f"Shortlisted by {row.shortlisted_by}, because", row.shortlisted_because)
        _written(
            f"{label if row.state == 'not this time' else 'Chosen'} by {row.decided_by}, because", row.decided_because
        )
        _written(f"Celebrated {words.day(row.celebrated_on)}", row.celebrated_how)
        _written("Consent to show it in public", row.public_consent)
        if row.staff_id == by.id:
            st.caption("Others decide about your own recognition.")
            return
        with session.reading() as conn:
            said = recognition.notes(conn, row.id, by)
        with st.expander(f"What the panel said and did, {len(said)}"):
            for one in said:
                st.caption(f"{plain(one.by_name)}, {words.moment(one.at)}")
                st.text(one.note)
        _next(row, by)


def _written(label: str, text: str | None) -> None:
    if text:
        with st.container(gap=None):
            st.caption(plain(label))
            st.text(text)


def _next(row: Any, by: Person) -> None:
    with st.container(horizontal=True):
        _asks(row, "Add note", "What you want to say", lambda conn, said: recognition.note(conn, row.id, said, by=by))
        if row.state == "shortlisted":
            for chosen, label in ((True, "Choose"), (False, "Not this time")):
                _asks(row, label, "Why they are chosen" if chosen else "Why not this time", _deciding(row, chosen, by), (by.role not in SENIOR_MANAGEMENT and
                      str(recognition.OnlySeniorManagementDecides())) or None)  # fmt: skip
        if row.state == "chosen":
            _celebrate(row, by)
        if row.state in ("chosen", "celebrated"):
            _public(row, by)
            _certificate(row, by)


def _deciding(row: Any, chosen: bool, by: Person) -> Callable[[Connection, str], None]:
    return lambda conn, said: recognition.decide(conn, row.id, chosen=chosen, because=said, by=by)


def _asks(row: Any, label: str, asks: str, do: Callable[[Connection, str], None], why_not: str | None = None) -> None:
    """A button that opens a small form with one thing to say."""
    name = f"panel {row.id} {label}"
    with st.popover(label, disabled=why_not is not None, help=why_not):
        st.text_area(asks, key=name, persist_state="session")
        st.button(label, key=f"{name} go", type="primary", on_click=_do, args=(name, do))


def _do(name: str, do: Callable[[Connection, str], None]) -> None:
    said = session.kept(name) or ""
    if session.one_click(lambda conn: do(conn, said), "Done."):
        session.keep(name, "")


def _celebrate(row: Any, by: Person) -> None:
    name = f"panel {row.id} celebrated"
    with st.popover("Record how it was celebrated"):
        with session.reading() as conn:
            today = business_days.today(conn)
        st.date_input("When", today, max_value=today, key=f"{name} on", format="YYYY-MM-DD")
        st.text_area("How it was celebrated", key=name, persist_state="session")
        st.button("Record it", key=f"{name} go", type="primary", on_click=_do, args=(
            name, lambda conn, said: recognition.celebrate(conn, row.id, how=said, on=session.kept(f"{name} on") or today, by=by)))  # fmt: skip


def _public(row: Any, by: Person) -> None:
    if row.public_at is None:
        _asks(
            row,
            "May be public",
            "How they agreed",
            lambda conn, said: recognition.make_public(conn, row.id, consent=said, by=by),
        )
    else:
        _asks(
            row,
            "Not public any more",
            "Why",
            lambda conn, said: recognition.take_from_public(conn, row.id, why=said, by=by),
        )


def _certificate(row: Any, by: Person) -> None:
    with session.reading(as_program=True) as conn:  # it is held still while it is read, which a reader may not
        sheet = recognition.certificate(conn, row.id, by)
    st.download_button("Certificate (PDF)", sheet.pdf, f"certificate-{row.id}.pdf", "application/pdf", key=f"certificate {row.id}",
                       icon=":material/workspace_premium:", on_click="ignore")  # fmt: skip


def _shortlist(month: date, by: Person) -> None:
    with session.reading() as conn:
        who: dict[str, str] = {
            f"person {one.id}": words.person(one) for one in people.everyone(conn) if one.id != by.id
        }
        who |= {f"team {id}": f"Team: {name}" for id, name in people.teams(conn).items()}
    with st.container(border=True):
        st.subheader("Shortlist")
        st.selectbox("A person or a team", list(who), index=None, format_func=lambda one: who.get(one, ""), key="panel whom",
                     placeholder="Choose", filter_mode="contains")  # fmt: skip
        st.text_area(
            "Why",
            key="panel why",
            persist_state="session",
            help="What they did for customers. It is kept with the decision.",
        )
        st.button("Shortlist", key="panel shortlist", type="primary", on_click=_propose, args=(month, by))


def _propose(month: date, by: Person) -> None:
    kind, _, id = (session.kept("panel whom") or "").partition(" ")
    why = session.kept("panel why") or ""
    whom = {f"{'staff' if kind == 'person' else 'team'}_id": int(id)} if id else {}
    if session.one_click(lambda conn: recognition.shortlist(conn, month, because=why, by=by, **whom), "Shortlisted."):
        session.keep("panel whom", None)
        session.keep("panel why", "")


def _digest(month: date, by: Person) -> None:
    with session.reading(of_one_moment=True) as conn:
        sheet = recognition.digest(conn, month, by)
    st.download_button(f"Digest of {words.month(month)} for management (PDF)", sheet.pdf, f"compliments-{month:%Y-%m}.pdf", "application/pdf",
                       key="digest", icon=":material/download:", on_click="ignore", help="Who was praised, what for, and what was said. Not by whom.")  # fmt: skip
