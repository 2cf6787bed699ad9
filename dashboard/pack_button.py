"""The way to the pack for Ombudsman Toronto: one file with everything about a complaint and its escalations."""

import streamlit as st

from core import db, pack
from core.case import Case
from core.people import Person
from dashboard import session


def show(case: Case, by: Person) -> None:
    """The button, for those who may take it along."""
    if pack.may_take(case, by):
        st.download_button(
            "Pack for Ombudsman Toronto (ZIP)", session.to_take(_packed, case, by), file_name=pack.file_name(case), mime="application/zip",
            key=f"pack {case.id}", on_click="ignore", icon=":material/folder_zip:",
            help="History, day strips, response, letters, files and messages, with a list of what is missing. Taking it is logged.",
        )  # fmt: skip


def _packed(case: Case, by: Person) -> bytes:
    """Made when it is asked for, and not each time the page is drawn."""
    with db.reading_as(by.id) as conn:
        return b"".join(pack.pieces(conn, case.id, by))
