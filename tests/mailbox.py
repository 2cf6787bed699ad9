"""Mail servers, in a thread of the test: polite, rude, silent ones."""

import asyncio
import email
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from threading import Event

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tests.serving import free_port


class Mailbox:
    """A mail server that keeps what it takes."""

    def __init__(self, refuses: str = "", dies: bool = False, thinks: float = 0) -> None:
        self.thinks, self.taking = thinks, Event()
        self.raw: list[bytes] = []
        self.refuses, self.dies = refuses, dies

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.refuses == "recipient":
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.dies:
            server.transport.abort()
            return "421 dying"
        if self.refuses == "message":
            return "554 looks like spam"
        if self.refuses == "for now":
            return "451 come back later"
        self.taking.set()
        await asyncio.sleep(self.thinks)
        self.raw.append(envelope.content)
        self.to = envelope.rcpt_tos
        return "250 OK"

    @property
    def messages(self):
        """What arrived, as a mail program reads it."""
        return [email.message_from_bytes(raw, policy=policy.default) for raw in self.raw]


class Plain(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, enable_SMTPUTF8=False)


class Rude(SMTP):
    """Takes a message and is too busy to say goodbye."""

    async def smtp_QUIT(self, arg: str) -> None:
        await self.push("421 too busy")
        assert self.transport
        self.transport.close()


@contextmanager
def mail_server(monkeypatch, **how) -> Iterator[Mailbox]:
    """SMTP_URL is a real server on a free port."""
    box = Mailbox(**how)
    server = Plain(box, hostname="127.0.0.1", port=free_port())
    server.start()
    monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{server.port}?from=311@city.example")
    try:
        yield box
    finally:
        server.stop()


@contextmanager
def silent_server(monkeypatch) -> Iterator[None]:
    """It takes the connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{listening.getsockname()[1]}")
        yield
