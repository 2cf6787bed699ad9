"""Open work by team and person, what comes and goes, what breaks next, and cover for who is away."""

import streamlit as st

from core import business_days, figures, forecast, people
from core import workload as work
from dashboard import session, workload

by = session.actor()
st.title("Workload")
with session.reading(as_program=True) as conn:  # who reads writes nothing: the program folds
    figures.fold_if_long(conn)
with session.reading() as conn:
    teams, names, today = people.teams(conn), people.names(conn), business_days.today(conn)
team_id = workload.team_chosen(teams)
with session.reading(of_one_moment=True) as conn:
    loads, ages, weeks = work.open_work(conn), work.ageing(conn, team_id), work.weeks(conn, team_id)
    expected, days = forecast.read(conn, team_id), business_days.from_today(conn, 7)

st.subheader("Open by person" if team_id else "Open by team")
workload.open_work(loads, team_id, names, teams, days, by)
left, right = st.columns(2)
with left:
    st.subheader("What is left of each promise")
    workload.ageing(ages, team_id, today, days, by)
with right:
    st.subheader("What comes and what goes")
    workload.flow(weeks, team_id, by)
st.subheader("Today and the next ten business days")
workload.forecast(expected, team_id, by)
st.subheader("Who is away")
workload.cover(today, by)
