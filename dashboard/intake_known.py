"""While it is typed: what this customer sent before, and what may be the same case (R25)."""

from dataclasses import dataclass
from uuid import uuid5

import streamlit as st
from sqlalchemy import Connection, Row

from core import cases, receipt
from core.effects import now
from core.people import Person
from dashboard import intake_said, rooms, session, words
from dashboard.intake_said import said
from dashboard.words import plain

#: The ids of the likely duplicates that were on the page: whoever receives it anyway has seen them.
SHOWN = intake_said.FORM + "shown"
#: Fewer words say nothing about being the same.
FEWEST_WORDS = 4


@dataclass(frozen=True)
class Known:
    """What is known already: likely duplicates first, then the customer's other cases."""

    duplicates: list[Row]
    prior: list[Row]


def find(conn: Connection, by: Person) -> Known:
    """Looks up what the form says so far."""
    way, text = intake_said.contact(), said("words") or ""
    if not any(way.values()) and len(text.split()) < FEWEST_WORDS:
        return Known([], [])
    at = intake_said.received_at() or now(conn)
    same = receipt.likely_duplicates(conn, kind=intake_said.kind(), words=text, received_at=at, by=by, **way)
    ids = {row.id for row in same}
    return Known(same, [row for row in receipt.prior(conn, words=text, by=by, **way) if row.id not in ids])


def are_new(known: Known) -> bool:
    """Whether there are likely duplicates that were not on the page yet; from now on they are."""
    ids = sorted(row.id for row in known.duplicates)
    new = not set(ids) <= set(session.kept(SHOWN, []))
    session.keep(SHOWN, ids)
    return new


def show(known: Known, by: Person) -> None:
    """Draws both lists; each case opens, and what is typed here waits meanwhile."""
    session.keep(SHOWN, [row.id for row in known.duplicates])
    if known.duplicates:
        st.markdown(":orange[:material/content_copy:] **This may be the same**")
        for row in known.duplicates:
            _one(row, by, may_be_the_same=True)
    if known.prior:
        count = len(known.prior)
        st.markdown(
            f"**{count} {'other' if known.duplicates else 'earlier'} case{'' if count == 1 else 's'} of this customer**"
        )
        for row in known.prior[:5]:
            _one(row, by)
        if count > 5:
            st.caption(f"and {count - 5} more")


def _one(row: Row, by: Person, *, may_be_the_same: bool = False) -> None:
    with st.container(border=True, gap="xxsmall", key=f"known {row.id}"):
        st.text(row.title)
        same = "same contact" if may_be_the_same and row.same_contact else ""
        facts = (words.said(row.kind), words.said(row.state), words.day(row.received_on), same)
        st.caption(" · ".join(filter(None, facts)))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(
                rooms.path(row.kind), label=f"Open {plain(row.request_no)}", query_params={"no": row.request_no}
            )
            if may_be_the_same and row.is_open:
                st.button(f"It is the same: add a note to {plain(row.request_no)}", key=f"same {row.id}",
                          on_click=_add_note, args=(row.id, row.request_no, row.kind, by))  # fmt: skip


def _add_note(case_id: int, number: str, kind: str, by: Person) -> None:
    """The words go to the case as a note, and nothing new is received."""
    if session.is_kept(intake_said.DONE):
        return
    key = uuid5(session.key_of("intake"), f"note to {case_id}")
    if session.one_click(lambda conn: cases.act(conn, case_id, "add_note", by=by, key=key, note=_note())):
        intake_said.forget()
        session.keep(intake_said.DONE, [{"no": number, "kind": kind, "case": "noted"}])


def _note() -> str:
    who = ", ".join(filter(None, map(said, ("customer_name", "phone", "email"))))
    return f"The customer came back by {said('channel')}{f' ({who})' if who else ''}.\n{said('words') or ''}".strip()
