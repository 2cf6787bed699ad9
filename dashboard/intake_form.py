"""The form for phone, counter and post: one screen, the caller's words first, and nothing is lost by an error."""

from typing import Any
from uuid import UUID, uuid5

import streamlit as st
from sqlalchemy import Connection

from core import cases, people, receipt
from core.effects import now
from core.errors import Refused
from core.kinds import Kind
from core.people import Person
from core.receipt import Receipt
from dashboard import intake_done, intake_fields, intake_known, intake_said, session, words
from dashboard.intake_fields import Problems
from dashboard.intake_said import DONE, FORM, OFFERED, said
from dashboard.words import plain


class LookFirst(Refused):
    """This may be a case that is here already: look at the ones beside the form, then receive it anyway or add a note."""


def show(by: Person) -> None:
    """The form, or what the last click came to."""
    if session.is_kept(DONE):
        intake_done.show(by)
        return
    intake_said.start()
    with session.reading() as conn:
        staff = {person.id: person.name for person in people.active(conn)}
        divisions, backdated = people.divisions(conn), intake_said.is_backdated(conn)
        wrong, known = intake_said.problems(conn), intake_known.find(conn, by)
    told = wrong if session.is_kept(FORM + "tried") else _visible_already(wrong)
    form, beside = st.columns([5, 3], gap="medium")
    with form:
        intake_fields.what(told, staff)
        intake_fields.who(told)
        intake_fields.when(told, backdated)
        intake_fields.more(divisions)
    with beside:
        _no_contact(wrong)
        intake_known.show(known, by)
    _send(told, bool(known.duplicates), by)


def _visible_already(wrong: Problems) -> Problems:
    """What is typed wrongly is said at once; what is only missing yet, when it is sent."""
    return {field: why for field, why in wrong.items() if field in ("phone", "email", "received_at") and said(field)}


def _no_contact(wrong: Problems) -> None:
    """No anonymous complaint: staff may offer to log a comment instead, and record that they said so (R7)."""
    if intake_said.is_offered():
        st.info(plain(OFFERED))
        st.button("Back to a complaint", key="intake-back", on_click=_back)
    elif "contact" in wrong and intake_said.kind() is Kind.COMPLAINT and said("words"):
        st.info(
            '"Contact information is required to make a complaint." If the customer will give none, offer to log a comment.'
        )
        st.button("The customer was told, and agrees: log a comment", key="intake-offer", on_click=_offer)


def _offer() -> None:
    session.keep(FORM + "offered", True)
    session.keep(FORM + "kind", Kind.COMMENT.value)


def _back() -> None:
    intake_said.take_back_offer()
    session.keep(FORM + "kind", Kind.COMPLAINT.value)


def _send(told: Problems, duplicates: bool, by: Person) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Receive anyway" if duplicates else f"Receive {intake_said.kind()}", key="intake-receive",
                  type="primary", shortcut="Alt+S", on_click=_receive, args=(by,))  # fmt: skip
        with st.popover("Start over", type="tertiary"):
            st.markdown("Everything typed here is thrown away.")
            st.button("Throw it away", key="intake-clear", on_click=intake_said.forget)
    if session.is_kept(FORM + "tried") and told:
        st.error("Not received yet. " + plain(" ".join(told.values())))


# The click


def _receive(by: Person) -> None:
    """Receives it once, however often it is clicked; what is wrong, or was not seen yet, is shown first."""
    if session.is_kept(DONE):
        return
    session.keep(FORM + "tried", True)
    done = session.one_click(lambda conn: _received(conn, by, session.key_of("intake")))
    if done:
        intake_said.forget()
        session.keep(DONE, done)


def _received(conn: Connection, by: Person, key: UUID) -> list[dict[str, Any]]:
    if intake_said.problems(conn):
        return []
    if intake_known.are_new(intake_known.find(conn, by)):
        raise LookFirst
    new = intake_said.as_receipt()
    offered: dict[str, Any] = {"offered_comment": True, "note": OFFERED} if intake_said.is_offered() else {}
    row = receipt.receive(conn, new, by=by, key=key, **offered)
    done = [_done(conn, row, new, by)]
    if intake_said.also_praises():
        praise = intake_said.as_praise(new)
        other = receipt.receive(conn, praise, by=by, key=uuid5(key, "praise"), linked=(row.id, "split from"))
        done.append(_done(conn, other, praise, by))
    return done


def _done(conn: Connection, row: Any, new: Receipt, by: Person) -> dict[str, Any]:
    """What to show: whoever writes down a complaint about staff may not be one who sees it afterwards (R64)."""
    try:
        may_see = cases.get(conn, row.id, by) is not None
    except Refused:
        may_see = False
    received_on = words.local(new.received_at or now(conn)).date()
    return {"no": row.request_no, "kind": new.kind.value, "case": "received", "open": may_see,
            "due_on": row.due_on.isoformat() if row.due_on else None, "received_on": received_on.isoformat()}  # fmt: skip
