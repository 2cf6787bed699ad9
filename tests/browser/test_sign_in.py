"""Signing in with a real provider in a real browser: who is let in, what the others see, and when it is over."""

import json
import re
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import text
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from core import db
from tests import databases, provider, serving
from tests.browser.staff import presses, reads, received, settled, state_of
from tests.databases import Addresses
from tests.provider import COOKIE_SECRET, Provider, is_let_in, signs_in

COOKIE = "_streamlit_user"
Opens = Callable[[], Page]


@pytest.fixture(scope="module")
def idp() -> Iterator[Provider]:
    with provider.running() as running:
        yield running


@pytest.fixture(scope="module")
def guarded(shared_database: str, addresses: Addresses, template: str, idp: Provider) -> Iterator[serving.App]:
    """The dashboard with sign-in, as in production, over a database of its own."""
    port = serving.free_port()
    with (
        databases.made(addresses, template) as name,
        serving.streamlit(
            addresses(name), port=port, host="localhost", PRODUCTION="on", **provider.settings(idp, port)
        ) as running,
    ):
        yield running


@pytest.fixture
def somebody(guarded: serving.App, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opens]:
    """A page in a browser of its own, as often as it is asked for."""
    opened: list[BrowserContext] = []

    def opens() -> Page:
        opened.append(browser.new_context(base_url=guarded.url, locale="en-CA", timezone_id="America/Toronto"))
        return opened[-1].new_page()

    with serving.in_use(guarded.database, monkeypatch):
        yield opens
    for context in opened:
        context.close()


def changes(sql: str) -> None:
    """What an administrator does in the staff directory."""
    with db.owner_engine().begin() as conn:
        conn.execute(text(sql))


def nothing_but(page: Page, sentence: str | re.Pattern[str], button: str) -> None:
    """One sentence and one button: no navigation, no number, no page."""
    reads(page, sentence)
    expect(page.get_by_role("button")).to_have_count(1)
    expect(page.get_by_role("button", name=button, exact=True)).to_be_visible()
    expect(page.get_by_role("link")).to_have_count(1)  # "Skip to main content", of every page
    expect(page.get_by_test_id("stTopNavLink")).to_have_count(0)
    said = page.get_by_test_id("stMain").inner_text().replace("311 Toronto feedback", "").replace("311 Toronto", "")
    assert not re.search(r"\d", said) and len(said.splitlines()) <= 5


def test_a_verified_address_of_the_directory_is_let_in_and_finds_the_page_that_was_asked_for(
    somebody: Opens, idp: Provider
) -> None:
    page, number = somebody(), received()
    signs_in(page, idp.knows("sam-1", "Sam.Whitfield@example.org"), f"/complaint?no={number}")
    is_let_in(page, "Sam Whitfield · Supervisor")
    reads(page, f"Complaint {number}")
    expect(page.get_by_text("no sign-in")).to_have_count(0)
    page.reload()
    settled(page)
    reads(page, f"Complaint {number}")


def test_nobody_sees_anything_before_they_sign_in(somebody: Opens) -> None:
    page = somebody()
    for path in ("/", "/queue", "/complaint?no=09400001&as=1", "/people?as=4"):
        page.goto(path)
        settled(page)
        nothing_but(page, "For staff of 311 Toronto. Sign in with your City account.", "Sign in")


@pytest.mark.parametrize(("sub", "email", "verified", "sentence"), [
    ("eve-1", "eve@elsewhere.example", True, "You are signed in as eve@elsewhere.example, who is not in the staff directory; sign out to choose another"),
    ("eve-2", "mina.okafor@example.org", False, "Your email address is not verified where you signed in"),
    ("eve-3", None, True, "Your account is not in the staff directory"),
    ("eve-4", "desmond.clarke-amadi@example.org", True, "Your account is closed; ask an administrator if that is a mistake."),
])  # fmt: skip
def test_who_is_not_let_in_sees_one_sentence_and_a_way_out(somebody: Opens, idp: Provider, sub: str, email: str | None, verified: bool,
                                                             sentence: str) -> None:  # fmt: skip
    changes("update staff set active = false where name like 'Desmond %'")
    page = somebody()
    signs_in(page, idp.knows(sub, email, verified=verified), "/queue")
    nothing_but(page, re.compile(re.escape(sentence)), "Sign out")
    page.goto("/people")
    settled(page)
    nothing_but(page, re.compile(re.escape(sentence)), "Sign out")


def test_by_another_name_of_this_machine_it_leads_to_the_address_that_it_told(
    somebody: Opens, guarded: serving.App
) -> None:
    page = somebody()
    page.goto(f"{guarded.url.replace('localhost', '127.0.0.1')}/queue?who=mine")
    settled(page)
    nothing_but(page, "For staff of 311 Toronto. Sign in with your City account.", "Sign in")
    assert page.url == f"{guarded.url}/queue?who=mine"
    assert f"The dashboard opens at {guarded.url}\n" in guarded.said() and "127.0.0.1" not in guarded.said()


