"""A column of request numbers in any table: each opens its case."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import rooms, session


def column(rows: Sequence[Any], key: str, *, listed: str | None = None) -> Any:
    """The column for these rows, which have a kind and a request number each, in the order of the table; `go` must follow it.

    `listed` is the query of the list they are in, through which the page of a case leads on and back.
    """
    opens = [[row.kind, row.request_no, listed] for row in rows]
    return st.column_config.ButtonColumn("Number", type="tertiary", width=112, pinned=True, alignment="left", key=f"open {key}",
                                         on_click=_remember, args=(f"open {key}", opens))  # fmt: skip


def _remember(key: str, opens: list[list[str | None]]) -> None:
    """A callback cannot switch pages: it says where to, and the page goes."""
    if clicked := session.kept(key):
        session.keep("go case", opens[clicked["row"]])


def go() -> None:
    """Opens the case whose number was clicked."""
    if chosen := session.kept("go case"):
        session.forget("go case")
        kind, number, listed = chosen
        st.switch_page(rooms.path(kind), query_params={"no": number} | ({"list": listed} if listed is not None else {}))
