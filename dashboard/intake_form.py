"""The form for phone, counter and post: one screen, the caller's words first, and nothing is lost by an error."""

from typing import Any
from uuid import UUID, uuid5

import streamlit as st
from sqlalchemy import Connection

from core import cases, people, receipt
from core.effects import now
from core.errors import Refused
from core.kinds import CATEGORIES, CHANNELS, TAGS, Kind
from core.people import Person
from core.receipt import Receipt
from dashboard import intake_done, intake_known, intake_said, session, words
from dashboard.intake_said import DONE, FORM, OFFERED, said
from dashboard.words import plain

KINDS = (Kind.COMPLAINT, Kind.COMMENT, Kind.COMPLIMENT)
ASKS = {
    Kind.COMPLAINT: ("What happened, in the customer's words", "Staff it is about"),
    Kind.COMMENT: ("The comment, in the customer's words", "Staff it is about"),
    Kind.COMPLIMENT: ("The praise, in the customer's words", "Staff it praises"),
}
#: Often asked for; any other can be typed.
LANGUAGES = ("French", "Arabic", "Bengali", "Cantonese", "Farsi", "Hindi", "Italian", "Korean", "Mandarin", "Polish",
             "Portuguese", "Punjabi", "Russian", "Somali", "Spanish", "Tagalog", "Tamil", "Ukrainian", "Urdu",
             "Vietnamese")  # fmt: skip
FORMATS = ("large print", "braille", "plain text email", "audio recording", "sign language video")

Problems = dict[str, str]


def show(by: Person) -> None:
    """The form, or what the last click came to."""
    if session.is_kept(DONE):
        intake_done.show(by)
        return
    intake_said.start()
    with session.reading() as conn:
        staff = {
            person.id: f"{person.name}, {person.title or words.said(person.role)}" for person in people.everyone(conn)
        }
        divisions, backdated = people.divisions(conn), intake_said.is_backdated(conn)
        wrong, known = intake_said.problems(conn), intake_known.find(conn, by)
    told = wrong if session.is_kept(FORM + "tried") else _already_visible(wrong)
    form, beside = st.columns([5, 3], gap="medium")
    with form:
        _what(told, staff)
        _who(told)
        _when(told, backdated)
        _more(divisions)
    with beside:
        _no_contact(wrong)
        intake_known.show(known, by)
    _send(told, bool(known.duplicates), by)


def _already_visible(wrong: Problems) -> Problems:
    """What is typed wrongly is said at once; what is only missing yet, when it is sent."""
    return {field: why for field, why in wrong.items() if field in ("phone", "email", "received_at") and said(field)}


def _wrong(told: Problems, field: str) -> None:
    if field in told:
        st.markdown(f":red[:material/error: {plain(told[field])}]")


def _key(name: str) -> dict[str, Any]:
    """It stays in the session, also while another page is open."""
    return {"key": FORM + name, "persist_state": "session"}


def _what(told: Problems, staff: dict[Any, str]) -> None:
    asks, about = ASKS[intake_said.kind()]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.radio(
            "Kind",
            [kind.value for kind in KINDS],
            format_func=words.said,
            horizontal=True,
            on_change=_undo_offer,
            **_key("kind"),
        )
        st.selectbox("How it came", CHANNELS, format_func=words.said, width=150, **_key("channel"))
    st.text_area(asks, height=150, **_key("words"))
    _wrong(told, "words")
    left, right = st.columns(2)
    if intake_said.kind() is Kind.COMPLAINT:
        with left:
            st.selectbox(
                "What it is about",
                CATEGORIES,
                index=None,
                format_func=words.said,
                placeholder="Choose",
                **_key("category"),
            )
            _wrong(told, "category")
    with right if intake_said.kind() is Kind.COMPLAINT else left:
        st.multiselect(
            about,
            list(staff),
            format_func=lambda one: staff.get(one, ""),
            placeholder="Nobody in particular",
            **_key("subject_ids"),
        )
    _split(told, staff)


def _split(told: Problems, staff: dict[Any, str]) -> None:
    """ "A message that both praises and complains is split into two linked cases" (R58)."""
    if intake_said.kind() is Kind.COMPLIMENT:
        st.button(
            "It also complains: make it two cases",
            key="intake-also-complains",
            type="tertiary",
            on_click=_also_complains,
        )
    elif intake_said.kind() is Kind.COMPLAINT:
        st.checkbox("It also praises somebody: make it two cases", **_key("praises"))
        if intake_said.also_praises():
            with st.container(border=True):
                st.text_area("Only the praise, in the customer's words", height=80, **_key("praise"),
                             help="It becomes a compliment of its own. Nothing of the complaint goes with it.")  # fmt: skip
                _wrong(told, "praise")
                st.multiselect("Staff it praises", list(staff), format_func=lambda one: staff.get(one, ""),
                               placeholder="The whole team", **_key("praised_ids"))  # fmt: skip


