"""Recognition: who was praised, who never was, a shortlist, a decision, and how it was celebrated (RULES F).

Nothing here reads a complaint: praise is counted from compliments alone, whatever else the same customer or message said, so
that no figure of complaints stands here and nobody can infer one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from math import exp, fsum, lgamma, log, sqrt
from typing import Any

from sqlalchemy import Connection, Row

from core import db, people
from core.errors import BadInput, NotAllowed, NotFound
from core.kinds import SENIOR_MANAGEMENT, SUPERVISORS
from core.people import Person, as_of_now
from core.typeset import Sheet, typeset

#: At least 19 in 20 ranges hold the true rate.
MISSED = 0.05


class NotOnThePanel(NotAllowed):
    """Recognition is for supervisors, managers and directors."""


class OnlySeniorManagementDecides(NotAllowed):
    """Only a manager or a director decides on recognition."""


class AboutYourself(NotAllowed):
    """Others decide about your own recognition."""


class NoSuchRecognition(NotFound):
    """That is not on the shortlist any more."""


class SayWhy(BadInput):
    """Say why: it is kept with the decision."""


class WhomDoYouMean(BadInput):
    """Choose one person, or one team."""


class NotBeforeItsDecision(NotAllowed):
    """{what} comes {after}; it is {state} now."""


class InTheFuture(BadInput):
    """That day is still to come."""


@dataclass(frozen=True)
class Rate:
    """Compliments for 1,000 contacts, and the range in which the true rate lies, at least 19 times in 20."""

    rate: float
    low: float
    high: float


def per_thousand(compliments: int, contacts: int) -> Rate | None:
    """The rate with its uncertainty: Garwood's exact interval of a Poisson count, which holds for none and few. None without contacts.

    A person with 2 compliments of 300 contacts is not surely better than one with 5 of 1,200: the ranges say so.
    """
    if contacts <= 0:
        return None
    return Rate(*(1000 * count / contacts for count in (compliments, *_range(compliments))))


@lru_cache(maxsize=4096)
def _range(count: int) -> tuple[float, float]:
    """The means between which a Poisson count is not surprising: each end leaves a chance of 1 in 40."""
    furthest = count + 10 * sqrt(count + 1) + 10
    low = 0.0 if count == 0 else _mean_where(lambda mean: 1 - _up_to(count - 1, mean) < MISSED / 2, furthest)
    return low, _mean_where(lambda mean: _up_to(count, mean) > MISSED / 2, furthest)


def _mean_where(goes_on: Callable[[float], bool], furthest: float) -> float:
    """The mean up to which this holds, by halving."""
    low, high = 0.0, furthest
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if goes_on(middle) else (low, middle)
    return high


def _up_to(count: int, mean: float) -> float:
    """The chance of so many or fewer."""
    return fsum(exp(one * log(mean) - mean - lgamma(one + 1)) for one in range(count + 1)) if mean > 0 else 1.0


# What was said, counted


@dataclass(frozen=True)
class Praised:
    """A person and the compliments that praise them, received in some months. `contacts` None where no count is loaded."""

    id: int
    name: str
    title: str
    team: str
    compliments: int
    contacts: int | None
    rate: Rate | None


def months(conn: Connection) -> list[date]:
    """The first days of the last 24 months, this one first."""
    return [row.month for row in db.rows(conn, "recognition.months")]


def people_praised(conn: Connection, first: date, last: date, by: Person) -> list[Praised]:
    """Who was praised from one month to another. Where contacts are counted: by the low end of the range, so that one
    compliment of few contacts is not on top; the others by number."""
    _panel(conn, by)
    found = [
        Praised(row.id, row.name, row.title, row.team or "", row.compliments, row.contacts,
                per_thousand(row.compliments, row.contacts) if row.contacts else None)
        for row in db.rows(conn, "recognition.by_person", first=first, last=last)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-(one.rate.low if one.rate else -1), -one.compliments, one.name))


def by_team(conn: Connection, first: date, last: date) -> list[Row]:
    """Compliments that praise a team or somebody on it, each counted once, and the contacts of its people."""
    return db.rows(conn, "recognition.by_team", first=first, last=last)


def by_month(conn: Connection) -> list[Row]:
    """The last twelve months: compliments received, and the median of business days until the praised read them."""
    return db.rows(conn, "recognition.by_month")


def by_theme(conn: Connection, first: date, last: date) -> list[Row]:
    """What people were praised for."""
    return db.rows(conn, "recognition.by_theme", first=first, last=last)


def heard(conn: Connection, first: date, last: date) -> Row:
    """How praise of these months travelled: how many are named, handed on and read, and median business days from receipt."""
    row = db.row(conn, "recognition.heard", first=first, last=last)
    assert row is not None
    return row


def never_praised(conn: Connection) -> list[Row]:
    """Active staff whom no compliment ever named, by team and name."""
    return db.rows(conn, "recognition.never")


def said_of(conn: Connection, staff_id: int, first: date, last: date, by: Person) -> list[Row]:
    """The compliments behind a person's number: when each came, and what they read once it was handed on."""
    _panel(conn, by)
    return db.rows(conn, "recognition.said_of", staff_id=staff_id, first=first, last=last)


