"""What whoever runs the dashboard may set, in the environment. Everything works with nothing set."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode, urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from core.errors import Unconfigured

ROOT = Path(__file__).resolve().parents[1]


class BadSetting(Unconfigured):
    """{name} {problem}."""


def _data_dir() -> Path:
    """As root, PostgreSQL runs as another user, who must be able to reach its data: not so under /root."""
    return Path("/var/lib/toronto-311-dashboard") if os.geteuid() == 0 else ROOT / ".data"


class Settings(BaseSettings):
    """The environment. Addresses hold passwords: no message here repeats what was given."""

    model_config = SettingsConfigDict(env_ignore_empty=True, frozen=True)

    #: PostgreSQL 15 or later; without it the embedded one is started.
    database_url: str | None = None
    #: A copy to read figures from; without it they come from the database itself.
    database_read_url: str | None = None
    #: The embedded database.
    data_dir: Path = Field(default_factory=_data_dir)
    port: int = 8501
    #: The mail server; without it messages are kept in the outbox and shown.
    smtp_url: str | None = None
    #: The SMS gateway, as apprise writes it; without it as above.
    sms_url: str | None = None
    #: The letterhead and the way to Ombudsman Toronto; without it those in core/letter_texts.
    letter_texts: Path | None = None
    #: off: the server brings no worker along; on: `check` also says when none is running anywhere.
    worker: Literal["on", "off"] | None = None
    #: Where people open the dashboard, for the links of the morning digest.
    public_url: str | None = None
    #: on: refuses to start without a provider to sign in with, and invents nobody.
    production: Literal["on", "off"] | None = None
    #: Who says who somebody is (OpenID Connect); all of it or none, or in .streamlit/secrets.toml: see core/provider.py.
    oidc_metadata_url: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = None
    #: Signs the cookie of whoever is signed in; the same on every replica.
    cookie_secret: str | None = None
    #: The claim that says which account it is, and never changes.
    oidc_subject_claim: str = "sub"
    #: The claim that says whether the provider has verified the email address.
    oidc_verified_claim: str = "email_verified"
    #: The claim that holds somebody's role here; without it the role is the one in the staff directory.
    oidc_role_claim: str | None = None
    #: Hours after signing in at which a session ends, however much it was used.
    session_hours: float = 12

    @field_validator("database_url", "database_read_url")
    @classmethod
    def _names_a_database(cls, given: str | None) -> str | None:
        try:
            url = make_url(given or "postgresql://localhost/")
        except (ArgumentError, ValueError):
            url = None
        if url is None or url.get_backend_name() not in ("postgresql", "postgres"):
            raise ValueError("must look like postgresql://user:password@host:5432/database")
        return given

    @field_validator("port", mode="before")
    @classmethod
    def _is_a_port(cls, given: object) -> object:
        if not (str(given).isdecimal() and 0 < int(str(given)) < 65536):
            raise ValueError("must be a port number from 1 to 65535")
        return given

    @field_validator("smtp_url")
    @classmethod
    def _names_a_mail_server(cls, given: str | None) -> str | None:
        if given and not (urlsplit(given).scheme in ("smtp", "smtps") and urlsplit(given).hostname):
            raise ValueError("must look like smtp://user:password@host:587?from=311@city.example")
        return given

    @field_validator("sms_url")
    @classmethod
    def _names_a_gateway(cls, given: str | None) -> str | None:
        if given and ("://" not in given or "{to}" not in given):
            raise ValueError(
                "must look like twilio://account:token@from/{to}, as apprise writes it, with {to} for the phone number"
            )
        return given

    @field_validator("worker", "production", mode="before")
    @classmethod
    def _is_on_or_off(cls, given: object) -> object:
        if given not in (None, "on", "off"):
            raise ValueError("must be on or off")
        return given

    @field_validator("public_url")
    @classmethod
    def _is_where_people_go(cls, given: str | None) -> str | None:
        if given and urlsplit(given).scheme not in ("http", "https"):
            raise ValueError("must look like https://feedback.city.example")
        return given

    @field_validator("session_hours", mode="before")
    @classmethod
    def _is_a_time_at_work(cls, given: object) -> object:
        try:
            hours = float(str(given))
        except ValueError:
            hours = 0
        if not 0 < hours <= 24:
            raise ValueError("must be a number of hours of at most 24")
        return hours

    @field_validator("data_dir")
    @classmethod
    def _is_absolute(cls, given: Path) -> Path:
        return (ROOT / given.expanduser()).resolve()


NAMES = frozenset(Settings.model_fields)


def settings() -> Settings:
    """The settings as the environment has them now; refuses one that cannot be used, in one sentence."""
    return _read(frozenset((name, value) for name, value in os.environ.items() if name.lower() in NAMES))


def link(page: str, **asked: str) -> str:
    """The address of a page of the dashboard, for what is read elsewhere."""
    base = (settings().public_url or f"http://localhost:{settings().port}").rstrip("/")
    return f"{base}/{page}" + (f"?{urlencode(asked)}" if asked else "")


@lru_cache(maxsize=8)
def _read(_environment: frozenset[tuple[str, str]]) -> Settings:
    """Read once for each environment: it takes as long as a page's queries."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        problem = str(first["msg"]).removeprefix("Value error, ")
        raise BadSetting(name=str(first["loc"][0]).upper(), problem=problem) from None
