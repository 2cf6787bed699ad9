"""A letter from its draft to the customer: complete, read by a second person, frozen, and told only when it left (R45-R47)."""

from datetime import date, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import text

from core import cases, letter_check, letter_desk, letters, notices
from core.errors import Refused
from core.letter_drafting import answer_of
from core.letter_parts import PARTS, as_text
from tests import builders, pdf
from tests.builders import (
    CLEO,
    DARA,
    FRI_19_DEC,
    LETTER,
    MINA,
    OMAR,
    SAM,
    WED_7_JAN,
    decided,
    does,
    form,
    history,
    id_of,
    last,
    letter_approved,
    letter_asked,
    letter_drafted,
    letter_issued,
    letter_of,
    letter_posted,
    now,
    on,
    outbox,
    refused,
    responded,
    response_letter,
    see,
    told,
    who,
)  # fmt: skip


def write(conn, case, by=MINA, **parts):
    """Somebody types into the letter; the number of the text afterwards."""
    return letter_desk.write(conn, case.id, parts, by=who(conn, by))


def refusal(work, *arguments, **said):
    with pytest.raises(Refused) as caught:
        work(*arguments, **said)
    return str(caught.value)


def lacks(conn, case):
    case = see(conn, case.id)
    return letter_check.missing(conn, case, letter_of(conn, case))


# The draft


def test_every_part_is_filled_in_from_the_case(conn):
    on(conn, FRI_19_DEC)
    complaint = responded(conn, postal_address="12 Maplewood Avenue\nToronto, Ontario M4C 1A1")
    case = does(conn, decided(conn, complaint, remedy_by=WED_7_JAN), "draft_letter", MINA)
    parts = letter_of(conn, case).parts
    assert parts["to"] == "Ruth Example\n12 Maplewood Avenue\nToronto, Ontario M4C 1A1"
    assert parts["salutation"] == "Dear Ruth Example:"
    assert parts["subject"] == f"Decision on your escalation, request number {case.request_no}"
    assert parts["dates"] == (
        f"Your complaint, request number {complaint.request_no}, was received on Friday 19 December 2025 and due on Wednesday 7 January "
        "2026, 10 business days later, not counting the day of receipt; Saturdays and Sundays; Christmas Day (City closure) on Thursday 25 December "
        "2025; Boxing Day (City closure) on Friday 26 December 2025; or New Year's Day (City closure) on Thursday 1 January 2026. We answered it on Friday 19 "
        "December 2025, 10 business days before it was due.\n\n"
        f"Your escalation, request number {case.request_no}, was received on Friday 19 December 2025 and due on Tuesday 23 December 2025, "
        "2 business days later, not counting the day of receipt or Saturdays and Sundays. We decided it on Friday 19 December 2025."
    )  # fmt: skip
    assert parts["issue"] == complaint.description and parts["request"] == case.description
    assert parts["reviewed"].startswith(
        "Your complaint was reviewed by Mina Okafor, Manager, Contact Centre, who took no part in handling it."
    )
    assert case.sources_checked in parts["reviewed"]
    assert (parts["decision"], parts["findings"]) == ("Your escalation is partly upheld.", case.decision_reasons)
    assert parts["actions"] == f"{case.remedy}\n\nThis will be done by Wednesday 7 January 2026."
    assert parts["apology"] == "We apologize for what happened."
    assert "375 University Avenue, Suite 203" in parts["ombudsman"] and "416-392-7062" in parts["ombudsman"]
    assert parts["signature"] == "Mina Okafor\nManager, Contact Centre\n311 Toronto"
    assert lacks(conn, case) == []


def test_a_late_answer_says_how_late_and_is_apologized_for(conn):
    on(conn, FRI_19_DEC)
    complaint = builders.with_steps(conn)
    on(conn, WED_7_JAN + timedelta(days=2))
    complaint = does(conn, complaint, "record_response", SAM, **builders.answer(conn))
    case = does(conn, decided(conn, complaint, decision="not upheld"), "draft_letter", MINA)
    parts = letter_of(conn, case).parts
    assert "We answered it on Friday 9 January 2026, 2 business days late." in parts["dates"]
    assert parts["apology"] == "We apologize that you waited for our answer longer than we had promised."


