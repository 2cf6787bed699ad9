"""Who is who: role, team, who reports to whom, open work; and the City divisions."""

import streamlit as st

from core import people
from dashboard import session, words

st.title("People")
wanted = st.text_input(
    "Find somebody or a division", key="find", type="search", bind="query-params", placeholder="Name, title, team"
)
with session.reading() as conn:
    staff, divisions = people.directory(conn), people.division_directory(conn)


def matches(row: object) -> bool:
    return (wanted or "").casefold() in " ".join(map(str, row)).casefold()  # type: ignore[call-overload]


staff, divisions = [row for row in staff if matches(row)], [row for row in divisions if matches(row)]
st.subheader("311 Toronto")
if staff:
    st.dataframe(
        [{"Name": row.name, "Title": row.title or words.said(row.role), "Role": words.said(row.role), "Team": row.team or "",
          "Reports to": row.reports_to or "", "Email": row.email, "Open cases": row.open_cases,
          "Active": "Yes" if row.active else "No"} for row in staff],
        hide_index=True, height="content", alt="Staff with role, team, who they report to and their open cases",
    )  # fmt: skip
else:
    st.info("Nobody matches. Clear the search to see everybody.")
st.subheader("City divisions")
if divisions:
    st.dataframe([{"Division": row.name, "Phone": words.phone(row.phone) or "", "Email": row.email or ""} for row in divisions],
                 hide_index=True, height="content", alt="City divisions with phone and email")  # fmt: skip
else:
    st.info("No division matches.")
