"""`db`, `migrate` and `check`: the database in use, its schema, its health."""

import sys

import typer

from core import business_days, db as database
from core import migrate as migrations


def db() -> None:
    """Print the address of the database in use, starting the embedded one."""
    print(database.url())


def migrate() -> None:
    """Bring the database to the schema of this version, and load the calendar if there is none."""
    if migrations.migrate(print) == 0:
        print("The schema is up to date.")
    with database.begin() as conn:
        business_days.load(conn)


def check() -> None:
    """Exit with 0 when the database, its schema and the calendar are well, else with 1 and a line for each fault."""
    faults = list(_faults())
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        raise typer.Exit(1)
    print("Well: database, schema, calendar.")


def _faults() -> list[str]:
    if pending := migrations.pending():
        return [f"{pending} migrations are not applied: run python -m core migrate."]
    with database.begin() as conn:
        calendar = business_days.runs_out(conn)
    return [calendar.in_words] if calendar.soon else []
