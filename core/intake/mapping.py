"""Their columns into our fields, a batch at a time: column by column, and each distinct text once.

Real exports say the same few things over and over, so every reading of a text is remembered, within bounds.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from itertools import repeat
from typing import Any

from core.contacts import as_email, as_phone
from core.errors import Refused
from core.intake import cells
from core.intake.reading import Batch
from core.intake.source import DAYS, FLAGS, ISO, NUMBERS, PLACE, TIMES, BadSource, Part, Source
from core.kinds import CATEGORIES, CHANNELS, DECISIONS, FINDINGS, GROUNDS, Kind, State

#: Distinct texts remembered for each field.
MANY = 50_000
VOCABULARY: dict[str, Sequence[str]] = {
    "kind": tuple(Kind), "state": tuple(State), "category": CATEGORIES, "channel": CHANNELS, "response_channel": CHANNELS,
    "finding": FINDINGS, "ground": tuple(GROUNDS), "decision": DECISIONS, "updates_by": ("email", "sms"), "told_by": CHANNELS,
}  # fmt: skip
WORDS = {
    "request_no": "the request number", "received_at": "the date of receipt", "answered_at": "the date of the answer",
    "closed_at": "the date of closing", "due_on": "the due date", "first_due_on": "the first due date",
}  # fmt: skip


class Unreadable(Exception):
    """A value that cannot be used, and why in plain words."""


Reading = Callable[[Any], str]
#: What COPY's text format writes otherwise.
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
Wrong = dict[int, list[str]]


class Remembered(dict[Any, str]):
    """What each text reads as, for COPY; `wrong` holds those that cannot be read, and why. These read as blank."""

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self.reading = reading
        self.wrong: dict[Any, str] = {}

    def __missing__(self, said: Any) -> str:
        try:
            self[said] = self.reading(said).strip().translate(ESCAPES)
        except Unreadable as why:
            self[said], self.wrong[said] = "", str(why)
        return self[said]

    def of(self, column: Sequence[Any], wrong: Wrong) -> list[str]:
        """How a column of a batch reads; adds to `wrong` what is wrong with which row."""
        if len(self) > MANY:
            self.clear()
            self.wrong.clear()
        read = list(map(self.__getitem__, column))
        if self.wrong:
            for row, each in enumerate(column):
                if each in self.wrong:
                    wrong[row].append(self.wrong[each])
        return read


class Mapping:
    """The columns of a file as COPY into the staging table takes them."""

    def __init__(self, source: Source, header: Sequence[str], *, safe_cells: bool = False) -> None:
        """`safe_cells`: we wrote the file, with an apostrophe before what a spreadsheet would run."""
        self.header, self.safe_cells, self.take = list(header), safe_cells, source.take
        self.passed_over = 0
        self.readings = {field: _reading(source, field, part) for field, part in source.columns.items()}
        self.places = {
            field: [self.header.index(name) for name in part.columns()] for field, part in source.columns.items()
        }

    @property
    def columns(self) -> list[str]:
        """The columns of the staging table in the order in which lines() gives them."""
        return ["line_no", "problem", *self.readings]

    def lines(self, batch: Batch) -> str:
        """The rows that are taken, in COPY's text format; blank is nothing."""
        wrong: Wrong = defaultdict(list)
        starts, records = self._taken(batch.lines, self._whole(batch.records, wrong), wrong)
        if not records:
            return ""
        given: list[Sequence[str]] = list(zip(*records, strict=True))
        for place in {place for places in self.places.values() for place in places}:
            given[place] = self._without_nul(given[place], self.header[place], wrong)
        read = [self._read(field, [given[place] for place in places], wrong) for field, places in self.places.items()]
        problems = [_plain("; ".join(wrong.get(row, ()))) for row in range(len(records))] if wrong else repeat("")
        return "\n".join(map("\t".join, zip(map(str, starts), problems, *read, strict=False))) + "\n"

    def _read(self, field: str, given: list[Sequence[str]], wrong: Wrong) -> list[str]:
        reading = self.readings[field]
        if reading is None:
            column = list(map(str.strip, given[0]))
            return [_plain(cell) for cell in column] if _needs_escapes(column) else column
        return reading.of(given[0] if len(given) == 1 else list(zip(*given, strict=True)), wrong)

    def originals(self, record: list[str]) -> list[str]:
        """What a refused row said, as it stood before it was made safe; NUL as its picture."""
        found = map(cells.as_it_was, record) if self.safe_cells else record
        return [cell.replace("\0", "␀") for cell in found]

    def _whole(self, records: list[list[str]], wrong: Wrong) -> list[list[str]]:
        """Every record as wide as the header, and its cells as they were before they were made safe."""
        width = len(self.header)
        if set(map(len, records)) != {width}:
            for row, record in enumerate(records):
                if len(record) < width or any(record[width:]):  # blank cells at the end are a spreadsheet's
                    wrong[row].append(f"it has {len(record)} columns and the header has {width}")
            records = [(record + [""] * width)[:width] for record in records]
        return [list(map(cells.as_it_was, record)) for record in records] if self.safe_cells else records

    def _taken(
        self, starts: Sequence[int], records: list[list[str]], wrong: Wrong
    ) -> tuple[Sequence[int], list[list[str]]]:
        """Only the rows that the source file says to take; a row that is not whole is taken, to be refused."""
        for rule in self.take:
            place = self.header.index(rule.column)
            rows = [row for row, record in enumerate(records) if row in wrong or rule.takes(record[place].strip())]
            self.passed_over += len(records) - len(rows)
            still_wrong = {new: wrong[row] for new, row in enumerate(rows) if row in wrong}
            wrong.clear()
            wrong.update(still_wrong)
            starts, records = [starts[row] for row in rows], [records[row] for row in rows]
        return starts, records

    def _without_nul(self, column: Sequence[str], name: str, wrong: Wrong) -> Sequence[str]:
        """No text in the database can hold the NUL character."""
        if "\0" not in "".join(column):
            return column
        for row, cell in enumerate(column):
            if "\0" in cell:
                wrong[row].append(f'"{name}" holds a NUL character')
        return [cell.replace("\0", "") for cell in column]


