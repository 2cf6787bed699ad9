"""Cases: receive one, read it, act on it. Everything that changes a case passes here."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from core import db, effects, fields, people, workflow
from core.actions import done, label
from core.case import Case
from core.errors import NotAllowed, NotFound, Stale
from core.kinds import SENIOR_MANAGEMENT
from core.people import SYSTEM, Person, refuse_unless_staff


class NoSuchCase(NotFound):
    """There is no such case, or it is not for you to see."""


class NoSuchFile(NotFound):
    """There is no such file with this case."""


class NothingToTake(NotFound):
    """Every case that you may take has somebody: nothing waits to be taken."""


class NotPossibleNow(NotAllowed):
    """{action} is not possible while this is {state}."""


class MovedMeanwhile(Stale):
    """{name} {done} at {at}, after you opened this page. Nothing of yours is lost: look at what changed, then try again."""


@dataclass(frozen=True)
class Moved:
    """What a move came to. `again`: this click had been carried out already, and nothing more was done."""

    case_id: int
    version: int
    again: bool = False


def get(conn: Connection, case_id: int, by: Person) -> Case:
    """This case as it is now; refuses one that is not theirs to see (R64)."""
    return _seen(db.row(conn, "cases.get", id=case_id, viewer=by.id), by)


def find(conn: Connection, request_no: str, by: Person) -> Case:
    """The case with this request number; spaces, # and - are ignored and short digits padded to 8 (R9)."""
    return _seen(db.row(conn, "cases.find", request_no=request_no.replace("\x00", ""), viewer=by.id), by)


def _seen(row: Row | None, by: Person) -> Case:
    refuse_unless_staff(by)
    if row is None or row.id is None:
        raise NoSuchCase
    return Case.from_row(row)


def timeline(conn: Connection, case_id: int, by: Person) -> list[Row]:
    """The history of a case, oldest first; nothing of one that is not theirs to see."""
    return db.rows(conn, "cases.timeline", id=case_id, viewer=by.id)


def links(conn: Connection, case_id: int, by: Person) -> list[Row]:
    """The cases this one belongs with, as far as they may be seen."""
    return db.rows(conn, "cases.links", id=case_id, viewer=by.id)


def attachments(conn: Connection, case_id: int, by: Person) -> list[Row]:
    """The files of a case, oldest first, without their content; none of one that is not theirs to see."""
    return db.rows(conn, "cases.attachments", id=case_id, viewer=by.id)


def attachment(conn: Connection, case_id: int, attachment_id: int, by: Person) -> bytes:
    """The content of one file of a case; refuses one that is not theirs to see. Of a case about a person it is logged (R64)."""
    content = db.value(conn, "cases.attachment", id=attachment_id, case_id=case_id, viewer=by.id)
    if content is None:
        raise NoSuchFile
    if by.id is not None:
        db.run(conn, "reads.log_file", case_id=case_id, by=by.id)
    return bytes(content)


def log_view(conn: Connection, case: Case, by: Person) -> None:
    """Views of cases about a person are logged (R64), once in ten minutes."""
    if case.subject_ids:
        db.run(conn, "cases.log_view", case_id=case.id, by=by.id)


def act(
    conn: Connection,
    case_id: int,
    action: str,
    *,
    by: Person,
    key: UUID | None = None,
    seen: int | None = None,
    unseen: bool = False,
    **said: Any,
) -> Moved:
    """Makes one move of the table, with its effects and its history, in the caller's transaction.

    `key` names the click: the same key never acts twice. `seen` is the version the page showed: when somebody moved
    the case since, `MovedMeanwhile` says who and when. `unseen`: they proved a right to this move at a gate that shows
    nothing of the case, which may not be theirs to see. `said` holds the form's fields; a note may
    always be added. Refuses whatever the table refuses.
    """
    before = db.row(conn, "cases.before", id=case_id, key=key, by=by.id, viewer=None if unseen else by.id)
    assert before is not None
    if before.clicked_version is not None:
        return Moved(before.clicked_case_id, before.clicked_version, again=True)
    by = by if by.id is None else people.of(before.person)  # a page that has aged may still show a role they had
    case = _seen(before, SYSTEM if unseen else by)
    move = _move_of(conn, case, action, by, seen)
    return _carry_out(conn, case, move, by, key, fields.check((*move.asks, fields.REMARK), said))


