"""The queue in the browser: filters live in the address, rows open and lead on, many are done at once with an account."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.browser.staff import fills, opens, presses, reads, received, settled


def asked(page: Page) -> dict[str, str]:
    """What the address asks for."""
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def test_a_filter_goes_into_the_address_and_a_link_brings_it_back(page: Page) -> None:
    received()
    opens(page, "/queue")
    page.get_by_text("Unassigned", exact=True).click()
    settled(page)
    assert asked(page)["who"] == "unassigned"
    page.reload()
    settled(page)
    reads(page, re.compile("nobody.s$"))


def test_search_finds_a_case_by_its_number_however_it_is_written(page: Page) -> None:
    number = received()
    opens(page, f"/queue?words=%23{number[1:5]}-{number[5:]}")
    reads(page, re.compile(r"^1 case"))


def test_a_link_that_means_nothing_gets_one_sentence_and_a_way_on(page: Page) -> None:
    for link in (
        "/queue?who=everybody",
        "/queue?after=nonsense",
        "/queue?owner=%27;drop",
        "/queue?after=nan~2026-01-01~1",
    ):
        opens(page, link)
        reads(page, re.compile("The queue has no filter|This link does not name a page"))
        reads(page, "The whole queue")


def test_an_empty_list_says_what_to_do_next(page: Page) -> None:
    opens(page, "/queue?words=nothingmatchesthisword")
    reads(page, re.compile("Nothing matches"))


def test_many_cases_get_a_note_and_every_one_is_accounted_for(page: Page) -> None:
    for _ in range(3):
        received(description="The same power cut in one street", phone="416 555 0177")
    opens(page, "/queue?words=power+cut")
    page.get_by_role("button", name=re.compile("Choose the whole list")).click()
    settled(page)
    presses(page, "Not now")
    page.get_by_role("button", name=re.compile("Choose the whole list")).click()
    settled(page)
    page.get_by_role("combobox", name="Supervisor").fill("Priya")
    page.keyboard.press("Enter")
    settled(page)
    fills(page, "Why", "One street, one supervisor")
    page.keyboard.press("Tab")
    settled(page)
    page.get_by_role("button", name=re.compile(r"^Assign \d+ cases")).click()
    reads(page, re.compile(r"\d+ done, \d+ refused"))


def test_a_viewer_sees_figures_and_no_case(page: Page) -> None:
    number = received(description="Only for those who work on it")
    opens(page, "/", "Vic")
    reads(page, re.compile("You see figures only"))
    for path in ("/queue", f"/complaint?no={number}", "/intake"):
        opens(page, path, "Vic")
        reads(page, re.compile("not for your role"))
        expect(page.get_by_text("Only for those who work on it")).to_have_count(0)


def test_the_subject_of_a_complaint_never_finds_it(page: Page) -> None:
    from core import db, people

    with db.begin() as conn:
        nadia = next(person for person in people.everyone(conn) if person.name.startswith("Nadia"))
    number = received(description="About a person: zebracrossing", subject_ids=[nadia.id])
    opens(page, f"/complaint?no={number}", "Nadia")
    reads(page, re.compile("There is no case"))
    opens(page, "/queue?words=zebracrossing", "Nadia")
    reads(page, re.compile("Nothing matches"))
    opens(page, "/queue?words=zebracrossing", "Ada")
    reads(page, re.compile("^1 case"))
