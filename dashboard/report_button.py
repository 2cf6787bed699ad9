"""The monthly report: to look at now, or to get by email each month."""

from datetime import date

import streamlit as st

from core import reports
from core.people import Person
from core.periods import months_after
from dashboard import session


def show(today: date, by: Person) -> None:
    """A month, its report, and whether it goes to whoever is here."""
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
        with session.reading() as conn:
            session.keep("report wanted", reports.is_subscribed(conn, by))
        st.toggle("Send it to me each month", key="report wanted", on_change=_subscribe, args=(by,))


def _made(month: date) -> bytes:
    with session.reading(of_one_moment=True) as conn:
        return reports.monthly(conn, month)


def _subscribe(by: Person) -> None:
    wanted = bool(session.kept("report wanted"))
    said = "The report goes to you each month." if wanted else "The report does not go to you any more."
    session.one_click(lambda conn: reports.subscribe(conn, wanted, by=by), said)
