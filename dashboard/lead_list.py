"""Comments forwarded to a team lead: what waits, what they did with it, and what the comments are about."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import streamlit as st

from core import forwarding
from core.people import Person
from dashboard import caselist, session, words

Column = st.column_config
COLUMNS = {
    "title": Column.TextColumn("Comment", width="large"),
    "next": Column.TextColumn("Next", width=150),
    "forwarded": Column.TextColumn("Forwarded", width=150),
    "outcome": Column.TextColumn("What you did", width="large"),
    "themes": Column.TextColumn("Themes", width=150),
}
#: What is next, as the list says it, and as it is counted.
STEPS = {"Acknowledge it": "to acknowledge", "Record what you did": "to act on", "Done": "done or closed"}


def show(by: Person) -> None:
    """The list, the worst first, and the themes with their counts."""
    with session.reading() as conn:
        mine, themes = forwarding.mine(conn, by), forwarding.themes(conn, by)
    st.subheader("Forwarded to you")
    if not mine:
        st.info("No comment was forwarded to you yet. A supervisor who forwards one chooses you, and it appears here.")
        return
    st.caption(
        f"{counted(mine)} What is nearest to its due date is on top. Open one to acknowledge it, or to record what you did."
    )
    caselist.show(mine, key="forwarded", filters={"kind": "comment"}, cells=_cells, columns=COLUMNS, height="content")
    st.subheader("What they are about")
    st.dataframe(
        [{"Theme": words.said(row.theme), "Comments": row.comments, "Last 90 days": row.lately, "Acted on": row.acted_on} for row in themes],
        hide_index=True, height="content", alt="Themes of the comments forwarded to you, with their counts",
    )  # fmt: skip


def counted(mine: Sequence[Any]) -> str:
    """How many there are, and how many of each next step: the steps add up to all."""
    steps = Counter(_next(row) for row in mine)
    parts = [f"{steps[step]:,} {said}" for step, said in STEPS.items()]
    return f"{len(mine):,} in all: {', '.join(parts)}."


def _cells(row: Any) -> dict[str, Any]:
    return {
        "title": row.title,
        "next": _next(row),
        "forwarded": words.moment(row.forwarded_at),
        "outcome": row.lead_outcome or "",
        "themes": ", ".join(row.tags),
    }


def _next(row: Any) -> str:
    if row.lead_done_at is not None or not row.is_open:
        return "Done"
    return "Acknowledge it" if row.lead_heard_at is None else "Record what you did"
