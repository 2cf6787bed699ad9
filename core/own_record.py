"""A person's request for their own record: one ZIP with what is on record about them, to read and as JSON.

They give request numbers and a phone or email; every number must match that contact, as at the gate of escalations (R31). In
it is what they said, what was promised and done, and what reached them. Not in it are notes and findings of staff, who of staff
did what, and files: those may tell of others, and are given after somebody has read them.
"""

import html
import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from core import cases, contacts, db, letters, reads
from core.actions import ACTIONS
from core.case import Case
from core.errors import BadInput, NotAllowed
from core.kinds import RESPONSIBLE
from core.people import SYSTEM, Person, as_of_now
from core.retention import reason

MOST = 50
#: What of a case is the customer's own, with what it is called: nothing else of it leaves.
FACTS = {
    "request_no": "Request number", "kind": "Kind", "state": "Where it stands", "received_at": "Received", "channel": "How it came",
    "title": "About", "description": "What you said", "category": "Category", "customer_name": "Your name", "phone": "Your phone",
    "email": "Your email", "postal_address": "Your postal address", "language": "Your language", "interpreter": "Interpreter needed",
    "accessible_format": "Accessible format", "reply_requested": "You asked for a reply", "represented_by": "Who speaks for you",
    "updates_by": "Status updates by", "updates_to": "Status updates to", "first_due_on": "First promised for", "due_on": "Promised for",
    "responded_at": "Answered", "response_channel": "How the answer left", "response": "The answer", "decision": "Decision",
    "decision_reasons": "Reasons of the decision", "remedy": "What was or will be done", "told_at": "When you were told", "closed_at": "Closed",
    "division": "Division", "erased_at": "What was said was erased",
}  # fmt: skip
#: What happened that concerns the customer; the rest is how the house works.
TOLD = frozenset({
    "receive", "import", "acknowledge", "log_follow_up", "log_update", "record_response", "response_left", "response_came_back", "correct_contact",
    "redirect", "withdraw", "reopen", "decide", "record_decision_told", "close_without_letter", "letter_left", "record_letter_posted", "record_letter_sent",
    "letter_came_back", "sign_up_for_updates", "stop_updates", "ask_for_reply", "answered_by_decision", "close", "no_action", "erase",
    "move_due_date", "record_consent", "take_back_consent", "record_first_response", "end_reply", "ask_again",
})  # fmt: skip
NOT_IN_IT = (
    "Not in this file: notes and findings of staff, who of staff did what, and files kept with a case. They may tell of other people, and are "
    "given on request after they were read."
)


class NotForYouToMake(NotAllowed):
    """A person's own record is put together by administrators and senior management."""


class NotTheirs(BadInput):
    """{numbers}: not on record with this phone or email, or not for you to see. Nothing was put together."""


class NoNumbers(BadInput):
    """Give at least one request number, and at most fifty."""


class NoContact(BadInput):
    """Give the phone or the email that is on those requests."""


def made(conn: Connection, numbers: Sequence[str], contact: str, *, by: Person, why: str) -> bytes:
    """The ZIP. `why` says how their identity was verified; it is logged with each case, whoever it is about.

    Refuses all of it if one number does not match the contact, or is not for whoever puts it together to see.
    """
    found = check(conn, numbers, contact, by=by, why=why)
    for case in found:
        reads.log(conn, by, "export", case_id=case.id, detail="own record", why=reason(why))
    records = [_record(conn, case) for case in found]
    return _zipped(records, [entry for case in found for entry in _letters(conn, case)])


def check(conn: Connection, numbers: Sequence[str], contact: str, *, by: Person, why: str) -> list[Case]:
    """The cases that match; refuses as above, and puts nothing together."""
    by = as_of_now(conn, by)
    if by.role not in RESPONSIBLE:
        raise NotForYouToMake
    reason(why)
    return _matched(conn, numbers, contact, by)


def _matched(conn: Connection, numbers: Sequence[str], contact: str, by: Person) -> list[Case]:
    wanted = list(dict.fromkeys(number.strip() for number in numbers if number.strip()))
    if not 1 <= len(wanted) <= MOST:
        raise NoNumbers
    ways = {_normal(contacts.as_phone, contact), _normal(contacts.as_email, contact)} - {None}
    if not ways:
        raise NoContact
    found, strange = dict[int, Case](), []
    for number in wanted:
        try:
            case = cases.find(conn, number, by)
        except cases.NoSuchCase:
            strange.append(number)
            continue
        if {case.phone, (case.email or "").lower()} & ways:
            found[case.id] = case
        else:
            strange.append(number)
    if strange:
        raise NotTheirs(numbers=", ".join(strange)[:500])
    return list(found.values())


