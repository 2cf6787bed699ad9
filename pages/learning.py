"""What complaints teach: findings, causes, steps taken, corrective actions and whether they worked."""

import streamlit as st

from core import business_days, people
from core import learning as lessons
from core.errors import Refused
from core.kinds import STAFF
from dashboard import learning, rooms, session, words

by = session.actor()
st.title("Learning")
try:
    with session.reading() as conn:
        today, staff = business_days.today(conn), {one.id: one.name for one in people.active(conn)}
        period = learning.period_chosen(today)
        causes = lessons.causes(conn, period, by) if by.role in STAFF else []
    with session.reading(as_program=True) as conn:  # also what they may not see decides which causes they read
        actions = lessons.actions(conn, by) if by.role in STAFF else []
    with session.reading(of_one_moment=True) as conn:
        found, none = lessons.findings(conn, period), lessons.no_complaints(conn, period)
except Refused as refusal:
    st.warning(words.plain(refusal))
    st.page_link(rooms.path("learning"), label="The twelve months to today", icon=":material/school:")
    st.stop()

left, right = st.columns(2)
with left:
    st.subheader("What was found")
    learning.findings(found, period, by)
with right:
    st.subheader("Came as a complaint, and was")
    learning.no_complaints(none, period, by)
if by.role not in STAFF:
    st.info("Causes and actions are told to those who work on cases.")
    st.stop()
st.subheader("What caused them")
learning.causes(causes, period, by)
st.subheader("What is done about it")
learning.actions(actions, [row.cause for row in causes], staff, today, by)
