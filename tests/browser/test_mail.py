"""A response by email, from the click until it has left: the page waits with whoever sent it, and says what came of it."""

import re
from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect
from psycopg import sql

from bench import outbox
from core import cases, db
from core.people import everyone
from tests import builders, databases, serving
from tests.browser.staff import ANSWERED_TODAY, fills, opens, presses, reads, received, settled, state_of
from tests.databases import Addresses


def ready(email: str = "ruth@example.org") -> str:
    """A complaint that Sam can answer; its number."""
    number = received(email=email)
    with db.begin() as conn:
        sam = next(person for person in everyone(conn) if person.name.startswith("Sam"))
        case_id = cases.find(conn, number, sam).id
        for action, said in (
            ("take", {}),
            ("investigate", {}),
            ("record_finding", builders.FINDING),
            ("record_steps", builders.STEPS),
        ):
            cases.act(conn, case_id, action, by=sam, **said)  # type: ignore[arg-type]
    return number


def answers(page: Page, number: str) -> None:
    """Sam sends a response by email."""
    opens(page, f"/complaint?no={number}")
    presses(page, "Send response by email")
    fills(page, "Response to the customer", "We are sorry.")
    presses(page, "Send response by email")


def test_without_a_worker_the_page_says_so_and_it_is_no_answer(page: Page) -> None:
    number = ready()
    answers(page, number)
    reads(page, "On its way")
    reads(page, re.compile("No worker is running, so nothing leaves"))
    assert state_of(number) == "investigating"
    presses(page, "Take back response")
    fills(page, "Why", "A wrong date in it.")
    presses(page, "Take back response")
    expect(page.get_by_text("On its way")).to_have_count(0)


@pytest.fixture(scope="module")
def mail() -> Iterator[outbox.Server]:
    """A mail server that takes a moment."""
    with outbox.mail_server(1) as server:
        yield server


@pytest.fixture(scope="module")
def working(shared_database: str, addresses: Addresses, template: str, mail: outbox.Server) -> Iterator[serving.App]:
    """The dashboard with the worker that it brings along."""
    with databases.made(addresses, template) as name:
        early_afternoon(addresses(name))
        with serving.streamlit(addresses(name), WORKER="on", SMTP_URL=mail.url) as running:
            yield running


def early_afternoon(address: str) -> None:
    """Its clock starts at one in the afternoon and runs on: what left today left on the day on which the page is read, whatever
    the hour is here. Nobody gets a digest any more."""
    with psycopg.connect(address, autocommit=True) as owner:
        ahead = owner.execute(
            "select (local_date(now()) + time '13:00') at time zone 'America/Toronto' - now()"
        ).fetchone()
        assert ahead
        for function, says in (
            ("today() returns date", "local_date(now() + {})"),
            ("right_now() returns timestamptz", "now() + {}"),
        ):
            owner.execute(
                sql.SQL(
                    f"create or replace function {function} language sql stable parallel safe as $$ select {says} $$"
                ).format(ahead[0])
            )


@pytest.fixture
def desk(browser: Browser, working: serving.App, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A page of it."""
    with serving.in_use(working.database, monkeypatch):
        context = browser.new_context(
            base_url=working.url, locale="en-CA", timezone_id="America/Toronto", viewport={"width": 1440, "height": 900}
        )
        yield context.new_page()
        context.close()


def test_the_server_brings_a_worker_along_and_the_page_says_when_it_has_left(desk: Page, mail: outbox.Server) -> None:
    number = ready()
    answers(desk, number)
    reads(desk, ANSWERED_TODAY)
    settled(desk)
    assert state_of(number) == "responded" and mail.taken.total() >= 1
    opens(desk, "/outbox?show=sent")
    expect(desk.get_by_test_id("stMetricValue").last).to_have_text(re.compile("[1-9]"))
    reads(desk, "A worker is running")


def test_a_response_that_cannot_be_put_together_fails_before_the_eyes_of_who_sent_it(desk: Page) -> None:
    number = ready()
    with db.owner_engine().begin() as conn:  # as an import from another system may bring it
        conn.exec_driver_sql(
            "update cases set email = 'ruth@example.org, all@example.org' where request_no = %s", (number,)
        )
    answers(desk, number)
    reads(desk, re.compile("The message could not be put together for that address"))
    expect(desk.get_by_role("button", name="Send again")).to_be_enabled()
    assert state_of(number) == "investigating"
    opens(desk, "/outbox")
    reads(desk, re.compile("These did not leave, and are not tried again"))
    grid = desk.get_by_test_id("stDataFrame").bounding_box()
    assert grid
    desk.mouse.click(grid["x"] + 18, grid["y"] + 55)
    settled(desk)
    fills(desk, "Why withdrawn", "Not a good address.")
    presses(desk, "Withdraw")
    reads(desk, "1 message will not leave.")


def test_the_worker_ends_with_its_server(
    addresses: Addresses, template: str, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    from core import rounds

    with databases.made(addresses, template) as name, serving.in_use(addresses(name), monkeypatch):
        with serving.streamlit(addresses(name), WORKER="on") as running:
            page = browser.new_page(base_url=running.url)
            opens(page, "/outbox")
            for _ in range(100):
                with db.begin() as conn:
                    if rounds.workers(conn):
                        break
                time.sleep(0.1)
            else:
                pytest.fail("the worker did not start")
            page.close()
        for _ in range(100):
            with db.begin() as conn:
                if not rounds.workers(conn):
                    return
            time.sleep(0.1)
        pytest.fail("the worker did not end")
