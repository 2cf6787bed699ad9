"""Letters: where each stands, what it looks like, and that an issued one is still what left.

A draft is parts of plain text. A second person of senior management approves one text; what is issued is that text as an
accessible PDF, frozen with its version and checksum (R47). What changes a letter is a move: see core/letter_effects.py.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row

from core import business_days, db, notices, typeset
from core.case import Case
from core.errors import NotFound
from core.kinds import Kind
from core.letter_drafting import complaint_of, kind_of, local_date
from core.letter_parts import NAMES, PARTS, headings
from core.letter_texts import texts
from core.people import Person
from core.typeset import Sheet

SHOWN = 200


class NoSuchLetter(NotFound):
    """There is no such letter, or it is not for you to see."""


def current(conn: Connection, case_id: int) -> Row | None:
    """The newest letter of a case."""
    return db.row(conn, "letters.current", case_id=case_id)


def of_case(conn: Connection, case_id: int, by: Person) -> list[Row]:
    """Every version of the letters of a case, newest first; none of one that is not theirs to see."""
    return db.rows(conn, "letters.of_case", case_id=case_id, viewer=by.id)


def document(conn: Connection, letter_id: int, by: Person) -> tuple[str, bytes]:
    """An issued letter as it left: the name of its file, and the PDF. Refuses one that is not theirs to see.

    Whoever takes along a letter of a case about a person is noted (R64).
    """
    row = db.row(conn, "letters.document", id=letter_id, viewer=by.id)
    if row is None:
        raise NoSuchLetter
    if by.id is not None:
        db.run(conn, "letters.log", id=letter_id, by=by.id)
    return file_name(row.request_no, row.version), bytes(row.pdf)


def file_name(request_no: str, version: int) -> str:
    """letter-09400013-v1.pdf: the number and nothing of the customer."""
    return f"letter-{re.sub(r'[^0-9A-Za-z-]', '', request_no)}-v{version}.pdf"


def who_could_approve(conn: Connection, case_id: int) -> list[Row]:
    """Independent senior management who did not write in the letter: who has the least to read first."""
    return db.rows(conn, "letters.who_could_approve", case_id=case_id)


def as_json(parts: Mapping[str, str]) -> str:
    """Parts as the database takes them: as they were typed, without NUL, which no text of it can hold."""
    return json.dumps({name: words.replace("\x00", "") for name, words in parts.items()})


# What it looks like


def sheet(
    conn: Connection, case: Case, letter: Any, *, at: datetime, way: str | None = None, to: str | None = None
) -> Sheet:
    """The letter as a tagged PDF, dated this instant's day in Toronto. Without a way to leave it is marked as a draft."""
    complaint = complaint_of(conn, case)
    numbers = [f"{case.kind.capitalize()} {case.request_no}"]
    numbers += [f"Complaint {complaint.request_no}"] if complaint.id != case.id else []
    parts = {part.name: "" for part in PARTS[letter.purpose]} | letter.parts
    return typeset.typeset(
        letter.purpose,
        {
            "parts": parts, "headings": headings(letter.purpose), "house": texts().house, "large_print": letter.large_print,
            "draft": way is None, "by_mail": way != "email", "by": f"By email: {to}" if way == "email" else "",
            "name": NAMES[letter.purpose],
            "description": f"{NAMES[letter.purpose]}, {numbers[0].lower()}, version {letter.version}",
            "reference": " · ".join((*numbers, f"Version {letter.version}")),
            "date": business_days.long_date(local_date(conn, at)),
        },
        at=at,
    )  # fmt: skip


def preview(conn: Connection, case: Case, by: Person) -> Sheet:
    """The letter at work as it would look today, marked as a draft. Refuses one that is not theirs to see.

    Whoever takes it along from a case about a person is noted, as with one that was issued (R64).
    """
    letter = current(conn, case.id)
    if letter is None or not of_case(conn, case.id, by):
        raise NoSuchLetter
    if by.id is not None:
        db.run(conn, "letters.log", id=letter.id, by=by.id)
    return sheet(conn, case, letter, at=db.value(conn, "clock.right_now"))


def undrawn(conn: Connection, case: Case, letter: Any) -> str:
    """The characters of the letter that no font here has: they would be drawn as empty boxes."""
    if all(one < "\u0250" for words in letter.parts.values() for one in words):
        return ""  # what the fonts brought along have; not set, so that a page is drawn fast
    return sheet(conn, case, letter, at=db.value(conn, "clock.right_now")).missing


# How it leaves, and that it stays what it was


def queue(conn: Connection, case: Case, letter: Row, *, to: str, by: Person) -> None:
    """Puts the message that carries this letter into the outbox."""
    name = NAMES[letter.purpose].lower()
    body = (f"{letter.parts.get('salutation', '').strip()}\n\nThe {name} about your {case.kind}, request number {case.request_no}, is "
            f"attached to this message as a PDF.\n\n{texts().house['name']}\n{texts().house['formats']}")  # fmt: skip
    subject = f"{name.capitalize()} about your {case.kind}, request number {case.request_no}"
    notices.queue_letter(conn, case, letter.id, to=to, subject=subject, body=body, by=by)


def enclose(conn: Connection, letter_id: int | None, message: EmailMessage) -> None:
    """Attaches the letter that this message carries, if it carries one."""
    if letter_id is not None:
        row = db.row(conn, "letters.document", id=letter_id, viewer=None)
        assert row is not None, "a message carries an issued letter"
        name = file_name(row.request_no, row.version)
        message.add_attachment(bytes(row.pdf), maintype="application", subtype="pdf", filename=name)


def altered(conn: Connection, case_id: int | None = None) -> list[int]:
    """The ids of issued letters, of a case or of all, whose document is not what its checksum says: none when all are as they left."""
    ids = db.rows(conn, "letters.every_issued", case_id=case_id)
    documents = (
        db.row(conn, "letters.document", id=row.id, viewer=None) for row in ids
    )  # one at a time: they may be many
    return [
        row.id for row, it in zip(ids, documents, strict=True) if it and sha256(bytes(it.pdf)).hexdigest() != it.sha256
    ]


# Lists for the page of letters


def to_approve(conn: Connection, by: Person) -> list[Row]:
    """Letters that wait for a second pair of eyes and that this person may approve; those that they are asked to read first.

    One more than SHOWN says that there are more than that.
    """
    return db.rows(conn, "letters.to_approve", viewer=by.id, most=SHOWN + 1)


def at_work(conn: Connection, by: Person) -> list[Row]:
    """Letters that have not left, of open cases that this person may see; the nearest to its time first."""
    return db.rows(conn, "letters.at_work", viewer=by.id, most=SHOWN)


def due(conn: Connection, by: Person) -> list[Row]:
    """Decided escalations where a letter is due and none is begun."""
    return db.rows(conn, "letters.due", viewer=by.id, most=SHOWN)


def issued(conn: Connection, by: Person) -> list[Row]:
    """Issued letters of cases that this person may see, newest first."""
    return db.rows(conn, "letters.issued", viewer=by.id, most=SHOWN)


def name_of(case: Case) -> str | None:
    """ "Decision letter" or "Response letter"; None for a kind that has none."""
    return NAMES[kind_of(case)] if case.kind in (Kind.ESCALATION, Kind.COMPLAINT) else None


def facts_of(letter: Any) -> str:
    """A letter in one line, for the history and the pack."""
    return f"{NAMES[letter.purpose]}, version {letter.version}"
