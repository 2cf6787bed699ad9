"""Codes and instants in the words that people read, on pages and in documents. Dates and times are Toronto's."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

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


def local(at: datetime) -> datetime:
    """The instant on Toronto's clock."""
    return at.astimezone(TORONTO)
