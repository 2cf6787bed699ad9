"""Any file into records: bounded pieces, whole lines, and a clear refusal of what is not rows of text.

A line may have any length and a gzip file may hold anything, so nothing is read without a limit.
"""

import csv
import gzip
import re
import zlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import accumulate, chain, islice
from typing import Any, BinaryIO

from core.errors import BadInput
from core.intake.source import Source

PIECE = 1 << 18
#: Bytes in one line of the file. Longer is no file of rows, and is not read to its end.
LONGEST_LINE = 1 << 20
#: Few enough to stay in the processor's cache, and to be gone before Python's collector looks at them twice.
RECORDS = 512
#: Bytes of an upload, unpacked: a packed file of a few megabytes may hold any number.
LARGEST = 2_000_000_000
LINE_END = re.compile(r"\r\n|\r|\n")
#: Names of the two columns that a file of refused rows has at its end, and those for a file that has such columns itself.
OWN_COLUMNS = (("line_no", "reason"), ("import_line_no", "import_reason"))
OURS = [
    re.compile(rf'(?P<delimiter>[,;\t|])"?{one}"?(?P=delimiter)"?{two}"?(?P=delimiter)*$') for one, two in OWN_COLUMNS
]
#: Follows the last line. If it does not come out alone, a quotation mark swallowed it.
END = "\x00end\x00"


class EmptyFile(BadInput):
    """The file is empty."""


class NoRows(BadInput):
    """The file has a line of column names and no rows."""


class NotText(BadInput):
    """Line {line:,} of the file is not {encoding} text{hint}."""


class Workbook(BadInput):
    """The file is a workbook or an archive, not rows of text; save it as CSV first."""


class DamagedFile(BadInput):
    """The file is damaged: it cannot be unpacked to its end."""


class TooLarge(BadInput):
    """The file holds more than {megabytes:,} MB of text; import it in parts."""


class LineTooLong(BadInput):
    """Line {line:,} of the file is longer than a million bytes: this is not a file of rows."""


class FieldTooLong(BadInput):
    """The row that starts on line {line:,} has a field of more than {limit:,} characters; is a quotation mark left open?"""


class OpenQuote(BadInput):
    """A quotation mark in the row that starts on line {line:,} is never closed."""


class MissingColumn(BadInput):
    """The file has no column {missing}{hint}."""


class TwiceTheSameColumn(BadInput):
    """The file has two columns called "{column}"."""


@dataclass(frozen=True)
class Batch:
    """Some records, each with the line of the file on which it starts."""

    lines: "range | list[int]"
    records: list[list[str]]


