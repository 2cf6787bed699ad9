"""What complaints teach: causes, findings, steps taken, and corrective actions with an owner, a date and, later, whether they worked."""

from datetime import date

from sqlalchemy import Connection, Row

from core import business_days, cases, db, people
from core.errors import BadInput, NotAllowed, NotFound
from core.kinds import SENIOR_MANAGEMENT, Role
from core.people import Person, as_of_now, refuse_unless_staff
from core.periods import Period

MOST = 200
WORKED = ("yes", "partly", "no")


class SayWhat(BadInput):
    """Say what is to be done, and about which cause or case."""


class WrongDay(BadInput):
    """Choose a day that is still to come."""


class NoSuchAction(NotFound):
    """There is no such action."""


class NotTheOwner(NotAllowed):
    """The owner of an action says that it is done, or whoever is above them."""


class NotDoneYet(NotAllowed):
    """First it has to be done; then somebody can judge whether it worked."""


class SayWhy(BadInput):
    """Say yes, partly or no, and what shows it."""


class NotForAction(NotAllowed):
    """Corrective actions are noted and judged by supervisors and senior management."""


def findings(conn: Connection, period: Period) -> list[Row]:
    """Complaints closed in the period by finding: n, with_steps, without_steps."""
    return db.rows(conn, "learning.findings", first=period.first, last=period.last)


def causes(conn: Connection, period: Period, by: Person) -> list[Row]:
    """Root causes that this person may read: cause, n, before, actions, came_back (named again after an action was done)."""
    refuse_unless_staff(by)
    return db.rows(conn, "learning.causes", first=period.first, last=period.last, viewer=by.id, most=MOST)


def no_complaints(conn: Connection, period: Period) -> list[Row]:
    """What came as a complaint and was none, by what it was."""
    return db.rows(conn, "learning.no_complaints", first=period.first, last=period.last)


def actions(conn: Connection, by: Person) -> list[Row]:
    """Corrective actions, what is still to be done first."""
    refuse_unless_staff(by)
    return db.rows(conn, "learning.actions", viewer=by.id, most=MOST)


def add(
    conn: Connection, what: str, *, owner_id: int, due_on: date, by: Person, cause: str | None = None, request_no: str | None = None
) -> int:  # fmt: skip
    """An action about a cause or a case; its id. Refuses a day that has passed, and a case that is not theirs to see."""
    _refuse_unless_for_action(as_of_now(conn, by))
    what, cause = what.replace("\x00", "").strip(), (cause or "").replace("\x00", "").strip(" .\n\t").lower() or None
    case_id = cases.find(conn, request_no, by).id if request_no else None
    if not what or not (cause or case_id):
        raise SayWhat
    if due_on < business_days.today(conn):
        raise WrongDay
    owner = people.get(conn, owner_id)
    return int(
        db.value(
            conn,
            "learning.add_action",
            what=what[:2000],
            cause=cause,
            case_id=case_id,
            owner_id=owner.id,
            due_on=due_on,
            by=by.id,
        )
    )


def done(conn: Connection, action_id: int, *, by: Person) -> None:
    """It was done today: says its owner, or somebody above them."""
    action = _action(conn, action_id)
    by = as_of_now(conn, by)
    if by.id not in {action.owner_id, *people.get(conn, action.owner_id).above}:
        raise NotTheOwner
    db.run(conn, "learning.done", id=action_id)


def judge(conn: Connection, action_id: int, worked: str, because: str, *, by: Person) -> None:
    """Whether it worked, and what shows it: only once it was done."""
    _refuse_unless_for_action(as_of_now(conn, by))
    if _action(conn, action_id).done_on is None:
        raise NotDoneYet
    if worked not in WORKED or not because.strip():
        raise SayWhy
    db.run(
        conn,
        "learning.judge",
        id=action_id,
        worked=worked,
        because=because.replace("\x00", "").strip()[:2000],
        by=by.id,
    )


def _action(conn: Connection, action_id: int) -> Row:
    found = db.row(conn, "learning.action", id=action_id)
    if found is None:
        raise NoSuchAction
    return found


def may_note(by: Person) -> bool:
    """Who notes and judges corrective actions."""
    return by.active and by.role in SENIOR_MANAGEMENT | {Role.SUPERVISOR}


def _refuse_unless_for_action(by: Person) -> None:
    if not may_note(by):
        raise NotForAction
