"""The letters of the demo: drafted from their case, read by a second pair of eyes, issued, and posted the business day after."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from core import letter_desk, letters
from core.demo_feedback import Step
from core.people import Person

if TYPE_CHECKING:
    from core.demo_story import Story


def of_complaint(story: "Story", taken: int, by: Person) -> Iterator[Step]:
    """The response by letter, posted `taken` business days after the receipt."""
    approver = story.stage.cast[story.told["letter_approved_by"]]
    for action, who, said in (*_asked(story, by, approver), *_issued(by, approver, {})):
        yield taken - 1, action, who, said
    yield taken, "record_letter_posted", by, _posted(story)


def of_escalation(story: "Story", age: int, by: Person) -> Iterator[Step]:
    """The decision letter, begun `age` business days ago: "asked", or "posted" two business days later."""
    told = story.told["escalated"]
    approver = story.stage.cast[told["letter_approved_by"]]
    for action, who, said in _asked(story, by, approver):
        yield age, action, who, said
    if told["letter_how_far"] == "posted":
        for action, who, said in _issued(by, approver, {"sends_by": "mail"}):
            yield age - 1, action, who, said
        yield age - 2, "record_letter_posted", by, _posted(story)


def write(conn: Connection, case_id: int, by: Person, **parts: str) -> None:
    """Its author changes these parts."""
    letter_desk.write(conn, case_id, parts, by=by)


def text_no(conn: Connection, case_id: int) -> int:
    """The text that whoever approves it has read."""
    letter = letters.current(conn, case_id)
    assert letter is not None, "it was drafted in a scene before"
    return int(letter.text_no)


def _asked(story: "Story", by: Person, approver: Person) -> Iterator[tuple[str, Person, dict[str, object]]]:
    yield "draft_letter", by, {}
    if "address" in story.told:  # a line each, as the window of the envelope shows it
        yield "write_letter", by, {"to": "\n".join((story.told["name"], *story.told["address"].split(", ")))}
    yield "ask_to_approve_letter", by, {"approver_id": approver.id}


def _issued(by: Person, approver: Person, way: dict[str, object]) -> Iterator[tuple[str, Person, dict[str, object]]]:
    yield "approve_letter", approver, {}
    yield "issue_letter", by, way


def _posted(story: "Story") -> dict[str, object]:
    return {"happened_at": (14, story.no % 60)}