@pytest.mark.parametrize(("day", "said"), [
    (date(2026, 1, 5), "We answered it on Monday 5 January 2026, 2 business days before it was due."),
    (date(2026, 1, 6), "We answered it on Tuesday 6 January 2026, 1 business day before it was due."),
    (WED_7_JAN, "We answered it on Wednesday 7 January 2026, the day it was due."),
    (date(2026, 1, 8), "We answered it on Thursday 8 January 2026, 1 business day late."),
    (date(2026, 1, 10), "We answered it on Saturday 10 January 2026, 3 business days late."),
])  # fmt: skip
def test_how_an_answer_stands_to_its_promise_is_one_plain_sentence(conn, day, said):
    on(conn, FRI_19_DEC)
    complaint = builders.with_steps(conn)
    on(conn, day)
    assert answer_of(conn, does(conn, complaint, "record_response", SAM, **builders.answer(conn))) == said


def test_that_nothing_was_answered_is_one_plain_sentence_too(conn):
    on(conn, FRI_19_DEC)
    complaint = builders.taken(conn)
    assert answer_of(conn, complaint) == "We have not answered it."
    on(conn, WED_7_JAN + timedelta(days=1))
    assert answer_of(conn, see(conn, complaint.id)) == "We have not answered it, and the day it was due has passed."
    assert answer_of(conn, builders.withdrawn(conn)) == "It ended as withdrawn, without an answer."


@pytest.mark.parametrize(("build", "action", "was"), [
    (responded, "reopen", "We answered it on Wednesday 7 January 2026, and it was opened again."),
    (builders.responded_by_mail, "response_came_back", "Our answer of Wednesday 7 January 2026 came back."),
])  # fmt: skip
def test_an_answer_that_counts_no_more_is_not_told_as_none(conn, build, action, was):
    on(conn, WED_7_JAN)
    complaint = does(conn, build(conn), action, SAM, note="It was returned.")
    assert answer_of(conn, complaint) == f"{was} No answer is recorded since."
    complaint = does(conn, complaint, "withdraw", SAM, **form(conn, "withdraw"))
    assert answer_of(conn, complaint) == f"{was} It ended as withdrawn."


def test_an_answer_that_may_have_left_is_not_told_as_none(conn):
    complaint = builders.queued(conn)
    conn.execute(
        text("update notices set status = 'unknown', problem = 'Cut off.' where case_id = :id"), {"id": complaint.id}
    )
    complaint = does(conn, complaint, "take_back_response", SAM, note="A wrong date in it.")
    assert answer_of(conn, complaint) == "No answer to it is recorded."
    complaint = does(conn, complaint, "withdraw", SAM, **form(conn, "withdraw"))
    assert answer_of(conn, complaint) == "It ended as withdrawn. No answer to it is recorded."


def test_an_answer_on_the_weekend_before_the_due_date_was_before_it(conn):
    on(conn, date(2025, 12, 24))
    complaint = builders.with_steps(conn)  # due on Monday 12 January
    on(conn, date(2026, 1, 10))
    answered = does(conn, complaint, "record_response", SAM, **builders.answer(conn))
    assert answer_of(conn, answered) == "We answered it on Saturday 10 January 2026, before it was due."


def test_nothing_is_made_up_where_the_case_holds_nothing(conn):
    complaint = responded(conn, customer_name=None)
    case = does(
        conn, decided(conn, complaint, remedy=None, decision="not upheld", letter_due="no"), "draft_letter", MINA
    )
    parts = letter_of(conn, case).parts
    assert (parts["to"], parts["salutation"], parts["actions"], parts["apology"]) == ("", "Hello:", "", "")
    assert lacks(conn, case) == [
        "It is addressed to nobody.",
        "It does not say what was or will be done and by when, or that nothing is.",
    ]


def test_what_is_typed_is_kept_as_it_was_typed(conn):
    case = letter_drafted(conn)
    words = '  #read("x") **b** \n\n  =1+1 \u202e שלום 😀  '
    write(conn, case, findings=words, opening="")
    parts = letter_of(conn, case).parts
    assert (parts["findings"], parts["opening"]) == (words, "")
    write(conn, case, findings="a\x00b")
    assert letter_of(conn, case).parts["findings"] == "ab"