def test_a_deactivated_persons_open_page_can_do_nothing_more(somebody: Opens, idp: Provider) -> None:
    page, number = somebody(), received()
    signs_in(page, idp.knows("jonas-1", "jonas.lindqvist@example.org"), f"/complaint?no={number}")
    expect(page.get_by_role("button", name="Take", exact=True)).to_be_enabled()
    changes("update staff set active = false where name like 'Jonas %'")
    presses(page, "Take")
    nothing_but(page, "Your account is closed; ask an administrator if that is a mistake.", "Sign out")
    assert state_of(number) == "received"


def test_a_demoted_persons_open_page_loses_the_right_at_the_next_click(somebody: Opens, idp: Provider) -> None:
    page, number = somebody(), received()
    signs_in(page, idp.knows("priya-1", "priya.raman@example.org"), f"/complaint?no={number}")
    expect(page.get_by_role("button", name="Take", exact=True)).to_be_enabled()
    changes("update staff set role = 'viewer' where name like 'Priya %'")
    presses(page, "Take")
    assert state_of(number) == "received"
    is_let_in(page, "Priya Raman · Viewer")
    reads(page, "This page is not for your role.")
    expect(page.get_by_text("I waited forty minutes")).to_have_count(0)


def test_signed_out_in_one_tab_is_signed_out_in_all_and_a_copy_of_the_cookie_opens_nothing(
    somebody: Opens, idp: Provider
) -> None:
    page, number = somebody(), received()
    signs_in(page, idp.knows("sam-1", "sam.whitfield@example.org"), f"/complaint?no={number}")
    other = page.context.new_page()
    other.goto(f"/complaint?no={number}")
    settled(other)
    copied = page.context.cookies()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/end_session**")
    presses(other, "Take")
    nothing_but(other, "Your session has ended. Sign in again.", "Sign in")
    assert state_of(number) == "received"
    thief = somebody()
    thief.context.add_cookies(copied)  # type: ignore[arg-type]
    thief.goto("/queue")
    settled(thief)
    nothing_but(thief, "Your session has ended. Sign in again.", "Sign in")
    page.goto("/")
    settled(page)
    nothing_but(page, "For staff of 311 Toronto. Sign in with your City account.", "Sign in")


def test_a_session_ends_by_itself(shared_database: str, idp: Provider, guarded: serving.App, browser: Browser,
                                  monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    port, seconds = serving.free_port(), 12
    given = provider.settings(idp, port) | {"SESSION_HOURS": str(seconds / 3600)}
    with (
        serving.streamlit(guarded.database, port=port, host="localhost", **given) as short,
        serving.in_use(guarded.database, monkeypatch),
    ):
        page, number = browser.new_context(base_url=short.url).new_page(), received()
        signs_in(page, idp.knows("sam-1", "sam.whitfield@example.org"), f"/complaint?no={number}")
        is_let_in(page, "Sam Whitfield")
        page.wait_for_timeout(seconds * 1000)
        presses(page, "Take")
        nothing_but(page, "Your session has ended. Sign in again.", "Sign in")
        assert state_of(number) == "received"
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/oauth2/authorize**")
        page.context.close()


@pytest.mark.parametrize("secret", ["another-secret-of-the-same-length!", "", None])
def test_a_forged_cookie_opens_nothing(
    somebody: Opens, guarded: serving.App, idp: Provider, secret: str | None
) -> None:
    """Signed with another secret, with none, or a true one in which something was changed."""
    page, origin = somebody(), guarded.url
    said = f'{{"iss": "{idp.url}", "sub": "sam-1", "iat": 4000000000, "email": "sam.whitfield@example.org", "email_verified": true,' \
           f' "is_logged_in": true, "origin": "{origin}", "provider": "default"}}'  # fmt: skip
    if secret is None:
        signs_in(page, idp.knows("cleo-1", "cleo.marchetti@example.org"))
        value = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == COOKIE)
        value = value[:40] + ("A" if value[40] != "A" else "B") + value[41:]
        page.context.clear_cookies()
    else:
        value = create_signed_value(secret, COOKIE, said).decode() if secret else said.replace('"', "'")
    page.context.add_cookies([{"name": COOKIE, "value": value, "url": origin}])
    page.goto("/queue")
    settled(page)
    nothing_but(page, "For staff of 311 Toronto. Sign in with your City account.", "Sign in")


def test_whoever_has_the_secret_could_be_anybody_so_the_forgery_above_is_a_good_one(
    somebody: Opens, guarded: serving.App, idp: Provider
) -> None:
    said = {"iss": idp.url, "sub": "mina-9", "iat": int(time.time()), "email": "mina.okafor@example.org", "email_verified": True,
            "is_logged_in": True, "origin": guarded.url, "provider": "default"}  # fmt: skip
    page = somebody()
    page.context.add_cookies(
        [
            {
                "name": COOKIE,
                "value": create_signed_value(COOKIE_SECRET, COOKIE, json.dumps(said)).decode(),
                "url": guarded.url,
            }
        ]
    )
    page.goto("/queue")
    settled(page)
    is_let_in(page, "Mina")


