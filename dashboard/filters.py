"""The filters of the queue. The address is the truth: a link reproduces the view, F5 keeps it, and a click changes it.

Streamlit's own binding writes what a widget shows ("Due soon"); the address here keeps the codes the board knows.
"""

from datetime import date
from typing import Any

import streamlit as st

from core import board, people
from core.kinds import CATEGORIES, CHANNELS, Kind, State
from dashboard import session, words

#: The keys of the address that are filters, in the order in which they are told.
KEYS = (
    "words",
    "who",
    "when",
    "show",
    "kind",
    "state",
    "category",
    "channel",
    "owner",
    "source",
    "received_from",
    "received_to",
)
#: Those behind "More filters".
FURTHER = KEYS[4:]


def asked() -> dict[str, str]:
    """What the address asks for."""
    return {key: value for key in KEYS if (value := session.asked(key))}


def show() -> None:
    """Draws the filters as the address has them."""
    st.text_input("Search", placeholder="Words, request number, name, phone or email", type="search", **_bound("words"))
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        for label, key, options in (
            ("Who has it", "who", ("mine", "team", "unassigned")),
            ("Promise", "when", ("overdue", "due soon")),
            ("Show", "show", ("open", "closed", "all")),
        ):
            st.segmented_control(label, options, format_func=words.said, **_bound(key, among=options))
        number = sum(key in asked() for key in FURTHER)
        with st.popover(f"More filters ({number})" if number else "More filters"):
            _further()


def _further() -> None:
    with session.reading() as conn:
        supervisors = {str(person.id): person.name for person in people.everyone(conn) if person.supervises}
        sources = board.sources(conn)
    for label, key, options in (
        ("Kind", "kind", tuple(map(str, Kind))), ("State", "state", tuple(map(str, State))), ("Category", "category", CATEGORIES),
        ("Came by", "channel", CHANNELS), ("Entered here or from", "source", tuple(sources)),
    ):  # fmt: skip
        st.selectbox(label, options, placeholder="Any", format_func=words.said, **_bound(key, among=options))
    st.selectbox("With", list(supervisors), placeholder="Anybody", format_func=lambda one: supervisors.get(one, ""),
                 **_bound("owner", among=tuple(supervisors)))  # fmt: skip
    for label, key in (("Received from", "received_from"), ("Received to", "received_to")):
        st.date_input(label, format="YYYY-MM-DD", **_bound(key))


def _bound(key: str, among: tuple[str, ...] | None = None) -> dict[str, Any]:
    """Ties a widget to its key of the address."""
    value: Any = session.asked(key)
    if among is not None and value not in among:
        value = None
    if key.startswith("received_"):
        value = _day(session.asked(key))
    session.keep(f"filter {key}", ("" if value is None else value) if key == "words" else value)
    return {"key": f"filter {key}", "on_change": _say, "args": (key,)}


def _day(said: str | None) -> date | None:
    try:
        return date.fromisoformat(said or "")
    except ValueError:
        return None


def _say(key: str) -> None:
    """What was chosen goes into the address; another filter is another list, from its first page."""
    value = session.kept(f"filter {key}")
    session.ask(**{key: str(value) if value else None, "after": None})
    session.forget("pages")


def in_words(filters: dict[str, str]) -> str:
    """The filters as a phrase."""
    return ", ".join(f"{words.said(key).lower()} {value}" for key, value in filters.items()) or "all open cases"
