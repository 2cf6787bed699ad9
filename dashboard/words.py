"""Codes to the words staff read. Dates and times are Toronto's."""

import re
from datetime import date
from typing import Any

import phonenumbers

from core.words import STATES, TORONTO, count, day, local, moment, said

__all__ = ["STATES", "TORONTO", "count", "day", "local", "moment", "said"]

#: Where a letter stands, and the colour that goes with the words.
LETTERS = {"draft": "Draft", "asked": "Waits for a second pair of eyes", "approved": "Approved, not issued",
           "issued": "Issued, not recorded as left", "left": "Left", "came back": "Came back"}  # fmt: skip
LETTER_COLOURS = {
    "draft": "gray",
    "asked": "orange",
    "approved": "blue",
    "issued": "orange",
    "left": "green",
    "came back": "red",
}


def person(somebody: Any) -> str:
    """Nadia Haddad, Supervisor."""
    return f"{somebody.name}, {somebody.title or said(somebody.role)}"


def plain(text: object) -> str:
    """Text as it was written, for a place that reads Markdown: nothing in it becomes a link, an image or a style."""
    escaped = re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~$:&])", r"\\\1", str(text).replace("\n", " "))
    # addresses become links even when escaped; an invisible joiner keeps them words
    return escaped.replace("@", "@\u2060").replace("/", "/\u2060").replace("www", "www\u2060")


def month(first: date) -> str:
    """November 2026."""
    return f"{first:%B %Y}"


def days(number: int) -> str:
    """1 business day, 2 business days."""
    return f"{number} business day{'' if number == 1 else 's'}"


def months(number: int) -> str:
    """1 year, 18 months, 2 years."""
    number, unit = (number // 12, "year") if number % 12 == 0 else (number, "month")
    return f"{number} {unit}{'' if number == 1 else 's'}"


def deadline(case: Any) -> str:
    """Where the promise stands, in words: "2 business days late", "due today", "answered in 7 business days"."""
    if not case.is_open:
        return _ended(case)
    if case.due_on is None:
        return "no reply promised"
    if case.runs_out_on is None:
        return f"answered {'late, ' if case.answered_late else ''}in {days(case.days_taken)}"
    what = _what_is_due(case)
    if case.days_left is None:
        return f"{what}due {day(case.runs_out_on)}"
    if case.is_overdue:
        return f"{what}{days(-case.days_left)} late"
    return f"{what}due today" if case.days_left == 0 else f"{what}due in {days(case.days_left)}"


def _what_is_due(case: Any) -> str:
    """Of an escalation, whose promise is its first response: the decision, then that the customer knows it."""
    if case.kind != "escalation" or not (case.decided_at or case.responded_on):
        return ""
    return "decision " if not case.decided_at else "letter " if case.letter_due else "telling the customer "


def in_short(case: Any) -> str:
    """The same for a narrow column headed "Business days": "2 late", "Due today", "3 left", "7, on time"."""
    if not case.is_open:
        return f"{case.days_taken}, {'late' if case.answered_late else 'on time'}" if _answered(case) else "Ended"
    if case.days_left is None:
        return "No promise" if case.due_on is None else "Answered" if case.responded_on else "Not counted"
    if case.is_overdue:
        return f"{-case.days_left} late"
    return "Due today" if case.days_left == 0 else f"{case.days_left} left"


def _answered(case: Any) -> bool:
    """Whether what was promised was answered, in a number of days that can be told."""
    return case.responded_on is not None and case.due_on is not None and case.days_taken is not None


def _ended(case: Any) -> str:
    if _answered(case):
        return f"answered {'late, ' if case.answered_late else ''}in {days(case.days_taken)}"
    return said(case.state).lower()


#: Said before something is put into the outbox from which it cannot leave.
IS_KEPT = "No mail server is set up: it is kept in the outbox and shown there, not sent."


def colour(case: Any) -> str:
    """The badge's colour: the worse, the warmer. The words say the same."""
    if not case.is_open:
        return "orange" if case.answered_late else "gray"
    if case.is_overdue:
        return "red"
    soon = 0 if case.kind == "escalation" and not case.responded_on else 2
    return "orange" if case.days_left is not None and case.days_left <= soon else "blue"


def phone(number: str | None) -> str | None:
    """A phone number as people write it: (416) 555-0107, or with its country."""
    if number is None:
        return None
    known = phonenumbers.parse(number)
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(known, style.NATIONAL if known.country_code == 1 else style.INTERNATIONAL)
