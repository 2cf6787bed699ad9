"""The outbox as people look after it: what waits, what failed and why, what may have left; sending it again, withdrawing it."""

from sqlalchemy import Connection, Row

from core import cases, db, notices
from core.errors import BadInput, NotAllowed
from core.kinds import SUPERVISORS, Role
from core.people import Person, as_of_now

#: Who looks after it.
WHO = SUPERVISORS | {Role.ADMINISTRATOR}
#: How a message stands, the worst first.
STANDS = ("unknown", "failed", "kept", "waiting", "sent")
#: What is an answer to the customer is sent again or withdrawn by a move of its case: who may, and why, is in the table of moves.
BY_A_MOVE = {"response": ("send_again", "take_back_response"), "letter": ("send_letter_again", "reissue_letter")}
MOST = 500


class NotForYou(NotAllowed):
    """The outbox is looked after by supervisors, managers, directors and administrators."""


class NoSuchList(BadInput):
    """The outbox has no list of that name; here is the first one."""


def counts(conn: Connection, by: Person) -> Row:
    """How many messages stand how, of those they may see."""
    row = db.row(conn, "outbox.counts", viewer=_looking_after(conn, by).id)
    assert row is not None
    return row


def listed(conn: Connection, stands: str, by: Person) -> list[Row]:
    """Up to 500 messages that stand so, of those they may see (R64)."""
    if stands not in STANDS:
        raise NoSuchList
    return db.rows(conn, "outbox.list", viewer=_looking_after(conn, by).id, stands=stands, most=MOST)


def send_again(conn: Connection, notice_id: int, by: Person) -> None:
    """It is tried again at once. If it had left after all, it is there twice."""
    found = _get(conn, notice_id, by)
    if moves := BY_A_MOVE.get(found.purpose):
        cases.act(conn, found.case_id, moves[0], by=by)
    else:
        notices.send_again(conn, found.id, by)


def withdraw(conn: Connection, notice_id: int, because: str, by: Person) -> None:
    """It will not leave. Of an answer to the customer, the history keeps why."""
    found = _get(conn, notice_id, by)
    if moves := BY_A_MOVE.get(found.purpose):
        cases.act(conn, found.case_id, moves[1], by=by, note=because)
    else:
        notices.withdraw(conn, found.id, by)


def _get(conn: Connection, notice_id: int, by: Person) -> Row:
    found = db.row(conn, "outbox.get", id=notice_id, viewer=_looking_after(conn, by).id)
    if found is None:
        raise notices.NotInTheOutbox
    return found


def _looking_after(conn: Connection, by: Person) -> Person:
    by = as_of_now(conn, by)
    if by.role not in WHO or not by.active:
        raise NotForYou
    return by
