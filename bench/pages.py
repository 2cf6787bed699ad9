"""The queue and the compliance page among ten million cases: the server's time, against the same widgets with constant data.

Two servers run side by side: the dashboard over the database of bench/cases.py, with a supervisor signed in, and
bench/floor_page.py, which sends the same elements and asks nobody. A client on the websocket asks each in turn to run its
page again, as a click on it would, and waits for the end of the run: [queue_to_floor] and [compliance_to_floor] compare these times. Between two
runs it leaves a gap, as people do; clients that send back to back wait for delayed acknowledgements instead.

The client does what a browser does with the address and with messages that it has already, and draws nothing. Both
pages must send the same elements in the same order, or the comparison is refused.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from statistics import median
from time import perf_counter
from types import TracebackType
from typing import IO, Any
from urllib.request import urlopen

import psycopg
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from bench import cases
from bench.measure import ratio, show
from core import db
from core.settings import ROOT

ROWS = 10_000_000
ROUNDS = 100
GAP, SECONDS_TO_START = 0.1, 60
#: What the server says instead of an element that the client has already.
KNOWN = "known"
OURS, FLOOR = "the dashboard", "the same widgets, constant data"
PAGES = ("queue", "compliance")


class Visitor:
    """One open page: a websocket, and what a browser keeps between runs."""

    def __init__(self, port: int, page: str) -> None:
        address = f"127.0.0.1:{port}"
        self.socket = connect(f"ws://{address}/_stcore/stream", subprotocols=[Subprotocol("streamlit")], max_size=None,
                              compression=None, origin=Origin(f"http://{address}"))  # fmt: skip
        self.page, self.page_hash, self.query = page, "", ""
        self.known: list[str] = []
        self.elements: list[str] = []

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.close()

    def run(self) -> float:
        """Runs the page once; the seconds from asking to the end of the run."""
        asked = BackMsg()
        script = asked.rerun_script
        script.page_name, script.page_script_hash, script.query_string = self.page, self.page_hash, self.query
        script.context_info.timezone, script.context_info.locale = "America/Toronto", "en-CA"
        script.cached_message_hashes.extend(self.known)
        start = perf_counter()
        self.socket.send(asked.SerializeToString())
        while True:
            said = ForwardMsg.FromString(self.socket.recv(SECONDS_TO_START))
            if (
                said.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
                and said.WhichOneof("type") == "script_finished"
            ):
                return perf_counter() - start
            self._note(said)

    def _note(self, said: Any) -> None:
        kind = said.WhichOneof("type")
        if said.metadata.cacheable and said.hash and kind != "ref_hash" and said.hash not in self.known:
            self.known.append(said.hash)
        if kind == "new_session":
            self.page_hash, self.elements = said.new_session.page_script_hash, []
        elif kind == "navigation":
            self.page_hash = said.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = said.page_info_changed.query_string
        elif kind == "delta" and said.delta.WhichOneof("type") == "new_element":
            self.elements.append(said.delta.new_element.WhichOneof("type"))
        elif kind == "ref_hash":
            self.elements.append(KNOWN)


def run(rows: int) -> dict[str, float]:
    """Ratios: each page's time to its floor's; smaller is better."""
    address = cases.database(rows)
    with psycopg.connect(db.as_address(address), autocommit=True) as conn:
        conn.execute("select fold_figures()")
    with ExitStack() as running:
        ports = {
            name: running.enter_context(_server(script, db.as_address(address)))
            for name, script in ((OURS, "dashboard/server.py"), (FLOOR, "bench/floor_page.py"))
        }
        return {f"{page}_to_floor": _page(page, ports, rows) for page in PAGES}


def _page(page: str, ports: dict[str, int], rows: int) -> float:
    with ExitStack() as visiting:
        visitors = {name: visiting.enter_context(Visitor(port, page)) for name, port in ports.items()}
        first = {name: visitor.run() for name, visitor in visitors.items()}
        _refuse_unlike(visitors)
        seconds = _in_turn(visitors)
        _refuse_unlike(visitors)
    show(
        f"One run of {page}, {ROUNDS} rounds, medians in ms: {rows:,} cases, one in {cases.OPEN} open",
        ["page", "first run", "run again", "to the floor"],
        [[name, f"{1000 * first[name]:.1f}", f"{1000 * median(seconds[name]):.1f}", f"{ratio(seconds[name], seconds[FLOOR]):.2f}"]
         for name in visitors],
    )  # fmt: skip
    return ratio(seconds[OURS], seconds[FLOOR])


def _in_turn(visitors: dict[str, Visitor]) -> dict[str, list[float]]:
    """As bench.measure.interleaved, with a gap that is not measured."""
    seconds: dict[str, list[float]] = {name: [] for name in visitors}
    for turn in range(ROUNDS + 5):  # five warm up
        for name, visitor in visitors.items():
            time.sleep(GAP)
            took = visitor.run()
            if turn >= 5:
                seconds[name].append(took)
    return seconds


def _refuse_unlike(visitors: dict[str, Visitor]) -> None:
    ours, floor = (visitors[name].elements for name in (OURS, FLOOR))
    if ours != floor or not {"dataframe", KNOWN} & set(ours):
        raise SystemExit(f"The pages are not alike, so their times say nothing:\n{ours}\n{floor}")


@contextmanager
def _server(script: str, address: str) -> Iterator[int]:
    """The port of this script's server, which is ended afterwards."""
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
    environment = os.environ | {"DATABASE_URL": address, "WORKER": "off", "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said)
        try:
            _wait(port, process, said)
            yield port
        finally:
            process.terminate()
            process.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes], said: IO[str]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    said.seek(0)
    raise SystemExit(f"The server did not start:\n{said.read()}")
