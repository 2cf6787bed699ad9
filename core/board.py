"""The queue: every case a person may see, in one order by the share of its promised time that each has used.

Filters are the keys of the queue's address; each is a condition of sql/queries/filters.sql, and a list, its count, the
neighbours of a case and a bulk action all ask the same.
"""

import math
import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Connection, Row

from core import business_days, contacts, db
from core.errors import BadInput, Refused
from core.kinds import CATEGORIES, CHANNELS, DECISIONS, FINDINGS, GROUNDS, Kind, State
from core.people import Person, as_of_now, refuse_unless_staff

Filters = Mapping[str, str]
#: What each key of the address may say: a named condition, or any value for the condition of the key's own name.
NAMED: dict[str, dict[str, str | None]] = {
    "show": {"open": "open", "closed": "closed", "all": None},
    "who": {"mine": "mine", "team": "team", "unassigned": "unassigned"},
    "when": {"overdue": "overdue", "due soon": "due_soon"},
    "backlog": {"without": "backlog_without", "only": "backlog_only"},
    # what a figure opens: section H
    "promise": {"ten": "promise_ten", "two": "promise_two"},
    "outcome": {
        name: f"outcome_{name.replace(' ', '_')}"
        for name in (
            "on time",
            "late",
            "overdue",
            "missed",
            "counted",
            "answered",
            "not due",
            "unanswered",
            "last day",
            "informed",
            "promised",
            "none runs",
        )
    },
    "decided": {"yes": "decided", "overturned": "overturned"},
    "steps": {"taken": "steps_taken", "none": "steps_none"},
}
VALUED = ("owner", "kind", "state", "category", "channel", "source", "received_from", "received_to", "words",
          "due_from", "due_to", "answered_from", "answered_to", "closed_from", "closed_to", "team", "supervisor", "ground",
          "decision", "taken", "late_by", "finding", "cause", "what_it_is")  # fmt: skip
#: What some may say instead of a value: the condition for what has none; and what is called otherwise as a condition.
NONE = {"team": "team_none", "supervisor": "supervisor_none", "category": "category_none"}
RENAMED = {"team": "team_is"}
#: What only a figure asks for.
FIGURES = ("promise", "outcome", "due_from", "due_to", "answered_from", "answered_to", "closed_from", "closed_to", "team",
           "supervisor", "ground", "decision", "decided", "taken", "late_by", "finding", "steps", "cause", "what_it_is")  # fmt: skip
#: The filters of a list that may say how many more its figure counted.
TELLS = {"show", "promise", "outcome", "due_from", "due_to", "answered_from", "answered_to", "received_from", "received_to", "team",
         "supervisor", "kind", "category", "channel", "ground", "decision", "decided", "as", "taken", "late_by"}  # fmt: skip
#: Numbers of business days: one, a range, or from one on.
RANGES = {"taken": "taken", "late_by": "late"}
#: What some of them may say; the others take any value of their type.
CHOICES = {"kind": tuple(Kind), "state": tuple(State), "category": CATEGORIES, "channel": CHANNELS, "ground": tuple(GROUNDS),
           "decision": DECISIONS, "finding": FINDINGS}  # fmt: skip
#: A count beyond this is shown as "1,000+": an unbounded count is the dearest part of a queue.
COUNTED = 1000
#: Words that more cases have are found by reading the list: a page of it is full soon.
WORDED = 20_000
#: A list that a figure opened is counted further, so that it says the number that was clicked.
COUNTED_BEHIND_A_FIGURE = 1_000_000
PAGE = 50
LONGEST_SEARCH = 500
#: More shares of a promise than anything can be early or late.
FURTHEST = 1_000_000
#: The order of open work: time left as a share of the promise, due date, id. Closed cases: receipt, id.
START = f"{-FURTHEST}~0001-01-01~0"


class NoSuchPage(BadInput):
    """This link does not name a page of the queue; here is the first one."""


class NeedsName(BadInput):
    """Give the view a name first."""


class NoSuchFilter(BadInput):
    """The queue has no filter {key} with the value {value}; check the link, or start from the whole queue."""


@dataclass(frozen=True)
class Page:
    """Some rows of the queue in order; `after` is where the next page starts, or None at the end."""

    rows: list[Row]
    after: str | None


