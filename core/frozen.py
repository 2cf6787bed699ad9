"""Months frozen "as at": what the figures of a closed month were, and what was restated since, by which event.

The figures themselves never stop following the cases: a reopening, a late import or a moved due date restates a month
that is over. A frozen month keeps each of its promises as it stood, so that both can be told side by side.
"""

from datetime import date

from sqlalchemy import Connection, Row

from core import business_days, db
from core.errors import BadInput, NotAllowed
from core.kinds import SENIOR_MANAGEMENT, Role
from core.people import Person, as_of_now

#: Who answers for a published figure.
FREEZERS = SENIOR_MANAGEMENT | {Role.ADMINISTRATOR}
#: How many restated cases are listed.
MOST = 500


class NotAFreezer(NotAllowed):
    """Months are frozen by managers, directors and administrators."""


class NotOver(BadInput):
    """{month} is not over yet: only a month that has ended can be frozen."""


class FrozenAlready(BadInput):
    """{month} is frozen already; what was restated since is listed with it."""


def may_freeze(by: Person) -> bool:
    """Whether this person answers for a published figure."""
    return by.role in FREEZERS


def freeze(conn: Connection, month: date, *, by: Person) -> int:
    """Keeps a month as it stands now, by its first day; how many promises it holds. Once only, and only a month that is over."""
    if not may_freeze(as_of_now(conn, by)):
        raise NotAFreezer
    month = month.replace(day=1)
    if month >= business_days.today(conn).replace(day=1):
        raise NotOver(month=f"{month:%B %Y}")
    if db.value(conn, "frozen.is_frozen", month=month):
        raise FrozenAlready(month=f"{month:%B %Y}")
    return db.run(conn, "frozen.freeze", month=month, by=by.id)


def months(conn: Connection) -> list[Row]:
    """The frozen months, the latest first: month, frozen_at, by_name, and both promises as they were."""
    return db.rows(conn, "frozen.months")


def restated(conn: Connection, month: date, by: Person) -> list[Row]:
    """What reads differently since, what moves the published figure first: before, after, and the event that tells why.

    Only cases that this person may see (R64); `kept_from` counts the others.
    """
    return db.rows(conn, "frozen.restated", month=month, viewer=by.id, most=MOST)


def kept_from(conn: Connection, month: date, by: Person) -> int:
    """How many restated cases are not for this person to see."""
    return int(db.value(conn, "frozen.kept_from", month=month, viewer=by.id))
