"""Who may do what with an escalation, and when: every stage × every action × every member of the cast, enumerated whole.

The table below was written by hand from the rules (R34-R41), not from core/workflow.py. Sam had the complaint; Mina has
the escalation, Dara is above Mina, Omar is senior management too.
"""

import pytest
from sqlalchemy import text

from core import cases, workflow
from core.actions import OF_LETTERS
from core.errors import NotAllowed
from core.kinds import Kind
from core.people import SYSTEM
from tests import builders
from tests.builders import DARA, MINA, OMAR, SAM, VIC, WED_7_JAN, does, escalation, form, history, on, refused, see, who
from tests.test_moves import DESK, EVERYBODY, FIGURES_ONLY, NOBODY, STAFF, SUPERVISORS, nothing_of_the_kind, outcome

SENIOR, THEIRS = {MINA, OMAR, DARA}, {MINA, DARA}


def queued(conn):
    return does(conn, builders.in_review(conn), "send_first_response", MINA, **form(conn, "send_first_response"))


def answered(conn):
    return does(conn, builders.in_review(conn), "record_first_response", MINA, **form(conn, "record_first_response"))


def withdrawn(conn):
    return does(conn, escalation(conn), "withdraw", "cleo", **form(conn, "withdraw"))


def redirected(conn):
    return does(conn, builders.in_review(conn), "redirect", MINA, **form(conn, "redirect"))


STAGES = {
    "received": escalation, "in review": builders.in_review, "queued": queued, "answered": answered, "decided": builders.decided,
    "told": builders.told, "closed": builders.escalation_closed, "withdrawn": withdrawn, "redirected": redirected,
}  # fmt: skip
# fmt: off
# letters: tests/test_letter_permissions.py has their own stages
#   who may                    received     in review    queued       answered     decided      told         ended
PERMITTED = {
    # "Your complaint [will] be escalated and reviewed by senior management." (L37)
    "take":                   (SENIOR,      NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY),
    "assign":                 (DESK,        NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY),
    "reassign":               (NOBODY,      SENIOR,      SENIOR,      SENIOR,      SENIOR,      SENIOR,      NOBODY),
    # "All escalations will be responded to by the division responsible within two business days." (L42)
    "send_first_response":    (NOBODY,      THEIRS,      NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY),
    "record_first_response":  (NOBODY,      THEIRS,      THEIRS,      NOBODY,      NOBODY,      NOBODY,      NOBODY),
    "take_back_response":     (NOBODY,      NOBODY,      THEIRS,      NOBODY,      NOBODY,      NOBODY,      NOBODY),
    "send_again":             (NOBODY,      NOBODY,      THEIRS,      NOBODY,      NOBODY,      NOBODY,      NOBODY),
    "decide":                 (NOBODY,      THEIRS,      THEIRS,      THEIRS,      NOBODY,      NOBODY,      NOBODY),
    "change_decision":        (NOBODY,      NOBODY,      NOBODY,      NOBODY,      THEIRS,      NOBODY,      NOBODY),
    "record_decision_told":   (NOBODY,      NOBODY,      NOBODY,      NOBODY,      THEIRS,      NOBODY,      NOBODY),
    "close_without_letter":   (NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY,      THEIRS,      NOBODY),
    "answer_complaint":       (NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY),
    "redirect":               (SENIOR,      SENIOR,      SENIOR,      SENIOR,      NOBODY,      NOBODY,      NOBODY),
    "withdraw":               (DESK,        DESK,        DESK,        DESK,        NOBODY,      NOBODY,      NOBODY),
    "reopen":                 (NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY,      SENIOR),
    # "If you sign up to receive status updates for your escalation you will receive notifications." (L41)
    "sign_up_for_updates":    (STAFF,       STAFF,       STAFF,       STAFF,       STAFF,       STAFF,       NOBODY),
    "stop_updates":           (NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY,      NOBODY),
    "record_referral":        (STAFF,       STAFF,       STAFF,       STAFF,       STAFF,       STAFF,       STAFF),
    # in any open state
    "log_follow_up":          (STAFF,       STAFF,       STAFF,       STAFF,       STAFF,       STAFF,       NOBODY),
    "log_update":             (STAFF,       STAFF,       STAFF,       STAFF,       STAFF,       STAFF,       NOBODY),
    "add_note":               (STAFF,       STAFF,       STAFF,       STAFF,       STAFF,       STAFF,       NOBODY),
    "attach":                 (STAFF,       STAFF,       STAFF,       STAFF,       STAFF,       STAFF,       NOBODY),
    "correct_contact":        (STAFF,       STAFF,       STAFF,       STAFF,       STAFF,       STAFF,       NOBODY),
    "change_division":        (SUPERVISORS, SUPERVISORS, SUPERVISORS, SUPERVISORS, SUPERVISORS, SUPERVISORS, NOBODY),
    "declare_conflict":       (DESK,        DESK,        DESK,        DESK,        DESK,        DESK,        NOBODY),
}
# fmt: on
NOT_FOR_BUTTONS = {"response_left", "response_failed", "ask_again"}


