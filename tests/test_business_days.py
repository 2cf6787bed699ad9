"""The one clock, against the City's days, other people's published cases, and plain counting."""

import csv
from datetime import date, timedelta
from itertools import groupby

import holidays
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from core import business_days, city_closures
from core.business_days import due_on, runs_out, strip, strip_in_words, taken
from core.city_closures import Closure
from core.errors import PastTheCalendar
from tests.builders import on
from tests.records import shared

FIRST, LAST = date(2010, 1, 1), date(2030, 12, 31)
WED_23_DEC_2026, MON_11_JAN_2027 = date(2026, 12, 23), date(2027, 1, 11)
DAY = timedelta(days=1)

#: A transaction is undone after the test and not after each example: these only read.
reading = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
some_day = st.dates(FIRST, LAST - timedelta(days=120))


def city_days() -> list[dict[str, str]]:
    with shared("data/toronto_city_holidays_2024_2030.csv").open() as file:
        return list(csv.DictReader(file))


def cases(calendar: str) -> list[dict[str, str]]:
    with shared("data/deadline_cases.csv").open() as file:
        return [row for row in csv.DictReader(file) if row["calendar"] == calendar]


def closed_days(conn: Connection) -> set[date]:
    return set(conn.execute(text("select day from closures")).scalars())


def counted_by_hand(day: date, n: int, closed: set[date]) -> date:
    """One day after the other; nought is the last business day up to the day itself."""
    while n or day.isoweekday() > 5 or day in closed:
        day += DAY if n else -DAY
        n -= bool(n) and day.isoweekday() < 6 and day not in closed
    return day


# The City's days


def test_the_closures_are_the_citys():
    expected = [(row["date"], row["name"], row["confidence"] == "high") for row in city_days()]
    assert [(str(it.day), it.name, it.confirmed) for it in city_closures.city_closures(2024, 2030)] == expected


def test_they_differ_from_the_package_by_remembrance_day_and_canada_day_alone():
    package = holidays.country_holidays(
        "CA", subdiv="ON", categories=("public", "optional"), language="en_CA", years=range(2010, 2031)
    )
    theirs = {day: name for day, name in package.items() if day.isoweekday() < 6}
    ours = {closure.day: closure.name for closure in city_closures.city_closures(2010, 2030)}
    assert {theirs[day] for day in theirs.keys() - ours.keys()} == {"Remembrance Day (observed)"}
    assert {ours[day] for day in ours.keys() - theirs.keys()} == {"Canada Day (observed)"}
    assert min(day.isoweekday() for day in ours.keys() - theirs.keys()) == 1


def test_every_year_has_its_eleven_days_and_remembrance_day_on_weekdays():
    for year, closed in groupby(city_closures.city_closures(2010, 2030), key=lambda closure: closure.day.year):
        assert len(list(closed)) == 11 + (date(year, 11, 11).isoweekday() < 6), year


def test_a_package_that_lost_a_day_is_a_fault(monkeypatch):
    monkeypatch.setattr(city_closures, "DESIGNATED", (*city_closures.DESIGNATED, "Simcoe Day"))
    with pytest.raises(RuntimeError, match="Simcoe Day"):
        city_closures.city_closures(2026, 2026)


def test_loading_again_changes_nothing(conn: Connection):
    conn.execute(text("delete from closures where day = '2026-12-28'"))
    conn.execute(text("update closures set name = 'Yuletide' where day = '2026-12-25'"))
    before = list(conn.execute(text("select * from closures order by day")))
    business_days.load(conn)
    assert list(conn.execute(text("select * from closures order by day"))) == before


def test_the_calendar_numbers_its_business_days(conn: Connection):
    found = conn.execute(
        text("""
        select count(*), min(day), max(day), count(*) filter (where is_business_day) = max(business_day_no)
        from calendar""")
    ).one()
    assert tuple(found) == ((LAST - FIRST).days + 1, FIRST, LAST, True)


# Due


def test_due_dates_of_toronto(conn: Connection):
    for case in cases("toronto"):
        received_on, n = date.fromisoformat(case["received_on"]), int(case["business_days"])
        assert str(due_on(conn, received_on, n)) == case["due_on"], case["source"]


def test_due_dates_that_others_published(conn: Connection):
    """Under the closures that were in force there: other cities' and countries' own tests."""
    conn.execute(text("delete from closures"))
    for closed, group in groupby(sorted(cases("published"), key=lambda case: case["closures_in_force"]),
                                 key=lambda case: case["closures_in_force"]):  # fmt: skip
        conn.execute(text("delete from closures"))
        business_days.add_closures(conn, [Closure(date.fromisoformat(day), "Closed", "test") for day in closed.split()])
        conn.execute(text("select load_calendar('2007-01-01', '2024-12-31')"))
        for case in group:
            received_on, n = date.fromisoformat(case["received_on"]), int(case["business_days"])
            assert str(due_on(conn, received_on, n)) == case["due_on"], case["source"]


def test_every_day_of_seven_years_agrees_with_counting_by_hand(conn: Connection):
    """Every day, 0 to 15 business days, by the list of all due dates and one by one; refused past the end."""
    closed = closed_days(conn)
    every = conn.execute(
        text("""
        with listed as materialized (select n, due_list(n) as due from generate_series(0, 15) as n)
        select n, day, promise.due_on, due[day - date '2010-01-01' + 1]
        from listed
        join calendar on day >= '2024-01-01'
        left join lateral due_dates(n) as promise on promise.received_on = day
        """)
    )
    for n, day, due, listed in every:
        by_hand = counted_by_hand(day, n, closed)
        assert due == (by_hand if by_hand <= LAST else None), (day, n)
        assert listed == (due if n else None), (day, n)
    one_by_one = conn.execute(
        text("""
        select count(*) from generate_series(0, 15) as n cross join lateral due_dates(n) as promise
        where received_on >= '2024-01-01' and due_on(received_on, n) <> due_on""")
    )
    assert one_by_one.scalar() == 0


