"""Saved views of the queue: filters with a name, one's own or shared."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from core import board
from core.people import Person
from dashboard import filters, rooms, session
from dashboard.words import plain


def show(saved: Sequence[Any], asked: dict[str, str], by: Person) -> None:
    """The saved views as links, and the form that saves this one."""
    with st.popover("Views"):
        if not saved:
            st.caption("No views yet. Set the filters, give them a name, and they wait here.")
        for view in saved:
            _view(view, by)
        st.text_input("Name of this view", key="view name", max_chars=60)
        st.toggle("Shared with everybody", key="view shared")
        st.button("Save this view", key="save view", on_click=_save, args=(asked, by))


def _view(view: Any, by: Person) -> None:
    mine = view.owner_id == by.id
    with st.container(horizontal=True, vertical_alignment="center"):
        label = view.name + ("" if mine else f", shared by {view.owner}") + (", shared" if mine and view.shared else "")
        st.page_link(rooms.path("queue"), label=plain(label), query_params=filters.of_query(view.query))
        if mine:
            st.button("Drop", key=f"drop view {view.id}", type="tertiary", on_click=session.one_click,
                      args=(lambda conn: board.drop_view(conn, view.id, by), "The view is dropped."))  # fmt: skip


def _save(asked: dict[str, str], by: Person) -> None:
    name, shared = session.kept("view name"), session.kept("view shared", False)
    if session.one_click(
        lambda conn: board.save_view(conn, name, urlencode(asked), shared=shared, by=by), "The view is saved."
    ):
        session.keep("view name", "")
