"""`token`: who may send to the online form's feed."""

from enum import StrEnum
from typing import Annotated

import typer
from sqlalchemy import Connection

from core import db, tokens
from core.errors import BadInput


class Do(StrEnum):
    """What can be done with tokens."""

    ISSUE = "issue"
    ROTATE = "rotate"
    REVOKE = "revoke"
    LIST = "list"


class WhichClient(BadInput):
    """Name the client: python -m core token {what} online-form"""


def token(
    what: Annotated[Do, typer.Argument(metavar="issue|rotate|revoke|list")],
    client: Annotated[str | None, typer.Argument(metavar="CLIENT", help="Who sends, such as online-form.")] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            help="A kind it may send, or metrics, which it may read; once for each. All four kinds unless given."
        ),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=1000, help="issue: for how long it holds.")] = 365,
    per_minute: Annotated[int, typer.Option(min=1, max=6000, help="issue: how often it may send.")] = 60,
    hours: Annotated[int, typer.Option(min=0, max=1000, help="rotate: for how long the old one goes on.")] = 24,
) -> None:
    """Issues, rotates, revokes or lists the tokens of POST /api/intake and /metrics. A token is printed once, and only its digest is kept."""
    with db.refusing(), db.owner_engine().begin() as conn:
        if what is Do.LIST:
            _list(conn)
        elif client is None:
            raise WhichClient(what=what)
        elif what is Do.ISSUE:
            print(tokens.issue(conn, client, scope or tokens.SCOPES, days=days, per_minute=per_minute))
        elif what is Do.ROTATE:
            print(tokens.rotate(conn, client, hours=hours))
        else:
            print(f"{tokens.revoke(conn, client)} taken back: they open nothing from now on.")


def _list(conn: Connection) -> None:
    for row in tokens.listing(conn):
        used = f"last used {row.last_used_on}" if row.last_used_on else "never used"
        print(
            f"{row.client:<20} {row.stands:<8} until {row.expires_at:%Y-%m-%d}  {row.per_minute}/min  {', '.join(row.scopes)}  {used}"
        )
