"""What is for me: comments forwarded to me, praise to hand on, what was shared with me, and what was said about me."""

import streamlit as st

from core.kinds import SENIOR_MANAGEMENT, SUPERVISORS, Role
from dashboard import hand_on_list, lead_list, said_about, session

by = session.actor()
st.title("For you")
if by.role is Role.TEAM_LEAD:
    lead_list.show(by)
if by.role in SUPERVISORS:
    hand_on_list.show(by)
if by.role in SENIOR_MANAGEMENT:
    hand_on_list.shared(by)
said_about.show(by)
