"""`figures`: brings the sums of the figures up to date, or makes them again from the cases."""

from typing import Annotated

import typer

from core import db
from core import figures as counting


def figures(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make all sums again; nobody can move a case meanwhile.")
    ] = False,
) -> None:
    """Folds the log of figures into their sums. They are exact without it; reading them is faster after it."""
    with db.refusing(), db.owner_engine().begin() as conn:
        number = counting.rebuild(conn) if rebuild else counting.fold(conn)
    print(f"Summed again from {number:,} cases." if rebuild else f"{number:,} changes are in the sums now.")
