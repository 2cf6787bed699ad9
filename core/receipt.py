"""Receiving a case by phone, at the counter or by post (RULES B)."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from core import customer, db, praise
from core.case import Case
from core.cases import as_json
from core.errors import BadInput
from core.kinds import CATEGORIES, CHANNELS, TAGS, Kind
from core.people import Person, as_of_now, refuse_unless_staff

LONGEST = 100_000


class NeedsContact(BadInput):
    """A complaint needs a phone, an email or a postal address. Without one, offer to log a comment instead, and say so."""


class ReplyNeedsContact(BadInput):
    """A reply can be asked for only with a phone, an email or a postal address to reply to."""


class AnonymousComplaint(BadInput):
    """A complaint cannot be anonymous: "Contact information is required to make a complaint." """


class NeedsWords(BadInput):
    """Write down what the customer said."""


class NeedsCategory(BadInput):
    """Choose what the complaint is about."""


class NeedsChannel(BadInput):
    """Choose how it came."""


class ReceivedInTheFuture(BadInput):
    """The date of receipt is still to come."""


class BackdatedWithoutReason(BadInput):
    """It was received on an earlier day than it is entered: say why."""


class TooMuchText(BadInput):
    """{what} is longer than 100,000 characters; attach it as a file instead."""


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What came in. `received_at` None means now. Contact is as it was said; it is normalised when received."""

    kind: Kind
    channel: str
    description: str
    title: str = ""
    category: str | None = None
    tags: list[str] = field(default_factory=list)
    topic: str | None = None
    subject_ids: list[int] = field(default_factory=list)
    division_id: int | None = None
    received_at: datetime | None = None
    backdated_because: str | None = None
    reply_requested: bool = False
    customer_name: str | None = None
    phone: str | None = None
    email: str | None = None
    postal_address: str | None = None
    language: str | None = None
    interpreter: bool = False
    accessible_format: str | None = None
    team_id: int | None = None
    #: Of a comment or compliment: nothing that tells who the customer is is kept.
    anonymous: bool = False
    #: Of a compliment: how the customer agreed that the praised may know their name.
    naming_consent: str | None = None
    # of an escalation, by core/escalations
    complaint_id: int | None = None
    ground: str | None = None
    never_arrived: bool = False
    admitted_because: str | None = None
    represented_by: str | None = None
    consent: str | None = None
    updates_by: str | None = None
    updates_to: str | None = None


def receive(
    conn: Connection, receipt: Receipt, *, by: Person, key: UUID | None = None, note: str | None = None,
    linked: tuple[int, str] | None = None, **details: Any,
) -> Row:  # fmt: skip
    """A new case with its promise and the first row of its history: (id, request_no, due_on).

    A complaint is due 10 business days after the day it was received (L21); a comment or compliment only if a reply was
    requested (L60, L76). `linked` is (case id, relation) for a case split from or opened from another (R57, R58).
    Refuses what RULES B refuses, and a date whose promise falls past the calendar. The same `key` never receives twice.
    """
    refuse_unless_staff(as_of_now(conn, by))
    if key and (event := db.row(conn, "cases.event_of_key", key=key)):
        return _received(conn, event.case_id)
    new = _checked(conn, receipt)
    praised = new.pop("subject_ids") if receipt.kind is Kind.COMPLIMENT else []
    if new["backdated_because"]:
        details |= {name: new[name] for name in ("received_at", "backdated_because")}
    row = db.row(
        conn,
        "cases.receive",
        new=as_json({"subject_ids": []} | new),
        by=by.id,
        key=key,
        note=_bare(note, "note"),
        details=as_json(details),
    )
    assert row is not None
    if linked:
        db.run(conn, "cases.link", case_id=row.id, other_id=linked[0], relation=linked[1])
    if receipt.kind is Kind.COMPLIMENT:
        praise.suggest(conn, row.id, new["description"], praised, new["customer_name"])
    return row