def test_an_answer_of_the_provider_is_good_once_and_only_where_it_was_asked_for(somebody: Opens, idp: Provider) -> None:
    page = somebody()
    answers: list[str] = []
    page.on("request", lambda request: answers.append(request.url) if "/oauth2callback" in request.url else None)
    signs_in(page, idp.knows("cleo-1", "cleo.marchetti@example.org"))
    is_let_in(page, "Cleo Marchetti")
    (answer,) = answers
    assert "state=" in answer and "code=" in answer
    stranger = somebody()
    for url in (answer, re.sub("state=[^&]*", "state=x", answer), re.sub("state=[^&]*", "", answer)):
        stranger.goto(url)
        settled(stranger)
        nothing_but(stranger, "For staff of 311 Toronto. Sign in with your City account.", "Sign in")
    page.context.clear_cookies(name=COOKIE)
    page.goto(answer)
    settled(page)
    nothing_but(page, "For staff of 311 Toronto. Sign in with your City account.", "Sign in")


def test_two_people_at_two_machines_are_two_people(somebody: Opens, idp: Provider) -> None:
    sam, cleo = somebody(), somebody()
    signs_in(sam, idp.knows("sam-1", "sam.whitfield@example.org"))
    signs_in(cleo, idp.knows("cleo-1", "cleo.marchetti@example.org"))
    for page, name in ((sam, "Sam Whitfield"), (cleo, "Cleo Marchetti"), (sam, "Sam Whitfield")):
        page.goto("/queue?as=1")  # the demo's way of choosing is no way in
        settled(page)
        is_let_in(page, name)


def test_who_comes_next_in_the_same_browser_is_not_taken_for_who_left(somebody: Opens, idp: Provider) -> None:
    """Two tabs as two people: the first tab's person is signed out, and the tab says so instead of acting as either."""
    first, number = somebody(), received()
    signs_in(first, idp.knows("sam-1", "sam.whitfield@example.org"), f"/complaint?no={number}")
    second = first.context.new_page()
    second.goto("/")
    settled(second)
    second.get_by_role("button", name="Sign out").click()
    second.wait_for_url("**/end_session**")
    signs_in(second, idp.knows("cleo-1", "cleo.marchetti@example.org"))
    is_let_in(second, "Cleo Marchetti")
    presses(first, "Take")
    nothing_but(first, "Your session has ended. Sign in again.", "Sign in")
    assert state_of(number) == "received"


@pytest.mark.parametrize(
    "path", ["//evil.example/queue", "/queue/../../evil", "/\\evil.example", "/auth/logout", "/nowhere"]
)
def test_signing_in_leads_nowhere_but_to_our_own_pages(somebody: Opens, guarded: serving.App, path: str) -> None:
    from dashboard.deep_link import COOKIE as PAGE
    from dashboard.deep_link import a_page_of_ours

    assert a_page_of_ours(path) is None
    answer = somebody().context.request.get(
        f"{guarded.url}/oauth2callback?state=x", headers={"Cookie": f"{PAGE}={path}"}, max_redirects=0
    )
    assert (answer.status, answer.headers["location"]) == (302, "/")


def test_no_secret_is_in_the_log(guarded: serving.App) -> None:
    """Last, after everything above was written into it."""
    with open(guarded.log, encoding="utf-8") as log:  # noqa: PTH123
        said = log.read()
    assert not [name for name in ("sam.whitfield", "eve@elsewhere") if name in said.lower()]
    assert not [secret for secret in (COOKIE_SECRET, provider.CLIENT_SECRET) if secret in said]


# Files


def test_files_go_in_and_out_only_with_a_session_that_holds(guarded, somebody, idp):
    """Whoever only stands at the door could otherwise fill the server's memory, and open any file whose address they have."""
    changes("delete from identities where staff_id = (select id from staff where email = 'sam.whitfield@example.org')")
    with httpx.Client(base_url=guarded.url) as stranger:
        stranger.get("/_stcore/health")
        token = {"X-Xsrftoken": stranger.cookies["_streamlit_xsrf"]}
        for asked in (
            stranger.put("/_stcore/upload_file/a/b", files={"file": ("x.txt", b"x")}, headers=token),
            stranger.get("/media/anything.pdf"),
            stranger.get("/media/anything.pdf", headers={"Cookie": f"{COOKIE}=forged"}),
        ):
            assert (asked.status_code, asked.text) == (403, "Sign in first.")
    page = somebody()
    signs_in(page, idp.knows("files-1", "sam.whitfield@example.org"))
    is_let_in(page, "Sam Whitfield")
    assert page.request.get("/media/anything.pdf").status == 404
    changes("update sign_ins set ended_at = now()")
    assert page.request.get("/media/anything.pdf").status == 403
    changes("delete from identities where subject = 'files-1'")
