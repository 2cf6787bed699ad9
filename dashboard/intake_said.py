"""What the intake form says: kept as it is typed, checked all at once, and made into receipts.

Nothing is sent before everything is right, and a refusal loses nothing: the words stay in the session until they are a
case, also while another page is open.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from core import business_days, contacts
from core import receipt as rules
from core.effects import now
from core.errors import BadInput
from core.kinds import Kind
from core.receipt import Receipt
from dashboard import session, words

#: Every name that the form keeps in the session begins like this.
FORM = "intake "
#: Kept beside the form: what the last click came to.
DONE = "intake-done"
START: dict[str, Any] = {"kind": Kind.COMPLAINT.value, "channel": "phone"}
#: The text fields that go into the receipt under their own name.
LINES = (
    "title",
    "backdated_because",
    "customer_name",
    "phone",
    "email",
    "postal_address",
    "language",
    "accessible_format",
)
CONSENT = "Said so when it was received."
OFFERED = (
    "The customer gave no contact. They were told that a complaint needs one, and that this is logged as a comment."
)


def said(name: str) -> Any:
    """What is in this field now."""
    value = session.kept(FORM + name, START.get(name))
    return value.strip() if isinstance(value, str) else value


def start() -> None:
    """Fills in what a new form begins with."""
    for name, value in START.items():
        if not session.is_kept(FORM + name):
            session.keep(FORM + name, value)


def forget() -> None:
    """Empties the form; the next click is another one."""
    session.forget(FORM, "key intake")


def kind() -> Kind:
    """What is being written down."""
    return Kind(said("kind"))


def contact() -> dict[str, str | None]:
    """Phone and email in their normal form, as far as they are right, for looking the customer up."""
    return {"phone": _or_none(contacts.as_phone, said("phone")), "email": _or_none(contacts.as_email, said("email"))}


def _or_none(normal: Callable[[str], str], text: str | None) -> str | None:
    try:
        return normal(text) if text else None
    except BadInput:
        return None


def is_offered() -> bool:
    """Whether the customer was told that a complaint needs a contact, and agreed to a comment without one (R7)."""
    return bool(said("offered")) and kind() is Kind.COMMENT and not has_contact()


def take_back_offer() -> None:
    """It was not said, after all."""
    session.forget(FORM + "offered")


def is_anonymous() -> bool:
    """Whether nothing that tells who the customer is is to be kept."""
    return kind() is not Kind.COMPLAINT and bool(said("anonymous"))


def has_contact() -> bool:
    """Whether there is any way to reach the customer."""
    return not is_anonymous() and any(map(said, ("phone", "email", "postal_address")))


def received_at() -> datetime | None:
    """When it came, if that was earlier than now."""
    at = said("received_at") if said("earlier") else None
    return at.replace(tzinfo=words.TORONTO) if at else None


def also_praises() -> bool:
    """Whether the message is to be split into a complaint and a compliment (R58)."""
    return kind() is Kind.COMPLAINT and bool(said("praises"))


def problems(conn: Connection) -> dict[str, str]:
    """Everything that stands against receiving it: the field, and the sentence for it."""
    is_complaint, has_a_way = kind() is Kind.COMPLAINT, has_contact()
    found = {
        "words": None if said("words") else rules.NeedsWords(),
        "category": rules.NeedsCategory() if is_complaint and not said("category") else None,
        "phone": _refusal(contacts.as_phone, said("phone")),
        "email": _refusal(contacts.as_email, said("email")),
        "contact": None if has_a_way else rules.NeedsContact() if is_complaint
        else rules.ReplyNeedsContact() if said("reply_requested") else None,
        "praise": BadInput("Write down the praise, or untick it.") if also_praises() and not said("praise") else None,
    } | (_problems_of_date(conn) if said("earlier") else {})  # fmt: skip
    return {field: str(problem) for field, problem in found.items() if problem}


def _refusal(normal: Callable[[str], str], text: str | None) -> BadInput | None:
    try:
        if text:
            normal(text)
    except BadInput as refusal:
        return refusal
    return None


def _problems_of_date(conn: Connection) -> dict[str, BadInput | None]:
    at = received_at()
    if at is None:
        return {"received_at": BadInput("Say when it came.")}
    return {
        "received_at": rules.ReceivedInTheFuture() if at > now(conn) else None,
        "backdated_because": rules.BackdatedWithoutReason()
        if is_backdated(conn) and not said("backdated_because")
        else None,
    }


def is_backdated(conn: Connection) -> bool:
    """Whether it came on an earlier day (R8)."""
    at = received_at()
    return at is not None and at.date() < business_days.today(conn)


def as_receipt() -> Receipt:
    """The form as it stands."""
    is_complaint = kind() is Kind.COMPLAINT
    lines: dict[str, Any] = {name: said(name) or "" for name in LINES}
    return Receipt(
        kind=kind(),
        channel=said("channel"),
        description=said("words") or "",
        category=said("category") if is_complaint else None,
        tags=said("tags") or [],
        subject_ids=said("subject_ids") or [],
        division_id=said("division_id"),
        received_at=received_at(),
        reply_requested=not is_complaint and bool(said("reply_requested")),
        interpreter=bool(said("interpreter")),
        anonymous=is_anonymous(),
        naming_consent=CONSENT if kind() is Kind.COMPLIMENT and said("may_be_named") else None,
        **lines,
    )


def as_praise(complaint: Receipt) -> Receipt:
    """The praise in it, as a compliment by the same customer; nothing of the complaint goes with it (R58)."""
    same = ("channel", "received_at", "interpreter", *LINES)
    kept = {name: getattr(complaint, name) for name in same if name != "title"}
    return Receipt(
        kind=Kind.COMPLIMENT, description=said("praise") or "", subject_ids=said("praised_ids") or [], **kept
    )