# The review of a month


def shortlisted(conn: Connection, month: date, by: Person) -> list[Row]:
    """The shortlist of a month. What the panel says about oneself is not shown before it is decided for them."""
    _panel(conn, by)
    return db.rows(conn, "recognition.shortlisted", month=month, viewer=by.id)


def notes(conn: Connection, recognition_id: int, by: Person) -> list[Row]:
    """What the panel said and did, oldest first; nothing about oneself."""
    _panel(conn, by)
    return db.rows(conn, "recognition.notes", id=recognition_id, viewer=by.id)


def shortlist(
    conn: Connection, month: date, *, because: str, by: Person, staff_id: int | None = None, team_id: int | None = None
) -> int:  # fmt: skip
    """Somebody, or a team, is proposed for recognition of this month; its id."""
    _panel(conn, by)
    if (staff_id is None) == (team_id is None):
        raise WhomDoYouMean
    if staff_id is not None:
        _not_oneself(staff_id, by)
        if not people.get(conn, staff_id).active:
            raise WhomDoYouMean("They no longer work here. Choose somebody of the list.")
    made = db.value(conn, "recognition.shortlist", month=month.replace(day=1), staff_id=staff_id, team_id=team_id,
                    because=_said(because), by=by.id)  # fmt: skip
    _keep(conn, made, by, f"Shortlisted: {because.strip()}")
    return int(made)


def note(conn: Connection, recognition_id: int, words: str, *, by: Person) -> None:
    """What a member of the panel says."""
    _found(conn, recognition_id, by)
    _keep(conn, recognition_id, by, _said(words))


def decide(conn: Connection, recognition_id: int, *, chosen: bool, because: str, by: Person) -> None:
    """Chosen, or not this time, with a reason. Managers and directors decide, never about themselves."""
    found = _found(conn, recognition_id, by)
    if by.role not in SENIOR_MANAGEMENT:
        raise OnlySeniorManagementDecides
    _refuse_unless(found, "A decision", "once, after the shortlist", "shortlisted")
    state = "chosen" if chosen else "not this time"
    db.run(conn, "recognition.decide", id=recognition_id, state=state, because=_said(because), by=by.id)
    _keep(conn, recognition_id, by, f"{state.capitalize()}: {because.strip()}")


def celebrate(conn: Connection, recognition_id: int, *, how: str, on: date, by: Person) -> None:
    """How and when it was celebrated."""
    found = _found(conn, recognition_id, by)
    _refuse_unless(found, "Celebrating", "after the decision", "chosen")
    if on > db.value(conn, "calendar.today"):
        raise InTheFuture
    db.run(conn, "recognition.celebrate", id=recognition_id, how=_said(how), day=on, by=by.id)
    _keep(conn, recognition_id, by, f"Celebrated on {on}: {how.strip()}")


def make_public(conn: Connection, recognition_id: int, *, consent: str, by: Person) -> None:
    """It may be shown in public: how the person recognized agreed is recorded first."""
    found = _found(conn, recognition_id, by)
    _refuse_unless(found, "Public display", "after the decision", "chosen", "celebrated")
    db.run(conn, "recognition.make_public", id=recognition_id, consent=_said(consent), by=by.id)
    _keep(conn, recognition_id, by, f"May be public. Consent: {consent.strip()}")


def take_from_public(conn: Connection, recognition_id: int, *, why: str, by: Person) -> None:
    """The consent was taken back: it is not public any more."""
    _found(conn, recognition_id, by)
    db.run(conn, "recognition.make_public", id=recognition_id, consent=None, by=by.id)
    _keep(conn, recognition_id, by, f"Not public any more: {_said(why)}")


# On paper


