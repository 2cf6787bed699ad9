"""Letters per second, from the case to the accessible PDF: against an empty page set by the same Typst in the same run.

One round makes ROWS letters one after the other on one core: drafts every part from the case (its complaint, the day strips
and who signs, read from the database), checks that nothing is missing, and sets the PDF/UA-1. The floor is an empty page with
a title, set as PDF/UA-1 by the same package with the same fonts. Told apart: drafting and checking alone, and setting alone.
"""

from collections.abc import Callable
from itertools import count
from statistics import median
from typing import Any

import typst
from sqlalchemy import Connection

from bench.measure import interleaved, ratio, show, temporary_database
from core import cases, db, demo, escalations, letters, people
from core.kinds import Kind
from core.letter_drafting import drafted
from core.receipt import Receipt, receive

ROWS = 50
EMPTY, WHOLE, DRAFTING, SETTING = "an empty page", "a letter, from case to PDF", "drafted and checked only", "set only"
NOTHING = b'#set document(title: "Nothing")\n#set text(lang: "en")'
WORDS = "I called about a missed green bin, waited forty minutes, was cut off, and nobody called back. " * 8


def run(rows: int) -> dict[str, float]:
    """Ratios: a letter's time to an empty page's (smaller is better), and letters per second."""
    with temporary_database():
        with db.owner_engine().begin() as conn:
            cast = demo.cast(conn)
        with db.begin() as conn:
            case_id = _decided(conn, cast)
        with db.begin() as conn:
            seconds = interleaved(
                {name: _times(rows, work) for name, work in _contenders(conn, case_id).items()}, rounds=5
            )
    each = {name: median(times) / rows for name, times in seconds.items()}
    show(
        f"{rows} letters on one core, one after the other",
        ["what", "ms each", "per second", "to an empty page"],
        [
            [name, f"{1000 * each[name]:.2f}", f"{1 / each[name]:,.0f}", f"{ratio(seconds[name], seconds[EMPTY]):.1f}"]
            for name in each
        ],
    )
    return {"letter_to_empty_page": ratio(seconds[WHOLE], seconds[EMPTY]), "letters_per_second": 1 / each[WHOLE]}


def _contenders(conn: Connection, case_id: int) -> dict[str, Callable[[], object]]:
    case = cases.get(conn, case_id, people.SYSTEM)
    letter: Any = letters.current(conn, case_id)
    at, fonts, no = db.value(conn, "clock.right_now"), typst.Fonts(), count(1)

    def empty() -> object:
        source = NOTHING + f"// {next(no)}".encode()
        return typst.Compiler(font_paths=fonts).compile(input=source, format="pdf", pdf_standards=["ua-1"])

    def set_() -> object:
        parts = {name: f"{words} {next(no)}" for name, words in letter.parts.items()}  # Typst remembers what it has set
        return letters.sheet(conn, case, Changed(letter, parts), at=at, way="mail", to="")

    def draft() -> bool:
        return drafted(conn, case) == letter.parts and letters.missing(conn, case, letter) == []

    assert draft(), "the letter is complete"
    return {EMPTY: empty, WHOLE: lambda: (draft(), set_()), DRAFTING: draft, SETTING: set_}


class Changed:
    """The letter with other words in it."""

    def __init__(self, letter: Any, parts: dict[str, str]) -> None:
        self.purpose, self.version, self.large_print, self.parts = (
            letter.purpose,
            letter.version,
            letter.large_print,
            parts,
        )


def _times(rows: int, work: Callable[[], object]) -> Callable[[], None]:
    def all_of_them() -> None:
        for _ in range(rows):
            work()

    return all_of_them


def _decided(conn: Connection, cast: dict[str, people.Person]) -> int:
    """A complaint that was answered, and its escalation, decided, with a letter begun."""
    sam, mina, cleo = cast["sam"], cast["mina"], cast["cleo"]
    complaint = receive(conn, Receipt(kind=Kind.COMPLAINT, channel="phone", category="timeliness", customer_name="Ruth Example", phone="416-555-0123",
                                      postal_address="12 Maplewood Avenue\nToronto, Ontario M4C 1A1", description=WORDS), by=cleo)  # fmt: skip
    at = {"channel": "phone", "happened_at": db.value(conn, "clock.right_now")}
    investigated: tuple[tuple[str, dict[str, Any]], ...] = (
        ("take", {}), ("investigate", {}),
        ("record_finding", {"finding": "substantiated", "finding_summary": "The call was dropped.", "sources_checked": "The recording."}),
        ("record_steps", {"steps_taken": "The queue was mended."}), ("record_response", at | {"response": "We are sorry."}),
    )  # fmt: skip
    for action, said in investigated:
        cases.act(conn, complaint.id, action, by=sam, **said)
    attempt = escalations.attempt(conn, complaint.request_no, "416-555-0123", by=cleo)
    found = escalations.escalate(conn, attempt.id, WORDS, by=cleo, ground="unsatisfied")
    decision = {"decision": "partly upheld", "decision_reasons": WORDS, "sources_checked": "The recording, the log.", "letter_due": "yes",
                "letter_because": "Serious.", "remedy": "The queue is watched."}  # fmt: skip
    reviewed: tuple[tuple[str, dict[str, Any]], ...] = (("take", {}), ("decide", decision), ("draft_letter", {}))
    for action, said in reviewed:
        cases.act(conn, found.id, action, by=mina, **said)
    return found.id
