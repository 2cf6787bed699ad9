"""Write down what came by phone, at the counter or by post; bring in a file."""

import streamlit as st

from dashboard import import_file, intake_form, session

by = session.actor()
st.title("Intake")
WRITE, FILE = "Write down", "Import a file"
linked = FILE if session.asked(import_file.ASKED) else WRITE  # a link to an import opens where it is shown
write, file = st.tabs([WRITE, FILE], default=linked, key="intake-tab", on_change="rerun")
if write.open:
    with write:
        intake_form.show(by)
if file.open:
    with file:
        import_file.show()
