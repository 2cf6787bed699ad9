"""`demo`: invented people and cases to try the dashboard with."""

from typing import Annotated

import typer

from core import db
from core import demo as inventing
from core.errors import NotAllowed
from core.settings import settings


class NotInProduction(NotAllowed):
    """PRODUCTION is on, and the demo's invented people are not for production."""


def demo(
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Do nothing where there are people or cases already.")
    ] = False,
) -> None:
    """Fills an empty database with invented staff and some 130 invented cases around today."""
    if settings().production == "on":
        if if_empty:
            return
        raise NotInProduction
    with db.refusing(), db.owner_engine().begin() as conn:
        db.run(conn, "demo.alone")
        if if_empty and not inventing.is_empty(conn):
            print("There are people or cases already, so nothing was done.")
            return
        inventing.refuse_unless_empty(conn)
        print(f"{inventing.fill(conn)} invented cases are ready.")
