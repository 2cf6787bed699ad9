"""Every page in a browser: it opens, nothing is broken, nothing leaves the machine. tests/test_pages.py opens them as each of the cast."""

import pytest
from playwright.sync_api import Page, expect

from core.kinds import Kind
from dashboard.rooms import ROOMS
from tests.browser.staff import opens, reads, received


@pytest.mark.parametrize("name", ["Sam", "Ada", "Vic"])
def test_every_page_opens(page: Page, name: str) -> None:
    asked: list[str] = []
    blocked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: blocked.append(said.text) if "Content Security Policy" in said.text else None)
    for room in ROOMS:
        opens(page, f"/{room.name}" if room is not ROOMS[0] else "/", name)
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
        expect(page.get_by_text("Something went wrong")).to_have_count(0)
        expect(page.locator('[data-testid="stException"]')).to_have_count(0)
    assert not [url for url in asked if not url.startswith(("http://127.0.0.1", "data:", "blob:"))]
    assert not blocked, "the policy lets through what the pages need"


def test_what_streamlit_makes_too_pale_to_read_is_not(page: Page) -> None:
    """Its own styles come later than ours, and as strong: captions would have 4.1:1, and what is chosen in the dark 3.6:1."""
    page.emulate_media(color_scheme="dark")
    opens(page, "/")
    expect(page.get_by_test_id("stCaptionContainer").first).to_have_css("opacity", "0.8")
    expect(page.get_by_role("button", name="Take next").locator("kbd")).to_have_css("opacity", "1")
    opens(page, "/intake")
    expect(page.get_by_role("tab", selected=True)).to_have_css("color", "rgb(232, 237, 242)")
    opens(page, "/queue?who=mine")
    expect(page.get_by_role("radio", name="Mine")).to_have_css("color", "rgb(232, 237, 242)")


@pytest.mark.parametrize("kind", ["complaint", "comment", "compliment"])
def test_a_case_of_every_kind_opens_and_says_what_can_be_done(page: Page, kind: str) -> None:
    number = received(kind=Kind(kind), category="timeliness" if kind == "complaint" else None, reply_requested=False)
    opens(page, f"/{kind}?no={number}")
    reads(page, f"{kind.capitalize()} {number}")
    reads(page, "I waited forty minutes and was cut off.")
    expect(page.get_by_text("cannot be recorded yet")).to_have_count(0)
    expect(page.get_by_role("button", name="Add note")).to_be_enabled()


def test_another_name_than_this_machines_is_turned_away(page: Page, app_url: str) -> None:
    page.goto(app_url.replace("127.0.0.1", "dashboard.localhost") + "/queue")  # Chromium resolves it to this machine
    expect(page.get_by_text("opens only on the machine it runs on")).to_be_visible(timeout=30_000)
