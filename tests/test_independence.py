"""Who reviews an escalation is independent (R35, R36): refused in the table of moves, and by the database with core bypassed."""

import pytest
from sqlalchemy import text

from core import cases, people
from core.errors import NotFound, Refused
from tests import builders
from tests.builders import (
    CLEO,
    DARA,
    MINA,
    OMAR,
    PRIYA,
    SAM,
    TARIQ,
    does,
    escalation,
    id_of,
    ids_of,
    received,
    refused,
    see,
    who,
)

NOT_SENIOR = "Only an active manager or director can review an escalation."
HANDLED = "Somebody who handled the complaint cannot review its escalation."
YOU_HANDLED = "You had the complaint, worked on it or declared a conflict in it, so somebody independent must review its escalation."


def given_by_sql(conn, case, name):
    """What the database says when the dashboard's own role writes an owner past core; None when it takes it."""
    with conn.begin_nested() as savepoint:
        try:
            conn.execute(
                text("update cases set owner_id = :who, state = 'in_review' where id = :id"),
                {"who": id_of(conn, name), "id": case.id},
            )
        except Exception as error:
            return str(error.orig.diag.message_primary)
        finally:
            savepoint.rollback()
    return None


#: What somebody did with a complaint, that makes them no reviewer of its escalation for ever.
def had_it(conn, name):
    return builders.responded(conn, by=name)


def had_it_once(conn, name):
    complaint = builders.taken(conn, by=name)
    complaint = does(conn, complaint, "reassign", DARA, owner_id=id_of(conn, PRIYA), note="Leave.")
    complaint = does(conn, complaint, "investigate", PRIYA)
    return _answered(conn, complaint, PRIYA)


def declared_a_conflict(conn, name):
    complaint = does(conn, builders.investigating(conn), "declare_conflict", name)
    return _answered(conn, complaint, SAM)


def recorded_the_finding(conn, name):
    complaint = does(conn, builders.investigating(conn, by=SAM), "record_finding", name, **builders.FINDING)
    return _answered(conn, complaint, SAM)


def _answered(conn, complaint, by):
    complaint = does(conn, complaint, "record_finding", by, **builders.FINDING)
    complaint = does(conn, complaint, "record_steps", by, **builders.STEPS)
    return does(conn, complaint, "record_response", by, **builders.answer(conn))


@pytest.mark.parametrize("did", [had_it, had_it_once, declared_a_conflict, recorded_the_finding])
def test_who_handled_the_complaint_does_not_review_its_escalation(conn, did):
    case = escalation(conn, did(conn, MINA))
    assert refused(conn, case, "take", MINA) == YOU_HANDLED
    assert given_by_sql(conn, case, MINA) == HANDLED
    assert refused(conn, case, "assign", CLEO, owner_id=id_of(conn, MINA), note="x").startswith(
        "Mina Okafor cannot have this case"
    )
    assert id_of(conn, MINA) not in {person.id for person in people.who_could_have(conn, case.id)}
    assert refused(conn, case, "take", OMAR) is None and given_by_sql(conn, case, OMAR) is None


@pytest.mark.parametrize("name", [SAM, PRIYA, TARIQ, CLEO, "ada", "vic"])
def test_only_senior_management_reviews(conn, name):
    case = escalation(conn)
    assert given_by_sql(conn, case, name) == NOT_SENIOR
    assert refused(conn, case, "take", name) is not None


def test_its_subject_does_not_review_it_nor_who_reports_to_them(conn):
    case = escalation(conn, _about_dara(conn))
    assert refused(conn, case, "take", DARA) == "There is no such case, or it is not for you to see."
    assert (
        given_by_sql(conn, case, MINA)
        == "Somebody who reports to the person complained about cannot have the complaint."
    )
    with pytest.raises(NotFound):
        cases.get(conn, case.id, who(conn, MINA))


def _about_dara(conn):
    """Everybody reports to Dara, so nobody here can have it: it comes from a file, answered by another house."""
    number = "77000001"
    with builders.as_owner(conn):
        conn.execute(text("""
            insert into cases (request_no, kind, state, source, title, category, channel, received_at, promised_days, due_on, first_due_on,
                               phone, subject_ids, responded_at, closed_at)
            values (:no, 'complaint', 'responded', 'another house', 'About the director', 'staff', 'phone', now() - interval '1 day', 10,
                    today() + 10, today() + 10, '+14165550123', :subjects, now(), now())"""),
            {"no": number, "subjects": ids_of(conn, DARA)})  # fmt: skip
        conn.execute(text("""
            insert into case_events (case_id, version, action, to_state)
            select id, 1, 'import', state from cases where request_no = :no"""), {"no": number})  # fmt: skip
    case_id = conn.execute(text("select id from cases where request_no = :no"), {"no": number}).scalar()
    return see(conn, case_id)