def taken_over(
    conn: Connection, case: Case, kind: Kind, words: str, *, keeps_its_day: bool, subject_ids: list[int], category: str | None = None
) -> Receipt:  # fmt: skip
    """What a case split from this one is received as: the same customer, other words. `keeps_its_day`: it was received with
    this one, else now."""
    same = (
        "customer_name",
        "phone",
        "email",
        "postal_address",
        "language",
        "interpreter",
        "accessible_format",
        "anonymous",
    )
    clock = db.row(conn, "clock.receipt", received_at=case.received_at if keeps_its_day else None)
    assert clock is not None
    return Receipt(
        kind=kind, channel=case.channel, description=words, category=category, subject_ids=subject_ids,
        received_at=clock.received_at, backdated_because="It came with a longer message." if clock.backdated else None,
        **{name: getattr(case, name) for name in same},
    )  # fmt: skip


def _received(conn: Connection, case_id: int) -> Row:
    row = db.row(conn, "cases.received", id=case_id)
    assert row is not None
    return row


def _checked(conn: Connection, receipt: Receipt) -> dict[str, Any]:
    new = {name: _bare(value, name) for name, value in asdict(receipt).items()}
    if not new["description"]:
        raise NeedsWords
    if new["channel"] not in CHANNELS:
        raise NeedsChannel
    if receipt.kind is Kind.COMPLAINT and new["category"] not in CATEGORIES:
        raise NeedsCategory
    if receipt.anonymous:
        if receipt.kind not in (Kind.COMMENT, Kind.COMPLIMENT):
            raise AnonymousComplaint
        new |= dict.fromkeys(("customer_name", "phone", "email", "postal_address", "naming_consent"))
    if receipt.kind is not Kind.COMPLIMENT or not new["customer_name"]:
        new["naming_consent"] = None
    new["title"] = new["title"] or first_line(new["description"])
    new["tags"] = [tag for tag in TAGS if tag in receipt.tags]
    new |= _contact(receipt.kind, new) | _times(conn, new["received_at"], new["backdated_because"])
    return new


def _bare(value: Any, name: str) -> Any:
    if not isinstance(value, str):
        return value
    value = value.replace("\x00", "").strip()
    if len(value) > LONGEST:
        raise TooMuchText(what=name.replace("_", " ").capitalize())
    return value or None


def _contact(kind: Kind, new: dict[str, Any]) -> dict[str, str | None]:
    """ "Contact information is required to make a complaint." (L9)"""
    found = customer.reached_by(new["phone"], new["email"], new["postal_address"])
    if not any(found.values()):
        if kind is Kind.COMPLAINT:
            raise NeedsContact
        if new["reply_requested"]:
            raise ReplyNeedsContact
    return found


def _times(conn: Connection, received_at: datetime | None, because: str | None) -> dict[str, Any]:
    """The real receipt, however late it is typed in; backdating needs a reason (R8)."""
    clock = db.row(conn, "clock.receipt", received_at=received_at)
    assert clock is not None
    if clock.in_future:
        raise ReceivedInTheFuture
    if clock.backdated and not because:
        raise BackdatedWithoutReason
    return {"received_at": clock.received_at, "backdated_because": because if clock.backdated else None}


def first_line(text: str, longest: int = 90) -> str:
    """The first line of what was said, cut at a word, as a title."""
    line = next(filter(None, map(str.strip, text.splitlines())), text)
    return line if len(line) <= longest else line[:longest].rsplit(" ", 1)[0] + "…"


def prior(conn: Connection, *, phone: str | None, email: str | None, words: str, by: Person) -> list[Row]:
    """What this customer sent before, newest first."""
    return db.rows(conn, "cases.prior", phone=phone, email=email, words=words, viewer=by.id)


def likely_duplicates(
    conn: Connection, *, kind: Kind, phone: str | None, email: str | None, words: str, received_at: datetime, by: Person
) -> list[Row]:
    """Up to five cases that may be the same one: same contact or close text, within 60 days (R25)."""
    return db.rows(conn, "cases.likely_duplicates", kind=kind, phone=phone, email=email, words=words,
                   received_at=received_at, viewer=by.id)  # fmt: skip
