"""Retention (R65): one year after last use contact details and free text are erased, and the statistics stay.

Two people decide: one asks, with the list of what is due that day; another approves exactly that list. The worker, or
`python -m core erase`, then carries it out case by case, and looks at each again: what is held or was used since stays. What
the database itself makes sure of is in sql/migrations/0031_retention.sql.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from core import cases, db
from core.case import Case
from core.errors import BadInput, NotAllowed, Stale
from core.kinds import RESPONSIBLE, Kind
from core.people import Person, as_of_now

#: Cases of one erasure, of one round of a worker, and of one transaction.
MOST, IN_A_ROUND, AT_A_TIME = 10_000, 500, 100
SHOWN = 200
#: What stands in the database where something was written, so that it is still known that it was.
ERASED = "Erased"
#: What may be said of a case that is kept: the action in its history.
HOLDS = {
    "hold": "Put on legal hold",
    "lift_hold": "Lift legal hold",
    "end_referral": "Ombudsman Toronto has done with it",
}
Progress = Callable[[float], None]


class NotForYouToErase(NotAllowed):
    """Retention is looked after by administrators and senior management."""


class NeedsAReason(BadInput):
    """Say why."""


class NothingIsDue(BadInput):
    """Nothing is due for erasure today."""


class NotSoLong(BadInput):
    """Cases are kept from 1 to 1,200 months after their last use."""


class ErasureChanged(Stale):
    """That erasure was approved or withdrawn already; look again."""


class NotNow(Stale):
    """{what} is not possible: look at the case again."""


@dataclass(frozen=True)
class Preview:
    """What is due for erasure today. `listed`: those that this person may see, the longest unused first; `rejected`: refused rows of
    old imports."""

    cases: list[int]
    kinds: dict[str, int]
    listed: list[Row]
    held: dict[str, int]
    rejected: int


def rules(conn: Connection) -> list[Row]:
    """How many months each kind is kept, who set it, when and why."""
    return db.rows(conn, "retention.rules")


def set_rule(conn: Connection, kind: Kind, months: int, *, by: Person, why: str) -> None:
    """From now on this kind is kept so many months after its last use."""
    if not 1 <= months <= 1200:
        raise NotSoLong
    db.run(conn, "retention.set_rule", kind=Kind(kind), months=months, by=_one_of(conn, by).id, why=reason(why))


def months_before(conn: Connection, case: Case) -> int:
    """How many months after its last use this case was erased: the setting of that day, the longer one of a complaint and its escalations."""
    months: int = db.value(conn, "retention.months_before", id=case.id)
    return months


def preview(conn: Connection, by: Person) -> Preview:
    """What is due today, up to 10,000 cases; and why others of that age are kept."""
    due = db.rows(conn, "retention.due", viewer=_one_of(conn, by).id, most=MOST)
    kinds = {str(kind): number for kind in Kind if (number := sum(row.kind == kind for row in due))}
    held = {row.because: row.cases for row in db.rows(conn, "retention.held", viewer=by.id)}
    return Preview(
        [row.id for row in due],
        kinds,
        [row for row in due if row.may_see][:SHOWN],
        held,
        db.value(conn, "retention.rejected"),
    )


def ask(conn: Connection, *, by: Person, why: str) -> int:
    """Asks to erase what is due today; the number of the erasure. Somebody else has to approve it."""
    due = preview(conn, by)
    if not due.cases and not due.rejected:
        raise NothingIsDue
    number: int = db.value(conn, "retention.ask", by=by.id, why=reason(why))
    db.run(conn, "retention.list", id=number, cases=due.cases)
    return number


def asked(conn: Connection, number: int, by: Person) -> list[Row]:
    """The cases of an erasure that this person may see, up to 200, the longest unused first: what they approve."""
    return db.rows(conn, "retention.asked", id=number, viewer=_one_of(conn, by).id, most=SHOWN)


def approve(conn: Connection, number: int, *, by: Person) -> None:
    """Approves exactly the list that was asked for. From here on it is carried out, and nobody takes it back.

    Refuses whoever asked for it.
    """
    if db.value(conn, "retention.approve", id=number, by=_one_of(conn, by).id) is None:
        raise ErasureChanged


def withdraw(conn: Connection, number: int, *, by: Person) -> None:
    """It is not done after all. Whoever asked may, and whoever would have approved."""
    if db.value(conn, "retention.withdraw", id=number, by=_one_of(conn, by).id) is None:
        raise ErasureChanged


def carry_out(conn: Connection, most: int = AT_A_TIME) -> Row | None:
    """The next cases of the erasure that was approved: its number, how many were looked at, how many are to do. None: there is none."""
    return db.row(conn, "retention.carry_out", most=most)


def carry_out_all(progress: Progress = lambda _: None) -> list[int]:
    """All of it, some cases in a transaction each: whatever stops it, what is left is carried out later. Which erasures it worked on."""
    done, worked_on = 0, list[int]()
    while True:
        with db.begin() as conn:
            came = carry_out(conn)
        if came is None:
            return worked_on
        done += came.looked_at_now
        worked_on += [came.erasure_id] if came.erasure_id not in worked_on else []
        progress(done / max(done + came.to_do, 1))


def erasures(conn: Connection, by: Person) -> list[Row]:
    """The last twenty, the newest first: who asked and why, who approved, how far it is, the account."""
    _one_of(conn, by)
    return db.rows(conn, "retention.erasures")


def kept(conn: Connection, number: int) -> dict[str, int]:
    """Why cases of an erasure were kept after all, and how many for each reason."""
    return {row.kept_because: row.cases for row in db.rows(conn, "retention.kept", id=number)}


def in_words(account: dict[str, Any], kept: Mapping[str, int]) -> str:
    """3 cases erased: 14 events, 1 letter …; 1 case kept because it is on legal hold."""
    names = ("events", "letters", "messages", "files", "drafts", "rejected_rows")
    parts = ", ".join(f"{account[name]:,} {name.replace('_', ' ')}" for name in names if account.get(name))
    stayed = "".join(f"; {number_of_cases(number)} kept because {why}" for why, number in kept.items())
    return f"{number_of_cases(account['cases'])} erased{f': {parts}' if parts else ''}{stayed}."


def number_of_cases(number: int) -> str:
    """1 case, 2 cases."""
    return f"{number:,} case{'' if number == 1 else 's'}"


# Holds


def on_hold(conn: Connection, by: Person) -> list[Row]:
    """Cases on legal hold that they may see, with who held them and why."""
    return db.rows(conn, "retention.on_hold", viewer=_one_of(conn, by).id, most=SHOWN)


def hold(conn: Connection, request_no: str, action: str, *, by: Person, why: str) -> None:
    """Sets or lifts a legal hold, or records that Ombudsman Toronto has done with it: with its reason, in the history of the case."""
    by = _one_of(conn, by)
    case = cases.find(conn, request_no, by)
    if (
        action not in HOLDS
        or db.value(conn, "retention.hold", id=case.id, action=action, by=by.id, why=reason(why)) is None
    ):
        raise NotNow(what=HOLDS.get(action, action))


def _one_of(conn: Connection, by: Person) -> Person:
    by = as_of_now(conn, by)
    if by.role not in RESPONSIBLE:
        raise NotForYouToErase
    return by


def reason(why: str) -> str:
    """Why, as it is kept; refuses none."""
    why = why.replace("\x00", "").strip()[:2000]
    if not why:
        raise NeedsAReason
    return why
