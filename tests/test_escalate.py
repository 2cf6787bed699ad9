"""The gate to an escalation: number and contact together, what the clock proves, and one that is open at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text

from core import cases, db, escalations, notices
from core.errors import NotAllowed, Refused
from core.escalations import NO_MATCH, NotProven, NotYetEligible, OnlySeniorManagement
from core.kinds import Kind
from core.people import SYSTEM
from core.receipt import Receipt, receive
from tests import builders
from tests.builders import (
    CLEO,
    FRI_19_DEC,
    MINA,
    OMAR,
    PRIYA,
    SAM,
    THU_8_JAN,
    WED_7_JAN,
    does,
    escalation,
    form,
    history,
    knock,
    on,
    received,
    see,
    who,
)  # fmt: skip


def attempt(conn, request_no, contact, by=CLEO):
    return escalations.attempt(conn, request_no, contact, by=who(conn, by))


def attempts(conn):
    return [
        tuple(row) for row in conn.execute(text("select request_key, outcome from escalation_attempts order by id"))
    ]


# The match (R30-R33)


@pytest.mark.parametrize("contact", [
    "416-555-0123", "(416) 555 0123", "+1 416 555 0123", "1.416.555.0123", "416 555 0123 ext. 7", "ruth@example.org", "  RUTH@Example.ORG ",
])  # fmt: skip
@pytest.mark.parametrize("write", ["{}", "#{}", " {} ", "-"])
def test_it_matches_however_number_and_contact_are_written(conn, contact, write):
    complaint = received(conn)
    number = complaint.request_no
    written = f"{number[:4]}-{number[4:]}" if write == "-" else write.format(number)
    assert attempt(conn, written, contact).complaint_id == complaint.id
    assert attempt(conn, str(int(number)), contact).complaint_id == complaint.id, "a leading zero may be left out"


@pytest.mark.parametrize("contact", [
    "416-555-0124", "rut.h@example.org", "ruth+311@example.org", "ruth@example.com", "nobody", "", "   ", "+44 20 7946 0018", "\x00",
    "ruth@example.org' or '1'='1", "4" * 100_000, "a@" * 50_000, "＋１４１６５５５０１２４",
])  # fmt: skip
def test_any_mismatch_gets_the_one_sentence(conn, contact):
    complaint = received(conn)
    assert attempt(conn, complaint.request_no, contact).sentence == NO_MATCH


@pytest.mark.parametrize("number", ["", "0", "99999999", "x" * 10_000, "%", "09400001' --", "\x00", "٠٩٤٠٠٠٠١", "-1"])
def test_a_number_that_is_none_gets_the_same_sentence(conn, number):
    received(conn)
    assert attempt(conn, number, "416-555-0123").sentence == NO_MATCH


def test_only_complaints_can_be_escalated(conn):
    comment = received(conn, kind=Kind.COMMENT, category=None)
    assert attempt(conn, comment.request_no, "416-555-0123").sentence == NO_MATCH
    case = escalation(conn)
    assert attempt(conn, case.request_no, "416-555-0123").sentence == NO_MATCH
    with pytest.raises(NotAllowed, match="opened with the request number of a complaint"):
        receive(
            conn,
            Receipt(kind=Kind.ESCALATION, channel="phone", description="Look at it.", ground="unsatisfied"),
            by=who(conn, SAM),
        )


def test_a_contact_of_another_case_opens_nothing(conn):
    received(conn, phone="416-555-0177", email=None)
    ours = received(conn)
    assert attempt(conn, ours.request_no, "416-555-0177").sentence == NO_MATCH


def test_every_attempt_is_kept_and_the_contact_is_not(conn):
    complaint = received(conn)
    attempt(conn, complaint.request_no, "416-555-0199")
    attempt(conn, complaint.request_no, "ruth@example.org")
    assert attempts(conn)[-2:] == [(complaint.request_no, "not matched"), (complaint.request_no, "matched")]
    kept = conn.execute(text("select string_agg(attempt::text, ' ') from escalation_attempts as attempt")).scalar()
    assert "ruth" not in kept and "5550199" not in kept


def test_after_five_failures_even_the_right_contact_has_to_wait_and_hears_nothing_of_the_case(conn):
    complaint = received(conn)
    for _ in range(5):
        assert attempt(conn, complaint.request_no, "416-555-0000").sentence == NO_MATCH
    for contact in ("416-555-0123", "416-555-0000"):
        slowed = attempt(conn, complaint.request_no, contact)
        assert (
            slowed.complaint_id is None and slowed.sentence == "There were too many attempts. Try again in 30 seconds."
        )
    assert attempt(conn, complaint.request_no, "416-555-0123", by=SAM).wait > 0, "the number waits, whoever asks"
    assert attempt(conn, received(conn).request_no, "416-555-0123").wait > 0, (
        "so does the person, whatever they ask for"
    )
    assert attempt(conn, received(conn).request_no, "416-555-0123", by=SAM).complaint_id is not None


def test_a_number_that_does_not_exist_is_slowed_just_the_same(conn):
    for _ in range(5):
        attempt(conn, "77777777", "416-555-0000")
    assert attempt(conn, "77777777", "416-555-0000", by=SAM).wait > 0


def test_the_wait_doubles_up_to_a_quarter_of_an_hour(conn):
    complaint, sam = received(conn), who(conn, SAM)
    waits = []
    for failed in range(5, 13):
        conn.execute(text("""
            insert into escalation_attempts (by_id, channel, request_key, outcome)
            select :by, 'phone', :number, 'not matched' from generate_series(1, :more)"""),
            {"by": sam.id, "number": complaint.request_no, "more": 5 if failed == 5 else 1})  # fmt: skip
        waits.append(attempt(conn, complaint.request_no, "416-555-0123").wait)
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


def test_many_failures_are_flagged(conn):
    complaint = received(conn)
    for _ in range(5):
        attempt(conn, complaint.request_no, "416-555-0000")
    (flag,) = escalations.flagged(conn)
    assert (flag.request_key, flag.failed) == (complaint.request_no, 5)


def test_a_viewer_is_refused_at_the_gate(conn):
    with pytest.raises(Refused, match="You see figures only"):
        attempt(conn, received(conn).request_no, "416-555-0123", by="vic")


def test_guesses_at_the_same_moment_are_all_counted(database):
    with db.begin() as conn:
        number, cleo = received(conn).request_no, who(conn, CLEO)

    def guess(no):
        with db.begin() as conn:
            return escalations.attempt(conn, number, f"416-555-{1000 + no}", by=cleo).wait > 0

    with ThreadPoolExecutor(10) as pool:
        slowed = list(pool.map(guess, range(40)))
    assert slowed.count(False) == 5


# What the clock proves (R26-R29)


def stands(conn, complaint):
    return escalations.standing(conn, complaint.id)


def test_not_due_yet_proves_nothing(conn):
    on(conn, FRI_19_DEC)
    proven = stands(conn, builders.taken(conn))
    assert proven.grounds == ()
    assert proven.why_not == (
        "It cannot be escalated yet. Not answered yet, and not yet due: a response is promised by Wednesday 7 January 2026."
    )


def test_on_the_due_date_it_is_still_not_overdue_and_on_the_day_after_it_is(conn):
    on(conn, FRI_19_DEC)
    complaint = builders.taken(conn)
    on(conn, WED_7_JAN)
    assert stands(conn, complaint).grounds == ()
    on(conn, THU_8_JAN)
    proven = stands(conn, complaint)
    assert proven.grounds == ("no response",)
    assert proven.proves == "Not answered, and overdue by 1 business day: it was due on Wednesday 7 January 2026."


def test_answered_on_time_it_may_be_unsatisfactory_and_may_be_said_never_to_have_come(conn):
    on(conn, FRI_19_DEC)
    proven = stands(conn, builders.responded(conn))
    assert (proven.grounds, proven.may_never_have_arrived) == (("unsatisfied",), True)
    assert proven.proves == "Answered on Friday 19 December 2025, within the promised 10 business days."


def test_answered_late_has_both_grounds(conn):
    on(conn, FRI_19_DEC)
    complaint = builders.with_steps(conn)
    on(conn, date(2026, 1, 9))
    proven = stands(conn, does(conn, complaint, "record_response", SAM, **builders.answer(conn)))
    assert proven.grounds == ("unsatisfied", "no response")
    assert proven.proves == "Answered on Friday 9 January 2026, 2 business days late."


@pytest.mark.parametrize(
    "stage", [builders.withdrawn, builders.redirected, builders.duplicate, builders.not_a_complaint]
)
def test_what_ended_without_a_response_has_no_ground(conn, stage):
    proven = stands(conn, stage(conn))
    assert proven.grounds == () and proven.proves.startswith("Not answered: it ended as ")


def test_a_ground_that_the_clock_does_not_prove_is_refused_and_nothing_is_opened(conn):
    complaint = received(conn)
    made = knock(conn, complaint)
    for ground in ("unsatisfied", "no response", None, "because"):
        with pytest.raises(NotYetEligible, match="A manager may admit it with a reason"), conn.begin_nested():
            escalations.escalate(conn, made, "Now.", by=who(conn, CLEO), ground=ground)
    assert conn.execute(text("select count(*) from cases where kind = 'escalation'")).scalar() == 0


def test_the_response_that_never_arrived_needs_a_response_on_record(conn):
    answered = builders.responded(conn)
    case = escalation(conn, answered, ground="no response", never_arrived=True)
    assert case.never_arrived and case.ground == "no response"
    with pytest.raises(NotYetEligible), conn.begin_nested():
        escalation(conn, received(conn), ground="no response", never_arrived=True)


def test_a_manager_admits_it_with_a_reason_and_nobody_else_does(conn):
    complaint = received(conn)
    made = knock(conn, complaint)
    with pytest.raises(OnlySeniorManagement), conn.begin_nested():
        escalations.escalate(conn, made, "Now.", by=who(conn, CLEO), admitted_because="I say so.")
    assert builders.admitted(conn, complaint).admitted_because == "A medical reason."


def test_that_the_customer_asked_too_early_is_kept_on_the_complaint_whoever_may_see_it(conn):
    complaint = received(conn, subject_ids=builders.ids_of(conn, PRIYA))
    assert complaint.subject_ids and "Cleo" in who(conn, CLEO).name
    escalations.note_request(conn, knock(conn, complaint), "She cannot wait.", by=who(conn, CLEO))
    last = history(conn, complaint)[-1]
    assert (last.action, last.by_name) == ("ask_to_escalate", "Cleo Marchetti")
    assert last.note.startswith("She cannot wait.\nTold: Not answered yet")
    with pytest.raises(Refused, match="not for you to see"):
        cases.get(conn, complaint.id, who(conn, CLEO))


# Without a contact to match (R6, R33)


def test_a_manager_vouches_for_a_customer_with_only_a_postal_address(conn):
    complaint = received(conn, phone=None, email=None, postal_address="1 Example Street")
    for by in (CLEO, SAM):
        with pytest.raises(OnlySeniorManagement):
            escalations.vouch(conn, complaint.request_no, because="Came with a passport.", by=who(conn, by))
    mina = who(conn, MINA)
    made = escalations.vouch(conn, complaint.request_no, because="Came to the counter with a passport.", by=mina)
    found = escalations.escalate(conn, made.id, "Now.", by=mina, admitted_because="It is urgent.")
    assert see(conn, found.id).admitted_because == "Came to the counter with a passport.; It is urgent."


def test_nobody_vouches_for_a_complaint_about_themselves(conn):
    complaint = received(conn, subject_ids=builders.ids_of(conn, MINA))
    with pytest.raises(Refused, match="not for you to see"):
        escalations.vouch(conn, complaint.request_no, because="I know them.", by=who(conn, MINA))


# The proof is used by who gave it, once, and soon


def test_a_match_is_for_who_made_it(conn):
    complaint = builders.responded(conn)
    made = knock(conn, complaint)
    with pytest.raises(NotProven):
        escalations.escalate(conn, made, "Now.", by=who(conn, SAM), ground="unsatisfied")


def test_an_attempt_that_failed_or_was_used_opens_nothing(conn):
    complaint = builders.responded(conn)
    failed = attempt(conn, complaint.request_no, "416-555-0000")
    used = knock(conn, complaint)
    escalations.escalate(conn, used, "Now.", by=who(conn, CLEO), ground="unsatisfied")
    for one in (failed.id, used, 987654321):
        with pytest.raises(NotProven):
            escalations.escalate(conn, one, "Now.", by=who(conn, CLEO), ground="unsatisfied")


def test_a_match_is_stale_after_half_an_hour(conn):
    complaint = builders.responded(conn)
    made = knock(conn, complaint)
    with builders.as_owner(conn):
        conn.execute(
            text("update escalation_attempts set at = at - interval '31 minutes' where id = :id"), {"id": made}
        )
    with pytest.raises(NotProven):
        escalations.escalate(conn, made, "Now.", by=who(conn, CLEO), ground="unsatisfied")


# One open escalation each (R41)


def test_who_asks_again_is_added_to_the_one_that_is_open(conn):
    complaint = builders.responded(conn)
    first = escalation(conn, complaint)
    again = escalations.escalate(conn, knock(conn, complaint), "Still nothing.", by=who(conn, CLEO))
    assert (again.id, again.linked) == (first.id, True)
    assert history(conn, first)[-1].action == "ask_again" and history(conn, first)[-1].note == "Still nothing."


def test_after_a_decision_it_takes_a_further_response_and_before_that_the_ombudsman_is_named(conn):
    complaint = builders.responded(conn)
    ended = builders.escalation_closed(conn, complaint)
    proven = stands(conn, complaint)
    assert proven.grounds == () and proven.why_not == (
        f"Escalation {ended.request_no} was decided and there was no further response since: the next step is Ombudsman Toronto."
    )
    conn.execute(text("select set_config('app.today', (today() + 1)::text, true)"))
    again = does(conn, complaint, "reopen", SAM, note="New facts.")
    again = does(conn, again, "investigate", SAM)
    does(conn, again, "record_response", SAM, **builders.answer(conn))
    assert "unsatisfied" in stands(conn, complaint).grounds


def test_fifty_at_once_leave_exactly_one(database):
    with db.begin() as conn:
        complaint, cleo = builders.responded(conn), who(conn, CLEO)
        made = [knock(conn, complaint) for _ in range(50)]

    def escalates(attempt_id):
        with db.begin() as conn:
            return escalations.escalate(conn, attempt_id, "Now.", by=cleo, ground="unsatisfied")

    with ThreadPoolExecutor(25) as pool:
        found = list(pool.map(escalates, made))
    assert len({one.id for one in found}) == 1 and [one.linked for one in found].count(False) == 1
    with db.begin() as conn:
        assert conn.execute(text("select count(*) from cases where kind = 'escalation'")).scalar() == 1
        assert conn.execute(text("select count(*) from case_events where action = 'ask_again'")).scalar() == 49


def test_the_database_refuses_a_second_one_that_is_open(conn):
    case = escalation(conn)
    with pytest.raises(Exception, match="one_open_escalation_per_complaint"), conn.begin_nested():
        conn.execute(text("""
            insert into cases (kind, title, channel, received_at, promised_days, due_on, first_due_on, complaint_id, ground)
            select kind, title, channel, received_at, promised_days, due_on, first_due_on, complaint_id, ground
            from cases where id = :id"""), {"id": case.id})  # fmt: skip


def test_one_click_escalates_once(conn):
    complaint, cleo, key = builders.responded(conn), who(conn, CLEO), uuid4()
    made = knock(conn, complaint)
    first = escalations.escalate(conn, made, "Now.", by=cleo, ground="unsatisfied", key=key)
    assert escalations.escalate(conn, made, "Now.", by=cleo, ground="unsatisfied", key=key) == first


# What it takes over, and who speaks for whom (R34)


def test_it_takes_over_whom_to_answer_and_about_whom_it_is(conn):
    complaint = builders.responded(conn, subject_ids=builders.ids_of(conn, PRIYA), language="Tamil", interpreter=True)
    case = escalation(conn, complaint)
    assert (case.phone, case.email, case.customer_name, case.language, case.interpreter, case.subject_ids, case.promised_days) == (
        complaint.phone, complaint.email, complaint.customer_name, "Tamil", True, complaint.subject_ids, 2)  # fmt: skip


def test_a_representative_needs_recorded_consent(conn):
    complaint = builders.responded(conn)
    with pytest.raises(Refused, match="how the customer's consent was given"), conn.begin_nested():
        escalation(conn, complaint, represented_by="Her daughter")
    assert escalation(conn, complaint, represented_by="Her daughter", consent="On the phone, both on the line.").consent


# Status updates (R43, R44)


def updates(conn, case):
    return [(one.body, one.status) for one in reversed(notices.of_case(conn, case.id)) if one.purpose == "update"]


def test_only_who_signed_up_is_told_and_number_and_status_only(conn):
    silent = builders.escalation_closed(conn)
    assert updates(conn, silent) == []
    case = escalation(conn, updates_by="email", updates_to=" Ruth@Example.org ")
    case = does(conn, case, "take", MINA)
    case = does(conn, case, "record_first_response", MINA, **form(conn, "record_first_response"))
    case = does(conn, case, "decide", MINA, **builders.DECISION)
    case = does(conn, case, "record_decision_told", MINA, **form(conn, "record_decision_told"))
    case = does(conn, case, "close_without_letter", MINA, note="Content.")
    said = updates(conn, case)
    assert [body.splitlines()[0] for body, _ in said] == [f"311 Toronto: escalation {case.request_no} is now {status}."
                    for status in ("received", "in review", "responded", "decided", "closed")]  # fmt: skip
    assert {body.splitlines()[-1] for body, _ in said} == {
        f"To stop these messages, call 311 and give the request number {case.request_no}."
    }
    assert [status for _, status in said] == ["cancelled"] * 4 + ["waiting"], (
        "nobody is told an old status after a newer one"
    )


def test_who_opts_out_is_told_no_more(conn):
    case = does(conn, escalation(conn, updates_by="sms", updates_to="416 555 0188"), "stop_updates", CLEO)
    does(conn, case, "take", MINA)
    assert updates(conn, case) == [(f"311 Toronto: escalation {case.request_no} is now received.", "cancelled")]


@pytest.mark.parametrize(("also", "sentence"), [
    ({"updates_by": "email"}, "Status updates need an email address or a mobile number"),
    ({"updates_to": "ruth@example.org"}, "Status updates need an email address or a mobile number"),
    ({"updates_by": "email", "updates_to": "416 555 0188"}, "not an email address"),
    ({"updates_by": "sms", "updates_to": "ruth@example.org"}, "not a phone number"),
])  # fmt: skip
def test_an_opt_in_without_a_channel_or_with_the_wrong_one_is_refused(conn, also, sentence):
    complaint = builders.responded(conn)
    with pytest.raises(Refused, match=sentence), conn.begin_nested():
        escalation(conn, complaint, **also)
    assert stands(conn, complaint).open_id is None


# Words are words


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "=HYPERLINK(1)", "**bold** [x](http://x)", "\u202eexe.txt", "😀" * 100]
)
def test_the_customers_words_are_kept_as_they_were_said(conn, words):
    complaint = builders.responded(conn)
    found = escalations.escalate(conn, knock(conn, complaint), words, by=who(conn, CLEO), ground="unsatisfied")
    assert see(conn, found.id).description == words


@pytest.mark.parametrize(
    ("words", "sentence"), [("", "Write down what the customer said"), ("x" * 100_001, "longer than 100,000")]
)
def test_no_words_or_too_many_are_refused(conn, words, sentence):
    complaint = builders.responded(conn)
    with pytest.raises(Refused, match=sentence), conn.begin_nested():
        escalations.escalate(conn, knock(conn, complaint), words, by=who(conn, CLEO), ground="unsatisfied")


# What senior management sees


def test_the_list_says_who_is_free_and_independent(conn):
    complaint = builders.responded(conn, by=OMAR)
    case = escalation(conn, complaint)
    row = next(row for row in escalations.waiting(conn, who(conn, MINA)) if row.id == case.id)
    assert set(row.free) == {"Mina Okafor", "Dara Petrovic"} and row.owner is None


def test_nobody_is_shown_an_escalation_about_themselves(conn):
    case = escalation(conn, builders.responded(conn, subject_ids=builders.ids_of(conn, OMAR)))
    assert case.id not in {row.id for row in escalations.waiting(conn, who(conn, OMAR))}
    assert case.id not in {row.id for row in escalations.waiting(conn, who(conn, SAM))}
    assert case.id in {row.id for row in escalations.waiting(conn, who(conn, "dara"))}
    assert cases.get(conn, case.id, SYSTEM)
