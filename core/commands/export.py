"""`export`: all cases as a file that spreadsheets read, and that can be imported again."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from core import db, export, people
from core.errors import BadInput


class CannotWrite(BadInput):
    """{name} cannot be written: {problem}."""


def export_(
    out: Annotated[Path | None, typer.Option(help="The file to write; without it, standard output.")] = None,
    by: Annotated[
        str | None, typer.Option(help="Who takes it, by email: with the cases about a person that they may see.")
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
    if left_out:
        cases = "case" if left_out == 1 else "cases"
        print(f"{left_out:,} {cases} about a person left out: --by names somebody who may see them.", file=sys.stderr)


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
