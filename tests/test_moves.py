"""Who may do what, and when: every stage of a complaint × every action × every member of the cast, enumerated whole.

The table below was written by hand from the rules (R10-R15, R21, R23), not from core/workflow.py.
"""

import pytest
from sqlalchemy import text

from core import cases, workflow
from core.actions import ACTIONS
from core.errors import NotAllowed, Refused
from core.kinds import ENDED, Kind, Role, State
from core.people import SYSTEM, FiguresOnly
from tests import builders
from tests.builders import CAST, NADIA, SAM, VIC, form, received, see, who
from tests.builders import investigating as investigating_

#: Sam has the case. Mina and Dara are above Sam; Tariq and Nadia are of Sam's team; Omar, Priya and Cleo are not.
EVERYBODY = {*CAST, NADIA}
NOBODY: set[str] = set()
STAFF = EVERYBODY - {"vic"}
DESK = STAFF - {"ada"}
SUPERVISORS = {"sam", "priya", "mina", "omar", "dara"}
THEIRS = {"sam", "mina", "dara"}
ANSWERING = THEIRS | {"tariq", "nadia"}

STAGES = {
    "received": received,
    "under review": builders.taken,
    "investigating": investigating_,
    "ready": builders.with_steps,
    "queued": builders.queued,
    "spoken": builders.responded,
    "written": builders.responded_by_mail,
    "redirected": builders.redirected,
    "withdrawn": builders.withdrawn,
    "duplicate": builders.duplicate,
    "not a complaint": builders.not_a_complaint,
}
OPEN = tuple(STAGES)[:5]
# fmt: off
#   who may                    received     under review  investigating  ready        queued       spoken       written      ended
PERMITTED = {
    # "Complaint is received and reviewed by a supervisor." (L17)
    "take":                   (SUPERVISORS, NOBODY,       NOBODY,        NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY),
    "assign":                 (DESK,        NOBODY,       NOBODY,        NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY),
    "reassign":               (NOBODY,      SUPERVISORS,  SUPERVISORS,   SUPERVISORS, SUPERVISORS, NOBODY,      NOBODY,      NOBODY),
    # "A full investigation will be completed." (L18)
    "investigate":            (NOBODY,      THEIRS,       NOBODY,        NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY),
    "record_finding":         (NOBODY,      NOBODY,       THEIRS,        THEIRS,      THEIRS,      NOBODY,      NOBODY,      NOBODY),
    "record_steps":           (NOBODY,      NOBODY,       THEIRS,        THEIRS,      THEIRS,      NOBODY,      NOBODY,      NOBODY),
    # "Supervisor will respond back within 10 business days of receiving the complaint." (L21)
    "send_response":          (NOBODY,      NOBODY,       NOBODY,        ANSWERING,   NOBODY,      NOBODY,      NOBODY,      NOBODY),
    "record_response":        (NOBODY,      NOBODY,       NOBODY,        ANSWERING,   ANSWERING,   NOBODY,      NOBODY,      NOBODY),
    "take_back_response":     (NOBODY,      NOBODY,       NOBODY,        NOBODY,      ANSWERING,   NOBODY,      NOBODY,      NOBODY),
    "send_again":             (NOBODY,      NOBODY,       NOBODY,        NOBODY,      ANSWERING,   NOBODY,      NOBODY,      NOBODY),
    "response_came_back":     (NOBODY,      NOBODY,       NOBODY,        NOBODY,      NOBODY,      NOBODY,      ANSWERING,   NOBODY),
    # "Follow up with the complainant will take place if required." (L19)
    "log_follow_up":          (STAFF,       STAFF,        STAFF,         STAFF,       STAFF,       NOBODY,      NOBODY,      NOBODY),
    "log_update":             (STAFF,       STAFF,        STAFF,         STAFF,       STAFF,       NOBODY,      NOBODY,      NOBODY),
    "acknowledge":            (STAFF,       STAFF,        STAFF,         STAFF,       STAFF,       NOBODY,      NOBODY,      NOBODY),
    "add_note":               (STAFF,       STAFF,        STAFF,         STAFF,       STAFF,       NOBODY,      NOBODY,      NOBODY),
    "attach":                 (STAFF,       STAFF,        STAFF,         STAFF,       STAFF,       NOBODY,      NOBODY,      NOBODY),
    "correct_details":        (DESK,        DESK,         DESK,          DESK,        DESK,        NOBODY,      NOBODY,      NOBODY),
    "correct_contact":        (STAFF,       STAFF,        STAFF,         STAFF,       STAFF,       NOBODY,      NOBODY,      NOBODY),
    "change_division":        (SUPERVISORS, SUPERVISORS,  SUPERVISORS,   SUPERVISORS, SUPERVISORS, NOBODY,      NOBODY,      NOBODY),
    "declare_conflict":       (DESK,        DESK,         DESK,          DESK,        DESK,        NOBODY,      NOBODY,      NOBODY),
    "split_praise":           (DESK,        DESK,         DESK,          DESK,        DESK,        NOBODY,      NOBODY,      NOBODY),
    # other ends
    "redirect":               (DESK,        DESK,         DESK,          DESK,        DESK,        NOBODY,      NOBODY,      NOBODY),
    "withdraw":               (DESK,        DESK,         DESK,          DESK,        DESK,        NOBODY,      NOBODY,      NOBODY),
    "mark_duplicate":         (DESK,        DESK,         DESK,          DESK,        DESK,        NOBODY,      NOBODY,      NOBODY),
    "not_a_complaint":        (SUPERVISORS, SUPERVISORS,  SUPERVISORS,   SUPERVISORS, SUPERVISORS, NOBODY,      NOBODY,      NOBODY),
    # letters: tests/test_letter_permissions.py has their own stages
    "draft_letter":           (NOBODY,      NOBODY,       NOBODY,        ANSWERING,   ANSWERING,   NOBODY,      NOBODY,      NOBODY),
    "change_letter":          (NOBODY,      NOBODY,       NOBODY,        NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY),
    "ask_to_approve_letter":  (NOBODY,      NOBODY,       NOBODY,        NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY),
    "approve_letter":         (NOBODY,      NOBODY,       NOBODY,        NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY),
    "return_letter":          (NOBODY,      NOBODY,       NOBODY,        NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY),
    "issue_letter":           (NOBODY,      NOBODY,       NOBODY,        NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY),
    "reissue_letter":         (NOBODY,      NOBODY,       NOBODY,        NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY),
    "record_letter_posted":   (NOBODY,      NOBODY,       NOBODY,        NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY),
    "reopen":                 (NOBODY,      NOBODY,       NOBODY,        NOBODY,      NOBODY,      SUPERVISORS, SUPERVISORS, SUPERVISORS),
}
# fmt: on
FIGURES_ONLY = str(FiguresOnly())
THE_SYSTEMS = {"response_left", "response_failed"}


