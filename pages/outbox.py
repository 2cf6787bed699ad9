"""What leaves for customers and staff: what may have left, what failed and why, what is kept, what waits, what left today."""

import streamlit as st

from core import outbox
from dashboard import outgoing, session

by = session.actor()
st.title("Outbox")
st.caption(
    "Responses and status updates leave by themselves. What could not leave is here until somebody deals with it."
)
with session.reading() as conn:
    counts = outbox.counts(conn, by)
outgoing.workers()
outgoing.tiles(counts)
shown = outgoing.shown(counts)
if shown is None:
    st.info("Nothing waits and nothing failed. What leaves next appears here until it has left.")
else:
    with session.reading() as conn:
        rows = outbox.listed(conn, shown, by)
    outgoing.explain(shown)
    chosen = outgoing.listed(rows, shown)
    if chosen:
        outgoing.bar(chosen, shown, by)
outgoing.digest(by)