def _needs_escapes(column: list[str]) -> bool:
    said = "".join(column)
    return any(mark in said for mark in "\\\t\n\r")


def _plain(said: str) -> str:
    return said.translate(ESCAPES)


def constants(source: Source) -> dict[str, str]:
    """What is the same in every row; refuses a source file whose constants cannot be read."""
    given = {"kind": str(source.kind), "contact_held_by": source.contact_held_by or ""} | source.constants
    found = {}
    for field, value in given.items():
        if value and field not in source.columns:
            try:
                found[field] = (_own_conversion(source, field) or str)(value.strip())
            except Unreadable as why:
                raise BadSource(name=source.name, problem=str(why)) from None
    return found


def _reading(source: Source, field: str, part: Part) -> Remembered | None:
    """How a field is read, from the text of one column or from the texts of several; None: as it stands."""
    convert = _conversion(source, field)
    if len(part.columns()) > 1 or PLACE.search(part.join[0]) or part.if_blank:
        join = _joined(part)
        return Remembered(lambda said: (convert or str)(join(said if isinstance(said, tuple) else (said,))))
    return Remembered(lambda said: convert(said.strip())) if convert else None


def _joined(part: Part) -> Callable[[tuple[str, ...]], str]:
    """Several columns as one text. A piece whose columns are all blank is left out."""
    pieces: list[tuple[str, slice]] = []
    first = 0
    for piece in part.join:
        count = len(PLACE.findall(piece)) or 1
        words = "{}".join(map(_doubled, PLACE.split(piece)[::2])) if PLACE.search(piece) else "{}"
        pieces.append((words, slice(first, first + count)))
        first += count

    def join(said: tuple[str, ...]) -> str:
        said = tuple(map(str.strip, said))
        found = (words.format(*said[where]) for words, where in pieces if any(said[where]))
        return part.by.join(found) or part.if_blank

    return join