def _also_complains() -> None:
    """The words typed so far are the praise; the complaint is still to be written."""
    for name, value in (("praise", said("words") or ""), ("praised_ids", said("subject_ids") or []), ("words", ""),
                        ("subject_ids", []), ("praises", True), ("kind", Kind.COMPLAINT.value)):  # fmt: skip
        session.keep(FORM + name, value)


def _who(told: Problems) -> None:
    name, phone, email = st.columns(3)
    with name:
        st.text_input("Customer's name", autocomplete="off", **_key("customer_name"))
    with phone:
        st.text_input(
            "Phone", type="phone", live="600ms", placeholder="416 555 0100", autocomplete="off", **_key("phone")
        )
        _wrong(told, "phone")
    with email:
        st.text_input("Email", autocomplete="off", **_key("email"))
        _wrong(told, "email")
    st.text_input("Postal address", autocomplete="off", **_key("postal_address"))
    _wrong(told, "contact")
    if intake_said.kind() is not Kind.COMPLAINT:
        st.checkbox("The customer asks for a reply", **_key("reply_requested"))
    elif said("postal_address") and not (said("phone") or said("email")):
        st.warning(
            "Postal address only: should the customer escalate it online, it cannot be matched. Ask for a phone or an email."
        )


def _when(told: Problems, backdated: bool) -> None:
    st.checkbox("It came earlier than now", **_key("earlier"))
    if said("earlier"):
        when, why = st.columns([1, 2])
        with when:
            st.datetime_input(
                "When it came (Toronto)", value=None, step=300, format="YYYY-MM-DD", **_key("received_at")
            )
            _wrong(told, "received_at")
        if backdated:
            with why:
                st.text_input(
                    "Why it is entered on a later day",
                    placeholder="The letter was opened today",
                    **_key("backdated_because"),
                )
                _wrong(told, "backdated_because")


def _more(divisions: dict[int, str]) -> None:
    with st.expander("Language, access needs, division, title"):
        left, right = st.columns(2)
        with left:
            st.selectbox(
                "Preferred language",
                LANGUAGES,
                index=None,
                accept_new_options=True,
                placeholder="English",
                **_key("language"),
            )
            st.checkbox("An interpreter is needed", **_key("interpreter"))
            st.selectbox(
                "Accessible format",
                FORMATS,
                index=None,
                accept_new_options=True,
                placeholder="None asked for",
                **_key("accessible_format"),
            )
        with right:
            st.multiselect("Also about", TAGS, format_func=words.said, placeholder="Neither", **_key("tags"))
            st.selectbox("Division", list(divisions), index=None, format_func=lambda one: divisions.get(one, ""), placeholder="311 Toronto",
                         **_key("division_id"))  # fmt: skip
            st.text_input("Short title", placeholder="The first line of what was said", **_key("title"))


def _no_contact(wrong: Problems) -> None:
    """No anonymous complaint: staff may offer to log a comment instead, and record that they said so (R7)."""
    if said("offered"):
        st.info(plain(OFFERED))
        st.button("Back to a complaint", key="intake-back", on_click=_back)
    elif "contact" in wrong and intake_said.kind() is Kind.COMPLAINT and said("words"):
        st.info(
            '"Contact information is required to make a complaint." If the customer will give none, offer to log a comment instead.'
        )
        st.button("The customer was told, and agrees: log a comment", key="intake-offer", on_click=_offer)


def _offer() -> None:
    session.keep(FORM + "offered", True)
    session.keep(FORM + "kind", Kind.COMMENT.value)


def _undo_offer() -> None:
    session.forget(FORM + "offered")


def _back() -> None:
    _undo_offer()
    session.keep(FORM + "kind", Kind.COMPLAINT.value)


def _send(told: Problems, duplicates: bool, by: Person) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Receive anyway" if duplicates else f"Receive {intake_said.kind()}", key="intake-receive", type="primary",
                  shortcut="Alt+S", on_click=_receive, args=(by,))  # fmt: skip
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
    offered: dict[str, Any] = (
        {"offered_comment": True, "note": OFFERED} if said("offered") and new.kind is Kind.COMMENT else {}
    )
    row = receipt.receive(conn, new, by=by, key=key, **offered)
    done = [_done(conn, row, new, by)]
    if intake_said.also_praises():
        praise = intake_said.as_praise(new)
        other = receipt.receive(conn, praise, by=by, key=uuid5(key, "praise"), linked=(row.id, "split from"))
        done.append(_done(conn, other, praise, by))
    return done


class LookFirst(Refused):
    """This may be a case that is here already: look at the ones beside the form, then receive it anyway or add a note."""


def _done(conn: Connection, row: Any, new: Receipt, by: Person) -> dict[str, Any]:
    try:
        case = cases.get(conn, row.id, by)
    except Refused:
        case = None
    received_on = case.received_on if case else words.local(new.received_at or now(conn)).date()
    return {"no": row.request_no, "kind": new.kind.value, "case": "received", "open": case is not None,
            "due_on": row.due_on.isoformat() if row.due_on else None, "received_on": received_on.isoformat()}  # fmt: skip