def test_what_is_typed_in_two_tabs_is_kept_from_both(conn):
    case = letter_drafted(conn)
    write(conn, case, findings="From the one.")
    write(conn, case, closing="From the other.")
    parts = letter_of(conn, case).parts
    assert (parts["findings"], parts["closing"]) == ("From the one.", "From the other.")


def test_typing_the_same_again_changes_nothing(conn):
    case = letter_drafted(conn)
    before = letter_of(conn, case).text_no
    assert write(conn, case, findings=letter_of(conn, case).parts["findings"]) == before


@pytest.mark.parametrize(("parts", "sentence"), [
    ({"findings": "x" * 100_001}, "Findings and reasons is longer than 100,000 characters; enclose it as a file instead."),
    ({"pdf": "x"}, "A letter has no such part."), ({"next": "x"}, "A letter has no such part."),
])  # fmt: skip
def test_a_part_that_cannot_be_kept_is_refused(conn, parts, sentence):
    case = letter_drafted(conn)
    before = letter_of(conn, case).parts
    assert refusal(write, conn, case, **parts) == sentence
    assert letter_of(conn, case).parts == before


def test_it_can_be_drafted_again_from_the_case(conn):
    case = letter_drafted(conn)
    write(conn, case, findings="All wrong.")
    letter_desk.draft_again(conn, case.id, by=who(conn, MINA))
    assert letter_of(conn, case).parts["findings"] == case.decision_reasons


# What blocks it


@pytest.mark.parametrize("part", [part for part in PARTS["decision"] if part.lacks], ids=lambda part: part.name)
@pytest.mark.parametrize("blank", ["", " \n\t "])
def test_a_missing_part_blocks_it_and_is_named(conn, part, blank):
    case = letter_drafted(conn)
    write(conn, case, **{part.name: blank})
    assert part.lacks in lacks(conn, case)
    sentence = refused(conn, case, "ask_to_approve_letter", MINA, approver_id=id_of(conn, DARA))
    assert sentence.startswith("The letter cannot leave yet. ") and part.lacks in sentence


@pytest.mark.parametrize(("parts", "sentence"), [
    ({"dates": "Received lately."}, "is not among the request numbers and dates."),
    ({"reviewed": "Everything was reviewed by a manager."}, "What was reviewed is there, but not by whom: Mina Okafor is not named in it, with name and title."),
    ({"reviewed": "Mina Okafor reviewed it."}, "What was reviewed is there, but not by whom: Manager, Contact Centre is not named in it, with name and title."),
    ({"decision": "Your escalation is upheld."}, "The decision on record is partly upheld, and the letter does not say so."),
    ({"decision": "Your escalation is not upheld."}, "The decision on record is partly upheld, and the letter does not say so."),
    ({"apology": ""}, "An apology is due: the customer was right at least in part, or waited longer than was promised."),
    ({"ombudsman": "You may go to Ombudsman Toronto."}, "The way to Ombudsman Toronto lacks 416-392-7062."),
])  # fmt: skip
def test_what_is_not_said_is_listed_in_plain_words(conn, parts, sentence):
    case = letter_drafted(conn)
    write(conn, case, **parts)
    assert any(said.endswith(sentence) for said in lacks(conn, case))


def test_by_when_belongs_in_it(conn):
    case = letter_drafted(conn, decided(conn, remedy_by=WED_7_JAN))
    write(conn, case, actions="Soon.")
    assert "It does not say that this is to be done by Wednesday 7 January 2026." in lacks(conn, case)


def test_a_decision_that_was_changed_since_blocks_the_letter_of_the_first(conn):
    on(conn, FRI_19_DEC)
    case = letter_approved(conn)
    on(conn, FRI_19_DEC + timedelta(days=3))
    case = does(conn, case, "change_decision", MINA, **builders.DECISION | {"decision": "upheld"})
    assert "The decision was changed after this was drafted: draft it again from the case." in lacks(conn, case)
    assert "The letter cannot leave yet." in refused(conn, case, "issue_letter", MINA, sends_by="mail")
    letter_desk.draft_again(conn, case.id, by=who(conn, MINA))
    write(conn, case, **LETTER)
    assert lacks(conn, case) == [] and letter_of(conn, case).parts["decision"] == "Your escalation is upheld."


