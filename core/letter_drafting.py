"""A letter drafted from its case: every part filled in with what is on record. Its author changes it as they like.

Nothing is made up: a part of which the case holds nothing stays empty, and the completeness check says so.
"""

from datetime import date
from typing import Any

from sqlalchemy import Connection

from core import business_days, db
from core.business_days import long_date
from core.case import Case
from core.kinds import GROUNDS, Kind
from core.letter_parts import DECISION, PURPOSES
from core.letter_texts import texts

#: An apology is due where the customer was right, or was answered late.
FAVOURABLE = ("upheld", "partly upheld", "substantiated", "partly substantiated")


def drafted(conn: Connection, case: Case) -> dict[str, str]:
    """The parts of a letter for this case, as it stands now."""
    facts = db.row(conn, "letters.facts", case_id=case.id)
    assert facts is not None, "a case that is there"
    complaint = complaint_of(conn, case)
    signer = _signer(facts)
    own = _decision(conn, case, complaint, signer) if PURPOSES[case.kind] == DECISION else _response(conn, case, signer)
    return {
        "to": "\n".join(filter(None, (case.customer_name, case.postal_address))) or "",
        "salutation": f"Dear {case.customer_name}:" if case.customer_name else "Hello:",
        "issue": complaint.description,
        "apology": apology(case, complaint),
        "closing": "Sincerely,",
        "signature": "\n".join(filter(None, (*signer, texts().house["name"]))),
    } | own


def complaint_of(conn: Connection, case: Case) -> Case:
    """The complaint that a letter is about: of an escalation, the one that it escalates."""
    if case.complaint_id is None:
        return case
    row = db.row(conn, "cases.get", id=case.complaint_id, viewer=None)
    assert row is not None, "an escalation of a complaint"
    return Case.from_row(row)


def apology_is_due(case: Case, complaint: Case) -> bool:
    """Whether the customer was right, at least partly, or was answered late or not at all in time."""
    return (
        (case.decision or case.finding) in FAVOURABLE or complaint.answered_late is True or complaint.is_overdue is True
    )


def apology(case: Case, complaint: Case) -> str:
    """An apology for what went wrong, where one is due; else nothing."""
    right = (case.decision or case.finding) in FAVOURABLE
    late = complaint.answered_late or complaint.is_overdue
    about = ["for what happened"] * right + ["that you waited for our answer longer than we had promised"] * bool(late)
    return f"We apologize {' and '.join(about)}." if about else ""


def _decision(conn: Connection, case: Case, complaint: Case, signer: tuple[str, str]) -> dict[str, str]:
    name, title = signer
    ground = GROUNDS.get(case.ground or "", "")
    return {
        "subject": f"Decision on your escalation, request number {case.request_no}",
        "opening": "You asked for your complaint to be escalated and reviewed by senior management. This letter tells you what was "
                   "decided, and why.",
        "dates": "\n\n".join((
            f"{_received(conn, complaint)} {answer_of(conn, complaint)}",
            f"{_received(conn, case)} {_progress(conn, case)}",
        )),
        "request": case.description or ground,
        "reviewed": f"Your complaint was reviewed by {name}, {title}, who took no part in handling it. What was reviewed: "
                    f"{case.sources_checked or ''}",
        "decision": f"Your escalation is {case.decision}." if case.decision else "",
        "findings": case.decision_reasons or "",
        "actions": _with_day(case.remedy, case.remedy_by),
        "ombudsman": texts().ombudsman,
    }  # fmt: skip


def _response(conn: Connection, case: Case, signer: tuple[str, str]) -> dict[str, str]:
    name, title = signer
    found = f"We found your complaint to be {case.finding}." if case.finding in FAVOURABLE else ""
    return {
        "subject": f"Our response to your complaint, request number {case.request_no}",
        "opening": "Thank you for telling us. Your complaint was fully investigated. This letter tells you what was found.",
        "dates": _received(conn, case),
        "reviewed": f"Your complaint was investigated by {name}, {title}. What was checked: {case.sources_checked or ''}",
        "findings": "\n\n".join(filter(None, (found, case.finding_summary))),
        "actions": case.steps_taken or case.no_steps_because or "",
        "next": texts().escalate.replace("{number}", case.request_no),
    }  # fmt: skip


def _received(conn: Connection, case: Case) -> str:
    """Your complaint, request number 09400012, was received on Monday 4 January 2027 and due on …: a whole sentence."""
    days = days_of(conn, case)
    return f"Your {case.kind}, request number {case.request_no}, was {days[0].lower()}{days[1:]}"


def days_of(conn: Connection, case: Case) -> str:
    """When it was received and due, with the days that were not counted: the day strip in words."""
    if case.due_on is None:
        return f"Received on {long_date(case.received_on)}."
    days = business_days.strip(conn, case.received_on, case.due_on)
    return (
        business_days.strip_in_words(days)
        or f"Received on {long_date(case.received_on)} and due on {long_date(case.due_on)}."
    )


def answer_of(conn: Connection, case: Case) -> str:
    """When it was answered, and how that stands to the promise; or what became of that answer: for a letter."""
    if case.responded_on is not None:
        return f"We answered it on {_against_promise(case, case.responded_on)}."
    passed = ", and the day it was due has passed" if case.is_overdue else ""
    ended = f"It ended as {case.state.replace('_', ' ')}"
    if before := db.row(conn, "cases.answer_taken_back", id=case.id):
        was = "Our answer of {} came back" if before.came_back else "We answered it on {}, and it was opened again"
        return f"{was.format(long_date(before.answered_on))}. {f'No answer is recorded since{passed}' if case.is_open else ended}."
    if case.response:  # it was written, and may have left or not
        return f"No answer to it is recorded{passed}." if case.is_open else f"{ended}. No answer to it is recorded."
    return f"We have not answered it{passed}." if case.is_open else f"{ended}, without an answer."


def _against_promise(case: Case, on: date) -> str:
    """The day of an answer, and how many business days before or after the promised day it was."""
    if case.due_on is None or case.days_taken is None or case.promised_days is None:
        return long_date(on)
    apart = case.days_taken - case.promised_days
    if case.answered_late:
        return f"{long_date(on)}, {f'{_days(apart)} late' if apart > 0 else 'after it was due'}"
    if on == case.due_on:
        return f"{long_date(on)}, the day it was due"
    return f"{long_date(on)}, {f'{_days(-apart)} ' if apart < 0 else ''}before it was due"


def _progress(conn: Connection, case: Case) -> str:
    said = [f"We first answered it on {_against_promise(case, case.responded_on)}."] if case.responded_on else []
    if case.decided_at:
        said.append(f"We decided it on {long_date(local_date(conn, case.decided_at))}.")
    return " ".join(said)


def local_date(conn: Connection, at: Any) -> date:
    """The day of an instant in Toronto, by the one clock."""
    day: date = db.value(conn, "clock.local_date", at=at)
    return day


def _signer(facts: Any) -> tuple[str, str]:
    return facts.owner or "", facts.owner_title or (facts.owner_role or "").replace("_", " ").capitalize()


def _with_day(text: str | None, day: date | None) -> str:
    return "\n\n".join(filter(None, (text, f"This will be done by {long_date(day)}." if text and day else "")))


def _days(number: int) -> str:
    return "1 business day" if number == 1 else f"{number} business days"


def kind_of(case: Case) -> str:
    """What its letter is for."""
    return PURPOSES[Kind(case.kind)]
