"""A decision letter at the browser: drafted, read by a second person, issued, posted; and the pack taken along."""

import re
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from core import db
from tests import builders, pdf
from tests.browser.staff import opens, presses, reads, settled, state_of
from tests.builders import DARA, MINA, letter_of, see, who

WORDS = '**I waited** [forty](http://x) minutes. #read("/etc/passwd") ![](http://127.0.0.1:9/pixel.png)'


def committed(build, **said):
    with db.begin() as conn:
        complaint = builders.responded(
            conn, description=WORDS, postal_address="12 Maplewood Avenue\nToronto, Ontario M4C 1A1"
        )
        return build(conn, builders.decided(conn, complaint, **said))


def types(page: Page, label: str, text: str) -> None:
    """Types into this part of the letter and leaves it."""
    field = page.locator(".st-key-letter").get_by_role("textbox", name=label).first
    field.fill(text)
    field.press("Tab")
    settled(page)


def kept(case):
    with db.begin() as conn:
        return letter_of(conn, case)


def _stand_out(page: Page) -> int:
    return page.locator('[data-testid="stBaseButton-primary"]').count()


def test_from_the_decision_to_the_mail(page: Page) -> None:
    case = committed(lambda conn, case: case)
    opens(page, f"/escalation?no={case.request_no}", "Mina")
    reads(page, "A letter is due: Not fully in the customer's favour.")
    presses(page, "Draft letter")
    reads(page, "The text as it will stand")
    types(page, "What was done, or will be done", "")
    reads(page, "It does not say what was or will be done and by when, or that nothing is.")
    expect(page.get_by_role("button", name="Ask for a second pair of eyes")).to_be_disabled()
    reads(page, "Not yet: It does not say what was or will be done and by when, or that nothing is.")
    assert _stand_out(page) == 1
    page.get_by_role("button", name="Add note", exact=True).first.click()
    settled(page)
    assert _stand_out(page) == 1, "while a form is open its button alone stands out"
    presses(page, "Not now")
    types(page, "What was done, or will be done", "The queue is watched. Nothing more is needed.")
    expect(page.get_by_text("It cannot leave yet")).to_have_count(0)
    assert kept(case).parts["actions"] == "The queue is watched. Nothing more is needed."

    chosen = page.get_by_role("combobox", name="Second pair of eyes")
    chosen.scroll_into_view_if_needed()
    page.wait_for_timeout(500)  # a list that opens while the page still scrolls shuts again
    chosen.press_sequentially("Dara", delay=50)
    page.get_by_role("option", name="Dara Petrovic").click()
    settled(page)
    expect(chosen).to_have_value(re.compile("Dara Petrovic"))
    presses(page, "Ask for a second pair of eyes")
    reads(page, "Waits for a second pair of eyes")

    opens(page, "/letters", "Dara")
    reads(page, "You are asked to read it")
    page.get_by_text("Show the text").click()
    settled(page)
    reads(page, WORDS[:40])
    assert page.locator('img[src*="pixel"], a[href="http://x"]').count() == 0, "a customer's words are text"
    presses(page, "Approve this text")
    assert kept(case).approver == "Dara Petrovic"

    opens(page, f"/escalation?no={case.request_no}", "Mina")
    page.get_by_text("By mail", exact=True).click()
    settled(page)
    presses(page, "Issue for the mail")
    reads(page, "fold it in three and use a window envelope")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download the PDF").click()
    document = Path(coming.value.path()).read_bytes()
    assert WORDS in pdf.in_one_line(document) and coming.value.suggested_filename == f"letter-{case.request_no}-v1.pdf"
    presses(page, "Record letter posted")
    reads(page, "Done: you posted the letter.")
    assert state_of(case.request_no) == "closed" and kept(case).state == "left"
    with page.expect_download() as coming:
        page.get_by_role("button", name="Pack for Ombudsman Toronto").click()
    with zipfile.ZipFile(coming.value.path()) as packed:
        assert f"escalation-{case.request_no}/letters/letter-{case.request_no}-v1.pdf" in packed.namelist()


def test_an_edit_after_the_approval_takes_it_back(page: Page) -> None:
    case = committed(builders.letter_approved)
    opens(page, f"/escalation?no={case.request_no}", "Mina")
    reads(page, "Approved, not issued")
    presses(page, "Change the text")
    types(page, "Findings and reasons", "Something else altogether.")
    reads(page, "Draft")
    letter = kept(case)
    assert (letter.state, letter.approver, letter.parts["findings"]) == ("draft", None, "Something else altogether.")


def test_without_a_worker_the_letter_waits_and_says_so(page: Page) -> None:
    case = committed(builders.letter_approved)
    opens(page, f"/escalation?no={case.request_no}", "Mina")
    presses(page, "Issue and send")
    reads(page, "It is on its way")
    reads(page, re.compile("No worker is running, so nothing leaves"))
    assert state_of(case.request_no) == "decided"


def test_what_was_typed_before_somebody_was_faster_is_said_to_be_too_late_and_stays(page: Page) -> None:
    case = committed(builders.letter_asked)
    opens(page, f"/escalation?no={case.request_no}", "Dara")
    with db.begin() as conn:
        builders.letter_desk.write(conn, case.id, {"findings": "Changed meanwhile."}, by=who(conn, MINA))
    presses(page, "Approve this text")
    reads(page, "after you opened this page")
    with db.begin() as conn:
        assert see(conn, case.id).letter_state == "draft" and who(conn, DARA).id not in letter_of(conn, case).writer_ids


def test_a_complaint_answered_by_mail(page: Page) -> None:
    with db.begin() as conn:
        case = builders.response_letter(conn, "issued")
    opens(page, f"/complaint?no={case.request_no}", "Sam")
    presses(page, "Record letter posted")
    assert state_of(case.request_no) == "responded"
