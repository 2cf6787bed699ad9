"""The command about one date: when it is due, and why."""

from datetime import datetime
from typing import Annotated

import typer

from core import business_days, db


def due(
    received_on: Annotated[
        datetime, typer.Argument(metavar="DATE", formats=["%Y-%m-%d"], help="The day of receipt, as 2026-12-23.")
    ],
    n: Annotated[int, typer.Argument(metavar="N", min=1, max=10_000, help="How many business days.")],
) -> None:
    """Prints the date by which something received on DATE is due in N business days, and every day on the way."""
    with db.reading() as conn:
        due_on = business_days.due_on(conn, received_on.date(), n)
        days = business_days.strip(conn, received_on.date(), due_on)
    for day in days:
        print(f"{day.day:%a %Y-%m-%d}  {day.no or '':>4}  {day.reason or ''}".rstrip())
    print(f"Due on {business_days.long_date(due_on)}.")
