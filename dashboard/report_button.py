"""The monthly report: to look at, and to take along."""

from datetime import date

import streamlit as st

from core import reports
from core.people import Person
from core.periods import months_after
from dashboard import session


def show(today: date, by: Person) -> None:
    """A month and its report."""
    with st.popover("Monthly report", icon=":material/picture_as_pdf:"):
        months = [months_after(today, -back).isoformat() for back in range(1, 25)]
        month = date.fromisoformat(
            st.selectbox(
                "Month", months, format_func=lambda each: f"{date.fromisoformat(each):%B %Y}", key="report month"
            )
        )
        st.download_button(
            "Report as PDF",
            data=lambda: _made(month),
            file_name=f"report-{month:%Y-%m}.pdf",
            mime="application/pdf",
            on_click="ignore",
            key="report",
        )


def _made(month: date) -> bytes:
    with session.reading(of_one_moment=True) as conn:
        return reports.monthly(conn, month)
