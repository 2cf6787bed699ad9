""" "A full investigation will be completed." (L18) and the steps taken (L20): R5, R12, R14."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core.kinds import FINDINGS
from tests.builders import (
    FINDING,
    SAM,
    STEPS,
    answer,
    does,
    investigating,
    last,
    refused,
    taken,
    with_finding,
    with_steps,
)


@pytest.mark.parametrize("finding", FINDINGS)
def test_a_finding_is_one_of_four_with_its_grounds(conn, finding):
    case = does(conn, investigating(conn), "record_finding", **FINDING | {"finding": finding})
    assert (case.finding, case.sources_checked, case.root_cause) == (finding, "The recording.", None)


@pytest.mark.parametrize("missing", FINDING)
def test_a_finding_without_its_grounds_is_refused(conn, missing):
    labels = {"finding": "Finding", "finding_summary": "Summary of the finding", "sources_checked": "Sources checked"}
    sentence = refused(conn, investigating(conn), "record_finding", **FINDING | {missing: "  "})
    assert sentence == f"Please fill in: {labels[missing]}."


def test_another_finding_is_refused(conn):
    sentence = refused(conn, investigating(conn), "record_finding", **FINDING | {"finding": "plausible"})
    assert sentence == f"Finding: choose one of {', '.join(FINDINGS)}."


def test_a_root_cause_found_later_is_added_and_the_history_keeps_both(conn):
    case = does(conn, with_finding(conn), "record_finding", **FINDING | {"root_cause": "A timer of the queue."})
    assert last(conn, case).changes == {"root_cause": [None, "A timer of the queue."]}


def test_steps_none_needed_with_a_reason_counts(conn):
    case = does(conn, with_finding(conn), "record_steps", no_steps_because="It was mended before.")
    assert (case.steps_taken, case.no_steps_because) == (None, "It was mended before.")
    assert refused(conn, case, "record_response", **answer(conn)) is None


@pytest.mark.parametrize("said", [{}, {"steps_taken": " "}, STEPS | {"no_steps_because": "None."}])
def test_steps_are_one_or_the_other(conn, said):
    sentence = refused(conn, investigating(conn), "record_steps", **said)
    assert sentence == "Say which steps were taken, or why none are needed."


def test_no_response_before_a_finding(conn):
    case = investigating(conn)
    sentence = 'Record the finding first: "A full investigation will be completed."'
    assert refused(conn, case, "record_response", **answer(conn)) == sentence
    assert refused(conn, case, "send_response", response="Sorry.") == sentence


def test_no_response_before_the_steps(conn):
    sentence = "Record the steps taken first, or why none are needed."
    assert refused(conn, with_finding(conn), "record_response", **answer(conn)) == sentence


def test_no_response_before_the_investigation(conn):
    sentence = "Log follow-up is not possible while this is responded."
    assert refused(conn, taken(conn), "record_response", **answer(conn)) == (
        "Record response given is not possible while this is under review."
    )
    done = does(conn, with_steps(conn), "record_response", SAM, **answer(conn))
    assert refused(conn, done, "log_follow_up") == sentence


@pytest.mark.parametrize("gone", ["finding = null", "steps_taken = null", "response = null", "finding_summary = null"])
def test_the_database_refuses_a_response_without_an_investigation(conn, gone):
    case = does(conn, with_steps(conn), "record_response", SAM, **answer(conn))
    with pytest.raises(IntegrityError):
        conn.execute(text(f"update cases set {gone} where id = :id"), {"id": case.id})
