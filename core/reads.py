"""Who read, or took along, what is confidential (R64): the log as those may read it who answer for it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from core import db
from core.board import Page
from core.errors import BadInput, NotAllowed
from core.kinds import RESPONSIBLE, Role
from core.people import Person, as_of_now

PAGE, MOST = 50, 20_000
#: What the address may ask: who read, what they did, of which case, from and to which day.
ASKED = ("who", "what", "case", "from", "to")
WHAT = {"view": "Opened", "export": "Downloaded"}

Asked = Mapping[str, str]


class NotForYouToRead(NotAllowed):
    """The log of reads is for administrators and senior management."""


class NoSuchLog(BadInput):
    """This link asks for something that the log cannot tell; here is all of it."""


def page(conn: Connection, asked: Asked, by: Person, *, after: str | None = None, size: int = PAGE) -> Page:
    """The next `size` reads after that place, newest first; only of cases they may see themselves, and never about them. What was
    taken along of no case in particular is for administrators.
    """
    by = _reading(conn, by)
    rows = db.rows(conn, "reads.page", **_values(asked), before=_number(after), most=size + 1, viewer=by.id,
                   sees_all=by.role is Role.ADMINISTRATOR)  # fmt: skip
    return Page(rows[:size], str(rows[size - 1].id) if len(rows) > size else None)


def readers(conn: Connection, by: Person) -> dict[int, str]:
    """Everybody whose name is in what they may see of the log: id and name, by name."""
    by = _reading(conn, by)
    rows = db.rows(conn, "reads.readers", viewer=by.id, sees_all=by.role is Role.ADMINISTRATOR)
    return {row.id: row.name for row in rows}


def taken_along(conn: Connection, asked: Asked, by: Person) -> list[dict[str, Any]]:
    """Up to 20,000 reads as rows for a spreadsheet. That somebody took the log along is in the log."""
    rows = page(conn, asked, by, size=MOST).rows
    log(conn, by, "export", detail="log of reads")
    return [{"When": row.at.isoformat(timespec="seconds"), "Who": row.by_name, "What": done(row), "Request number": row.request_no, "Why": row.why}
            for row in rows]  # fmt: skip


def log(
    conn: Connection,
    by: Person,
    what: str,
    *,
    case_id: int | None = None,
    detail: str | None = None,
    why: str | None = None,
) -> None:
    """Somebody read or took along something that is confidential, and why if it was asked."""
    db.run(conn, "reads.log", by=by.id, case_id=case_id, what=what, detail=detail, why=why)


def done(row: Row) -> str:
    """What they did: "Opened", "Downloaded: letter", or what an older entry says."""
    return ": ".join(filter(None, (WHAT.get(row.what, row.what), row.detail)))


def _reading(conn: Connection, by: Person) -> Person:
    by = as_of_now(conn, by)
    if by.role not in RESPONSIBLE:
        raise NotForYouToRead
    return by


def _values(asked: Asked) -> dict[str, Any]:
    what = asked.get("what")
    if what not in (None, *WHAT):
        raise NoSuchLog
    number = (asked.get("case") or "").replace("\x00", "").strip() or None
    return {"who": _number(asked.get("who")), "what": what, "request_no": number,
            "first": _day(asked.get("from")), "last": _day(asked.get("to"))}  # fmt: skip


def _number(said: str | None) -> int | None:
    if not said:
        return None
    if not (said.isascii() and said.isdecimal() and len(said) < 19):
        raise NoSuchLog
    return int(said)


def _day(said: str | None) -> date | None:
    try:
        day = date.fromisoformat(said) if said else None
    except ValueError:
        raise NoSuchLog from None
    if day and day.year > 9000:
        raise NoSuchLog
    return day
