"""A member of staff at the browser: waits as a person does, and presses what they see."""

import re
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import text

from core import cases, db, people
from core.kinds import Kind
from core.receipt import Receipt, receive

IDLE = """() => { const app = document.querySelector('[data-testid="stApp"]');
    return app && app.getAttribute('data-test-script-state') === 'notRunning'
        && !document.querySelector('[data-stale="true"]'); }"""

#: On a day off an answer counts as the next business day.
ANSWERED_TODAY = re.compile("Answered in (0 business days|1 business day)")


def settled(page: Page) -> None:
    """The page has run and drawn what came of it."""
    page.wait_for_timeout(250)
    page.wait_for_function(IDLE, timeout=30_000)
    page.wait_for_timeout(100)


def opens(page: Page, path: str, name: str = "Sam") -> None:
    """Opens a page as this person."""
    with db.begin() as conn:
        known = {person.name.split()[0]: person.id for person in people.everyone(conn)}
    page.goto(f"{path}{'&' if '?' in path else '?'}as={known[name]}")
    settled(page)


def presses(page: Page, label: str | re.Pattern[str]) -> None:
    """Presses the button of this name; where a form repeats it, the form's."""
    page.get_by_role("button", name=label, exact=True).last.click()
    settled(page)


def chooses(page: Page, option: str) -> None:
    """Chooses this option of the open form."""
    page.locator(".st-key-form").get_by_text(option, exact=True).click()
    settled(page)


def fills(page: Page, label: str, text: str) -> None:
    """Types into the field of this label, without leaving it."""
    page.get_by_role("textbox", name=re.compile(f"^{re.escape(label)}")).first.fill(text)


def reads(page: Page, text: str | re.Pattern[str]) -> None:
    """The page says this."""
    expect(page.get_by_text(text).first).to_be_visible(timeout=15_000)


def received(by: str = "Cleo", **said: Any) -> str:
    """A new complaint; its request number."""
    given = {"kind": Kind.COMPLAINT, "channel": "phone", "category": "timeliness", "phone": "416 555 0123", "email": "ruth@example.org",
             "customer_name": "Ruth Example", "description": "I waited forty minutes and was cut off."} | said  # fmt: skip
    with db.begin() as conn:
        cleo = next(person for person in people.everyone(conn) if person.name.startswith(by))
        return str(receive(conn, Receipt(**given), by=cleo).request_no)


def takes(name: str, number: str) -> None:
    """Somebody takes a complaint, on another screen."""
    with db.begin() as conn:
        by = next(person for person in people.everyone(conn) if person.name.startswith(name))
        cases.act(conn, cases.find(conn, number, by).id, "take", by=by)


def state_of(number: str) -> str:
    """Where the case stands in the database."""
    with db.begin() as conn:
        return str(
            conn.execute(text("select state from cases where request_no = :number"), {"number": number}).scalar_one()
        )
