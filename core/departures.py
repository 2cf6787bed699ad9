"""Whether and how an answer or a letter left, in words: what was only written is never told as if it had left (R21, R48).

Nor is it told as if it had not, where nobody knows: what may have left and was taken back since may be in the customer's hands.
"""

from typing import Any

from sqlalchemy import Connection

from core import cases, notices
from core.case import Case
from core.people import SYSTEM
from core.words import long_moment

#: How an answer reached the customer, by its channel.
WAYS = {
    "online": "given online", "phone": "said on the phone", "email": "sent by email", "mail": "sent by mail", "in person": "handed over in person",
    "chat": "sent by chat", "social": "given on social media", "other": "given by other means",
}  # fmt: skip
#: How a message that surely has not left stands, by its status in the outbox.
NOT_LEFT = {
    "waiting": "has not left (it waits in the outbox)",
    "kept": "never left (no mail server was set up to send it)",
    "failed": "never left (its delivery failed)",
}
#: How one stands of which that is not sure.
UNSURE = {
    "sending": "is being handed to the mail server",
    "unknown": "may have left or not (nobody knows)",
    "cancelled": "was taken back; it is not recorded that it left",
}
#: Of one that somebody sent again: it may have left the first time.
AGAIN = "was tried again; it is not recorded that it left"
#: What became of a message that was taken back, for the list of all messages of a case: the same answer may have left otherwise.
TAKEN_BACK = "taken back, or sent by other means; it is not recorded that it left from here"
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
    """How the answer on record left: "sent by email on Monday 5 January 2026, 10:42"; or that it did not, or nobody knows, and why."""
    if case.responded_at is not None:
        how = WAYS[case.response_channel] if case.response_channel else "given, the record does not say how,"
        return f"{how} on {long_moment(case.responded_at)}"
    if notice := notices.waiting(conn, case.id):
        only = "was only written and " if notices.surely_has_not_left(notice.status, notice.sent_again) else ""
        return f"it {only}{_stands(notice.status, notice.sent_again)}"
    last = next(filter(None, map(_undone, reversed(cases.timeline(conn, case.id, SYSTEM)))), None)
    return last or "the record does not say whether it left"


def _stands(status: str, sent_again: bool) -> str:
    """How a message stands that is not known to have left."""
    if notices.surely_has_not_left(status, sent_again):
        return NOT_LEFT[status]
    return UNSURE.get(status, AGAIN)


def _undone(event: Any) -> str | None:
    """What this event says of the answer on record, if it is about it."""
    if event.action in QUEUED:
        return f"it {UNSURE['cancelled']}"
    if event.action == "reopen" and event.from_state != "responded":
        return None
    return UNDONE.get(event.action)


def of_letter(letter: Any) -> str:
    """How an issued letter left, or that it did not or nobody knows, and why."""
    if letter.state == "left":
        by = f", recorded by {letter.mover}" if letter.mover else ""
        return f"{WAYS[letter.sends_by]} on {long_moment(letter.moved_at)}{by}"
    if letter.state == "came back":
        return f"came back on {long_moment(letter.moved_at)}"
    if letter.sends_by == "mail":
        return "it is not recorded that it was posted"
    return _stands(letter.notice_status or "cancelled", letter.notice_sent_again)


def of_message(notice: Any) -> str:
    """What became of a message, for the list of all messages of a case."""
    if notice.status == "sent":
        return "sent"
    return TAKEN_BACK if notice.status == "cancelled" else _stands(notice.status, notice.sent_again)
