"""What the online form may send: one of four kinds, in exactly these fields. The document of the feed is made from these models."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from core.errors import BadInput
from core.kinds import CATEGORIES, GROUNDS, TAGS

#: A form sends no more than this in a text; a letter comes as a letter.
LONGEST = 20_000
Words = Annotated[
    str,
    Field(min_length=1, max_length=LONGEST, pattern=r"\S", description="In the customer's own words, as plain text."),
]
Line = Annotated[str, Field(max_length=300)]
#: Also a contact; what is no phone or no email is refused with its sentence.
Phone = Annotated[
    str, Field(max_length=40, description="With its area code, or with + and the country.", examples=["416 555 0123"])
]
Email = Annotated[str, Field(max_length=320, examples=["ruth@example.org"])]


class Sent(BaseModel):
    """What every kind has: what was said, and whom to answer."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    description: Words
    customer_name: Line | None = None
    phone: Phone | None = None
    email: Email | None = None
    postal_address: Annotated[str, Field(max_length=1000)] | None = None
    language: Line | None = Field(None, description="The language the customer prefers.")
    interpreter: bool = False
    accessible_format: Line | None = Field(None, description="The format in which the customer can read an answer.")


class Complaint(Sent):
    """ "An expression of dissatisfaction with the City's services, programs or staff." A phone, an email or a postal address is required."""

    kind: Literal["complaint"]
    category: Literal[CATEGORIES]  # type: ignore[valid-type]
    tags: Annotated[list[Literal[TAGS]], Field(max_length=len(TAGS))] = []  # type: ignore[valid-type]


class Comment(Sent):
    """ "Comments will be forwarded to relevant staff for review and assessment." A reply needs a contact to reply to."""

    kind: Literal["comment"]
    reply_requested: bool = False
    anonymous: bool = Field(False, description="Nothing that tells who the customer is is kept.")


class Compliment(Sent):
    """ "An expression of praise or approval of 311 staff or the quality of the service you received from 311 Toronto." """

    kind: Literal["compliment"]
    reply_requested: bool = False
    anonymous: bool = Field(False, description="Nothing that tells who the customer is is kept.")
    may_be_named: bool = Field(False, description="The customer agreed that the praised staff may know their name.")


class Escalation(BaseModel):
    """ "To create an escalation you need the request number of your complaint, and the phone number or email address associated with it." """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    kind: Literal["escalation"]
    request_no: Annotated[str, Field(min_length=1, max_length=64, examples=["0946 1550"])]
    contact: Annotated[
        str, Field(min_length=1, max_length=320, description="The phone number or email address on that request.")
    ]
    description: Words
    ground: Literal[tuple(GROUNDS)]  # type: ignore[valid-type]
    never_arrived: bool = Field(False, description="The customer says that the response never came.")
    represented_by: Line | None = Field(None, description="Who speaks for the customer.")
    consent: Line | None = Field(None, description="How the customer's consent to that was given.")
    updates_by: Literal["email", "sms"] | None = Field(None, description="Status updates: number and status only.")
    updates_to: Email | None = None


Submission = Complaint | Comment | Compliment | Escalation
KINDS: tuple[type[BaseModel], ...] = (Complaint, Comment, Compliment, Escalation)
_READS: TypeAdapter[Submission] = TypeAdapter(Annotated[Submission, Field(discriminator="kind")])
_FIELDS = frozenset(name for model in KINDS for name in model.model_fields)

#: What is wrong with a field, without repeating what was in it.
_WRONG = {
    "missing": "is missing",
    "string_too_long": "is too long",
    "string_too_short": "is empty",
    "string_pattern_mismatch": "is empty",
    "too_long": "has too many entries",
    "string_type": "must be a text",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "literal_error": "is not one of the words listed in /api/openapi.json",
    "string_unicode": "is no text",
}
_NO_KIND = ("union_tag_invalid", "union_tag_not_found")


class NotJson(BadInput):
    """The body is not JSON in UTF-8."""


class Unfit(BadInput):
    """What was sent does not fit: {first}."""

    def __init__(self, problems: list[tuple[str | None, str]]) -> None:
        """`problems`: field and what is wrong with it; the field is None when it is none of ours, and so not ours to repeat."""
        self.problems = problems
        field, wrong = problems[0]
        super().__init__(first=f"{field} {wrong}" if field else wrong)


def read(body: bytes) -> Submission:
    """What was sent; refuses what is no JSON, and what does not fit the models, without repeating any of it."""
    try:
        return _READS.validate_json(body)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_context=False, include_input=False)
    if wrong[0]["type"] == "json_invalid":
        raise NotJson
    raise Unfit([_problem(one["type"], one["loc"]) for one in wrong[:20]])


def _problem(kind: str, at: tuple[Any, ...]) -> tuple[str | None, str]:
    if kind in _NO_KIND:
        return "kind", "must be complaint, comment, compliment or escalation"
    if kind == "extra_forbidden":
        return None, "there is a field that this kind does not have"
    field = next((name for name in at[1:] if name in _FIELDS), None)
    if field is None:
        return None, "it must be one JSON object"
    return str(field), _WRONG.get(kind, "cannot be used")
