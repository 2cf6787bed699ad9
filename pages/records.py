"""The record: who read what is confidential, whether the history is as it was written, and what is erased when."""

import streamlit as st

from dashboard import records, retention, session

by = session.actor()
st.title("Records")
shown = records.section()
if shown == "history":
    records.check_of_history(by)
elif shown == "retention":
    retention.show(by)
elif shown == "own":
    records.own_record(by)
else:
    records.log_of_reads(by)
