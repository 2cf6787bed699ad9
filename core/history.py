"""Whether the history is as it was written (R63): every event, its hash, and the hash of the one before it.

The database chains the events as they are added (sql/migrations/0029_history_chain.sql); docs/history.md says the canonical form.
What this finds: an event that was changed, taken away, added between others or moved; words that were changed; a history
that ends before its case does; a case that says otherwise than its history; an issued letter or a file that is not what its
checksum in the history says.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core import db, letters
from core.errors import NotAllowed
from core.kinds import RESPONSIBLE, Role
from core.people import SYSTEM, Person, as_of_now

#: Cases that are read at a time.
AT_A_TIME = 5_000
#: Broken cases that are kept with a check, and shown.
MOST = 1_000
CHECKERS = RESPONSIBLE | {Role.SYSTEM}
Progress = Callable[[float], None]


class NotForYouToCheck(NotAllowed):
    """The history is checked by administrators and senior management."""


@dataclass(frozen=True)
class Broken:
    """The first event of a case that is not as it was written, and what is wrong with it."""

    case_id: int
    request_no: str
    version: int
    problem: str

    @property
    def in_words(self) -> str:
        """09400012, event 3: it was changed."""
        return f"{self.request_no}, event {self.version}: {self.problem}."


@dataclass(frozen=True)
class Check:
    """What a check came to."""

    started_at: datetime
    by_name: str
    cases: int
    events: int
    broken: int
    found: list[Broken]

    @property
    def in_words(self) -> str:
        """509 events of 118 cases: all as they were written."""
        read = f"{self.events:,} events of {self.cases:,} cases"
        if not self.broken:
            return f"{read}: all as they were written."
        return f"{read}: the history of {self.broken:,} {'case is' if self.broken == 1 else 'cases is'} not as it was written."


def check(conn: Connection, *, by: Person = SYSTEM, progress: Progress = lambda _: None) -> Check:
    """Reads the whole history, some cases at a time, and keeps what it found. `progress` is told the share that is done.

    Refuses whoever is neither administrator nor senior management.
    """
    if as_of_now(conn, by).role not in CHECKERS:
        raise NotForYouToCheck
    started_at, broken = db.value(conn, "clock.right_now"), list[Broken]()
    read = {"cases": 0, "events": 0}
    for part in _parts(conn, progress):
        read = {name: number + getattr(part, name) for name, number in read.items()}
        for what in ("history.broken", "history.other_cases", "history.other_documents"):
            broken += [Broken(**row._mapping) for row in db.rows(conn, what, first=part.first, last=part.last)]
    broken = _first_of_each([*broken, *_altered_letters(conn)])
    db.run(conn, "history.keep_check", started_at=started_at, by=by.id, broken=len({one.case_id for one in broken}),
           found=json.dumps([vars(one) for one in broken[:MOST]]), **read)  # fmt: skip
    made = last_check(conn, by)
    assert made is not None, "it was kept just now"
    return made


@dataclass(frozen=True)
class _Part:
    first: int
    last: int
    cases: int
    events: int


def _parts(conn: Connection, progress: Progress) -> Iterator[_Part]:
    """The cases, some at a time: none of a history of millions is held in memory."""
    first, end = 1, db.value(conn, "history.last_case") or 0
    while first <= end:
        row = db.row(conn, "history.next_range", first=first, most=AT_A_TIME)
        assert row is not None and row.last_case is not None, "cases are never deleted"
        yield _Part(first, row.last_case, row.cases, row.events)
        progress(row.last_case / end)
        first = row.last_case + 1


def last_check(conn: Connection, by: Person = SYSTEM) -> Check | None:
    """The last check that went through to its end, naming the broken cases that this person may see."""
    row: Any = db.row(conn, "history.last_check", viewer=by.id)
    return row and Check(**{**row._mapping, "found": [Broken(**one) for one in row.found]})


def _first_of_each(broken: list[Broken]) -> list[Broken]:
    """One for each case, as is promised: its first."""
    first: dict[int, Broken] = {}
    for one in sorted(broken, key=lambda each: each.version):
        first.setdefault(one.case_id, one)
    return sorted(first.values(), key=lambda each: each.case_id)


def _altered_letters(conn: Connection) -> list[Broken]:
    ids = letters.altered(conn)
    rows = db.rows(conn, "history.altered_letters", ids=ids) if ids else []
    return [
        Broken(row.case_id, row.request_no, row.version, "its letter is not the one that was issued") for row in rows
    ]
