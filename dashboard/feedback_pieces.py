"""What the page of a comment or a compliment shows besides: how far it came, whom it reached, and what is withheld."""

from typing import Any

import streamlit as st

from core import praise
from core.case import Case
from dashboard import pieces, session, words
from dashboard.words import plain


def comment(case: Case) -> None:
    """Why it is for 311 Toronto, which team lead has it, and what became of it."""
    with st.container(border=True):
        st.subheader("What became of it")
        if case.assessed_because is None and not case.erased_at:
            st.caption(
                "It is not assessed yet: is it for 311 Toronto, for another division, or is there nothing to do?"
            )
            return
        pieces.written("For 311 Toronto because", case.assessed_because)
        if case.lead is None:
            st.caption("It is not forwarded yet." if case.is_open else "It was not forwarded.")
            return
        heard = f"acknowledged {words.moment(case.lead_heard_at)}" if case.lead_heard_at else "not acknowledged yet"
        st.markdown(f"Forwarded to **{plain(case.lead)}** {words.moment(case.forwarded_at)}, {heard}")
        if case.erased_at and case.lead_done_at:
            st.caption(f"{plain(case.lead)} recorded what became of it {words.moment(case.lead_done_at)}.")
        pieces.written(f"What {plain(case.lead)} did, {words.moment(case.lead_done_at)}", case.lead_outcome)


def compliment(case: Case) -> None:
    """Whom it praises and why that is thought, the two hand-offs, and what they read."""
    with session.reading() as conn:
        praised = praise.of_case(conn, case.id)
    with st.container(border=True):
        st.subheader("Whom it praises")
        if praised:
            st.dataframe(
                [{"Who": row.name, "How that is known": _known(row), "Through": row.supervisor or "Not forwarded yet",
                  "Handed on": words.moment(row.handed_at) or "Not yet", "Read": words.moment(row.seen_at) or "Not yet"} for row in praised],
                hide_index=True, height="content", alt="Whom it praises, how that is known, and when it reached them",
            )  # fmt: skip
        else:
            st.caption(
                "Nobody of the staff directory is found in its words. Forward it to say whom it praises: a person, several, or a team."
            )
        shared = (
            f"Shared with **{plain(case.shared_with_name)}** {words.moment(case.shared_at)}"
            if case.shared_at
            else "Not shared with management yet"
        )
        st.markdown(shared)
    if case.erased_at:
        return
    with st.container(border=True):
        st.subheader("What they read")
        st.text(praise.to_read(case))
        if case.naming_consent:
            by = f"recorded by {plain(case.naming_consent_by_name)}, " if case.naming_consent_by_name else ""
            st.caption(
                f"With the customer's name: {plain(case.naming_consent)} ({by}{words.moment(case.naming_consent_at)})"
            )
        else:
            st.caption("Without the customer's name and contact: they have not agreed to be named.")


def _known(row: Any) -> str:
    if row.known_by == "named":
        return "Named"
    sure = "Suggested" if row.sure else "Perhaps"
    return f"{sure}: {row.because}"
