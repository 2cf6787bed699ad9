"""The online form's feed (RULES B): what it sends becomes a case, received now and by our clock, and each sending is answered once.

"Start 311 Toronto staff service complaint": online. The escalation goes through the gate that staff use; a request number and a contact
that do not match get one answer, whatever is wrong with them.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row

from core import contacts, db, escalations, receipt, tokens
from core.errors import BadInput, EscalatedAlready, NotAllowed, Refused
from core.escalations import NeedsAddressForUpdates, NeedsConsent, NotYetEligible
from core.kinds import Kind
from core.people import SYSTEM
from core.receipt import Receipt
from core.submissions import Comment, Complaint, Compliment, Escalation, Submission
from core.tokens import Holder

CREATED, CONFLICT, UNFIT, TOO_MANY = 201, 409, 422, 429
NO_MATCH = "No complaint can be escalated with that request number and that contact. Check both, or call 311."
SLOWED = "There were too many attempts with this request number or through this form. Try again later, or call 311."


class WrongScope(NotAllowed):
    """This token is not for that."""


class TooOften(NotAllowed):
    """This token was used more often than it may be; wait, and try again."""


class OtherBody(BadInput):
    """This idempotency key was used for something else; use a new one."""


class BadKey(BadInput):
    """An Idempotency-Key of 8 to 100 letters, digits, hyphens and underscores is needed, a new one for each sending."""


#: Refusals that speak to staff, as the customer reads them.
_SAID_TO_CUSTOMERS: dict[type[Refused], str] = {
    receipt.NeedsContact: '"Contact information is required to make a complaint": a phone, an email or a postal address.',
    NeedsConsent: "Somebody speaks for the customer: say how the customer's consent was given.",
    NeedsAddressForUpdates: "Status updates need both updates_by and updates_to.",
    EscalatedAlready: "This complaint is being escalated at this moment already.",
    receipt.NeedsWords: "The description is empty.",
}


@dataclass(frozen=True)
class Answer:
    """What the sender is told. `wait`: seconds before trying again."""

    status: int
    body: dict[str, Any]
    wait: int = 0


def admit(conn: Connection, token: str) -> Holder:
    """Whose token this is; refuses one that does not hold, and one that was used too often. Let it commit, so that it counts."""
    holder = tokens.holder(conn, token)
    if not db.value(conn, "feed.admit", client=holder.client, per_minute=holder.per_minute):
        raise TooOften
    return holder


def answer(conn: Connection, holder: Holder, key: str, body: bytes, sent: Submission) -> Answer:
    """What this sending comes to. The same key and body are answered the same again; the same key with another body is refused."""
    if sent.kind not in holder.scopes:
        raise WrongScope
    digest = sha256(b"\n".join((holder.client.encode(), key.encode(), body))).hexdigest()
    if not db.run(conn, "feed.claim", client=holder.client, key=key, digest=digest):
        return _again(db.row(conn, "feed.known", client=holder.client, key=key), digest)
    made = _take(conn, sent, holder.client)
    if made.wait:
        db.run(conn, "feed.forget", client=holder.client, key=key)
    else:
        db.run(conn, "feed.keep", client=holder.client, key=key, status=made.status, answer=json.dumps(made.body))
    return made


def _again(known: Row | None, digest: str) -> Answer:
    if known is None or known.digest != digest:
        raise OtherBody
    return Answer(known.status, known.answer)


def _take(conn: Connection, sent: Submission, client: str) -> Answer:
    if isinstance(sent, Escalation):
        return _escalate(conn, sent, client)
    try:
        row = receipt.receive(conn, _receipt(sent), by=SYSTEM, fed_by=client)
    except BadInput as refusal:
        raise _for_customers(refusal) from refusal
    return _received(sent.kind, row.request_no, row.due_on)


def _received(kind: str, request_no: str, due_on: Any) -> Answer:
    return Answer(
        CREATED, {"kind": kind, "request_no": request_no, "respond_by": due_on.isoformat() if due_on else None}
    )


def _receipt(sent: Complaint | Comment | Compliment) -> Receipt:
    said = sent.model_dump()
    kind = Kind(said.pop("kind"))
    if said.pop("may_be_named", False):
        said["naming_consent"] = "Said so on the online form"
    return Receipt(kind=kind, channel="online", **said)


def _escalate(conn: Connection, sent: Escalation, client: str) -> Answer:
    """The gate (R30): its attempt is counted whatever comes after it, so that is undone by itself."""
    updates = _updates(sent)  # before the gate, so that nothing behind it is told
    tried = escalations.attempt(conn, sent.request_no, sent.contact, channel="online", by=SYSTEM, client=client)
    if tried.complaint_id is None:
        return Answer(TOO_MANY, {"detail": SLOWED}, tried.wait) if tried.wait else Answer(UNFIT, {"detail": NO_MATCH})
    try:
        with conn.begin_nested():
            made = escalations.escalate(conn, tried.id, sent.description, by=SYSTEM, ground=sent.ground, never_arrived=sent.never_arrived,
                                        represented_by=sent.represented_by, consent=sent.consent, **updates)  # fmt: skip
    except NotYetEligible as refusal:
        escalations.note_request(conn, tried.id, sent.description, by=SYSTEM)
        return Answer(CONFLICT, {"detail": str(refusal.details["why"])})
    except EscalatedAlready as refusal:
        return Answer(CONFLICT, {"detail": str(_for_customers(refusal))})
    return _received(sent.kind, made.request_no, made.due_on)


def _updates(sent: Escalation) -> dict[str, Any]:
    if bool(sent.updates_by) != bool((sent.updates_to or "").strip()):
        raise _for_customers(NeedsAddressForUpdates())
    if not sent.description.replace("\x00", "").strip():
        raise _for_customers(receipt.NeedsWords())
    if sent.represented_by and not (sent.consent or "").strip():
        raise _for_customers(NeedsConsent())
    if sent.updates_by and sent.updates_to:
        contacts.reached_at(sent.updates_by, sent.updates_to)
        return {"updates_by": sent.updates_by, "updates_to": sent.updates_to}
    return {}


def _for_customers(refusal: Refused) -> BadInput:
    return BadInput(_SAID_TO_CUSTOMERS.get(type(refusal), str(refusal)))
