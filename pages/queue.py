"""Every case I may see: filters, search, saved views, bulk actions."""

import streamlit as st

from core import board
from core.errors import DatabaseAway, Refused
from dashboard import bulkbar, caselist, downloads, filters, pager, rooms, session, views, words

by = session.actor()
if listed := session.asked("list"):  # the browser's Back from a case may bring the case's address here
    session.ask(no=None, list=None, **filters.of_query(listed))
asked = filters.asked()
refused = None
with session.reading() as conn:
    saved, offered = board.views(conn, by), filters.choices(conn, asked)
    try:
        page, number = board.page(conn, asked, by, after=pager.place()), board.count(conn, asked, by)
    except DatabaseAway:
        raise
    except Refused as refusal:
        refused = words.plain(refusal)
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    st.title("Queue")
    views.show(saved, asked, by)
filters.show(asked, offered)
if refused:
    st.warning(refused)
    st.page_link(rooms.path("queue"), label="The whole queue", icon=":material/inbox:")
    st.stop()

with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    st.caption(
        f"{words.count(number, board.most(asked))} {'case' if number == 1 else 'cases'} · {words.plain(filters.in_words(asked, offered))}"
    )
    if page.rows:
        bulkbar.whole_list(asked, by)
    downloads.of_list(asked, by)
filters.of_a_figure(asked, by)
if not page.rows:
    if asked:
        st.info("Nothing matches. Remove a filter, or show all cases and not only open ones.")
        st.page_link(rooms.path("queue"), label="The whole queue", icon=":material/inbox:")
    else:
        st.info(
            "No case is open. What came by phone, at the counter or by post is written down on the page Intake, and files are imported there."
        )
        st.page_link(rooms.path("intake"), label="Intake", icon=":material/edit_note:")
    st.stop()
bulkbar.doing(by)
chosen = caselist.show(page.rows, key="queue", filters=asked, choose=True, height="content")
pager.show(page)
bulkbar.show(chosen)
