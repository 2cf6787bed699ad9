"""Workload: who has how much, what comes and goes, a forecast that holds on the past, and cover for who is away."""

import csv
import random
from collections import Counter
from datetime import date, timedelta
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from core import absences, board, business_days, forecast, workload
from core.errors import Refused
from core.forecast import Past
from core.workload import Load
from dashboard import workload as page
from tests import builders
from tests.builders import (
    CLEO,
    DARA,
    JONAS,
    MINA,
    OMAR,
    PRIYA,
    SAM,
    VIC,
    id_of,
    investigating,
    on,
    received,
    responded,
    see,
    taken,
    who,
    withdrawn,
)
from tests.records import shared

MON_3_NOV = date(2025, 11, 3)


@pytest.fixture
def busy(conn: Connection) -> date:
    """Three weeks of work; today is a Monday."""
    for days in range(0, 21, 2):
        on(conn, MON_3_NOV + timedelta(days))
        for stage in (received, taken, responded, withdrawn):
            stage(conn)
    today = MON_3_NOV + timedelta(21)
    on(conn, today)
    builders.escalation(conn)
    return today


def test_every_number_of_open_work_opens_its_cases(conn: Connection, busy: date):
    days, dara = business_days.from_today(conn, 7), who(conn, DARA)
    loads = workload.open_work(conn)
    assert sum((load for load in loads.values()), Load()).open == board.count(conn, {}, dara)
    by_team: dict[int | None, Load] = {}
    for (team, _), load in loads.items():
        by_team[team] = by_team.get(team, Load()) + load
    for team, load in by_team.items():
        numbers = page._row(load)
        for column, filters in page._opens(page._whose("team", team), load, days).items():
            assert board.count(conn, filters, dara) == int(numbers[column]), (team, column)


def test_every_bar_opens_its_cases(conn: Connection, busy: date):
    days, dara = business_days.from_today(conn, 7), who(conn, DARA)
    ages = workload.ageing(conn)
    for name, low, high in page.AGES:
        number = sum(n for left, n in ages.items() if low <= left <= high)
        assert board.count(conn, page._of_age(name, None, days), dara) == number, name
    for row in workload.weeks(conn):
        assert board.count(conn, page._of_week(f"received {row.week}"), dara) == row.came
        assert board.count(conn, page._of_week(f"closed {row.week}"), dara) == row.went
    for day in forecast.read(conn).days:
        due = day.due_on.isoformat()
        assert board.count(conn, {"show": "open", "outcome": "not due", "due_from": due, "due_to": due}, dara) == day.n


def test_a_past_without_a_miss_promises_nothing():
    expected, low, high = forecast.interval(10, [Past(no, 1, 5, 0) for no in range(60)])
    assert 0 < expected < 0.1 and low == 0 and high <= 1
    assert forecast.interval(10, []) == (0.0, 0, 10)
    assert forecast.interval(0, [Past(1, 1, 5, 5)]) == (0.0, 0, 0)


@given(st.integers(0, 500), st.lists(st.tuples(st.integers(0, 300), st.floats(0, 1)), max_size=70))
def test_a_range_is_never_empty_and_never_beyond_what_is_due(n, days):
    past = [Past(no, 1, many, round(many * share)) for no, (many, share) in enumerate(days)]
    expected, low, high = forecast.interval(n, past)
    assert 0 <= low <= high <= n and 0 <= expected <= n


def test_the_range_holds_four_in_five_of_days_that_differ_by_more_than_chance():
    chance = random.Random(311)
    past = []
    for no in range(700):
        rate = min(max(chance.gauss(0.4, 0.12), 0), 1)
        past.append(Past(no, 5, 60, sum(chance.random() < rate for _ in range(60))))
    found = forecast.back_cast(past, 5)
    assert found.days > 600
    assert found.coverage is not None and 0.76 <= found.coverage <= 0.88


