"""What a move does besides moving. Each effect writes rows, or names the columns that change or what the history shall keep.

Nothing leaves from here.
"""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from core import attachments, business_days, customer, db, notices, people
from core.case import Case
from core.errors import BadInput, NotAllowed, ReplyNeedsAContact
from core.fields import Said
from core.kinds import Kind, State
from core.people import Person

Changes = dict[str, Any]
#: What effects tell the history and no column of the case: the checksum of a document.
FOUND = ("sha256",)
Effect = Callable[[Connection, Case, Person, Said], Changes]


class CannotHaveIt(NotAllowed):
    """{name} cannot have this case: {why}."""


class NobodyElse(NotAllowed):
    """Nobody else may have this case. Ask an administrator to add a supervisor who is not in conflict."""


class InTheFuture(BadInput):
    """That time is still to come; give when it happened."""


class BeforeReceipt(BadInput):
    """That is before the case was received."""


class BeforeTheWork(BadInput):
    """The response cannot have left before {day}, when somebody had the complaint to investigate it; late stays late."""


class ResponseHasNoAddress(NotAllowed):
    """A response to this email address waits in the outbox: take it back first, then take the address away."""


class NeedsStepsOrReason(BadInput):
    """Say which steps were taken, or why none are needed."""


class NoContactLeft(BadInput):
    """A complaint needs a phone, an email or a postal address: "Contact information is required to make a complaint." """


class NotTheOriginal(BadInput):
    """{why}"""


# Who has it


