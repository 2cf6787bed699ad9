"""The entry: who is signed in, the pages for that role, and the page that was asked for."""

import logging
import sys
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # `streamlit run` puts dashboard/ on the path, not the root
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from dashboard import rooms, session  # noqa: E402

log = logging.getLogger("dashboard")


def main() -> None:
    """One run of one page."""
    st.set_page_config(page_title="311 Toronto feedback", page_icon=str(ROOT / "dashboard" / "icon.png"), layout="wide")
    st.html(ROOT / "dashboard" / "style.css")
    by = session.sign_in_as_chosen()
    page = st.navigation(rooms.pages(by.role), position="top")
    if not rooms.may_open(page, by.role):
        st.title(page.title)
        st.info("This page is not for your role. Choose another one above.")
        return
    session.said()
    page.run()


try:
    main()
except Exception:  # a bug: the log gets the whole of it, the page an id and never a customer's data
    number = uuid4().hex[:8]
    log.exception("error %s", number)
    st.error(f"Something went wrong on our side, and nothing was changed. Tell an administrator the number {number}.")
