"""The morning digest: one email each business morning to every supervisor and manager, if there is something to say.

Request numbers, dates and links only, worst first: emails travel, so there is no name in it and nothing of what was said.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from core import board, business_days, db, notices, people
from core.business_days import long_date
from core.kinds import SENIOR_MANAGEMENT
from core.people import Person
from core.settings import link

#: Cases of a section; the rest are one link away.
SHOWN = 15
MINE = (
    ("Yours, overdue", "overdue", {"who": "mine", "when": "overdue"}),
    ("Yours, due today or soon", "due today or soon", {"who": "mine", "when": "due soon"}),
)
OF_MANAGEMENT = (
    ("Escalations that nobody reviews yet", "waiting for a reviewer", {"who": "unassigned", "kind": "escalation"}),
    *MINE,
    ("Your teams', overdue", "overdue in your teams", {"who": "team", "when": "overdue"}),
    ("Your teams', due today or soon", "due today or soon in your teams", {"who": "team", "when": "due soon"}),
)
NOBODYS = (("Complaints that nobody has yet", "waiting for a supervisor", {"who": "unassigned", "kind": "complaint"}),)


@dataclass(frozen=True)
class Digest:
    """What somebody is told in the morning."""

    subject: str
    body: str


def make(conn: Connection) -> int:
    """Puts the digests that are due now into the outbox, once for each person and day; how many there were."""
    made = 0
    for due in db.rows(conn, "digests.due"):
        if db.value(conn, "digests.begin", staff_id=due.id) is None:
            continue  # another worker was faster
        to = people.get(conn, due.id)
        if digest := of(conn, to):
            notice_id = notices.queue_digest(conn, to, digest.subject, digest.body)
            db.run(conn, "digests.sent", staff_id=due.id, notice_id=notice_id)
            made += 1
    return made


def of(conn: Connection, to: Person) -> Digest | None:
    """What this person would be told now, or None if there is nothing to say."""
    sections = OF_MANAGEMENT if to.role in SENIOR_MANAGEMENT else MINE
    told = [
        (heading, short, filters, board.count(conn, filters, to)) for heading, short, filters in (*sections, *NOBODYS)
    ]
    told = [section for section in told if section[-1]]
    if not told:
        return None
    today = long_date(business_days.today(conn))
    subject = f"311 feedback, {today}: {', '.join(f'{_count(number)} {short}' for _, short, _, number in told)}"
    sections_said = [_section(conn, to, heading, filters, number) for heading, _, filters, number in told]
    end = f"Everything: {link('queue')}\nTo get no digest, or to get it again: {link('outbox')}"
    return Digest(subject, "\n\n".join([f"Good morning, {to.name}. This waits on {today}.", *sections_said, end]))


def _section(conn: Connection, to: Person, heading: str, filters: dict[str, str], number: int) -> str:
    rows = board.page(conn, filters, to, size=SHOWN).rows
    lines = [f"  {row.request_no}  {row.kind}, {_stands(row)}  {link(row.kind, no=row.request_no)}" for row in rows]
    rest = [f"  and more: {link('queue', **filters)}"] if number > len(rows) else []
    return "\n".join([f"{heading}: {_count(number)}", *lines, *rest])


def _stands(row: Any) -> str:
    if row.days_left is None:
        return "no reply promised"
    days = f"{abs(row.days_left)} business day{'' if abs(row.days_left) == 1 else 's'}"
    if row.is_overdue:
        return f"{days} late"
    return "due today" if row.days_left == 0 else f"due in {days}"


def _count(number: int) -> str:
    return f"{board.COUNTED:,}+" if number > board.COUNTED else f"{number:,}"


def is_wanted(conn: Connection, by: Person) -> bool:
    """Whether they want it; they do unless they said otherwise."""
    return not db.value(conn, "digests.declined", staff_id=by.id)


def choose(conn: Connection, by: Person, *, wants: bool) -> None:
    """They want it, or not."""
    db.run(conn, "digests.want" if wants else "digests.decline", staff_id=by.id)
