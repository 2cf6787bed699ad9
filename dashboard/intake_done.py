"""After receiving: the number to read out, the promise, and what next."""

from datetime import date
from typing import Any

import streamlit as st

from core import business_days
from core.people import Person
from dashboard import intake_said, rooms, session, words
from dashboard.words import plain


def show(by: Person) -> None:
    """What the click came to, until another is written down."""
    with st.container(key="intake-numbers"):
        for one in session.kept(intake_said.DONE, []):
            with st.container(border=True):
                _one(one)
    st.button("Write down another", key="intake-another", type="primary", shortcut="Alt+N", on_click=session.forget,
              args=(intake_said.DONE,))  # fmt: skip


def _one(one: dict[str, Any]) -> None:
    noted = one["case"] == "noted"
    st.subheader("The note was added; nothing new was received" if noted else f"{words.said(one['kind'])} received")
    st.code(one["no"], language=None, width="content")
    if not noted:
        _promise(one)
    if one.get("open", True):
        if st.button("Open it", key=f"intake-open {one['no']}"):
            session.forget(intake_said.DONE)
            st.switch_page(rooms.path(one["kind"]), query_params={"no": one["no"]})
    else:
        st.caption("It names staff, so from here on only supervisors, managers and administrators see it.")


def _promise(one: dict[str, Any]) -> None:
    number = plain(f"{one['no'][:4]} {one['no'][4:]}")
    if one["due_on"] is None:
        st.markdown(f"**Tell the customer:** thank you; your request number is **{number}**.")
        st.caption("No reply was asked for, so none is promised.")
        return
    due_on, received_on = date.fromisoformat(one["due_on"]), date.fromisoformat(one["received_on"])
    with session.reading() as conn:
        strip = business_days.strip(conn, received_on, due_on)
    st.markdown(f"Due **{words.day(due_on)}**, {words.days(sum(day.counted for day in strip))}")
    long = business_days.long_date(due_on)
    st.markdown(f"**Tell the customer:** your request number is **{number}**, and a supervisor answers by **{long}**.")
    st.caption(business_days.strip_in_words(strip))
