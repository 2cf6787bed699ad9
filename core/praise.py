"""Compliments: whom they praise, through whom they reach them, and when (RULES F).

"Compliments will be forwarded to the appropriate Supervisor to help us celebrate our staff." "Unless otherwise requested,
compliments will not be responded to but will be forwarded to relevant staff and shared with the appropriate management
staff." (L65, L76) The effects of these moves, and what each person reads.
"""

import json
from collections.abc import Iterable

from sqlalchemy import Connection, Row

from core import db, effects, identity, matching, people
from core.case import Case
from core.effects import Changes
from core.errors import BadInput, NotAllowed
from core.fields import Said
from core.kinds import Kind
from core.people import Person


class PraisesNobody(BadInput):
    """Say whom it praises: a person, several, or the whole team."""


class LeftAlready(BadInput):
    """{name} no longer works here, so nobody can tell them. Name their team instead."""


class HasItThemselves(NotAllowed):
    """{name} has this compliment to hand on, so they cannot be named in it. Ask a manager to reassign it first."""


class NobodyToHandItOn(NotAllowed):
    """Nobody above the praised may have this compliment. Ask an administrator to look at who reports to whom."""


class SaysWhoItIsFrom(BadInput):
    """What they will read still tells who the customer is, and the customer did not agree. It reads without it: {words}"""


class NothingToHandOn(NotAllowed):
    """Everybody you can tell has heard it."""


# Whom it praises


def suggest(
    conn: Connection, case_id: int, words: str, named: Iterable[int] = (), customer_name: str | None = None
) -> None:
    """Writes down whom a new compliment praises: those who were named, or else whom the staff directory suggests and why."""
    chosen = [{"staff_id": one, "known_by": "named", "because": "", "sure": True} for one in dict.fromkeys(named)]
    found = chosen or [
        {"staff_id": one.staff_id, "team_id": one.team_id, "known_by": "suggested", "because": one.because, "sure": one.sure}
        for one in directory(conn).suggest(words, customer_name=customer_name or "")
    ]  # fmt: skip
    db.run(conn, "praise.add", case_id=case_id, praised=json.dumps(found))


def directory(conn: Connection) -> matching.Directory:
    """Everybody who works here or did, and the teams, ready to be looked for in words."""
    staff = [matching.Known(row.id, row.name, row.active) for row in db.rows(conn, "praise.known")]
    return matching.Directory(staff, people.teams(conn))


def of_case(conn: Connection, case_id: int) -> list[Row]:
    """Whom a compliment praises: name or team, how that is known and why, through whom, when they were told and read it."""
    return db.rows(conn, "praise.of_case", case_id=case_id)


# The effects of moves


