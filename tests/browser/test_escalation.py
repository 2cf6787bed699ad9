"""A late complaint and an unsatisfied customer go through the gate, the review and the decision, by clicks."""

import re
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page, expect

from core import cases, db, letter_check, people
from core.escalations import NO_MATCH
from tests.browser.staff import chooses, fills, opens, presses, reads, received, settled, state_of, takes
from tests.builders import letter_of

LATE: dict[str, Any] = {
    "received_at": datetime.now(UTC) - timedelta(days=40),
    "backdated_because": "It lay in the mail room.",
}


def through_the_gate(page: Page, number: str, contact: str = "416 555 0123", by: str = "Cleo") -> None:
    """Number and contact are typed as the caller says them."""
    opens(page, f"/intake?escalate={number}", by)
    fills(page, "Phone or email on that request", contact)
    presses(page, "Match")


def escalated(page: Page, number: str) -> str:
    """Cleo escalates for the caller; the number that she reads out."""
    through_the_gate(page, number)
    fills(page, "What they are not satisfied with, in their words", "Nobody <b>called</b> me **back**.")
    presses(page, "Escalate")
    reads(page, "Escalated")
    code = page.locator("code").first
    return code.inner_text().strip()


def answered(number: str) -> None:
    """Sam answered the complaint by phone, on another screen."""
    takes("Sam", number)
    with db.begin() as conn:
        sam = next(person for person in people.everyone(conn) if person.name.startswith("Sam"))
        case_id = cases.find(conn, number, sam).id
        for action, said in (
            ("investigate", {}),
            (
                "record_finding",
                {"finding": "substantiated", "finding_summary": "It rang out.", "sources_checked": "The log."},
            ),
            ("record_steps", {"steps_taken": "The line was mended."}),
            (
                "record_response",
                {"response": "It is mended.", "channel": "phone", "happened_at": db.value(conn, "clock.right_now")},
            ),
        ):
            cases.act(conn, case_id, action, by=sam, **said)


def test_a_late_complaint_is_escalated_reviewed_decided_and_answered(page: Page) -> None:
    complaint = received(**LATE)
    number = escalated(page, complaint)
    opens(page, f"/escalation?no={number}", "Mina")
    reads(page, re.compile("No response received or timeline"))
    reads(page, "Nobody <b>called</b> me **back**.")
    presses(page, "Take")
    presses(page, "Record first response")
    expect(page.get_by_role("textbox", name="What the customer is told")).to_have_value(re.compile("I am Mina Okafor"))
    chooses(page, "Phone")
    presses(page, "Record first response")
    reads(page, re.compile("Decision due in 10 business days"))
    presses(page, "Decide")
    chooses(page, "Upheld")
    fills(page, "Findings and reasons", "Nobody answered for forty days.")
    fills(page, "What was reviewed", "The history.")
    chooses(page, "No")
    fills(page, "Why a letter, or why none", "They want none.")
    presses(page, "Decide")
    reads(page, re.compile("Say what was or will be done, or why nothing will be"))
    fills(page, "What was or will be done", "The complaint is answered today.")
    presses(page, "Decide")
    presses(page, "Record that they were told")
    chooses(page, "Phone")
    presses(page, "Record that they were told")
    presses(page, "Answer the complaint too")
    chooses(page, "Substantiated")
    fills(page, "Summary of the finding", "It was forgotten.")
    fills(page, "Steps taken", "The mail room was told.")
    presses(page, "Answer the complaint too")
    assert state_of(complaint) == "responded"
    presses(page, "Close without a letter")
    fills(page, "Why", "They want none.")
    presses(page, "Close without a letter")
    assert state_of(number) == "closed"


def test_an_answered_complaint_is_escalated_by_an_unsatisfied_customer_who_signs_up(page: Page) -> None:
    complaint = received()
    answered(complaint)
    through_the_gate(page, complaint, "ruth@example.org")
    reads(page, re.compile("within the promised 10 business days"))
    fills(page, "What they are not satisfied with, in their words", "It rings out again.")
    page.get_by_text("By email", exact=True).click()
    settled(page)
    expect(page.get_by_role("textbox", name="Email address")).to_have_value("ruth@example.org")
    presses(page, "Escalate")
    reads(page, "Escalated")
    with db.begin() as conn:
        told = conn.exec_driver_sql(
            "select body from notices where purpose = 'update' order by id desc limit 1"
        ).scalar()
    assert "is now received." in str(told)


def test_from_the_gate_to_the_letter_and_the_pack(page: Page) -> None:
    complaint = received(postal_address="12 Maplewood Avenue\nToronto, Ontario M4C 1A1")
    answered(complaint)
    number = escalated(page, complaint)
    opens(page, f"/escalation?no={number}", "Omar")
    presses(page, "Take")
    presses(page, "Decide")
    chooses(page, "Partly upheld")
    fills(page, "Findings and reasons", "The line was mended, and nobody called back.")
    fills(page, "What was reviewed", "The history and the response, by Omar Castellano.")
    fills(page, "What was or will be done", "A call back is made today.")
    fills(page, "Why a letter, or why none", "Not fully in the customer's favour.")
    presses(page, "Decide")
    presses(page, "Draft letter")
    reads(page, "The text as it will stand")
    with db.begin() as conn:  # Mina reads it on another screen
        omar, mina = (
            next(one for one in people.everyone(conn) if one.name.startswith(name)) for name in ("Omar", "Mina")
        )
        case = cases.find(conn, number, omar)
        assert letter_check.missing(conn, case, letter_of(conn, case)) == []
        cases.act(conn, case.id, "ask_to_approve_letter", by=omar, approver_id=mina.id)
        cases.act(conn, case.id, "approve_letter", by=mina, text_no=letter_of(conn, case).text_no)
    opens(page, f"/escalation?no={number}", "Omar")
    page.get_by_text("By mail", exact=True).click()
    settled(page)
    presses(page, "Issue for the mail")
    presses(page, "Record letter posted")
    reads(page, "Done: you posted the letter.")
    assert state_of(number) == "closed"
    with page.expect_download() as coming:
        page.get_by_role("button", name="Pack for Ombudsman Toronto").click()
    with zipfile.ZipFile(coming.value.path()) as packed:
        assert any(name.endswith(f"letter-{number}-v1.pdf") for name in packed.namelist())


def test_what_does_not_match_is_told_in_one_sentence_and_nothing_of_the_case(page: Page) -> None:
    complaint = received()
    through_the_gate(page, complaint, "416 555 0999")
    reads(page, NO_MATCH.split(".")[0])
    expect(page.get_by_text("I waited forty minutes")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Phone or email on that request")).to_have_value("416 555 0999")


def test_not_due_yet_the_caller_is_told_when_and_it_is_noted(page: Page) -> None:
    complaint = received()
    through_the_gate(page, complaint)
    reads(page, re.compile("It cannot be escalated yet"))
    fills(page, "What the customer said", "I want it now.")
    presses(page, "Note on the complaint that they asked")
    reads(page, "Noted on the complaint")
    with db.begin() as conn:
        assert cases.last_event(conn, cases.find(conn, complaint, people.SYSTEM).id).action == "ask_to_escalate"


def test_a_manager_sees_who_is_free_to_take_it(page: Page) -> None:
    complaint = received(**LATE)
    escalated(page, complaint)
    opens(page, "/", "Omar")
    reads(page, "Escalations, worst first")
    page.get_by_role("button", name="Take next").click()  # its name ends in its shortcut
    settled(page)
    reads(page, re.compile("^Escalation 0"))
    reads(page, "In review")