def test_a_letter_that_can_go_nowhere_says_so(conn):
    case = letter_drafted(conn, decided(conn, responded(conn, email=None)))
    write(conn, case, to="Ruth Example")
    assert "It can go nowhere: there is no email address on the case, and no postal address in Addressed to." in lacks(
        conn, case
    )


# A second pair of eyes


def test_it_is_recorded_who_asked_whom_and_who_approved_when(conn):
    case = letter_approved(conn)
    letter = letter_of(conn, case)
    assert (letter.state, letter.author, letter.asked, letter.approver) == (
        "approved",
        "Mina Okafor",
        "Dara Petrovic",
        "Dara Petrovic",
    )
    assert letter.approved_at and [event.action for event in history(conn, case)][-3:] == [
        "draft_letter",
        "ask_to_approve_letter",
        "approve_letter",
    ]
    assert last(conn, case).details == {"text_no": letter.text_no}


def test_its_author_never_approves_it(conn):
    case = letter_asked(conn)
    assert "You wrote in the letter" in refused(
        conn, case, "approve_letter", MINA, text_no=letter_of(conn, case).text_no
    )


def test_whoever_ever_wrote_in_it_never_approves_it(conn):
    case = letter_drafted(conn)
    write(conn, case, DARA, closing="Yours truly,")  # she is above Mina
    write(conn, case, MINA, closing="Sincerely,")
    assert refused(conn, case, "ask_to_approve_letter", MINA, approver_id=id_of(conn, DARA)).startswith(
        "Choose a second person"
    )
    case = does(conn, case, "ask_to_approve_letter", MINA, approver_id=id_of(conn, OMAR))
    assert "You wrote in the letter" in refused(
        conn, case, "approve_letter", DARA, text_no=letter_of(conn, case).text_no
    )
    assert refused(conn, case, "approve_letter", OMAR, text_no=letter_of(conn, case).text_no) is None


@pytest.mark.parametrize("chosen", [MINA, SAM, CLEO])
def test_only_independent_senior_management_is_asked(conn, chosen):
    case = letter_drafted(conn)
    assert refused(conn, case, "ask_to_approve_letter", MINA, approver_id=id_of(conn, chosen)).startswith(
        "Choose a second person of senior management"
    )


def test_who_handled_the_complaint_approves_nothing(conn):
    case = letter_asked(conn, decided(conn, responded(conn, OMAR)))
    assert "somebody independent" in refused(conn, case, "approve_letter", OMAR, text_no=letter_of(conn, case).text_no)
    assert {person.name for person in letters.who_could_approve(conn, case.id)} == {"Dara Petrovic"}


@pytest.mark.parametrize("stage", [letter_asked, letter_approved])
def test_any_edit_takes_it_back_and_the_history_says_so(conn, stage):
    case = stage(conn)
    write(conn, case, findings="Something else.")
    letter = letter_of(conn, case)
    assert (letter.state, letter.approver, letter.asked) == ("draft", None, None)
    assert last(conn, case).action == "change_letter" and last(conn, case).by_name == "Mina Okafor"
    assert (
        refused(conn, see(conn, case.id), "issue_letter", MINA, sends_by="mail")
        == "The letter is not approved yet: a second manager or director must read and approve it first."
    )


def test_large_print_switched_after_the_approval_takes_it_back_too(conn):
    case = letter_approved(conn)
    letter_desk.write(conn, case.id, {}, by=who(conn, MINA), large_print=True)
    assert letter_of(conn, case).state == "draft"


def test_what_is_approved_is_the_text_that_was_read(conn):
    case = letter_asked(conn)
    read = letter_of(conn, case).text_no
    write(conn, case, findings="Something else.")
    case = does(conn, see(conn, case.id), "ask_to_approve_letter", MINA, approver_id=id_of(conn, DARA))
    assert refused(conn, case, "approve_letter", DARA, text_no=read) == (
        "The letter was changed after you opened it: read the text as it stands now, then approve it."
    )


