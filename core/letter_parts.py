"""The parts of a letter, in their order: what each is called, whether the letter needs it, and what is said when it lacks.

"A decision letter will be shared via email or mail so that it can be taken for an external review to Ombudsman Toronto." (L43)
R46: request numbers, dates received, due and answered, the issue, what was reviewed and by whom, findings and reasons,
what was or will be done and by when, an apology where due, and the way to Ombudsman Toronto.
"""

from collections.abc import Mapping
from dataclasses import dataclass

DECISION, RESPONSE = "decision", "response"
#: How the letter of each kind of case is called.
PURPOSES = {"escalation": DECISION, "complaint": RESPONSE}
NAMES = {DECISION: "Decision letter", RESPONSE: "Response letter"}


@dataclass(frozen=True)
class Part:
    """One part. `lacks`: what is said when it is empty; without it the part may be empty. `headed`: its label stands above it."""

    name: str
    label: str
    lacks: str | None
    hint: str = ""
    headed: bool = True
    quoted: bool = False


def _around(*middle: Part) -> tuple[Part, ...]:
    return (
        Part("to", "Addressed to", "It is addressed to nobody.", "Name, and for a letter by mail the postal address, a line each.", headed=False),
        Part("salutation", "Salutation", "The salutation is missing.", headed=False),
        Part("subject", "Subject", "The subject is missing.", "The title of the document.", headed=False),
        Part("replaces", "Which letter it replaces", None, "Only in a further version.", headed=False),
        Part("opening", "Opening", None, headed=False),
        Part("dates", "Request numbers and dates", "The request numbers and dates are missing."),
        *middle,
        Part("closing", "Closing", "The closing is missing.", headed=False),
        Part("signature", "Signature", "Nobody signs it.", "Name, title and division.", headed=False),
    )  # fmt: skip


ISSUE = Part("issue", "What you told us", "What the customer complained about is missing.",
             "The customer's own words, as a quotation.", quoted=True)  # fmt: skip
ACTIONS = Part(
    "actions",
    "What was done, or will be done",
    "It does not say what was or will be done and by when, or that nothing is.",
)
APOLOGY = Part("apology", "Our apology", None, "Where one is due.")
PARTS: dict[str, tuple[Part, ...]] = {
    DECISION: _around(
        ISSUE,
        Part("request", "Why you asked for a review", "Why the customer asked for a review is missing.",
             "The customer's own words, as a quotation.", quoted=True),
        Part("reviewed", "What was reviewed, and by whom", "It does not say what was reviewed and by whom."),
        Part("decision", "Decision", "The decision is missing."),
        Part("findings", "Findings and reasons", "The findings and reasons are missing."),
        ACTIONS, APOLOGY,
        Part("ombudsman", "If you remain unsatisfied", "The way to Ombudsman Toronto is missing."),
    ),
    RESPONSE: _around(
        ISSUE,
        Part("reviewed", "What was investigated, and by whom", "It does not say what was investigated and by whom."),
        Part("findings", "What was found", "The response itself is missing: what was found."),
        ACTIONS, APOLOGY,
        Part("next", "If you are not satisfied", "The way to an escalation is missing."),
    ),
}  # fmt: skip


def headings(purpose: str) -> dict[str, str]:
    """What stands above each part."""
    return {part.name: part.label for part in PARTS[purpose] if part.headed}


def as_text(purpose: str, parts: Mapping[str, str]) -> str:
    """The letter as plain text, in the order in which it is read."""
    said, number = [], 0
    for part in PARTS[purpose]:
        if words := parts.get(part.name, "").strip():
            quoted = "\n".join(f"> {line}".rstrip() for line in words.split("\n")) if part.quoted else words
            number += part.headed
            said.append(f"{number}. {part.label}\n{quoted}" if part.headed else quoted)
    return "\n\n".join(said)
