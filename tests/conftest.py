"""What a test may ask for: a connection, a database of its own, the running dashboard, a page in a browser."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import Connection
from streamlit import config
from streamlit.testing.v1 import AppTest

from core import db
from core.settings import ROOT
from dashboard import session
from tests import builders, chromium, databases, serving
from tests.databases import Addresses

HERE = Path(__file__).parent

# The database takes the time it takes; a connection that is undone at the end may serve every example of a property.
settings.register_profile("ours", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
settings.load_profile("ours")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in tests/browser is one of the browser: -m "not browser" leaves them out."""
    for item in items:
        if HERE / "browser" in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def addresses() -> Iterator[Addresses]:
    """The server of this run: the address of a database by its name."""
    with databases.server() as found:
        yield found


@pytest.fixture(scope="session")
def template(addresses: Addresses) -> Iterator[str]:
    """A prepared database to copy."""
    with databases.template(addresses) as name:
        yield name


@pytest.fixture(scope="session")
def shared_database(addresses: Addresses, template: str) -> Iterator[str]:
    """The database in which each test undoes what it did; the one in use unless a test asks for its own."""
    with databases.made(addresses, template) as name:
        for unwanted in ("DATABASE_READ_URL", "SMTP_URL", "SMS_URL"):
            os.environ.pop(unwanted, None)
        os.environ["DATABASE_URL"] = addresses(name)
        yield addresses(name)
        db.close()


@pytest.fixture
def conn(shared_database: str) -> Iterator[Connection]:
    """A connection as the dashboard has it, in a transaction that is undone at the end."""
    with db.engine().connect() as conn:
        yield conn
        conn.rollback()


@pytest.fixture
def database(
    shared_database: str, addresses: Addresses, template: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The address of a new database, the one in use during the test: for commits, threads and other processes."""
    with databases.made(addresses, template) as name, serving.in_use(addresses(name), monkeypatch):
        yield addresses(name)


@pytest.fixture(scope="session")
def app(shared_database: str, addresses: Addresses, template: str) -> Iterator[serving.App]:
    """The dashboard as a real server over a new database."""
    with databases.made(addresses, template) as name, serving.streamlit(addresses(name)) as running:
        yield running


@pytest.fixture
def app_url(app: serving.App, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where the dashboard answers; its database is the one in use during the test."""
    with serving.in_use(app.database, monkeypatch):
        yield app.url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or Playwright's."""
    with sync_playwright() as playwright:
        opened = chromium.launch(playwright)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, app_url: str) -> Iterator[Page]:
    """A page of a clerk in Toronto; page.goto("/queue") is enough."""
    context = browser.new_context(
        base_url=app_url, locale="en-CA", timezone_id="America/Toronto", viewport={"width": 1440, "height": 900}
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def open_page(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[serving.Opened]:
    """A page as one of the cast opens it, by its name and what its address says, without a browser; each call is a tab of its own."""
    monkeypatch.setenv("WORKER", "off")
    option = "runner.enforceSerializableSessionState"  # AppTest keeps the widgets themselves in the session
    strict = config.get_option(option)
    config.set_option(option, False)

    def opened(room: str, name: str = builders.SAM, **address: str) -> AppTest:
        with db.begin() as conn:
            person = builders.who(conn, name)
        monkeypatch.setattr(session, "sign_in_as_chosen", lambda: person)
        monkeypatch.setattr(session, "actor", lambda: person)
        page = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=60)
        for key, value in address.items():
            page.query_params[key] = value
        return page.run().switch_page(str(ROOT / "pages" / f"{room}.py")).run()

    yield opened
    config.set_option(option, strict)
