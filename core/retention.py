"""Retention (R65): one year after last use contact details and free text are erased, and the statistics stay.

Two people decide: one asks, with the list of what is due that day; another approves exactly that list. The worker, or
`python -m core erase`, then carries it out case by case, and looks at each again: what is held or was used since stays. What
the database itself makes sure of is in sql/migrations/0031_retention.sql.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Connection, Row
from sqlalchemy.exc import DBAPIError

from core import cases, db
from core.errors import BadInput, NotAllowed, Refused, Stale
from core.kinds import RESPONSIBLE, Kind
from core.people import Person, as_of_now

log = logging.getLogger("core.retention")
#: Cases of one erasure, of one round of a worker, and of one transaction.
MOST, IN_A_ROUND, AT_A_TIME = 10_000, 500, 100
SHOWN = 200
#: What stands in the database where something was written, so that it is still known that it was.
ERASED = "Erased"
#: What in a case itself may make that it cannot be erased: its data (22), what refers to it (23), a refusal of ours. Anything else, such
#: as a full disk or a right that is missing, is in the way of every case.
OF_THE_CASE = ("22", "23", "TO311")
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


class ErasureChanged(Stale):
    """That erasure was approved or withdrawn already; look again."""


class NotNow(Stale):
    """{what} is not possible: look at the case again."""


@dataclass(frozen=True)
class Preview:
    """What is due for erasure today. `listed`: up to 200 that this person may see, the longest unused first; `unseen`: whether there are
    others; `rejected`: refused rows of old imports."""

    cases: list[int]
    kinds: dict[str, int]
    listed: list[Row]
    unseen: bool
    held: dict[str, int]
    rejected: int


class Step(NamedTuple):
    """How far an erasure is: how many cases were looked at in this step, and how many are to do."""

    erasure_id: int
    looked_at_now: int
    to_do: int


def preview(conn: Connection, by: Person) -> Preview:
    """What is due today, up to 10,000 cases; and why others of that age are kept."""
    due = db.rows(conn, "retention.due", viewer=one_of(conn, by).id, most=MOST)
    kinds = {str(kind): number for kind in Kind if (number := sum(row.kind == kind for row in due))}
    held = {row.because: row.cases for row in db.rows(conn, "retention.held", viewer=by.id)}
    return Preview(
        [row.id for row in due],
        kinds,
        [row for row in due if row.may_see][:SHOWN],
        not all(row.may_see for row in due),
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
    """The cases of an erasure that this person may see, up to 200, the longest unused first: what they approve. `seen`: how many
    they may see."""
    return db.rows(conn, "retention.asked", id=number, viewer=one_of(conn, by).id, most=SHOWN)


def approve(conn: Connection, number: int, *, by: Person) -> None:
    """Approves exactly the list that was asked for. From here on it is carried out, and nobody takes it back.

    Refuses whoever asked for it.
    """
    if db.value(conn, "retention.approve", id=number, by=one_of(conn, by).id) is None:
        raise ErasureChanged


def withdraw(conn: Connection, number: int, *, by: Person) -> None:
    """It is not done after all. Whoever asked may, and whoever would have approved."""
    if db.value(conn, "retention.withdraw", id=number, by=one_of(conn, by).id) is None:
        raise ErasureChanged


def carry_out(conn: Connection, most: int = AT_A_TIME) -> Step | None:
    """The next cases of the erasure that was approved. None: there is none.

    A case that cannot be erased as it is stays, and keeps back no other. The erasure is taken until the transaction ends, also while a
    step is undone: somebody else who carries it out finds none.
    """
    if (erasure := db.value(conn, "retention.take")) is None:
        return None
    try:
        return _next(conn, most)
    except (DBAPIError, Refused) as error:
        if _code_of_stuck(error) is None:
            raise
    done = 0
    while (step := _next_alone(conn, erasure)) is not None:
        done += step.looked_at_now
        if step.to_do == 0 or done >= most:
            return step._replace(looked_at_now=done)
    return None


def _next_alone(conn: Connection, erasure: int) -> Step | None:
    """The next case; if it cannot be erased, it is left."""
    try:
        return _next(conn, 1)
    except (DBAPIError, Refused) as error:
        problem = _code_of_stuck(error)
        if problem is None:
            raise
    case = db.value(conn, "retention.leave", id=erasure, problem=problem)
    log.warning("erasure %s: case %s could not be erased, error %s", erasure, case, problem)
    step = _next(conn, 0)  # looks whether it was the last one
    return step and step._replace(looked_at_now=1)


def _next(conn: Connection, most: int) -> Step | None:
    """All of these, or none."""
    with conn.begin_nested():
        row = db.row(conn, "retention.carry_out", most=most)
    return Step(row.erasure_id, row.looked_at_now, row.to_do) if row else None


def _code_of_stuck(error: Exception) -> str | None:
    """The SQLSTATE with which one case cannot be erased. None: what is in the way is of no one case, and all is tried later."""
    cause = error.__cause__ if isinstance(error, Refused) else error
    origin = cause.orig if isinstance(cause, DBAPIError) else None
    if not isinstance(origin, psycopg.Error) or "erase_case(" not in (origin.diag.context or ""):
        return None
    return origin.sqlstate if (origin.sqlstate or "").startswith(OF_THE_CASE) else None


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


def erasures(conn: Connection, by: Person | None) -> list[Row]:
    """The last twenty, the newest first: who asked and why, who approved, how far it is, the account. Cases about this person are in no
    number, so that none tells them of a complaint about themselves; for whoever has the database (None) all are."""
    return db.rows(conn, "retention.erasures", viewer=one_of(conn, by).id if by else None)


def kept(conn: Connection, number: int, by: Person | None) -> dict[str, int]:
    """Why cases of an erasure were kept after all, and how many for each reason: of those that `left` names to this person."""
    viewer = one_of(conn, by).id if by else None
    return {row.kept_because: row.cases for row in db.rows(conn, "retention.kept", id=number, viewer=viewer)}


def left(conn: Connection, erasures: Sequence[int], by: Person | None) -> list[Row]:
    """Which cases these erasures left, and why, up to 200: those that this person may see, or all for whoever has the database."""
    return db.rows(
        conn, "retention.left", erasures=list(erasures), viewer=one_of(conn, by).id if by else None, most=SHOWN
    )


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
    return db.rows(conn, "retention.on_hold", viewer=one_of(conn, by).id, most=SHOWN)


def hold(conn: Connection, request_no: str, action: str, *, by: Person, why: str) -> None:
    """Sets or lifts a legal hold, or records that Ombudsman Toronto has done with it: with its reason, in the history of the case."""
    by = one_of(conn, by)
    case = cases.find(conn, request_no, by)
    if (
        action not in HOLDS
        or db.value(conn, "retention.hold", id=case.id, action=action, by=by.id, why=reason(why)) is None
    ):
        raise NotNow(what=HOLDS.get(action, action))


def one_of(conn: Connection, by: Person) -> Person:
    """Them as the directory has them now; refuses whoever does not look after retention."""
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
