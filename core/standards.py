"""How many business days for what, from when. A case keeps the standard it was received under."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from core import db
from core.business_days import today
from core.closures import NeedsReason, OnlyAdministrators
from core.errors import BadInput
from core.kinds import Role
from core.people import Person, as_of_now

#: The longest promise that makes sense to count in business days: about a year.
LONGEST = 250


class InThePast(BadInput):
    """A standard can begin today or later: cases keep the one they were received under."""


class NotAStandard(BadInput):
    """There is no standard for {kind} {step}."""


class BeganToday(BadInput):
    """Another standard for this began today and is in force; let the new one begin tomorrow."""


class WrongNumber(BadInput):
    """A standard is between 1 and {longest} business days."""


def everything(conn: Connection) -> list[Row[Any]]:
    """All standards, published ones first; `in_force` marks what holds today."""
    return db.rows(conn, "calendar.standards")


def set_standard(
    conn: Connection, kind: str, step: str, business_days: int, effective_on: date, *, by: Person, why: str
) -> None:
    """From this day on (today or later) so many business days are promised; who and why are kept with it.

    One that is not yet in force may be set again. Refuses everybody but an administrator.
    """
    if as_of_now(conn, by).role != Role.ADMINISTRATOR:
        raise OnlyAdministrators
    if not why.strip():
        raise NeedsReason
    if not 1 <= business_days <= LONGEST:
        raise WrongNumber(longest=LONGEST)
    if effective_on < today(conn):
        raise InThePast
    if not any((row.kind, row.step) == (kind, step) for row in everything(conn)):
        raise NotAStandard(kind=kind, step=step)
    done = db.row(conn, "calendar.set_standard", kind=kind, step=step, business_days=business_days,
                  effective_on=effective_on, by=by.id, why=why)  # fmt: skip
    if done is None:
        raise BeganToday
