"""The texts of the pack for Ombudsman Toronto: facts, days and history of a case, to be read by people."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row

from core import business_days, departures, event_words, words
from core.actions import done
from core.business_days import long_date
from core.case import Case
from core.kinds import GROUNDS
from core.letter_drafting import answer_of, days_of
from core.letters import facts_of

#: What is on record about a case, in the order of telling.
FACTS = {
    "title": "About", "category": "Category", "tags": "Also about", "subject_names": "Staff it is about", "division": "Division",
    "channel": "How it came", "received_at": "Received", "backdated_because": "Entered late because", "entered_by_name": "Entered by",
    "promised_days": "Promised business days", "due_on": "Due", "first_due_on": "First promised for", "acknowledged_at": "Acknowledged",
    "owner": "With", "finding": "Finding", "finding_summary": "Summary of the finding", "sources_checked": "What was reviewed",
    "root_cause": "Root cause", "steps_taken": "Steps taken", "no_steps_because": "No steps, because",
    "responded_at": "Answered", "response_channel": "Answered by", "responded_by_name": "Answered by whom", "accountable": "Accountable",
    "days_taken": "Business days taken", "closed_at": "Closed", "complaint_no": "Complaint it escalates", "ground": "Ground",
    "never_arrived": "The response never arrived, the customer says", "admitted_because": "Admitted because",
    "represented_by": "Represented by", "consent": "Consent", "decision": "Decision", "decision_reasons": "Findings and reasons",
    "remedy": "What was or will be done", "remedy_by": "By when", "letter_due": "A letter is due", "letter_because": "Because",
    "decided_at": "Decided", "decided_by_name": "Decided by", "told_at": "The customer was told", "told_by": "Told by",
    "ombudsman_at": "Known to be with Ombudsman Toronto", "customer_name": "Customer", "phone": "Phone", "email": "Email",
    "postal_address": "Postal address", "contact_held_by": "Contact held by", "language": "Preferred language",
    "interpreter": "Interpreter needed", "accessible_format": "Accessible format",
}  # fmt: skip


#: What is said of an answer only once it left, and what is said before.
UNSENT = {"responded_by_name": "Response written by", "response_channel": None}


def facts(conn: Connection, case: Case) -> bytes:
    """What is on record about a case, a fact a line."""
    lines = [f"{case.kind.capitalize()} {case.request_no}: {case.state.replace('_', ' ')}", ""]
    labels = FACTS if departures.left(case) else FACTS | UNSENT
    for name, label in labels.items():
        if label and (value := getattr(case, name)) not in (None, "", [], False):
            lines.append(f"{label}: {GROUNDS[value] if name == 'ground' else words.value(value)}")
    if case.response or case.responded_at:
        lines.append(f"The response to the customer: {departures.of_answer(conn, case)}")
    return ("\n".join(lines) + "\n").encode()


def days(conn: Connection, case: Case) -> bytes:
    """The day strip in words and day by day, and when it was answered."""
    lines = [days_of(conn, case), answer_of(conn, case), ""]
    for day in business_days.strip(conn, case.received_on, case.due_on) if case.due_on else ():
        lines.append(
            f"{long_date(day.day)}: {f'business day {day.no}' if day.counted else f'not counted, {day.reason}'}"
        )
    return ("\n".join(lines) + "\n").encode()


def history(events: Sequence[Any], known: event_words.Names) -> bytes:
    """Every move: when, who, what, why, and what changed."""
    blocks = []
    for event in events:
        said = [f"{words.long_moment(event.at)}: {event.by_name} {done(event.action)}"]
        said += [f"  now {event.to_state.replace('_', ' ')}"] if event.to_state != event.from_state else []
        said += [f"  {line}" for line in (event.note or "").split("\n") if line]
        told = event_words.said(event, known) + event_words.changed(event, known)
        said += [f"  {label}: {text}" for label, text in told]
        blocks.append("\n".join(said))
    return ("\n\n".join(blocks) + "\n").encode()


def letter(row: Any) -> str:
    """An issued letter in one line: version, who issued and approved it, how and when it left, or that it did not."""
    issued = f"issued {words.long_moment(row.issued_at)} by {row.issuer}, approved by {row.approver}"
    return f"{facts_of(row)}, {issued}; {departures.of_letter(row)}"


#: What is told of a message of a case.
MESSAGE = {"created_at": "Written", "purpose": "What", "channel": "By", "to_address": "To", "subject": "Subject", "body": "Text",
           "status": "What became of it", "sent_at": "Sent", "attempts": "Tries", "problem": "What went wrong"}  # fmt: skip


def message(row: Row[Any]) -> list[Any]:
    """A message of a case, in the order of MESSAGE, with what became of it in words."""
    told = {**row._mapping, "status": departures.of_message(row)}
    return [told[name] for name in MESSAGE]
