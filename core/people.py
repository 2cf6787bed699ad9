"""Who works here, in which team, under whom; and the City divisions that feedback may belong to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from core import db
from core.errors import NotAllowed, NotFound
from core.kinds import SUPERVISORS, Role


class UnknownPerson(NotFound):
    """Nobody in the staff directory is meant by that; pick a person from the list."""


class FiguresOnly(NotAllowed):
    """You see figures only; the cases behind them are for those who work on them."""


class NoLongerHere(NotAllowed):
    """Your account is closed; ask an administrator if that is a mistake."""


class UnknownDivision(NotFound):
    """That division is not in the directory; pick one from the list."""


@dataclass(frozen=True)
class Person:
    """Somebody who acts. `above` holds the ids of everyone they report to, at any height."""

    id: int | None
    name: str
    role: Role
    title: str = ""
    email: str = ""
    team_id: int | None = None
    team: str | None = None
    active: bool = True
    above: tuple[int, ...] = ()

    @property
    def supervises(self) -> bool:
        """Whether they may have a complaint (L17)."""
        return self.role in SUPERVISORS


#: The program itself, where nobody clicked: an import, a delivered message.
SYSTEM = Person(id=None, name="System", role=Role.SYSTEM)


def refuse_unless_staff(by: Person) -> None:
    """Refuses who no longer works here, and a viewer, who sees figures only."""
    if not by.active:
        raise NoLongerHere
    if by.role is Role.VIEWER:
        raise FiguresOnly


def _person(row) -> Person:  # type: ignore[no-untyped-def]
    return of(row._asdict())


def of(known: Mapping[str, Any] | None) -> Person:
    """The person of a row of the view people; refuses where there is none."""
    if known is None:
        raise UnknownPerson
    return Person(**{**known, "role": Role(known["role"]), "above": tuple(known["above"])})


def get(conn: Connection, staff_id: int) -> Person:
    """This person; refuses an unknown one."""
    row = db.row(conn, "people.get", id=staff_id)
    if row is None:
        raise UnknownPerson
    return _person(row)


def of_email(conn: Connection, email: str) -> Person:
    """The active person with this email; refuses an unknown one."""
    found = next((one for one in everyone(conn) if one.email.casefold() == email.strip().casefold()), None)
    if found is None:
        raise UnknownPerson
    return found


def as_of_now(conn: Connection, by: Person) -> Person:
    """The same person as the directory has them now: a page that has aged may still show a role they had. Refuses who left."""
    now = by if by.id is None else get(conn, by.id)
    if not now.active:
        raise NoLongerHere
    return now


def everyone(conn: Connection) -> list[Person]:
    """All active staff, by role and name."""
    return [_person(row) for row in db.rows(conn, "people.everyone")]


def active(conn: Connection) -> list[Row]:
    """All active staff as a list to choose from shows them: id, name, role and title, by role and name."""
    return db.rows(conn, "people.active")


def supervisors(conn: Connection) -> dict[int, str]:
    """Who may have a complaint: id and name, by name."""
    return {row.id: row.name for row in db.rows(conn, "people.supervisors")}


def names(conn: Connection) -> dict[int, str]:
    """The name of everybody who ever worked here, by id."""
    return {row.id: row.name for row in db.rows(conn, "people.names")}


def who_could_have(conn: Connection, case_id: int, *, again: bool = False) -> list[Person]:
    """Who may be given this case (R10, R11): never its subject, nor who reports to them, nor who declared a conflict.

    The owner's own team first, then whoever has the least open work. `again`: also who has it, or had it last.
    """
    return [_person(row) for row in db.rows(conn, "people.who_could_have", case_id=case_id, again=again)]


def divisions(conn: Connection) -> dict[int, str]:
    """The City divisions directory: id and name, by name."""
    return {row.id: row.name for row in db.rows(conn, "people.divisions")}


def teams(conn: Connection) -> dict[int, str]:
    """The teams of 311 Toronto: id and name, by name."""
    return {row.id: row.name for row in db.rows(conn, "people.teams")}


def directory(conn: Connection) -> list[Row]:
    """Everybody with title, role, team, who they report to and their open cases; those who left come last."""
    return db.rows(conn, "people.directory")


def division_directory(conn: Connection) -> list[Row]:
    """The City divisions with phone and email, by name."""
    return db.rows(conn, "people.division_directory")
