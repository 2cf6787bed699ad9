"""One truth: the sums that management reads equal what the history alone says, told again here in plain Python."""

from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from core import board, cases, closures, db, figures, people, periods
from core.city_closures import Closure
from core.errors import Refused
from core.figures import PROMISES, TEN, TWO, Counts
from core.intake import importing, source
from core.kinds import Kind
from core.periods import Period
from core.receipt import Receipt, receive
from tests import builders
from tests.builders import (
    ADA,
    CLEO,
    COMPLAINT,
    DARA,
    MINA,
    SAM,
    TORONTO,
    as_owner,
    does,
    form,
    id_of,
    on,
    received,
    responded,
    see,
    who,
)

START = date(2025, 11, 3)
AROUND = Period(date(2025, 9, 1), date(2026, 12, 1))
AXES = ("due", "received", "answered")
FILE = """
name = "theirs"
date_formats = ["%Y-%m-%d"]
contact_held_by = "Another system"
[columns]
request_no = "no"
received_at = "opened"
answered_at = "closed"
title = "what"
[constants]
category = "quality"
channel = "other"
"""


# The same, told again from the history


@dataclass
class Told:
    """What the history says of one case."""

    kind: str
    channel: str
    received_on: date
    category: str | None = None
    due_on: date | None = None
    state: dict[str, Any] = field(default_factory=dict)
    told_on: list[date] = field(default_factory=list)
    closed: bool = False

    @property
    def answered_on(self) -> date | None:
        at = self.state.get("responded_at")
        return datetime.fromisoformat(at).astimezone(TORONTO).date() if at else None


