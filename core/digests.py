"""The morning digest: one email each business morning to every supervisor and manager, if there is something to say.

Request numbers, dates and links only, worst first: emails travel, so there is no name in it and nothing of what was said.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from core import board, business_days, db, letters, notices, people, words
from core.business_days import long_date
from core.kinds import SENIOR_MANAGEMENT
from core.letter_parts import NAMES
from core.people import Person
from core.settings import link

#: Cases of a section; the rest are one link away.
SHOWN = 15
ESCALATIONS = (
    ("Escalations that nobody reviews yet", "waiting for a reviewer", {"who": "unassigned", "kind": "escalation"}),
)
MINE = (
    ("Yours, overdue", "overdue", {"who": "mine", "when": "overdue"}),
    ("Yours, due today or soon", "due today or soon", {"who": "mine", "when": "due soon"}),
)
TEAMS = (
    ("Your teams', overdue", "overdue in your teams", {"who": "team", "when": "overdue"}),
    ("Your teams', due today or soon", "due today or soon in your teams", {"who": "team", "when": "due soon"}),
)
NOBODYS = (("Complaints that nobody has yet", "waiting for a supervisor", {"who": "unassigned", "kind": "complaint"}),)


@dataclass(frozen=True)
class Digest:
    """What somebody is told in the morning."""

    subject: str
    body: str


@dataclass(frozen=True)
class Section:
    """One thing that waits: its heading, how the subject counts it, and a line for each of the first. `more` leads to all of them."""

    heading: str
    short: str
    number: int
    lines: list[str]
    more: str
    #: Beyond it nobody counted.
    most: int = board.COUNTED

    @property
    def count(self) -> str:
        return words.count(self.number, self.most)

    @property
    def in_words(self) -> str:
        rest = [f"  and more: {self.more}"] if self.number > len(self.lines) else []
        return "\n".join([f"{self.heading}: {self.count}", *self.lines, *rest])


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
    told = [section for section in _sections(conn, to) if section.number]
    if not told:
        return None
    today = long_date(business_days.today(conn))
    subject = f"311 feedback, {today}: {', '.join(f'{section.count} {section.short}' for section in told)}"
    end = f"Everything: {link('queue')}\nTo get no digest, or to get it again: {link('outbox')}"
    return Digest(
        subject,
        "\n\n".join([f"Good morning, {to.name}. This waits on {today}.", *(section.in_words for section in told), end]),
    )


def _sections(conn: Connection, to: Person) -> list[Section]:
    """What may wait for this person, in the order of telling."""
    if to.role not in SENIOR_MANAGEMENT:
        return _cases(conn, to, *MINE, *NOBODYS)
    return [*_cases(conn, to, *ESCALATIONS), _letters(conn, to), *_cases(conn, to, *MINE, *TEAMS, *NOBODYS)]


def _cases(conn: Connection, to: Person, *asked: tuple[str, str, dict[str, str]]) -> list[Section]:
    return [_of_cases(conn, to, *one) for one in asked]


def _of_cases(conn: Connection, to: Person, heading: str, short: str, filters: dict[str, str]) -> Section:
    number = board.count(conn, filters, to)
    rows = board.page(conn, filters, to, size=SHOWN).rows if number else []
    lines = [f"  {row.request_no}  {row.kind}, {_stands(row)}  {link(row.kind, no=row.request_no)}" for row in rows]
    return Section(heading, short, number, lines, link("queue", **filters))


def _letters(conn: Connection, to: Person) -> Section:
    """Letters that leave only when a second person of senior management has read them."""
    waiting = letters.to_approve(conn, to)
    lines = [
        f"  {row.request_no}  {NAMES[row.purpose].lower()}{_asked(row)}  {link(row.kind, no=row.request_no)}"
        for row in waiting[:SHOWN]
    ]
    short, more = _to_read(len(waiting)), link("letters")
    return Section("Letters to read before they leave", short, len(waiting), lines, more, letters.SHOWN)


def _asked(row: Any) -> str:
    due = f", due {long_date(row.runs_out_on)}" if row.runs_out_on else ""
    return f"{', you are asked' if row.is_asked else ''}{due}"


def _to_read(number: int) -> str:
    return "letter to read" if number == 1 else "letters to read"


def _stands(row: Any) -> str:
    if row.days_left is None:
        return "no reply promised"
    days = f"{abs(row.days_left)} business day{'' if abs(row.days_left) == 1 else 's'}"
    if row.is_overdue:
        return f"{days} late"
    return "due today" if row.days_left == 0 else f"due in {days}"


def is_wanted(conn: Connection, by: Person) -> bool:
    """Whether they want it; they do unless they said otherwise."""
    return not db.value(conn, "digests.declined", staff_id=by.id)


def choose(conn: Connection, by: Person, *, wants: bool) -> None:
    """They want it, or not."""
    db.run(conn, "digests.want" if wants else "digests.decline", staff_id=by.id)
