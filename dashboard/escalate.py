"""The gate to an escalation: number and contact first, then what the clock proves, then what the customer asks for.

"To create an escalation you need: 1. The request number of your complaint 2. Phone number or email address associated
with the request number." (L33-35) Nothing of the case is shown before they match.
"""

from typing import Any

import streamlit as st
from sqlalchemy import Connection

from core import cases, escalations
from core.errors import Refused
from core.escalations import NO_RESPONSE, Attempt, Escalated, Standing
from core.kinds import GROUNDS, SENIOR_MANAGEMENT
from core.people import Person
from dashboard import day_strip, rooms, session, words
from dashboard.words import plain

#: How the names of everything that is kept here begin.
FORM = "escalate "
MATCHED, REFUSED, DONE = FORM + "matched", FORM + "refused", FORM + "done"
UPDATES = {"none": "No updates", "email": "By email", "sms": "By text message"}


def show(by: Person) -> None:
    """The gate, what follows it, or what the last click came to."""
    if session.is_kept(DONE):
        _done(session.kept(DONE))
        return
    st.caption(
        '"Use the online form or call 311 to request that your complaint be escalated and reviewed by senior management."'
    )
    left, right = st.columns([3, 2], gap="medium")
    with left:
        if session.is_kept(MATCHED):
            _matched(by)
        else:
            _gate(by)
    with right, st.container(border=True):
        st.subheader("When it may be escalated")
        for ground in GROUNDS.values():
            st.markdown(f"- {ground}")
        st.caption(
            "The clock proves it. Reviewed by a manager or director who never had the complaint, within 2 business days."
        )


# The gate


def _gate(by: Person) -> None:
    with st.container(border=True):
        st.subheader("Match the complaint")
        if number := session.asked("escalate"):
            session.start(FORM + "no", number)
        st.text_input("Request number", key=FORM + "no", persist_state="session", placeholder="0946 1550")
        st.text_input(
            "Phone or email on that request", key=FORM + "contact", persist_state="session", placeholder="416 555 0123"
        )
        st.segmented_control("How they ask", ["phone", "online"], key=FORM + "channel", default="phone", required=True,
                             format_func={"phone": "Phone", "online": "Online form"}.__getitem__)  # fmt: skip
        st.button("Match", key=FORM + "match", type="primary", on_click=_match, args=(by,))
        if session.is_kept(REFUSED):
            st.error(plain(session.kept(REFUSED)), icon=":material/block:")
    if by.role in SENIOR_MANAGEMENT:
        with st.expander("The customer was verified by other means"):
            st.caption("Where only a postal address is on record, or another system holds the contact.")
            st.text_input("How they were verified", key=FORM + "verified", persist_state="session")
            st.button("Go on without the match", key=FORM + "vouch", on_click=_vouch, args=(by,))


def _match(by: Person) -> None:
    number, contact, channel = _said("no"), _said("contact"), _said("channel") or "phone"
    if not number or not contact:
        session.keep(REFUSED, "Both are needed: the request number, and the phone or email on it.")
        return
    made = session.one_click(lambda conn: escalations.attempt(conn, number, contact, channel=channel, by=by))
    _passed(made)


def _vouch(by: Person) -> None:
    number, because, channel = _said("no"), _said("verified"), _said("channel") or "phone"
    made = session.one_click(lambda conn: escalations.vouch(conn, number, because=because, channel=channel, by=by))
    _passed(made)


def _passed(made: Attempt | None) -> None:
    session.forget(REFUSED)
    if made is None:
        return
    if made.complaint_id is None:
        session.keep(REFUSED, made.sentence)
    else:
        session.keep(MATCHED, [made.id, made.complaint_id])


# What the clock proves, and what is asked for


def _matched(by: Person) -> None:
    attempt_id, complaint_id = session.kept(MATCHED)
    with session.reading(as_program=True) as conn:
        proven = escalations.standing(conn, complaint_id)
    with st.container(border=True):
        st.subheader(f"Complaint {plain(proven.request_no)}")
        st.badge("Number and contact match", icon=":material/check:", color="green")
        st.markdown(f"**{proven.proves}**")
        with st.expander(f"How {words.day(proven.due_on)} was counted"):
            day_strip.show(proven.received_on, proven.due_on)
    with st.container(border=True):
        if proven.open_no:
            _is_open(proven, attempt_id, by)
        elif proven.grounds:
            _asked_for(proven, attempt_id, by)
        else:
            _not_yet(proven, attempt_id, by)
    st.button("Another complaint", key=FORM + "over", on_click=session.forget, args=(FORM,))


def _words(label: str) -> None:
    st.text_area(label, key=FORM + "words", persist_state="session", height=140)


