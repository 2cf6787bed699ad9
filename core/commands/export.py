"""`export`: all cases as a file that spreadsheets read, and that can be imported again."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated

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
    """The whole file or none: it has its name only once it is complete."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with unfinished.open("wb") as file:
            file.writelines(pieces)
        unfinished.replace(path)
    except OSError as error:
        raise CannotWrite(name=path, problem=(error.strerror or str(error)).lower()) from None
    finally:
        with suppress(OSError):
            unfinished.unlink()
