"""What a letter lacks before it may leave, in plain words, and what the customer needs besides it (R46, R66).

The same list is shown to its author while they write, and asked again by every step that brings it nearer to the customer.
"""

import re

from sqlalchemy import Connection, Row

from core import business_days, db
from core.case import Case
from core.letter_drafting import apology_is_due, complaint_of
from core.letter_parts import DECISION, PARTS
from core.letter_texts import texts

#: What the window of an envelope shows.
WINDOW_LINES, WINDOW_LETTERS = 6, 55
DECIDED = re.compile(r"\b(not|partly)?\s*upheld\b", re.IGNORECASE)


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
    if letter.purpose != DECISION and _no_postal_address(parts):
        said.append(
            "A response by letter goes by mail: write the postal address in Addressed to, or send the response by email instead."
        )
    elif not case.email and _no_postal_address(parts):
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
