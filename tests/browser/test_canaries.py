"""What a customer said is in no log, no address and no error page, whatever is done with it and whatever breaks."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from core import db, embedded
from core.settings import settings
from tests import databases, serving
from tests.browser.staff import ANSWERED_TODAY, chooses, fills, opens, presses, reads, settled
from tests.databases import Addresses

#: One for each field that a customer fills, as a number that is looked up in many forms, and as words.
CANARY = {
    "words": "The zqcanarywords line rang and nobody came.", "Customer's name": "Zqcanaryname Example", "Phone": "416 555 7319",
    "Email": "zqcanarymail@example.org", "Postal address": "7 Zqcanarystreet, Toronto",
}  # fmt: skip
FOUND = re.compile("zqcanary|5557319|555 7319|555-7319", re.IGNORECASE)


@pytest.fixture
def canaries(
    addresses: Addresses, template: str, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Page, serving.App, list[str]]]:
    """A page of a server with its worker, over a database of its own; everything it asked for by address."""
    with databases.made(addresses, template) as name, serving.streamlit(addresses(name), WORKER="on", SMTP_URL="smtp://127.0.0.1:9?from=311@city.example") as app, \
            serving.in_use(app.database, monkeypatch):  # fmt: skip
        context = browser.new_context(
            base_url=app.url, locale="en-CA", timezone_id="America/Toronto", viewport={"width": 1440, "height": 900}
        )
        page, asked = context.new_page(), list[str]()
        page.on("request", lambda request: asked.append(request.url))
        page.on("framenavigated", lambda frame: asked.append(frame.url))
        page.on("console", lambda line: asked.append(line.text))
        yield page, app, asked
        context.close()


def test_no_log_no_address_and_no_error_page_says_what_a_customer_said(
    canaries: tuple[Page, serving.App, list[str]],
) -> None:
    page, app, asked = canaries
    number = _received(page)
    _worked_on(page, number)
    _escalated(page, number)
    for path, name in ((f"/complaint?no={number}", "Sam"), ("/queue", "Sam"), ("/", "Sam"), ("/outbox", "Sam"), ("/letters", "Mina"), ("/learning", "Mina"),
                       ("/records", "Ada"), ("/records?show=retention", "Ada")):  # fmt: skip
        opens(page, path, name)
    _own_record(page, number)
    broken = _broken(page, number)
    assert not FOUND.search(" ".join(broken)), broken
    assert not [url for url in asked if FOUND.search(url)]
    assert "error" in app.said() and not FOUND.search(app.said())
    with db.begin() as conn:  # they were there to be found
        assert conn.execute(
            text("select count(*) from cases where description ~* 'zqcanary' and phone like '%7319'")
        ).scalar()
    if (log := _log_of_the_database()) is not None:
        assert "violates check constraint" in log and not FOUND.search(log)


def _received(page: Page) -> str:
    opens(page, "/intake", "Cleo")
    fills(page, "What happened, in the customer's words", CANARY["words"])
    page.get_by_role("combobox", name="What it is about").click()
    page.get_by_role("option", name="Timeliness").click()
    for label in ("Customer's name", "Phone", "Email", "Postal address"):
        fills(page, label, CANARY[label])
        page.keyboard.press("Tab")
        settled(page)
    presses(page, re.compile("^Receive complaint"))
    reads(page, re.compile("Received|received"))
    with db.begin() as conn:
        return str(conn.execute(text("select request_no from cases order by id desc limit 1")).scalar_one())


def _worked_on(page: Page, number: str) -> None:
    opens(page, f"/complaint?no={number}")
    presses(page, "Take")
    presses(page, "Start investigation")
    presses(page, "Record finding")
    chooses(page, "Substantiated")
    fills(page, "Summary of the finding", "zqcanary was dropped.")
    fills(page, "Sources checked", "zqcanary recording.")
    presses(page, "Record finding")
    presses(page, "Record steps taken")
    fills(page, "Steps taken", "zqcanary was called.")
    presses(page, "Record steps taken")
    presses(page, "Send response by email")
    fills(page, "Response to the customer", "Dear zqcanary, it is mended.")
    presses(page, "Send response by email")
    page.wait_for_timeout(3_000)  # the worker tries, and nobody answers there
    opens(page, f"/complaint?no={number}")
    presses(page, "Record response given")
    fills(page, "Response to the customer", "Dear zqcanary, it is mended.")
    chooses(page, "Phone")
    presses(page, "Record response given")
    reads(page, ANSWERED_TODAY)


def _escalated(page: Page, number: str) -> None:
    for contact in ("zqcanarywrong@example.org", CANARY["Phone"]):
        opens(page, f"/intake?escalate={number}", "Cleo")
        fills(page, "Phone or email on that request", contact)
        presses(page, "Match")
    fills(page, "What they are not satisfied with, in their words", "zqcanary is not satisfied.")
    presses(page, "Escalate")
    reads(page, "Escalated")


def _own_record(page: Page, number: str) -> None:
    opens(page, "/records?show=own", "Ada")
    fills(page, "Request numbers", number)
    fills(page, "Phone or email", CANARY["Email"])
    fills(page, "How you verified", "Licence of zqcanary seen.")
    presses(page, "Put it together")
    with page.expect_download():
        page.get_by_role("button", name="Download own-record.zip").click()


def _broken(page: Page, number: str) -> list[str]:
    """The database refuses what it never refused, and then a view is gone: what the pages say."""
    with db.owner_engine().begin() as conn:
        conn.execute(
            text("alter table case_events add constraint nobody_knows_this check (note !~ 'zqcanary') not valid")
        )
    opens(page, f"/complaint?no={number}", "Mina")
    presses(page, "Reopen")
    fills(page, "Why", "zqcanary called again.")
    presses(page, "Reopen")
    reads(page, re.compile("Something went wrong on our side"))
    said = [page.get_by_test_id("stAlert").first.inner_text()]
    with db.owner_engine().begin() as conn:
        conn.execute(text("alter view case_facts rename to case_facts_that_is_gone"))
    page.reload()
    settled(page)
    expect(page.get_by_text(re.compile("Something went wrong on our side")).first).to_be_visible(timeout=15_000)
    said.append(page.locator("body").inner_text())
    return said


def _log_of_the_database() -> str | None:
    """The log of the embedded server; another one's is not ours to read."""
    log = Path(embedded.server().data) / "log" if settings().data_dir.name.startswith("toronto-311-tests-") else None
    return log.read_text(errors="replace") if log and log.exists() else None