@pytest.mark.parametrize(("day", "n"), [(LAST, 1), (date(2030, 12, 20), 10), (date(2009, 12, 31), 1), (date.max, 10)])
def test_nothing_is_guessed_past_the_calendar(conn: Connection, day, n):
    with (
        pytest.raises(PastTheCalendar, match="the calendar is loaded from 2010-01-01 to 2030-12-31"),
        conn.begin_nested(),
    ):
        due_on(conn, day, n)


@reading
@given(day=some_day, n=st.integers(1, 30))
def test_a_day_off_is_due_when_the_day_before_it_is(conn: Connection, day, n):
    is_business_day = conn.execute(text("select is_business_day from calendar where day = :day"), {"day": day}).scalar()
    if day > FIRST and not is_business_day:
        assert due_on(conn, day, n) == due_on(conn, day - DAY, n)


@reading
@given(day=some_day, n=st.integers(1, 30), more=st.integers(1, 30))
def test_a_longer_promise_is_due_later_and_counts_on_from_the_shorter(conn: Connection, day, n, more):
    assert day < due_on(conn, day, n) < due_on(conn, day, n + more) == due_on(conn, due_on(conn, day, n), more)


@settings(reading, max_examples=10)
@given(day=some_day, n=st.integers(1, 15))
def test_one_more_closure_on_the_way_is_one_business_day_more(conn: Connection, day, n):
    due = due_on(conn, day, n)
    with conn.begin_nested() as savepoint:
        business_days.add_closures(conn, [Closure(due, "Snow", "test")])
        conn.execute(text("select load_calendar(:first, :last)"), {"first": FIRST, "last": LAST})
        later = due_on(conn, day, n)
        savepoint.rollback()
    assert later == due_on(conn, due, 1)


# Taken


def test_taken_and_due_always_say_the_same_thing(conn: Connection):
    """Every pair of days around the holidays, 0 to 12 business days."""
    disagreeing = conn.execute(
        text("""
        select count(*)
        from calendar as received
        join calendar as answered on answered.day between received.day and received.day + 40
        cross join generate_series(0, 12) as n
        join lateral due_dates(n) as promise on promise.received_on = received.day
        where received.day between '2026-12-01' and '2027-01-31'
          and (business_days_taken(received.day, answered.day) <= n) <> (answered.day <= promise.due_on)""")
    )
    assert disagreeing.scalar() == 0


def test_an_answer_on_a_day_off_counts_as_the_next_business_day(conn: Connection):
    fri, sat, mon = date(2026, 11, 13), date(2026, 11, 14), date(2026, 11, 16)
    received = date(2026, 11, 2)
    assert [taken(conn, received, day) for day in (fri, sat, mon)] == [8, 9, 9]


def test_days_that_are_not_loaded_are_not_counted(conn: Connection):
    with pytest.raises(PastTheCalendar, match="2 January 2031 cannot be counted"):
        taken(conn, date(2030, 12, 30), date(2031, 1, 2))


# The strip


def test_the_strip_explains_the_holidays(conn: Connection):
    days = strip(conn, WED_23_DEC_2026, MON_11_JAN_2027)
    assert [day.no for day in days if day.counted] == list(range(1, 11))
    assert (days[0].day, days[0].reason) == (WED_23_DEC_2026, "received")
    assert [day.reason for day in days if day.day.month == 12 and day.day.day in (25, 26, 27, 28)] == [
        "Christmas Day (City closure)", "Saturday", "Sunday", "Boxing Day (observed, City closure)",
    ]  # fmt: skip
    assert len(days) == 20


@reading
@given(day=some_day, n=st.integers(1, 20))
def test_the_strip_counts_to_the_promise_and_leaves_no_day_unexplained(conn: Connection, day, n):
    days = strip(conn, day, due_on(conn, day, n))
    assert [it.day for it in days] == [day + i * DAY for i in range(len(days))]
    assert days[-1].no == n == sum(it.counted for it in days)
    assert all(it.counted == (it.reason is None) == (it.no is not None) for it in days)


def test_the_strip_reads_as_one_sentence(conn: Connection):
    said = strip_in_words(strip(conn, WED_23_DEC_2026, date(2026, 12, 29)))
    assert said == (
        "Received on Wednesday 23 December 2026 and due on Tuesday 29 December 2026, 2 business days later, not counting "
        "the day of receipt; Saturdays and Sundays; Christmas Day (City closure) on Friday 25 December 2026; "
        "or Boxing Day (observed, City closure) on Monday 28 December 2026."
    )
    assert strip_in_words(strip(conn, date(2026, 11, 3), date(2026, 11, 4))).endswith(
        "1 business day later, not counting the day of receipt or Saturdays and Sundays."
    )
    assert strip_in_words([]) == ""


# The end


@pytest.mark.parametrize(
    ("day", "left", "soon"), [("2030-10-31", 61, False), ("2030-11-01", 60, True), ("2031-02-01", 0, True)]
)
def test_staff_are_warned_sixty_days_before_the_calendar_ends(conn: Connection, day, left, soon):
    on(conn, date.fromisoformat(day))
    found = runs_out(conn)
    assert (found.last_day, found.days_left, found.soon) == (LAST, left, soon)
    assert found.in_words == f"The calendar is loaded to Tuesday 31 December 2030: {left} days are left."


def test_an_empty_calendar_says_so(conn: Connection):
    conn.execute(text("delete from calendar"))
    assert runs_out(conn).soon
    assert runs_out(conn).in_words == "No calendar is loaded, so no due date can be counted."
