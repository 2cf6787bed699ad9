"""The outbox: what leaves for a customer is a row first. Delivery is in core/delivery.py."""

from email.utils import make_msgid

from sqlalchemy import Connection, Row

from core import db
from core.case import Case
from core.people import Person


def queue(conn: Connection, case: Case, *, purpose: str, body: str, by: Person) -> int:
    """Puts a message to the case's email address into the outbox; its id."""
    return db.value(
        conn, "notices.queue", case_id=case.id, purpose=purpose, channel="email", to_address=case.email, by=by.id, body=body,
        subject=f"Your {case.kind} to 311 Toronto, request number {case.request_no}",
        message_id=make_msgid(domain="311.toronto.example"),
    )  # fmt: skip


#: A status update says number and status only: no names, no allegation (R43).
UPDATE = "311 Toronto: escalation {number} is now {status}."


def queue_update(conn: Connection, case: Case, status: str, by: Person) -> dict[str, str]:
    """Tells a customer who signed up how their escalation stands; nothing of the case changes."""
    if case.updates_by and case.updates_to:
        body = UPDATE.format(number=case.request_no, status=status)
        db.value(
            conn, "notices.queue", case_id=case.id, purpose="update", channel=case.updates_by, to_address=case.updates_to,
            by=by.id, body=body, subject=body, message_id=make_msgid(domain="311.toronto.example"),
        )  # fmt: skip
    return {}


def cancel_updates(conn: Connection, case_id: int) -> None:
    """Status updates of this case that have not left will not leave."""
    db.run(conn, "notices.cancel_updates", case_id=case_id)


def cancel_response(conn: Connection, case_id: int) -> None:
    """A response of this case that has not left will not leave."""
    db.run(conn, "notices.cancel_response", case_id=case_id)


def readdress_response(conn: Connection, case_id: int, to_address: str) -> None:
    """A response of this case that has not left goes to this address."""
    db.run(conn, "notices.readdress_response", case_id=case_id, to_address=to_address)


def of_case(conn: Connection, case_id: int) -> list[Row]:
    """The messages of a case, newest first."""
    return db.rows(conn, "notices.of_case", case_id=case_id)


def waiting(conn: Connection, case_id: int) -> Row | None:
    """The response of this case that is in the outbox and has not left."""
    return db.row(conn, "notices.waiting", case_id=case_id)
