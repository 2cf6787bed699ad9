"""Tokens of the online form's feed: long random texts, of which only the SHA-256 is kept.

A token is shown once. It is for some kinds of feedback (its scopes), ends on a day, can be taken back at once, and is turned without a gap:
the new one works while the old one runs out.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, Row

from core import db
from core.errors import BadInput, NotAllowed, NotFound
from core.kinds import Kind

#: What a token looks like: so that a scanner of repositories finds one that was left in code.
PREFIX = "d311_"
_LOOKS_LIKE_ONE = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
SCOPES = tuple(str(kind) for kind in Kind)
#: What reads /metrics; never given unless it is asked for.
METRICS = "metrics"
_CLIENT = re.compile(r"[a-z0-9-]{1,40}")


class NoToken(NotAllowed):
    """A valid token is needed, as Authorization: Bearer TOKEN."""


class BadClient(BadInput):
    """A client is named in small letters, digits and hyphens, such as online-form."""


class BadScope(BadInput):
    """The scopes are complaint, escalation, comment and compliment; or metrics."""


class NoSuchClient(NotFound):
    """No token of {client} holds now: issue one instead."""


class SeveralTokens(BadInput):
    """The tokens of {client} are for different things, so one cannot take the place of all: revoke them, or give each client one name."""


@dataclass(frozen=True)
class Holder:
    """Who sends: a client and what its token is for."""

    client: str
    scopes: frozenset[str]
    per_minute: int


def holder(conn: Connection, token: str) -> Holder:
    """Whose token this is. One that is unknown, has expired or was taken back is refused with the same sentence."""
    row = db.row(conn, "tokens.holder", digest=_digest(token)) if _LOOKS_LIKE_ONE.fullmatch(token) else None
    if row is None:
        raise NoToken
    if row.first_today:
        db.run(conn, "tokens.used", id=row.id)
    return Holder(row.client, frozenset(row.scopes), row.per_minute)


def issue(
    conn: Connection, client: str, scopes: Sequence[str] = SCOPES, *, days: int = 365, per_minute: int = 60
) -> str:
    """A new token of this client, to be written down now: it cannot be shown again."""
    if not _CLIENT.fullmatch(client):
        raise BadClient
    if not scopes or set(scopes) - {*SCOPES, METRICS}:
        raise BadScope
    token = PREFIX + secrets.token_urlsafe(32)
    db.row(
        conn,
        "tokens.issue",
        client=client,
        digest=_digest(token),
        scopes=list(scopes),
        days=days,
        per_minute=per_minute,
    )
    return token


def rotate(conn: Connection, client: str, *, hours: int = 24) -> str:
    """A new token like the newest one; the old ones go on for so many hours."""
    now = db.row(conn, "tokens.current", client=client)
    if now is None:
        raise NoSuchClient(client=client)
    if now.others:
        raise SeveralTokens(client=client)
    db.run(conn, "tokens.run_out", client=client, hours=hours)
    return issue(conn, client, now.scopes, days=now.days, per_minute=now.per_minute)


def revoke(conn: Connection, client: str) -> int:
    """Takes back every token of this client, at once; how many."""
    return db.run(conn, "tokens.revoke", client=client)


def listing(conn: Connection) -> list[Row]:
    """Every token, without what it is."""
    return db.rows(conn, "tokens.listing")


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
