"""The 10-day and the 2-day promise: kept or broken, why, since when, and the cases behind each number."""

import streamlit as st

from core import figures
from core.errors import Refused
from core.figures import PROMISES
from dashboard import (
    compliance,
    compliance_cards,
    compliance_charts,
    compliance_parts,
    compliance_tables,
    downloads,
    frozen_months,
    report_button,
    rooms,
    session,
    words,
)

by = session.actor()
head = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
head.title("Compliance")
with session.reading(as_program=True) as conn:  # who reads writes nothing: the program folds
    figures.fold_if_long(conn)
try:
    with session.reading(of_one_moment=True) as conn:
        asked = compliance.asked(conn)
        shown = compliance.trend_period(asked)
        read = figures.read(conn, asked.period, asked.narrowed, since=shown.first)
        other = figures.read(conn, asked.other, asked.narrowed) if asked.other else None
        took, overdue = (
            figures.days(conn, asked.period, asked.narrowed),
            figures.overdue_by(conn, asked.period, asked.narrowed),
        )
        parts = figures.by_dimension(conn, asked.period, asked.narrowed, asked.dim)
        escalations = figures.escalations(conn, read)
except Refused as refusal:
    st.warning(words.plain(refusal))
    st.page_link(rooms.path("compliance"), label="The usual period", icon=":material/verified:")
    st.stop()

with head, st.container(horizontal=True, width="content"):
    report_button.show(asked.today, by)
    downloads.of_figures("compliance", lambda conn: compliance_tables.all_of(conn, asked))
compliance.controls(asked)
if asked.period.first > asked.today:
    st.info("This period is still to come: a case that is not yet due is in no period.")
if compliance.is_too_few(asked, read):
    st.stop()
for place, promise in zip(st.columns(2), PROMISES, strict=True):
    with place:
        compliance_cards.card(promise, read, other, took[promise], by)
compliance_charts.trend(read, shown, by)
st.subheader("How long it takes")
for place, promise in zip(st.columns(2), PROMISES, strict=True):
    with place:
        compliance_charts.taken(promise, read, took[promise], by)
for place, promise in zip(st.columns(2), PROMISES, strict=True):
    with place:
        compliance_charts.late(promise, read, took[promise], overdue[promise], by)
compliance_parts.parts(asked, read, parts, by)
compliance_parts.escalated(read, escalations, by)
frozen_months.show(asked.today, by)
