"""`import`: a file of cases from another system."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from core import db
from core.errors import BadInput
from core.intake import corrections, importing, source


class CannotWrite(BadInput):
    """The refused rows cannot be written to {name}: {problem}. Nothing was imported."""


def import_(
    file: Annotated[Path, typer.Argument(help="A file of rows: CSV, also as .gz.")],
    source_name: Annotated[
        str, typer.Option("--source", help="nyc311, nyc_council, own, or a source file of yours (.toml).")
    ],
    refused: Annotated[
        Path | None, typer.Option(help="Where to write the refused rows, to be corrected and imported again.")
    ] = None,
) -> None:
    """Imports a file of cases, and says what became of every row. The same file twice adds nothing."""
    described = source.find(source_name)
    console = Console(stderr=True)
    with Progress(TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(),
                  console=console, transient=True, disable=not console.is_terminal) as bar:  # fmt: skip
        task = bar.add_task(file.name, total=1)

        def progress(share: float, doing: str) -> None:
            bar.update(task, completed=share, description=doing)

        # As the owner of the tables, who may do more at once: see imports.spare_look_ups.
        with db.refusing(), db.owner_engine().begin() as conn:
            account = importing.run_path(conn, file, described, progress=progress)
            reasons = corrections.reasons(conn, account.id)
            if refused and account.refused:
                _write(refused, corrections.as_csv(conn, account.id))
    print(account.in_words)
    for reason in reasons:
        print(f"{reason.rows:>9,}  {reason.why.rstrip('.')}. First on line {reason.first_line:,}.")
    if refused and account.refused:
        print(f"The refused rows are in {refused}: correct them there and import that file with the same source.")


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CannotWrite(name=path, problem=(error.strerror or str(error)).lower()) from None
