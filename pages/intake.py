"""Write down what came by phone, at the counter or by post; bring in a file."""

from importlib import import_module
from importlib.util import find_spec

import streamlit as st

from dashboard import intake_form, session

by = session.actor()
st.title("Intake")
write, file = st.tabs(["Write down", "Import a file"], key="intake-tab", on_change="rerun")
if write.open:
    with write:
        intake_form.show(by)
if file.open:
    with file:
        if find_spec("dashboard.import_file"):
            import_module("dashboard.import_file").show()
        else:
            st.info("Files are imported on the command line for now: `python -m core import FILE --source NAME`.")