def certificate(conn: Connection, recognition_id: int, by: Person) -> Sheet:
    """A certificate for somebody who was chosen, as a tagged PDF."""
    found = _found(conn, recognition_id, by)
    _refuse_unless(found, "The certificate", "after the decision", "chosen", "celebrated")
    role = ", ".join(filter(None, (found.title, found.team if found.staff_id else None)))
    return typeset("certificate", {
        "title": f"Certificate of Recognition for {found.name}, {found.month:%B %Y}", "office": "City of Toronto · 311 Toronto",
        "heading": "Certificate of Recognition", "presented": "is presented to", "name": found.name, "role": role,
        "because": found.decided_because, "quote": "", "month": f"{found.month:%B %Y}",
        "signed": ", ".join(filter(None, (found.decided_by_name, found.decided_by_title))),
    }, at=_now(conn))  # fmt: skip


def digest(conn: Connection, month: date, by: Person) -> Sheet:
    """The praise of a month for management, as a tagged PDF: who, what for, how fast it was heard, what was said. Not by whom."""
    praised, travelled = people_praised(conn, month, month, by), heard(conn, month, month)
    return typeset("recognition_digest", {
        "title": f"Compliments to 311 Toronto in {month:%B %Y}",
        "lines": [_in_words(travelled)],
        "tables": [
            _table("People", ("Name", "Team", "Compliments", "Per 1,000 contacts"), (9, 10, 7, 9),
                   [(one.name, one.team, str(one.compliments), in_words(one.rate)) for one in praised], "Nobody was named.", RANGE),
            _table("Teams", ("Team", "Compliments"), (4, 2), [(row.team, str(row.compliments)) for row in by_team(conn, month, month)],
                   "No team was named."),
            _table("Praised for", ("Theme", "Compliments"), (4, 2), [(row.theme.capitalize(), str(row.compliments))
                                                                      for row in by_theme(conn, month, month)], "No themes were noted."),
            _table("Recognition", ("Name", "Decision", "Celebrated"), (3, 5, 4),
                   [(row.name, row.decided_because or "", row.celebrated_how or "Not yet")
                    for row in db.rows(conn, "recognition.chosen", month=month)], "Nothing is decided yet."),
        ],
        "words": [{"words": row.words, "names": row.names} for row in db.rows(conn, "recognition.words", month=month)],
    }, at=_now(conn))  # fmt: skip


#: One sentence on the page and on paper.
RANGE = "The range holds the true rate at least 19 times in 20: where two ranges overlap much, the numbers do not tell who is praised more."


def in_words(rate: Rate | None) -> str:
    """3.3 (1.4 to 7.8)."""
    return f"{rate.rate:.1f} ({rate.low:.1f} to {rate.high:.1f})" if rate else "Contacts not loaded"


def _in_words(row: Row) -> str:
    days = "not known yet" if row.days_to_read is None else f"{row.days_to_read:g} business days"
    came = "1 compliment was received." if row.compliments == 1 else f"{row.compliments} compliments were received."
    return (f"{came} {row.handed} of {row.praised} who were named have been told, and {row.read} have read it; "
            f"the median from receipt to reading is {days}.")  # fmt: skip


def _table(
    heading: str, head: tuple[str, ...], widths: tuple[int, ...], rows: list[tuple[str, ...]], none: str, note: str = ""
) -> dict[str, Any]:
    return {"heading": heading, "head": list(head), "widths": list(widths), "rows": [list(row) for row in rows], "none": none,
            "note": note if rows else ""}  # fmt: skip


def _now(conn: Connection) -> datetime:
    return db.value(conn, "clock.right_now")


def _panel(conn: Connection, by: Person) -> None:
    if as_of_now(conn, by).role not in SUPERVISORS:
        raise NotOnThePanel


def _found(conn: Connection, recognition_id: int, by: Person) -> Row:
    _panel(conn, by)
    found = db.row(conn, "recognition.get", id=recognition_id)
    if found is None:
        raise NoSuchRecognition
    if found.staff_id is not None:
        _not_oneself(found.staff_id, by)
    return found


def _not_oneself(staff_id: int, by: Person) -> None:
    if staff_id == by.id:
        raise AboutYourself


def _refuse_unless(found: Row, what: str, after: str, *states: str) -> None:
    if found.state not in states:
        raise NotBeforeItsDecision(what=what, after=after, state=found.state)


def _said(words: str) -> str:
    words = words.replace("\x00", "").strip()
    if not words:
        raise SayWhy
    return words[:100_000]


def _keep(conn: Connection, recognition_id: int, by: Person, words: str) -> None:
    db.run(conn, "recognition.note", id=recognition_id, by=by.id, note=words)
