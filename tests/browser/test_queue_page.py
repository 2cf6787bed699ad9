"""The queue in the browser: filters live in the address, rows open and lead on, many are done at once with an account."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from core import cases, db
from core.people import SYSTEM
from tests.browser.staff import fills, opens, presses, reads, received, settled, takes


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
    numbers = [received(description="The same power cut in one street", phone="416 555 0177") for _ in range(3)]
    opens(page, "/queue?words=power+cut+in+one+street")
    presses(page, "Choose the whole list, up to 500")
    reads(page, "3 chosen")
    presses(page, "Add a note to them")
    fills(page, "Note", "The line was down all day")
    page.keyboard.press("Tab")
    reads(page, "3 will be done, 0 would be refused.")
    presses(page, "Add note to 3 cases")
    reads(page, "3 done, 0 refused.")
    with db.begin() as conn:
        for number in numbers:
            case = cases.find(conn, number, SYSTEM)
            assert [event.note for event in cases.timeline(conn, case.id, SYSTEM)][-1] == "The line was down all day"


def test_an_assignment_says_whose_cases_it_would_take(page: Page) -> None:
    mine, nobodys = (received(description="A storm felled the zelkova trees") for _ in range(2))
    takes("Jonas", mine)
    opens(page, "/queue?words=felled+zelkova", "Mina")
    presses(page, "Choose the whole list, up to 500")
    presses(page, "Assign them")
    page.get_by_role("combobox", name="Supervisor").fill("Priya")
    page.keyboard.press("Enter")
    settled(page)
    fills(page, "Why", "One storm, one supervisor")
    page.keyboard.press("Tab")
    reads(page, re.compile("1 case of these is somebody's already, and would be taken from them: Jonas Lindqvist"))
    presses(page, "Assign 2 cases")
    reads(page, "2 done, 0 refused.")
    with db.begin() as conn:
        assert {cases.find(conn, number, SYSTEM).owner for number in (mine, nobodys)} == {"Priya Raman"}


def test_next_and_previous_lead_through_the_filtered_list(page: Page) -> None:
    first, second = (received(description="The ferry quokka did not come") for _ in range(2))
    received(description="Something else")
    opens(page, f"/complaint?no={first}&list=words%3Dquokka%26show%3Dopen")
    reads(page, "No previous one")
    page.get_by_role("link", name="Next").click()
    settled(page)
    reads(page, f"Complaint {second}")
    reads(page, "No next one")
    page.get_by_role("link", name="Previous").click()
    settled(page)
    reads(page, f"Complaint {first}")


def test_a_view_is_saved_is_shared_and_leads_back(page: Page) -> None:
    opens(page, "/queue?who=unassigned&category=timeliness")
    presses(page, "Views")
    presses(page, "Save this view")
    reads(page, "Give the view a name first.")
    expect(page.get_by_role("textbox", name="Name of this view")).to_be_visible()  # the panel did not shut
    fills(page, "Name of this view", "Waiting <b>long</b>")
    page.get_by_text("Shared with everybody").click()
    settled(page)
    presses(page, "Save this view")
    opens(page, "/queue", "Priya")
    presses(page, "Views")
    page.get_by_role("link", name=re.compile("Waiting <b>long.*shared by Sam Whitfield")).click()
    settled(page)
    assert (asked(page)["who"], asked(page)["category"]) == ("unassigned", "timeliness")
    opens(page, "/queue", "Sam")
    presses(page, "Views")
    presses(page, "Drop")
    reads(page, "The view is dropped.")


def test_the_way_back_from_a_case_keeps_the_filters(page: Page) -> None:
    number = received(description="The way back, wombat")
    opens(page, f"/queue?no={number}&list=words%3Dwombat")
    assert "no" not in asked(page)
    reads(page, re.compile("^1 case"))


def test_what_is_searched_for_is_in_no_address(page: Page) -> None:
    """It may be a customer's name, and browsers and proxies write addresses down."""
    for _ in range(2):
        received(description="The long wait, wombat", customer_name="Ruth Wombatson", category="quality")
    asked_for = list[str]()
    page.on("request", lambda request: asked_for.append(f"{request.url} {request.headers.get('referer', '')}"))
    page.on("framenavigated", lambda frame: asked_for.append(frame.url))
    opens(page, "/queue?category=quality")
    page.get_by_role("searchbox", name="Search").fill("Wombatson")
    page.keyboard.press("Enter")
    settled(page)
    reads(page, re.compile("^2 cases"))
    assert "words" not in asked(page)
    page.get_by_test_id("stDataFrame").first.click(position={"x": 90, "y": 55})  # the number of the first row
    settled(page)
    reads(page, re.compile("Ruth Wombatson"))
    page.get_by_role("link", name="Next", exact=True).or_(
        page.get_by_role("link", name="Previous", exact=True)
    ).first.click()
    settled(page)
    reads(page, re.compile("Ruth Wombatson"))
    page.get_by_role("link", name=re.compile("Queue$")).last.click()
    settled(page)
    reads(page, re.compile("^2 cases"))
    assert not [one for one in asked_for if "ombat" in one]
    for link in ("Today", "Queue"):  # another link is another list
        page.get_by_role("link", name=link, exact=True).first.click()
        settled(page)
    expect(page.get_by_role("searchbox", name="Search")).to_have_value("")


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
