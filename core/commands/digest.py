"""`digest`: what somebody would be told this morning."""

from typing import Annotated

import typer

from core import db, digests, people
from core.people import UnknownPerson


def digest(
    name: Annotated[str, typer.Argument(help="A person's name, the beginning of it, or an email address.")],
) -> None:
    """Prints the morning digest of one person as it would be sent now; sends nothing."""
    with db.begin() as conn:
        wanted = name.casefold()
        found = [
            one
            for one in people.everyone(conn)
            if one.name.casefold().startswith(wanted) or one.email.casefold() == wanted
        ]
        if len(found) != 1:
            raise UnknownPerson
        made = digests.of(conn, found[0])
    print(f"{made.subject}\n\n{made.body}" if made else "There is nothing to say, so nothing would be sent.")
