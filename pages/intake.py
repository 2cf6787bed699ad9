"""Write down what came by phone, at the counter or by post; escalate a complaint; bring in a file."""

import streamlit as st

from dashboard import escalate, import_file, intake_form, session

by = session.actor()
st.title("Intake")
WRITE, ESCALATE, FILE = "Write down", "Escalate a complaint", "Import a file"
# a link to an import, or to the gate with a number, opens where it is shown
linked = FILE if session.asked(import_file.ASKED) else ESCALATE if session.asked("escalate") else WRITE
write, gate, file = st.tabs([WRITE, ESCALATE, FILE], default=linked, key="intake-tab", on_change="rerun")
if write.open:
    with write:
        intake_form.show(by)
if gate.open:
    with gate:
        escalate.show(by)
if file.open:
    with file:
        import_file.show()