def test_who_reviews_the_escalation_does_not_come_to_have_the_complaint(conn):
    complaint = builders.responded(conn)
    case = does(conn, escalation(conn, complaint), "take", MINA)
    again = does(conn, complaint, "reopen", SAM, note="New facts.")
    assert refused(conn, again, "reassign", DARA, owner_id=id_of(conn, MINA), note="x") is not None
    with (
        pytest.raises(Exception, match="reviews the escalation of a complaint cannot have the complaint"),
        conn.begin_nested(),
    ):
        conn.execute(
            text("update cases set owner_id = :who where id = :id"), {"who": case.owner_id, "id": complaint.id}
        )


def test_the_escalation_is_about_whomever_the_complaint_is_about(conn):
    complaint = received(conn)
    case = builders.admitted(conn, complaint)
    does(
        conn,
        complaint,
        "correct_details",
        CLEO,
        category="staff",
        subject_ids=ids_of(conn, PRIYA),
        note="She was named.",
    )
    assert see(conn, case.id).subject_ids == ids_of(conn, PRIYA)
    assert see(conn, case.id).version == case.version + 1


def test_nobody_is_named_as_subject_of_a_complaint_whose_escalation_they_review(conn):
    complaint = received(conn)
    does(conn, builders.admitted(conn, complaint), "take", OMAR)
    with pytest.raises(Refused), conn.begin_nested():
        does(conn, complaint, "correct_details", CLEO, category="staff", subject_ids=ids_of(conn, OMAR), note="Named.")


# Need to know (R64)


def test_an_escalation_about_a_person_is_for_its_reviewer_their_chain_and_administrators(conn):
    complaint = builders.responded(conn, subject_ids=ids_of(conn, "nadia"), by=PRIYA)
    case = escalation(conn, complaint)

    def seers(case):
        return {name for name in builders.CAST if _sees(conn, case, name)}

    assert seers(case) == {MINA, OMAR, DARA, "ada"}, "until somebody has it, those who could take it"
    case = does(conn, case, "take", MINA)
    assert seers(case) == {MINA, DARA, "ada"}
    assert seers(complaint) >= {PRIYA, MINA, DARA, "ada"}, "who reviews it reads the complaint"
    assert not _sees(conn, case, "nadia") and not _sees(conn, complaint, "nadia")


def _sees(conn, case, name):
    try:
        return bool(cases.get(conn, case.id, who(conn, name)))
    except Refused:
        return False


def test_the_gates_attempts_cannot_be_rewritten(conn):
    builders.knock(conn, received(conn))
    for statement in (
        "delete from escalation_attempts",
        "update escalation_attempts set outcome = 'matched'",
        "truncate escalation_attempts",
    ):
        with pytest.raises(Exception, match="permission denied"), conn.begin_nested():
            conn.execute(text(statement))


# What has a part in an answer without having had the complaint


def test_who_approved_the_letter_that_answered_the_complaint_does_not_review_its_escalation(conn):
    complaint = builders.response_letter(conn, "posted")
    approver = conn.execute(
        text("select approved_by from letters where case_id = :id"), {"id": complaint.id}
    ).scalar_one()
    case = escalation(conn, complaint)
    assert approver in case.handler_ids
    assert approver not in {person.id for person in people.who_could_have(conn, case.id)}


def test_who_answered_the_complaint_by_a_decision_does_not_review_the_next_escalation(conn):
    builders.on(conn, builders.FRI_19_DEC)
    complaint = builders.taken(conn)
    builders.on(conn, builders.THU_8_JAN)
    case = does(conn, escalation(conn, complaint, ground="no response"), "take", MINA)
    for action, said in (
        ("decide", builders.DECISION | {"letter_due": "no"}),
        ("record_decision_told", None),
        ("answer_complaint", None),
    ):
        case = does(conn, case, action, MINA, **(said or builders.form(conn, action)))
    does(conn, case, "close_without_letter", MINA, note="Content.")
    assert id_of(conn, MINA) in builders.admitted_by(conn, complaint, OMAR).handler_ids


def test_an_escalation_that_ended_without_a_reviewer_opens_the_complaint_to_nobody(conn):
    complaint = builders.responded(conn, subject_ids=ids_of(conn, "nadia"), by=PRIYA)
    before = {name for name in builders.CAST if _sees(conn, complaint, name)}
    case = escalation(conn, complaint)
    assert _sees(conn, complaint, OMAR), "who may come to review it reads the complaint"
    does(conn, case, "withdraw", MINA, withdrawn_by="The customer", note="Solved.")
    assert {name for name in builders.CAST if _sees(conn, complaint, name)} == before
