"""The filters of the queue. Each is bound to the address: a link reproduces the view, and F5 keeps it."""

import streamlit as st

from core import people
from core.kinds import CATEGORIES, CHANNELS, Kind, State
from dashboard import session, words

#: The keys of the address that are filters, in the order in which they are told.
KEYS = ("words", "who", "when", "show", "kind", "state", "category", "channel", "owner", "source", "received_from", "received_to")
FURTHER = KEYS[4:]


def show() -> dict[str, str]:
    """Draws the filters; what they ask for, without those that ask for nothing."""
    st.text_input("Search", key="words", type="search", bind="query-params", on_change=first_page,
                  placeholder="Words, request number, name, phone or email")  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        _one_of("Who has it", "who", ("mine", "team", "unassigned"))
        _one_of("Promise", "when", ("overdue", "due soon"))
        _one_of("Show", "show", ("open", "closed", "all"))
        number = sum(bool(st.session_state.get(key) or st.query_params.get(key)) for key in FURTHER)
        with st.popover(f"More filters ({number})" if number else "More filters"):
            _further()
    return asked()


def _one_of(label: str, key: str, options: tuple[str, ...]) -> None:
    st.segmented_control(label, options, key=key, format_func=words.said, bind="query-params", on_change=first_page)


def _further() -> None:
    for label, key, options in (
        ("Kind", "kind", tuple(Kind)), ("State", "state", tuple(State)),
        ("Category", "category", CATEGORIES), ("Came by", "channel", CHANNELS),
    ):  # fmt: skip
        st.selectbox(label, [str(option) for option in options], index=None, key=key, format_func=words.said, placeholder="Any",
                     bind="query-params", on_change=first_page)  # fmt: skip
    with session.reading() as conn:
        supervisors = {str(person.id): person.name for person in people.everyone(conn) if person.supervises}
    st.selectbox("With", list(supervisors), index=None, key="owner", format_func=lambda one: supervisors.get(one, ""),
                 placeholder="Anybody", bind="query-params", on_change=first_page)  # fmt: skip
    for label, key in (("Received from", "received_from"), ("Received to", "received_to")):
        st.date_input(label, value=None, key=key, bind="query-params", format="YYYY-MM-DD", on_change=first_page)


def asked() -> dict[str, str]:
    """What the filters ask for, as the address says it."""
    said = {key: session.kept(key) or session.asked(key) for key in KEYS}
    return {key: str(value) for key, value in said.items() if value}


def first_page() -> None:
    """Another filter, another list: it starts at its first page."""
    session.forget("pages")
    st.query_params.pop("after", None)


def in_words(filters: dict[str, str]) -> str:
    """The filters as a phrase."""
    return ", ".join(f"{words.said(key).lower()} {value}" for key, value in filters.items()) or "all open cases"