def permitted(stage, action):
    """Who may, by the table above."""
    return PERMITTED[action][min(list(STAGES).index(stage), 6)]


def filled_in(conn, action):
    reviewer = {"owner_id": builders.id_of(conn, OMAR), "note": "Balance."}
    return reviewer if action in ("assign", "reassign") else form(conn, action)


@pytest.mark.parametrize("stage", STAGES)
def test_exactly_what_the_rules_permit_is_possible_and_all_else_is_refused_with_the_buttons_own_sentence(conn, stage):
    case = STAGES[stage](conn)
    forms = {action: filled_in(conn, action) for action in PERMITTED}
    for name in EVERYBODY:
        person = who(conn, name)
        options = workflow.moves_open(see(conn, case.id), person)
        buttons = {option.move.action: option.why_not for option in options if option.move.action not in OF_LETTERS}
        assert {action for action, why in buttons.items() if why is None} == {
            action for action in PERMITTED if name in permitted(stage, action)
        }, f"the buttons of {name}"
        for action in PERMITTED:
            refusal = outcome(conn, case, action, person, forms[action])
            if name in permitted(stage, action):
                assert refusal is None, f"{name} may {action}: {refusal}"
            else:
                sentence = buttons.get(action) or nothing_of_the_kind(action, case)
                assert refusal == (FIGURES_ONLY if name == VIC else sentence), f"{name} may not {action}"


def test_the_table_above_knows_every_action_of_an_escalation():
    of_escalations = {move.action for move in workflow.MOVES if Kind.ESCALATION in move.kinds}
    assert of_escalations == PERMITTED.keys() | NOT_FOR_BUTTONS | {*OF_LETTERS}


def test_the_stages_above_know_every_state(conn):
    known = {STAGES[stage](conn).state for stage in STAGES}
    assert known == {"received", "in_review", "decided", "closed", "withdrawn", "redirected"}


# The two days, and the decision beside them


def test_the_first_response_keeps_the_promise_and_the_target_of_the_decision_runs_on(conn):
    on(conn, WED_7_JAN)
    case = answered(conn)
    assert (case.due_on.isoformat(), case.responded_on, case.is_open) == ("2026-01-09", WED_7_JAN, True)
    assert (case.runs_out_on, case.days_left, case.is_overdue) == (case.decide_by, 10, False)
    assert case.decide_by.isoformat() == "2026-01-21"


def test_a_holding_reply_cannot_pass_for_a_decision(conn):
    case = answered(conn)
    assert case.decided_at is None and case.responded_at is not None
    after = does(conn, case, "decide", MINA, **builders.DECISION)
    assert after.responded_at == case.responded_at and after.decided_at is not None and after.told_at is None


def test_a_decision_that_was_told_is_the_response_where_there_was_none(conn):
    case = builders.told(conn)
    assert case.responded_at == case.told_at and case.response == builders.DECISION["decision_reasons"]


def test_nobody_was_told_before_it_was_decided(conn):
    on(conn, WED_7_JAN)
    case = builders.decided(conn)
    early = {"channel": "phone", "happened_at": case.received_at}
    with conn.begin_nested():
        conn.execute(text("set local app.today = '2026-01-08'"))
        later = does(conn, case, "change_decision", MINA, **builders.DECISION)
        assert refused(conn, later, "record_decision_told", MINA, **early) == (
            "The customer cannot have been told before it was decided."
        )


def test_a_first_response_in_the_outbox_is_overtaken_by_a_decision_that_was_told(conn):
    case = does(conn, queued(conn), "decide", MINA, **builders.DECISION)
    does(conn, case, "record_decision_told", MINA, **form(conn, "record_decision_told"))
    assert builders.outbox(conn, case) == [("response", "cancelled")]


def test_the_letter_needs_a_yes_or_no_and_a_reason(conn):
    case = builders.in_review(conn)
    said = builders.DECISION | {"letter_because": ""}
    assert refused(conn, case, "decide", MINA, **said) == "Please fill in: Why a letter, or why none."
    assert refused(conn, case, "decide", MINA, **builders.DECISION | {"letter_due": "perhaps"}) is not None