def _normal(read: Any, contact: str) -> str | None:
    try:
        normal: str = read(contact.replace("\x00", ""))
        return normal
    except BadInput:
        return None


def _record(conn: Connection, case: Case) -> dict[str, Any]:
    events = [event for event in cases.timeline(conn, case.id, SYSTEM) if event.action in TOLD]
    return {
        **{name: value for name in FACTS if name not in _not_told(case) and (value := getattr(case, name)) not in (None, "", False)},
        "state": case.state.replace("_", " "),
        "history": [{"at": event.at, "what": ACTIONS[event.action].label} for event in events],
        "messages": [{"at": one.sent_at, "to": one.to_address, "subject": one.subject, "text": one.body}
                     for one in db.rows(conn, "pack.notices", case_id=case.id) if one.status == "sent"],
        "letters": [{"file": letters.file_name(case.request_no, one.version), "issued_at": one.issued_at, "sha256": one.sha256} for one in _sent(conn, case)],
    }  # fmt: skip


def _not_told(case: Case) -> tuple[str, ...]:
    """What may still change, because it has not reached them: the answer on its way, the decision before they were told."""
    answer = () if case.responded_at else ("response", "response_channel")
    return answer if case.told_at else (*answer, "decision", "decision_reasons", "remedy")


def _sent(conn: Connection, case: Case) -> list[Any]:
    return [one for one in letters.of_case(conn, case.id, SYSTEM) if one.state in ("left", "came back")]


def _letters(conn: Connection, case: Case) -> list[tuple[str, bytes]]:
    return [letters.document(conn, one.id, SYSTEM) for one in _sent(conn, case) if not one.erased_at]


def _zipped(records: list[dict[str, Any]], documents: list[tuple[str, bytes]]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("index.html", _page(records))
        out.writestr(
            "record.json",
            json.dumps({"not_in_it": NOT_IN_IT, "requests": records}, default=_plain, ensure_ascii=False, indent=1),
        )
        for name, pdf in documents:
            out.writestr(f"letters/{name}", pdf)
    return held.getvalue()


def _plain(value: Any) -> str:
    return str(value.isoformat())


def _page(records: list[dict[str, Any]]) -> str:
    """To read in any browser, without anything that it would run or fetch."""
    parts = [_section(record) for record in records]
    return (
        '<!doctype html><html lang="en-CA"><head><meta charset="utf-8"><title>Your record at 311 Toronto</title><style>'
        "body{font:16px/1.5 sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}dt{font-weight:bold;margin-top:.5rem}"
        "dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}</style></head><body><h1>Your record at 311 Toronto</h1>"
        f"<p>{html.escape(NOT_IN_IT)}</p>{''.join(parts)}</body></html>"
    )


def _section(record: dict[str, Any]) -> str:
    facts = "".join(
        f"<dt>{html.escape(label)}</dt><dd>{_said(record[name])}</dd>"
        for name, label in FACTS.items()
        if name in record
    )
    history = "".join(f"<li>{_said(one['at'])}: {_said(one['what'])}</li>" for one in record["history"])
    messages = "".join(f"<h3>Message to you, {_said(one['at'])}</h3><dl><dt>{_said(one['subject'])}</dt><dd>{_said(one['text'])}</dd></dl>"
                       for one in record["messages"])  # fmt: skip
    sent = "".join(
        f"<li>letters/{_said(one['file'])}, SHA-256 {_said(one['sha256'])}</li>" for one in record["letters"]
    )
    return (
        f"<section><h2>Request {_said(record['request_no'])}</h2><dl>{facts}</dl><h3>What happened</h3><ul>{history}</ul>{messages}"
        + (f"<h3>Letters</h3><ul>{sent}</ul>" if sent else "")
        + "</section>"
    )


def _said(value: Any) -> str:
    if value is True:
        return "Yes"
    return html.escape(value.isoformat(sep=" ", timespec="minutes") if hasattr(value, "hour") else str(value))
