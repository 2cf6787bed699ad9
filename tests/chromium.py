"""The browser of the tests: the machine's Chromium, or Playwright's own."""

import shutil
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
NONE_HERE = "The browser tests need Chromium: apt-get install chromium, or .venv/bin/playwright install chromium."
#: Streamlit has run the page and drawn what came of it.
IDLE = """() => { const app = document.querySelector('[data-testid="stApp"]');
  return app && app.getAttribute('data-test-script-state') === 'notRunning'
    && !document.querySelector('[data-testid="stSkeleton"]') && !document.querySelector('[data-stale="true"]'); }"""


def launch(playwright: Playwright) -> Browser:
    """A browser without a window; refuses with the way to get one."""
    found = path(playwright)
    if found is None:
        raise RuntimeError(NONE_HERE)
    return playwright.chromium.launch(executable_path=found, args=FLAGS)


def path(playwright: Playwright) -> str | None:
    """Where the browser is, if there is one."""
    own = playwright.chromium.executable_path
    return next(filter(None, map(shutil.which, NAMES)), own if Path(own).exists() else None)


def settle(page: Page, seconds: int = 30) -> None:
    """Waits until the page stands still after it was opened or clicked."""
    page.wait_for_selector('[data-testid="stApp"]', timeout=seconds * 1000)
    page.wait_for_timeout(150)
    page.wait_for_function(IDLE, timeout=seconds * 1000)
