"""What an action asks for: the fields of its form, checked here and drawn by the dashboard."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from core.errors import BadInput
from core.kinds import CATEGORIES, COMMENT_THEMES, DECISIONS, FINDINGS, LEAD_DID, NO_REPLY_BECAUSE, PRAISE_THEMES, TAGS

Said = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """One thing to say. `as_` is how it is said; ids of people, divisions and cases are chosen, never typed."""

    name: str
    label: str
    as_: Literal[
        "line",
        "text",
        "choice",
        "choices",
        "moment",
        "day",
        "person",
        "people",
        "division",
        "request_no",
        "file",
        "lead",
        "team",
    ] = "text"
    required: bool = True
    #: It, or the other one that says so too: an effect asks for one of them.
    either: bool = False
    choices: tuple[str, ...] = ()
    hint: str = ""
    #: When it is needed although it may be left out: stands under it.
    when: str = ""
    #: It is kept with another case, whose history is not for the same people.
    elsewhere: bool = False


class NotFilledIn(BadInput):
    """Please fill in: {labels}."""


class NotAChoice(BadInput):
    """{label}: choose one of {choices}."""


class TooLong(BadInput):
    """{label} is longer than 100,000 characters; attach it as a file instead."""


def is_given(value: object) -> bool:
    """Whether something was said: blanks and empty lists do not count."""
    return bool(value.strip()) if isinstance(value, str) else value not in (None, [], ())


def check(asks: tuple[Field, ...], said: Said) -> dict[str, Any]:
    """What was said to these fields, trimmed; refuses what is missing, too long or not a choice."""
    said = {name: value.replace("\x00", "") if isinstance(value, str) else value for name, value in said.items()}
    missing = [field.label for field in asks if field.required and not is_given(said.get(field.name))]
    if missing:
        raise NotFilledIn(labels=", ".join(missing))
    return {field.name: _value(field, said[field.name]) for field in asks if is_given(said.get(field.name))}


def _value(field: Field, value: Any) -> Any:
    if isinstance(value, str):
        value = value.strip()
        if len(value) > 100_000:
            raise TooLong(label=field.label)
    chosen = {"choice": [value], "choices": value}.get(field.as_, [])
    if not set(chosen) <= set(field.choices):
        raise NotAChoice(label=field.label, choices=", ".join(field.choices))
    if field.as_ == "moment" and (not isinstance(value, datetime) or value.tzinfo is None):
        raise BadInput(f"{field.label}: give a date and a time.")
    if field.as_ == "day" and not isinstance(value, date):
        raise BadInput(f"{field.label}: give a date.")
    return value


#: What may be added to any move.
REMARK = Field("note", "Remark", required=False)
NOTE = Field("note", "Note", hint="Staff only. The customer does not see it.")
WHY = Field("note", "Why", hint="Kept in the history.")
OWNER = Field("owner_id", "Supervisor", "person")
WHEN = Field("happened_at", "When", "moment")
CONTACT_CHANNEL = Field("channel", "How", "choice", choices=("phone", "email", "mail", "in person", "chat", "other"))
OUTCOME = Field("outcome", "Outcome", "choice",
                choices=("reached", "left a message", "no answer", "wrong contact"))  # fmt: skip
FINDING = Field("finding", "Finding", "choice", choices=FINDINGS)
SUMMARY = Field("finding_summary", "Summary of the finding")
SOURCES = Field("sources_checked", "Sources checked", hint="Calls listened to, records read, people spoken to.")
ROOT_CAUSE = Field("root_cause", "Root cause", "line", required=False, hint="When known.")
STEPS = Field(
    "steps_taken", "Steps taken", required=False, either=True, hint="What was done, or will be done and by when."
)
NO_STEPS = Field("no_steps_because", "Or: no steps are needed, because", required=False, either=True)
RESPONSE = Field("response", "Response to the customer", hint="The substantive answer, as it leaves.")
SENT_BY = Field("channel", "How it left", "choice", choices=("phone", "in person", "mail", "email", "chat", "other"),
                hint="A voicemail is not a response.")  # fmt: skip
DIVISION = Field("division_id", "Division", "division")
HOW_TOLD = Field(
    "how_told", "How the customer was told", "choice", choices=("phone", "email", "mail", "in person", "chat")
)
WITHDRAWN_BY = Field("withdrawn_by", "Who withdrew it", "line")
ORIGINAL = Field("original_no", "Request number of the original", "request_no")
WHAT_IT_IS = Field("what_it_is", "What it is", "choice",
                   choices=("service request", "enquiry", "comment", "compliment", "not for the City"))  # fmt: skip
CATEGORY = Field("category", "Category", "choice", choices=CATEGORIES)
TAGGED = Field("tags", "Also about", "choices", required=False, choices=TAGS)
SUBJECTS = Field("subject_ids", "Staff it is about", "people", required=False)
NAME = Field("customer_name", "Name", "line", required=False)
PHONE = Field("phone", "Phone", "line", required=False)
EMAIL = Field("email", "Email", "line", required=False)
ADDRESS = Field("postal_address", "Postal address", required=False)
FILE = Field("file", "File", "file")
# escalations
REVIEWER = Field("owner_id", "Reviewer", "person")
FIRST_RESPONSE = Field("response", "What the customer is told",
                       hint="Who reviews it and by when. A mere acknowledgement is not a response.")  # fmt: skip
SPOKEN_BY = Field("channel", "How they were told", "choice", choices=("phone", "in person"),
                  hint="In writing, it is the decision letter that tells them.")  # fmt: skip
REVIEWED = Field("sources_checked", "What was reviewed", hint="Records read, calls listened to, people spoken to.")
DECISION = Field("decision", "Decision", "choice", choices=DECISIONS)
REASONS = Field("decision_reasons", "Findings and reasons", hint="As they may stand in a letter to the customer.")
REMEDY = Field("remedy", "What was or will be done", required=False,
               when="Needed where it is upheld, at least in part, or a letter is due. If nothing will be done, say so and why.")  # fmt: skip
REMEDY_BY = Field("remedy_by", "By when", "day", required=False)
LETTER_DUE = Field("letter_due", "Decision letter", "choice", choices=("yes", "no"),
                   hint="Yes if it is not fully in the customer's favour, if they asked for one, or if it is serious.")  # fmt: skip
LETTER_BECAUSE = Field("letter_because", "Why a letter, or why none", "line")
UPDATES_BY = Field("updates_by", "By", "choice", choices=("email", "sms"))
UPDATES_TO = Field("updates_to", "Email address or mobile number", "line")
# comments and compliments
ASSESSED = Field(
    "assessed_because",
    "Why it is for 311 Toronto",
    hint="Or redirect it, or close it with no action: each with its reason.",
)
COMMENT_ABOUT = Field(
    "tags", "Themes", "choices", required=False, choices=COMMENT_THEMES, hint="Counted for team leads."
)
LEAD = Field("lead_id", "Team lead", "lead")
DID = Field("lead_did", "What became of it", "choice", choices=LEAD_DID)
DID_WHAT = Field("lead_outcome", "What was done, or why not", hint="Staff only.")
REPLY = Field("response", "Reply to the customer", hint="The substantive reply, as it leaves.")
NO_REPLY = Field("no_reply_because", "Why no reply can be given", "choice", choices=NO_REPLY_BECAUSE)
WHAT_SHOWS_IT = Field(
    "note", "What shows it", hint="Which contacts were tried and when, or what the customer said. Kept in the history."
)
HOW_ASKED = Field("note", "How they asked", "line", hint="Kept in the history. The clock starts today.")
COMPLAINT_WORDS = Field("complaint_words", "The complaint, in the customer's words", elsewhere=True)
COMPLAINT_ABOUT = Field("subject_ids", "Staff it is about", "people", required=False, elsewhere=True)
CUSTOMERS_WORD = Field("note", "How the customer said that it is a complaint", "line", hint="Kept in the history.")
PRAISE_ALONE = Field(
    "praise_words", "Only the praise, in the customer's words", hint="Nothing of the rest goes with it."
)
PRAISED = Field("praised_ids", "Staff it praises", "people", required=False,
                hint="Those the staff directory suggests are filled in: take out whoever is not meant.")  # fmt: skip
PRAISED_TEAM = Field("team_id", "Or a whole team", "team", required=False)
PRAISED_FOR = Field(
    "tags", "Praised for", "choices", required=False, choices=PRAISE_THEMES, hint="Counted for recognition."
)
HANDED_WORDS = Field("praise_words", "What they will read", required=False,
                     hint="The customer's name, phone and address stay out unless they agreed. Nothing of a complaint belongs here.")  # fmt: skip
CONSENT = Field(
    "naming_consent",
    "How the customer agreed",
    "line",
    hint="That the praised may know their name. Who recorded it and when is kept.",
)
# letters
APPROVER = Field(
    "approver_id",
    "Second pair of eyes",
    "person",
    hint="A manager or director who is independent of the case and did not write in it.",
)
TEXT_NO = Field("text_no", "Number of the text that was read", "line")
SENDS_BY = Field("sends_by", "How it leaves", "choice", choices=("email", "mail"))
