"""What the operator sets, in the environment."""

import os
from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings

from core.errors import Unconfigured

ROOT = Path(__file__).resolve().parent.parent
#: PostgreSQL will not run as root: it runs as a user of its own, who must be able to reach its files.
ROOTS_DATA = Path("/var/lib/toronto-311-dashboard")


class Settings(BaseSettings):
    """DATABASE_URL, DATABASE_READ_URL, DATA_DIR, PORT, SMTP_URL, SMS_URL; each has a default that works."""

    database_url: str | None = Field(None, description="PostgreSQL 15 or later; unset: the embedded one")
    database_read_url: str | None = Field(None, description="a replica for figures")
    data_dir: Path = ROOTS_DATA if os.name == "posix" and os.geteuid() == 0 else ROOT / ".data"
    port: int = 8501
    smtp_url: str | None = Field(None, description="smtp://user:password@host:587?from=311@city.example")
    sms_url: str | None = None

    @field_validator("database_url", "database_read_url")
    @classmethod
    def _is_postgresql(cls, url: str | None) -> str | None:
        if url and not url.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
            raise ValueError("must look like postgresql://user:password@host:5432/name")
        return url or None

    @field_validator("smtp_url", "sms_url")
    @classmethod
    def _blank_is_unset(cls, url: str | None) -> str | None:
        return url or None


@cache
def settings() -> Settings:
    """The settings of this process; refuses what is malformed, without repeating it: it may hold a password."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        raise Unconfigured(f"{name}: {first['msg'].removeprefix('Value error, ')}.") from None
