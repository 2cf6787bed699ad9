"""What a pack for Ombudsman Toronto lacks, a sentence each: better said by us than found by them."""

from collections.abc import Sequence

from sqlalchemy import Connection

from core import departures, letters
from core.case import Case
from core.kinds import Kind
from core.people import SYSTEM


def of_case(conn: Connection, case: Case) -> list[str]:
    """What is missing about this case."""
    name = f"{case.kind.capitalize()} {case.request_no}"
    gaps = _of_answer(conn, case) + (_of_complaint(case) if case.kind == Kind.COMPLAINT else _of_escalation(case))
    gaps += _of_letters(conn, case)
    if case.source != "dashboard":
        gaps.append(f"was brought in from {case.source}: what happened there before is not in this history")
    if case.erased_at is not None:
        gaps.append("has its contact details and free text erased, as the retention schedule says")
    return [f"{name}: {gap}." for gap in gaps]


def of_all(everything: Sequence[Case]) -> list[str]:
    """What is missing over all."""
    if any(case.kind == Kind.ESCALATION for case in everything):
        return []
    return ["No escalation is on record."]


def _of_answer(conn: Connection, case: Case) -> list[str]:
    if case.responded_at is not None:
        return []
    return [
        f"its response does not count as an answer: {departures.of_answer(conn, case)}"
        if case.response
        else "no response to the customer is recorded"
    ]


def _of_complaint(case: Case) -> list[str]:
    return [gap for lacks, gap in (
        (case.finding is None, "no finding is recorded"),
        (not (case.steps_taken or case.no_steps_because), "no steps taken are recorded, nor why none are needed"),
        (case.responded_at is not None and not case.response, "the text of the response was not recorded"),
        (case.acknowledged_at is None, "no acknowledgement is recorded"),
    ) if lacks]  # fmt: skip


def _of_escalation(case: Case) -> list[str]:
    return [gap for lacks, gap in (
        (case.decision is None, "no decision is recorded"),
        (case.decision is not None and case.told_at is None, "it is not recorded that the customer was told the decision"),
        (bool(case.represented_by) and not case.consent, "no consent to the representation is recorded"),
    ) if lacks]  # fmt: skip


def _of_letters(conn: Connection, case: Case) -> list[str]:
    issued = [letter for letter in letters.of_case(conn, case.id, SYSTEM) if letter.issued_at]
    if not issued:
        because = f", because: {(case.letter_because or '').rstrip('.')}" if case.letter_due is False else ""
        return [f"no letter was issued{because}"] if case.kind == Kind.ESCALATION else []
    gaps = [
        f"letter version {letter.version} was issued and {departures.of_letter(letter)}"
        for letter in issued
        if letter.state != "left"
    ]
    broken = set(letters.altered(conn, case.id))
    gaps += [
        f"letter version {letter.version} has empty boxes where no font here has the characters"
        for letter in issued
        if letters.undrawn(conn, case, letter)
    ]
    return gaps + [
        f"letter version {letter.version} is not what its checksum says" for letter in issued if letter.id in broken
    ]
