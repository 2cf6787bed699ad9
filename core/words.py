"""Codes and instants in the words that people read, on pages and in documents. Dates and times are Toronto's."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from core.business_days import long_date

TORONTO = ZoneInfo("America/Toronto")
STATES = {
    "received": "Received", "under_review": "Under review", "investigating": "Investigating", "responded": "Responded",
    "redirected": "Redirected", "withdrawn": "Withdrawn", "duplicate": "Duplicate", "not_a_complaint": "Not a complaint",
    "forwarded": "Forwarded", "closed": "Closed", "no_action": "No action", "in_review": "In review", "decided": "Decided",
}  # fmt: skip


def said(code: str | None) -> str:
    """A code as a phrase: `team_lead` is "Team lead"."""
    return STATES.get(code or "") or (code or "").replace("_", " ").capitalize()


def day(on: date | None) -> str:
    """Mon 23 Nov 2026."""
    return f"{on:%a} {on.day} {on:%b} {on.year}" if on else ""


def moment(at: datetime | None) -> str:
    """Mon 23 Nov 2026, 10:42, in Toronto."""
    return f"{day(local(at).date())}, {local(at):%H:%M}" if at else ""


def long_moment(at: datetime) -> str:
    """Monday 23 November 2026, 10:42, in Toronto."""
    return f"{long_date(local(at).date())}, {local(at):%H:%M}"


def value(it: Any, *, long: bool = True) -> str:
    """A value as it is read: an instant or a day, `long` as in a letter or short; yes and no; a list with commas; else its text."""
    if isinstance(it, datetime):
        return long_moment(it) if long else moment(it)
    if isinstance(it, date):
        return long_date(it) if long else day(it)
    if isinstance(it, bool):
        return "yes" if it else "no"
    return ", ".join(map(str, it)) if isinstance(it, list) else str(it)


def count(number: int, most: int = 1000) -> str:
    """A capped count: "1,000+" beyond the cap."""
    return f"{most:,}+" if number > most else f"{number:,}"


def local(at: datetime) -> datetime:
    """The instant on Toronto's clock."""
    return at.astimezone(TORONTO)