class Reader:
    """The records of one file; can be read more than once."""

    def __init__(
        self, file: BinaryIO, source: Source, seen: Callable[[int], None] = lambda _: None, largest: int | None = None
    ) -> None:
        """`seen` is told after each piece how many bytes of the file have been read; `largest` is how many it may unpack to.

        Refuses a header that does not do.
        """
        self.file, self.seen, self.largest = file, seen, largest
        self.encoding, self.delimiter, self.is_ours = source.encoding, source.delimiter, False
        self._know_ours()
        self.header, _ = self._open()
        missing = [column for column in source.foreign_columns() if column not in self.header]
        if missing:
            raise MissingColumn(missing=_quoted(missing), hint=_delimiter_hint(self.header, self.delimiter))
        for column in self.header:
            if column and self.header.count(column) > 1:
                raise TwiceTheSameColumn(column=column)

    @property
    def columns(self) -> list[str]:
        """The names of the columns without the two that a file of refused rows has at its end."""
        return self.header[: -len(OWN_COLUMNS[0])] if self.is_ours else self.header

    def cells(self, record: list[str]) -> list[str]:
        """What a record says under these columns, and whatever stood beyond them."""
        width = len(self.columns)
        return record[:width] + record[len(self.header) :]

    def _know_ours(self) -> None:
        """A file of refused rows comes back in UTF-8, however the file they were in was written."""
        first = next((text.readline() for text in self._texts("latin-1")), "").rstrip()
        if found := next(filter(None, (ours.search(first) for ours in OURS)), None):
            self.is_ours, self.encoding, self.delimiter = True, "utf-8", found["delimiter"]

    def batches(self) -> Iterator[Batch]:
        """The records after the header, blank lines left out; refuses a file without any."""
        _, rows = self._open()
        line, ended, any_row = rows.line_num + 1, False, False
        while not ended:
            records = _some(rows, line)
            lines, line = _starts(records, line, rows.line_num)
            ended = not records or records[-1] == [END]
            if ended or [] in records:
                kept = [(no, record) for no, record in zip(lines, records, strict=True) if record and record != [END]]
                lines, records = [no for no, _ in kept], [record for _, record in kept]
            if records:
                any_row = True
                yield Batch(lines, records)
        if not any_row:
            raise NoRows

    def _open(self) -> tuple[list[str], Any]:
        """The names of the columns, and the records after them."""
        lines = chain.from_iterable(self._texts(self.encoding))
        rows = csv.reader(chain(lines, (END,)), delimiter=self.delimiter)
        try:
            header = next((record for record in rows if record), [END])
        except csv.Error:
            raise FieldTooLong(line=1, limit=csv.field_size_limit()) from None
        if header == [END]:
            raise EmptyFile
        if END in header[-1]:
            raise OpenQuote(line=1)
        names = [name.strip().replace("\0", "␀") for name in header]
        while names and not names[-1]:  # spreadsheets make every line as wide as the widest
            names.pop()
        return names, rows

    def _texts(self, encoding: str) -> Iterator[StringIO]:
        """The file in pieces of whole lines. Line ends stay as they are, as the csv module wants them."""
        line, rest = 1, b""
        for piece in self._pieces():
            self.seen(self.file.tell())
            whole, end, rest_of_it = piece.rpartition(b"\n")
            if not end:
                rest += rest_of_it
            else:
                text = rest + whole + end
                yield StringIO(_decoded(text, encoding, line), newline="")
                line, rest = line + text.count(b"\n"), rest_of_it
            if len(rest) > LONGEST_LINE:
                raise LineTooLong(line=line)
        if rest:
            yield StringIO(_decoded(rest, encoding, line), newline="")

    def _pieces(self) -> Iterator[bytes]:
        """The bytes of the file, unpacked, as long as they are not too many."""
        read = 0
        for piece in _unpacked(self.file):
            read += len(piece)
            if self.largest is not None and read > self.largest:
                raise TooLarge(megabytes=self.largest // 1_000_000)
            yield piece


def _some(rows: Any, line: int) -> list[list[str]]:
    """The next records; refuses what the quotation marks make of a file that is none."""
    records: list[list[str]] = []
    try:
        records.extend(islice(rows, RECORDS))
    except csv.Error:
        raise FieldTooLong(line=line + sum(map(_height, records)), limit=csv.field_size_limit()) from None
    if records and records[-1] and records[-1] != [END] and END in records[-1][-1]:
        raise OpenQuote(line=line + sum(map(_height, records[:-1])))
    return records


def _starts(records: list[list[str]], line: int, last: int) -> tuple["range | list[int]", int]:
    """The line on which each record starts, and the line after them all."""
    if last - line + 1 == len(records):
        return range(line, last + 1), last + 1
    starts = list(accumulate(map(_height, records), initial=line))
    return starts[:-1], starts[-1]


def _height(record: list[str]) -> int:
    """How many lines of the file a record takes: a quoted field may hold line ends."""
    return 1 + sum(len(LINE_END.findall(cell)) for cell in record)


def _unpacked(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    if start.startswith(b"PK\x03\x04"):
        raise Workbook
    opened = gzip.GzipFile(fileobj=file) if start.startswith(b"\x1f\x8b") else file
    try:
        first = opened.read(PIECE)
        yield first.removeprefix(BOM_UTF8)
        while piece := opened.read(PIECE):
            yield piece
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise DamagedFile from None


def _decoded(text: bytes, encoding: str, line: int) -> str:
    try:
        return text.decode(encoding)
    except UnicodeDecodeError as error:
        hint = '; if it comes from Windows, its source file may need encoding = "cp1252"' if encoding == "utf-8" else ""
        raise NotText(line=line + text.count(b"\n", 0, error.start), encoding=encoding.upper(), hint=hint) from None


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _delimiter_hint(header: list[str], delimiter: str) -> str:
    other = next((mark for mark in ",;\t|" if mark != delimiter and len(header) == 1 and mark in header[0]), None)
    if other is None:
        return ""
    return f'; its columns seem to be parted by "{other}": the source file says which with delimiter'.replace(
        "\t", "\\t"
    )
