"""The pack for Ombudsman Toronto (R48): one ZIP with all that is on record about a complaint and its escalations.

Submission, history, day strips, response, letters with their checksums, files, messages, and a list of what is missing.
It is made as it is read, an entry at a time. Only whoever may see the cases may take it, and it is logged (R64).
"""

import csv
import re
import zipfile
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any

from sqlalchemy import Connection

from core import cases, db, departures, event_words, letter_drafting, letters, pack_gaps, pack_texts, typeset, words
from core.actions import done
from core.case import Case
from core.errors import NotAllowed
from core.intake.cells import safe
from core.kinds import SUPERVISORS, Kind, Role
from core.letter_texts import texts
from core.people import SYSTEM, Person, as_of_now

_TAKERS = SUPERVISORS | {Role.ADMINISTRATOR}


class NotForYouToTake(NotAllowed):
    """The pack for Ombudsman Toronto is taken by supervisors, senior management and administrators who may see the case."""


def may_take(case: Case, by: Person) -> bool:
    """Whether this person may take the pack of this case, which they see."""
    return by.role in _TAKERS and by.id not in case.subject_ids and case.kind in (Kind.COMPLAINT, Kind.ESCALATION)


def file_name(case: Case) -> str:
    """ombudsman-pack-09400012.zip: the complaint's number, and nothing of the customer."""
    return f"ombudsman-pack-{re.sub(r'[^0-9A-Za-z-]', '', case.complaint_no or case.request_no)}.zip"


def pieces(conn: Connection, case_id: int, by: Person) -> Iterator[bytes]:
    """The ZIP, a piece at a time. `case_id`: the complaint, or one of its escalations. Refuses whoever may not see it."""
    by = as_of_now(conn, by)
    case = cases.get(conn, case_id, by)
    if not may_take(case, by):
        raise NotForYouToTake
    complaint = cases.get(conn, case.complaint_id, by) if case.complaint_id else case
    found = db.rows(conn, "pack.escalations", complaint_id=complaint.id, viewer=by.id)
    everything = [complaint, *(cases.get(conn, row.id, by) for row in found)]
    for one in everything:
        db.run(conn, "pack.log", case_id=one.id, by=by.id)
    yield from _zipped(_entries(conn, everything, by))


Entry = tuple[str, str, bytes]


def _entries(conn: Connection, everything: list[Case], by: Person) -> Iterator[Entry]:
    """Name, what it is, content; the index and the cover come last, when all is known."""
    told: list[tuple[str, str]] = []
    for case in everything:
        for name, what, content in _of_case(conn, case):
            told.append((name, what))
            yield name, what, content
    gaps = [gap for case in everything for gap in pack_gaps.of_case(conn, case)] + pack_gaps.of_all(everything)
    yield "gaps.txt", "What is missing", _lines(gaps or ["Nothing is known to be missing."])
    complaint, at = everything[0], db.value(conn, "clock.right_now")
    facts = [f"Complaint {complaint.request_no}, received {letter_drafting.long_date(complaint.received_on)}."]
    facts += [
        f"Escalation {one.request_no}, received {letter_drafting.long_date(one.received_on)}." for one in everything[1:]
    ]
    facts.append(f"Put together by {by.name}, {by.title or by.role.replace('_', ' ')}, on {words.long_moment(at)}.")
    files = [*(f"{name}: {what}" for name, what in told), "gaps.txt: what is missing"]
    title = f"Pack for Ombudsman Toronto, complaint {complaint.request_no}"
    yield "index.txt", "What is in it", _lines([title, "", *facts, "", *files])
    data = {"title": title, "house": texts().house, "facts": facts, "gaps": gaps, "files": files}
    yield "cover.pdf", "The cover", typeset.typeset("cover", data, at=at).pdf