def test_it_can_be_given_back_with_a_reason(conn):
    case = does(conn, letter_asked(conn), "return_letter", DARA, note="The date is wrong.")
    assert (letter_of(conn, case).state, last(conn, case).note) == ("draft", "The date is wrong.")


# The issue


def test_it_is_frozen_with_version_checksum_issuer_time_and_address(conn):
    case = letter_issued(conn)
    letter = letter_of(conn, case)
    name, document = letters.document(conn, letter.id, who(conn, MINA))
    assert (letter.version, letter.issuer, letter.sends_by, letter.address) == (
        1,
        "Mina Okafor",
        "email",
        "ruth@example.org",
    )
    assert (
        letter.sha256 == sha256(document).hexdigest()
        and letter.issued_at
        and name == f"letter-{case.request_no}-v1.pdf"
    )
    assert letters.altered(conn) == [] and pdf.lacks(document) == []
    read, plain = pdf.in_one_line(document), as_text("decision", letter.parts)
    assert all(" ".join(line.removeprefix(">").split()) in read for line in plain.split("\n")), (
        "every line stands in it"
    )
    assert "By email: ruth@example.org" in read and "DRAFT" not in read


def test_the_text_of_a_letter_by_mail_has_no_email_in_it(conn):
    case = letter_issued(conn, sends_by="mail")
    letter = letter_of(conn, case)
    assert letter.address == LETTER["to"] and outbox(conn, case) == []
    assert "ruth@example.org" not in pdf.text_of(letters.document(conn, letter.id, who(conn, MINA))[1])


@pytest.mark.parametrize(("to", "sentence"), [
    ("Ruth Example", "There is no postal address in Addressed to"),
    ("Ruth\n" + "line\n" * 6, "The address does not fit the window of an envelope"),
    ("Ruth\n" + "x" * 56, "The address does not fit the window of an envelope"),
])  # fmt: skip
def test_mail_needs_an_address_that_fits_the_window(conn, to, sentence):
    case = letter_drafted(conn)
    write(conn, case, to=to)
    case = does(conn, case, "ask_to_approve_letter", MINA, approver_id=id_of(conn, DARA))
    case = does(conn, case, "approve_letter", DARA, text_no=letter_of(conn, case).text_no)
    assert refused(conn, case, "issue_letter", MINA, sends_by="mail").startswith(sentence)
    assert refused(conn, case, "issue_letter", MINA, sends_by="email") is None


def test_email_needs_an_email_address(conn):
    case = letter_approved(conn, decided(conn, responded(conn, email=None)))
    assert refused(conn, case, "issue_letter", MINA, sends_by="email").startswith(
        "There is no email address on this case"
    )
    assert (
        refused(conn, case, "issue_letter", MINA, sends_by="carrier pigeon")
        == "How it leaves: choose one of email, mail."
    )


def test_nothing_of_the_customer_is_in_the_name_of_the_file(conn):
    case = letter_issued(conn)
    assert letters.document(conn, letter_of(conn, case).id, who(conn, MINA))[0] == f"letter-{case.request_no}-v1.pdf"
    assert letters.file_name("../../A 1/b", 2) == "letter-A1b-v2.pdf"


# How it leaves


def test_when_it_was_posted_the_customer_is_told_and_the_escalation_is_closed(conn):
    case = letter_posted(conn)
    assert (case.state, case.told_by, case.response_channel) == ("closed", "mail", "mail")
    assert case.told_at == case.responded_at and case.closed_at and case.responded_by_name == "Mina Okafor"
    assert letter_of(conn, case).state == "left" and letter_of(conn, case).mover == "Mina Okafor"


def test_a_first_response_stays_the_first_response(conn):
    case = does(conn, builders.in_review(conn), "record_first_response", MINA, **form(conn, "record_first_response"))
    first = case.responded_at
    case = letter_posted(conn, does(conn, case, "decide", MINA, **builders.DECISION))
    assert (case.responded_at, case.response_channel, case.told_by) == (first, "phone", "mail")


