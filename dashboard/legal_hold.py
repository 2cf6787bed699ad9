"""A legal hold on the page of its case: since when, by whom and why, and the way to lift it (R65)."""

import streamlit as st

from core import retention
from core.case import Case
from core.kinds import RESPONSIBLE
from core.people import Person
from dashboard import session, words
from dashboard.words import plain


def told(case: Case) -> None:
    """On the head of the case, for whoever sees the case: the history says it as well."""
    if case.held_at is None:
        return
    with st.container(border=True, key="legal-hold", gap="xxsmall"):
        st.markdown(
            f":material/gavel: **On legal hold** since {words.moment(case.held_at)}, by {plain(case.held_by_name)}: nothing of it is erased."
        )
        st.text(case.held_because or "")


def lift(case: Case, by: Person) -> None:
    """The button that lifts it, with its reason, for those who may."""
    if case.held_at is None or by.role not in RESPONSIBLE:
        return
    with st.popover("Lift legal hold"):
        st.caption("From then on it is erased when its time is over.")
        st.text_input("Why", key=f"form {case.id} lift_hold note", max_chars=500)
        st.button("Lift it", key=f"do {case.id} lift_hold", on_click=_lift, args=(case, by))


def _lift(case: Case, by: Person) -> None:
    name = f"form {case.id} lift_hold note"
    why = session.kept(name) or ""
    if session.one_click(
        lambda conn: retention.hold(conn, case.request_no, "lift_hold", by=by, why=why),
        "Done: you lifted the legal hold.",
    ):
        session.forget(name)
