"""The database goes away under an open page: the page says so, keeps what was typed, and recovers by itself."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from core import business_days, db, demo, embedded
from core.migrate import migrate
from tests import databases, serving
from tests.browser.staff import fills, opens, presses, reads, received, settled


def test_the_page_says_so_keeps_the_text_and_comes_back(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    with databases.folder() as folder:
        server = embedded.Server(embedded.server().programs, Path(folder) / "away")
        address = server.start()
        try:
            migrate(address)
            with serving.in_use(address, monkeypatch):
                with db.owner_engine().begin() as conn:
                    business_days.load(conn)
                    demo.cast(conn)
                number = received()
                with serving.streamlit(address) as app:
                    page = browser.new_context(base_url=app.url, timezone_id="America/Toronto").new_page()
                    opens(page, f"/complaint?no={number}")
                    presses(page, "Add note")
                    fills(page, "Note", "Half a thought")
                    page.keyboard.press("Tab")
                    settled(page)
                    server.stop()
                    page.get_by_role("button", name="Add note", exact=True).last.click()
                    reads(page, re.compile("The database cannot be reached just now"))
                    expect(page.get_by_text("Traceback")).to_have_count(0)
                    server.start()
                    reads(page, "I waited forty minutes and was cut off.")
                    expect(page.get_by_role("textbox", name="Note")).to_have_value("Half a thought")
                    presses(page, "Add note")
                    reads(page, re.compile("added a note"))
        finally:
            server.stop()
