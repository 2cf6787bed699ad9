"""Effects on status updates: number and status only, and only for those who signed up (R43, R44)."""

from sqlalchemy import Connection

from core import contacts, notices
from core.case import Case
from core.effects import Changes
from core.fields import Said
from core.people import Person


def sign_up(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """The customer wants to be told how it stands, by email or SMS."""
    return {"updates_by": said["updates_by"], "updates_to": contacts.reached_at(said["updates_by"], said["updates_to"])}


def stop_updates(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """No more of them; those that have not left will not leave."""
    notices.cancel_updates(conn, case.id)
    return {"updates_by": None, "updates_to": None}


def tell_in_review(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """A status update for who signed up: in review."""
    return notices.queue_update(conn, case, "in review", by)


def tell_responded(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """A status update for who signed up: responded."""
    return notices.queue_update(conn, case, "responded", by)


def tell_decided(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """A status update for who signed up: decided."""
    return notices.queue_update(conn, case, "decided", by)


def tell_closed(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """A status update for who signed up: closed."""
    return notices.queue_update(conn, case, "closed", by)
