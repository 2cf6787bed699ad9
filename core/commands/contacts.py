"""`contacts`: how many contacts each person had, for recognition's praise per 1,000 contacts."""

from pathlib import Path
from typing import Annotated

import typer

from core import contact_counts, db, people
from core.errors import BadInput


class CannotRead(BadInput):
    """{name} cannot be read: {problem}."""


def contacts(
    file: Annotated[Path, typer.Argument(help="A CSV in UTF-8 with the columns email, month (2026-11) and contacts.")],
    by: Annotated[str, typer.Option(help="Who loads it, by email: a supervisor, manager, director or administrator.")],
) -> None:
    """Loads contact counts: all rows of the file, or none. A month that is loaded again is replaced."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise CannotRead(name=file, problem=(error.strerror or str(error)).lower()) from None
    with db.begin() as conn:
        number = contact_counts.load(conn, content, people.of_email(conn, by))
    print(f"{number:,} {'row' if number == 1 else 'rows'} read: {number:,} loaded, 0 refused.")
