"""Whether and how an answer or a letter left, in words: what was only written is never told as if it had left (R21, R48)."""

from typing import Any

from sqlalchemy import Connection

from core import cases, db, notices
from core.business_days import long_date
from core.case import Case
from core.people import SYSTEM

#: How an answer reached the customer, by its channel.
WAYS = {
    "email": "sent by email", "mail": "sent by mail", "phone": "said on the phone", "in person": "handed over in person",
    "chat": "sent by chat", "other": "given by other means",
}  # fmt: skip
#: How a message that has not left stands, by its status in the outbox.
NOT_LEFT = {
    "waiting": "has not left (it waits in the outbox)",
    "sending": "has not left (it is being handed to the mail server)",
    "kept": "never left (no mail server was set up to send it)",
    "failed": "never left (its delivery failed)",
    "unknown": "may have left or not (nobody knows)",
    "cancelled": "never left (it was taken back)",
}
#: What became of a message, for the list of all messages of a case.
MESSAGES = NOT_LEFT | {"sent": "sent", "cancelled": "did not leave from here (taken back, or sent by other means)"}
#: Why an answer that left counts no more, by the event that says so.
UNDONE = {
    "response_came_back": "it left and came back",
    "decision_came_back": "it left and came back",
    "reopen": "it left, and the case was opened again since",
}
QUEUED = ("send_response", "send_first_response")


def left(case: Case) -> bool:
    """Whether the answer on record left and counts."""
    return case.responded_at is not None


def of_answer(conn: Connection, case: Case) -> str:
    """How the answer on record left: "sent by email on Monday 5 January 2026, 10:42"; or that it did not, and why."""
    if case.responded_at is not None:
        how = WAYS[case.response_channel] if case.response_channel else "given, the record does not say how,"
        return f"{how} on {moment(conn, case.responded_at)}"
    if notice := notices.waiting(conn, case.id):
        return _written(notice.status)
    last = next(filter(None, map(_undone, reversed(cases.timeline(conn, case.id, SYSTEM)))), None)
    return last or _written("cancelled")


def _written(status: str) -> str:
    return f"it was only written and {NOT_LEFT[status]}"


def _undone(event: Any) -> str | None:
    """What this event says of the answer on record, if it is about it."""
    if event.action in QUEUED:
        return _written("cancelled")
    if event.action == "reopen" and event.from_state != "responded":
        return None
    return UNDONE.get(event.action)


def of_letter(conn: Connection, letter: Any) -> str:
    """How an issued letter left, or that it did not, and why."""
    if letter.state == "left":
        by = f", recorded by {letter.mover}" if letter.mover else ""
        return f"{WAYS[letter.sends_by]} on {moment(conn, letter.moved_at)}{by}"
    if letter.state == "came back":
        return f"came back on {moment(conn, letter.moved_at)}"
    if letter.sends_by == "mail":
        return "never left (nobody recorded that it was posted)"
    return NOT_LEFT[letter.notice_status or "cancelled"]


def moment(conn: Connection, at: Any) -> str:
    """Monday 11 January 2027, 10:42, in Toronto."""
    day = db.value(conn, "clock.local_date", at=at)
    return f"{long_date(day)}, {db.value(conn, 'clock.local_time', at=at)}"
