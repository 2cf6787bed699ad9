"""The gate to an escalation (RULES D): a number and its contact, what the clock proves, and one open escalation each.

"To create an escalation you need: 1. The request number of your complaint 2. Phone number or email address associated
with the request number." (L33-35) Nothing of the case is told before the two match.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from core import cases, contacts, db, guards, notices, receipt
from core.business_days import long_date
from core.case import Case
from core.errors import BadInput, NotAllowed, Refused
from core.kinds import GROUNDS, SENIOR_MANAGEMENT, Kind
from core.people import SYSTEM, Person, as_of_now, refuse_unless_staff
from core.receipt import Receipt

#: L40, L35: one sentence for every mismatch. It says neither which part failed nor whether the number exists.
NO_MATCH = "No complaint can be escalated with that request number and that contact. Check both with the customer."
UNSATISFIED, NO_RESPONSE = GROUNDS
WAITING_SHOWN = 200


class NotProven(NotAllowed):
    """The request number and the contact must be matched first, by you and within the last half hour."""


class NotYetEligible(NotAllowed):
    """{why} A manager may admit it with a reason."""


class OnlySeniorManagement(NotAllowed):
    """Only a manager or a director can admit an escalation that the match or the clock does not."""


class NeedsConsent(BadInput):
    """Somebody speaks for the customer: record how the customer's consent was given."""


class NeedsReason(BadInput):
    """Say how the customer was verified, or why it is admitted."""


class NeedsAddressForUpdates(BadInput):
    """Status updates need an email address or a mobile number to go to, or take them away."""


class NoSuchComplaint(BadInput):
    """There is no such complaint, or it is not for you to see."""


@dataclass(frozen=True)
class Attempt:
    """What an attempt at the gate came to. `wait`: seconds before the next one, when there were too many failures; `erased`: a manager
    vouched for a complaint that is."""

    id: int
    complaint_id: int | None
    wait: int = 0
    erased: bool = False

    @property
    def sentence(self) -> str:
        """What the caller is told."""
        if self.complaint_id is not None:
            return "The request number and the contact match."
        if self.wait:
            return f"There were too many attempts. Try again in {_span(self.wait)}."
        if self.erased:
            return guards.is_not_erased.__doc__ or NO_MATCH
        return NO_MATCH


def attempt(
    conn: Connection, request_no: str, contact: str, *, channel: str = "phone", by: Person, client: str | None = None
) -> Attempt:
    """Looks for a complaint with this number and this phone or email; every attempt is kept, so let it commit.

    One exact match after normalising (R31): phone to E.164, email trimmed and case-folded. After five failures in an hour
    with one number or by one person, or fifty through one `client` of the online form's feed, the next ones have to wait, longer
    each time.
    """
    refuse_unless_staff(as_of_now(conn, by))
    number = request_no.replace("\x00", "")[:200]
    db.row(conn, "escalations.alone", request_no=number, by=by.id, client=client)
    wait = db.value(conn, "escalations.slowed", request_no=number, by=by.id, client=client) or 0
    row = db.row(conn, "escalations.attempt", request_no=number, by=by.id, client=client, channel=channel, slowed=wait > 0,
                 phone=_normal(contacts.as_phone, contact), email=_normal(contacts.as_email, contact))  # fmt: skip
    assert row is not None, "an insert of one row"
    return Attempt(row.id, row.complaint_id, max(wait, 0))


def vouch(conn: Connection, request_no: str, *, because: str, channel: str = "phone", by: Person) -> Attempt:
    """A manager has verified by other means who asks (R33): only a postal address, or a contact that another system holds.

    Every attempt is kept, also the one for an erased complaint, so let it commit.
    """
    if as_of_now(conn, by).role not in SENIOR_MANAGEMENT:
        raise OnlySeniorManagement
    if not because.strip():
        raise NeedsReason
    row = db.row(conn, "escalations.vouch", request_no=request_no.replace("\x00", ""), by=by.id, channel=channel,
                 because=because.replace("\x00", "").strip())  # fmt: skip
    if row is None:
        raise NoSuchComplaint
    return Attempt(row.id, row.complaint_id, erased=row.complaint_id is None)


def _normal(read: Any, contact: str) -> str:
    """The contact as it is kept, or a text that no contact is."""
    try:
        return str(read(contact.replace("\x00", "")[:320]))
    except Refused:
        return ""


