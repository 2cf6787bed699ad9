"""Letters: where each stands, what it lacks, what it looks like, and that an issued one is still what left.

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

from core import business_days, db, typeset
from core.case import Case
from core.errors import NotFound
from core.kinds import Kind
from core.letter_drafting import apology_is_due, complaint_of, kind_of, local_date
from core.letter_parts import DECISION, NAMES, PARTS, headings
from core.letter_texts import texts
from core.people import Person
from core.typeset import Sheet

SHOWN = 200
#: What the window of an envelope shows.
WINDOW_LINES, WINDOW_LETTERS = 6, 55
DECIDED = re.compile(r"\b(not|partly)?\s*upheld\b", re.IGNORECASE)


class NoSuchLetter(NotFound):
    """There is no such letter, or it is not for you to see."""


def current(conn: Connection, case_id: int) -> Row | None:
    """The newest letter of a case."""
    return db.row(conn, "letters.current", case_id=case_id)


def of_case(conn: Connection, case_id: int, by: Person) -> list[Row]:
    """Every version of the letters of a case, newest first; none of one that is not theirs to see."""
    return db.rows(conn, "letters.of_case", case_id=case_id, viewer=by.id)


def document(conn: Connection, letter_id: int, by: Person) -> tuple[str, bytes]:
    """An issued letter as it left: the name of its file, and the PDF. Refuses one that is not theirs to see."""
    row = db.row(conn, "letters.document", id=letter_id, viewer=by.id)
    if row is None:
        raise NoSuchLetter
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


# What it lacks


def missing(conn: Connection, case: Case, letter: Row) -> list[str]:
    """What the letter lacks, a sentence each; nothing when it may leave (R46)."""
    parts, complaint = {name: words.strip() for name, words in letter.parts.items()}, complaint_of(conn, case)
    said = [part.lacks for part in PARTS[letter.purpose] if part.lacks and not parts.get(part.name)]
    if letter.replaces and not parts.get("replaces"):
        said.append("It does not say which letter it replaces, and why.")
    said += [f"The request number {one.request_no} is not among the request numbers and dates."
             for one in {case.id: case, complaint.id: complaint}.values() if one.request_no not in parts.get("dates", "")]  # fmt: skip
    said += _unnamed(conn, case, parts)
    if letter.purpose == DECISION:
        said += _undecided(case, letter, parts)
    if not parts.get("apology") and apology_is_due(case, complaint):
        said.append("An apology is due: the customer was right at least in part, or waited longer than was promised.")
    way, where = ("ombudsman", "Ombudsman Toronto") if letter.purpose == DECISION else ("next", "an escalation")
    needed = texts().must_hold["ombudsman" if letter.purpose == DECISION else "escalate"]
    said += [f"The way to {where} lacks {one}." for one in needed if parts.get(way) and one not in parts[way]]
    if not case.email and _no_postal_address(parts):
        said.append("It can go nowhere: there is no email address on the case, and no postal address in Addressed to.")
    return said


def _unnamed(conn: Connection, case: Case, parts: dict[str, str]) -> list[str]:
    facts = db.row(conn, "letters.facts", case_id=case.id)
    names = [facts.owner, facts.owner_title] if facts else []
    return [f"What was reviewed is there, but not by whom: {name} is not named in it, with name and title."
            for name in filter(None, names) if parts.get("reviewed") and name not in parts["reviewed"]][:1]  # fmt: skip


def _undecided(case: Case, letter: Row, parts: dict[str, str]) -> list[str]:
    said, told = [], [" ".join(it.group().lower().split()) for it in DECIDED.finditer(parts.get("decision", ""))]
    if parts.get("decision") and case.decision and told[:1] != [case.decision]:
        said.append(f"The decision on record is {case.decision}, and the letter does not say so.")
    if case.remedy_by and business_days.long_date(case.remedy_by) not in parts.get("actions", ""):
        said.append(f"It does not say that this is to be done by {business_days.long_date(case.remedy_by)}.")
    if case.decided_at and case.decided_at > letter.drafted_at:
        said.append("The decision was changed after this was drafted: draft it again from the case.")
    return said


def cannot_go_by(case: Case, letter: Row, way: str) -> str | None:
    """Why it cannot leave by "email" or "mail", or None."""
    if way == "email":
        return (
            None if case.email else "There is no email address on this case: send it by mail, or correct the contact."
        )
    lines = [line for line in letter.parts.get("to", "").split("\n") if line.strip()]
    if _no_postal_address(letter.parts):
        return "There is no postal address in Addressed to: write it there, a line each, or send the letter by email."
    if len(lines) > WINDOW_LINES or max(map(len, lines)) > WINDOW_LETTERS:
        return f"The address does not fit the window of an envelope: {WINDOW_LINES} lines of {WINDOW_LETTERS} letters at most."
    return None


def _no_postal_address(parts: dict[str, str]) -> bool:
    return len([line for line in parts.get("to", "").split("\n") if line.strip()]) < 2


def tasks(case: Case) -> list[str]:
    """What the customer needs besides the letter itself (R66), a sentence each."""
    asked, said = (case.accessible_format or "").strip(), []
    if asked and not wants_large_print(case):
        said.append(
            f"The customer asked for another format: {asked}. Arrange it before the letter leaves; the PDF is tagged for screen readers."
        )
    if case.language and not case.language.strip().lower().startswith("english"):
        said.append(
            f"The customer prefers {case.language.strip()}. The letter is in English: arrange a translation to go with it."
        )
    if case.interpreter:
        said.append("The customer needs an interpreter: offer to read the letter to them.")
    if case.represented_by:
        said.append(
            f"{case.represented_by.strip()} speaks for the customer: see that the letter is addressed as the consent allows."
        )
    return said  # fmt: skip


def wants_large_print(case: Case) -> bool:
    """Whether the customer asked for large print, which a bigger size gives."""
    return "large" in (case.accessible_format or "").lower()


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


def preview(conn: Connection, case: Case) -> Sheet:
    """The letter at work as it would look today, marked as a draft."""
    letter = current(conn, case.id)
    if letter is None:
        raise NoSuchLetter
    return sheet(conn, case, letter, at=db.value(conn, "clock.right_now"))


def undrawn(conn: Connection, case: Case, letter: Any) -> str:
    """The characters of the letter that no font here has: they would be drawn as empty boxes."""
    if all(one < "\u0250" for words in letter.parts.values() for one in words):
        return ""  # what the fonts brought along have; not set, so that a page is drawn fast
    return sheet(conn, case, letter, at=db.value(conn, "clock.right_now")).missing


# How it leaves, and that it stays what it was


def queue(conn: Connection, case: Case, letter: Row, *, to: str, by: Person, message_id: str) -> None:
    """Puts the message that carries this letter into the outbox."""
    name = NAMES[letter.purpose].lower()
    body = (f"{letter.parts.get('salutation', '').strip()}\n\nThe {name} about your {case.kind}, request number {case.request_no}, is "
            f"attached to this message as a PDF.\n\n{texts().house['name']}\n{texts().house['formats']}")  # fmt: skip
    db.run(conn, "letters.queue", case_id=case.id, letter_id=letter.id, to_address=to, by=by.id, message_id=message_id, body=body,
           subject=f"{name.capitalize()} about your {case.kind}, request number {case.request_no}")  # fmt: skip


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
