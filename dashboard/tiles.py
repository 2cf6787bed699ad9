"""The counts of what waits, each a way into the list it counts; and taking the next case."""

from typing import Any
from uuid import UUID, uuid4

import streamlit as st

from core import cases
from core.people import Person
from dashboard import rooms, session, words

#: What is counted, how it is called, and the filter that lists it.
TILES = (
    ("overdue", "Overdue", {"when": "overdue"}),
    ("due_soon", "Due soon", {"when": "due soon"}),
    ("mine", "Yours", {"who": "mine"}),
    ("team", "Your team's", {"who": "team"}),
    ("unassigned", "Nobody's", {"who": "unassigned"}),
)


def show(counts: Any) -> None:
    """One tile for each count; a click lists what it counts."""
    with st.container(horizontal=True, key="tiles"):
        for name, label, filters in TILES:
            with st.container(border=True, key=f"tile-{name}", width=170, gap="xxsmall"):
                st.metric(label, words.count(getattr(counts, name)))
                st.page_link(rooms.path("queue"), label=f"List {label.lower()}", query_params=filters)


def take_next(by: Person) -> None:
    """The worst complaint that nobody has becomes theirs, and opens."""
    if number := session.kept("taken"):
        session.forget("taken")
        st.switch_page(rooms.path("complaint"), query_params={"no": number, "list": "who=mine"})
    st.button("Take next", type="primary", icon=":material/front_hand:", shortcut="n", key="take next", on_click=_take,
              args=(by, uuid4()), help="The complaint nearest to its due date, or furthest past it, that nobody has.")  # fmt: skip


def _take(by: Person, key: UUID) -> None:
    """Impatient clicks on one drawn button all carry its key, and take one case."""
    case_id = session.one_click(lambda conn: cases.take_next(conn, by, key=key))
    if case_id is not None:
        with session.reading() as conn:
            session.keep("taken", cases.get(conn, case_id, by).request_no)
