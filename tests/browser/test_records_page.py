"""The page Records, by clicks: who read what, the check of the history, retention by two people, a person's own record."""

import json
import re
import zipfile

from playwright.sync_api import Page, expect
from sqlalchemy import text

from core import cases, db, people, retention
from tests import builders
from tests.browser.staff import fills, opens, presses, reads, received, settled, takes


def about_nadia() -> str:
    with db.begin() as conn:
        nadia = next(person.id for person in people.everyone(conn) if person.name.startswith("Nadia"))
    return received(subject_ids=[nadia])


def test_whoever_opened_a_case_about_a_person_is_named_and_can_be_looked_for(page: Page) -> None:
    number = about_nadia()
    opens(page, f"/complaint?no={number}", "Priya")
    reads(page, "I waited forty minutes and was cut off.")
    opens(page, f"/records?case={number}", "Ada")
    expect(page.get_by_role("textbox", name="Request number")).to_have_value(number)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download as CSV").click()
    told = taken.value.path().read_text(encoding="utf-8-sig")
    assert "Priya Raman,Opened," + number in told
    fills(page, "Request number", "00000000")
    page.keyboard.press("Tab")
    settled(page)
    reads(page, "Nobody read anything like that")
    assert "case=00000000" in page.url
    presses(page, "Clear")
    assert "case=" not in page.url


def test_a_link_that_asks_for_nonsense_says_so(page: Page) -> None:
    opens(page, "/records?who=x&from=yesterday", "Ada")
    reads(page, re.compile("asks for something that the log cannot tell"))


def test_who_is_not_meant_to_finds_nothing(page: Page) -> None:
    for name in ("Sam", "Cleo", "Vic"):
        opens(page, "/records?show=retention", name)
        reads(page, "This page is not for your role")


def test_the_history_is_checked_by_a_click_and_a_change_is_named(page: Page) -> None:
    number = received()
    opens(page, "/records?show=history", "Mina")
    presses(page, "Check the history now")
    reads(page, re.compile("all as they were written"))
    with db.owner_engine().begin() as conn:
        conn.execute(text("alter table case_events disable trigger user"))
        change = "update case_events set {} where case_id = (select id from cases where request_no = :no)"
        conn.execute(text(change.format("by_id = by_id % 3 + 1")), {"no": number})
    presses(page, "Check the history now")
    reads(page, re.compile("the history of 1 case is not as it was written"))
    with db.owner_engine().begin() as conn:
        conn.execute(text("update case_events set by_id = (select id from staff where name like 'Cleo%') "
                          "where case_id = (select id from cases where request_no = :no)"), {"no": number})  # fmt: skip
        conn.execute(text("alter table case_events enable trigger user"))
    presses(page, "Check the history now")
    reads(page, re.compile("all as they were written"))


def test_one_asks_another_approves_and_the_case_says_that_it_was_erased(page: Page) -> None:
    number = received(customer_name="Gone Tomorrow")
    takes("Sam", number)
    with db.begin() as conn:
        sam = next(person for person in people.everyone(conn) if person.name.startswith("Sam"))
        cases.act(
            conn, cases.find(conn, number, sam).id, "withdraw", by=sam, withdrawn_by="The customer", note="Solved."
        )
    with db.owner_engine().begin() as conn:  # a year goes by
        builders.years_ago(conn, cases.find(conn, number, people.SYSTEM), 3)
    opens(page, "/records?show=retention", "Ada")
    fills(page, "Why now", "The year is over.")
    page.keyboard.press("Tab")
    settled(page)
    presses(page, "Ask to erase them")
    reads(page, "Asked for. Somebody else has to approve it.")
    expect(page.get_by_role("button", name="Approve", exact=True)).to_be_disabled()
    reads(page, re.compile("You asked for it: another administrator"))
    opens(page, "/records?show=retention", "Dara")
    presses(page, "Approve")
    presses(page, "Approve: erase them for good")
    reads(page, re.compile("Approved by Dara Petrovic"))
    retention.carry_out_all()  # as the worker does
    opens(page, "/records?show=retention", "Dara")
    reads(page, "What was decided")
    opens(page, f"/complaint?no={number}", "Sam")
    reads(page, re.compile("Erased on"))
    expect(page.get_by_text("Gone Tomorrow")).to_have_count(0)
    expect(page.get_by_text("I waited forty minutes")).to_have_count(0)


def test_a_legal_hold_is_in_the_history_of_the_case(page: Page) -> None:
    number = received()
    opens(page, "/records?show=retention", "Ada")
    fills(page, "Request number", number)
    page.get_by_role("textbox", name="Why").nth(0).fill("Court file 12.")
    presses(page, "Record")
    reads(page, "Recorded in the history of the case.")
    expect(page.get_by_role("textbox", name="Request number")).to_have_value("")
    opens(page, f"/complaint?no={number}", "Sam")
    reads(page, "Court file 12.")


def test_a_person_gets_their_own_record_as_one_file(page: Page) -> None:
    number, strange = received(), received(phone="647 555 0199", email="jo@example.org")
    opens(page, "/records?show=own", "Ada")
    fills(page, "Request numbers", f"{number}\n{strange}")
    fills(page, "Phone or email", "ruth@example.org")
    fills(page, "How you verified", "Licence seen.")
    presses(page, "Put it together")
    reads(page, re.compile("not on record with this phone or email"))
    fills(page, "Request numbers", number)
    presses(page, "Put it together")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download own-record.zip").click()
    with zipfile.ZipFile(taken.value.path()) as file:
        assert [one["Request number"] for one in json.loads(file.read("record.json"))["Requests"]] == [number]
        (taken.value.path().parent / "own.html").write_bytes(file.read("index.html"))
    page.goto(f"file://{taken.value.path().parent}/own.html")
    reads(page, "I waited forty minutes and was cut off.")
