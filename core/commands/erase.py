"""`erase`: what is due at the end of retention, and carrying out what two people decided."""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Connection

from core import db, people, retention
from core.people import Person


def erase(
    by: Annotated[str | None, typer.Option(help="Who you are, by email: shows what is due.")] = None,
    ask: Annotated[str | None, typer.Option(help="Ask to erase what is due, and why.")] = None,
    approve: Annotated[
        int | None, typer.Option(help="Approve the erasure of this number, which somebody else asked for.")
    ] = None,
) -> None:
    """Carries out the erasure that was asked for and approved; with --by, shows what is due, asks for it, or approves it.

    Who works here has the database and is taken at their word: two people ask and approve on the page Records.
    """
    if by:
        with db.begin() as conn:
            _decide(conn, people.of_email(conn, by), ask, approve)
        return
    if ask or approve is not None:
        raise typer.BadParameter("say who you are with --by")
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Erasing", total=1)
        worked_on = retention.carry_out_all(lambda share: bar.update(task, completed=share))
    if not worked_on:
        print("Nothing to do: no erasure is approved and not yet carried out, or a worker is at it.")
    with db.begin() as conn:
        for row in retention.erasures(conn, None):
            if row.id in worked_on and row.account:
                print(f"Erasure {row.id}: {retention.in_words(row.account, retention.kept(conn, row.id, None))}")
        for case in retention.left(conn, worked_on, None):
            print(f"Left: {case.request_no}, because {case.kept_because}.")


def _decide(conn: Connection, who: Person, ask: str | None, approve: int | None) -> None:
    if approve is not None:
        retention.approve(conn, approve, by=who)
        print(f"Erasure {approve} is approved: the worker carries it out, or `python -m core erase`.")
    elif ask:
        number = retention.ask(conn, by=who, why=ask)
        print(f"Erasure {number} is asked for. Somebody else has to approve it: --approve {number}.")
    else:
        due = retention.preview(conn, who)
        print(f"{len(due.cases):,} cases are due for erasure, and {due.rejected:,} refused rows of imports.")
        for because, number in due.held.items():
            print(f"{number:,} are kept because {because}.")
