"""The worker that the server brings along, so that one command runs everything. WORKER=off leaves it out."""

import streamlit as st

from core import worker
from core.settings import settings


def start() -> None:
    """Starts it, once in the life of this server; not in a page that is run without one, as tests do."""
    if st.runtime.exists() and settings().worker != "off":
        _start()


@st.cache_resource(show_spinner=False)
def _start() -> object:
    return worker.start_beside()