def permitted(stage: str, action: str) -> set[str]:
    """Who may, by the table above."""
    return PERMITTED[action][min(list(STAGES).index(stage), 7)]


@pytest.mark.parametrize("stage", STAGES)
def test_exactly_what_the_rules_permit_is_possible_and_all_else_is_refused_with_the_buttons_own_sentence(conn, stage):
    received(conn)  # an earlier one, for duplicates
    case = STAGES[stage](conn)
    people = {name: who(conn, name) for name in EVERYBODY}
    forms = {action: form(conn, action) for action in PERMITTED}
    for name, person in people.items():
        buttons = {option.move.action: option.why_not for option in workflow.moves_open(see(conn, case.id), person)}
        assert {action for action, why in buttons.items() if why is None} == {
            action for action in PERMITTED if name in permitted(stage, action)
        }, f"the buttons of {name}"
        for action in PERMITTED:
            refusal = outcome(conn, case, action, person, forms[action])
            if name in permitted(stage, action):
                assert refusal is None, f"{name} may {action}"
            else:
                sentence = buttons.get(action) or nothing_of_the_kind(action, case)
                assert refusal == (FIGURES_ONLY if name == VIC else sentence), f"{name} may not {action}"


def outcome(conn, case, action, person, said):
    """The sentence of the refusal, or None when it was done, with a history whose versions have no gap."""
    with conn.begin_nested() as savepoint:
        try:
            moved = cases.act(conn, case.id, action, by=person, **said)
            assert moved.version == case.version + 1 == len(cases.timeline(conn, case.id, SYSTEM))
        except Refused as refusal:
            return str(refusal)
        finally:
            savepoint.rollback()


