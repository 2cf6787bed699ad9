"""Who may do what with a comment or a compliment, and when: every stage × every action × every member of the cast, whole.

The tables below were written by hand from the rules (R50-R62), not from core/workflow.py.
"""

import pytest

from core import workflow
from core.kinds import Kind
from core.people import SYSTEM
from tests import builders
from tests.builders import CAST, CLEO, NADIA, SAM, VIC, does, form, see, who
from tests.test_moves import FIGURES_ONLY, nothing_of_the_kind, outcome

#: Sam has the case. Mina and Dara are above Sam; Tariq, the lead it goes to, and Nadia are of Sam's team.
EVERYBODY = {*CAST, NADIA}
NOBODY: set[str] = set()
STAFF = EVERYBODY - {"vic"}
DESK = STAFF - {"ada"}
SUPERVISORS = {"sam", "priya", "mina", "omar", "dara"}
THEIRS = {"sam", "mina", "dara"}
ANSWERING = THEIRS | {"tariq", "nadia"}
LEAD = {"tariq"}


def asked(conn, case):
    return does(conn, case, "ask_for_reply", SAM, note="By phone.")


def spoken(conn, case):
    return does(conn, asked(conn, case), "record_response", SAM, **builders.answer(conn))


def written(conn, case):
    return does(conn, asked(conn, case), "record_response", SAM, **builders.answer(conn, channel="mail"))


COMMENTS = {
    "received": builders.comment,
    "under review": builders.reviewed,
    "assessed": builders.assessed,
    "forwarded": builders.forwarded,
    "heard": lambda conn: does(conn, builders.forwarded(conn), "acknowledge_forward", "tariq"),
    "asked": lambda conn: asked(conn, builders.forwarded(conn)),
    "queued": lambda conn: does(conn, asked(conn, builders.forwarded(conn)), "send_response", SAM, response="It ends now."),
    "spoken": lambda conn: spoken(conn, builders.forwarded(conn)),
    "written": lambda conn: written(conn, builders.forwarded(conn)),
    "closed": lambda conn: does(conn, builders.forwarded(conn), "close", SAM),
    "closed, written": lambda conn: does(conn, written(conn, builders.forwarded(conn)), "close", SAM),
    "redirected": lambda conn: does(conn, builders.reviewed(conn), "redirect", SAM, **form(conn, "redirect")),
    "no action": lambda conn: does(conn, builders.reviewed(conn), "no_action", SAM, note="The weather."),
}  # fmt: skip
A, B, C, D, E, F, G, H, J, K, L, M, N = COMMENTS
#: Of each action: who may, at which stages.
OF_COMMENTS = {
    "take": (SUPERVISORS, {A}),
    "assign": (DESK, {A}),
    "reassign": (SUPERVISORS, {B, C, D, E, F, G, H, J}),
    "assess": (THEIRS, {B, C}),
    "forward": (THEIRS, {C, D, E, F, G, H, J}),
    "acknowledge_forward": (LEAD, {D, F, G, H, J}),
    "record_outcome": (LEAD, {D, E, F, G, H, J}),
    "ask_for_reply": (STAFF, {A, B, C, D, E, K, M, N}),
    "send_response": (ANSWERING, {F}),
    "record_response": (ANSWERING, {F, G}),
    "end_reply": (THEIRS, {F}),
    "send_again": (ANSWERING, {G}),
    "take_back_response": (ANSWERING, {G}),
    "response_came_back": (ANSWERING, {J, L}),
    "open_complaint": (DESK, {A, B, C, D, E, F, G, H, J}),
    "split_praise": (DESK, {A, B, C, D, E, F, G, H, J}),
    "redirect": (DESK, {A, B, C}),
    "no_action": (SUPERVISORS, {A, B, C}),
    "close": (THEIRS, {D, E, H, J}),
    "reopen": (SUPERVISORS, {K, L, M, N}),
    "log_follow_up": (STAFF, {A, B, C, D, E, F, G, H, J}),
    "log_update": (STAFF, {A, B, C, D, E, F, G, H, J}),
    "add_note": (STAFF, {A, B, C, D, E, F, G, H, J}),
    "attach": (STAFF, {A, B, C, D, E, F, G, H, J}),
    "correct_contact": (STAFF, {A, B, C, D, E, F, G, H, J}),
    "change_division": (SUPERVISORS, {A, B, C, D, E, F, G, H, J}),
}