def _move_of(conn: Connection, case: Case, action: str, by: Person, seen: int | None) -> workflow.Move:
    """The row of the table that this click asks for; refuses an aged page, a state that has no such move, and whom a guard refuses."""
    move = workflow.find(case, action)
    if seen is not None and seen != case.version and not (move and move.only_adds):
        raise _moved_meanwhile(conn, case.id)
    if move is None:
        raise NotPossibleNow(action=label(action), state=case.state.replace("_", " "))
    if reason := workflow.why_not(move, case, by):
        raise NotAllowed(reason)
    return move


def _carry_out(
    conn: Connection, case: Case, move: workflow.Move, by: Person, key: UUID | None, said: dict[str, Any]
) -> Moved:
    """The effects of the move, and its row in the case and in the history; refuses when somebody moved the case in between."""
    changes: dict[str, Any] = {}
    for effect in move.then:
        changes |= effect(conn, case, by, said)
    found = {name: changes.pop(name) for name in effects.FOUND if name in changes}
    note = said.pop("note", None)
    elsewhere = {"file", *(field.name for field in move.asks if field.elsewhere)}
    details = {name: value for name, value in said.items() if name not in elsewhere} | found
    row = db.row(
        conn, "cases.move", id=case.id, version=None if move.only_adds else case.version, start=case.state,
        end=move.end or case.state, changes=as_json(changes), action=move.action, by=by.id, key=key, note=note, details=as_json(details),
    )  # fmt: skip
    if row is None:
        raise _moved_meanwhile(conn, case.id)
    return Moved(case.id, row.version)


def take_next(conn: Connection, by: Person, *, key: UUID | None = None) -> int:
    """Takes the worst case that nobody has and that this person may take (R10, R11, R35); its id.

    For senior management an escalation comes first: it has two days, and nobody below may decide it. What was overdue already
    when it was imported comes last: it would otherwise stand before everything that can still be kept. Two who ask at once are
    given two; the same `key` takes one. Refuses when there is none.
    """
    if again := _already(conn, key):
        return again.case_id
    case_id = db.value(conn, "cases.take_next_escalation", viewer=by.id) if by.role in SENIOR_MANAGEMENT else None
    for filters in (["filters.backlog_without"], []):
        if case_id is None and by.supervises:
            case_id = db.value(conn, "cases.take_next", filters=filters, viewer=by.id)
    if case_id is None:
        raise NothingToTake
    return act(conn, case_id, "take", by=by, key=key).case_id


def _already(conn: Connection, key: UUID | None) -> Moved | None:
    event = key and db.row(conn, "cases.event_of_key", key=key)
    return Moved(event.case_id, event.version, again=True) if event else None


def _moved_meanwhile(conn: Connection, case_id: int) -> MovedMeanwhile:
    last = last_event(conn, case_id)
    return MovedMeanwhile(name=last.by_name, done=done(last.action), at=last.local_time)


def as_json(values: dict[str, Any]) -> str:
    """As the database takes it: instants and dates in ISO form, and no NUL, which no text of it can hold."""
    bare = {name: value.replace("\x00", "") if isinstance(value, str) else value for name, value in values.items()}
    return json.dumps(bare, default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value)} does not belong in the history")


# Drafts: what somebody has typed and not sent


def save_draft(conn: Connection, case_id: int, action: str, *, by: Person, said: dict[str, Any]) -> None:
    """Keeps what they have typed into these fields of this action's form; the other fields stay as they were kept."""
    db.run(conn, "cases.save_draft", case_id=case_id, by=by.id, action=action, said=as_json(said))


def drafts(conn: Connection, case_id: int, by: Person) -> dict[str, dict[str, Any]]:
    """What they have typed into the forms of this case and not sent, by action."""
    return {row.action: row.said for row in db.rows(conn, "cases.drafts", case_id=case_id, by=by.id)}


def last_event(conn: Connection, case_id: int) -> Row:
    """Who moved this case last, what, when, and the version it came to: for a page that watches for others."""
    last = db.row(conn, "cases.last_event", id=case_id)
    assert last is not None, "a case without history"
    return last
