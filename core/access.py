"""WHO MAY SEE AND DO WHAT (R64): by role, and by what somebody is to a case.

What may be seen is a table of its own, `SEES`. What may be done stands in the table of moves already: its guards that ask
who somebody is to the case are read here as relations, so that no rule is written twice. The database holds the same two
tables (sql/views) and refuses by itself: rows that a person may not see, and history that they may not make.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from core import guards as g
from core import workflow
from core.guards import Guard
from core.kinds import RESPONSIBLE, STAFF, SUPERVISORS, Kind, Role


class Relation(StrEnum):
    """What somebody is to a case."""

    OWNER = "owner"
    ABOVE = "above the owner"
    TEAM = "same team"
    ENTERED = "entered it"
    SUBJECT = "named in it"
    UNDER_SUBJECT = "reports to a person named in it"
    RECUSED = "declared a conflict"
    HANDLER = "handled the complaint"
    REVIEWER = "reviews its escalation"
    ABOVE_REVIEWER = "above the reviewer"
    LEAD = "team lead it was forwarded to"
    ABOVE_LEAD = "above that team lead"
    WRITER = "wrote in its letter"
    ASKED = "asked to approve its letter"
    PRAISED = "praised in it"
    HANDS_ON = "supervises who is praised, or is above them"


class Matter(StrEnum):
    """What a case is about, as far as it decides who may see it."""

    NOBODY = "about nobody"
    PERSON = "about a person"
    PRAISE = "a compliment"


R = Relation
#: Who may see what by being something to it. Everything else is decided by the role alone, or not to be seen.
SEES: dict[Relation, frozenset[Matter]] = {
    R.OWNER: frozenset(Matter),
    R.ABOVE: frozenset(Matter),
    R.ENTERED: frozenset({Matter.NOBODY, Matter.PRAISE}),
    R.REVIEWER: frozenset({Matter.NOBODY, Matter.PERSON}),
    R.ABOVE_REVIEWER: frozenset({Matter.NOBODY, Matter.PERSON}),
    R.LEAD: frozenset({Matter.NOBODY, Matter.PERSON}),
    R.ABOVE_LEAD: frozenset({Matter.NOBODY, Matter.PERSON}),
    R.ASKED: frozenset({Matter.NOBODY, Matter.PERSON}),
}
#: Who never sees it, whatever else they are: "never to its subject"; what the praised read is a page of its own (R62).
NEVER_SEES: dict[Relation, Matter] = {R.SUBJECT: Matter.PERSON, R.PRAISED: Matter.PRAISE}
#: Who sees it by their role alone. Until somebody has it, a case about a person is for those who could take it.
SEEN_BY_ROLE: dict[Matter, frozenset[Role]] = {
    Matter.NOBODY: STAFF,
    Matter.PERSON: frozenset({Role.ADMINISTRATOR}),
    Matter.PRAISE: SUPERVISORS | {Role.ADMINISTRATOR},
}
#: A move needs one of these relations …
NEEDS: dict[Guard, frozenset[Relation]] = {
    g.is_theirs: frozenset({R.OWNER, R.ABOVE}),
    g.may_answer_for_the_supervisor: frozenset({R.OWNER, R.ABOVE, R.TEAM}),
    g.is_its_lead: frozenset({R.LEAD}),
    g.hands_it_on: frozenset({R.HANDS_ON}),
}
#: … and none of these.
NEVER: dict[Guard, Relation] = {
    g.is_not_the_subject: R.SUBJECT,
    g.does_not_report_to_the_subject: R.UNDER_SUBJECT,
    g.has_declared_no_conflict: R.RECUSED,
    g.is_independent: R.HANDLER,
    g.reviews_no_escalation_of_it: R.REVIEWER,
    g.did_not_write_the_letter: R.WRITER,
}
#: What is written into the history without a row of the table of moves: a case is received, the calendar moves due dates, and what
#: keeps a case from being erased begins and ends.
WITHOUT_A_MOVE = {
    "receive": STAFF,
    **dict.fromkeys(("move_due_date", "hold", "lift_hold", "end_referral"), RESPONSIBLE),
}


@dataclass(frozen=True, order=True)
class Permission:
    """Whoever has this role may do this to a case of this kind, if they are one of `needs` to it (any, if empty) and none of `never`."""

    kind: Kind
    action: str
    role: Role
    needs: tuple[Relation, ...] = ()
    never: tuple[Relation, ...] = ()


def permissions() -> list[Permission]:
    """Every permission of a person, in the order of kind, action and role."""
    return sorted({*_of_moves(), *_without_a_move()})


def _of_moves() -> Iterator[Permission]:
    for move in workflow.MOVES:
        needs = tuple(sorted(set().union(*(NEEDS.get(guard, ()) for guard in move.needs))))
        never = tuple(sorted(NEVER[guard] for guard in move.needs if guard in NEVER))
        for kind in move.kinds:
            for role in move.who - {Role.SYSTEM}:
                yield Permission(kind, move.action, role, needs, never)


def _without_a_move() -> Iterator[Permission]:
    for action, roles in WITHOUT_A_MOVE.items():
        yield from (Permission(kind, action, role) for kind in Kind for role in roles)


def as_sql() -> str:
    """The permissions as the rows of sql/views/15_permissions.sql."""
    return ",\n".join(
        f"    ('{one.kind}', '{one.action}', '{one.role}', {_array(one.needs)}, {_array(one.never)})"
        for one in permissions()
    )


def _array(relations: tuple[Relation, ...]) -> str:
    return "'{" + ",".join(f'"{one}"' for one in relations) + "}'"


def as_markdown() -> str:
    """Both tables as Markdown: who sees what, and who does what."""
    return f"{_sees_as_markdown()}\n\n{_does_as_markdown()}"


def _sees_as_markdown() -> str:
    head: tuple[str, ...] = ("who", *Matter)
    lines = [head, ("---",) * len(head)]
    for role in (*sorted(STAFF), Role.VIEWER):
        lines.append(
            (_words(role), *("yes" if role in SEEN_BY_ROLE[matter] else _until(role, matter) for matter in Matter))
        )
    for relation in (*SEES, *NEVER_SEES):
        never = NEVER_SEES.get(relation)
        lines.append((relation, *("never" if matter == never else "yes" if matter in SEES.get(relation, ()) else ""
                                  for matter in Matter)))  # fmt: skip
    return _table(lines)


def _until(role: Role, matter: Matter) -> str:
    return "until somebody has it" if matter == Matter.PERSON and role in SUPERVISORS else ""


def _does_as_markdown() -> str:
    kinds_of: dict[tuple[str, str, str], dict[frozenset[Role], list[Kind]]] = {}
    for (kind, action, needs, never), roles in _roles().items():
        of_roles = kinds_of.setdefault((action, ", ".join(needs), ", ".join(never)), {})
        of_roles.setdefault(roles, []).append(kind)
    head: tuple[str, ...] = ("kind", "action", "who", "being one of", "and none of")
    lines = [head, ("---",) * len(head)]
    for (action, one_of, none_of), by_roles in sorted(kinds_of.items()):
        for roles, kinds in by_roles.items():
            lines.append((_kinds(kinds), _words(action), _who(roles), one_of or "anybody", none_of))
    return _table(lines)


def _roles() -> dict[tuple[Kind, str, tuple[Relation, ...], tuple[Relation, ...]], frozenset[Role]]:
    """The roles of what is otherwise the same permission."""
    found: dict[tuple[Kind, str, tuple[Relation, ...], tuple[Relation, ...]], frozenset[Role]] = {}
    for one in permissions():
        key = (one.kind, one.action, one.needs, one.never)
        found[key] = found.get(key, frozenset()) | {one.role}
    return found


def _kinds(some: list[Kind]) -> str:
    return "any" if set(some) == set(Kind) else ", ".join(sorted(some))


def _who(roles: frozenset[Role]) -> str:
    return "staff" if roles == STAFF else ", ".join(sorted(map(_words, roles)))


def _table(lines: list[tuple[str, ...]]) -> str:
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _words(code: str) -> str:
    return code.replace("_", " ")