#: A compliment of Nadia that Sam took down: never hers to see, nor for who only takes calls or leads a team.
HANDLERS = SUPERVISORS | {"ada"}
COMPLIMENTS = {
    "received": builders.compliment,
    "unsure": lambda conn: builders.compliment(conn, description="Somebody on the phone was patient."),
    "forwarded": builders.praised,
    "handed on": builders.handed_on,
    "shared": lambda conn: does(conn, builders.praised(conn), "share", SAM),
    "both": builders.shared,
    "asked": lambda conn: asked(conn, builders.shared(conn)),
    "queued": lambda conn: does(conn, asked(conn, builders.shared(conn)), "send_response", SAM, response="Thank you."),
    "spoken": lambda conn: spoken(conn, builders.shared(conn)),
    "written": lambda conn: written(conn, builders.shared(conn)),
    "agreed": lambda conn: does(conn, builders.praised(conn), "record_consent", SAM, naming_consent="By phone."),
    "closed": builders.celebrated,
    "redirected": lambda conn: does(conn, builders.compliment(conn), "redirect", SAM, **form(conn, "redirect")),
}
a, b, c, d, e, f, g, h, i, j, k, m, n = COMPLIMENTS
WORKING = {a, b, c, d, e, f, g, h, i, j, k}
OF_COMPLIMENTS = {
    "forward_as_suggested": (SUPERVISORS, {a}),
    "forward": (SUPERVISORS, {a, b}),
    "name_again": (THEIRS, WORKING - {a, b}),
    "hand_on": (THEIRS, {c, e, k}),
    "share": (THEIRS, {c, d, k}),
    "close": (THEIRS, {f, i, j}),
    "reassign": (SUPERVISORS, WORKING - {a, b}),
    "ask_for_reply": (HANDLERS, WORKING - {g, h, i, j} | {m, n}),
    "send_response": (THEIRS, {g}),
    "record_response": (THEIRS, {g, h}),
    "end_reply": (THEIRS, {g}),
    "send_again": (THEIRS, {h}),
    "take_back_response": (THEIRS, {h}),
    "response_came_back": (THEIRS, {j}),
    "open_complaint": (SUPERVISORS, WORKING),
    "record_consent": (SUPERVISORS, WORKING - {k}),
    "take_back_consent": (SUPERVISORS, {k}),
    "redirect": (SUPERVISORS, {a, b}),
    "reopen": (SUPERVISORS, {m, n}),
    "log_follow_up": (HANDLERS, WORKING),
    "log_update": (HANDLERS, WORKING),
    "add_note": (HANDLERS, WORKING),
    "attach": (HANDLERS, WORKING),
    "correct_contact": (HANDLERS, WORKING),
    "change_division": (SUPERVISORS, WORKING),
}
THE_SYSTEMS = {"response_left", "response_failed"}
BOTH = [
    *((stage, COMMENTS, OF_COMMENTS, STAFF) for stage in COMMENTS),
    *((stage, COMPLIMENTS, OF_COMPLIMENTS, HANDLERS) for stage in COMPLIMENTS),
]  # fmt: skip
NOT_TO_SEE = "There is no such case, or it is not for you to see."


@pytest.mark.parametrize(("stage", "stages", "table", "seeing"), BOTH, ids=[
    f"{'comment' if stages is COMMENTS else 'compliment'} {stage}" for stage, stages, _, _ in BOTH])  # fmt: skip
def test_exactly_what_the_rules_permit_is_possible(conn, stage, stages, table, seeing):
    case = stages[stage](conn)
    for name in EVERYBODY:
        person = who(conn, name)
        buttons = {option.move.action: option.why_not for option in workflow.moves_open(see(conn, case.id), person)}
        may = {action for action, (people, when) in table.items() if name in people and stage in when}
        if name in seeing:
            assert {action for action, why in buttons.items() if why is None} == may, f"the buttons of {name}"
        for action in table:
            said = form(conn, action)
            if action == "name_again" and stage not in (c, e, k):
                said["praised_ids"] = builders.ids_of(conn, "nadia", "tariq")
            refusal = outcome(conn, case, action, person, said)
            if action in may:
                assert refusal is None, f"{name} may {action}: {refusal}"
            elif name == VIC:
                assert refusal == FIGURES_ONLY
            elif name not in seeing:
                assert refusal == NOT_TO_SEE, f"{name} does not see it"
            else:
                assert refusal == (buttons.get(action) or nothing_of_the_kind(action, case)), f"{name} may not {action}"


@pytest.mark.parametrize(("kind", "table"), [(Kind.COMMENT, OF_COMMENTS), (Kind.COMPLIMENT, OF_COMPLIMENTS)])
def test_the_tables_above_know_every_action(kind, table):
    assert {move.action for move in workflow.MOVES if kind in move.kinds} == table.keys() | THE_SYSTEMS


def test_the_stages_above_know_every_state(conn):
    assert {stage(conn).state for stage in COMMENTS.values()} == {
        "received", "under_review", "forwarded", "closed", "redirected", "no_action"}  # fmt: skip
    assert {stage(conn).state for stage in COMPLIMENTS.values()} == {"received", "forwarded", "closed", "redirected"}


@pytest.mark.parametrize("stages", [COMMENTS, COMPLIMENTS])
def test_the_system_does_nothing_that_is_for_people(conn, stages):
    table = OF_COMMENTS if stages is COMMENTS else OF_COMPLIMENTS
    for build in stages.values():
        case = build(conn)
        assert all(outcome(conn, case, action, SYSTEM, form(conn, action)) for action in table)


def test_who_entered_a_compliment_may_follow_it_up_and_not_decide(conn):
    case = builders.compliment(conn, CLEO)
    buttons = {option.move.action for option in workflow.moves_open(case, who(conn, CLEO)) if option.why_not is None}
    assert buttons == {
        "add_note", "attach", "log_follow_up", "log_update", "correct_contact", "record_consent", "ask_for_reply", "redirect",
    }  # fmt: skip
