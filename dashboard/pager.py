"""Next and previous page of a list that is read by its place in the order, not by counting rows."""

import streamlit as st

from core.board import Page
from dashboard import session


def place() -> str | None:
    """Where this page starts, as the address says."""
    return session.asked("after")


def show(page: Page) -> None:
    """The way to the next page, to the one before, and to the first."""
    if page.after is None and place() is None:
        return
    before = session.kept("pages", [])
    with st.container(horizontal=True, key="pager"):
        st.button("First page", key="page first", disabled=place() is None, on_click=_go, args=(None, []))
        st.button(
            "Previous",
            key="page previous",
            disabled=not before,
            on_click=_go,
            args=(before[-1] if before else None, before[:-1]),
        )
        st.button(
            "Next", key="page next", disabled=page.after is None, on_click=_go, args=(page.after, [*before, place()])
        )


def _go(to: str | None, before: list[str | None]) -> None:
    session.keep("pages", before)
    session.ask(after=to)
