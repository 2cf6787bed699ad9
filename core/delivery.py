"""Delivery: what a worker does with a message of the outbox, after the move that made it was committed.

1. The message is marked as sending, and that is committed, before anybody is asked to take it. Whoever hands it over holds its
   lane, a lock that is free the moment they are gone.
2. The mail server or the gateway is asked. No transaction is open meanwhile.
3. What came of it is written down.

A worker that is killed between 1 and 3 leaves a message that is sending in a free lane: it may have left or not.

- A response and a letter are **at most once** by themselves: it is then "not known whether it left", and staff decide. It is never sent twice
  without somebody who said so. It counts as an answer when the mail server has taken it (R21), and until then the complaint
  stays open and its clock runs.
- A status update and a digest are **at least once**: they are sent again. A double says the same number and status again.

Either way the Message-ID stays the same, so that mail systems can drop a double. What was surely not taken is tried again after
1, 2, 4 … minutes, and fails for good after the last of WAITS, or at once where trying again is no use. Without a mail server or
gateway it is kept and shown. Nothing is ever lost.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from email.errors import MessageError
from email.message import EmailMessage
from typing import Any

from sqlalchemy import Connection, Row

from core import cases, db, jobs, mail, sms
from core.errors import Refused
from core.notices import MAY_DOUBLE
from core.outcome import Came, Outcome
from core.people import SYSTEM

#: Minutes until each further attempt: twice as long, an hour at most, and after the last one it has failed for good.
WAITS = (1, 2, 4, 8, 16, 32, 60, 60)
#: Another status update of the same case is on its way: it is looked at again after so many seconds.
SECONDS_BEHIND_ANOTHER = 2
CUT_OFF = "The program was stopped while it handed the message over; it may have left or not."
#: What the history of the case says when a message left, and when it did not. The customer's status is no answer.
LEFT = {"response": "response_left", "letter": "letter_left"}
FAILED = {"response": "response_failed", "letter": "letter_failed"}


class NotWaiting(Refused):
    """That message is not waiting to be sent; look again."""


class OthersFirst(Refused):
    """Another status update of the same case is being sent just now; this one comes after it."""


def deliver(notice_id: int, *, seconds: float = mail.SECONDS_TO_WAIT) -> str:
    """Hands this message over, in transactions of its own; the status that it has then: sent, waiting (it will be tried again),
    failed, unknown, kept or cancelled.

    `seconds` is how long each answer of the mail server is waited for. Whoever comes second gets NotWaiting.
    """
    with db.connection() as conn, _closed_by_trouble(conn):
        with conn.begin():
            lane = _enter_lane(conn, notice_id)
            notice, email = _claim(conn, notice_id)
        status = notice and str(notice.status)
        if notice is not None and status == "sending":
            came = _hand_over(notice, email, seconds)
            with conn.begin():
                status = _write_down(conn, notice, came)
        with conn.begin():  # after the commit: whoever comes next sees what came of it
            db.value(conn, "notices.leave_lane", lane=lane)
    if status is None:
        raise NotWaiting
    return status


@contextmanager
def _closed_by_trouble(conn: Connection) -> Iterator[None]:
    """A connection is never given back with the lane that it holds."""
    try:
        yield
    except BaseException:
        conn.invalidate()
        raise


def _enter_lane(conn: Connection, notice_id: int) -> int:
    """Holds the lane of this message: a lock of the connection and not of a transaction, so that none is open while others think."""
    lane = db.row(conn, "notices.enter_lane", id=notice_id)
    if lane is None or (not lane.entered and lane.purpose != "update"):
        raise NotWaiting
    if not lane.entered:
        raise OthersFirst
    return int(lane.lane)


def _claim(conn: Connection, notice_id: int) -> tuple[Row[Any] | None, EmailMessage | None]:
    """Marks it as sending, with the email to send. Otherwise what has become of it instead; None if it does not wait."""
    seen = db.row(conn, "notices.claim", id=notice_id)
    if seen is None:
        return None, None
    if seen.status == "sending" and seen.purpose not in MAY_DOUBLE:  # its lane is free: whoever handed it over is gone
        return _ended(conn, seen, "unknown", CUT_OFF), None
    if seen.is_overtaken or not seen.is_wanted:
        return _ended(conn, seen, "cancelled", None), None
    if not (sms if seen.channel == "sms" else mail).is_set_up():
        return _ended(conn, seen, "kept", None), None
    try:
        email = mail.message(conn, seen) if seen.channel == "email" else None
    except (ValueError, LookupError, MessageError):
        return _ended(conn, seen, "failed", mail.NOT_TOGETHER), None
    return _marked(conn, seen, "sending", None), email


def _hand_over(notice: Row[Any], email: EmailMessage | None, seconds: float) -> Outcome:
    return sms.send(notice.to_address, notice.body) if email is None else mail.send(email, seconds)


def _write_down(conn: Connection, notice: Row[Any], came: Outcome) -> str:
    """What came of it: sent, to be tried again, failed or unknown; and the case moves with it."""
    if came.came is Came.SENT:
        sent = _marked(conn, notice, "sent", None)
        _move(conn, notice, LEFT, happened_at=sent.sent_at)
        return "sent"
    if came.came is Came.PERHAPS and notice.purpose not in MAY_DOUBLE:
        return str(_ended(conn, notice, "unknown", came.problem).status)
    if came.came is Came.NEVER or notice.attempts > len(WAITS):
        return str(_ended(conn, notice, "failed", came.problem).status)
    wait = 60 * WAITS[notice.attempts - 1]
    _marked(conn, notice, "waiting", came.problem, wait)
    jobs.defer_delivery(conn, notice.id, seconds=wait)
    if notice.attempts == 1:  # the history tells the first failure and the last, and not each between
        _move(conn, notice, FAILED, note=came.problem)
    return "waiting"


def _ended(conn: Connection, notice: Row[Any], status: str, problem: str | None) -> Row[Any]:
    """It goes no further by itself; where it did not leave, the case's history says so."""
    ended = _marked(conn, notice, status, problem)
    if problem:
        _move(conn, notice, FAILED, note=problem)
    return ended


def _marked(conn: Connection, notice: Row[Any], status: str, problem: str | None, wait: int | None = None) -> Row[Any]:
    row = db.row(conn, "notices.mark", id=notice.id, status=status, problem=problem, seconds=wait)
    assert row is not None, "nobody else has its lane"
    return row


def _move(conn: Connection, notice: Row[Any], actions: dict[str, str], **said: Any) -> None:
    """The case's own move; a note of the same moment must not undo what the server said."""
    if action := actions.get(notice.purpose):
        db.run(conn, "cases.hold", id=notice.case_id)
        cases.act(conn, notice.case_id, action, by=SYSTEM, **said)
