"""An escalation and its complaint side by side: why it was escalated, what was decided, and what it is about."""

import streamlit as st

from core.case import Case
from core.kinds import GROUNDS
from dashboard import day_strip, pieces, words
from dashboard.words import plain


def request(case: Case) -> None:
    """What the customer asks to be reviewed, and why they may."""
    with st.container(border=True):
        st.subheader("Why it was escalated")
        if case.ground:
            st.markdown(f"**{GROUNDS[case.ground].capitalize()}**")
        if case.never_arrived:
            st.caption("The customer says that the response on record never arrived.")
        pieces.written("Admitted by a manager because", case.admitted_because)
        if not case.erased_at:
            st.text(case.description or "Nothing was written down.")
        pieces.written("Speaks for the customer", case.represented_by)
        pieces.written("Consent", case.consent)


def decision(case: Case) -> None:
    """What was decided, why, on what, and how the customer came to know."""
    with st.container(border=True):
        st.subheader("Decision")
        if case.decision is None:
            st.caption(_undecided(case))
            return
        st.markdown(
            f"**{words.said(case.decision)}**, by {plain(case.decided_by_name)} on {words.moment(case.decided_at)}"
        )
        pieces.written("Findings and reasons", case.decision_reasons)
        pieces.written("What was reviewed", case.sources_checked)
        pieces.written(
            f"What was or will be done{f', by {words.day(case.remedy_by)}' if case.remedy_by else ''}", case.remedy
        )
        pieces.written("A decision letter is due" if case.letter_due else "No decision letter", case.letter_because)
        st.caption(f"The customer was told {words.moment(case.told_at)}, by {plain(case.told_by)}." if case.told_at
                   else "The customer does not know it yet.")  # fmt: skip
        if case.ombudsman_at:
            st.caption(f"It went to Ombudsman Toronto: {words.moment(case.ombudsman_at)}.")


def _undecided(case: Case) -> str:
    if not case.is_open:
        return "It ended without a decision."
    return (
        f"Nothing is decided yet. The internal target is {words.day(case.decide_by)}."
        if case.decide_by
        else "Nothing is decided yet."
    )


def updates(case: Case) -> None:
    """Whether the customer signed up for status updates."""
    if case.updates_by:
        way = words.phone(case.updates_to) if case.updates_by == "sms" else case.updates_to
        with st.container(border=True):
            st.subheader("Status updates")
            st.text(f"By {'text message' if case.updates_by == 'sms' else 'email'} to {way}")


def complaint(case: Case) -> None:
    """The complaint that is reviewed: where it stands, what was said, found and answered."""
    st.badge(words.deadline(case).capitalize(), color=words.colour(case))  # type: ignore[arg-type]
    if not case.erased_at:
        st.text(case.title)
    st.caption(f"Received {words.day(case.received_on)} · due {words.day(case.due_on)} · {words.said(case.state).lower()} · "
               f"{f'with {plain(case.owner)}' if case.owner else 'nobody has it'}")  # fmt: skip
    if case.due_on:
        with st.expander(f"How {words.day(case.due_on)} was counted"):
            day_strip.show(case.received_on, case.due_on)
    pieces.words_of_customer(case)
    pieces.response(case)
    pieces.investigation(case)
