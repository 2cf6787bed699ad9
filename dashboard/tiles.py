"""The counts of what waits, each a way into the list it counts; and taking the next case."""

from typing import Any
from uuid import UUID, uuid4

import streamlit as st

from core import cases, workload
from core.kinds import Role
from core.people import Person
from core.workload import Load
from dashboard import rooms, session, words

#: What is counted, how it is called, and the filter that lists it.
SEEN = (
    ("overdue", "Overdue, all you see", {"when": "overdue"}),
    ("due_soon", "Due soon, all you see", {"when": "due soon"}),
    ("unassigned", "Nobody's yet", {"who": "unassigned"}),
)
OWN = (
    ("mine_overdue", "Yours, overdue", {"who": "mine", "when": "overdue"}),
    ("mine", "Yours", {"who": "mine"}),
    ("team", "Your team's", {"who": "team"}),
)
#: What was overdue already when it was imported, where there is any.
BACKLOG = ("backlog", "Imported overdue", {"backlog": "only"})


def show(counts: Any, by: Person) -> None:
    """One tile for each count that can apply; a click lists what it counts."""
    own = OWN if by.supervises else OWN[2:] if by.team_id else ()
    with st.container(horizontal=True, key="tiles"):
        for name, label, filters in (*own, *SEEN, *([BACKLOG] if counts.backlog else [])):
            with st.container(border=True, key=f"tile-{name}", width=168, gap="xxsmall"):
                st.metric(label, words.count(getattr(counts, name)))
                st.page_link(rooms.path("queue"), label="List them", query_params=filters)
    if by.role is not Role.ADMINISTRATOR:
        st.caption("All you see: complaints about a person are counted only for those who handle them.")


def figures_only() -> None:
    """What is open, for who sees figures and no cases: of everybody, as the page Workload counts it."""
    with session.reading(of_one_moment=True) as conn:
        loads = workload.open_work(conn)
    every = sum(loads.values(), Load())
    nobodys = sum((load for (_, owner), load in loads.items() if owner is None), Load())
    with st.container(horizontal=True, key="tiles"):
        for label, number in (
            ("Open", every.open),
            ("Overdue", every.overdue),
            ("Due in 2 days", every.due_soon),
            ("Nobody's yet", nobodys.open),
        ):
            with st.container(border=True, width=168):
                st.metric(label, f"{number:,}")
    st.info("You see figures only. The cases behind them are for those who work on them.")
    with st.container(horizontal=True):
        for name, label in (
            ("compliance", "Are the promises kept?"),
            ("workload", "Who has how much?"),
            ("learning", "What is learned?"),
        ):
            st.page_link(rooms.path(name), label=label, icon=":material/arrow_forward:")


def take_next(by: Person) -> None:
    """The worst case that nobody has and that they may take becomes theirs, and opens."""
    if taken := session.kept("taken"):
        kind, number = taken
        session.forget("taken")
        st.switch_page(rooms.path(kind), query_params={"no": number, "list": "who=mine"})
    st.button("Take next", type="primary", icon=":material/front_hand:", shortcut="n", key="take next", on_click=_take,
              args=(by, uuid4()), help="What is nearest to its due date, or furthest past it, and nobody has; for senior management an escalation first. What was imported overdue comes last.")  # fmt: skip


def _take(by: Person, key: UUID) -> None:
    """Impatient clicks on one drawn button all carry its key, and take one case."""
    case_id = session.one_click(lambda conn: cases.take_next(conn, by, key=key))
    if case_id is not None:
        with session.reading() as conn:
            case = cases.get(conn, case_id, by)
            session.keep("taken", [case.kind.value, case.request_no])