def page(conn: Connection, filters: Filters, by: Person, *, after: str | None = None, size: int = PAGE) -> Page:
    """The next `size` cases after that place in the filtered list: open ones worst first, all others newest first.

    Refuses when the calendar does not reach today: an empty list would say that nothing waits.
    """
    asked = _asked(conn, filters, by) | _place(after)
    rows = db.rows(conn, f"board.{_order(filters)}_page", **asked, size=size + 1)
    if not rows:
        business_days.refuse_uncounted_today(conn)
    more = len(rows) > size
    return Page(rows[:size], place(rows[size - 1]) if more else None)


def count(conn: Connection, filters: Filters, by: Person) -> int:
    """How many cases match, up to one more than `most`: beyond it is shown as "1,000+"."""
    return db.value(conn, "board.count", **_asked(conn, filters, by), most=most(filters) + 1)


def most(filters: Filters) -> int:
    """Up to how many are counted: what a figure opened, to the last one."""
    return COUNTED_BEHIND_A_FIGURE if any(filters.get(key) for key in FIGURES) else COUNTED


def kept_from(conn: Connection, filters: Filters, by: Person) -> int:
    """How many of what a figure counted are about a person and not for them to see (R64): the list is shorter by these.

    Told for whole months of what the promises count only. With words of one's own, for single days, by finding or among compliments,
    asking again and again would tell what is in them.
    """
    asked = {key for key, value in filters.items() if (value or "").strip()}
    if not asked & set(FIGURES) or asked - TELLS or filters.get("kind") == "compliment":
        return 0
    values = _asked(conn, filters, by)  # refuses what is no date
    return db.value(conn, "board.kept_from", **values) if _of_months(conn, filters) else 0


def _of_months(conn: Connection, filters: Filters) -> bool:
    """Whether every range of dates begins with a month, and ends with one or today."""
    today = business_days.today(conn)
    begins = [date.fromisoformat(value) for key, value in filters.items() if key.endswith("_from") and value]
    ends = [date.fromisoformat(value) for key, value in filters.items() if key.endswith("_to") and value]
    return (
        len(begins) == len(ends) > 0
        and all(day.day == 1 for day in begins)
        and all(day.day == monthrange(day.year, day.month)[1] or today - timedelta(1) <= day <= today for day in ends)
    )


def counts(conn: Connection, by: Person) -> Row:
    """What waits: mine, mine overdue, my team's, nobody's, overdue, due soon, imported overdue; each up to 1,001."""
    row = db.row(conn, "board.counts", viewer=by.id, most=COUNTED + 1)
    assert row is not None
    return row


def neighbours(conn: Connection, filters: Filters, by: Person, case_id: int) -> tuple[Row | None, Row | None]:
    """The cases (id, request_no, kind) before and after this one in the filtered list; None at either end.

    A case that has just been taken or answered has the neighbours that it had: next still leads on.
    """
    order = _order(filters)
    here = db.row(conn, f"board.{order}_place", id=case_id)
    if here is None:
        return None, None
    asked = _asked(conn, filters, by) | _place(place(here)) | {"size": 1}
    before, following = (db.row(conn, f"board.{order}_{step}", **asked) for step in ("before", "page"))
    return before, following


def ids(conn: Connection, filters: Filters, by: Person, most: int) -> list[int]:
    """The ids of the filtered list in its order, at most so many: what "select all" means."""
    return [row.id for row in page(conn, filters, by, size=most).rows]


def place(row: Row) -> str:
    """Where a row stands in the order, as the address carries it."""
    return f"{row.time_left!r}~{row.order_on.isoformat()}~{row.id}"


def _place(after: str | None) -> dict[str, Any]:
    try:
        words = (after or START).split("~")
        left, day, case_id = float(words[0]), date.fromisoformat(words[1]), int(words[2])
    except (ValueError, IndexError) as error:
        raise NoSuchPage from error
    if not (abs(left) <= FURTHEST or left == math.inf) or not 0 <= case_id < 2**63:  # NaN is neither
        raise NoSuchPage
    return {"after_left": left, "after_day": day, "after_id": case_id}


def _order(filters: Filters) -> str:
    return "open" if _shown(filters) == "open" else "received"


def _shown(filters: Filters) -> str:
    """Open work, unless the address says otherwise; who looks for words or a number wants to find it, open or not."""
    return filters.get("show") or ("all" if (filters.get("words") or "").strip() else "open")


