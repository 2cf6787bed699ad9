"""The dashboard as a real server, and which database is in use during a test."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.request import urlopen

import pytest
from streamlit.testing.v1 import AppTest

from core import db
from core.settings import ROOT

SECONDS_TO_START = 60
#: Opens a page without a browser: the fixture open_page.
Opened = Callable[..., AppTest]


@dataclass(frozen=True)
class App:
    """A running dashboard: where it answers, and the address of its database."""

    url: str
    database: str
    #: The file of what it wrote.
    log: str = ""
    #: What it wrote to its log so far.
    said: Callable[[], str] = str


@contextmanager
def in_use(address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Makes this the database in use, as DATABASE_URL does."""
    db.close()
    with monkeypatch.context() as changed:
        changed.setenv("DATABASE_URL", address)
        yield
        db.close()


@contextmanager
def streamlit(address: str, *, port: int | None = None, host: str = "127.0.0.1", **environment: str) -> Iterator[App]:
    """The dashboard over this database on a free port, ended by its own id; without a worker unless WORKER=on asks for it."""
    port = port or free_port()
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/server.py", "--server.port", str(port)]
    with tempfile.NamedTemporaryFile("w+") as said:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": address, "WORKER": "off"} | environment,
            stdout=said,
            stderr=said,
        )
        try:
            url = f"http://{host}:{port}"
            if not answers(f"{url}/_stcore/health", process):
                said.seek(0)
                pytest.fail(f"The dashboard did not start:\n{said.read()}")
            yield App(url, address, said.name, lambda: os.pread(said.fileno(), 1 << 24, 0).decode(errors="replace"))
        finally:
            process.terminate()
            process.wait(20)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str, process: subprocess.Popen[bytes]) -> bool:
    """Waits until something answers there; whether it did before the process ended or the time was up."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(url, timeout=5):
                return True
        except OSError:
            time.sleep(0.1)
    return False
