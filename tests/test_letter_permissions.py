"""Who may do what with a letter, and when: every stage of a letter × every action × every member of the cast, enumerated whole.

The tables below were written by hand from the rules (R35, R45-R47), not from core/workflow.py.
"""

from typing import Any

import pytest

from core import cases, letter_desk, letters, pack, workflow
from core.actions import ACTIONS, OF_LETTERS
from core.errors import Refused
from core.people import SYSTEM, FiguresOnly
from tests import builders
from tests.builders import ADA, CAST, NADIA, SAM, VIC, decided, form, letter_of, see, who, with_steps

#: Mina reviews the escalation; Dara is above her. Sam had the complaint; Omar is a manager who has nothing to do with it.
EVERYBODY = {*CAST, NADIA}
NOBODY: set[str] = set()
DECIDES = {"mina", "dara"}
#: Dara was asked, and any other senior manager who is independent and did not write in it may read it too.
READS = {"dara", "omar"}
POSTS = {"mina", "omar", "dara", "cleo", "nadia"}  # coordinators post what others write
#: Of a complaint: Sam, who is above him, and the delegates of his team.
ANSWERS = {"sam", "mina", "dara", "tariq", "nadia"}
SENIOR = {"mina", "omar", "dara"}

OF_ESCALATION = {
    "none": decided, "draft": builders.letter_drafted, "asked": builders.letter_asked, "approved": builders.letter_approved,
    "email": builders.letter_issued, "mail": lambda conn: builders.letter_issued(conn, sends_by="mail"), "left": builders.letter_posted,
    "back": lambda conn: builders.does(conn, builders.letter_posted(conn), "letter_came_back", builders.MINA, note="Returned."),
}  # fmt: skip
OF_COMPLAINT = {
    "none": with_steps, **{stage: lambda conn, how=how: builders.response_letter(conn, how) for stage, how in {
        "draft": "drafted", "asked": "asked", "approved": "approved", "mail": "issued", "left": "posted"}.items()},
}  # fmt: skip
# fmt: off
#   who may                     none     draft    asked    approved email    mail     left     back
ESCALATION = {
    "draft_letter":            (DECIDES, NOBODY,  NOBODY,  NOBODY,  NOBODY,  NOBODY,  NOBODY,  NOBODY),
    "change_letter":           (NOBODY,  DECIDES, DECIDES, DECIDES, NOBODY,  NOBODY,  NOBODY,  NOBODY),
    "ask_to_approve_letter":   (NOBODY,  DECIDES, NOBODY,  NOBODY,  NOBODY,  NOBODY,  NOBODY,  NOBODY),
    "approve_letter":          (NOBODY,  NOBODY,  READS,   NOBODY,  NOBODY,  NOBODY,  NOBODY,  NOBODY),
    "return_letter":           (NOBODY,  NOBODY,  READS,   NOBODY,  NOBODY,  NOBODY,  NOBODY,  NOBODY),
    "issue_letter":            (NOBODY,  NOBODY,  NOBODY,  DECIDES, NOBODY,  NOBODY,  NOBODY,  NOBODY),
    "reissue_letter":          (NOBODY,  NOBODY,  NOBODY,  NOBODY,  DECIDES, DECIDES, NOBODY,  DECIDES),
    "send_letter_again":       (NOBODY,  NOBODY,  NOBODY,  NOBODY,  DECIDES, NOBODY,  NOBODY,  NOBODY),
    "record_letter_posted":    (NOBODY,  NOBODY,  NOBODY,  NOBODY,  NOBODY,  POSTS,   NOBODY,  NOBODY),
    "record_letter_sent":      (NOBODY,  NOBODY,  NOBODY,  NOBODY,  POSTS,   NOBODY,  NOBODY,  NOBODY),
    "letter_came_back":        (NOBODY,  NOBODY,  NOBODY,  NOBODY,  NOBODY,  NOBODY,  POSTS,   NOBODY),
}
#   who may                     none     draft    asked    approved mail     left
COMPLAINT = {
    "draft_letter":            (ANSWERS, NOBODY,  NOBODY,  NOBODY,  NOBODY,  NOBODY),
    "change_letter":           (NOBODY,  ANSWERS, ANSWERS, ANSWERS, NOBODY,  NOBODY),
    "ask_to_approve_letter":   (NOBODY,  ANSWERS, NOBODY,  NOBODY,  NOBODY,  NOBODY),
    "approve_letter":          (NOBODY,  NOBODY,  SENIOR,  NOBODY,  NOBODY,  NOBODY),
    "return_letter":           (NOBODY,  NOBODY,  SENIOR,  NOBODY,  NOBODY,  NOBODY),
    "issue_letter":            (NOBODY,  NOBODY,  NOBODY,  ANSWERS, NOBODY,  NOBODY),
    "reissue_letter":          (NOBODY,  NOBODY,  NOBODY,  NOBODY,  ANSWERS, NOBODY),
    "record_letter_posted":    (NOBODY,  NOBODY,  NOBODY,  NOBODY,  ANSWERS, NOBODY),
    "record_letter_sent":      (NOBODY,) * 6,
    "letter_came_back":        (NOBODY,) * 6,
    "send_letter_again":       (NOBODY,) * 6,
}
# fmt: on
THE_SYSTEMS = {"letter_left", "letter_failed"}
TABLES: dict[str, tuple[Any, Any]] = {"escalation": (OF_ESCALATION, ESCALATION), "complaint": (OF_COMPLAINT, COMPLAINT)}
EVERY_STAGE = [(kind, stage) for kind, (stages, _) in TABLES.items() for stage in stages]


