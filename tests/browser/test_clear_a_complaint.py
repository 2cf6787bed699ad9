"""The main job: a complaint goes from received to responded by clicks."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from core import cases, db, people
from tests.browser.staff import chooses, fills, opens, presses, reads, received, settled, state_of


def test_a_supervisor_takes_investigates_and_answers(page: Page) -> None:
    number = received()
    opens(page, f"/complaint?no={number}")
    reads(page, "I waited forty minutes and was cut off.")
    presses(page, "Take")
    presses(page, "Start investigation")
    presses(page, "Record finding")
    chooses(page, "Substantiated")
    fills(page, "Summary of the finding", "The queue dropped the call.")
    fills(page, "Sources checked", "The recording.")
    presses(page, "Record finding")
    presses(page, "Record steps taken")
    fills(page, "Steps taken", "The queue was mended.")
    presses(page, "Record steps taken")
    presses(page, "Record response given")
    fills(page, "Response to the customer", "We are sorry. It is mended.")
    chooses(page, "Phone")
    presses(page, "Record response given")
    reads(page, re.compile(r"Answered in (0 business days|1 business day)$"))  # on a day off it counts as the next one
    reads(page, "We are sorry. It is mended.")
    assert state_of(number) == "responded"


def test_a_disabled_button_says_why(page: Page) -> None:
    number = received()
    opens(page, f"/complaint?no={number}", "Cleo")
    expect(page.get_by_role("button", name="Take", exact=True)).to_be_disabled()
    reads(page, re.compile(r"Take, Assign|Take: This step is for"))


def test_the_second_of_two_is_told_and_loses_nothing(page: Page) -> None:
    number = received()
    _investigated(page, number)
    presses(page, "Record response given")
    fills(page, "Response to the customer", "A long and careful answer.")
    chooses(page, "Phone")
    _by("Mina", number, "record_finding", finding="not substantiated", finding_summary="x", sources_checked="y")
    presses(page, "Record response given")
    reads(page, re.compile("Mina Okafor recorded the finding at"))
    expect(page.get_by_role("textbox", name="Response to the customer")).to_have_value("A long and careful answer.")
    assert state_of(number) == "investigating"
    presses(page, "I have seen it")
    presses(page, "Record response given")
    assert state_of(number) == "responded"


def test_typed_text_survives_a_reload(page: Page) -> None:
    number = received()
    opens(page, f"/complaint?no={number}")
    presses(page, "Add note")
    fills(page, "Note", "Half a thought")
    page.keyboard.press("Tab")
    settled(page)
    page.reload()
    settled(page)
    presses(page, "Add note · draft")
    expect(page.get_by_role("textbox", name="Note")).to_have_value("Half a thought")


def test_what_a_customer_wrote_is_shown_as_it_was_written(page: Page) -> None:
    written = "**bold** <b>tag</b> ![pixel](http://127.0.0.1:9/p.png) =1+1 [link](http://x.example) \u202eabc 😀"
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    number = received(description=written, title=written, customer_name=written)
    opens(page, f"/complaint?no={number}")
    assert page.get_by_text(written).count() >= 3
    assert not [url for url in asked if "127.0.0.1:9/" in url or "x.example" in url]


def test_take_next_gives_the_worst_that_nobody_has(page: Page) -> None:
    received()
    opens(page, "/", "Priya")
    page.get_by_role("button", name="Take next").click()
    settled(page)
    reads(page, re.compile("Under review"))
    reads(page, re.compile("with Priya"))


def test_impatient_clicks_on_take_next_take_one(page: Page) -> None:
    for _ in range(3):
        received()
    opens(page, "/", "Omar")
    page.get_by_role("button", name="Take next").evaluate("it => { it.click(); it.click(); it.click(); }")
    settled(page)
    reads(page, re.compile("with Omar"))
    opens(page, "/queue?who=mine", "Omar")
    reads(page, re.compile("^1 case"))


def _investigated(page: Page, number: str) -> None:
    opens(page, f"/complaint?no={number}")
    _by("Sam", number, "take")
    _by("Sam", number, "investigate")
    _by("Sam", number, "record_finding", finding="substantiated", finding_summary="x", sources_checked="y")
    _by("Sam", number, "record_steps", steps_taken="z")
    page.reload()
    settled(page)


def _by(name: str, number: str, action: str, **said: Any) -> None:
    with db.begin() as conn:
        by = next(person for person in people.everyone(conn) if person.name.startswith(name))
        cases.act(conn, cases.find(conn, number, by).id, action, by=by, **said)
