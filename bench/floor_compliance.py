"""The page of the promises with constant data: the same widgets in the same order, and nothing of ours behind them."""

from typing import Any

import streamlit as st
from streamlit.navigation.page import Page

MONTHS = [f"2025-{month:02}-01" for month in range(1, 13)] * 2
DIMENSIONS = ("Team", "Category", "Channel", "Supervisor")
LAYOUT = {"height": 240, "showlegend": False, "margin": {"l": 8, "r": 8, "t": 12, "b": 8}}
QUERY = {"show": "all", "promise": "ten", "outcome": "on time", "due_from": "2025-06-01", "due_to": "2026-05-31"}
Column = st.column_config
SENTENCE = "12,345 answered on time ÷ (12,345 on time + 1,234 answered late + 123 still open and overdue), due in June 2025 to May 2026."


def compliance(queue: Page) -> None:
    """The page."""
    head = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
    head.title("Compliance")
    with head, st.container(horizontal=True, width="content"):
        with st.popover("Monthly report"):
            st.selectbox("Month", MONTHS[:12])
            st.download_button("Report as PDF", data=b"x", on_click="ignore")
            st.divider()
            st.toggle("Send it to me by email each month")
            st.caption(
                "On the first business day of each month, from 7:00: next on Tue 1 Dec 2026. The PDF of the month before, to:"
            )
            st.text("person1@example.org")
        with st.popover("Download"):
            st.download_button("Excel, a sheet for each table", data=b"x", on_click="ignore")
            st.download_button("CSV, in one list", data=b"x", on_click="ignore")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox("Due in", [f"{no} months" for no in range(40)], width=300)
        st.selectbox(
            "Compare with", ["The period before", "A year earlier"], index=None, placeholder="Nothing", width=220
        )
        with st.popover("Filters"):
            for label, many in (("Kind", 3), ("Team", 9), ("Category", 9), ("Came by", 8), ("Supervisor", 121)):
                st.selectbox(
                    label,
                    [f"{label} {no}" for no in range(many)],
                    index=None,
                    placeholder="All",
                    filter_mode="contains",
                )
    # the cases that are measured with hold no answered escalation: the second card is short, and says so instead of charts
    for place, answered in zip(st.columns(2), (True, False), strict=True):
        with place, st.container(border=True, gap="xsmall"):
            _card(queue, answered)
    st.subheader("Month by month")
    _chart("trend", 24, 2)
    st.subheader("How long it takes")
    for what in ("taken", "late"):
        left, right = st.columns(2)
        with left:
            st.markdown("**Business days**")
            _chart(what, 12, 1)
        with right:
            st.markdown("**Business days**")
            st.info("None of those due in these months is answered.")
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.subheader("By team")
        st.segmented_control("By", DIMENSIONS, default="Team", required=True, label_visibility="collapsed")
    for name in "ab":
        st.markdown("**10-day promise**")
        _parts(name)
    _escalations(queue)
    st.subheader("Frozen months")
    st.info(
        "No month is frozen yet. Freeze one when its figures are published: what changes afterwards is then listed with its reason."
    )


def _card(queue: Page, answered: bool) -> None:
    st.subheader("10-day promise")
    st.caption("Complaints, and comments that asked for a reply, are answered within 10 business days.")
    st.metric("Kept", "85.2%")
    st.caption(SENTENCE)
    for told in (answered, answered, answered, answered, False, True):
        _number(queue, told)
    if answered:
        _how_long()
    with st.expander("Two other ways to count"):
        for links in ((answered, answered), (answered, answered, True)):
            st.markdown("**86.0%** answered on time ÷ answered")
            st.caption(SENTENCE)
            for told in links:
                _number(queue, told)


def _how_long() -> None:
    st.markdown("Median **7 business days**, nine in ten within **12 business days**")
    st.caption(
        "Business days from receipt to answer, of the answered ones that were due; the open ones have no end yet."
    )


def _number(queue: Page, told: bool) -> None:
    if told:
        st.page_link(queue, label="**12,345** answered on time", query_params=QUERY)
    else:
        st.markdown("**0** answered on time")


def _chart(name: str, many: int, lines: int) -> None:
    data: list[dict[str, Any]] = [
        {"type": "bar", "x": MONTHS[:many], "y": list(range(many)), "text": MONTHS[:many], "customdata": MONTHS[:many]}
        for _ in range(lines)
    ]
    st.plotly_chart(
        {"data": data, "layout": LAYOUT}, key=f"chart {name}", alt="A chart", on_select="rerun", selection_mode="points"
    )
    with st.expander("The numbers of this chart"):
        st.dataframe(
            [{"Month": month, "Kept": 1, "Due": 2} for month in MONTHS[:many]],
            hide_index=True,
            height="content",
            alt="Numbers",
        )


def _parts(name: str) -> None:
    key = f"table {name}"
    numbers: dict[str, Any] = {
        column: Column.ButtonColumn(column, type="tertiary", width=90, alignment="right", key=f"{key} {column}")
        for column in ("Due", "On time", "Late", "Overdue", "Outside")
    }
    kept: dict[str, Any] = {"Kept": Column.ProgressColumn(format="percent", width=140, min_value=0, max_value=1)}
    rows: Any = [{"": f"Team {no}", "Kept": 0.85} | dict.fromkeys(numbers, "12,345") for no in range(9)]
    st.dataframe(
        rows, key=key, column_config=numbers | kept, hide_index=True, height="content", row_height=36, alt="Parts"
    )


def _escalations(queue: Page) -> None:
    st.subheader("Escalations received")
    left, middle, right = st.columns(3)
    with left:
        st.metric("Of complaints", "8.3%")
        st.caption(SENTENCE)
        _number(queue, True)
        _number(queue, True)
    with middle:
        st.markdown("**On which grounds**")
    with right:
        st.metric("Overturned", "–")
        st.caption("0 upheld or partly upheld ÷ 0 decided.")
        _number(queue, False)
        _number(queue, False)