def _span(seconds: int) -> str:
    return f"{seconds} seconds" if seconds < 60 else f"{-(-seconds // 60)} minutes"


@dataclass(frozen=True)
class Standing:
    """What the clock proves about a complaint, and its escalations so far. Days are business days."""

    id: int
    request_no: str
    state: str
    received_on: date
    due_on: date
    promised_days: int
    responded_on: date | None
    is_open: bool
    is_overdue: bool
    days_left: int | None
    days_taken: int | None
    answered_late: bool | None
    duplicate_of_no: str | None
    closed_on: date | None
    open_id: int | None
    open_no: str | None
    open_due_on: date | None
    open_responded_on: date | None
    ended_no: str | None
    #: It was answered after its last escalation ended, or is open again.
    is_answered_since: bool

    @property
    def grounds(self) -> tuple[str, ...]:
        """The grounds that the clock proves (L27, L28)."""
        if self.ended_no and not self.is_answered_since:
            return ()
        if self.responded_on is not None:
            return (UNSATISFIED, NO_RESPONSE) if self.answered_late else (UNSATISFIED,)
        return (NO_RESPONSE,) if self.is_overdue else ()

    @property
    def may_never_have_arrived(self) -> bool:
        """There is a response on record, of which a customer may say that it never came (L28)."""
        return self.responded_on is not None and bool(self.grounds)

    @property
    def proves(self) -> str:
        """What the clock proves, in one sentence for staff and customer."""
        if self.responded_on is not None:
            late = self.days_taken is not None and _days(self.days_taken - self.promised_days)
            how = f"{late} late" if self.answered_late else f"within the promised {_days(self.promised_days)}"
            return f"Answered on {long_date(self.responded_on)}, {how}."
        if not self.is_open:
            ended = self.state.replace("_", " ")
            other = f" It goes on as {self.duplicate_of_no}." if self.duplicate_of_no else ""
            return f"Not answered: it ended as {ended} on {long_date(self.closed_on or self.due_on)}.{other}"
        if self.is_overdue:
            return (
                f"Not answered, and overdue by {_days(-(self.days_left or 0))}: it was due on {long_date(self.due_on)}."
            )
        return f"Not answered yet, and not yet due: a response is promised by {long_date(self.due_on)}."

    @property
    def why_not(self) -> str | None:
        """Why it cannot be escalated now, or None. "An escalation for the following reasons" (L25-28)."""
        if self.grounds:
            return None
        if self.ended_no and not self.is_answered_since:
            return f"Escalation {self.ended_no} was decided and there was no further response since: the next step is Ombudsman Toronto."
        return f"It cannot be escalated yet. {self.proves}"


def _days(number: int) -> str:
    return "1 business day" if number == 1 else f"{number} business days"


def standing(conn: Connection, complaint_id: int) -> Standing:
    """What the clock proves about this complaint today."""
    row = db.row(conn, "escalations.standing", complaint_id=complaint_id)
    assert row is not None, "a complaint that was matched"
    return Standing(**row._mapping)


@dataclass(frozen=True)
class Escalated:
    """The escalation. `linked`: it was open already, and this request was added to its history (R41)."""

    id: int
    request_no: str
    due_on: date
    linked: bool


def escalate(
    conn: Connection,
    attempt_id: int,
    words: str,
    *,
    by: Person,
    ground: str | None = None,
    never_arrived: bool = False,
    admitted_because: str | None = None,
    key: UUID | None = None,
    **also: Any,
) -> Escalated:
    """Opens an escalation of the complaint that an attempt matched, or adds to the one that is open (R41).

    `words`: what the customer is not satisfied with. `also`: represented_by and consent, updates_by and updates_to. The two
    business days count from now (L42). Refuses what the clock does not prove, unless a manager admits it with a reason.
    """
    by = as_of_now(conn, by)
    if key and (event := db.row(conn, "cases.event_of_key", key=key)):
        again = cases.get(conn, event.case_id, SYSTEM)
        return Escalated(again.id, again.request_no, _due(again.due_on), linked=event.version > 1)
    passed = db.row(conn, "escalations.passed", id=attempt_id, by=by.id)
    if passed is None:
        raise NotProven
    db.run(conn, "cases.hold", id=passed.complaint_id)  # who asks at the same moment waits, and finds this one open
    proven = standing(conn, passed.complaint_id)
    if proven.open_id is not None:
        return _ask_again(conn, proven, words, attempt_id, by, key)
    admitted = _admitted(proven, ground, never_arrived, admitted_because, by)
    because = "; ".join(filter(None, (passed.vouched_because, admitted))) or None
    row = receipt.receive(conn, _receipt(conn, proven, words, passed.channel, ground, never_arrived, because, also), by=by, key=key,
                          complaint=proven.request_no, proven=proven.proves)  # fmt: skip
    db.run(conn, "escalations.passed_with", id=attempt_id, escalation_id=row.id)
    notices.queue_update(conn, cases.get(conn, row.id, SYSTEM), "received", by)
    return Escalated(row.id, row.request_no, row.due_on, linked=False)


