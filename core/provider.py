"""Who says who somebody is: the City's provider of sign-in (OpenID Connect), from the environment or from a file.

The environment: OIDC_METADATA_URL, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, COOKIE_SECRET and PUBLIC_URL. The file is Streamlit's own,
.streamlit/secrets.toml, with the same in its [auth]; if any of the first four is set, the file is not read. What is set by half is
refused and never taken for the demo, which has no sign-in at all.
"""

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core.errors import Unconfigured
from core.settings import ROOT, Settings, settings

FILE = ROOT / ".streamlit" / "secrets.toml"
#: Where the provider sends people back to; Streamlit answers there.
CALLBACK = "/oauth2callback"
#: Letters of a cookie secret that nobody guesses: 32 of `openssl rand -base64 48` are 192 bits.
SHORTEST_SECRET = 32
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class NoProvider(Unconfigured):
    """PRODUCTION is on and there is no provider to sign in with: set OIDC_METADATA_URL, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, COOKIE_SECRET and PUBLIC_URL."""


class HalfAProvider(Unconfigured):
    """Sign-in is set up by half: {missing} is missing."""


class WeakCookieSecret(Unconfigured):
    """COOKIE_SECRET must have at least 32 letters that nobody can guess, such as `openssl rand -base64 48` makes."""


class OpenToOthers(Unconfigured):
    """{name} must begin with https:// (http:// is for this machine only)."""


class BadFile(Unconfigured):
    """.streamlit/secrets.toml cannot be read: {problem}."""


@dataclass(frozen=True)
class Provider:
    """What the dashboard and its provider know of each other. `public_url`: where people open the dashboard."""

    metadata_url: str
    client_id: str
    public_url: str
    client_secret: str = field(repr=False)
    cookie_secret: str = field(repr=False)

    @property
    def is_secure(self) -> bool:
        """Whether people come by https."""
        return self.public_url.startswith("https://")

    def as_secrets(self) -> dict[str, Any]:
        """The same, as Streamlit reads it."""
        return {"auth": {"redirect_uri": self.public_url + CALLBACK, "cookie_secret": self.cookie_secret, "client_id": self.client_id,
                         "client_secret": self.client_secret, "server_metadata_url": self.metadata_url}}  # fmt: skip


def provider() -> Provider | None:
    """The provider that is set up, or None; refuses one that is set up by half or not safely, in one sentence."""
    return _read(settings(), FILE.stat().st_mtime_ns if FILE.is_file() else 0)


@lru_cache(maxsize=8)
def _read(now: Settings, _changed: int) -> Provider | None:
    given = _of_environment(now) or _of_file(FILE)
    if not given:
        if now.production == "on":
            raise NoProvider
        return None
    if missing := [name for name, value in given.items() if not value]:
        raise HalfAProvider(missing=", ".join(missing))
    return _checked(Provider(**{name.removeprefix("OIDC_").lower(): str(value) for name, value in given.items()}))


def _of_environment(now: Settings) -> dict[str, Any] | None:
    own = {"OIDC_METADATA_URL": now.oidc_metadata_url, "OIDC_CLIENT_ID": now.oidc_client_id,
           "OIDC_CLIENT_SECRET": now.oidc_client_secret, "COOKIE_SECRET": now.cookie_secret}  # fmt: skip
    return own | {"PUBLIC_URL": now.public_url} if any(own.values()) else None


def _of_file(path: Path) -> dict[str, Any] | None:
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8")).get("auth") if path.is_file() else None
    except (OSError, ValueError) as error:
        raise BadFile(problem=type(error).__name__) from None  # the error itself may quote a secret
    if said is None:
        return None
    back = str(said.get("redirect_uri", ""))
    return {"OIDC_METADATA_URL": said.get("server_metadata_url"), "OIDC_CLIENT_ID": said.get("client_id"),
            "OIDC_CLIENT_SECRET": said.get("client_secret"), "COOKIE_SECRET": said.get("cookie_secret"),
            "PUBLIC_URL": back.removesuffix(CALLBACK) if back.endswith(CALLBACK) else None}  # fmt: skip


def _checked(made: Provider) -> Provider:
    if len(made.cookie_secret) < SHORTEST_SECRET or len(set(made.cookie_secret)) < 12:
        raise WeakCookieSecret
    for name, url in (("OIDC_METADATA_URL", made.metadata_url), ("PUBLIC_URL", made.public_url)):
        if urlsplit(url).scheme != "https" and urlsplit(url).hostname not in LOOPBACK:
            raise OpenToOthers(name=name)
    return Provider(**{**vars(made), "public_url": _as_browsers_write_it(made.public_url)})


def _as_browsers_write_it(url: str) -> str:
    """The origin in small letters and without the port that goes without saying, and the path without a slash at its end."""
    parts = urlsplit(url)
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return (
        f"{parts.scheme}://{host}{f':{parts.port}' if parts.port not in (None, usual) else ''}{parts.path.rstrip('/')}"
    )
