"""The worker that the server brings along, so that one command runs everything. WORKER=off leaves it out."""

import subprocess

import streamlit as st

from core import worker
from core.settings import settings


def start() -> None:
    """Starts it, once for this server, and again if it ended; not for a page that is run without a server, as tests do."""
    if st.runtime.exists() and settings().worker != "off":
        _start()


@st.cache_resource(show_spinner=False, validate=lambda running: running.poll() is None)
def _start() -> subprocess.Popen[bytes]:
    return worker.start_beside()
