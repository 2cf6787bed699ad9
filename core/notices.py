"""The outbox: what leaves is a row first, with a job to deliver it in the same transaction. Delivery is in core/delivery.py.

waiting → sending → sent; back to waiting when it shall be tried again; failed when it shall not; unknown when it may have left
or not; kept while nothing is set up to send it; cancelled when it shall not leave.
"""

from datetime import date
from email.utils import make_msgid
from typing import Any

from sqlalchemy import Connection, Row

from core import db, jobs
from core.case import Case
from core.errors import NotAllowed, NotFound
from core.people import Person

#: A status update says number and status only: no names, no allegation (R43).
UPDATE = "311 Toronto: escalation {number} is now {status}."
OPT_OUT = "To stop these messages, call 311 and give the request number {number}."
#: What may be sent a second time when nobody knows whether it left: a double harms nobody. Of all else somebody decides.
MAY_DOUBLE = frozenset({"update", "digest", "report"})


class LeavingNow(NotAllowed):
    """The message is being handed over just now; wait a moment, then look what came of it."""


class NotInTheOutbox(NotFound):
    """That message is not in the outbox any more; look again."""


def queue(conn: Connection, case: Case, *, purpose: str, body: str, by: Person) -> int:
    """Puts a message to the case's email address into the outbox; its id."""
    subject = f"Your {case.kind} to 311 Toronto, request number {case.request_no}"
    return _queue(conn, case.id, purpose, "email", case.email, subject, body, by)


def queue_letter(conn: Connection, case: Case, letter_id: int, *, to: str, subject: str, body: str, by: Person) -> int:
    """Puts the message that carries this letter into the outbox; its id."""
    return _queue(conn, case.id, "letter", "email", to, subject, body, by, letter_id)


def queue_update(conn: Connection, case: Case, status: str, by: Person) -> dict[str, str]:
    """Tells a customer who signed up how their escalation stands; nothing of the case changes.

    It takes the place of an older one that has not left: nobody is told an old status after a newer one.
    """
    if case.updates_by and case.updates_to:
        subject = UPDATE.format(number=case.request_no, status=status)
        body = f"{subject}\n\n{OPT_OUT.format(number=case.request_no)}" if case.updates_by == "email" else subject
        cancel_updates(conn, case.id)
        _queue(conn, case.id, "update", case.updates_by, case.updates_to, subject, body, by)
    return {}


def queue_digest(conn: Connection, to: Person, subject: str, body: str) -> int:
    """Puts somebody's morning digest into the outbox; its id."""
    return _queue(conn, None, "digest", "email", to.email, subject, body, None)


def queue_report(conn: Connection, to: Person, month: date, subject: str, body: str) -> int:
    """Puts the message that carries the report of this month into the outbox; its id."""
    return _queue(conn, None, "report", "email", to.email, subject, body, None, report_month=month)


def _queue(conn: Connection, case_id: int | None, purpose: str, channel: str, to_address: str | None, subject: str,
           body: str, by: Person | None, letter_id: int | None = None, report_month: date | None = None) -> int:  # fmt: skip
    if case_id is not None:
        db.run(conn, "cases.hold", id=case_id)  # first, as for a file
    notice_id: int = db.value(
        conn, "notices.queue", case_id=case_id, purpose=purpose, letter_id=letter_id, report_month=report_month, channel=channel,
        to_address=to_address, subject=subject, body=body, by=by and by.id, message_id=new_message_id(),
    )  # fmt: skip
    jobs.defer_delivery(conn, notice_id)
    return notice_id


def new_message_id() -> str:
    """What tells one message from all others, for as long as it is tried."""
    return make_msgid(domain="311.toronto.example")


def cancel_updates(conn: Connection, case_id: int) -> None:
    """Status updates of this case that have not left will not leave; one that is being handed over just now may."""
    db.run(conn, "notices.cancel_updates", case_id=case_id)


def cancel_response(conn: Connection, case_id: int) -> None:
    """A response of this case that has not left will not leave. Refuses while it is being handed over."""
    _cancel_answer(conn, case_id, "response")


def cancel_letter(conn: Connection, case_id: int) -> None:
    """A letter of this case that has not left will not leave. Refuses while it is being handed over."""
    _cancel_answer(conn, case_id, "letter")


def _cancel_answer(conn: Connection, case_id: int, purpose: str) -> None:
    _refuse_while_it_leaves(conn, case_id, purpose)
    db.run(conn, "notices.cancel_answer", case_id=case_id, purpose=purpose)


def readdress_response(conn: Connection, case_id: int, to_address: str) -> None:
    """A response of this case that has not left goes to this address. Refuses while it is being handed over."""
    _refuse_while_it_leaves(conn, case_id, "response")
    db.run(conn, "notices.readdress_response", case_id=case_id, to_address=to_address)


def resend_response(conn: Connection, case_id: int, by: Person) -> None:
    """The response of this case is tried again at once, as often as a new one. Refuses while it is being handed over."""
    notice = waiting(conn, case_id)
    if notice is None:
        raise NotInTheOutbox
    send_again(conn, notice.id, by)


def send_again(conn: Connection, notice_id: int, by: Person) -> None:
    """A message that failed, is kept, or may have left is tried again at once, as often as a new one."""
    held = _held(conn, notice_id)
    db.run(conn, "notices.send_again", id=held.id, by=by.id)
    jobs.defer_delivery(conn, held.id)


def withdraw(conn: Connection, notice_id: int, by: Person) -> None:
    """A message that has not left will not leave. A response is taken back by the move of that name instead."""
    held = _held(conn, notice_id)
    assert held.purpose in MAY_DOUBLE, "what is an answer is taken back by a move, with a reason"
    db.run(conn, "notices.withdraw", id=held.id, by=by.id)


def _held(conn: Connection, notice_id: int) -> Row[Any]:
    """A message that has not left, held until the transaction ends."""
    held = db.row(conn, "notices.hold", id=notice_id)
    if held is None:
        raise NotInTheOutbox
    if held.is_leaving:
        raise LeavingNow
    return held


def _refuse_while_it_leaves(conn: Connection, case_id: int, purpose: str) -> None:
    held = db.row(conn, "notices.hold_answer", case_id=case_id, purpose=purpose)
    if held is not None and held.is_leaving:
        raise LeavingNow


def surely_has_not_left(status: str | None, sent_again: bool) -> bool:
    """Whether a message that stands so has not left. One that somebody sent again may have left the first time."""
    return status in ("waiting", "kept", "failed") and not sent_again


def of_case(conn: Connection, case_id: int) -> list[Row]:
    """The messages of a case, newest first."""
    return db.rows(conn, "notices.of_case", case_id=case_id)


def waiting(conn: Connection, case_id: int) -> Row | None:
    """The response of this case that is in the outbox and has not left; one that was cut off while it left is unknown."""
    return db.row(conn, "notices.waiting", case_id=case_id)