def outcome(conn, case, action, person):
    """The sentence of the refusal, or None when it was done; nothing has changed afterwards."""
    said = form(conn, action)
    if action == "approve_letter" and (letter := letters.current(conn, case.id)):
        said = {"text_no": letter.text_no}
    with conn.begin_nested() as savepoint:
        try:
            cases.act(conn, case.id, action, by=person, **said)
        except Refused as refusal:
            return str(refusal)
        finally:
            savepoint.rollback()


@pytest.mark.parametrize(("kind", "stage"), EVERY_STAGE)
def test_exactly_what_the_rules_permit_is_possible(conn, kind, stage):
    stages, permitted = TABLES[kind]
    case, place = stages[stage](conn), list(stages).index(stage)
    for name in EVERYBODY:
        person = who(conn, name)
        buttons = {option.move.action: option.why_not for option in workflow.moves_open(see(conn, case.id), person)}
        for action, row in permitted.items():
            refusal = outcome(conn, case, action, person)
            if name in row[place]:
                assert refusal is None and buttons[action] is None, f"{name} may {action}: {refusal}"
            else:
                sentence = buttons.get(action) or f"{ACTIONS[action].label} is not possible while this is {case.state}."
                assert refusal == (str(FiguresOnly()) if name == VIC else sentence), f"{name} may not {action}"


@pytest.mark.parametrize(("kind", "stage"), EVERY_STAGE)
def test_who_may_change_the_text_may_write_and_nobody_else(conn, kind, stage):
    stages, permitted = TABLES[kind]
    case, place = stages[stage](conn), list(stages).index(stage)
    for name in EVERYBODY:
        with conn.begin_nested() as savepoint:
            try:
                letter_desk.write(conn, case.id, {"closing": f"By {name},"}, by=who(conn, name))
                wrote = letter_of(conn, case).parts["closing"] == f"By {name},"
            except Refused:
                wrote = False
            finally:
                savepoint.rollback()
        assert wrote == (name in permitted["change_letter"][place]), name


@pytest.mark.parametrize("action", sorted(THE_SYSTEMS))
def test_only_the_system_says_what_became_of_a_letter(conn, action):
    case = builders.letter_issued(conn)
    assert outcome(conn, case, action, SYSTEM) is None
    assert all(outcome(conn, case, action, who(conn, name)) for name in EVERYBODY)


@pytest.mark.parametrize("stage", [stage for stage in OF_ESCALATION if stage != "email"])
def test_no_letter_leaves_by_email_that_is_not_issued_for_it(conn, stage):
    assert outcome(conn, OF_ESCALATION[stage](conn), "letter_left", SYSTEM)


@pytest.mark.parametrize(("kind", "stage"), EVERY_STAGE)
def test_the_system_does_nothing_that_is_for_people(conn, kind, stage):
    stages, permitted = TABLES[kind]
    case = stages[stage](conn)
    assert all(outcome(conn, case, action, SYSTEM) for action in permitted)


def test_the_tables_above_know_every_action_of_a_letter():
    assert ESCALATION.keys() | THE_SYSTEMS == OF_LETTERS == COMPLAINT.keys() | THE_SYSTEMS
    known = {move.action for move in workflow.MOVES if move.action in OF_LETTERS}
    assert known == OF_LETTERS


def test_who_declared_a_conflict_or_is_its_subject_does_nothing_with_it(conn):
    case = builders.letter_asked(conn)
    case = builders.does(conn, case, "declare_conflict", builders.OMAR)
    assert (
        outcome(conn, case, "approve_letter", who(conn, builders.OMAR))
        == "You declared a conflict of interest in this case, so somebody else must handle it."
    )


@pytest.mark.parametrize("name", sorted(EVERYBODY))
def test_the_pack_is_for_supervisors_senior_management_and_administrators_who_may_see_the_case(conn, name):
    case, person = builders.letter_posted(conn), who(conn, name)
    if name in {SAM, "priya", "mina", "omar", "dara", ADA}:
        assert b"".join(pack.pieces(conn, case.id, person)).startswith(b"PK")
    else:
        with pytest.raises(Refused):
            b"".join(pack.pieces(conn, case.id, person))
