"""How long each kind of case is kept after its last use (R65): a setting, and everything that was set before."""

from sqlalchemy import Connection, Row

from core import db
from core.case import Case
from core.errors import NotSoLong
from core.kinds import Kind
from core.people import Person
from core.retention import one_of, reason

#: Months: "default one year after last use" is also the least.
LEAST, LONGEST = 12, 1200
#: Up to how many cases are counted that a shorter time would make due.
COUNTED = 1000


def now(conn: Connection) -> list[Row]:
    """How many months each kind is kept, since when, who set it and why."""
    return db.rows(conn, "retention.rules")


def settings(conn: Connection) -> list[Row]:
    """Every setting, the newest first: which kind, from how many months (none: the first setting) to how many, who, when and why."""
    return db.rows(conn, "retention.settings")


def is_sensible(months: int) -> bool:
    """Whether cases may be kept so many months."""
    return LEAST <= months <= LONGEST


def set_months(conn: Connection, kind: Kind, months: int, *, by: Person, why: str) -> None:
    """From now on this kind is kept so many months after its last use; who set it, when and why stays. Refuses less than a year."""
    if not is_sensible(months):
        raise NotSoLong
    db.run(conn, "retention.set_rule", kind=Kind(kind), months=months, by=one_of(conn, by).id, why=reason(why))


def becomes_due(conn: Connection, kind: Kind, months: int, *, by: Person) -> int:
    """How many cases would be due for erasure at once, were this kind kept so many months; counted up to a thousand and one."""
    viewer = one_of(conn, by).id
    number: int = db.value(
        conn, "retention.becomes_due", kind=Kind(kind), months=months, viewer=viewer, most=COUNTED + 1
    )
    return number


def months_before(conn: Connection, case: Case) -> int:
    """How many months this kind was kept when the case was erased: the setting of that day, the longer one of a complaint and its escalations."""
    months: int = db.value(conn, "retention.months_before", id=case.id)
    return months