@pytest.mark.parametrize(
    ("decision", "letter_due", "needed"),
    [("upheld", "no", True), ("partly upheld", "no", True), ("not upheld", "yes", True), ("not upheld", "no", False)],
)
def test_what_will_be_done_is_asked_for_with_the_decision_that_needs_it(conn, decision, letter_due, needed):
    """Else its letter could not leave, and only its author learned why."""
    case, said = builders.in_review(conn), builders.DECISION | {"decision": decision, "letter_due": letter_due}
    assert refused(conn, case, "decide", MINA, **said | {"remedy": " "}) == (
        "Say what was or will be done, or why nothing will be: it is upheld at least in part, or a letter is due that has to say so."
        if needed
        else None
    )
    assert refused(conn, case, "decide", MINA, **said | {"remedy": "Nothing: the call was answered."}) is None


def test_reopened_it_keeps_its_first_response_and_loses_its_decision(conn):
    before = builders.escalation_closed(conn)
    case = does(conn, before, "reopen", OMAR, note="The Ombudsman asks us to look again.")
    assert (case.state, case.decision, case.decided_at, case.told_at) == ("in_review", None, None, None)
    assert case.responded_at == before.responded_at and case.owner_id == before.owner_id
    assert "decide" in [event.action for event in history(conn, case)]


# A decision may also answer the complaint (R40)


def overdue(conn):
    """A complaint that Sam never answered, on the day after it was due."""
    on(conn, builders.FRI_19_DEC)
    complaint = builders.taken(conn)
    on(conn, builders.THU_8_JAN)
    return complaint


def test_an_escalation_neither_closes_nor_resets_the_complaint(conn):
    complaint = overdue(conn)
    builders.escalation(conn, complaint, ground="no response")
    after = see(conn, complaint.id)
    assert (after.state, after.due_on, after.version) == (complaint.state, complaint.due_on, complaint.version)


def test_the_decision_answers_the_complaint_at_its_true_late_time(conn):
    complaint = overdue(conn)
    case = does(conn, builders.escalation(conn, complaint, ground="no response"), "take", MINA)
    case = does(conn, does(conn, case, "decide", MINA, **builders.DECISION), "record_decision_told", MINA,
                **form(conn, "record_decision_told"))  # fmt: skip
    case = does(conn, case, "answer_complaint", MINA, **form(conn, "answer_complaint"))
    after = see(conn, complaint.id)
    assert (after.state, after.responded_at, after.answered_late) == ("responded", case.told_at, True)
    assert after.accountable_id == complaint.owner_id and after.finding == "substantiated"
    assert after.sources_checked == builders.DECISION["sources_checked"]
    last = history(conn, after)[-1]
    assert (last.action, last.by_name) == ("answered_by_decision", "System") and case.request_no in last.note
    assert (
        refused(conn, case, "answer_complaint", MINA, **form(conn, "answer_complaint"))
        == "The complaint has ended already, so the decision cannot answer it."
    )


def test_only_the_system_answers_a_complaint_by_a_decision(conn):
    complaint = overdue(conn)
    said = form(conn, "answer_complaint") | {
        "sources_checked": "x",
        "response": "y",
        "channel": "phone",
        "happened_at": builders.now(conn),
    }
    with pytest.raises(NotAllowed):
        cases.act(conn, complaint.id, "answered_by_decision", by=who(conn, MINA), **said)
    assert cases.act(conn, complaint.id, "answered_by_decision", by=SYSTEM, **said).version == complaint.version + 1


# What the gate does is for everybody, and no button


@pytest.mark.parametrize("action", ["ask_again", "ask_to_escalate"])
def test_what_is_done_at_the_gate_has_no_button(conn, action):
    case = escalation(conn) if action == "ask_again" else builders.responded(conn)
    assert all(
        action not in {option.move.action for option in workflow.moves_open(case, who(conn, name))}
        for name in EVERYBODY
    )


# Conflicts of interest


def test_who_declares_a_conflict_gives_it_to_the_next_independent_reviewer(conn):
    case = does(conn, builders.in_review(conn), "declare_conflict", MINA)
    assert case.owner in ("Omar Castellano", "Dara Petrovic") and builders.id_of(conn, MINA) in case.recused_ids


def test_take_next_gives_senior_management_the_worst_escalation_first(conn):
    on(conn, builders.FRI_19_DEC)
    builders.received(conn)
    case = escalation(conn)
    assert cases.take_next(conn, who(conn, OMAR)) == case.id
    assert see(conn, cases.take_next(conn, who(conn, SAM))).kind == Kind.COMPLAINT
