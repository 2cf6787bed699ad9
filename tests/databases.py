"""The PostgreSQL that the tests run on, and the databases made in it.

DATABASE_URL if it is set (databases are made beside the one it names, so its user must be allowed to); with
TEST_DATABASE=15 Debian's PostgreSQL 15; else the embedded one. The last two are our own, in a temporary folder.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import Connection, create_engine

from core import business_days, db, embedded
from core.migrate import migrate

#: Nothing of a test has to outlive a power cut.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
#: The address of a database of the server that the tests run on, by its name.
Addresses = Callable[[str], str]


@contextmanager
def server() -> Iterator[Addresses]:
    """The server for this run, ended afterwards if it is ours."""
    if given := os.environ.get("DATABASE_URL"):
        yield lambda name: db.as_address(db.as_url(given).set(database=name))
        return
    with folder() as data_dir:
        os.environ["DATA_DIR"] = str(data_dir)
        ours = replace(_debian(data_dir) or embedded.server(), options=FAST)
        try:
            ours.start("postgres")
            yield ours.address
        finally:
            ours.stop()


@contextmanager
def folder() -> Iterator[Path]:
    """A new folder for a server's data, removed afterwards."""
    made = Path(tempfile.mkdtemp(prefix="toronto-311-tests-", dir="/tmp"))
    made.chmod(0o755)  # as root, PostgreSQL runs as another user, who has to get in; the data itself is closed
    try:
        yield made
    finally:
        shutil.rmtree(made)


def _debian(data_dir: Path) -> embedded.Server | None:
    version = os.environ.get("TEST_DATABASE")
    if not version:
        return None
    programs = Path(f"/usr/lib/postgresql/{version}/bin")
    if not (programs / "postgres").exists():
        pytest.exit(f"TEST_DATABASE={version} needs {programs}: apt-get install postgresql-{version}", returncode=2)
    return embedded.Server(programs, data_dir / "postgresql")


@contextmanager
def template(addresses: Addresses) -> Iterator[str]:
    """The name of a database that is up to date and prepared, and that nobody is connected to: copies are cheap."""
    with made(addresses) as name:
        migrate(addresses(name))
        owner = create_engine(db.as_url(addresses(name)))
        with owner.begin() as conn:
            prepare(conn)
        owner.dispose()
        yield name


def prepare(conn: Connection) -> None:
    """What every test finds in its database: the calendar, and the cast of the demo."""
    business_days.load(conn)
    if find_spec("core.demo"):
        cast = getattr(import_module("core.demo"), "cast", None)
        if cast:
            cast(conn)


@contextmanager
def made(addresses: Addresses, like: str = "template1") -> Iterator[str]:
    """The name of a new database like another one, dropped afterwards whoever is still connected."""
    name = f"test_311_{uuid4().hex[:12]}"
    _administer(addresses, "create database {} template {}", name, like)
    try:
        yield name
    finally:
        _administer(addresses, "drop database {} with (force)", name)


def _administer(addresses: Addresses, command: str, *names: str) -> None:
    with psycopg.connect(addresses("postgres"), autocommit=True) as conn:
        conn.execute(SQL(command).format(*map(Identifier, names)))
