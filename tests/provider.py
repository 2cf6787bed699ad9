"""A provider of sign-in as a process of its own on this machine, and a dashboard that people sign in to with it."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from playwright.sync_api import Page, expect

from tests import serving
from tests.browser.staff import settled

COOKIE_SECRET = "k7Qm2-fT9wLx4Zr8Vb1Nc6Hy3Jd5Gs0Pa"
CLIENT_SECRET = "canary-client-secret-7f3a"


@dataclass(frozen=True)
class Provider:
    """A running provider; `knows` is how somebody comes to have an account there."""

    url: str

    def knows(self, sub: str, email: str | None = None, *, verified: Any = True, **claims: Any) -> str:
        """An account with these claims, now and until it is told otherwise."""
        said = claims | ({"email": email, "email_verified": verified} if email else {})
        httpx.put(f"{self.url}/users/{sub}", json=said).raise_for_status()
        return sub


@contextmanager
def running() -> Iterator[Provider]:
    """The provider, ended by its own id."""
    port = serving.free_port()
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "oidc_provider_mock",
        "--port",
        str(port),
        "--require-nonce",
        "true",
    ]
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
        try:
            url = f"http://localhost:{port}"
            assert serving.answers(f"{url}/.well-known/openid-configuration", process)
            yield Provider(url)
        finally:
            process.terminate()
            process.wait(20)


def settings(provider: Provider, port: int) -> dict[str, str]:
    """What a dashboard on this port has to be told of the provider."""
    return {"OIDC_METADATA_URL": f"{provider.url}/.well-known/openid-configuration", "OIDC_CLIENT_ID": "dashboard",
            "OIDC_CLIENT_SECRET": CLIENT_SECRET, "COOKIE_SECRET": COOKIE_SECRET, "PUBLIC_URL": f"http://localhost:{port}"}  # fmt: skip


def signs_in(page: Page, sub: str, path: str = "/") -> None:
    """Opens the dashboard, goes to the provider and comes back as this account."""
    page.goto(path)
    settled(page)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/oauth2/authorize**")
    page.locator("input[name=sub]").last.fill(sub)
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(lambda url: "/oauth2/" not in url)
    settled(page)


def is_let_in(page: Page, name: str) -> None:
    """The page shows who is signed in, and the navigation."""
    expect(page.get_by_text(name).first).to_be_visible(timeout=15_000)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
