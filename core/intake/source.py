"""A source file: what each foreign column means here, so that a new export needs no code."""

import re
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from core.errors import BadInput
from core.kinds import Kind

SOURCES = Path(__file__).parent / "sources"
#: What a file may say of a case. Each is a column of the staging table in sql/queries/imports.sql.
FIELDS = (
    "request_no", "kind", "state", "title", "description", "category", "tags", "topic", "channel", "received_at",
    "backdated_because", "promised_days", "due_on", "first_due_on", "reply_requested", "customer_name", "phone", "email",
    "postal_address", "contact_held_by", "language", "interpreter", "accessible_format", "division", "subjects", "owner",
    "team", "assigned_at", "acknowledged_at", "finding", "finding_summary", "sources_checked", "root_cause", "steps_taken",
    "no_steps_because", "answered_at", "response_channel", "response", "responded_by", "accountable", "closed_at",
    "redirected_to", "duplicate_of",
    *(OF_ESCALATIONS := (
        "escalates", "ground", "never_arrived", "admitted_because", "represented_by", "consent", "updates_by", "updates_to",
        "decide_days", "decide_by", "decision", "decision_reasons", "remedy", "remedy_by", "letter_due", "letter_because",
        "decided_at", "decided_by", "told_at", "told_by", "ombudsman_at",
    )),
)  # fmt: skip
TIMES = (
    "received_at", "assigned_at", "acknowledged_at", "answered_at", "closed_at", "decided_at", "told_at", "ombudsman_at",
)  # fmt: skip
DAYS = ("due_on", "first_due_on", "decide_by", "remedy_by")
NUMBERS = ("promised_days", "decide_days")
FLAGS = ("reply_requested", "interpreter", "never_arrived", "letter_due")
#: Fields that name somebody, or another case.
NAMES = frozenset(
    {"division", "subjects", "owner", "team", "responded_by", "accountable", "redirected_to", "duplicate_of",
     "escalates", "decided_by"}
)  # fmt: skip
#: A date format that stands for what Python and we write ourselves: 2026-01-07T09:30:00-05:00.
ISO = "iso"
PLACE = re.compile(r"\{([^{}]+)\}")

Our = Literal[FIELDS]  # type: ignore[valid-type]


class UnknownSource(BadInput):
    """There is no source "{name}"; known are {known}. A source file of your own ends in .toml."""


class BadSource(BadInput):
    """The source file {name} cannot be used: {problem}."""


class Part(BaseModel):
    """Several of their columns as one of ours. A part whose columns are all blank is left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: Each a column's name, or words around names in braces: "at {Incident Address}".
    join: Annotated[tuple[str, ...], Field(min_length=1)]
    by: str = ", "
    #: What it says when all are blank.
    if_blank: str = ""

    def columns(self) -> list[str]:
        """The foreign columns it is made of."""
        return [column for part in self.join for column in PLACE.findall(part) or [part]]


def _as_part(given: object) -> object:
    if isinstance(given, str):
        return {"join": [given]}
    return {"join": given} if isinstance(given, list) else given


class Map(BaseModel):
    """What their values are called here. A value that is not listed is `otherwise`, or without one refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    values: dict[str, str]
    otherwise: str | None = None


