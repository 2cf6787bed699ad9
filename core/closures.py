"""Changing the days on which the City is closed: seen before it is applied, by an administrator, with a reason.

"The promise is stored": a closure that is added or removed changes nothing until it is applied. Then every open case
that it moves gets its new due date and a row in its history, and keeps its first promise.

Answered cases never move: whether an answer was late or on time is settled by the due date it had. What does follow
the calendar is how many business days an answer took, which is counted when it is asked for. A change of days already
past therefore lets some of those counts read differently. That is never silent: the preview says how many
(`Preview.restated`), and the record of the change keeps the number.
"""

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from core import db
from core.business_days import add_closures, as_json, long_date, runs_out
from core.city_closures import Closure, city_closures, is_weekday
from core.errors import BadInput, NotAllowed
from core.kinds import Role
from core.people import SYSTEM, Person, as_of_now


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
    """An open case whose due date moves. `flips` says whether that makes it late or on time, or nothing; `may_see`: it is theirs to see."""

    id: int
    request_no: str
    kind: str
    due_before: date
    due_after: date
    flips: str | None
    may_see: bool


@dataclass(frozen=True)
class Preview:
    """What a change would do: the open cases it moves, and how many answered cases would read other days taken."""

    moves: list[Move]
    restated: int

    @property
    def in_words(self) -> str:
        """How many open cases move and flip, and how many answered ones read differently."""
        flips = Counter(move.flips for move in self.moves if move.flips)
        of_these = ", ".join(f"{number:,} {flip}" for flip, number in sorted(flips.items()))
        said = f"Open cases that move: {len(self.moves):,}{f' ({of_these})' if flips else ''}."
        if self.restated:
            said += f" Answered cases whose days taken read differently: {self.restated:,}; late or on time stays."
        return said


def why_not(by: Person) -> str | None:
    """Why this person may not change the calendar, for the button; None when they may."""
    return None if by.role == Role.ADMINISTRATOR else str(OnlyAdministrators())


def between(conn: Connection, first_day: date, last_day: date) -> list[Row[Any]]:
    """The closures of these days: day, weekday, name, source, confirmed."""
    return db.rows(conn, "calendar.closures", first_day=first_day, last_day=last_day)


def of_year(conn: Connection, year: int) -> list[Row[Any]]:
    """The closures of one year."""
    return between(conn, date(year, 1, 1), date(year, 12, 31))


def changes(conn: Connection) -> list[Row[Any]]:
    """Every applied change, the latest first: at, by_name, why, added, removed, loaded_to, moved, restated."""
    return db.rows(conn, "calendar.changes")


def preview(
    conn: Connection, add: Collection[Closure] = (), remove: Collection[date] = (), by: Person = SYSTEM
) -> Preview:
    """What adding and removing these closures would do. Changes nothing, and may run where nothing can be written.

    It counts every case that would move, and marks those that `by` may see (R64). Adding a day that is a closure renames or confirms
    it. Refuses a weekend, a day outside the loaded years, a day to remove that is no closure, and a change that would push an open
    case past the loaded years.
    """
    _check(conn, add, remove)
    asked: dict[str, Any] = {"added": as_json(add), "removed": list(remove)}
    moves = [Move(**row._mapping) for row in db.rows(conn, "calendar.moves", viewer=by.id, **asked)]
    return Preview(moves, db.value(conn, "calendar.restated", **asked))


def apply(
    conn: Connection, add: Collection[Closure] = (), remove: Collection[date] = (), *, by: Person, why: str
) -> Preview:
    """Makes the change and returns what it did, which is what `preview` says at that moment.

    Each moved case gets its due date, a version and a row in its history; the change is kept with who and why. Only
    an administrator may. Doing it twice is refused: there is nothing left to change.
    """
    _check_who_and_why(conn, by, why)
    db.run(conn, "calendar.hold_receipts")
    done = preview(conn, add, remove)
    first_day, last_day = _loaded(conn)
    gone = [{"day": row.day, "name": row.name} for row in between(conn, first_day, last_day) if row.day in remove]
    db.run(conn, "calendar.remove_closures", days=list(remove))
    add_closures(conn, add)
    db.run(conn, "calendar.load", first_day=first_day, last_day=last_day)
    _move(conn, done.moves, by, why)
    db.run(conn, "calendar.move_targets")
    _log(conn, by, why, add, gone, moved=len(done.moves), restated=done.restated)
    return done


def extend(conn: Connection, last_year: int, *, by: Person, why: str) -> list[Closure]:
    """Loads the years up to this one with the City's closures and returns these. Moves nothing. Only an administrator."""
    _check_who_and_why(conn, by, why)
    db.run(conn, "calendar.hold_receipts")
    first_day, last_day = _loaded(conn)
    if not last_day.year < last_year <= last_day.year + 10:
        raise WrongYears(last_year=last_day.year)
    added = city_closures(last_day.year + 1, last_year)
    add_closures(conn, added)
    db.run(conn, "calendar.load", first_day=first_day, last_day=date(last_year, 12, 31))
    _log(conn, by, why, added, [], moved=0, restated=0)
    return added


def _check_who_and_why(conn: Connection, by: Person, why: str) -> None:
    if as_of_now(conn, by).role != Role.ADMINISTRATOR:
        raise OnlyAdministrators
    if not why.strip():
        raise NeedsReason


def _check(conn: Connection, add: Collection[Closure], remove: Collection[date]) -> None:
    first_day, last_day = _loaded(conn)
    known = {row.day: row for row in between(conn, first_day, last_day)}
    added = {closure.day: closure for closure in add}
    for day in [*added, *remove]:
        if not first_day <= day <= last_day:
            raise _not_a_closure(day, f"is outside the loaded years, {first_day.year} to {last_day.year}")
        if day in added and day in remove:
            raise _not_a_closure(day, "is both added and removed; choose one")
        if day in remove and day not in known:
            raise _not_a_closure(day, "is not a closure, so it cannot be removed")
    for day, closure in added.items():
        if not is_weekday(day):
            raise _not_a_closure(day, "is no working day in any case")
        if not closure.name.strip():
            raise _not_a_closure(day, "needs a name for the closure")
    if not remove and all(day in known and _same(known[day], closure) for day, closure in added.items()):
        raise NothingToChange


def _not_a_closure(day: date, why: str) -> NotAClosure:
    return NotAClosure(day=long_date(day), why=why)


def _same(row: Row[Any], closure: Closure) -> bool:
    return (row.name, row.source, row.confirmed) == (closure.name, closure.source, closure.confirmed)


def _loaded(conn: Connection) -> tuple[date, date]:
    loaded = runs_out(conn)
    if loaded.first_day is None or loaded.last_day is None:
        raise BadInput(loaded.in_words)
    return loaded.first_day, loaded.last_day


def _move(conn: Connection, moves: list[Move], by: Person, why: str) -> None:
    ids, due = [move.id for move in moves], [move.due_after for move in moves]
    db.run(conn, "calendar.move_due_dates", ids=ids, due=due, by=by.id, why=why)


def _log(
    conn: Connection, by: Person, why: str, add: Collection[Closure], gone: list[dict[str, Any]], **came_to: int
) -> None:
    removed = json.dumps(gone, default=date.isoformat)
    db.run(conn, "calendar.log_change", by=by.id, why=why, added=as_json(add), removed=removed, **came_to)
