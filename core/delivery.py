"""Delivery: a message of the outbox leaves only after the move that made it was committed.

A failed delivery is not a response (R21): the complaint is answered when the mail server has taken the message, and
until then it stays open and its clock runs. Without a mail server the message is kept and shown, never lost.
"""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import formatdate
from threading import BoundedSemaphore
from urllib.parse import parse_qs, unquote, urlsplit

from sqlalchemy import Connection, Row

from core import cases, db, letters
from core.errors import Refused, Unconfigured
from core.people import SYSTEM
from core.settings import settings

SECONDS_TO_WAIT = 20
#: A mail server that hangs must not hold every connection to the database.
_sending = BoundedSemaphore(5)
#: What becomes of a message, as its case is told it: it left, it failed.
LEFT_OR_FAILED = {"response": ("response_left", "response_failed"), "letter": ("letter_left", "letter_failed")}
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class NoMailServer(Unconfigured):
    """SMTP_URL must look like smtp://user:password@host:587?from=311@city.example."""


class Busy(Refused):
    """Other responses are being sent just now, so this one waits in the outbox; send it again in a minute."""


class NotWaiting(Refused):
    """That message is not in the outbox any more; look again."""


@dataclass(frozen=True)
class Server:
    """The mail server of SMTP_URL: smtp://user:password@host:587?from=311@city.example, or smtps:// on 465."""

    host: str
    port: int
    sender: str
    user: str | None
    password: str | None
    tls: bool

    @classmethod
    def of(cls, url: str) -> "Server":
        """The server that this address names; refuses one without host or scheme."""
        try:
            parts = urlsplit(url)
            port, tls = parts.port, parts.scheme == "smtps"
        except ValueError:
            raise NoMailServer from None
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise NoMailServer
        sender = parse_qs(parts.query).get("from", ["311@toronto.example"])[0]
        return cls(
            parts.hostname, port or (465 if tls else 25), sender, _said(parts.username), _said(parts.password), tls
        )

    def send(self, message: EmailMessage, seconds: float = SECONDS_TO_WAIT) -> None:
        """Hands the message over; raises OSError or SMTPException when the server does not take it."""
        smtp = self._connect(seconds)
        try:
            if not self.tls and smtp.has_extn("starttls"):
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo()
            if self.user:
                self._refuse_open_password(smtp)
                smtp.login(self.user, self.password or "")
            to = _only_address(message)
            beyond_ascii = () if to.isascii() else ("SMTPUTF8", "BODY=8BITMIME")
            # not send_message: it writes ">From" where a line begins with "From"
            smtp.sendmail(self.sender, [to], message.as_bytes(policy=SMTPUTF8 if beyond_ascii else SMTP), beyond_ascii)
        finally:
            with suppress(OSError, smtplib.SMTPException):  # what was taken is taken, however the server says goodbye
                smtp.quit()

    def _connect(self, seconds: float) -> smtplib.SMTP:
        if self.tls:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=seconds, context=context)
        smtp = smtplib.SMTP(self.host, self.port, timeout=seconds)
        smtp.ehlo()
        return smtp

    def _refuse_open_password(self, smtp: smtplib.SMTP) -> None:
        if not isinstance(smtp.sock, ssl.SSLSocket) and self.host not in LOOPBACK:
            raise smtplib.SMTPNotSupportedError("it offers no encryption, and a password never goes out in the open")


def _only_address(message: EmailMessage) -> str:
    addresses = message["To"].addresses
    if len(addresses) != 1 or not addresses[0].domain:
        raise ValueError("a message goes to one address")
    return str(addresses[0].addr_spec)


def _said(part: str | None) -> str | None:
    return unquote(part) if part else None


def deliver(notice_id: int, *, seconds: float = SECONDS_TO_WAIT) -> str:
    """Tries to send this message now, in a transaction of its own; the status it ends with: sent, failed or kept.

    `seconds` is how long each answer of the mail server is waited for.
    The row is locked while the server is asked, so that two clicks never send twice. If the program is killed
    between the server's yes and our commit, the row still waits, and staff decide whether to send it again.
    """
    if not _sending.acquire(blocking=False):
        raise Busy
    try:
        return _deliver(notice_id, seconds)
    finally:
        _sending.release()


def _deliver(notice_id: int, seconds: float) -> str:
    with db.begin() as conn:
        notice = db.row(conn, "notices.lock", id=notice_id)
        if notice is None:
            raise NotWaiting
        if not settings().smtp_url:
            db.run(conn, "notices.keep", id=notice_id)
            return "kept"
        left, failed = LEFT_OR_FAILED[notice.purpose]
        problem = _problem_of_sending(conn, notice, seconds)
        db.run(conn, "cases.hold", id=notice.case_id)  # a note of the same moment must not undo what the server said
        if problem:
            db.run(conn, "notices.fail", id=notice_id, problem=problem)
            cases.act(conn, notice.case_id, failed, by=SYSTEM, note=problem)
            return "failed"
        sent_at = db.value(conn, "notices.sent", id=notice_id)
        cases.act(conn, notice.case_id, left, by=SYSTEM, happened_at=sent_at)
        return "sent"


def _problem_of_sending(conn: Connection, notice: Row, seconds: float) -> str | None:
    message = EmailMessage()
    try:
        server = Server.of(settings().smtp_url or "")
        message["From"], message["To"], message["Subject"] = server.sender, notice.to_address, notice.subject
        message["Date"], message["Message-ID"] = formatdate(localtime=True), notice.message_id
        message.set_content(notice.body)
        letters.enclose(conn, notice.letter_id, message)
        server.send(message, seconds)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return _in_words(error, seconds)
    except Unconfigured as error:
        return str(error)
    return None


def _in_words(error: Exception, seconds: float) -> str:
    """Why it was not taken, without the address or the text: this is kept in the history."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            return "The mail server refused the customer's address."
        case smtplib.SMTPAuthenticationError():
            return "The mail server did not accept our name and password."
        case smtplib.SMTPResponseException():
            return f"The mail server refused the message (code {error.smtp_code})."
        case smtplib.SMTPNotSupportedError():
            return "The mail server cannot take an address with these letters."
        case smtplib.SMTPServerDisconnected() if not isinstance(error.__context__, TimeoutError):
            return "The mail server broke off; it may have taken the message or not."
        case TimeoutError() | smtplib.SMTPServerDisconnected():
            return f"The mail server did not answer within {seconds:g} seconds."
        case OSError():
            return "The mail server could not be reached."
        case _:
            return "The message could not be put together for that address."
