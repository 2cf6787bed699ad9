"""What Streamlit itself costs: the queue page's widgets with constant data, and neither a database nor our own code.

A bench starts it as a server of its own (bench/pages.py) and checks that both pages send the same elements.
"""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from bench import floor_compliance  # noqa: E402

PEOPLE = [f"Chiara Lindqvist {no}, Supervisor" for no in range(120)]
SUPERVISORS = PEOPLE[:45]
KINDS = ("Complaint", "Escalation", "Comment", "Compliment")
STATES = ("Received", "Under review", "Investigating", "Responded", "Redirected", "Withdrawn", "Duplicate", "Not a complaint",
          "Forwarded", "Closed", "No action", "In review", "Decided")  # fmt: skip
CATEGORIES = (
    "Policy or procedure",
    "Staff",
    "Access",
    "Timeliness",
    "Outcome",
    "Quality",
    "Standard of service",
    "Charges",
)
CHANNELS = ("Online", "Phone", "Email", "Mail", "In person", "Chat", "Social", "Other")
CASE = {
    "deadline": ["41 late"], "title": "Garbage was not collected at 123 Maplewood Avenue", "used": 5.1, "state": "Under review",
    "owner": "Chiara Lindqvist", "due": date(2026, 4, 14), "kind": "Complaint", "category": "Timeliness", "channel": "Phone",
    "received": date(2026, 3, 30),
}  # fmt: skip
CASES = [{"no": f"0{9400001 + no}"} | CASE for no in range(50)]
Column = st.column_config
COLUMNS: dict[str, Any] = {
    "no": Column.ButtonColumn("Number", type="tertiary", width=125, pinned=True, alignment="left", key="open"),
    "deadline": Column.MultiselectColumn(
        "Business days",
        options=["41 late", "40 late"],
        color=["red", "red"],
        width=115,
        help="Left until the due date, or late.",
    ),
    "title": Column.TextColumn("About", width="large"),
    "used": Column.NumberColumn(
        "Time used", format="percent", width=90, help="Share of the promised business days used."
    ),
    "state": Column.TextColumn("State", width=110),
    "owner": Column.TextColumn("With", width=140),
    "due": Column.DateColumn("Due", format="ddd D MMM YYYY", width=130),
    "kind": Column.TextColumn("Kind", width=100),
    "category": Column.TextColumn("Category", width=140),
    "channel": Column.TextColumn("Came by", width=90),
    "received": Column.DateColumn("Received", format="ddd D MMM YYYY", width=130),
}


def queue() -> None:
    """The page."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title("Queue")
        with st.popover("Views"):
            st.caption("No views yet. Set the filters, give them a name, and they wait here.")
            st.text_input("Name of this view", max_chars=60)
            st.toggle("Shared with everybody")
            st.button("Save this view")
    filters()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption("1,000+ cases · all open cases")
        st.button("Choose the whole list, up to 500", type="tertiary")
        with st.popover("Download"):
            st.caption("Up to 20,000 cases. Cases about a person are logged with your name.")
            st.download_button("CSV", data=b"x", on_click="ignore")
            st.download_button("Excel", data=b"x", on_click="ignore")
    st.dataframe(CASES, key="list", column_config=COLUMNS, hide_index=True, height="content", row_height=38, placeholder="",
                 on_select="rerun", selection_mode="multi-row", alt="Cases")  # fmt: skip
    with st.container(horizontal=True):
        st.button("First page", disabled=True)
        st.button("Previous", disabled=True)
        st.button("Next")


def filters() -> None:
    """The filters of the page."""
    st.text_input("Search", placeholder="Words, request number, name, phone or email", type="search")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control("Who has it", ("Mine", "Team", "Unassigned"))
        st.segmented_control("Promise", ("Overdue", "Due soon"))
        st.segmented_control("Show", ("Open", "Closed", "All"))
        with st.popover("More filters"):
            st.selectbox("Kind", KINDS, index=None, placeholder="Any")
            st.selectbox("State", STATES, index=None, placeholder="Any")
            st.selectbox("Category", CATEGORIES, index=None, placeholder="Any")
            st.selectbox("Came by", CHANNELS, index=None, placeholder="Any")
            st.selectbox("Entered here or from", ("Dashboard",), index=None, placeholder="Any")
            st.selectbox("With", SUPERVISORS, index=None, placeholder="Anybody", filter_mode="contains")
            st.date_input("Received from", value=None, format="YYYY-MM-DD")
            st.date_input("Received to", value=None, format="YYYY-MM-DD")


def nothing() -> None:
    """The other pages of the navigation."""


def main() -> None:
    """One run of the page."""
    st.set_page_config(page_title="Floor", page_icon=str(ROOT / "dashboard" / "icon.png"), layout="wide")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**Demo** · invented people, no sign-in. You are")
        st.selectbox("You are", PEOPLE, width=420, label_visibility="collapsed", filter_mode="contains")
    others = [st.Page(nothing, title=f"Page {no}", icon=":material/inbox:", url_path=f"page-{no}", default=no == 0)
              for no in range(14)]  # fmt: skip
    first = st.Page(queue, title="Queue", icon=":material/inbox:", url_path="queue")
    second = st.Page(
        lambda: floor_compliance.compliance(first),
        title="Compliance",
        icon=":material/verified:",
        url_path="compliance",
    )
    st.navigation([*others, first, second], position="top").run()


if __name__ == "__main__":  # so it is for `streamlit run`
    main()
