"""The filters of the queue. The address is the truth: a link reproduces the view, F5 keeps it, and a click changes it.

Streamlit's own binding writes what a widget shows ("Due soon"); the address here keeps the codes the board knows.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st
from sqlalchemy import Connection

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
#: How a filter is told where its value alone does not say it.
TOLD = {
    "words": "“{}”",
    "owner": "with {}",
    "source": "from {}",
    "received_from": "received from {}",
    "received_to": "received to {}",
}
SHORT = {
    "mine": "mine",
    "team": "my team's",
    "unassigned": "nobody's",
    "open": "open",
    "closed": "closed",
    "all": "open and closed",
}


@dataclass(frozen=True)
class Choices:
    """What some filters offer that only the database knows: supervisors by id, and sources."""

    supervisors: dict[str, str]
    sources: list[str]


def choices(conn: Connection) -> Choices:
    """As of now."""
    return Choices({str(key): name for key, name in people.supervisors(conn).items()}, board.sources(conn))


def asked() -> dict[str, str]:
    """What the address asks for."""
    said = session.address()
    return {key: said[key] for key in KEYS if said.get(key)}


def of_query(query: str) -> dict[str, str]:
    """The filters in the query of an address, such as a saved view keeps; whatever else stands in it is left out."""
    return {key: value for key, value in parse_qsl(query) if key in KEYS}


def show(asked: dict[str, str], offered: Choices) -> None:
    """Draws the filters as the address has them."""
    st.text_input("Search", placeholder="Words, request number, name, phone or email", type="search",
                  **_bound("words", asked.get("words", "")))  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        for label, key, options in (
            ("Who has it", "who", ("mine", "team", "unassigned")),
            ("Promise", "when", ("overdue", "due soon")),
            ("Show", "show", ("open", "closed", "all")),
        ):
            st.segmented_control(label, options, format_func=words.said, **_bound(key, _among(options, asked.get(key))))
        number = sum(key in asked for key in FURTHER)
        with st.popover(f"More filters ({number})" if number else "More filters"):
            _further(asked, offered)


def _further(asked: dict[str, str], offered: Choices) -> None:
    for label, key, options in (
        ("Kind", "kind", tuple(map(str, Kind))), ("State", "state", tuple(map(str, State))), ("Category", "category", CATEGORIES),
        ("Came by", "channel", CHANNELS), ("Entered here or from", "source", tuple(offered.sources)),
    ):  # fmt: skip
        st.selectbox(
            label, options, placeholder="Any", format_func=words.said, **_bound(key, _among(options, asked.get(key)))
        )
    st.selectbox("With", tuple(offered.supervisors), placeholder="Anybody", filter_mode="contains",
                 format_func=lambda one: offered.supervisors.get(one, ""),
                 **_bound("owner", _among(tuple(offered.supervisors), asked.get("owner"))))  # fmt: skip
    for label, key in (("Received from", "received_from"), ("Received to", "received_to")):
        st.date_input(label, format="YYYY-MM-DD", **_bound(key, _day(asked.get(key))))


def _bound(key: str, value: Any) -> dict[str, Any]:
    """Ties a widget to its key of the address."""
    session.keep(f"filter {key}", value)
    return {"key": f"filter {key}", "on_change": _say, "args": (key,)}


def _among(options: tuple[str, ...], value: str | None) -> str | None:
    """A value that is no choice shows as nothing; the list below says what is wrong with it."""
    return value if value in options else None


def _day(said: str | None) -> date | None:
    try:
        return date.fromisoformat(said or "")
    except ValueError:
        return None


def _say(key: str) -> None:
    """What was chosen goes into the address; another filter is another list, from its first page."""
    value = session.kept(f"filter {key}")
    session.ask(**{key: str(value) if value else None, "after": None})
    session.forget("pages", "bulk doing", "bulk ids", "bulk whole")


def in_words(filters: dict[str, str], offered: Choices) -> str:
    """The filters as a phrase: "my team's, overdue, with Nadia Haddad"."""
    return ", ".join(_in_words(key, value, offered) for key, value in filters.items()) or "all open cases"


def _in_words(key: str, value: str, offered: Choices) -> str:
    if key in TOLD:
        return TOLD[key].format(offered.supervisors.get(value, "somebody who is not here") if key == "owner" else value)
    return SHORT.get(value) or words.said(value).lower()
