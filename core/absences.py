"""Absence cover: who is away, which of their cases run out meanwhile, and who could have these instead."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Row

from core import business_days, db, people
from core.bulk import MOST
from core.errors import BadInput, NotAllowed, NotFound
from core.kinds import SENIOR_MANAGEMENT, Role
from core.people import Person, as_of_now


class NotYours(NotAllowed):
    """You can mark yourself away, and those who report to you."""


class WrongDays(BadInput):
    """The last day away must be today or later, and not before the first."""


class NotAway(NotFound):
    """That absence is over or was called off."""


@dataclass(frozen=True)
class Handover:
    """A case at risk, and who could have it; None where nobody may."""

    case_id: int
    request_no: str
    title: str
    runs_out_on: date
    to: Person | None


def mark(conn: Connection, staff_id: int, from_on: date, to_on: date, *, by: Person) -> int:
    """Marks somebody away from the first to the last of these days; the id of the absence.

    People mark themselves, whoever is above them does, and so do senior managers and administrators.
    """
    by, away = as_of_now(conn, by), people.get(conn, staff_id)
    if not may_mark(by, away):
        raise NotYours
    if to_on < from_on or to_on < business_days.today(conn):
        raise WrongDays
    return int(db.value(conn, "workload.mark_away", staff_id=staff_id, from_on=from_on, to_on=to_on, by=by.id))


def may_mark(by: Person, away: Person) -> bool:
    """Whether one may mark the other away."""
    return by.active and (
        by.id == away.id or by.id in away.above or by.role in SENIOR_MANAGEMENT | {Role.ADMINISTRATOR}
    )


def call_off(conn: Connection, absence_id: int, *, by: Person) -> None:
    """They are back, or never went."""
    away = next((row for row in current(conn) if row.id == absence_id), None)
    if away is None:
        raise NotAway
    if not may_mark(as_of_now(conn, by), people.get(conn, away.staff_id)):
        raise NotYours
    db.run(conn, "workload.call_off", id=absence_id)


def current(conn: Connection) -> list[Row]:
    """Who is away now or will be: id, staff_id, name, from_on, to_on, open, at_risk."""
    return db.rows(conn, "workload.absences")


def proposals(conn: Connection, absence_id: int, by: Person) -> list[Handover]:
    """Each case that runs out before they are back, and whom it could go to.

    Their own team first, whoever has least; what is proposed here counts already, and nobody who is away is proposed.
    """
    at_risk = db.rows(conn, "workload.at_risk", id=absence_id, viewer=by.id, most=MOST)
    until = max((row.runs_out_on for row in at_risk), default=business_days.today(conn))
    away = {row.staff_id for row in db.rows(conn, "workload.away_on", until=until)}
    has = Counter({row.owner_id: row.n for row in db.rows(conn, "workload.open_of_each")})
    return [_handover(conn, row, away, has) for row in at_risk]


def _handover(conn: Connection, row: Row, away: set[int], has: Counter[int]) -> Handover:
    could = [person for person in people.who_could_have(conn, row.id) if person.id not in away]
    if not could:
        return Handover(row.id, row.request_no, row.title, row.runs_out_on, None)
    rank, team = could[0].role, could[0].team_id  # as the list is ordered: lowest rank, own team
    chosen = min(
        (person for person in could if (person.role, person.team_id) == (rank, team)),
        key=lambda person: has[person.id or 0],
    )
    has[chosen.id or 0] += 1
    return Handover(row.id, row.request_no, row.title, row.runs_out_on, chosen)
