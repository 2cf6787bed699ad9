"""The filters of the queue. The address is the truth: a link reproduces the view, F5 keeps it, and a click changes it.

Streamlit's own binding writes what a widget shows ("Due soon"); the address here keeps the codes the board knows.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

import streamlit as st
from sqlalchemy import Connection

from core import board, figures, people
from core.kinds import CATEGORIES, CHANNELS, Kind, State
from core.people import Person
from dashboard import session, words

#: What only a figure asks for: there is no field for it, but it is told, and can be taken away.
FIGURES = board.FIGURES
#: The keys of the address that are filters, in the order in which they are told.
KEYS = (
    "words",
    "who",
    "when",
    "show",
    "backlog",
    "kind",
    "state",
    "category",
    "channel",
    "owner",
    "source",
    "received_from",
    "received_to",
    *FIGURES,
)
#: Those behind "More filters".
FURTHER = KEYS[5 : -len(FIGURES)]
#: How a filter is told where its value alone does not say it.
TOLD = {
    "words": "“{}”",
    "owner": "with {}",
    "source": "from {}",
    "received_from": "received from {}",
    "received_to": "received to {}",
    "due_from": "due from {}",
    "due_to": "due to {}",
    "answered_from": "answered from {}",
    "answered_to": "answered to {}",
    "closed_from": "closed from {}",
    "closed_to": "closed to {}",
    "ground": "escalated because {}",
    "taken": "answered in {} business days",
    "late_by": "{} business days late",
    "team": "team {}",
    "supervisor": "{} accountable",
    "finding": "found {}",
    "cause": "because of “{}”",
    "what_it_is": "which was {}",
}
SHORT = {
    "ten": "the 10-day promise",
    "two": "the 2-day promise",
    "on time": "answered on time",
    "late": "answered late",
    "overdue": "open and overdue",
    "missed": "answered late, or open and overdue",
    "counted": "answered, or open and overdue",
    "not due": "not yet due",
    "unanswered": "closed without an answer",
    "last day": "answered on the due date",
    "informed": "late, and the customer was told before",
    "promised": "an answer was promised",
    "taken": "steps were taken",
    "none": "no steps were needed",
    "none runs": "no promise runs",
    "yes": "decided",
    "overturned": "upheld, wholly or partly",
    "mine": "mine",
    "team": "my team's",
    "unassigned": "nobody's",
    "without": "without what was imported overdue",
    "only": "imported overdue",
    "open": "open",
    "closed": "closed",
    "all": "open and closed",
}


@dataclass(frozen=True)
class Choices:
    """What some filters offer that only the database knows: supervisors by id, and sources."""

    supervisors: dict[str, str]
    sources: list[str]
    teams: dict[str, str]

    @property
    def imports(self) -> bool:
        """Whether a file was ever imported: each is a source beside the dashboard."""
        return len(self.sources) > 1


def choices(conn: Connection, asked: dict[str, str]) -> Choices:
    """As of now; the teams only where the address names one."""
    supervisors = {str(key): name for key, name in people.supervisors(conn).items()}
    teams = {str(key): name for key, name in people.teams(conn).items()} if "team" in asked else {}
    return Choices(supervisors, board.sources(conn), teams)


def asked() -> dict[str, str]:
    """What the address asks for, and the words that are searched for.

    The words may be a customer's name: they are kept beside the address and not in it, where browsers and proxies write them down. They
    hold until another link is followed.
    """
    if words := session.asked("words"):
        session.ask(words=None)
        _search(words)
    said = _in_the_address()
    if session.kept("searched at") != urlencode(said):
        session.forget("searched", "searched at")
    return with_search(said)


def with_search(said: dict[str, str]) -> dict[str, str]:
    """These filters of an address, with the words that were searched for among them."""
    words = session.kept("searched") if session.kept("searched at") == urlencode(said) else None
    return said | ({"words": words} if words else {})


def as_query(asked: dict[str, str]) -> str:
    """These filters as an address holds them: without the words."""
    return urlencode({key: value for key, value in asked.items() if key != "words"})


def _in_the_address() -> dict[str, str]:
    said = session.address()
    return {key: said[key] for key in KEYS if said.get(key) and key != "words"}


def _search(words: str) -> None:
    """Searches for these words among what the address asks for."""
    session.keep("searched", words)
    session.keep("searched at", urlencode(_in_the_address()))


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
            *([("Imported overdue", "backlog", ("without", "only"))] if offered.imports or "backlog" in asked else []),
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
    if key == "words":
        session.ask(after=None)
    else:
        session.ask(**{key: str(value) if value else None, "after": None})
    _search(value or "" if key == "words" else session.kept("searched", ""))
    session.forget("pages", "bulk doing", "bulk ids", "bulk whole")


def of_a_figure(asked: dict[str, str], by: Person) -> None:
    """What is missing from the list behind a figure, and the way back to a list of one's own."""
    if not set(asked) & set(FIGURES):
        return
    with session.reading(as_program=True) as conn:
        kept_from = board.kept_from(conn, asked, by)
    if kept_from:
        st.caption(kept_from_in_words(kept_from))
    st.button(
        "Clear what the figure asked for", key="clear figure", type="tertiary", icon=":material/close:", on_click=_clear
    )


def kept_from_in_words(number: int) -> str:
    """How many cases of a figure its list lacks, never so exactly that few could be guessed."""
    return f"The figure counts {figures.told(number)} more cases than this list, because it also counts cases about a person that you may not see."


def _clear() -> None:
    session.ask(**dict.fromkeys((*FIGURES, "show", "after")))
    session.forget("pages", "bulk doing", "bulk ids", "bulk whole")


def in_words(filters: dict[str, str], offered: Choices) -> str:
    """The filters as a phrase: "my team's, overdue, with Nadia Haddad"."""
    return ", ".join(_in_words(key, value, offered) for key, value in filters.items()) or "all open cases"


def _in_words(key: str, value: str, offered: Choices) -> str:
    if key in TOLD:
        return TOLD[key].format(_named(key, value, offered))
    if key == "category" and value == "none":
        return "no category"
    return SHORT.get(value) or words.said(value).lower()


def _named(key: str, value: str, offered: Choices) -> str:
    """A value as it is read: who it is instead of an id, a day as everywhere."""
    named = {
        "owner": offered.supervisors,
        "supervisor": offered.supervisors | {"none": "nobody"},
        "team": offered.teams | {"none": "none"},
    }
    if key in named:
        return named[key].get(value, "somebody who is not here")
    return words.day(_day(value)) or value
