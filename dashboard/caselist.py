"""A list of cases: the same rows wherever cases are listed. A row opens; chosen rows are ids, never positions."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

import streamlit as st

from dashboard import case_numbers, rooms, words
from dashboard.filters import as_query

Column = st.column_config
#: A backlog of years is ten times its promise, and no more is to be learned from its percents.
MOST_USED = 10
#: In order of use; up to the category they fit beside each other on a screen of 1440.
COLUMNS = {
    "title": Column.TextColumn("About", width=300),
    "used": Column.NumberColumn(
        "Time used",
        format="percent",
        width=80,
        help="Share of the promised business days used: the order of this list.",
    ),
    "due": Column.DateColumn("Due", format="ddd D MMM YYYY", width=130),
    "state": Column.TextColumn("State", width=105),
    "owner": Column.TextColumn("With", width=130),
    "kind": Column.TextColumn("Kind", width=90),
    "category": Column.TextColumn("Category", width=150),
    "channel": Column.TextColumn("Came by", width=78),
    "received": Column.DateColumn("Received", format="ddd D MMM YYYY", width=130),
}
#: Lists in which all are with the same person, or with nobody: who that is stands above.
OF_ONE = ("mine", "unassigned")


def show(
    rows: Sequence[Any], *, key: str, filters: dict[str, str], choose: bool = False, height: Any = "auto",
    cells: Callable[[Any], dict[str, Any]] | None = None, columns: dict[str, Any] | None = None,
) -> list[int]:  # fmt: skip
    """Draws the rows and returns the ids that are chosen; a click on a number opens that case within this list.

    `cells` and `columns`: what a list of its own kind shows beside number and promise; the same for every list otherwise.

    The ids are part of the widget's key: were it to keep positions over changed rows, it would choose other cases.
    """
    ids = [row.id for row in rows]
    own = f"{key} {sha256(repr(ids).encode()).hexdigest()[:12]}"
    first = {"no": case_numbers.column(rows, own, listed=as_query(filters)), "deadline": _deadline_column(rows)}
    drawn: Any = st.dataframe(
        [_first_cells(row) | (cells or _cells)(row) for row in rows], key=own, column_config=first | (columns or COLUMNS),
        column_order=_order([*first, *(columns or COLUMNS)], filters), hide_index=True, height=height, row_height=38, placeholder="",
        on_select="rerun" if choose else "ignore", selection_mode="multi-row",
        alt="Cases with request number, promise, and who has them; the worst first.",
    )  # fmt: skip
    case_numbers.go()
    return [ids[position] for position in drawn["selection"]["rows"]] if choose else []


def _order(columns: list[str], filters: dict[str, str]) -> list[str]:
    """The columns of this list."""
    return [name for name in columns if name != "owner" or filters.get("who") not in OF_ONE]


def _deadline_column(rows: Sequence[Any]) -> Any:
    """The words of the promise, and its colour: the worse, the warmer."""
    colours = {words.in_short(row): words.colour(row) for row in rows}
    return Column.MultiselectColumn("Business days", options=list(colours), color=list(colours.values()), width=105,
                                    help="Left until the due date, or late.")  # fmt: skip


def rest(number: int, shown: int, filters: dict[str, str]) -> None:
    """The way to the whole list, where it is longer than what is shown."""
    if number > shown:
        st.page_link(
            rooms.path("queue"), label=f"All {words.count(number)}", icon=":material/inbox:", query_params=filters
        )


def _first_cells(row: Any) -> dict[str, Any]:
    return {"no": row.request_no, "deadline": [words.in_short(row)]}


def _cells(row: Any) -> dict[str, Any]:
    return {
        "title": row.title,
        "used": None if row.share_used is None else min(row.share_used, MOST_USED),
        "state": words.said(row.state),
        "owner": row.owner or "Nobody",
        "due": row.runs_out_on if row.is_open else row.due_on,
        "kind": words.said(row.kind),
        "category": words.said(row.category),
        "channel": words.said(row.channel),
        "received": row.received_on,
    }
