"""Writing a letter: what its author types is kept as it is typed; whoever reads it sees it as it will stand.

The moves of a letter are in the table of moves; writing is not one of them, or the history would hold every word. But a
change after it was sent for approval takes it back, and the history says so.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from core import cases, db, letters, workflow
from core.case import Case
from core.errors import BadInput, NotAllowed
from core.letter_drafting import drafted
from core.letter_parts import PARTS
from core.people import Person, as_of_now

LONGEST = 100_000


class PartTooLong(BadInput):
    """{part} is longer than 100,000 characters; enclose it as a file instead."""


class NoSuchPart(BadInput):
    """A letter has no such part."""


def write(
    conn: Connection, case_id: int, parts: Mapping[str, str], *, by: Person, large_print: bool | None = None
) -> int:
    """Keeps these parts of the letter at work as they are typed; the number of the text it is now.

    Refuses who may not write it. A letter that waits for approval, or has it, becomes a draft again (and the history says so).
    """
    case, letter = _at_work(conn, case_id, by)
    known = {part.name: part.label for part in PARTS[letter.purpose]}
    for name, words in parts.items():
        if name not in known:
            raise NoSuchPart
        if len(words) > LONGEST:
            raise PartTooLong(part=known[name])
    changed = {name: words for name, words in parts.items() if letter.parts.get(name, "") != words.replace("\x00", "")}
    if not changed and large_print in (None, letter.large_print):
        return int(letter.text_no)
    _take_back(conn, case, by)
    row = db.row(
        conn, "letters.write", case_id=case_id, parts=letters.as_json(changed), large_print=large_print, by=by.id
    )
    assert row is not None, "it was at work a moment ago"
    return int(row.text_no)


def draft_again(conn: Connection, case_id: int, *, by: Person) -> None:
    """All parts as the case has them now; which letter it replaces stays said. What was typed into it is gone."""
    case, letter = _at_work(conn, case_id, by)
    _take_back(conn, case, by)
    parts = drafted(conn, case) | {name: words for name, words in letter.parts.items() if name == "replaces"}
    db.run(conn, "letters.draft_again", case_id=case_id, parts=letters.as_json(parts), by=by.id)


def _at_work(conn: Connection, case_id: int, by: Person) -> tuple[Case, Any]:
    by = as_of_now(conn, by)
    case = cases.get(conn, case_id, by)
    move = workflow.find(case, "change_letter")
    if move is None:
        raise cases.NotPossibleNow(action="Change the text", state=case.state.replace("_", " "))
    if reason := workflow.why_not(move, case, by):
        raise NotAllowed(reason)
    db.run(
        conn, "cases.hold", id=case_id
    )  # whoever approves or issues it at this moment sees it as it was, or as it is
    letter = letters.current(conn, case_id)
    if letter is None or letter.issued_at is not None:
        raise NotAllowed("The letter was issued meanwhile; begin a new version to change it.")
    return case, letter


def _take_back(conn: Connection, case: Case, by: Person) -> None:
    letter = letters.current(conn, case.id)
    if letter is not None and letter.state != "draft":
        cases.act(conn, case.id, "change_letter", by=by)
