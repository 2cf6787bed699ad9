"""`export`: all cases as a file that spreadsheets read, and that can be imported again."""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, Annotated

import typer

from core import db, export, people
from core.errors import BadInput
from core.people import Person


class CannotWrite(BadInput):
    """{name} cannot be written: {problem}."""


def export_(
    out: Annotated[Path | None, typer.Option(help="The file to write; without it, standard output.")] = None,
    by: Annotated[
        str | None,
        typer.Option(
            help="Who takes it, by email: with the cases about a person and the compliments that they may see."
        ),
    ] = None,
    why: Annotated[str | None, typer.Option(help="Why they take it: kept with each case about a person.")] = None,
) -> None:
    """Writes all cases as CSV in our own format; `import --source own` reads it again."""
    with db.begin() as conn:
        who = people.of_email(conn, by) if by else None
        if out:
            _write(out, export.pieces(conn, who, why))
        else:
            sys.stdout.buffer.writelines(export.pieces(conn, who, why))
        left_out = export.left_out(conn, who)
    print(f"{left_out} cases are left out: {_why(who)}.", file=sys.stderr)


def _why(by: Person | None) -> str:
    if by:
        return f"they are not for {by.name} to see"
    return "cases about a person, and compliments, are for those who may see them, whom --by names"


def _write(path: Path, pieces: Iterator[bytes]) -> None:
    """The whole file or none, and for its owner only: it has no name until it is complete, so an export that is killed leaves nobody's
    words behind (R65). Where the system cannot name such a file, as on macOS, that holds until the finished one is copied."""
    complete = path.with_name(f".{path.name}.{token_hex(4)}")
    try:
        with TemporaryFile(dir=path.parent) as file:
            file.writelines(pieces)
            file.flush()
            _name(file, complete)
        complete.replace(path)
    except OSError as error:
        raise CannotWrite(name=path, problem=(error.strerror or str(error)).lower()) from None
    finally:
        with suppress(OSError):
            complete.unlink(missing_ok=True)


def _name(file: IO[bytes], path: Path) -> None:
    """Gives a file without a name this one; where the system cannot, copies it."""
    number = file.fileno()
    try:
        # src_dir_fd makes Python follow the link of an open file to the file itself; of a whole path it says nothing else.
        os.link(f"/proc/self/fd/{number}", path, src_dir_fd=number)
    except OSError:
        path.touch(mode=0o600)
        file.seek(0)
        with path.open("wb") as copy:
            copyfileobj(file, copy)