def _of_case(conn: Connection, case: Case) -> Iterator[Entry]:
    folder = f"{case.kind}-{_safe(case.request_no)}"
    events, known = cases.timeline(conn, case.id, SYSTEM), event_words.names(conn)
    yield f"{folder}/facts.txt", "What is on record about it", pack_texts.facts(conn, case)
    yield f"{folder}/submission.txt", "What the customer said", _text(case.description)
    yield f"{folder}/days.txt", "How the days were counted", pack_texts.days(conn, case)
    yield f"{folder}/history.csv", "The whole history, for a spreadsheet", _table(
        ("version", "at", "who", "what", "from", "to", "note", "said", "changed"),
        [(event.version, event.at.isoformat(), event.by_name, done(event.action), words.said(event.from_state), words.said(event.to_state),
          event.note, _told(event_words.said(event, known)), _told(event_words.changed(event, known))) for event in events],
    )  # fmt: skip
    yield f"{folder}/history.txt", "The whole history, to read", pack_texts.history(events, known)
    if case.response:
        yield _answer(conn, case, folder)
    yield from _letters(conn, case, folder)
    yield from _files(conn, case, folder)
    if messages := db.rows(conn, "pack.notices", case_id=case.id):
        yield (
            f"{folder}/messages.csv",
            "Messages to the customer and what became of them",
            _table(list(pack_texts.MESSAGE.values()), [pack_texts.message(row) for row in messages]),
        )


def _answer(conn: Connection, case: Case, folder: str) -> Entry:
    """The text of the answer; the name of its file and its line in the index say when it is none."""
    how, text = departures.of_answer(conn, case), _text(case.response or "")
    if departures.left(case):
        what = "first response" if case.kind == Kind.ESCALATION else "response"
        return f"{folder}/response.txt", f"The {what} to the customer, {how}", text
    return f"{folder}/response-no-answer.txt", f"A response that does not count as an answer: {how}", text


def _told(told: event_words.Told) -> str:
    return "\n".join(f"{label}: {text}" for label, text in told)


def _letters(conn: Connection, case: Case, folder: str) -> Iterator[Entry]:
    sums = []
    for letter in reversed(letters.of_case(conn, case.id, SYSTEM)):
        if letter.issued_at and not letter.erased_at:
            name, pdf = letters.document(conn, letter.id, SYSTEM)
            sums.append(f"{letter.sha256}  {name}")
            yield f"{folder}/letters/{name}", pack_texts.letter(letter), pdf
    if sums:
        yield f"{folder}/letters/SHA256SUMS", "Checksums of the letters: sha256sum -c SHA256SUMS", _lines(sums)


def _files(conn: Connection, case: Case, folder: str) -> Iterator[Entry]:
    for no, file in enumerate(cases.attachments(conn, case.id, SYSTEM), 1):
        content = cases.attachment(conn, case.id, file.id, SYSTEM)
        yield f"{folder}/files/{no:02}-{_safe(file.name)}", f"A file, added by {file.added_by or 'the system'}", content


def _safe(name: str) -> str:
    """A name that stays in its folder, whatever it was called."""
    kept = re.sub(r"[^\w.\- ]", "_", name.strip()).lstrip(". ")[-100:]
    return kept or "file"


def _table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """CSV in UTF-8 that spreadsheets open as it is, and of which they run nothing."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([safe("" if value is None else str(value)) for value in row] for row in rows)
    return ("\ufeff" + out.getvalue()).encode()


def _lines(lines: Sequence[str]) -> bytes:
    return _text("\n".join(lines))


def _text(text: str) -> bytes:
    return (text.rstrip("\n") + "\n").encode()


class _Pipe:
    """What a ZIP is written to and taken from, so that it is never whole in memory."""

    def __init__(self) -> None:
        self._held: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._held.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        held, self._held = b"".join(self._held), []
        return held


def _zipped(entries: Iterator[Entry]) -> Iterator[bytes]:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as out:  # type: ignore[call-overload]
        for name, _, content in entries:
            out.writestr(name, content)
            yield pipe.taken()
    yield pipe.taken()
