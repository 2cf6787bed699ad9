"""The entry: who is signed in, the pages for that role, and the page that was asked for."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # `streamlit run` puts dashboard/ on the path, not the root
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from core.errors import Refused  # noqa: E402
from dashboard import background, monitoring, rooms, session, trouble, words  # noqa: E402


def main() -> None:
    """One run of one page."""
    st.set_page_config(page_title="311 Toronto feedback", page_icon=str(ROOT / "dashboard" / "icon.png"), layout="wide")
    background.start()
    by = session.enter()
    if by is None:
        st.navigation(rooms.pages(None), position="hidden")
        return
    page = st.navigation(rooms.pages(by.role), position="top")
    if not rooms.may_open(page, by.role):
        st.title(page.title)
        st.info("This page is not for your role. Choose another one above.")
        return
    session.said()
    with monitoring.PAGES.labels(page.url_path or rooms.ROOMS[0].name).time():
        page.run()


try:
    main()
except Refused as refusal:
    st.error(words.plain(refusal))
except Exception as error:  # a bug
    st.error(trouble.sentence(error))
