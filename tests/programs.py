"""What the tests drive and pip cannot bring, a browser and Poppler: python -m tests.programs gets what is not here."""

import os
import shutil
import subprocess
import sys

from playwright.sync_api import sync_playwright

from tests import chromium, pdf


def main() -> None:
    """Makes sure that they are here; exit code 1 with the way to get one that cannot be had."""
    if not pdf.can_read():
        _from_debian("poppler-utils")
    with sync_playwright() as playwright:
        if chromium.path(playwright) is None:
            _from_debian("chromium")  # it brings its libraries along, which Playwright's own does not
        if chromium.path(playwright) is None:
            subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
        missing = [] if chromium.path(playwright) else [chromium.NONE_HERE]
    missing += [] if pdf.can_read() else [pdf.NONE_HERE]
    if missing:
        sys.exit("\n".join(missing))


def _from_debian(package: str) -> None:
    """Installs a package where we may."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        for command in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", package]):
            subprocess.run(
                ["apt-get", *command], env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
                stdin=subprocess.DEVNULL, check=False,
            )  # fmt: skip


if __name__ == "__main__":
    main()
