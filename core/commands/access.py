"""`access`: who may see and do what, as Markdown or as the rows of the database."""

from typing import Annotated

import typer

from core import access as table


def access(
    sql: Annotated[bool, typer.Option("--sql", help="The rows of sql/views/15_permissions.sql.")] = False,
) -> None:
    """Print who may see and do what as Markdown, as the README holds it."""
    print(table.as_sql() if sql else table.as_markdown())