def nothing_of_the_kind(action, case):
    return f"{ACTIONS[action].label} is not possible while this is {case.state.replace('_', ' ')}."


@pytest.mark.parametrize("action", sorted(THE_SYSTEMS))
def test_only_the_system_says_what_became_of_a_message(conn, action):
    case = builders.queued(conn)
    assert outcome(conn, case, action, SYSTEM, form(conn, action)) is None
    assert all(outcome(conn, case, action, who(conn, name), form(conn, action)) for name in EVERYBODY)
    assert action not in {option.move.action for option in workflow.moves_open(case, who(conn, SAM))}


@pytest.mark.parametrize("stage", STAGES)
def test_the_system_does_nothing_that_is_for_people(conn, stage):
    case = STAGES[stage](conn)
    assert all(outcome(conn, case, action, SYSTEM, form(conn, action)) for action in PERMITTED)


def test_the_table_above_knows_every_action_of_the_table_of_moves():
    of_complaints = {move.action for move in workflow.MOVES if Kind.COMPLAINT in move.kinds}
    assert of_complaints == PERMITTED.keys() | THE_SYSTEMS | {
        "answered_by_decision",
        "decision_came_back",
        "ask_to_escalate",
    }


def test_the_stages_above_know_every_state_of_a_complaint(conn):
    assert {STAGES[stage](conn).state for stage in STAGES} == {
        "received", "under_review", "investigating", "responded", "redirected", "withdrawn", "duplicate", "not_a_complaint"
    }  # fmt: skip


def test_every_action_has_words():
    assert {move.action for move in workflow.MOVES} <= ACTIONS.keys()
    assert all(words.label and words.done and words.done[0].islower() for words in ACTIONS.values())


def test_every_guard_has_a_sentence_for_the_button():
    for guard in {guard for move in workflow.MOVES for guard in move.needs}:
        sentence = guard.__doc__ or ""
        assert sentence.strip()[0].isupper() and sentence.strip()[-1] in '."', guard.__name__


def test_no_state_has_two_rows_for_one_action():
    rows = [(kind, state, move.action) for move in workflow.MOVES for kind in move.kinds for state in move.start]
    assert len(rows) == len(set(rows))


def test_every_row_is_for_somebody_and_leads_to_a_state_that_its_kind_has(conn):
    known = conn.execute(
        text("select pg_get_constraintdef(oid) from pg_constraint where conname = 'state_belongs_to_kind'")
    )
    held = str(known.scalar())
    assert all(move.who and move.start and (move.end is None or f"'{move.end}'" in held) for move in workflow.MOVES)


def test_what_is_open_and_what_has_ended_are_all_there_is():
    assert frozenset(State) == workflow.OPEN | workflow.CLOSED and not workflow.OPEN & ENDED


def test_an_action_that_nobody_knows_is_refused_with_a_sentence(conn):
    with pytest.raises(NotAllowed, match="Paint it is not possible while this is received."):
        cases.act(conn, received(conn).id, "paint_it", by=who(conn, SAM))


def test_the_sentence_for_another_role_names_whose_it_is(conn):
    case = received(conn)
    assert outcome(conn, case, "take", who(conn, "cleo"), {}) == "This step is for directors, managers and supervisors."
    assert workflow.why_not(workflow.find(case, "add_note"), case, who(conn, "vic")) == (
        "This step is for administrators, coordinators, directors, managers, supervisors and team leads."
    )


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.VIEWER, Role.SYSTEM)])
def test_every_role_that_works_has_something_to_do_with_a_new_complaint(conn, role):
    person = next(who(conn, name) for name in EVERYBODY if who(conn, name).role == role)
    assert any(option.why_not is None for option in workflow.moves_open(received(conn), person))


def test_the_table_reads_as_markdown():
    lines = workflow.as_markdown().splitlines()
    assert len(lines) == len(workflow.MOVES) + 2 and len({line.count(" | ") for line in lines[2:]}) == 1
