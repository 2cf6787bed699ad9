"""Signing in: what the provider says about somebody (its claims) becomes a person of the staff directory, or a refusal.

Who somebody is: the account (issuer and subject) that was bound to a person. At the first sign-in it is bound to the person with the
email address that the provider has verified; an address that is not verified is never enough. From then on only the account counts:
an address that changes, at the provider or in the directory, changes nothing, and another account that comes with the same address,
such as a new colleague's who was given it, is refused until an administrator releases the old one.

Every click reads the person anew, so whoever was deactivated or has another role feels it at once.
"""

import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from core import db, people
from core.errors import NotAllowed, NotFound
from core.kinds import Role
from core.people import NoLongerHere, Person
from core.settings import settings

#: Seconds by which the provider's clock may be ahead of ours.
LEEWAY = 120
#: How providers say yes: a boolean, or what some make of it.
YES = (True, "true", "1")
ROLES = frozenset(Role) - {Role.SYSTEM}
Claims = Mapping[str, Any]


class NotInTheDirectory(NotFound):
    """Your account is not in the staff directory; ask an administrator to add you."""


class NotThisAddress(NotInTheDirectory):
    """You are signed in as {email}, who is not in the staff directory; sign out to choose another account, or ask an administrator to add this one."""


class EmailNotVerified(NotAllowed):
    """Your email address is not verified where you signed in, so it does not tell who you are here; ask an administrator."""


class AnotherAccount(NotAllowed):
    """Your address belongs to somebody who signs in with another account; ask an administrator to release it."""


class NoRoleForYou(NotAllowed):
    """Where you signed in, your account does not have exactly one role in this dashboard; ask an administrator."""


class SessionOver(NotAllowed):
    """Your session has ended. Sign in again."""


class UnknownAddress(NotFound):
    """Nobody in the staff directory has the address {email}."""


def enter(conn: Connection, claims: Claims) -> Person:
    """Who this is, as the directory has them now; refuses who is unknown, deactivated, unverified or signed out, and a session that is over."""
    refuse_if_old(claims)
    token = digest(claims)
    known = db.row(conn, "sign_in.known", token=token)
    if known and known.ended:
        raise SessionOver
    person = people.get(conn, known.staff_id if known else _begin(conn, claims, token))
    if not person.active:
        raise NoLongerHere
    return person


def leave(conn: Connection, claims: Claims) -> None:
    """Signs out: the session is over in every tab, and a copy of its cookie opens nothing."""
    db.run(conn, "sign_in.finish", token=digest(claims))


def refuse_if_old(claims: Claims) -> None:
    """A session ends SESSION_HOURS after it began, however much it was used; one whose beginning is not told has ended."""
    began = claims.get("iat")
    if (
        not isinstance(began, int | float)
        or not began - LEEWAY <= time.time() < began + settings().session_hours * 3600
    ):
        raise SessionOver


def digest(claims: Claims) -> str:
    """What tells one sign-in from another: account, second, and the number that was used once for it."""
    return sha256(
        "\n".join(str(claims.get(name)) for name in ("iss", "sub", "iat", "nonce", "sid")).encode("utf-8", "replace")
    ).hexdigest()


def _begin(conn: Connection, claims: Claims, token: str) -> int:
    """The first click of a sign-in: finds the person, binds the account, takes the role."""
    staff_id = _whose(conn, _name(claims.get("iss")), _name(claims.get(settings().oidc_subject_claim)), claims)
    if people.get(conn, staff_id).active:
        _take_role(staff_id, claims)
        db.run(conn, "sign_in.begin", token=token, staff_id=staff_id)
    return staff_id


def _whose(conn: Connection, issuer: str, subject: str, claims: Claims) -> int:
    bound = db.value(conn, "sign_in.bound", issuer=issuer, subject=subject)
    if bound is not None:
        return int(bound)
    email = _verified_email(claims)
    found = db.row(conn, "sign_in.by_email", email=email)
    if found is None:
        raise NotThisAddress(email=email)
    if not found.active:
        raise NoLongerHere
    db.run(conn, "sign_in.bind", issuer=issuer, subject=subject, staff_id=found.id)
    if db.value(conn, "sign_in.bound", issuer=issuer, subject=subject) != found.id:
        raise AnotherAccount
    return int(found.id)


def _name(said: Any) -> str:
    """A name or address as providers write them: plain letters. To a database the Kelvin sign is a small k, to a mail server it is not."""
    if not isinstance(said, str) or not said.strip() or not said.isascii() or not said.isprintable() or len(said) > 500:
        raise NotInTheDirectory
    return said.strip()


def _verified_email(claims: Claims) -> str:
    email = _name(claims.get("email"))
    if claims.get(settings().oidc_verified_claim) not in YES:
        raise EmailNotVerified
    return email


def _take_role(staff_id: int, claims: Claims) -> None:
    """With OIDC_ROLE_CLAIM the provider says the role. The directory is the owner's to change, so this is a transaction of its own."""
    if (name := settings().oidc_role_claim) is None:
        return
    said = claims.get(name)
    (*roles,) = ROLES & set(map(str, said if isinstance(said, list) else [said]))
    if len(roles) != 1:
        raise NoRoleForYou
    with db.owner_engine().begin() as owner:
        db.run(owner, "sign_in.take_role", staff_id=staff_id, role=roles[0])


# What an administrator does, as the owner of the tables


def bind(conn: Connection, email: str, issuer: str, subject: str) -> None:
    """Says beforehand which account is whose, where the provider verifies no email addresses."""
    staff_id = _of_address(conn, email)
    if not db.run(conn, "sign_in.bind", issuer=issuer, subject=subject, staff_id=staff_id):
        raise AnotherAccount(f"{email} or that account is bound already: release it first.")


def release(conn: Connection, email: str) -> int:
    """Nobody's account is this person any more, and their sessions are over; how many accounts there were."""
    staff_id = _of_address(conn, email)
    db.run(conn, "sign_in.finish_all", staff_id=staff_id)
    return db.run(conn, "sign_in.release", staff_id=staff_id)


def _of_address(conn: Connection, email: str) -> int:
    found = db.row(conn, "sign_in.by_email", email=email.strip())
    if found is None:
        raise UnknownAddress(email=email)
    return int(found.id)