def _is_open(proven: Standing, attempt_id: int, by: Person) -> None:
    st.subheader("It is escalated already")
    answered = f"was first answered on **{words.day(proven.open_responded_on)}**" if proven.open_responded_on else (
        f"is to be answered by **{words.day(proven.open_due_on)}**")  # fmt: skip
    st.markdown(f"Escalation **{plain(proven.open_no)}** is open and {answered}.")
    _words("What the customer adds")
    st.button(
        "Add it to that escalation", key=FORM + "send", type="primary", on_click=_escalate, args=(attempt_id, by, None)
    )


def _asked_for(proven: Standing, attempt_id: int, by: Person) -> None:
    st.subheader("What the customer asks for")
    never = proven.may_never_have_arrived and session.kept(FORM + "never")
    grounds = [NO_RESPONSE] if never else list(proven.grounds)
    ground = st.radio("Ground", grounds, key=f"{FORM}ground {len(grounds)} {grounds[0]}",
                      format_func=lambda one: GROUNDS[one].capitalize())  # fmt: skip
    if proven.may_never_have_arrived:
        st.checkbox("The customer says that the response never arrived", key=FORM + "never")
    _words("What they are not satisfied with, in their words")
    _updates()
    _representative()
    st.button("Escalate", key=FORM + "send", type="primary", on_click=_escalate, args=(attempt_id, by, ground))


def _updates() -> None:
    way = st.segmented_control("Status updates", list(UPDATES), key=FORM + "updates", default="none", required=True,
                               format_func=UPDATES.__getitem__, help="Number and status only. They can be stopped at any time.")  # fmt: skip
    if way != "none":
        session.start(FORM + "to", _said("contact"))
        st.text_input("Email address" if way == "email" else "Mobile number", key=FORM + "to", persist_state="session")


def _representative() -> None:
    if st.checkbox("Somebody speaks for the customer", key=FORM + "represented"):
        st.text_input("Who", key=FORM + "representative", persist_state="session")
        st.text_input("How the customer's consent is recorded", key=FORM + "consent", persist_state="session")


def _not_yet(proven: Standing, attempt_id: int, by: Person) -> None:
    st.subheader("Not to be escalated now")
    st.markdown(plain(proven.why_not))
    _words("What the customer said")
    st.button(
        "Note on the complaint that they asked",
        key=FORM + "note",
        type="primary",
        on_click=_note,
        args=(attempt_id, by),
    )
    if by.role in SENIOR_MANAGEMENT:
        with st.expander("Admit it all the same"):
            st.text_input("Why it is admitted", key=FORM + "admitted", persist_state="session")
            st.button("Escalate", key=FORM + "send", on_click=_escalate, args=(attempt_id, by, None))
    else:
        st.caption("A manager or director may admit it with a reason.")


# The clicks


def _escalate(attempt_id: int, by: Person, ground: str | None) -> None:
    said = {
        "never_arrived": bool(session.kept(FORM + "never")),
        "ground": ground,
        "admitted_because": _said("admitted") or None,
    } | _also()
    done = session.one_click(
        lambda conn: _told(
            conn, escalations.escalate(conn, attempt_id, _said("words"), by=by, key=session.key_of(FORM), **said), by
        )
    )
    _finished(done)


def _also() -> dict[str, Any]:
    also: dict[str, Any] = {}
    if (way := _said("updates") or "none") != "none":
        also |= {"updates_by": way, "updates_to": _said("to")}
    if session.kept(FORM + "represented"):
        also |= {"represented_by": _said("representative") or "Not named", "consent": _said("consent")}
    return also


def _note(attempt_id: int, by: Person) -> None:
    done = session.one_click(
        lambda conn: escalations.note_request(conn, attempt_id, _said("words"), by=by, key=session.key_of(FORM))
    )
    _finished({"noted": True} if done else None)


def _told(conn: Connection, made: Escalated, by: Person) -> dict[str, Any]:
    """What to say afterwards: whoever takes the call may not be one who sees the case."""
    try:
        cases.get(conn, made.id, by)
        seen = True
    except Refused:
        seen = False
    return {"no": made.request_no, "due_on": words.day(made.due_on), "linked": made.linked, "seen": seen}


def _finished(done: dict[str, Any] | None) -> None:
    if done:
        session.forget(FORM, f"key {FORM}")
        session.keep(DONE, done)


def _said(name: str) -> str:
    return str(session.kept(FORM + name) or "").strip()


def _done(done: dict[str, Any]) -> None:
    with st.container(border=True):
        if done.get("noted"):
            st.subheader("Noted on the complaint")
            st.markdown(
                "**Tell the customer** the date by which they will have a response, and that they may escalate after it."
            )
        else:
            st.subheader("Added to the open escalation" if done["linked"] else "Escalated")
            st.code(done["no"], language=None, width="content")
            st.markdown(
                f"**Tell the customer:** the escalation has this number, and senior management responds by **{done['due_on']}**."
            )
            if done["seen"]:
                st.page_link(
                    rooms.path("escalation"),
                    label="Open it",
                    query_params={"no": done["no"]},
                    icon=":material/arrow_forward:",
                )
    st.button("Another complaint", key=FORM + "another", type="primary", on_click=session.forget, args=(FORM,))
