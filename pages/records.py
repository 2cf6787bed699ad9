"""The record: who read what is confidential, and whether the history is as it was written."""

import streamlit as st

from dashboard import records, session

by = session.actor()
st.title("Records")
shown = records.section()
if shown == "history":
    records.check_of_history(by)
else:
    records.log_of_reads(by)
