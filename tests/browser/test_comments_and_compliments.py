"""The four paths of comments and compliments, and the month of recognition, by clicks."""

import re
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import text

from core import db
from core.kinds import Kind
from tests.browser.staff import ANSWERED_TODAY, chooses, fills, opens, presses, reads, received, settled, state_of

RUTH = {"customer_name": "Ruth Featherstone", "phone": "416 555 0123", "email": "ruth@example.org"}


def comment(**said: Any) -> str:
    return received(
        **{"kind": Kind.COMMENT, "category": None, "description": "The hold music could end."} | RUTH | said
    )


def compliment(**said: Any) -> str:
    return received(
        **{"kind": Kind.COMPLIMENT, "category": None, "description": "Nadia was patient with me. Ruth Featherstone"}
        | RUTH
        | said
    )


def picks(page: Page, label: str, option: str) -> None:
    """Chooses from a list that opens."""
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("combobox", name=label).press_sequentially(option)
    page.get_by_role("option", name=option).first.click()
    settled(page)


def unfolds(page: Page, label: str) -> None:
    """Opens what is folded under this button."""
    page.get_by_test_id("stPopover").get_by_role("button", name=re.compile(f"^{label}")).first.click()
    settled(page)


def assessed_and_forwarded(page: Page, number: str) -> None:
    opens(page, f"/comment?no={number}")
    presses(page, "Take")
    presses(page, "Assess")
    fills(page, "Why it is for 311 Toronto", "The hold music is ours.")
    presses(page, "Assess")
    presses(page, "Forward")
    picks(page, "Team lead", "Tariq Haddad")
    presses(page, "Forward")
    reads(page, re.compile("Forwarded to Tariq Haddad|forwarded to Tariq"))


def test_a_comment_is_forwarded_to_a_team_lead_who_acts_on_it_and_it_is_closed(page: Page) -> None:
    number = comment()
    assessed_and_forwarded(page, number)
    opens(page, "/mine", "Tariq")
    reads(page, "Forwarded to you")
    opens(page, f"/comment?no={number}", "Tariq")
    presses(page, "I have it")
    presses(page, "Record what I did")
    chooses(page, "Done")
    fills(page, "What was done, or why not", "It ends on Monday.")
    presses(page, "Record what I did")
    reads(page, "Done: It ends on Monday.")
    opens(page, f"/comment?no={number}")
    presses(page, "Close it")
    presses(page, "Close it")
    reads(page, re.compile("closed it"))
    assert state_of(number) == "closed"


def test_a_comment_whose_customer_asks_for_a_reply_is_answered_before_it_is_closed(page: Page) -> None:
    number = comment()
    assessed_and_forwarded(page, number)
    presses(page, "Customer asks for a reply")
    fills(page, "How they asked", "By phone.")
    presses(page, "Customer asks for a reply")
    reads(page, re.compile("reply asked for"))
    expect(page.get_by_role("button", name="Close it", exact=True)).to_be_disabled()
    page.get_by_text(re.compile("was counted$")).click()
    reads(page, re.compile("the clock started that day"))
    presses(page, "Record response given")
    fills(page, "Reply to the customer", "The music ends on Monday.")
    chooses(page, "Phone")
    presses(page, "Record response given")
    reads(page, ANSWERED_TODAY)
    presses(page, "Close it")
    presses(page, "Close it")
    assert state_of(number) == "closed"


def test_a_compliment_reaches_the_person_and_management_and_never_tells_who_it_is_from(page: Page) -> None:
    number = compliment()
    opens(page, f"/compliment?no={number}")
    expect(page.get_by_text("Suggested: “Nadia”")).to_be_attached()
    presses(page, "Forward as suggested")
    presses(page, "Hand on to staff")
    words = page.get_by_role("textbox", name=re.compile("^What they will read"))
    expect(words).to_have_value("Nadia was patient with me. [name withheld]")
    presses(page, "Hand on to staff")
    presses(page, "Share with management")
    presses(page, "Close it")
    presses(page, "Close it")
    assert state_of(number) == "closed"
    opens(page, "/mine", "Nadia")
    reads(page, "Nadia was patient with me. [name withheld]")
    reads(page, re.compile("The customer's name is withheld"))
    expect(page.get_by_text("Featherstone")).to_have_count(0)
    opens(page, f"/compliment?no={number}", "Nadia")
    reads(page, re.compile("or it is not for you to see"))
    opens(page, f"/compliment?no={number}", "Mina")
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    with db.begin() as conn:
        assert conn.execute(text("select count(*) from praise_seen")).scalar_one() >= 1
    opens(page, "/mine", "Mina")
    reads(page, "Shared with you")


def test_a_mixed_message_becomes_two_cases_and_the_praise_knows_nothing_of_the_complaint(page: Page) -> None:
    number = received(description="I was cut off by the queue. Hana was lovely though.")
    opens(page, f"/complaint?no={number}")
    unfolds(page, "More")
    presses(page, "Split off praise")
    fills(page, "Only the praise, in the customer's words", "Hana was lovely.")
    page.locator(".st-key-submit button").click()
    settled(page)
    reads(page, re.compile("split from this"))
    with db.begin() as conn:
        other = conn.execute(
            text("select request_no from cases where description = 'Hana was lovely.' order by id desc limit 1")
        ).scalar_one()
    opens(page, "/recognition", "Priya")
    reads(page, "It is sure who is meant")
    presses(page, re.compile("^Forward (this one|these)"))
    reads(page, re.compile("done, 0 refused"))
    opens(page, f"/compliment?no={other}", "Priya")
    presses(page, "Hand on to staff")
    presses(page, "Hand on to staff")
    opens(page, "/mine", "Hana")
    reads(page, "Hana was lovely.")
    expect(page.get_by_text("cut off")).to_have_count(0)
    assert (state_of(number), state_of(other)) == ("received", "forwarded")


def test_the_month_of_recognition(page: Page) -> None:
    opens(page, "/recognition", "Priya")
    page.get_by_role("tab", name="Review of the month").click()
    settled(page)
    picks(page, "A person or a team", "Luis Carrasquel")
    fills(page, "Why", "He knows every by-law.")
    presses(page, "Shortlist")
    reads(page, re.compile("^Shortlisted by Priya"))
    opens(page, "/recognition", "Mina")
    page.get_by_role("tab", name="Review of the month").click()
    settled(page)
    unfolds(page, "Choose")
    fills(page, "Why they are chosen", "For the bees.")
    page.locator('[class*="Choose-go"] button').click()
    settled(page)
    reads(page, re.compile("^Chosen by Mina"))
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("^Certificate")).first.click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    unfolds(page, "Record how it was celebrated")
    fills(page, "How it was celebrated", "Cake.")
    presses(page, "Record it")
    reads(page, re.compile("^Celebrated "))
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("^Digest of")).click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")


def test_an_anonymous_comment_asks_for_no_contact(page: Page) -> None:
    opens(page, "/intake", "Cleo")
    page.get_by_text("Comment", exact=True).first.click()
    settled(page)
    fills(page, "The comment, in the customer's words", "Less February.")
    page.get_by_text("The customer wants to stay anonymous").click()
    settled(page)
    expect(page.get_by_role("textbox", name="Customer's name")).to_have_count(0)
    presses(page, re.compile("^Receive comment"))
    reads(page, "Comment received")
    with db.begin() as conn:
        row = conn.execute(
            text(
                "select anonymous, customer_name from cases where description = 'Less February.' order by id desc limit 1"
            )
        ).one()
    assert tuple(row) == (True, None)
