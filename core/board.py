"""The queue: every case a person may see, in one order by the share of its promised time that each has used.

Filters are the keys of the queue's address (see sql/views/20_case_matches.sql); a list, its count, the neighbours of a
case and a bulk action all ask the same filter.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Row

from core import contacts, db
from core.errors import BadInput, Refused
from core.people import Person

Filters = Mapping[str, str]
#: A count beyond this is shown as "1,000+": an unbounded count is the dearest part of a queue.
COUNTED = 1000
PAGE = 50
#: The order of open work: time left as a share of the promise, due date, id. Closed cases: receipt, id.
START = "-1000000~0001-01-01~0"


class NoSuchPage(BadInput):
    """This link does not name a page of the queue; here is the first one."""


@dataclass(frozen=True)
class Page:
    """Some rows of the queue in order; `after` is where the next page starts, or None at the end."""

    rows: list[Row]
    after: str | None


def page(conn: Connection, filters: Filters, by: Person, *, after: str | None = None, size: int = PAGE) -> Page:
    """The next `size` cases after that place in the filtered list: open ones worst first, all others newest first."""
    name = "board.open_page" if filters.get("status", "open") == "open" else "board.received_page"
    rows = db.rows(conn, name, **_asked(filters, by), **_place(after), size=size + 1)
    more = len(rows) > size
    return Page(rows[:size], place(rows[size - 1]) if more else None)


def count(conn: Connection, filters: Filters, by: Person) -> int:
    """How many cases match, up to 1,001: beyond 1,000 it is shown as "1,000+"."""
    return db.value(conn, "board.count", **_asked(filters, by), most=COUNTED + 1)


def counts(conn: Connection, by: Person) -> Row:
    """What waits: mine, my team's, nobody's, overdue, due soon; each up to 1,001."""
    row = db.row(conn, "board.counts", viewer=by.id, most=COUNTED + 1)
    assert row is not None
    return row


def neighbours(conn: Connection, filters: Filters, by: Person, case_id: int) -> tuple[int | None, int | None]:
    """The cases before and after this one in the filtered list; None at either end, or when it is not in the list."""
    kind = "open" if filters.get("status", "open") == "open" else "received"
    here = db.row(conn, f"board.{kind}_place", id=case_id)
    if here is None:
        return None, None
    asked = _asked(filters, by) | _place(place(here)) | {"size": 1}
    before, following = (db.row(conn, f"board.{kind}_{step}", **asked) for step in ("before", "page"))
    return before and before.id, following and following.id


def take_next(conn: Connection, by: Person) -> int | None:
    """The worst complaint that nobody has and that this person may take; None when there is none."""
    return db.value(conn, "board.take_next", viewer=by.id)


def ids(conn: Connection, filters: Filters, by: Person, most: int) -> list[int]:
    """The ids of the filtered list in its order, at most so many: what "select all" means."""
    return [row.id for row in page(conn, filters, by, size=most).rows]


def place(row: Row) -> str:
    """Where a row stands in the order, as the address carries it."""
    return f"{row.time_left!r}~{row.order_on.isoformat()}~{row.id}"


def _place(after: str | None) -> dict[str, object]:
    try:
        left, day, case_id = (after or START).split("~")
        if math.isnan(float(left)) or not 0 <= int(case_id) < 2**63:
            raise NoSuchPage
        return {"after_left": float(left), "after_day": date.fromisoformat(day), "after_id": int(case_id)}
    except ValueError as error:
        raise NoSuchPage from error


def _asked(filters: Filters, by: Person) -> dict[str, object]:
    wanted = {"status": "open"} | {key: value for key, value in filters.items() if value}
    if words := wanted.get("words"):
        wanted["phone"] = _phone(words)
    return {"wanted": json.dumps(wanted), "viewer": by.id}


def _phone(words: str) -> str:
    """The words as a phone number, when they are one."""
    try:
        return contacts.as_phone(words)
    except Refused:
        return ""
