"""Recognition: who was praised, who never was, and the review of a month. No figure of complaints stands here."""

import streamlit as st

from core import recognition
from dashboard import hand_on_list, recognition_figures, recognition_panel, session, words

by = session.actor()
with session.reading() as conn:
    months = {f"{month:%Y-%m}": month for month in recognition.months(conn)}
with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
    st.title("Recognition")
    asked = st.selectbox("Month", list(months), key="month", bind="query-params", width=200,
                         format_func=lambda one: words.month(months[one]))  # fmt: skip
month = months[asked]
WAITING, PRAISED, REVIEW = "Compliments to forward", "Who was praised", "Review of the month"
waiting, praised, review = st.tabs([WAITING, PRAISED, REVIEW], key="recognition-tab", on_change="rerun")
if waiting.open:
    with waiting:
        hand_on_list.to_forward(by)
if praised.open:
    with praised:
        recognition_figures.show(month, by)
if review.open:
    with review:
        recognition_panel.show(month, by)