def _asked(conn: Connection, filters: Filters, by: Person) -> dict[str, Any]:
    """The conditions and the values that these filters mean; an unknown filter is refused, never ignored."""
    refuse_unless_staff(by)
    given = {key: value.replace("\x00", "").strip() for key, value in filters.items()}
    wanted = {"show": _shown(filters)} | {key: value for key, value in given.items() if value}
    # what nobody promised is neither overdue nor due soon: with "when", that lane of open work is not read at all
    values: dict[str, Any] = {"viewer": by.id, "promised": "when" in wanted}
    conditions = []
    for key, value in wanted.items():
        if key in NAMED and value in NAMED[key]:
            conditions.append(NAMED[key][value])
        elif key in NONE and value == "none":
            conditions.append(NONE[key])
        elif key in RANGES:
            conditions.append(key)
            values[f"{RANGES[key]}_from"], values[f"{RANGES[key]}_to"] = _range(key, value)
        elif key in VALUED:
            conditions.append(RENAMED.get(key, key))
            values[RENAMED.get(key, key)] = _value(key, value)
        else:
            raise NoSuchFilter(key=key, value=value)
    if "words" in values:
        values["words"] = _looked_for(values["words"])
        values["phone"] = _phone(values["words"])
        conditions[conditions.index("words")] = _narrowed(conn, values)
    return values | {"filters": [f"filters.{name}" for name in conditions if name]}


def _narrowed(conn: Connection, values: dict[str, Any]) -> str:
    """Words that not many cases have are looked up first: by receipt, all history would be read until a page is full."""
    found = db.rows(conn, "board.worded", words=values["words"], phone=values["phone"], most=WORDED + 1)
    values["ids"] = [row.id for row in found]
    return "among" if len(found) <= WORDED else "words"


def _value(key: str, value: str) -> Any:
    if value not in CHOICES.get(key, (value,)):
        raise NoSuchFilter(key=key, value=value)
    try:
        if key in ("owner", "team", "supervisor"):
            return _id(value)
        return date.fromisoformat(value) if key.endswith(("_from", "_to")) else value
    except ValueError as error:
        raise NoSuchFilter(key=key, value=value) from error


def _range(key: str, value: str) -> tuple[int, int]:
    """7 is 7 to 7, 6-10 is 6 to 10, and 21- is 21 and more business days."""
    found = re.fullmatch(r"(\d{1,6})(-(\d{1,6})?)?", value)
    if found is None:
        raise NoSuchFilter(key=key, value=value)
    first, open_end, last = found.groups()
    return int(first), int(last) if last else FURTHEST if open_end else int(first)


def _id(value: str) -> int:
    if int(value).bit_length() > 63:
        raise ValueError(f"{value} is no id")
    return int(value)


def _looked_for(words: str) -> str:
    """PostgreSQL takes any words, but only so many of them, and only some dozens of minus signs that negate nothing."""
    return re.sub(r'-(?![^\W_]|")', " ", words[:LONGEST_SEARCH])


def _phone(words: str) -> str:
    """The words as a phone number, when they are one."""
    try:
        return contacts.as_phone(words)
    except Refused:
        return ""


def views(conn: Connection, by: Person) -> list[Row]:
    """Their saved views, then those others share."""
    return db.rows(conn, "board.views", viewer=by.id)


def save_view(conn: Connection, name: str, query: str, *, shared: bool, by: Person) -> None:
    """Saves these filters under a name; the same name again replaces them.

    Words that were searched for are not kept: they may be a customer's name, and would outlive the case (R65).
    """
    if not (name or "").strip():
        raise NeedsName
    by, query = as_of_now(conn, by), urlencode([(key, value) for key, value in parse_qsl(query) if key != "words"])
    db.run(conn, "board.save_view", by=by.id, name=name.strip()[:60], shared=shared, query=query)


def drop_view(conn: Connection, view_id: int, by: Person) -> None:
    """Drops one of their own views."""
    db.run(conn, "board.drop_view", id=view_id, by=by.id)


def sources(conn: Connection) -> list[str]:
    """Where cases were entered: here, and the sources that files came from."""
    return [row.source for row in db.rows(conn, "board.sources")]