class Take(BaseModel):
    """Which rows to take: those whose column is one of these values, none of those, or matches."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str
    is_one_of: tuple[str, ...] = ()
    is_none_of: tuple[str, ...] = ()
    matches: re.Pattern[str] | None = None

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if not (self.is_one_of or self.is_none_of or self.matches):
            raise ValueError(f"take of {self.column} needs is_one_of, is_none_of or matches")
        return self

    def takes(self, value: str) -> bool:
        """Whether a row with this value is taken."""
        return (
            (not self.is_one_of or value in self.is_one_of)
            and value not in self.is_none_of
            and (self.matches is None or bool(self.matches.search(value)))
        )


class Source(BaseModel):
    """A foreign export: how it is written, and which of its columns are which of our fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: Kept with each case. A number is known again by it when the same file comes twice.
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
    #: What people choose it by.
    title: str = ""
    kind: Kind = Kind.COMPLAINT
    encoding: Literal["utf-8", "cp1252"] = "utf-8"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    #: Of times that name no zone themselves. A date without a time is that date in Toronto.
    time_zone: str = "America/Toronto"
    #: As strptime reads them, or "iso"; the first that fits is taken.
    date_formats: Annotated[tuple[str, ...], Field(min_length=1)]
    columns: dict[Our, Annotated[Part, BeforeValidator(_as_part)]]
    constants: dict[Our, str] = {}
    maps: dict[Our, Map] = {}
    take: tuple[Take, ...] = ()
    #: Whether we wrote the file ourselves, with an apostrophe before what a spreadsheet would run as a formula.
    safe_cells: bool = False
    #: The system that holds the customer's contact, where the export carries none (R6).
    contact_held_by: Annotated[str, Field(pattern=r"\S")] | None = None

    @field_validator("name")
    @classmethod
    def _is_not_ours(cls, name: str) -> str:
        if name == "dashboard":
            raise ValueError('a source is not called "dashboard": that is what was entered here')
        return name

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError(f'there is no time zone "{zone}"')
        return zone

    @field_validator("date_formats")
    @classmethod
    def _are_formats(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        for each in formats:
            try:
                datetime.strptime("", each)
            except (ValueError, re.error) as error:
                if not str(error).startswith("time data"):  # that only says that nothing is no date
                    raise ValueError(f'"{each}" is no format of a date') from None
        return formats

    @field_validator("delimiter")
    @classmethod
    def _parts_columns(cls, delimiter: str) -> str:
        if delimiter in '"\r\n':
            raise ValueError("a quotation mark or a line end cannot part columns")
        return delimiter

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        for needed in ("request_no", "received_at", "title"):
            if needed not in self.columns:
                raise ValueError(f"columns needs {needed}")
        for needed in ("channel", "category"):
            if needed not in self.columns and needed not in self.constants:
                raise ValueError(f"{needed} is needed, under columns or constants")
        if twice := sorted(set(self.columns) & set(self.constants)):
            raise ValueError(f"{', '.join(twice)} cannot be both a column and a constant")
        if unmapped := sorted(set(self.maps) - set(self.columns)):
            raise ValueError(f"maps of {', '.join(unmapped)} need such a column")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of times that name none."""
        return ZoneInfo(self.time_zone)

    @property
    def names_nobody(self) -> bool:
        """Whether no row can name a person, team, division or other case."""
        return not NAMES & ({*self.columns} | {*self.constants})

    @property
    def tells_of_escalations(self) -> bool:
        """Whether a row can say what only an escalation has."""
        return bool({*OF_ESCALATIONS} & ({*self.columns} | {*self.constants})) or (
            self.kind == Kind.ESCALATION or "kind" in self.columns
        )

    def foreign_columns(self) -> list[str]:
        """Every column the file must have, in the order they are first named."""
        named = [column for part in self.columns.values() for column in part.columns()]
        return list(dict.fromkeys([*named, *(rule.column for rule in self.take)]))


def known() -> list[str]:
    """The names of the sources that come with the dashboard."""
    return sorted(file.stem for file in SOURCES.glob("*.toml"))


def find(name: str) -> Source:
    """The source of this name, or of this .toml file; refuses an unknown one and says which are known."""
    if name in known():
        return parse((SOURCES / f"{name}.toml").read_bytes(), f"{name}.toml")
    if not name.endswith(".toml"):
        raise UnknownSource(name=name, known=", ".join(known()))
    try:
        return parse(Path(name).read_bytes(), Path(name).name)
    except OSError as error:
        raise BadSource(name=name, problem=(error.strerror or str(error)).lower()) from None


def parse(content: bytes, name: str) -> Source:
    """The source that this TOML describes; refuses what cannot be used, naming the first thing wrong."""
    try:
        given = tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadSource(name=name, problem=f"it is not TOML, {_bare(str(error))}") from None
    try:
        return Source.model_validate({"name": Path(name).stem} | given)
    except ValidationError as error:
        raise BadSource(name=name, problem=_first_problem(error)) from None


def uploaded(content: bytes, name: str) -> Source:
    """As parse(), of a source file from somebody's browser: refuses what is not theirs to say."""
    described = parse(content, name)
    if described.name in known():  # its cases would pass for those of an export we know
        raise BadSource(name=name, problem=f'"{described.name}" comes with the dashboard; give it another name')
    if any(rule.matches for rule in described.take):  # some patterns take years to match, and everybody would wait
        raise BadSource(name=name, problem="matches is not for a file that is uploaded; say is_one_of or is_none_of")
    return described


def _first_problem(error: ValidationError) -> str:
    # a key that is spelt wrongly explains the one that is missing
    first = min(error.errors(), key=lambda each: each["type"] != "extra_forbidden")
    where = ".".join(str(part) for part in first["loc"] if part != "[key]")
    problem = _bare(str(first["msg"]).removeprefix("Value error, "))
    if first["type"] == "extra_forbidden":
        return f'"{where}" is not a key it may have'
    if first["type"] == "literal_error" and "[key]" in first["loc"]:
        return f'"{where}" is not one of our fields ({", ".join(FIELDS)})'
    return f"{where}: {problem}" if where else problem


def _bare(message: str) -> str:
    message = " ".join(message.split()).rstrip(".")
    return message[:1].lower() + message[1:]
