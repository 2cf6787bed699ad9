"""Letters: what is due and not begun, what blocks each draft, what waits for a second pair of eyes, what left and when."""

import streamlit as st

from core import letters
from dashboard import letter_list, session

by = session.actor()
with session.reading() as conn:
    due, at_work, issued = letters.due(conn, by), letters.at_work(conn, by), letters.issued(conn, by)

st.title("Letters")
st.caption("Decision letters of escalations, and responses to complaints that go by mail. A second person of senior management reads "
           "each before it leaves.")  # fmt: skip
if not (due or at_work or issued):
    st.info("No letter is due, written or issued. One begins on the page of a decided escalation, or of a complaint that is ready to "
            "be answered: Draft letter.")  # fmt: skip
    st.stop()

letter_list.to_read([letter for letter in at_work if letter.state == "asked"], by)
letter_list.due(due)
letter_list.waiting("Being written", [letter for letter in at_work if letter.state == "draft"], lacks=True)
letter_list.waiting("Approved, to be issued", [letter for letter in at_work if letter.state == "approved"])
letter_list.waiting("Issued, still open", [letter for letter in at_work if letter.state in ("issued", "came back")])
letter_list.issued(issued)