def test_told_by_phone_first_stays_told_by_phone(conn):
    case = letter_posted(conn, told(conn))
    assert (case.state, case.told_by) == ("closed", "phone")


def test_whoever_signed_up_is_told_that_it_is_closed(conn):
    case = does(conn, decided(conn), "sign_up_for_updates", CLEO, **form(conn, "sign_up_for_updates"))
    case = letter_posted(conn, case)
    assert notices.of_case(conn, case.id)[0].body == f"311 Toronto: escalation {case.request_no} is now closed."


def test_it_cannot_have_been_posted_before_it_was_issued_nor_tomorrow(conn):
    on(conn, WED_7_JAN)
    case = letter_issued(conn, sends_by="mail")
    assert refused(conn, case, "record_letter_posted", MINA, happened_at=now(conn) - timedelta(minutes=5)) == (
        "The letter cannot have left before it was issued."
    )
    assert refused(conn, case, "record_letter_posted", MINA, happened_at=now(conn) + timedelta(days=1)) == (
        "That time is still to come; give when it happened."
    )


def test_a_letter_that_came_back_told_nobody_anything(conn):
    case = does(conn, letter_posted(conn), "letter_came_back", CLEO, note="No such address.")
    assert (case.state, case.told_at, case.responded_at, case.is_open) == ("decided", None, None, True)
    assert letter_of(conn, case).state == "came back" and case.owner == "Mina Okafor"


def test_what_was_answered_before_stays_answered_when_the_letter_comes_back(conn):
    case = does(conn, builders.in_review(conn), "record_first_response", MINA, **form(conn, "record_first_response"))
    case = letter_posted(conn, does(conn, case, "decide", MINA, **builders.DECISION))
    first = case.responded_at
    case = does(conn, case, "letter_came_back", MINA, note="No such address.")
    assert (case.responded_at, case.told_at) == (first, None)


def test_a_letter_about_to_leave_is_not_overtaken(conn):
    case = letter_issued(conn, told(conn))
    sentence = (
        "A letter is issued and about to leave: record that it left, or begin a new version first, which stops it."
    )
    assert refused(conn, case, "close_without_letter", MINA, note="Content.") == sentence
    case = letter_issued(conn)
    assert refused(conn, case, "change_decision", MINA, **builders.DECISION) == sentence


def test_a_letter_that_no_server_sends_is_ended_by_who_sent_it(conn):
    """Without a mail server it would wait for ever, and its escalation with it."""
    case = letter_issued(conn)
    conn.execute(text("update notices set status = 'kept' where case_id = :id"), {"id": case.id})
    case = does(conn, case, "record_letter_sent", CLEO, happened_at=now(conn))
    letter = letter_of(conn, case)
    assert (case.state, case.told_by, letter.state, letter.sends_by) == ("closed", "email", "left", "email")
    assert outbox(conn, case)[-1] == ("letter", "cancelled"), "it does not leave a second time"
    assert case.responded_by_name == "Mina Okafor" and letter.mover == "Cleo Marchetti"


def test_it_was_not_sent_before_it_was_issued(conn):
    case = letter_issued(conn)
    assert refused(conn, case, "record_letter_sent", MINA, happened_at=now(conn) - timedelta(minutes=5)) == (
        "The letter cannot have left before it was issued."
    )
    mail = letter_issued(conn, sends_by="mail")
    assert refused(conn, mail, "record_letter_sent", MINA, happened_at=now(conn)) == "No letter is on its way by email."


# A further version


def test_a_further_version_says_what_it_replaces_and_why_and_stops_the_first(conn):
    on(conn, WED_7_JAN)
    case = letter_issued(conn)
    first = letter_of(conn, case)
    case = does(conn, case, "reissue_letter", MINA, note="The name was misspelled.")
    letter = letter_of(conn, case)
    assert (letter.version, letter.replaces, letter.replaces_because, letter.state) == (
        2,
        first.id,
        "The name was misspelled.",
        "draft",
    )
    assert letter.parts["replaces"] == (
        "This letter replaces our letter of Wednesday 7 January 2026, version 1, which we did not send. The reason: The name was misspelled."
    )
    assert {**letter.parts, "replaces": ""} == {**first.parts, "replaces": ""}, "the text goes on"
    assert outbox(conn, case) == [("letter", "cancelled")]
    write(conn, case, replaces="")
    assert "It does not say which letter it replaces, and why." in lacks(conn, case)