def test_the_range_holds_on_real_casework():
    """Each due date of eight years, forecast from what was known in the morning so many business days before."""
    days: Counter[tuple[int, int]] = Counter()
    missed: Counter[tuple[int, int]] = Counter()
    path = shared("data/nyc_council_constituent_cases_5000.csv")
    rows = [
        row
        for row in csv.DictReader(StringIO(path.read_text()))
        if row["OPENDATE" if "OPENDATE" in row else "opendate"]
    ]
    assert rows
    opened, closed = ("OPENDATE", "CLOSEDATE") if "OPENDATE" in rows[0] else ("opendate", "closedate")
    for row in rows:
        start = date.fromisoformat(row[opened][:10])
        no = start.toordinal() * 5 // 7
        end = date.fromisoformat(row[closed][:10]).toordinal() * 5 // 7 if row[closed] else None
        for h in (1, 5):
            if end is None or end >= no + 10 - h:
                # a sample of one in seventy: a week of due dates stands for a day
                days[(no + 10) // 5, h] += 1
                missed[(no + 10) // 5, h] += end is None or end > no + 10
    for h in (1, 5):
        past = [Past(week, h, n, missed[week, h]) for (week, its), n in days.items() if its == h]
        found = forecast.back_cast(past, h)
        assert found.days > 100
        assert found.coverage is not None and found.coverage >= 0.75
        assert abs(found.expected - found.missed) < 0.1 * found.missed


# Who is away


def away(conn: Connection, days: int = 14, name: str = SAM) -> int:
    today = business_days.today(conn)
    return absences.mark(conn, id_of(conn, name), today, today + timedelta(days), by=who(conn, MINA))


def test_what_runs_out_meanwhile_finds_somebody_who_may_have_it(conn: Connection):
    on(conn, MON_3_NOV)
    at_risk = [investigating(conn), taken(conn)]
    on(conn, MON_3_NOV + timedelta(10))
    later = taken(conn)
    absence = away(conn, 5)
    found = absences.proposals(conn, absence, who(conn, MINA))
    assert [one.case_id for one in found] == [case.id for case in at_risk]
    assert later.id not in {one.case_id for one in found}
    assert all(one.to and one.to.id != id_of(conn, SAM) and one.to.supervises for one in found)
    assert (absences.current(conn)[0].open, absences.current(conn)[0].at_risk) == (3, 2)


def test_nobody_who_is_away_or_in_conflict_is_proposed(conn: Connection):
    on(conn, MON_3_NOV)
    taken(conn)
    absence = away(conn)
    for name in (PRIYA, JONAS):
        away(conn, 14, name)
    named = {one.to.name.split()[0].lower() for one in absences.proposals(conn, absence, who(conn, MINA)) if one.to}
    assert not named & {SAM, PRIYA, JONAS}


def test_handovers_are_shared_out(conn: Connection):
    on(conn, MON_3_NOV)
    for _ in range(6):
        taken(conn)
    found = absences.proposals(conn, away(conn, 15), who(conn, MINA))
    shares = Counter(one.to.id for one in found if one.to)
    assert sum(shares.values()) == 6
    assert max(shares.values()) - min(shares.values()) <= 1


def test_who_may_mark_whom(conn: Connection):
    on(conn, MON_3_NOV)
    for by, name, may in (
        (SAM, SAM, True),
        (MINA, SAM, True),
        (OMAR, SAM, True),
        (CLEO, SAM, False),
        (PRIYA, SAM, False),
        (VIC, SAM, False),
    ):
        try:
            absences.mark(conn, id_of(conn, name), MON_3_NOV, MON_3_NOV, by=who(conn, by))
            assert may, by
        except Refused:
            assert not may, by
    with pytest.raises(absences.WrongDays):
        absences.mark(conn, id_of(conn, SAM), MON_3_NOV, MON_3_NOV - timedelta(1), by=who(conn, MINA))
    absence = absences.current(conn)[0].id
    absences.call_off(conn, absence, by=who(conn, MINA))
    with pytest.raises(absences.NotAway):
        absences.call_off(conn, absence, by=who(conn, MINA))
    assert see(conn, taken(conn).id).owner_id == id_of(conn, SAM)


@given(st.lists(st.tuples(st.integers(0, 40), st.floats(0, 1)), max_size=11))
def test_the_bars_of_a_forecast_add_up_to_its_sentence(days):
    found = forecast.Forecast(
        [forecast.Day(date(2026, 1, 1), h, n, n * share, 0, n) for h, (n, share) in enumerate(days)],
        None,
        None,
        None,
        1,
    )
    assert abs(found.expected - sum(day.expected for day in found.days)) <= 0.5 + 1e-9
    assert all(0 <= missed <= day.n for missed, day in zip(found.missed, found.days, strict=True))
