"""`report`: the monthly report as an accessible PDF."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from core import business_days, db, reports
from core.errors import BadInput
from core.periods import months_after


class CannotWrite(BadInput):
    """{name} cannot be written: {problem}."""


def report(
    month: Annotated[
        datetime | None, typer.Argument(formats=["%Y-%m"], help="The month, as 2026-10; the last one if not given.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The file to write; report-2026-10.pdf here if not given.")] = None,
) -> None:
    """Writes the report of a month."""
    with db.reading() as conn:
        chosen = month.date() if month else months_after(business_days.today(conn), -1)
        made = reports.monthly(conn, chosen)
    path = out or Path(f"report-{chosen:%Y-%m}.pdf")
    try:
        path.write_bytes(made)
    except OSError as error:
        raise CannotWrite(name=path, problem=(error.strerror or str(error)).lower()) from None
    print(f"{path}: {len(made):,} bytes.")