def test_a_further_version_of_one_that_may_have_left_does_not_say_that_it_was_not_sent(conn):
    case = letter_issued(conn)
    conn.execute(
        text("update notices set status = 'unknown', problem = 'Cut off.' where case_id = :id"), {"id": case.id}
    )
    case = does(conn, case, "reissue_letter", MINA, note="The name was misspelled.")
    assert "version 1. The reason" in letter_of(conn, case).parts["replaces"]
    mail = does(conn, letter_issued(conn, sends_by="mail"), "reissue_letter", MINA, note="The name was misspelled.")
    assert "version 1. The reason" in letter_of(conn, mail).parts["replaces"], "somebody may have posted it"
    back = does(conn, letter_posted(conn), "letter_came_back", MINA, note="No such address.")
    again = does(conn, back, "reissue_letter", MINA, note="A new address.")
    assert "version 1. The reason" in letter_of(conn, again).parts["replaces"]


@pytest.mark.parametrize("status", ["kept", "failed"])
def test_nor_does_that_of_one_that_may_have_left_before_it_was_tried_again(conn, status):
    for was, said in ((status, "version 1, which we did not send. The reason"), ("unknown", "version 1. The reason")):
        case = letter_issued(conn)
        stands = text("update notices set status = :status, problem = 'Cut off.' where case_id = :id")
        conn.execute(stands, {"status": was, "id": case.id})
        if was == "unknown":
            case = does(conn, case, "send_letter_again", MINA)
            conn.execute(stands, {"status": status, "id": case.id})
        case = does(conn, case, "reissue_letter", MINA, note="The name was misspelled.")
        assert said in letter_of(conn, case).parts["replaces"]


def test_both_versions_are_kept_and_the_second_leaves(conn):
    case = does(conn, letter_issued(conn), "reissue_letter", MINA, note="By mail instead.")
    case = does(conn, case, "ask_to_approve_letter", MINA, approver_id=id_of(conn, DARA))
    case = does(conn, case, "approve_letter", DARA, text_no=letter_of(conn, case).text_no)
    case = does(conn, case, "issue_letter", MINA, sends_by="mail")
    case = does(conn, case, "record_letter_posted", CLEO, happened_at=now(conn))
    found = letters.of_case(conn, case.id, who(conn, MINA))
    assert [(letter.version, letter.state) for letter in found] == [(2, "left"), (1, "issued")]
    assert letters.altered(conn) == [] and case.state == "closed"


def test_after_a_new_decision_the_next_version_is_drafted_from_it(conn):
    on(conn, FRI_19_DEC)
    case = letter_posted(conn)
    on(conn, FRI_19_DEC + timedelta(days=3))
    case = does(
        conn,
        does(conn, case, "reopen", MINA, note="New facts."),
        "decide",
        MINA,
        **builders.DECISION | {"decision": "upheld"},
    )
    case = does(conn, case, "reissue_letter", MINA, note="There were new facts.")
    letter = letter_of(conn, case)
    assert (
        letter.version == 2
        and letter.parts["decision"] == "Your escalation is upheld."
        and "version 1" in letter.parts["replaces"]
    )


# A complaint's response by mail


def test_a_complaint_is_responded_when_its_letter_was_posted(conn):
    case = response_letter(conn, "posted")
    assert (case.state, case.response_channel, case.accountable, case.responded_by_name) == (
        "responded",
        "mail",
        "Sam Whitfield",
        "Sam Whitfield",
    )
    assert "The call was dropped by the queue." in case.response and case.responded_at == letter_of(conn, case).moved_at


def test_its_letter_names_the_way_to_an_escalation(conn):
    case = response_letter(conn, "drafted")
    parts = letter_of(conn, case).parts
    assert case.request_no in parts["next"] and "escalated and reviewed by senior management" in parts["next"]
    assert "ombudsman" not in parts and "Sam Whitfield, Supervisor" in parts["reviewed"]
    assert lacks(conn, case) == []


