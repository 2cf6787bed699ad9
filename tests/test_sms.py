"""Status updates by SMS, through a gateway at SMS_URL: here one of our own that speaks HTTP."""

import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from core import db, delivery, notices, sms
from core.outcome import Came
from tests import builders
from tests.builders import MINA, does
from tests.serving import free_port

TO = {"updates_by": "sms", "updates_to": "416-555-0177"}


class Gateway(ThreadingHTTPServer):
    """Answers with these codes, one after the other and the last one for ever; `thinks` seconds before each."""

    def __init__(self, codes: tuple[int, ...] = (200,), thinks: float = 0) -> None:
        self.codes, self.thinks = list(codes), thinks
        self.got: list[dict[str, str]] = []
        super().__init__(("127.0.0.1", 0), Receiver)


class Receiver(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        """One message."""
        self.server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))) | {"path": self.path})
        time.sleep(self.server.thinks)
        self.send_response(self.server.codes.pop(0) if len(self.server.codes) > 1 else self.server.codes[0])
        self.end_headers()

    def log_message(self, *said: object) -> None:
        """Says nothing."""


@contextmanager
def gateway(
    monkeypatch, *codes: int, url: str = "json://127.0.0.1:{port}/send?:to={{to}}", thinks: float = 0
) -> Iterator[Gateway]:
    server = Gateway(codes or (200,), thinks)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("SMS_URL", url.format(port=server.server_port))
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def update(database):
    """A customer who wants to be told by SMS: the first status update waits."""
    with db.begin() as conn:
        case = builders.escalation(conn, **TO)
        (notice,) = notices.of_case(conn, case.id)
        return case, notice.id


def status(case):
    with db.begin() as conn:
        (notice,) = notices.of_case(conn, case.id)
        return notice.status, notice.problem


def test_number_and_status_reach_the_gateway_with_the_phone_number_and_nothing_else(update, monkeypatch):
    case, notice = update
    with gateway(monkeypatch) as server:
        assert delivery.deliver(notice) == "sent"
    (message,) = server.got
    assert (message["to"], message["title"]) == ("+14165550177", "")
    assert message["message"] == f"311 Toronto: escalation {case.request_no} is now received."
    assert not [word for word in ("Ruth", "ruth", "answer", "timeliness") if word in str(message)]


def test_the_phone_number_may_stand_in_the_path_too(update, monkeypatch):
    _, notice = update
    with gateway(monkeypatch, url="json://127.0.0.1:{port}/to/{{to}}") as server:
        assert delivery.deliver(notice) == "sent"
    assert server.got[0]["path"].rstrip("/").removeprefix("/to/").replace("%2B", "+") == "+14165550177"


@pytest.mark.parametrize("code", [400, 429, 500, 503])
def test_a_gateway_that_does_not_take_it_is_asked_again_later(update, monkeypatch, code):
    case, notice = update
    with gateway(monkeypatch, code, 200) as server:
        assert delivery.deliver(notice) == "waiting"
        assert status(case) == ("waiting", f"The SMS gateway did not take it (code {code}).")
        assert delivery.deliver(notice) == "sent"
    assert len(server.got) == 2 and status(case) == ("sent", None)


def test_a_gateway_that_hangs_is_waited_for_so_long_and_no_longer(update, monkeypatch):
    case, notice = update
    with gateway(monkeypatch, url="json://127.0.0.1:{port}/?:to={{to}}&rto=0.3", thinks=1.5):
        began = time.monotonic()
        assert delivery.deliver(notice) == "waiting"
        assert time.monotonic() - began < 1.4
    assert status(case) == ("waiting", "The SMS gateway could not be reached, or did not answer in time.")


def test_a_gateway_that_is_down_is_said_to_be_down(update, monkeypatch):
    case, notice = update
    monkeypatch.setenv("SMS_URL", f"json://127.0.0.1:{free_port()}/?:to={{to}}")
    assert delivery.deliver(notice) == "waiting"
    assert status(case)[1] == "The SMS gateway could not be reached, or did not answer in time."


def test_without_a_gateway_it_is_kept_and_can_leave_later(update, monkeypatch):
    case, notice = update
    monkeypatch.setenv("SMTP_URL", "smtp://127.0.0.1:1")  # a mail server is no gateway
    assert delivery.deliver(notice) == "kept" and status(case) == ("kept", None)
    with db.begin() as conn:
        notices.send_again(conn, notice, builders.who(conn, MINA))
    with gateway(monkeypatch) as server:
        assert delivery.deliver(notice) == "sent"
    assert len(server.got) == 1


def test_an_address_that_apprise_does_not_know_says_so_and_loses_nothing(update, monkeypatch):
    case, notice = update
    monkeypatch.setenv("SMS_URL", "pigeon://coop:secret@roof/{to}")
    assert delivery.deliver(notice) == "waiting"
    assert status(case)[1] == str(sms.NoGateway()) and "secret" not in str(status(case))


@pytest.mark.parametrize("url", ["twilio://AC00000000000000000000000000000000:1234567890abcdef1234567890abcdef@14165550100/{to}",
                                 "vonage://12345678:0123456789abcdef@14165550100/{to}"])  # fmt: skip
def test_real_gateways_understand_the_number_as_it_is_put_in(url):
    from apprise import Apprise

    made = Apprise()
    assert made.add(url.replace("{to}", "%2B14165550177"))
    assert ("4165550177" in made[0].url() and made[0].targets == ["+14165550177"]) or "14165550177" in str(
        made[0].targets
    )


class Kept(logging.Handler):
    """What a log file of the program would hold."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said = ""

    def emit(self, record: logging.LogRecord) -> None:
        """One more line, but for the HTTP library's own, which nobody turns on."""
        if not record.name.startswith("urllib3"):
            self.said += record.getMessage()


def test_neither_number_nor_text_is_in_the_logs(update, monkeypatch, capfd):
    _, notice = update
    kept, root, before = Kept(), logging.getLogger(), logging.getLogger().level
    root.setLevel(logging.DEBUG)
    root.addHandler(kept)
    try:
        with gateway(monkeypatch, 500, 200):
            for _ in range(2):
                delivery.deliver(notice)
    finally:
        root.removeHandler(kept)
        root.setLevel(before)
    assert kept.said and not [word for word in ("0177", "is now") if word in kept.said + "".join(capfd.readouterr())]


def test_a_newer_status_by_sms_takes_the_place_of_an_older_one(update, monkeypatch):
    case, notice = update
    with gateway(monkeypatch, 500, 200) as server:
        delivery.deliver(notice)
        with db.begin() as conn:
            does(conn, case, "take", MINA)
            newest = notices.of_case(conn, case.id)[0].id
        assert delivery.deliver(newest) == "sent"
    assert [message["message"].split()[-1] for message in server.got] == ["received.", "review."]


def test_what_a_gateway_says_is_one_of_the_four(monkeypatch):
    with gateway(monkeypatch, 500):
        assert sms.send("+14165550177", "Hello").came is Came.AGAIN
