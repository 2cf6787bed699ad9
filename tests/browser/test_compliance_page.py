"""The page of the promises in a browser: each number is pressed, and the list behind it says the same number."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from core import business_days, db
from tests import builders
from tests.browser.staff import opens, presses, reads, settled


def worked(page: Page) -> None:
    """Some months of work, committed."""
    with db.begin() as conn:
        today = business_days.today(conn)
    for back in (75, 70, 45, 40, 24, 20):
        for stage in (builders.responded, builders.investigating, builders.withdrawn):
            with db.begin() as conn:
                builders.on(conn, today - timedelta(back))
                stage(conn)
    with db.begin() as conn:
        builders.on(conn, today - timedelta(60))
        complaint = builders.responded(conn)
        builders.on(conn, today - timedelta(35))
        builders.escalation_closed(conn, complaint)


def test_every_number_of_the_page_opens_its_cases(page: Page):
    worked(page)
    told: set[str] = set()
    for period in ("last 3 months", "this month"):
        address = f"/compliance?period={period.replace(' ', '+')}"
        opens(page, address, "Dara")
        for expander in page.get_by_text("Two other ways to count").all():
            expander.click()
        settled(page)
        links = [
            (link.inner_text(), link.get_attribute("href")) for link in page.get_by_test_id("stPageLink-NavLink").all()
        ]
        numbers = [
            (int(found[1].replace(",", "")), found[2], href)
            for said, href in links
            if (found := re.match(r"([\d,]+) (.+)", said.strip()))
        ]
        assert len(numbers) > 4, links
        new = [(number, href) for number, what, href in numbers if what not in told]
        told |= {what for _, what, _ in numbers}
        for number, href in new:
            # A new address begins a new session: as who read the figure, since others may not see each of its cases.
            opens(page, str(href), "Dara")
            reads(page, re.compile(rf"^{number:,} cases? ·"))


def test_a_point_of_the_trend_opens_its_month(page: Page):
    worked(page)
    opens(page, "/compliance?period=last+3+months", "Dara")
    page.locator(".st-key-chart-trend .points path").last.click(force=True)
    page.wait_for_url(re.compile("/queue"), timeout=15_000)
    settled(page)
    reads(page, re.compile(r"\d+ cases? · .*the 10-day promise|\d+ cases? · .*the 2-day promise"))


def test_a_director_freezes_a_month_and_a_viewer_only_reads(page: Page):
    opens(page, "/compliance", "Dara")
    presses(page, "Freeze this month")
    reads(page, "This cannot be undone.")
    presses(page, re.compile(r"^Freeze \w+ \d{4}$"))
    reads(page, re.compile("is frozen with"))
    opens(page, "/compliance", "Vic")
    expect(page.get_by_role("button", name="Freeze this month")).to_have_count(0)
    expect(page.get_by_test_id("stPageLink-NavLink")).to_have_count(0)


def test_bad_addresses_say_what_is_wrong(page: Page):
    for address, said in (
        ("/compliance?period=never", "There is no period"), ("/compliance?team=99", "The queue has no filter team"),
        ("/compliance?period=2031-01", "still to come"), ("/compliance?period=1990-01", "Nothing was due in January 1990"),
    ):  # fmt: skip
        opens(page, address, "Dara")
        reads(page, said)
