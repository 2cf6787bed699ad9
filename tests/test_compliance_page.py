"""Every number, bar and point of the page opens its cases, and the list has that many rows."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import Connection

from core import board, db, demo, figures, periods
from core.figures import DIMENSIONS, PROMISES, TEN, TWO, Figures
from core.people import Person
from dashboard import compliance, compliance_charts, compliance_parts
from dashboard import figures as draw
from tests.builders import DARA, as_owner, now, on, received, who
from tests.serving import Opened

TODAY = date(2026, 11, 25)


@pytest.fixture
def dara(conn: Connection) -> Person:
    """The director, and the demo's cases."""
    on(conn, TODAY)
    with as_owner(conn):
        demo.fill(conn)
    on(conn, TODAY)
    return who(conn, DARA)


def listed(conn: Connection, filters: dict[str, str], by: Person) -> int:
    """How many the queue lists, and how many more are about a person whom they may not read about."""
    return board.count(conn, filters, by) + board.kept_from(conn, filters, by)


PERIODS = ("this month", "last month", "last 3 months", "2026-08 to 2026-12", "last 10 years")
NARROWED: tuple[dict[str, str], ...] = (
    {}, {"category": "timeliness"}, {"channel": "phone", "kind": "complaint"}, {"team": "none", "category": "staff"})  # fmt: skip


def test_every_number_opens_as_many_cases(conn: Connection, dara: Person):
    for said, narrowed in product(PERIODS, NARROWED):
        period = periods.parse(said, TODAY)
        read = figures.read(conn, period, narrowed, since=periods.months_after(period.first, -24))
        shown = list(_numbers(conn, read))
        assert sum(number for number, _ in shown)
        for number, filters in shown:
            assert listed(conn, filters, dara) == number, filters


def _numbers(conn: Connection, read: Figures) -> Iterator[tuple[int, dict[str, str]]]:
    """Each number of the page, and the filters it opens."""
    period, narrowed = read.period, read.narrowed
    took, overdue = figures.days(conn, period, narrowed), figures.overdue_by(conn, period, narrowed)
    for promise in PROMISES:
        for axis, outcomes in (
            ("due", ("on time", "late", "overdue", "missed", "counted", "answered", "unanswered", "last day", "informed")),
            ("received", ("on time", "not due", "promised")), ("answered", ("on time", "answered")),
        ):  # fmt: skip
            counts = read.of(promise, axis)
            for outcome in outcomes:
                number = counts.all if outcome == "promised" else getattr(counts, outcome.replace(" ", "_"))
                yield number, figures.opens(read, promise, outcome, axis=axis)
        for month, counts in read.by_month(promise, compliance.trend_period(_asked(read, "team"))).items():
            yield counts.counted, compliance_charts._of_month(read, f"{promise.name} {month.isoformat()}")
        for label in compliance_charts.taken_ranges(promise, took[promise]):
            yield (
                compliance_charts.within(took[promise].taken, label),
                figures.opens(read, promise, "answered", taken=label),
            )
        for label in compliance_charts.LATE:
            yield (
                compliance_charts.within(took[promise].late, label),
                figures.opens(read, promise, "late", late_by=label),
            )
            yield (
                compliance_charts.within(overdue[promise], label),
                figures.opens(read, promise, "overdue", late_by=label),
            )
    for dim in DIMENSIONS:
        asked = _asked(read, dim)
        for promise, values in figures.by_dimension(conn, period, narrowed, dim).items():
            for value, counts in values.items():
                opened = compliance_parts._part_opens(asked, read, promise, value, counts)
                for column, number in compliance_parts._part(counts, False).items():
                    if column in opened:
                        yield int(number.replace(",", "")), opened[column]
    found = figures.escalations(conn, read)
    received = figures.opens(read, TWO, "promised", axis="received")
    yield found.received, received
    yield found.complaints, figures.opens(read, TEN, "promised", axis="received", kind="complaint")
    yield found.decided, received | {"decided": "yes"}
    yield found.overturned, received | {"decided": "overturned"}
    yield from ((number, received | {"ground": ground}) for ground, number in found.grounds.items())
    yield from ((number, received | {"decision": decision}) for decision, number in found.decisions.items())


def _asked(read: Figures, dim: str) -> compliance.Asked:
    return compliance.Asked(read.period, None, dict(read.narrowed), dim, {}, TODAY)


def test_the_usual_period_is_one_with_enough_to_read(conn: Connection, dara: Person):
    """Twelve whole months, unless they hold fewer than 20 promises and this month holds more."""
    due = {said: compliance._due(conn, said, TODAY) for said in ("last 12 months", "this month")}
    assert due["last 12 months"] < compliance.ENOUGH <= due["this month"]
    assert compliance.by_default(conn, TODAY) == "this month"
    first = date(2026, 12, 1)
    assert compliance._due(conn, "last 12 months", first) >= compliance.ENOUGH
    assert compliance.by_default(conn, first) == "last 12 months"
    assert compliance.by_default(conn, date(2025, 1, 1)) == "last 12 months"


def test_what_is_not_for_everybody_is_told_apart(conn: Connection, dara: Person):
    """A list is shorter than its number by what is about a person, and says by how many (R64)."""
    read = figures.read(conn, periods.parse("this month", TODAY), {})
    for promise in PROMISES:
        for name in ("sam", "omar", "cleo"):
            by, filters = who(conn, name), figures.opens(read, promise, "counted")
            assert board.count(conn, filters, by) + board.kept_from(conn, filters, by) == read.of(promise).counted
    cleo, filters = who(conn, "cleo"), figures.opens(read, TEN, "promised", axis="received")
    assert board.kept_from(conn, filters, cleo) > 0


@pytest.mark.parametrize(("key", "value"), [
    ("outcome", "maybe"), ("promise", "three"), ("due_from", "yesterday"), ("team", "x"), ("supervisor", "9" * 30), ("ground", "anger"),
    ("decision", "perhaps"), ("taken", "-3"), ("late_by", "1-2-3"), ("decided", "no"), ("category", "nothing"),
])  # fmt: skip
def test_a_filter_that_does_not_exist_is_refused(conn: Connection, key, value):
    with pytest.raises(board.NoSuchFilter):
        board.count(conn, {key: value}, who(conn, DARA))


@pytest.mark.parametrize(
    ("key", "value"),
    [("team", "99999"), ("category", "weather"), ("kind", "compliment"), ("supervisor", "0"), ("channel", "pigeon")],
)
def test_figures_of_what_does_not_exist_are_refused(conn: Connection, key, value):
    with pytest.raises(board.NoSuchFilter):
        figures.narrowing(conn, {key: value})


@pytest.mark.parametrize(("cell", "is_number"), [("0", True), ("1,234", True), ("few", True), (7, True), ("", False), ("Wed 7 Jan", False), (None, False)])  # fmt: skip
def test_numbers_that_open_nothing_stand_to_the_right_as_well(cell, is_number):
    assert draw._is_number(cell) is is_number


def test_a_month_in_which_nothing_was_due_has_no_cases_and_not_none_of_them_kept(open_page: Opened) -> None:
    with db.begin() as conn:
        received(conn, received_at=now(conn) - timedelta(days=40), backdated_because="It lay in the wrong tray.")
    months = next(table.value for table in open_page("compliance", DARA).dataframe if "Due in" in table.value)
    assert months["10-day promise"].value_counts().to_dict() == {"no cases": 23, "0.0%": 1}
