"""The monthly report: to look at, to take along, and to get by email."""

from datetime import date

import streamlit as st

from core import report_mails, reports
from core.people import Person
from core.periods import months_after
from dashboard import session, words


def show(today: date, by: Person) -> None:
    """A month and its report, and whether it comes by itself."""
    with st.popover("Monthly report", icon=":material/picture_as_pdf:"):
        months = [months_after(today, -back).isoformat() for back in range(1, 25)]
        month = date.fromisoformat(
            st.selectbox(
                "Month", months, format_func=lambda each: f"{date.fromisoformat(each):%B %Y}", key="report month"
            )
        )
        st.download_button(
            "Report as PDF",
            data=session.to_take(_made, month),
            file_name=f"report-{month:%Y-%m}.pdf",
            mime="application/pdf",
            on_click="ignore",
            key="report",
        )
        st.divider()
        _by_email(by)


def _by_email(by: Person) -> None:
    with session.reading() as conn:
        wanted, next_on = report_mails.is_subscribed(conn, by), report_mails.leaves_on(conn)
    st.toggle(
        "Send it to me by email each month", value=wanted, key="wants report", on_change=_choose, args=(by, not wanted)
    )
    when = f"On the first business day of each month, from 7:00: next on {words.day(next_on)}." if next_on else ""
    st.caption(f"{when} The PDF of the month before, all kinds and teams, as it stood then, to:")
    st.text(by.email or "")


def _choose(by: Person, wants: bool) -> None:
    said = "You will get the report each month." if wants else "You will get no report by email."
    session.one_click(lambda conn: report_mails.subscribe(conn, wants, by=by), said)


def _made(month: date) -> bytes:
    with session.reading(of_one_moment=True) as conn:
        return reports.monthly(conn, month)