def test_a_response_letter_that_came_back_is_no_response(conn):
    case = does(conn, response_letter(conn, "posted"), "response_came_back", SAM, note="Returned.")
    assert (case.state, case.responded_at, letter_of(conn, case).state) == ("investigating", None, "came back")
    assert refused(conn, case, "reissue_letter", SAM, note="A new address.") is None


def test_a_response_letter_too_needs_a_second_pair_of_eyes(conn):
    case = response_letter(conn, "asked")
    assert (
        refused(conn, case, "issue_letter", SAM)
        == "The letter is not approved yet: a second manager or director must read and approve it first."
    )
    assert refused(conn, case, "approve_letter", SAM, text_no=2) == "This step is for directors and managers."


# Lists


def test_the_lists_show_what_is_due_what_waits_and_what_left(conn):
    begun = {name: build(conn) for name, build in {
        "draft": letter_drafted, "asked": letter_asked, "approved": letter_approved, "issued": letter_issued, "left": letter_posted,
    }.items()}  # fmt: skip
    due, mina = decided(conn), who(conn, MINA)
    assert {row.request_no for row in letters.due(conn, mina)} == {due.request_no}
    assert {row.request_no: row.state for row in letters.at_work(conn, mina)} == {
        begun[name].request_no: name for name in ("draft", "asked", "approved", "issued")
    }
    assert [row.request_no for row in letters.issued(conn, mina)] == [
        begun["left"].request_no,
        begun["issued"].request_no,
    ]


@pytest.mark.parametrize("name", [SAM, CLEO, OMAR])
def test_nobody_reads_a_letter_about_a_person_without_need_to_know(conn, name):
    subject = builders.ids_of(conn, "nadia")
    case = letter_issued(conn, decided(conn, responded(conn, subject_ids=subject), letter_due="yes"))
    letter, person = letter_of(conn, case), who(conn, name)
    assert (
        letters.of_case(conn, case.id, person) == []
        and letters.issued(conn, person) == []
        and letters.at_work(conn, person) == []
    )
    with pytest.raises(letters.NoSuchLetter):
        letters.document(conn, letter.id, person)


def test_whoever_is_asked_to_read_it_may_see_the_case_until_it_is_issued(conn):
    subject = builders.ids_of(conn, "nadia")
    case = decided(conn, responded(conn, subject_ids=subject))
    assert refused(conn, case, "add_note", OMAR, note="?") == str(cases.NoSuchCase())
    case = letter_asked(conn, case, asked=OMAR)
    assert refused(conn, case, "add_note", OMAR, note="?") is None
    case = does(conn, case, "approve_letter", OMAR, text_no=letter_of(conn, case).text_no)
    case = does(conn, case, "issue_letter", MINA, sends_by="email")
    assert refused(conn, case, "add_note", OMAR, note="?") == str(cases.NoSuchCase())


def test_taking_along_a_letter_about_a_person_is_noted(conn):
    about = letter_issued(conn, decided(conn, responded(conn, subject_ids=builders.ids_of(conn, "nadia"))))
    for case in (about, letter_issued(conn)):
        letters.document(conn, letter_of(conn, case).id, who(conn, MINA))
    log = conn.execute(text("select case_id, by_id, what from access_log where what = 'export'")).all()
    assert log == [(about.id, id_of(conn, MINA), "export")]


def test_told_by_phone_stays_told_when_the_letter_comes_back(conn):
    case = letter_posted(conn, told(conn))
    told_at = case.told_at
    case = does(conn, case, "letter_came_back", CLEO, note="Returned.")
    assert (case.state, case.told_at, case.told_by, case.responded_at is None) == ("decided", told_at, "phone", False)


@pytest.mark.parametrize("read", ["", "0", "-1", "two", "2.0", "999999999999999999999"])
def test_an_approval_of_no_text_is_refused(conn, read):
    assert refused(conn, letter_asked(conn), "approve_letter", DARA, text_no=read)