def _doubled(words: str) -> str:
    """Words of a source file, in which a brace is a brace and no place."""
    return words.replace("{", "{{").replace("}", "}}")


def _conversion(source: Source, field: str) -> Callable[[str], str] | None:
    read = _own_conversion(source, field)
    if field not in source.maps:
        return read
    known = source.maps[field]

    def mapped(said: str) -> str:
        if said not in known.values and known.otherwise is None:
            raise Unreadable(f'the source file does not say what {_words(field)} "{_short(said)}" is')
        return (read or str)(known.values.get(said, known.otherwise or ""))

    return mapped


def _own_conversion(source: Source, field: str) -> Callable[[str], str] | None:
    """How our own words for a field are read; blank stays blank, and None is any text."""
    if field in TIMES:
        return lambda said: said and _instant(said, source, field)
    if field in DAYS:
        return lambda said: said and _day(said, source, field)
    for fields, read in ((VOCABULARY, _known), (NUMBERS, _number), (FLAGS, _flag), (CONTACTS, _contact)):
        if field in fields:
            return lambda said, read=read: said and read(said, field)  # type: ignore[misc]
    return None


def _instant(said: str, source: Source, field: str) -> str:
    found = _first_that_fits(said, source.date_formats, field)
    if isinstance(found, date) and not isinstance(found, datetime):
        return found.isoformat()  # midnight in Toronto: promises are local dates
    try:  # the database knows no zone of 16 hours or more; the same instant in UTC is one that it knows
        return (found if found.tzinfo else found.replace(tzinfo=source.zone)).astimezone(UTC).isoformat()
    except OverflowError:  # on the first or the last day there is
        raise Unreadable(f'{_words(field)} "{_short(said)}" cannot be read') from None


def _day(said: str, source: Source, field: str) -> str:
    found = _first_that_fits(said, source.date_formats, field)
    return (found.date() if isinstance(found, datetime) else found).isoformat()


def _first_that_fits(said: str, formats: tuple[str, ...], field: str) -> date:
    for each in formats:
        try:
            if each == ISO:
                return date.fromisoformat(said) if len(said) == len("2026-01-07") else datetime.fromisoformat(said)
            found = datetime.strptime(said, each)
        except ValueError:
            continue
        return found if any(mark in each for mark in TIME_MARKS) else found.date()
    raise Unreadable(f'{_words(field)} "{_short(said)}" cannot be read')


TIME_MARKS = ("%H", "%I", "%X", "%c", "%s", "%T", "%R")


def _known(said: str, field: str) -> str:
    value = said.lower()
    if value not in VOCABULARY[field]:
        raise Unreadable(f'{_words(field)} "{_short(said)}" is not one of {", ".join(VOCABULARY[field])}')
    return value


def _number(said: str, field: str) -> str:
    if not said.isascii() or not said.isdigit() or len(said) > 4 or int(said) == 0:
        raise Unreadable(f'{_words(field)} "{_short(said)}" is not a number of days')
    return said


def _flag(said: str, field: str) -> str:
    if said.lower() in ("t", "true", "yes", "y", "1"):
        return "true"
    if said.lower() in ("f", "false", "no", "n", "0"):
        return "false"
    raise Unreadable(f'{_words(field)} "{_short(said)}" is neither yes nor no')


CONTACTS: dict[str, Callable[[str], str]] = {"phone": as_phone, "email": as_email}


def _contact(said: str, field: str) -> str:
    try:
        return CONTACTS[field](said)
    except Refused:
        raise Unreadable(f'the {_words(field)} "{_short(said)}" cannot be read') from None


def _words(field: str) -> str:
    return WORDS.get(field, field.replace("_", " "))


def _short(said: str) -> str:
    return said if len(said) <= 60 else said[:60] + "…"
