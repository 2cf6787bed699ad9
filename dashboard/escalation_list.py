"""What senior management sees first: escalations, their two days, and who is free and independent to take each."""

from typing import Any

import streamlit as st

from core import escalations
from core.people import Person
from dashboard import caselist, session, words

Column = st.column_config
COLUMNS = {
    "used": caselist.COLUMNS["used"],
    "state": Column.TextColumn("State", width=100),
    "next": Column.TextColumn("Next", width=190),
    "owner": Column.TextColumn("With", width=140),
    "free": Column.TextColumn(
        "Free and independent", width=260, help="Never had the complaint, nor answers to anybody it is about."
    ),
    "title": Column.TextColumn("About", width="large"),
    "complaint": Column.TextColumn("Complaint", width=100),
}


def show(by: Person) -> None:
    """Open escalations, those nobody has first; then request numbers at which somebody may be guessing."""
    with session.reading() as conn:
        waiting, flagged = escalations.waiting(conn, by), escalations.flagged(conn)
    st.subheader("Escalations, worst first")
    if waiting:
        caselist.show(waiting, key="escalations", filters={"kind": "escalation"}, cells=_cells, columns=COLUMNS)
    else:
        st.info("No escalation waits. A customer escalates by phone on the page Intake, or by the online form.")
    if flagged:
        with st.expander(
            f"Failed attempts to escalate: {len(flagged)} request {'number' if len(flagged) == 1 else 'numbers'}"
        ):
            for row in flagged:
                st.text(f"{row.request_key}: {row.failed} attempts did not match, the last {words.moment(row.last_at)}")
            st.caption("Five or more in a week. Somebody may be guessing, or a contact on record may be wrong.")


def _cells(row: Any) -> dict[str, Any]:
    return {
        "used": None if row.share_used is None else min(row.share_used, caselist.MOST_USED),
        "state": words.said(row.state),
        "next": _next(row),
        "owner": row.owner or "Nobody",
        "free": ", ".join(row.free) or "Nobody: ask an administrator",
        "title": row.title,
        "complaint": row.complaint_no,
    }


def _next(row: Any) -> str:
    """The step that is due."""
    if row.owner_id is None:
        return "Somebody takes it"
    if row.decided_at is None:
        return "First response" if row.responded_on is None else "Decision"
    if row.told_at is None:
        return "Decision letter" if row.letter_due else "Tell the customer"
    return "Close it"