def forward(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """Those who were chosen are praised, and it goes to their supervisor. Refuses nobody, and whoever left."""
    _name(conn, case, said)
    return {"tags": list(said.get("tags", case.tags))} | _route(conn, case)


def forward_as_suggested(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """Those whom the staff directory is sure of are praised, and it goes to their supervisor."""
    db.run(conn, "praise.confirm", case_id=case.id)
    return _route(conn, case)


def name_again(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """Others were meant. Whoever has read it keeps it."""
    if case.owner_id in said.get("praised_ids", []):
        raise HasItThemselves(name=case.owner)
    _name(conn, case, said)
    db.run(conn, "praise.route", case_id=case.id)
    return {"tags": list(said.get("tags", case.tags))}


def _name(conn: Connection, case: Case, said: Said) -> None:
    chosen = list(dict.fromkeys(said.get("praised_ids", [])))
    team = [said["team_id"]] if said.get("team_id") else []
    if not chosen and not team:
        raise PraisesNobody
    for one in [people.get(conn, staff_id) for staff_id in chosen]:
        if not one.active:
            raise LeftAlready(name=one.name)
    db.run(conn, "praise.drop_others", case_id=case.id, staff=chosen, teams=team)
    named = [{"staff_id": one} for one in chosen] + [{"team_id": one} for one in team]
    db.run(conn, "praise.add", case_id=case.id, praised=json.dumps(
        [one | {"known_by": "named", "because": "", "sure": True} for one in named]))  # fmt: skip


def _route(conn: Connection, case: Case) -> Changes:
    """Each through their nearest supervisor who is not praised too; the case goes to the first of these."""
    db.run(conn, "praise.route", case_id=case.id)
    first = db.row(conn, "praise.first_supervisor", case_id=case.id)
    if first is None:
        raise NobodyToHandItOn
    return {
        "owner_id": first.id,
        "team_id": first.team_id or case.team_id,
        "assigned_at": case.assigned_at or effects.now(conn),
    }


def hand_on(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """The first hand-off: those of the praised who are below this person can read it from now on (R62).

    The first who hands it on decides what all of them read; it never tells who the customer is unless they agreed.
    """
    was_read = bool(db.value(conn, "praise.was_handed_on", case_id=case.id))
    words = case.praise_words if was_read and case.praise_words else said.get("praise_words") or to_read(case)
    if not was_read and (kept := identity.shown(words, case, tuple(case.praised_names))) != words.strip():
        raise SaysWhoItIsFrom(words=kept)
    if not db.run(conn, "praise.hand_on", case_id=case.id, by=by.id):
        raise NothingToHandOn
    return {"praise_words": words}


def to_read(case: Case) -> str:
    """What the praised will read unless somebody writes it otherwise: the praise, without whom it is from."""
    return case.praise_words or identity.shown(case.description, case, tuple(case.praised_names))


def share(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """The second hand-off: the nearest manager above its supervisor knows of it (L76)."""
    manager = db.row(conn, "praise.manager", case_id=case.id)
    if manager is None:
        raise NobodyToHandItOn
    return {"shared_at": effects.now(conn), "shared_with": manager.id}


def keep_consent(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """The customer agreed that the praised may know their name; never their contact."""
    return {
        "naming_consent": said["naming_consent"],
        "naming_consent_at": effects.now(conn),
        "naming_consent_by": by.id,
    }


def take_back_consent(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """The customer does not agree any more: their name is withheld again, also from those who have read it."""
    words = identity.withheld(case.praise_words, case, tuple(case.praised_names)) if case.praise_words else None
    return {"naming_consent": None, "naming_consent_at": None, "naming_consent_by": None, "praise_words": words}


def split_praise(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """The praise in it becomes a compliment of its own: received with it, and nothing of the rest goes with it (R58)."""
    from core import receipt  # a move that makes another case: the table of moves names this effect

    new = receipt.taken_over(
        conn,
        case,
        Kind.COMPLIMENT,
        said["praise_words"],
        subject_ids=list(said.get("praised_ids", [])),
        keeps_its_day=True,
    )
    receipt.receive(conn, new, by=by, linked=(case.id, "split from"))
    return {}


def keep_from_subjects(conn: Connection, case: Case, complaint_id: int) -> Changes:
    """A complaint was split off: whom it is about does not have the praise of the same message either, nor sees it."""
    db.run(conn, "praise.route", case_id=case.id)
    if not db.value(conn, "praise.owner_is_subject", case_id=case.id, complaint_id=complaint_id):
        return {}
    first = db.row(conn, "praise.first_supervisor", case_id=case.id)
    if first is None:
        raise NobodyToHandItOn
    return {"owner_id": first.id, "team_id": first.team_id or case.team_id}


# What each person reads


def about(conn: Connection, by: Person) -> list[Row]:
    """What was said about this person or their team and handed on, newest first: the words, and the customer's name only
    if they agreed. From now on it is seen: the receipt keeps the first time."""
    db.run(conn, "praise.see", viewer=by.id)
    return db.rows(conn, "praise.about", viewer=by.id)


def to_hand_on(conn: Connection, by: Person) -> list[Row]:
    """Compliments that wait for this supervisor to tell their staff: promised replies worst first, then the oldest."""
    return db.rows(conn, "praise.to_hand_on", viewer=by.id)


def to_forward(conn: Connection, by: Person) -> list[Row]:
    """Compliments that nobody forwarded yet, promised replies worst first, then the oldest: whom the directory suggests, why, and whether it is sure."""
    return db.rows(conn, "praise.to_forward", viewer=by.id)


def shared_with(conn: Connection, by: Person) -> list[Row]:
    """The last compliments that were shared with this manager."""
    return db.rows(conn, "praise.shared_with", viewer=by.id)
