"""What the moves of a letter do: draft it, have it approved, issue it frozen, and end the case when it has left."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row

from core import db, decisions, effects, letter_check, letters, notices
from core.business_days import long_date
from core.case import Case
from core.effects import Changes
from core.errors import BadInput, NotAllowed, Stale
from core.fields import Said
from core.kinds import Kind
from core.letter_drafting import drafted, kind_of, local_date
from core.people import SYSTEM, Person


class LetterIncomplete(NotAllowed):
    """The letter cannot leave yet. {missing}"""


class CannotApprove(BadInput):
    """Choose a second person of senior management, who is independent of the case and did not write in the letter."""


class TextChanged(Stale):
    """The letter was changed after you opened it: read the text as it stands now, then approve it."""


class LeftBeforeIssued(BadInput):
    """The letter cannot have left before it was issued."""


class CannotLeave(BadInput):
    """{why}"""


# The draft


def draft(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """A first version, drafted from the case."""
    _start(conn, case, by, drafted(conn, case), because=None)
    return {}


def draft_further(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """A further version, which says what it replaces and why; what waits in the outbox will not leave (R47)."""
    before = letters.current(conn, case.id)
    notices.cancel_letter(conn, case.id)  # first, as whoever delivers it does: its message, then its case
    last = _letter(conn, case)
    stands = case.decided_at is None or last.issued_at is None or case.decided_at <= last.issued_at
    day = long_date(local_date(conn, last.issued_at))
    surely = before and notices.surely_has_not_left(before.notice_status, before.notice_sent_again)
    unsent = ", which we did not send" if surely and last.state == "issued" else ""
    replaces = f"This letter replaces our letter of {day}, version {last.version}{unsent}. The reason: {said['note']}"
    _start(
        conn, case, by, (last.parts if stands else drafted(conn, case)) | {"replaces": replaces}, because=said["note"]
    )
    return {}


def _start(conn: Connection, case: Case, by: Person, parts: dict[str, str], because: str | None) -> None:
    db.run(conn, "letters.start", case_id=case.id, purpose=kind_of(case), because=because, parts=letters.as_json(parts),
           large_print=letter_check.wants_large_print(case), by=by.id)  # fmt: skip


# A second pair of eyes


def ask(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """It is complete, and somebody is asked to read it."""
    letter = _complete(conn, case)
    if said["approver_id"] not in {person.id for person in letters.who_could_approve(conn, case.id)}:
        raise CannotApprove
    db.run(conn, "letters.ask", id=letter.id, asked=said["approver_id"], by=by.id)
    return {}


def approve(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """This text, and no other, is approved."""
    letter = _complete(conn, case)
    read = str(said["text_no"])
    if read != str(letter.text_no) or not db.run(
        conn, "letters.approve", id=letter.id, text_no=letter.text_no, by=by.id
    ):
        raise TextChanged
    return {}


def take_back(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """It is a draft again, and nobody has approved it."""
    db.run(conn, "letters.take_back", id=_letter(conn, case).id)
    return {}


# The issue


def issue(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """Frozen as a PDF with its checksum, which the history keeps too; by email it goes into the outbox in the same transaction."""
    if (
        said.get("sends_by") == "email"
    ):  # a first response that still waits is overtaken; both at once would undo each other
        notices.cancel_response(conn, case.id)
    letter, way, at = _complete(conn, case), said.get("sends_by", "mail"), effects.now(conn)
    if why := letter_check.cannot_go_by(case, letter, way):
        raise CannotLeave(why=why)
    to = str(case.email) if way == "email" else letter.parts["to"].strip()
    pdf = letters.sheet(conn, case, letter, at=at, way=way, to=to).pdf
    checksum = sha256(pdf).hexdigest()
    db.run(conn, "letters.issue", id=letter.id, by=by.id, at=at, sends_by=way, address=to, pdf=pdf, sha256=checksum)
    if way == "email":
        letters.queue(conn, case, letter, to=to, by=by)
    return {"sha256": checksum}


def send_again(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """A letter that failed, was kept or may have left is tried again, because somebody says so."""
    notices.send_again(conn, _letter(conn, case).notice_id, by)
    return {}


def leave(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """The mail server took it at this moment: the customer is told, and the case ends (R21, R45)."""
    return _left(conn, case, by, said["happened_at"], "email")


def post(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """It was posted at this moment: the customer is told, and the case ends."""
    return _left_by_hand(conn, case, by, said["happened_at"], "mail")


def send_oneself(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """Somebody sent it from their own mailbox at this moment: what waits in the outbox will not leave, and the case ends."""
    notices.cancel_letter(conn, case.id)
    return _left_by_hand(conn, case, by, said["happened_at"], "email")


def _left_by_hand(conn: Connection, case: Case, by: Person, at: datetime, way: str) -> Changes:
    letter = _letter(conn, case)
    if at < letter.issued_at.replace(second=0, microsecond=0):
        raise LeftBeforeIssued
    return _left(conn, case, by, max(at, letter.issued_at), way)


def come_back(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """A failed delivery tells nobody anything: it is decided again, and unanswered if this letter was the answer."""
    letter = _letter(conn, case)
    db.run(conn, "letters.travel", id=letter.id, what="came back", at=effects.now(conn), by=by.id)
    changes: Changes = {"closed_at": None}
    if case.told_by == letter.sends_by:  # who was told by phone before still is
        changes |= {"told_at": None, "told_by": None}
        if (case.responded_at, case.response_channel) == (case.told_at, case.told_by):
            changes |= dict.fromkeys(("responded_at", "response_channel", "response", "responded_by", "accountable_id"))
    _take_back_from_complaint(conn, case, letter, said["note"])
    return changes


def _take_back_from_complaint(conn: Connection, case: Case, letter: Row, why: str) -> None:
    """Where the decision answered the complaint too, by this letter (R40), it has no answer either (R21)."""
    from core import cases  # a move that makes another: the table of moves names this effect

    complaint_id = db.value(conn, "letters.complaint_it_answered", id=letter.id)
    if complaint_id is not None:
        because = f"The decision letter of escalation {case.request_no}, which answered it, came back. {why}"
        cases.act(conn, complaint_id, "decision_came_back", by=SYSTEM, note=because)


def note_come_back(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """If the response that came back was a letter, it did."""
    if case.letter_state == "left":
        db.run(conn, "letters.travel", id=_letter(conn, case).id, what="came back", at=effects.now(conn), by=by.id)
    return {}


def _left(conn: Connection, case: Case, by: Person, at: datetime, way: str) -> Changes:
    letter = _letter(conn, case)
    db.run(conn, "letters.travel", id=letter.id, what="left", at=at, by=by.id)
    author = letter.issued_by
    if case.kind == Kind.COMPLAINT:
        return effects.keep_response(
            conn, case, by, {"happened_at": at, "channel": way, "response": _response(letter)}
        ) | {"responded_by": author}
    known = {} if case.told_at else decisions.told(conn, case, author, at, way)
    return known | {"closed_at": effects.now(conn)}


def _response(letter: Row) -> str:
    said = (letter.parts.get(name, "").strip() for name in ("findings", "actions", "apology"))
    return "\n\n".join(filter(None, said))


def _letter(conn: Connection, case: Case) -> Any:
    db.run(conn, "cases.hold", id=case.id)  # whoever writes in it at this moment is done first, or waits
    letter = letters.current(conn, case.id)
    assert letter is not None, "a guard has seen it"
    return letter


def _complete(conn: Connection, case: Case) -> Any:
    letter = _letter(conn, case)
    if missing := letter_check.missing(conn, case, letter):
        raise LetterIncomplete(missing=" ".join(missing))
    return letter
