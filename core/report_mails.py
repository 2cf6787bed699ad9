"""The monthly report by email: to whoever subscribed, on the first business day of each month from 7:00, once for each person.

It is made once, as it stood then, and kept: everybody gets the same document, however late and however often it is tried. Everybody
who works here may see figures, so everybody may subscribe; who has left, or unsubscribed before it left, gets none.
"""

from datetime import date
from email.message import EmailMessage

from sqlalchemy import Connection

from core import db, notices, people, reports
from core.errors import NotAllowed
from core.people import Person, as_of_now
from core.settings import link

SUBJECT = "311 feedback: monthly report, {month}"
BODY = """Good morning, {name}.

How the 10-day and the 2-day promise were kept in {month} is attached to this message as a PDF. It names nobody.

The figures as they are now: {page}
To get no report, or to get it again: Monthly report, on the same page."""


class NotForThem(NotAllowed):
    """The report goes to those who work here."""


def subscribe(conn: Connection, wanted: bool, *, by: Person) -> None:
    """The report goes to them by email each month, or no more. Refuses who no longer works here."""
    by = as_of_now(conn, by)
    if not by.active:
        raise NotForThem
    db.run(conn, "reports.subscribe" if wanted else "reports.unsubscribe", staff_id=by.id)


def is_subscribed(conn: Connection, by: Person) -> bool:
    """Whether the report goes to them."""
    return bool(db.value(conn, "reports.is_subscribed", staff_id=by.id))


def leaves_on(conn: Connection) -> date | None:
    """The next day on which it leaves; none where the calendar ends before."""
    return db.value(conn, "reports.leaves_on")


def make(conn: Connection) -> int:
    """Puts the reports that are due now into the outbox, once for each person and month; how many there were."""
    made = 0
    for due in db.rows(conn, "reports.due"):
        _keep(conn, due.month)
        if db.value(conn, "reports.begin", month=due.month, staff_id=due.id) is None:
            continue  # another worker was faster
        notice_id = _queue(conn, due.month, people.get(conn, due.id))
        db.run(conn, "reports.sent", month=due.month, staff_id=due.id, notice_id=notice_id)
        made += 1
    return made


def _keep(conn: Connection, month: date) -> None:
    if not db.value(conn, "reports.is_kept", month=month):
        db.run(conn, "reports.keep", month=month, pdf=reports.monthly(conn, month))


def _queue(conn: Connection, month: date, to: Person) -> int:
    said = f"{month:%B %Y}"
    body = BODY.format(name=to.name, month=said, page=link("compliance"))
    return notices.queue_report(conn, to, month, SUBJECT.format(month=said), body)


def enclose(conn: Connection, month: date | None, message: EmailMessage) -> None:
    """Attaches the report that this message carries, if it carries one."""
    if month is not None:
        pdf = bytes(db.value(conn, "reports.kept", month=month))
        message.add_attachment(pdf, maintype="application", subtype="pdf", filename=f"report-{month:%Y-%m}.pdf")
