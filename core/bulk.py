"""One action on many cases, with guard rails: who would refuse and why before anything happens, an exact account after."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from core import cases, db, people, workflow
from core.actions import ACTIONS
from core.errors import BadInput, DatabaseAway, Refused
from core.people import Person

MOST = 500


class TooMany(BadInput):
    """At most 500 cases at once: narrow the list with the filters."""


class NothingChosen(BadInput):
    """Choose at least one case."""


@dataclass
class Account:
    """What became of each case: the numbers done, and the refused with the reason."""

    done: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    #: From whom an assignment takes those that somebody has, and how many.
    taken_from: Counter[str] = field(default_factory=Counter, compare=False)


def preview(conn: Any, case_ids: Sequence[int], action: str, *, by: Person, **said: Any) -> Account:
    """What would happen to each, without doing it: every move is made and taken back."""
    account = Account()
    for case_id in _checked(case_ids):
        with conn.begin_nested() as savepoint:
            _act(conn, case_id, action, by, None, said, account)
            savepoint.rollback()
    return account


def act(
    case_ids: Sequence[int],
    action: str,
    *,
    by: Person,
    key: UUID,
    progress: Callable[[float], object] = lambda share: None,
    **said: Any,
) -> Account:
    """Does it, each case in a transaction of its own, so that one refusal never undoes another's work.

    A second run with the same key, after a crash or a double click, does only what is left; one that says anything else
    is another run. `progress` is called with the share done, from 0 to 1.
    """
    account, chosen = Account(), _checked(case_ids)
    for number, case_id in enumerate(chosen, start=1):
        with db.begin() as conn, conn.begin_nested():
            _act(conn, case_id, action, by, uuid5(key, repr((case_id, action, sorted(said.items())))), said, account)
        progress(number / len(chosen))
    return account


def _checked(case_ids: Sequence[int]) -> list[int]:
    chosen = list(dict.fromkeys(case_ids))
    if not chosen:
        raise NothingChosen
    if len(chosen) > MOST:
        raise TooMany
    return chosen


def _act(
    conn: Any, case_id: int, action: str, by: Person, key: UUID | None, said: dict[str, Any], account: Account
) -> None:
    try:
        case = cases.get(conn, case_id, by)
    except DatabaseAway:
        raise  # that is no refusal of this case: run again, it goes on where it stopped
    except Refused as refusal:
        account.refused.append((f"case {case_id}", str(refusal)))
        return
    # what is called "assign" for a case that nobody has is called "reassign" for one that somebody has
    name = "reassign" if action == "assign" and workflow.find(case, "assign") is None else action
    try:
        with conn.begin_nested():
            cases.act(conn, case_id, name, by=by, key=key, **said)
        account.done.append(case.request_no)
        if name == "reassign" and case.owner:
            account.taken_from[case.owner] += 1
    except DatabaseAway:
        raise
    except Refused as refusal:
        account.refused.append((case.request_no, str(refusal)))


def eligible(conn: Any) -> list[Person]:
    """Everybody a case can be assigned to; whether each case may be theirs is seen in the preview."""
    return [person for person in people.everyone(conn) if person.supervises]


def label(action: str) -> str:
    """What the button says."""
    return ACTIONS[action].label
