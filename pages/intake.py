"""Write down what came by phone, at the counter or by post; bring in a file."""

import streamlit as st

from dashboard import import_file, intake_form, session

by = session.actor()
st.title("Intake")
write, file = st.tabs(["Write down", "Import a file"], key="intake-tab", on_change="rerun")
if write.open:
    with write:
        intake_form.show(by)
if file.open:
    with file:
        import_file.show()
