"""What a disabled button says must read alone: it names what it is about, what must happen, and who can do it."""

import inspect
import re

import pytest

from core import guards, workflow
from core.case import Case
from tests import builders
from tests.builders import CLEO, MINA, NADIA, PRIYA, SAM, TARIQ, does, ids_of, refused

GUARDS = {name: (guard.__doc__ or "").strip() for name, guard in vars(guards).items()
          if inspect.isfunction(guard) and list(inspect.signature(guard).parameters) == ["case", "by"]}  # fmt: skip
#: What "this" may stand before: whoever reads the sentence sees a case, or a letter, and nothing else.
NOUNS = ("case", "letter", "complaint", "comment", "compliment", "escalation")


@pytest.mark.parametrize("name", GUARDS)
def test_a_guard_reads_alone(name):
    sentence = GUARDS[name]
    assert sentence[0].isupper() and re.search(r'[.]"?$', sentence), sentence
    assert not re.search(rf"\b[Tt]his\b(?! (?:{'|'.join(NOUNS)})\b)", sentence), sentence
    assert not re.match(r"(It|They|This|That|There)\b(?! is (?:recorded|not))", sentence), sentence


def test_no_two_guards_share_a_sentence():
    """Each refusal says its own reason."""
    said = list(GUARDS.values())
    assert len(said) == len(set(said))


def test_every_guard_of_the_table_of_moves_is_among_them():
    used = {guard.__name__ for move in workflow.MOVES for guard in move.needs}
    assert used <= set(GUARDS)


@pytest.mark.parametrize("name", [SAM, CLEO, MINA, NADIA])
@pytest.mark.parametrize("action", ["acknowledge_forward", "record_outcome"])
def test_a_forwarded_comment_names_the_team_lead_whoever_asks(conn, name, action):
    case = builders.forwarded(conn)
    assert refused(conn, case, action, name, **builders.form(conn, action)) == (
        "Only the team lead to whom the comment was forwarded can acknowledge it and record what became of it."
    )
    assert does(conn, case, action, TARIQ, **builders.form(conn, action)).lead_heard_at is not None


@pytest.mark.parametrize("make", [builders.decided, builders.forwarded, builders.investigating, builders.praised])
def test_no_sentence_speaks_of_a_supervisor_where_a_manager_reviews(conn, make):
    case = make(conn)
    assert isinstance(case, Case)
    for option in workflow.moves_open(case, builders.who(conn, PRIYA)):
        if case.kind == "escalation":
            assert "supervisor" not in (option.why_not or "").replace("supervisors", ""), option.why_not


def test_praise_to_hand_on_says_which_of_two_things_is_missing(conn):
    both = does(conn, builders.compliment(conn), "forward", SAM, praised_ids=ids_of(conn, NADIA, "hana"))
    assert refused(conn, both, "hand_on", "jonas") == GUARDS["hands_it_on"]
    half = does(conn, both, "hand_on", SAM)
    assert refused(conn, half, "hand_on", SAM) == GUARDS["hands_it_on"]
    whole = does(conn, half, "hand_on", PRIYA)
    assert {refused(conn, whole, "hand_on", name) for name in (SAM, PRIYA, "jonas", MINA)} == {
        GUARDS["has_somebody_to_tell"]
    }