def note_request(conn: Connection, attempt_id: int, words: str, *, by: Person, key: UUID | None = None) -> None:
    """Not yet eligible: the complaint's history keeps that the customer asked, and what they said."""
    passed = db.row(conn, "escalations.passed", id=attempt_id, by=by.id)
    if passed is None:
        raise NotProven
    proven = standing(conn, passed.complaint_id)
    note = "\n".join(filter(None, (words.strip(), f"Told: {proven.proves}")))
    cases.act(conn, passed.complaint_id, "ask_to_escalate", by=by, key=key, unseen=True, note=note)


def _ask_again(
    conn: Connection, proven: Standing, words: str, attempt_id: int, by: Person, key: UUID | None
) -> Escalated:
    assert proven.open_id is not None and proven.open_no is not None
    cases.act(conn, proven.open_id, "ask_again", by=by, key=key, unseen=True, note=words or "Asked again.")
    db.run(conn, "escalations.passed_with", id=attempt_id, escalation_id=proven.open_id)
    return Escalated(proven.open_id, proven.open_no, _due(proven.open_due_on), linked=True)


def _admitted(proven: Standing, ground: str | None, never_arrived: bool, because: str | None, by: Person) -> str | None:
    """The reason of a manager who admits what the clock does not prove; None when it does."""
    claimed = never_arrived and proven.may_never_have_arrived and ground == NO_RESPONSE
    if ground in proven.grounds or claimed:
        return None
    if not (because or "").strip():
        raise NotYetEligible(why=proven.why_not or f"The clock does not prove that ground. {proven.proves}")
    if by.role not in SENIOR_MANAGEMENT:
        raise OnlySeniorManagement
    return (because or "").strip()


def _receipt(
    conn: Connection, proven: Standing, words: str, channel: str, ground: str | None, never_arrived: bool,
    because: str | None, also: dict[str, Any],
) -> Receipt:  # fmt: skip
    taken_over = db.row(conn, "escalations.complaint", id=proven.id)
    assert taken_over is not None
    if also.get("represented_by") and not (also.get("consent") or "").strip():
        raise NeedsConsent
    if (way := also.get("updates_by")) is not None:
        if not (also.get("updates_to") or "").strip():
            raise NeedsAddressForUpdates
        also = also | {"updates_to": contacts.reached_at(way, also["updates_to"])}
    elif also.get("updates_to"):
        raise NeedsAddressForUpdates
    return Receipt(kind=Kind.ESCALATION, channel=channel, description=words, complaint_id=proven.id, ground=ground,
                   never_arrived=never_arrived, admitted_because=because, **taken_over._asdict(), **also)  # fmt: skip


def _due(day: date | None) -> date:
    assert day is not None, "every escalation has a promise"
    return day


def first_words(case: Case, by: Person) -> str:
    """A first response to start from: who reviews it, and by when (R37)."""
    title = f", {by.title}," if by.title else ""
    return (
        f"I am {by.name}{title} and I am reviewing your escalation {case.request_no} of complaint {case.complaint_no}. "
        f"You will have my decision by {long_date(case.decide_by) if case.decide_by else 'the date we agreed'}."
    )


def waiting(conn: Connection, by: Person) -> list[Row]:
    """Open escalations that this person may see: those nobody has first, worst first, with who is free and independent."""
    return db.rows(conn, "escalations.waiting", viewer=by.id, most=WAITING_SHOWN)


def flagged(conn: Connection) -> list[Row]:
    """Request numbers for which five attempts or more failed in the last seven days."""
    return db.rows(conn, "escalations.flagged")
