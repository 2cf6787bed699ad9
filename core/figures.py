"""Whether the promises are kept: what management reads (section H).

The published compliance of a period counts the promises that were due in it: answered on time / (answered on time +
answered late + still open and overdue). What is not yet due is in no period; what was withdrawn, redirected, a duplicate
or no complaint is outside, and is counted beside it.

Figures are read from small sums that every write to a case keeps exact (sql/migrations/0017_figures.sql); with filters
that no sum is kept for, from the cases themselves. Every number says which filters of the queue list its cases.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from core import business_days, db, people
from core.board import RENAMED, NoSuchFilter
from core.kinds import CATEGORIES, CHANNELS, Kind
from core.periods import Period

#: What figures may be narrowed to, and by what they are told apart.
DIMENSIONS = ("team", "category", "channel", "supervisor")
NARROWED = (*DIMENSIONS, "kind")
#: Who is folded into nothing: what has no team, category or supervisor.
NONE = "none"
#: Fewer than so many cases about a named member of staff are not told (R64).
SMALL = 5
#: A log of figures longer than this is folded by whoever reads it.
LONG = 500


@dataclass(frozen=True)
class Promise:
    """One of the two that are published, by the name that the address has for it, and the kinds it is made to."""

    name: str
    title: str
    kinds: frozenset[Kind]
    sentence: str


#: "Supervisor will respond back within 10 business days of receiving the complaint." (L21, L60)
TEN = Promise("ten", "10-day promise", frozenset({Kind.COMPLAINT, Kind.COMMENT}),
              "Complaints, and comments that asked for a reply, are answered within 10 business days.")  # fmt: skip
#: "All escalations will be responded to by the division responsible within two business days." (L42)
TWO = Promise(
    "two", "2-day promise", frozenset({Kind.ESCALATION}), "Escalations are responded to within two business days."
)
PROMISES = (TEN, TWO)


@dataclass(frozen=True)
class Counts:
    """Promises by how they stand. `last_day` is part of `on_time`; `informed` of `late` and `overdue`."""

    on_time: int = 0
    late: int = 0
    overdue: int = 0
    not_due: int = 0
    unanswered: int = 0
    last_day: int = 0
    informed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @property
    def answered(self) -> int:
        """On time or late."""
        return self.on_time + self.late

    @property
    def missed(self) -> int:
        """Answered late, or open and overdue."""
        return self.late + self.overdue

    @property
    def counted(self) -> int:
        """What the published figure divides by."""
        return self.answered + self.overdue

    @property
    def all(self) -> int:
        """Every promise, whatever became of it."""
        return self.counted + self.not_due + self.unanswered

    @property
    def published(self) -> float | None:
        """Answered on time / (answered on time + answered late + still open and overdue); None when nothing was due."""
        return share(self.on_time, self.counted)

    @property
    def of_answered(self) -> float | None:
        """Answered on time / answered: what most tools show."""
        return share(self.on_time, self.answered)

    @property
    def of_received(self) -> float | None:
        """(Answered on time + open not yet due) / received."""
        return share(self.on_time + self.not_due, self.all)


def share(part: int, whole: int) -> float | None:
    """A part of a whole; None of nothing."""
    return part / whole if whole else None


@dataclass(frozen=True)
class Days:
    """How many answers took how many business days, and how many were late by how many."""

    taken: Mapping[int, int]
    late: Mapping[int, int]

    @property
    def median(self) -> int | None:
        """Half of the answers took no longer."""
        return percentile(self.taken, 50)

    @property
    def ninetieth(self) -> int | None:
        """Nine in ten of the answers took no longer."""
        return percentile(self.taken, 90)


def percentile(counted: Mapping[int, int], per_cent: int) -> int | None:
    """The smallest value that at least so many per cent do not pass: the nearest rank, always a value that occurs."""
    total = sum(counted.values())
    reached = 0
    for value in sorted(counted):
        reached += counted[value]
        if reached * 100 >= total * per_cent and reached:
            return value
    return None


@dataclass(frozen=True)
class Escalations:
    """What was escalated: received in the period, on which grounds, decided how; and the complaints received in it."""

    received: int
    complaints: int
    grounds: Mapping[str, int]
    decisions: Mapping[str, int]

    @property
    def share(self) -> float | None:
        """Escalations received / complaints received."""
        return share(self.received, self.complaints)

    @property
    def decided(self) -> int:
        """Those received in the period that were decided."""
        return sum(self.decisions.values())

    @property
    def overturned(self) -> int:
        """Upheld, wholly or partly: the first outcome did not stand."""
        return sum(number for decision, number in self.decisions.items() if decision != "not upheld")


@dataclass(frozen=True)
class Figures:
    """Both promises in a period. Keys are (axis, month, kind); axes are "due", "received" and "answered"."""

    period: Period
    narrowed: Mapping[str, str]
    today: date
    cells: Mapping[tuple[str, date, str], Counts]

    def of(self, promise: Promise, axis: str = "due", period: Period | None = None) -> Counts:
        """The sum over a period of what was due, received or answered in it."""
        within = period or self.period
        return sum(
            (counts for (its_axis, month, kind), counts in self.cells.items()
             if its_axis == axis and kind in promise.kinds and within.includes(month)),
            Counts(),
        )  # fmt: skip

    def by_month(self, promise: Promise, period: Period) -> dict[date, Counts]:
        """The same for each month of a period, empty ones too."""
        months = [period.moved(0).first]
        while len(months) < period.months:
            months.append((months[-1] + timedelta(32)).replace(day=1))
        return {month: self.of(promise, "due", Period(month, month)) for month in months}


# Reading


def fold_if_long(conn: Connection) -> int:
    """Folds the log into the sums when it has grown long; how many rows it took. Needs a transaction that can write."""
    return fold(conn) if db.value(conn, "figures.waiting_to_fold", most=LONG) else 0


def fold(conn: Connection) -> int:
    """Folds the log into the sums; how many rows it took, 0 when somebody else is at it."""
    return int(db.value(conn, "figures.fold"))


def rebuild(conn: Connection) -> int:
    """All sums again, from the cases; of how many. Only the owner of the tables may; nobody moves a case meanwhile."""
    return int(db.value(conn, "figures.rebuild"))


def read(conn: Connection, period: Period, narrowed: Mapping[str, str], *, since: date | None = None) -> Figures:
    """The figures of a period, and of the months before it from `since` on, for a trend or a comparison."""
    asked: dict[str, Any] = {"first": min(since or period.first, period.first), "last": period.last}
    if len(rest := _rest(narrowed)) <= 1:
        ((dim, value),) = rest.items() or [("all", "")]
        rows = db.rows(conn, "figures.months", dim=dim, value="" if value == NONE else value, **asked)
    else:
        rows = db.rows(conn, "figures.filtered_months", **asked, **_filtered(rest))
    cells = {(row.axis, row.month, row.kind): _counts(row) for row in _of_kind(rows, narrowed)}
    return Figures(period, narrowed, business_days.today(conn), cells)


def by_dimension(
    conn: Connection, period: Period, narrowed: Mapping[str, str], dim: str
) -> dict[Promise, dict[str, Counts]]:
    """What was due in the period, by team, category, channel or supervisor; the key is an id or a word, "none" without."""
    rows = _rows(conn, "by_dimension", period, narrowed, dim=dim)
    found: dict[Promise, dict[str, Counts]] = {promise: defaultdict(Counts) for promise in PROMISES}
    for row in rows:
        for promise in PROMISES:
            if row.kind in promise.kinds:
                found[promise][row.value or NONE] += _counts(row)
    return {
        promise: {value: counts for value, counts in values.items() if counts.all} for promise, values in found.items()
    }


def days(conn: Connection, period: Period, narrowed: Mapping[str, str]) -> dict[Promise, Days]:
    """Business days that the answers took that were due in the period, and by how many business days they were late."""
    rows = _rows(conn, "days_taken", period, narrowed)
    return {
        promise: Days(
            _summed((row.days_taken, row.n) for row in rows if row.kind in promise.kinds),
            _summed((row.days_late, row.n) for row in rows if row.kind in promise.kinds and row.days_late),
        )
        for promise in PROMISES
    }


def overdue_by(conn: Connection, period: Period, narrowed: Mapping[str, str]) -> dict[Promise, Mapping[int, int]]:
    """How many open promises of the period are late today, by business days."""
    rows = _rows(conn, "overdue_by", period, narrowed)
    return {
        promise: _summed((row.days_late, row.n) for row in rows if row.kind in promise.kinds) for promise in PROMISES
    }


def escalations(conn: Connection, figures: Figures) -> Escalations:
    """The escalations received in the period of these figures."""
    rows = _rows(conn, "received_by", figures.period, figures.narrowed)
    said = {dim: {row.value: row.n for row in rows if row.dim == dim} for dim in ("ground", "decision")}
    complaints = Promise("", "", frozenset({Kind.COMPLAINT}), "")
    return Escalations(
        figures.of(TWO, "received").all, figures.of(complaints, "received").all, said["ground"], said["decision"]
    )


def narrowing(conn: Connection, said: Mapping[str, str]) -> dict[str, str]:
    """What the address narrows figures to; a value that does not exist is refused with a sentence."""
    known = choices(conn)
    narrowed = {}
    for key in NARROWED:
        if value := said.get(key):
            if value not in known[key]:
                raise NoSuchFilter(key=key, value=value)
            narrowed[key] = value
    return narrowed


def choices(conn: Connection) -> dict[str, dict[str, str]]:
    """What each of them may be, by the value in the address: its name."""
    return {
        "team": {str(key): name for key, name in people.teams(conn).items()} | {NONE: "No team"},
        "category": {each: each for each in CATEGORIES} | {NONE: "No category"},
        "channel": {each: each for each in CHANNELS},
        "supervisor": {str(key): name for key, name in people.names(conn).items()} | {NONE: "Nobody"},
        "kind": {each.value: each.value for each in (Kind.COMPLAINT, Kind.COMMENT, Kind.ESCALATION)},
    }


def _counts(row: Any) -> Counts:
    return Counts(row.on_time, row.late, row.overdue, row.not_due, row.unanswered, row.last_day, row.informed)


def _summed(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for value, number in pairs:
        found[value] += number
    return dict(found)


def _rows(conn: Connection, name: str, period: Period, narrowed: Mapping[str, str], **values: str) -> list[Row]:
    """From the sums, or with filters from the cases themselves, in the same columns."""
    rest = _rest(narrowed)
    asked: dict[str, Any] = {"first": period.first, "last": period.last} | values
    rows = db.rows(conn, f"figures.filtered_{name}" if rest else f"figures.{name}", **asked, **_filtered(rest))
    return _of_kind(rows, narrowed)


def _rest(narrowed: Mapping[str, str]) -> dict[str, str]:
    """Every sum is kept by kind."""
    return {key: value for key, value in narrowed.items() if key != "kind"}


def _of_kind(rows: list[Row], narrowed: Mapping[str, str]) -> list[Row]:
    kind = narrowed.get("kind")
    return [row for row in rows if kind in (None, getattr(row, "kind", Kind.ESCALATION))]


def _filtered(narrowed: Mapping[str, str]) -> dict[str, Any]:
    """The conditions of sql/queries/filters.sql and their values; none without filters."""
    if not narrowed:
        return {}
    conditions = [
        f"filters.{key}_none" if value == NONE else f"filters.{RENAMED.get(key, key)}"
        for key, value in narrowed.items()
    ]
    values = {RENAMED.get(key, key): int(value) if key in ("team", "supervisor") else value
              for key, value in narrowed.items() if value != NONE}  # fmt: skip
    return values | {"filters": conditions}


# What opens behind a number


def opens(
    figures: Figures, promise: Promise, outcome: str, *, axis: str = "due", period: Period | None = None, **more: str
) -> dict[str, str]:
    """The filters of the queue that list exactly the cases behind a number of these figures."""
    within = period or figures.period
    last = within.until(figures.today) if axis == "due" else within.ends_on
    return (
        {
            "show": "all",
            "promise": promise.name,
            "outcome": outcome,
            f"{axis}_from": within.first.isoformat(),
            f"{axis}_to": last.isoformat(),
        }
        | dict(figures.narrowed)
        | more
    )


def told(number: int) -> str:
    """How many cases somebody may not see, as they are told it: so few that they could be guessed are "some" (R64)."""
    return f"{number:,}" if number >= SMALL else "some"


def small_cells(values: Mapping[str, Counts]) -> set[str]:
    """The supervisors whose figures are not told: fewer than 5 cases; and never one alone, or the sum would tell it (R64)."""
    small = {value for value, counts in values.items() if value != NONE and 0 < counts.counted < SMALL}
    if len(small) == 1:
        others = [value for value in values if value not in small and value != NONE]
        small |= set(sorted(others, key=lambda value: values[value].counted)[:1])
    return small
