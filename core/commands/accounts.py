"""The commands about accounts of the provider that people sign in with."""

from typing import Annotated

import typer

from core import db, sign_in

EMAIL = Annotated[str, typer.Argument(metavar="EMAIL", help="Whose, by the address in the staff directory.")]


def bind(
    email: EMAIL,
    issuer: Annotated[str, typer.Option(help="The provider, as its tokens name it (iss).")],
    subject: Annotated[str, typer.Option(help="The account, as its tokens name it (sub).")],
) -> None:
    """Says which account of the provider is somebody's, before they sign in for the first time."""
    with db.refusing(), db.owner_engine().begin() as conn:
        sign_in.bind(conn, email, issuer, subject)
    print(f"That account signs in as {email}.")


def release(email: EMAIL) -> None:
    """Takes somebody's account away from them and ends their sessions; the next sign-in binds one again."""
    with db.refusing(), db.owner_engine().begin() as conn:
        released = sign_in.release(conn, email)
    print(f"{email} is bound to no account now ({released} released), and every session is over.")
