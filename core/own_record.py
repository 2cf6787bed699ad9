"""A person's request for their own record: one ZIP with what is on record about them, to read and as JSON.

They give request numbers and a phone or email; every number must match that contact, as at the gate of escalations (R31). In
it is what they said, what was promised and done, and what reached them. Not in it are notes and findings of staff, who of staff
did what, and files: those may tell of others, and are given after somebody has read them.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from core import cases, contacts, db, letters, reads, words
from core.case import Case
from core.errors import BadInput, NotAllowed
from core.kinds import RESPONSIBLE
from core.own_record_texts import FACTS, TOLD, Record, as_json, as_page, in_words
from core.people import SYSTEM, Person, as_of_now
from core.retention import reason

#: Requests in one file, and digits of a whole request number.
MOST, WHOLE = 50, 8


class NotForYouToMake(NotAllowed):
    """A person's own record is put together by administrators and senior management."""


class NotTheirs(BadInput):
    """{numbers}: not on record with this phone or email, or not for you to see. Nothing was put together."""


class NoNumbers(BadInput):
    """Give at least one request number, and at most fifty."""


class NoContact(BadInput):
    """Give one phone, one email, or one of each that are on those requests, and nothing else."""


def made(conn: Connection, numbers: Sequence[str], contact: str, *, by: Person, why: str) -> bytes:
    """The ZIP. Each of `numbers` may hold several, with commas, semicolons, blanks or ends of lines between. `contact` is
    a phone, an email, or one of each; each request has to have one of them. `why` says how their identity was verified; it is logged with
    each case, whoever it is about.

    Refuses all of it if one number does not match the contact, or is not for whoever puts it together to see.
    """
    found = check(conn, numbers, contact, by=by, why=why)
    for case in found:
        reads.log(conn, by, "export", case_id=case.id, detail="own record", why=reason(why))
    records = [_record(conn, case) for case in found]
    return _zipped(records, [entry for case in found for entry in _letters(conn, case)])


def check(conn: Connection, numbers: Sequence[str], contact: str, *, by: Person, why: str) -> list[Case]:
    """The cases that match; refuses as above, and puts nothing together."""
    by = as_of_now(conn, by)
    if by.role not in RESPONSIBLE:
        raise NotForYouToMake
    reason(why)
    return _matched(conn, numbers, contact, by)


def _matched(conn: Connection, numbers: Sequence[str], contact: str, by: Person) -> list[Case]:
    pieces = _pieces("\n".join(numbers))
    ways = _ways(contact)
    if not 1 <= len(pieces) <= MOST:
        raise NoNumbers
    if not ways:
        raise NoContact
    asked = dict[str, Case | None]()
    for piece in pieces:
        asked |= _named(conn, piece, by)
    strange = [
        number for number, case in asked.items() if case is None or not {case.phone, (case.email or "").lower()} & ways
    ]
    if strange:
        raise NotTheirs(numbers=", ".join(strange)[:500])
    if len(asked) > MOST:
        raise NoNumbers
    return list({case.id: case for case in asked.values() if case}.values())


def _pieces(said: str) -> list[str]:
    """What stands between commas, semicolons and ends of lines, each once."""
    return list(dict.fromkeys(piece.strip() for piece in re.split(r"[,;\r\n]", said) if piece.strip()))


def _named(conn: Connection, piece: str, by: Person) -> dict[str, Case | None]:
    """The case of this number, blanks and all, or those of several numbers with blanks between them."""
    if (case := _found(conn, piece, by)) or len(joined := _joined(piece)) < 2:
        return {piece: case}
    return {number: _found(conn, number, by) for number in joined}


def _joined(piece: str) -> list[str]:
    """Words as numbers: groups of digits belong together until they are eight, as in 0946 1550."""
    numbers = [""]
    for word in piece.replace("#", " ").split():
        together = numbers[-1] + word
        if together.replace("-", "").isdigit() and len(together.replace("-", "")) <= WHOLE:
            numbers[-1] = together
        else:
            numbers.append(word)
    return [number for number in numbers if number]


def _found(conn: Connection, number: str, by: Person) -> Case | None:
    try:
        return cases.find(conn, number, by)
    except cases.NoSuchCase:
        return None


def _ways(contact: str) -> set[str]:
    """The phone and the email that were given, in their normal form; none if any part of it is neither, or there are two of one.

    With two phones the requests of two people would come into one file.
    """
    parts = [part for piece in _pieces(contact) for part in _apart(piece)]
    found = {_normal(part) for part in parts}
    ways = {way for way in (found if None not in found else [_normal(contact)]) if way}
    emails = sum("@" in way for way in ways)
    return ways if emails <= 1 and len(ways) - emails <= 1 else set()


def _apart(piece: str) -> list[str]:
    """Emails one by one; what else is there, with its blanks, is a phone."""
    emails = [word for word in piece.split() if "@" in word]
    phone = " ".join(word for word in piece.split() if "@" not in word)
    return [*emails, *([phone] if phone else [])]


def _normal(part: str) -> str | None:
    for read in (contacts.as_phone, contacts.as_email):
        try:
            return read(part.replace("\x00", ""))
        except BadInput:
            continue
    return None


def _record(conn: Connection, case: Case) -> Record:
    """One request in words: label and text, in the order of telling."""
    facts = {label: in_words(name, value) for name, label in FACTS.items()
             if name not in _not_told(case) and (value := getattr(case, name)) not in (None, "", False)}  # fmt: skip
    events = [event for event in cases.timeline(conn, case.id, SYSTEM) if event.action in TOLD]
    sent = [one for one in db.rows(conn, "pack.notices", case_id=case.id) if one.status == "sent"]
    return {
        **facts,
        "What happened": [{"When": words.long_moment(event.at), "What": TOLD[event.action]} for event in events],
        "Messages to you": [{"Sent": words.long_moment(one.sent_at), "To": one.to_address, "Subject": one.subject, "Text": one.body} for one in sent],
        "Letters": [{"File": letters.file_name(case.request_no, one.version), "Issued": words.long_moment(one.issued_at), "SHA-256": one.sha256}
                    for one in _sent(conn, case)],
    }  # fmt: skip


def _not_told(case: Case) -> tuple[str, ...]:
    """What may still change, because it has not reached them: the answer on its way, the decision before they were told."""
    answer = () if case.responded_at else ("response", "response_channel")
    return answer if case.told_at else (*answer, "decision", "decision_reasons", "remedy")


def _sent(conn: Connection, case: Case) -> list[Any]:
    return [one for one in letters.of_case(conn, case.id, SYSTEM) if one.state in ("left", "came back")]


def _letters(conn: Connection, case: Case) -> list[tuple[str, bytes]]:
    return [letters.document(conn, one.id, SYSTEM) for one in _sent(conn, case)]


def _zipped(records: list[Record], documents: list[tuple[str, bytes]]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("index.html", as_page(records))
        out.writestr("record.json", as_json(records))
        for name, pdf in documents:
            out.writestr(f"letters/{name}", pdf)
    return held.getvalue()