def give_to_actor(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """The one who clicked has it from now on."""
    return _given_to(conn, case, by)


def give_to_chosen(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """The chosen supervisor has it; refuses one in conflict (R11)."""
    chosen = people.get(conn, said["owner_id"])
    if chosen.id not in {person.id for person in people.who_could_have(conn, case.id)}:
        raise CannotHaveIt(name=chosen.name, why=_why_not(case, chosen))
    return _given_to(conn, case, chosen)


def give_to_last_owner_or_next(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """Open again, it goes back to who had it; if they cannot have it any more, to who did this, or to the next supervisor."""
    could = {person.id: person for person in people.who_could_have(conn, case.id, again=True)}
    person = could.get(case.owner_id) or could.get(by.id) or next(iter(could.values()), None)
    if person is None:
        raise NobodyElse
    return _given_to(conn, case, person)


def recuse_and_reroute(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """Who declared a conflict never has it again; if they had it, the next supervisor free of conflict does."""
    changes: Changes = {"recused_ids": sorted({*case.recused_ids, by.id})}
    if by.id != case.owner_id:
        return changes
    others = [person for person in people.who_could_have(conn, case.id) if person.id != by.id]
    if not others:
        raise NobodyElse
    return changes | _given_to(conn, case, others[0])


def _given_to(conn: Connection, case: Case, person: Person) -> Changes:
    return {
        "owner_id": person.id,
        "team_id": person.team_id or case.team_id,
        "assigned_at": case.assigned_at or now(conn),
    }


def _why_not(case: Case, person: Person) -> str:
    if person.id in case.subject_ids:
        return "it is about them"
    if person.id in case.recused_ids:
        return "they declared a conflict of interest"
    if person.id in case.praised_ids:
        return "it praises them"
    if set(person.above) & set(case.subject_ids):
        return "they report to a person it is about"
    return "they already have it" if person.id == case.owner_id else "they are not an active supervisor"


# The investigation and the steps


def keep_finding(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """Finding, summary, sources checked, and the root cause when known (R12)."""
    return {name: said.get(name) for name in ("finding", "finding_summary", "sources_checked", "root_cause")}


def keep_steps(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """Steps taken, or why none are needed (R14); one of them, not both."""
    if ("steps_taken" in said) == ("no_steps_because" in said):
        raise NeedsStepsOrReason
    return {name: said.get(name) for name in ("steps_taken", "no_steps_because")}


# Talking with the customer


def check_when(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """It happened after the receipt and not in the future."""
    happened(conn, case, said["happened_at"])
    return {}


def acknowledge(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """The customer knows that it was received. Not a response (R21)."""
    return {"acknowledged_at": happened(conn, case, said["happened_at"])}


def queue_response(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """The response goes to the outbox. It counts as an answer only once it left (R21)."""
    notices.queue(conn, case, purpose="response", body=said["response"], by=by)
    return {"response": said["response"], "responded_by": by.id}


def keep_response(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """A response that was spoken or left by other means: when, how, the text, and who answers for it (R15)."""
    at = happened(conn, case, said["happened_at"])
    if since := db.value(conn, "cases.worked_on_since", id=case.id, at=at):
        raise BeforeTheWork(day=business_days.long_date(since))
    notices.cancel_response(conn, case.id)
    return answered(case, by.id, at, said["channel"], said["response"])


def keep_delivery(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """The mail server took the response at this moment: now it is an answer (R21)."""
    return answered(case, case.responded_by, said["happened_at"], "email", case.response)


def answered(case: Case, by_id: int | None, at: datetime, channel: str, text: str | None) -> Changes:
    """The answer reached the customer at this instant (R15, R21): a complaint ends with it, and who has the case answers for it."""
    ends = {"closed_at": at} if case.kind == Kind.COMPLAINT else {}  # an escalation goes on to its decision
    after_all = dict.fromkeys(("no_reply_at", "no_reply_because")) if case.no_reply_at else {}
    return (
        ends
        | after_all
        | {
            "responded_at": at,
            "response_channel": channel,
            "response": text,
            "responded_by": by_id,
            "accountable_id": case.owner_id,
        }
    )


def take_back_answer(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """It is open again; the history keeps what was answered and when.

    One that was never answered missed the closures that were applied meanwhile: its promise is what the calendar says.
    """
    return promised_again(conn, case) | {
        "responded_at": None,
        "closed_at": None,
        "response_channel": None,
        "accountable_id": None,
        "redirected_to": None,
        "duplicate_of": None,
    }


def promised_again(conn: Connection, case: Case) -> Changes:
    """The due date of a case that is open again, unless it was answered before: late stays late (R23)."""
    if case.responded_at or case.promised_days is None:
        return {}
    return {"due_on": business_days.due_on(conn, case.received_on, case.promised_days)}


def cancel_response(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """A response that has not left will not leave."""
    notices.cancel_response(conn, case.id)
    return {}


def resend_response(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """A response that failed, was kept or may have left is tried again, because somebody says so."""
    notices.resend_response(conn, case.id, by)
    return {}


# Other ends


def close(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """The work ends now, and a response that has not left will not leave."""
    notices.cancel_response(conn, case.id)
    return {"closed_at": now(conn)}


def redirect(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """It belongs to another division (R2)."""
    return {"redirected_to": _division(conn, said["division_id"])}


def change_division(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """Another division answers for it; the clock stays (R4)."""
    return {"division_id": _division(conn, said["division_id"])}


def link_to_original(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """The earlier of two goes on with the earliest receipt; this, the later, ends as its duplicate (R25)."""
    found = db.row(conn, "cases.find", request_no=said["original_no"], viewer=by.id)
    if found is None or found.kind != case.kind:
        raise NotTheOriginal(why=f"There is no {case.kind} with the number {said['original_no']}.")
    if found.id == case.id:
        raise NotTheOriginal(why="A case cannot be its own duplicate.")
    for case_id in sorted((found.id, case.id)):  # in one order: each of two may be called the other's duplicate at once
        db.run(conn, "cases.hold", id=case_id)
    original = db.row(conn, "cases.get", id=found.id, viewer=by.id)
    if original is None or original.duplicate_of is not None:
        raise NotTheOriginal(why=f"{found.request_no} is itself a duplicate; use its original.")
    if not original.is_open and original.state != State.RESPONDED:
        raise NotTheOriginal(
            why=f"{original.request_no} ended as {_words(original.state)}: nobody would answer. Keep this one."
        )
    if original.received_at > case.received_at:
        raise NotTheOriginal(
            why=f"{original.request_no} was received later. Keep the earlier one and close the later as its duplicate."
        )
    db.run(conn, "cases.link", case_id=case.id, other_id=original.id, relation="duplicate of")
    return {"duplicate_of": original.id}


# Facts about it


def keep_details(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """Category, tags and the staff it is about. Who has it must not be one of them (R11)."""
    subjects = sorted(said.get("subject_ids", []))
    if case.owner_id in subjects:
        raise CannotHaveIt(name=case.owner, why="you are naming them as its subject. Reassign it first, then name them")
    return {"category": said["category"], "tags": list(said.get("tags", [])), "subject_ids": subjects}


def keep_contact(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """How to reach the customer; a complaint keeps at least one way (R6)."""
    found = customer.reached_by(said.get("phone"), said.get("email"), said.get("postal_address"))
    if case.response_notice is not None and found["email"] != case.email:
        if found["email"] is None:
            raise ResponseHasNoAddress
        notices.readdress_response(conn, case.id, found["email"])
    if not any(found.values()) and not case.contact_held_by:
        if case.kind == "complaint":
            raise NoContactLeft
        if case.reply_requested:
            raise ReplyNeedsAContact
    return {"customer_name": said.get("customer_name"), **found}


def attach(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """A file is kept with the case. The form gives (name, media type, bytes)."""
    name, media_type, content = said["file"]
    db.run(
        conn,
        "cases.attach",
        case_id=case.id,
        name=attachments.named(name, len(content)),
        media_type=media_type.replace("\x00", ""),
        content=content,
        by=by.id,
    )
    return {"sha256": sha256(content).hexdigest()}


def now(conn: Connection) -> datetime:
    """This instant, by the one clock."""
    return db.value(conn, "clock.right_now")


def happened(conn: Connection, case: Case, at: datetime) -> datetime:
    """The moment as it was said, to the minute: within the minute of receipt it counts as the receipt itself."""
    if at > now(conn):
        raise InTheFuture
    if at < case.received_at.replace(second=0, microsecond=0):
        raise BeforeReceipt
    return max(at, case.received_at)


def _division(conn: Connection, division_id: int) -> int:
    if division_id not in people.divisions(conn):
        raise people.UnknownDivision
    return division_id


def _words(state: str) -> str:
    return state.replace("_", " ")
