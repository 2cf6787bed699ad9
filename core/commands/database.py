"""The commands about the database: where it is, bringing it up to date, and whether all is well."""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from core import business_days, db, embedded, health
from core import history as checking
from core import migrate as migrating


def db_(stop: Annotated[bool, typer.Option("--stop", help="Stop the embedded database instead.")] = False) -> None:
    """Prints the address of the database in use, and starts the embedded one where none is set."""
    if stop:
        server = embedded.server()
        print(f"{'Stopped' if server.stop() else 'None was running'}: {server.data}")
    else:
        print(db.as_address(db.url()))


def migrate() -> None:
    """Brings the database up to date, prints each file that was applied, and loads the calendar where there is none."""
    for name in migrating.migrate(db.as_address(db.url())):
        print(name)
    with db.begin() as conn:
        business_days.load(conn)


def check(
    history: Annotated[
        bool, typer.Option("--history", help="Read the whole history instead, and verify every hash in it.")
    ] = False,
) -> None:
    """Says whether the database, its migrations, its calendar and the outbox are well; exit code 1 if not."""
    problems = _of_history() if history else health.problems()
    print("\n".join(problems) or "All is well.")
    raise typer.Exit(1 if problems else 0)


def _of_history() -> list[str]:
    """The first broken event of each broken case; says how much was read."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Reading the history", total=1)
        with db.refusing(), db.owner_engine().begin() as conn:
            made = checking.check(conn, progress=lambda share: bar.update(task, completed=share))
    print(made.in_words)
    return [one.in_words for one in made.found]
