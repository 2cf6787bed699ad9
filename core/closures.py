"""Changing the days on which the City is closed: seen before it is applied, by an administrator, with a reason.

"The promise is stored": a closure that is added or removed changes nothing until it is applied. Then every open case
that it moves gets its new due date and a row in its history, and keeps its first promise.

Answered cases never move: whether an answer was late or on time is settled by the due date it had. What does follow
the calendar is how many business days an answer took, which is counted when it is asked for. A change of days already
past therefore lets some of those counts read differently. That is never silent: the preview says how many
(`Preview.restated`), and the record of the change keeps the number.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from core import db
from core.business_days import Closure, add_closures, as_json, city_closures, long_date, runs_out
from core.errors import BadInput, NotAllowed
from core.kinds import Role
from core.people import Person


class OnlyAdministrators(NotAllowed):
    """Only an administrator can change the calendar."""


class NeedsReason(BadInput):
    """Say why: the reason is kept with the change and in the history of each case that moves."""


class NothingToChange(BadInput):
    """The closures are already so; there is nothing to change."""


class NotAClosure(BadInput):
    """{day} {why}."""


class WrongYears(BadInput):
    """The calendar is loaded to {last_year}; give a later year, at most ten years on."""


@dataclass(frozen=True)
class Move:
    """An open case whose due date moves. `flips` says whether that makes it late or on time, or nothing."""

    id: int
    request_no: str
    kind: str
    due_before: date
    due_after: date
    flips: str | None


@dataclass(frozen=True)
class Preview:
    """What a change would do: the open cases it moves, and how many answered cases would read other days taken."""

    moves: list[Move]
    restated: int


def why_not(by: Person) -> str | None:
    """Why this person may not change the calendar, for the button; None when they may."""
    return None if by.role == Role.ADMINISTRATOR else str(OnlyAdministrators())


def between(conn: Connection, first_day: date, last_day: date) -> list[Row[Any]]:
    """The closures of these days: day, weekday, name, source, confirmed."""
    return db.rows(conn, "calendar.closures", first_day=first_day, last_day=last_day)


def changes(conn: Connection) -> list[Row[Any]]:
    """Every applied change, the latest first: at, by_name, why, added, removed, loaded_to, moved, restated."""
    return db.rows(conn, "calendar.changes")


def preview(conn: Connection, add: Collection[Closure] = (), remove: Collection[date] = ()) -> Preview:
    """What adding and removing these closures would do. Changes nothing, and may run where nothing can be written.

    Adding a day that is a closure renames or confirms it. Refuses a weekend, a day outside the loaded years, a day
    to remove that is no closure, and a change that would push an open case past the loaded years.
    """
    _check(conn, add, remove)
    asked = {"added": as_json(add), "removed": list(remove)}
    moves = [Move(**row._mapping) for row in db.rows(conn, "calendar.moves", **asked)]
    return Preview(moves, db.value(conn, "calendar.restated", **asked))


def apply(
    conn: Connection, add: Collection[Closure] = (), remove: Collection[date] = (), *, by: Person, why: str
) -> Preview:
    """Makes the change and returns what it did, which is what `preview` says at that moment.

    Each moved case gets its due date, a version and a row in its history; the change is kept with who and why. Only
    an administrator may. Doing it twice is refused: there is nothing left to change.
    """
    _check_who_and_why(by, why)
    db.run(conn, "calendar.hold_receipts")
    done = preview(conn, add, remove)
    first_day, last_day = _loaded(conn)
    gone = [{"day": row.day, "name": row.name} for row in between(conn, first_day, last_day) if row.day in remove]
    db.run(conn, "calendar.remove_closures", days=list(remove))
    add_closures(conn, add)
    db.run(conn, "calendar.load", first_day=first_day, last_day=last_day)
    _move(conn, done.moves, by, why)
    _log(conn, by, why, add=add, gone=gone, moved=len(done.moves), restated=done.restated)
    return done


def extend(conn: Connection, last_year: int, *, by: Person, why: str) -> list[Closure]:
    """Loads the years up to this one with the City's closures and returns these. Moves nothing. Only an administrator."""
    _check_who_and_why(by, why)
    db.run(conn, "calendar.hold_receipts")
    first_day, last_day = _loaded(conn)
    if not last_day.year < last_year <= last_day.year + 10:
        raise WrongYears(last_year=last_day.year)
    added = city_closures(last_day.year + 1, last_year)
    add_closures(conn, added)
    db.run(conn, "calendar.load", first_day=first_day, last_day=date(last_year, 12, 31))
    _log(conn, by, why, add=added, gone=[], moved=0, restated=0)
    return added


def _check_who_and_why(by: Person, why: str) -> None:
    if by.role != Role.ADMINISTRATOR:
        raise OnlyAdministrators
    if not why.strip():
        raise NeedsReason


def _check(conn: Connection, add: Collection[Closure], remove: Collection[date]) -> None:
    first_day, last_day = _loaded(conn)
    known = {row.day: Closure(row.day, row.name, row.source, row.confirmed) for row in between(conn, first_day, last_day)}
    for day in [*(closure.day for closure in add), *remove]:
        if not first_day <= day <= last_day:
            raise NotAClosure(day=long_date(day), why=f"is outside the loaded years, {first_day.year} to {last_day.year}")
    for closure in add:
        if closure.day.isoweekday() > 5:
            raise NotAClosure(day=long_date(closure.day), why="is no working day in any case")
        if not closure.name.strip():
            raise NotAClosure(day=long_date(closure.day), why="needs a name for the closure")
    for day in remove:
        if day not in known:
            raise NotAClosure(day=long_date(day), why="is not a closure, so it cannot be removed")
        if day in {closure.day for closure in add}:
            raise NotAClosure(day=long_date(day), why="is both added and removed; choose one")
    if not remove and all(known.get(closure.day) == closure for closure in add):
        raise NothingToChange


def _loaded(conn: Connection) -> tuple[date, date]:
    loaded = runs_out(conn)
    if loaded.first_day is None or loaded.last_day is None:
        raise BadInput(loaded.in_words)
    return loaded.first_day, loaded.last_day


def _move(conn: Connection, moves: list[Move], by: Person, why: str) -> None:
    ids, due = [move.id for move in moves], [move.due_after for move in moves]
    db.run(conn, "calendar.move_due_dates", ids=ids, due=due, by=by.id, why=why)


def _log(
    conn: Connection, by: Person, why: str, *, add: Collection[Closure], gone: list[dict[str, Any]], moved: int, restated: int
) -> None:
    removed = json.dumps(gone, default=date.isoformat)
    db.run(
        conn, "calendar.log_change", by=by.id, why=why, added=as_json(add), removed=removed, moved=moved, restated=restated
    )