class Book:
    """What was received, and by whom it was told: the rest is in the events."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self.received: dict[int, Told] = {}

    def closed_days(self) -> set[date]:
        return set(self.conn.execute(text("select day from closures")).scalars())

    def is_business(self, day: date) -> bool:
        return day.isoweekday() < 6 and day not in self.closures

    def due(self, day: date, number: int) -> date:
        self.closures = self.closed_days()
        while number:
            day += timedelta(1)
            number -= self.is_business(day)
        return day

    def between(self, first: date, last: date) -> int:
        """Business days after the first up to the last; a day off at the end counts as the next one."""
        counted = sum(self.is_business(first + timedelta(n)) for n in range(1, (last - first).days + 1))
        return counted + (not self.is_business(last))

    def told(self) -> dict[int, Told]:
        self.closures = self.closed_days()
        found = {}
        for case_id, start in self.received.items():
            told = replace(start, state=dict(start.state), told_on=[])
            for event in self.conn.execute(
                text(
                    "select action, to_state, changes, details, at from case_events where case_id = :id order by version"
                ),
                {"id": case_id},
            ):
                told.state |= {name: new for name, (_, new) in event.changes.items()}
                if "due_on" in event.changes:
                    told.due_on = date.fromisoformat(event.changes["due_on"][1])
                if "category" in event.changes:
                    told.category = event.changes["category"][1]
                if event.action == "log_update":
                    told.told_on.append(datetime.fromisoformat(event.details["happened_at"]).astimezone(TORONTO).date())
                told.closed = event.to_state in {
                    "responded", "redirected", "withdrawn", "duplicate", "not_a_complaint", "closed", "no_action"}  # fmt: skip
            found[case_id] = told
        return found


def counted(told: Told, today: date) -> Counts:
    """What one promise is in the figures."""
    assert told.due_on is not None
    informed = any(day <= told.due_on for day in told.told_on)
    answered = told.answered_on
    if answered and answered <= told.due_on:
        return Counts(on_time=1, last_day=int(answered == told.due_on))
    if answered:
        return Counts(late=1, informed=int(informed))
    if told.closed:
        return Counts(unanswered=1)
    return Counts(overdue=1, informed=int(informed)) if told.due_on < today else Counts(not_due=1)


def assert_one_truth(conn: Connection, book: Book) -> None:
    """Every figure of the page equals the same counted from the history."""
    today = db.value(conn, "calendar.today")
    told = [one for one in book.told().values() if one.due_on]
    read = figures.read(conn, AROUND, {})
    for promise in PROMISES:
        ours = [one for one in told if one.kind in promise.kinds]
        for axis in AXES:
            expected: dict[date, Counts] = defaultdict(Counts)
            for one in ours:
                day = {"due": one.due_on, "received": one.received_on, "answered": one.answered_on}[axis]
                if day and not (axis == "due" and day > today):
                    expected[day.replace(day=1)] += counted(one, today)
            for month in {month for _, month, _ in read.cells} | set(expected):
                assert _bare(read.of(promise, axis, Period(month, month)), axis) == _bare(expected[month], axis), (
                    promise.name,
                    axis,
                    month,
                )
        due = [one for one in ours if one.due_on <= today]
        _assert_days(conn, book, promise, due)
        for dim, value in (
            ("team", "team_id"),
            ("category", "category"),
            ("channel", "channel"),
            ("supervisor", "accountable_id"),
        ):
            parts: dict[str, Counts] = defaultdict(Counts)
            for one in due:
                its = one.state.get(value) if value.endswith("_id") else getattr(one, value)
                if dim == "supervisor":
                    its = its or one.state.get("owner_id")
                parts[str(its or "none")] += counted(one, today)
            found = figures.by_dimension(conn, AROUND, {}, dim)[promise]
            assert {key: _bare(each, "due") for key, each in found.items()} == {
                key: _bare(each, "due") for key, each in parts.items() if each.counted + each.unanswered}, dim  # fmt: skip


def _bare(counts: Counts, axis: str) -> Counts:
    """Without what this axis does not tell: a case not yet due is in no period."""
    return counts if axis == "received" else replace(counts, not_due=0)


def _assert_days(conn: Connection, book: Book, promise: figures.Promise, due: list[Told]) -> None:
    taken: Counter[int] = Counter()
    late: Counter[int] = Counter()
    for one in due:
        if one.answered_on and one.due_on:
            days, allowed = book.between(one.received_on, one.answered_on), 2 if promise is TWO else 10
            is_late = one.answered_on > one.due_on
            taken[max(days, allowed + 1) if is_late else min(days, allowed)] += 1
            late[book.between(one.due_on, one.answered_on) if is_late else 0] += 1
    found = figures.days(conn, AROUND, {})[promise]
    assert dict(found.taken) == taken
    assert dict(found.late) == {days: n for days, n in late.items() if days}
    assert found.median == (sorted(taken.elements())[(taken.total() - 1) // 2] if taken else None)
    assert found.ninetieth == (sorted(taken.elements())[-(-taken.total() * 9 // 10) - 1] if taken else None)


# Random histories


class Clerks:
    """What staff do, one thing after another, as far as it is possible."""

    def __init__(self, conn: Connection) -> None:
        self.conn, self.book, self.day, self.number = conn, Book(conn), START, 0
        on(conn, START)

    def waits(self, days: int) -> None:
        self.day += timedelta(days)
        on(self.conn, self.day)

    def receives(self, back: int, kind: str) -> None:
        at = datetime.combine(self.day - timedelta(back), time(9), TORONTO) if back else None
        said = {"received_at": at, "backdated_because": "It lay in a drawer."} if back else {}
        what: dict[str, Any] = {"channel": ("phone", "online")[back % 2]} | said
        if kind == "comment":
            what |= {"kind": Kind.COMMENT, "category": None, "reply_requested": back != 1}
        case = received(self.conn, **what)
        day = self.day - timedelta(back)
        promised = kind != "comment" or back != 1
        self.book.received[case.id] = Told(
            kind, what["channel"], day, None if kind == "comment" else "timeliness", self.book.due(day, 10) if promised else None)  # fmt: skip

    def imports(self, opened: int, closed: int | None) -> None:
        """A row of a file that comes late."""
        self.number += 1
        first = self.day - timedelta(opened)
        last = "" if closed is None else (first + timedelta(min(closed, opened))).isoformat()
        number = f"A{self.number}"
        account = importing.run(self.conn, BytesIO(f"no,opened,closed,what\n{number},{first},{last},A pothole\n".encode()), "f.csv",
                                source.parse(FILE.encode(), "theirs.toml"))  # fmt: skip
        assert account.added == 1
        case = cases.find(self.conn, number, people.SYSTEM)
        told = Told("complaint", "other", first, "quality", self.book.due(first, 10))
        if last:
            told.state["responded_at"] = f"{last}T00:00:00-05:00"
        self.book.received[case.id] = told

    def escalates(self, which: int) -> None:
        complaint = self._some(which, "complaint")
        if complaint is None:
            return
        with self.conn.begin_nested() as savepoint:
            try:
                case = builders.escalation(
                    self.conn, complaint, ground="unsatisfied" if complaint.responded_at else "no response"
                )
            except (Refused, AssertionError):
                savepoint.rollback()
                return
        if case.id not in self.book.received:  # else there was an open one already
            self.book.received[case.id] = Told(
                "escalation", case.channel, self.day, complaint.category, self.book.due(self.day, 2)
            )

    def acts(self, which: int, action: str) -> None:
        case = self._some(which)
        if case is None:
            return
        by = MINA if case.kind == Kind.ESCALATION else SAM
        said = form(self.conn, action)
        if action == "log_update" and which % 2:
            said["happened_at"] = max(case.received_at, said["happened_at"] - timedelta(3))
        with self.conn.begin_nested() as savepoint:
            try:
                does(self.conn, case, action, by, **said)
            except Refused:
                savepoint.rollback()

    def answers(self, which: int) -> None:
        """All the way to the response."""
        for action in (
            "take",
            "investigate",
            "record_finding",
            "record_steps",
            "record_response",
            "record_first_response",
            "decide",
        ):
            self.acts(which, action)

    def closes_the_city(self, offset: int) -> None:
        day = self.day + timedelta(offset)
        try:
            with self.conn.begin_nested():
                closures.apply(self.conn, [Closure(day, "Storm", "Council")], by=who(self.conn, ADA), why="Storm.")
        except Refused:
            pass

    def folds(self) -> None:
        figures.fold(self.conn)

    def _some(self, which: int, kind: str | None = None):
        ids = [case_id for case_id, told in self.book.received.items() if kind in (None, told.kind)]
        return see(self.conn, ids[which % len(ids)]) if ids else None


which = st.integers(0, 11)
STEPS_OF_WORK = st.one_of(
    st.tuples(st.just("receives"), st.integers(0, 30), st.sampled_from(["complaint", "complaint", "comment"])),
    st.tuples(st.just("imports"), st.integers(0, 50), st.none() | st.integers(0, 50)),
    st.tuples(st.just("escalates"), which),
    st.tuples(st.just("answers"), which),
    st.tuples(st.just("acts"), which, st.sampled_from(
        ["take", "assign", "reassign", "investigate", "withdraw", "redirect", "not_a_complaint", "log_update", "correct_details",
         "reopen", "declare_conflict", "record_response", "withdraw", "reopen"])),
    st.tuples(st.just("waits"), st.integers(1, 20)),
    st.tuples(st.just("closes_the_city"), st.integers(-20, 20)),
    st.tuples(st.just("folds")),
)  # fmt: skip


@settings(max_examples=20)
@given(st.lists(STEPS_OF_WORK, min_size=5, max_size=40))
def test_the_figures_equal_what_the_history_says(conn: Connection, steps):
    with conn.begin_nested() as savepoint:
        clerks = Clerks(conn)
        for name, *given_ in steps:
            getattr(clerks, name)(*given_)
        assert_one_truth(conn, clerks.book)
        figures.fold(conn)
        assert_one_truth(conn, clerks.book)
        clerks.waits(40)  # nothing is written, and what is open is missed
        assert_one_truth(conn, clerks.book)
        savepoint.rollback()


@settings(max_examples=15)
@given(
    st.lists(STEPS_OF_WORK, min_size=10, max_size=30), st.sampled_from(["team", "category", "channel", "supervisor"])
)
def test_filters_and_lists_say_the_same_as_the_sums(conn: Connection, steps, dim):
    """With two filters the cases themselves are counted, with one the sums are; the queue lists what either says."""
    with conn.begin_nested() as savepoint:
        clerks = Clerks(conn)
        for name, *given_ in steps:
            getattr(clerks, name)(*given_)
        dara = who(conn, DARA)
        for promise, values in figures.by_dimension(conn, AROUND, {}, dim).items():
            for value, counts in values.items():
                summed = figures.read(conn, AROUND, {dim: value})
                rows = db.rows(
                    conn,
                    "figures.filtered_months",
                    first=AROUND.first,
                    last=AROUND.last,
                    **figures._filtered({dim: value}),
                )
                assert {key: each for key, each in summed.cells.items() if each.all} == {
                    (row.axis, row.month, row.kind): figures._counts(row) for row in rows if any(row[3:])
                }
                assert replace(summed.of(promise), not_due=0) == counts
                for outcome, number in numbers(counts):
                    assert board.count(conn, figures.opens(summed, promise, outcome), dara) == number
        savepoint.rollback()


def numbers(counts: Counts) -> list[tuple[str, int]]:
    """What a page tells of some promises that were due, and which list of the queue it opens."""
    return [("on time", counts.on_time), ("late", counts.late), ("overdue", counts.overdue), ("missed", counts.missed),
            ("counted", counts.counted), ("answered", counts.answered), ("unanswered", counts.unanswered),
            ("last day", counts.last_day), ("informed", counts.informed)]  # fmt: skip


# Single facts


def october(conn: Connection) -> figures.Figures:
    return figures.read(conn, Period(date(2025, 10, 1), date(2025, 12, 1)), {})


def test_nobody_improves_the_figure_by_leaving_a_case_open(conn: Connection):
    on(conn, START)
    case = received(conn)
    assert case.due_on
    on(conn, case.due_on)
    assert october(conn).of(TEN) == Counts()  # not yet due is in no period
    on(conn, case.due_on + timedelta(1))
    assert october(conn).of(TEN) == Counts(overdue=1)
    assert october(conn).of(TEN).published == 0


def test_a_case_answered_before_its_due_date_counts_when_that_day_has_come(conn: Connection):
    on(conn, START)
    case = responded(conn)
    assert case.due_on
    assert october(conn).of(TEN) == Counts()
    assert october(conn).of(TEN, "answered").on_time == 1
    on(conn, case.due_on)
    assert october(conn).of(TEN) == Counts(on_time=1)


@pytest.mark.parametrize("end", [builders.withdrawn, builders.redirected, builders.duplicate, builders.not_a_complaint])
def test_what_is_outside_is_counted_beside_it(conn: Connection, end):
    on(conn, START)
    case = end(conn)
    on(conn, case.due_on + timedelta(1))
    counts = october(conn).of(TEN)
    assert (counts.unanswered, counts.counted) == (1, counts.overdue)


def test_a_period_with_no_cases_divides_nothing_by_zero(conn: Connection):
    counts = figures.read(conn, Period(date(1990, 1, 1), date(1990, 12, 1)), {}).of(TEN)
    assert (counts.published, counts.of_answered, counts.of_received) == (None, None, None)
    assert figures.days(conn, Period(date(1990, 1, 1), date(1990, 1, 1)), {})[TEN].median is None


@pytest.mark.parametrize(
    "said", ["2025-13", "2025", "2025-05 to 2025-01", "2025-01 to 2199-01", "0000-01", "next month", "2025-1"]
)
def test_a_period_that_is_none_is_refused(said):
    with pytest.raises(periods.NoSuchPeriod):
        periods.parse(said, START)


def test_periods_by_name():
    today = date(2026, 3, 15)
    assert periods.parse("This month", today) == Period(date(2026, 3, 1), date(2026, 3, 1))
    assert periods.parse("last 24 months", today) == Period(date(2024, 3, 1), date(2026, 2, 1))
    assert periods.parse("2025-01 to 2025-12", today).before() == Period(date(2024, 1, 1), date(2024, 12, 1))
    assert periods.parse("2025-02", today).year_before().ends_on == date(2024, 2, 29)


def test_one_supervisor_with_few_cases_is_not_told_by_the_sum_either():
    values = {"1": Counts(on_time=40), "2": Counts(on_time=2), "3": Counts(late=9), "none": Counts(overdue=1)}
    assert figures.small_cells(values) == {"2", "3"}
    assert figures.small_cells({"1": Counts(on_time=40)}) == set()


def test_the_dashboard_itself_cannot_write_a_figure(conn: Connection):
    for statement in (
        "insert into figures_log (n, kind, channel, received_on, informed) values (1, 'complaint', 'phone', '2026-01-01', false)",
        "update figures_ended set on_time = 1", "delete from figures_log", "delete from figures_open",
        "select rebuild_figures()", "select log_figures_of_all(1)", "update cases set informed_on = '2026-01-01'",
    ):  # fmt: skip
        with pytest.raises(Exception, match="permission denied"), conn.begin_nested():
            conn.execute(text(statement))


def test_rebuilt_figures_are_the_same(conn: Connection):
    clerks = Clerks(conn)
    for back in range(6):
        clerks.receives(back, "complaint")
    clerks.imports(30, 5)
    clerks.answers(0)
    clerks.waits(30)
    clerks.answers(1)
    before = figures.read(conn, AROUND, {})
    with as_owner(conn):
        assert figures.rebuild(conn) == 7
    assert figures.read(conn, AROUND, {}) == before
    assert not conn.execute(text("select from figures_log")).all()


# At once


def test_the_figures_are_exact_at_every_commit(database):
    """Many work, others fold, and whoever reads meanwhile finds sums and cases in agreement."""
    with db.begin() as conn:
        made = [received(conn).id for _ in range(24)]
        sam, mina, cleo = who(conn, SAM), who(conn, MINA), who(conn, CLEO)

    def works(number: int) -> None:
        for case_id in made[number::3]:
            for action in (
                "take",
                "reassign",
                "withdraw",
                "reopen",
                "investigate",
                "record_finding",
                "record_steps",
                "record_response",
            ):
                try:
                    with db.begin() as conn:
                        cases.act(conn, case_id, action, by=sam, **form(conn, action))
                        if action == "reassign":
                            cases.act(conn, case_id, "reassign", by=mina, owner_id=id_of(conn, SAM), note="Back.")
                            receive(conn, Receipt(**COMPLAINT), by=cleo)
                except Refused:
                    pass

    def folds(_: int) -> None:
        for _ in range(40):
            with db.begin() as conn:
                figures.fold(conn)

    def reads(_: int) -> None:
        for _ in range(15):
            with db.engine().connect().execution_options(isolation_level="REPEATABLE READ") as conn:
                now = db.value(conn, "calendar.today")
                period = Period(periods.months_after(now, -1), periods.months_after(now, 1))
                rows = db.rows(conn, "figures.filtered_months", first=period.first, last=period.last)
                live = {(row.axis, row.month, row.kind): figures._counts(row) for row in rows}
                assert {key: each for key, each in figures.read(conn, period, {}).cells.items() if each.all} == live

    with ThreadPoolExecutor(7) as threads:
        work = [threads.submit(works, number) for number in range(3)]
        more = [threads.submit(folds, 0), threads.submit(folds, 0), threads.submit(reads, 0), threads.submit(reads, 0)]
        for each in (*work, *more):
            each.result()


def test_imports_as_the_owner_are_counted_although_triggers_are_off(database):
    with db.owner_engine().begin() as conn:
        rows = "".join(f"B{number},2025-01-{number:02},2025-02-{number:02},A pothole\n" for number in range(1, 20))
        importing.run(
            conn,
            BytesIO(f"no,opened,closed,what\n{rows}".encode()),
            "f.csv",
            source.parse(FILE.encode(), "theirs.toml"),
        )
    with db.begin() as conn:
        read = figures.read(conn, Period(date(2025, 1, 1), date(2025, 12, 1)), {})
        assert read.of(TEN, "received").answered == 19
