"""An event of the history in words: what its form said and what it changed, each with its label and with names for ids.

The case page and the pack for Ombudsman Toronto tell the same words; the pack tells every change.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from core import fields, people, words
from core.fields import Field

Names = Mapping[str, Mapping[int, str]]
Told = list[tuple[str, str]]

#: Changes that the form of the same event says in other words.
REPEATED = frozenset({"duplicate_of", "redirected_to"})
#: Changed columns and said fields that hold ids, and whose they are.
NAMED = {
    "owner_id": "staff", "subject_ids": "staff", "recused_ids": "staff", "lead_id": "staff", "praised_ids": "staff", "shared_with": "staff",
    "accountable_id": "staff", "responded_by": "staff", "decided_by": "staff", "naming_consent_by": "staff", "approver_id": "staff",
    "division_id": "divisions", "team_id": "teams",
}  # fmt: skip
#: What a form said, in the order of telling.
TOLD = {
    "division_id": "Division", "happened_at": "When", "channel": "How", "outcome": "Outcome", "how_told": "Told by", "withdrawn_by": "Withdrawn by",
    "original_no": "Original", "what_it_is": "What it is", "finding": "Finding", "finding_summary": "Summary",
    "sources_checked": "Sources checked", "root_cause": "Root cause", "steps_taken": "Steps taken",
    "no_steps_because": "No steps, because", "response": "Response", "category": "Category", "tags": "Tags",
    "fed_by": "Received through", "complaint": "Complaint", "proven": "What the clock proved", "decision": "Decision", "decision_reasons": "Findings and reasons",
    "remedy": "What was or will be done", "remedy_by": "By when", "letter_due": "Decision letter", "letter_because": "Because",
    "updates_by": "Updates by", "updates_to": "To",
    "assessed_because": "For 311 Toronto because", "lead_id": "Team lead", "lead_did": "What became of it", "lead_outcome": "What was done",
    "praised_ids": "Praises", "praise_words": "What the praised read", "naming_consent": "The customer agreed",
}  # fmt: skip
#: What changed.
CHANGED = {
    "owner_id": "With", "team_id": "Team", "assigned_at": "First with somebody", "subject_ids": "About", "recused_ids": "Recused", "due_on": "Due",
    "decide_by": "To be decided by", "acknowledged_at": "Acknowledged", "responded_at": "Answered", "response_channel": "How it was answered",
    "responded_by": "Response by", "accountable_id": "Accountable", "closed_at": "Closed", "decided_at": "Decided", "decided_by": "Decided by",
    "told_at": "The customer was told the decision", "told_by": "How they were told", "ombudsman_at": "With Ombudsman Toronto",
    "forwarded_at": "Forwarded", "lead_heard_at": "Acknowledged by the team lead", "lead_done_at": "Done by the team lead",
    "reply_requested": "A reply was asked for", "naming_consent_at": "Agreed", "naming_consent_by": "Consent recorded by",
    "shared_at": "Shared", "shared_with": "Shared with", "customer_name": "Name", "phone": "Phone", "email": "Email", "postal_address": "Postal address",
    "no_reply_at": "Recorded that no reply can be given", "no_reply_because": "No reply, because",
}  # fmt: skip
#: What else an event may hold: how it came in, and the checksum of a document.
HELD = {
    "received_at": "Received", "backdated_because": "Entered late because", "sha256": "SHA-256", "import": "Import", "line": "Line of the file",
    "owner": "With", "accountable": "Accountable", "left": "Checksum of what stays",
}  # fmt: skip
#: What a form asks for, by the name of its field.
ASKED = {field.name: field.label for field in vars(fields).values() if isinstance(field, Field)}


def names(conn: Connection) -> dict[str, dict[int, str]]:
    """The names of the ids that a history holds: of people, divisions and teams."""
    return {"staff": people.names(conn), "divisions": people.divisions(conn), "teams": people.teams(conn)}


def said(event: Any, known: Names) -> Told:
    """All that its form said, each with its label."""
    return _listed(event.details, [*TOLD, *event.details], known)


def said_in_short(event: Any, known: Names) -> Told:
    """What its form said that people look for."""
    return _listed(event.details, list(TOLD), known)


def changed(event: Any, known: Names, untold: Collection[str] = REPEATED) -> Told:
    """What changed beyond what the form said, from what and to what."""
    return [
        (_label(name, CHANGED), f"{_in_words(name, old, known)} → {_in_words(name, new, known)}")
        for name, (old, new) in event.changes.items()
        if name not in untold and name not in event.details
    ]


def _listed(details: Mapping[str, Any], order: list[str], known: Names) -> Told:
    return [
        (_label(name, TOLD), _in_words(name, details[name], known)) for name in dict.fromkeys(order) if name in details
    ]


def _label(name: str, first: Mapping[str, str]) -> str:
    return next((held[name] for held in (first, TOLD, CHANGED, HELD, ASKED) if name in held), words.said(name))


def _in_words(name: str, value: Any, known: Names) -> str:
    if value in (None, "", []):
        return "nobody" if name == "owner_id" else "none"
    if name in NAMED:
        people_or_rooms = known[NAMED[name]]
        return ", ".join(people_or_rooms.get(one, str(one)) for one in (value if isinstance(value, list) else [value]))
    if name.endswith("_at"):
        value = datetime.fromisoformat(value)
    elif name.endswith(("_on", "decide_by", "remedy_by")):
        value = date.fromisoformat(value)
    return words.value(value, long=False)
