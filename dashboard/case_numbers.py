"""A column of request numbers in any table: each opens its case."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import rooms, session


def column(rows: Sequence[Any], key: str, label: str = "Number") -> Any:
    """The column for these rows, which have a kind and a request number each, in the order of the table; `go` must follow it."""
    opens = [[row.kind, row.request_no] for row in rows]
    return st.column_config.ButtonColumn(label, type="tertiary", width=125, pinned=True, alignment="left", key=f"open {key}",
                                         on_click=_remember, args=(f"open {key}", opens))  # fmt: skip


def _remember(key: str, opens: list[list[str]]) -> None:
    """A callback cannot switch pages: it says where to, and the page goes."""
    if clicked := session.kept(key):
        session.keep("go case", opens[clicked["row"]])


def go() -> None:
    """Opens the case whose number was clicked."""
    if chosen := session.kept("go case"):
        session.forget("go case")
        st.switch_page(rooms.path(chosen[0]), query_params={"no": chosen[1]})
