"""The texts of a person's own record: labels and values in words for them, as a page and as JSON."""

import html
import json
from typing import Any

from core import words

#: A request: its facts, and lists of what happened, messages and letters; everything is text.
Record = dict[str, str | list[dict[str, str]]]
TITLE = "Your record at 311 Toronto"
#: What of a case is the customer's own, with what it is called: nothing else of it leaves.
FACTS = {
    "request_no": "Request number", "kind": "Kind", "state": "Where it stands", "received_at": "Received", "channel": "How it came",
    "title": "About", "description": "What you said", "category": "Category", "customer_name": "Your name", "phone": "Your phone",
    "email": "Your email", "postal_address": "Your postal address", "language": "Your language", "interpreter": "Interpreter needed",
    "accessible_format": "Accessible format", "reply_requested": "You asked for a reply", "represented_by": "Who speaks for you",
    "updates_by": "Status updates by", "updates_to": "Status updates to", "first_due_on": "First promised for", "due_on": "Promised for",
    "responded_at": "Answered", "response_channel": "How the answer left", "response": "The answer", "decision": "Decision",
    "decision_reasons": "Reasons of the decision", "remedy": "What was or will be done", "told_at": "When you were told", "closed_at": "Closed",
    "division": "Division",
}  # fmt: skip
#: Facts that are a word of a list.
CODES = frozenset({"kind", "state", "channel", "category", "updates_by", "response_channel", "decision"})
#: What happened that concerns the customer, as it is told to them; the rest is how the house works.
TOLD = {
    "receive": "We received it", "import": "We received it", "acknowledge": "We told you that we have it", "log_follow_up": "We contacted you",
    "log_update": "We told you how it stands", "record_response": "We answered", "response_left": "Our answer left", "response_came_back": "Our answer came back",
    "correct_contact": "Your contact was corrected", "redirect": "It went to another division", "withdraw": "It was withdrawn",
    "reopen": "It was opened again", "decide": "It was decided", "record_decision_told": "We told you the decision",
    "close_without_letter": "It was closed without a letter", "letter_left": "Our letter left", "record_letter_posted": "Our letter was posted", "record_letter_sent": "Our letter was sent",
    "letter_came_back": "Our letter came back", "sign_up_for_updates": "You signed up for status updates", "stop_updates": "Status updates were stopped",
    "ask_for_reply": "You asked for a reply", "answered_by_decision": "It was answered by the decision on your escalation", "close": "It was closed",
    "no_action": "It was closed with no action", "move_due_date": "The promised date was moved",
    "record_consent": "You agreed to be named", "take_back_consent": "You no longer agree to be named", "record_first_response": "We gave a first response",
    "end_reply": "We found that no reply can be given", "ask_again": "You asked again",
}  # fmt: skip
NOT_IN_IT = (
    "Not in this file: notes and findings of staff, who of staff did what, and files kept with a case. They may tell of other people, and are "
    "given on request after they were read."
)
STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}dt{font-weight:bold;margin-top:.5rem}"
    "dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}"
)


def in_words(name: str, value: Any) -> str:
    """A fact as it is read: Monday 11 January 2027, 10:42, in Toronto; Partly upheld; Yes."""
    if name == "updates_by" and value == "sms":
        return "Text message"
    if name in CODES:
        return str(value).replace("_", " ").capitalize()
    return "Yes" if value is True else words.value(value)


def as_json(records: list[Record]) -> str:
    """The same words, label by label."""
    return json.dumps({"About this file": NOT_IN_IT, "Requests": records}, ensure_ascii=False, indent=1)


def as_page(records: list[Record]) -> str:
    """To read in any browser, without anything that it would run or fetch."""
    return (
        f'<!doctype html><html lang="en-CA"><head><meta charset="utf-8"><title>{TITLE}</title><style>{STYLE}</style></head><body><h1>{TITLE}</h1>'
        f"<p>{html.escape(NOT_IN_IT)}</p>{''.join(map(_section, records))}</body></html>"
    )


def _section(record: Record) -> str:
    facts = {label: told for label, told in record.items() if isinstance(told, str)}
    lists = {label: told for label, told in record.items() if isinstance(told, list)}
    return (
        f"<section><h2>Request {html.escape(facts['Request number'])}</h2>{_pairs(facts)}"
        f"{''.join(f'<h3>{label}</h3>{_list(told)}' for label, told in lists.items() if told)}</section>"
    )


def _list(rows: list[dict[str, str]]) -> str:
    """What happened is a line each; a message or letter has its own labels."""
    if set(rows[0]) == {"When", "What"}:
        lines = (f"<li>{html.escape(row['When'])}: {html.escape(row['What'])}</li>" for row in rows)
        return f"<ul>{''.join(lines)}</ul>"
    return "".join(map(_pairs, rows))


def _pairs(told: dict[str, str]) -> str:
    return f"<dl>{''.join(f'<dt>{html.escape(label)}</dt><dd>{html.escape(text)}</dd>' for label, text in told.items())}</dl>"
