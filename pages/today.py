"""What waits for me, both promises in one order: the share of its time each case has used."""

import streamlit as st

from core import board, business_days
from core.kinds import SENIOR_MANAGEMENT, SUPERVISORS, Role
from dashboard import caselist, escalation_list, letter_list, session, tiles, words

by = session.actor()
with session.reading() as conn:
    today, counts, calendar = business_days.today(conn), board.counts(conn, by), business_days.runs_out(conn)

with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    st.title("Today")
    if by.role in SUPERVISORS:
        tiles.take_next(by)
st.caption(f"{words.day(today)} · {words.plain(by.name)}, {words.plain(by.title or words.said(by.role))}")
if calendar.soon:
    st.warning(calendar.in_words)
if by.role is Role.VIEWER:
    tiles.figures_only()
    st.stop()

tiles.show(counts, by)

if by.role in SENIOR_MANAGEMENT:
    letter_list.on_today(by)
    escalation_list.show(by)
if by.role in SUPERVISORS:
    st.subheader("Yours, worst first")
    with session.reading() as conn:
        mine = board.page(conn, {"who": "mine"}, by, size=25).rows
    if mine:
        caselist.show(mine, key="mine", filters={"who": "mine"}, height="content")
        caselist.rest(counts.mine, len(mine), {"who": "mine"})
    else:
        st.info("Nothing waits for you. " + ("Take the next case that nobody has." if counts.unassigned else
                "Nothing waits for anybody to take it either; what comes by phone or post is written down on the page Intake."))  # fmt: skip

st.subheader("Nobody has these yet, worst first")
nobodys = {"who": "unassigned"} | ({"backlog": "without"} if counts.backlog else {})
with session.reading() as conn:
    unassigned = board.page(conn, nobodys, by, size=15).rows
    number = board.count(conn, nobodys, by) if counts.backlog else counts.unassigned
if counts.backlog:
    st.caption(
        "What was overdue already when it was imported is not in this list: the tile above lists it, worst first."
    )
if unassigned:
    caselist.show(unassigned, key="unassigned", filters=nobodys, height="content")
    caselist.rest(number, len(unassigned), nobodys)
else:
    st.info("Every other open case has somebody." if counts.backlog else
            "Every open case has somebody. New ones appear here as they are received.")  # fmt: skip
