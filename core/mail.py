"""Email: a message put together, and the mail server that is asked to take it."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import formatdate
from urllib.parse import parse_qs, unquote, urlsplit

from sqlalchemy import Connection, Row

from core import letters, report_mails
from core.errors import Unconfigured
from core.outcome import SENT, Outcome, again, never, perhaps
from core.settings import settings

SECONDS_TO_WAIT = 20
LOOPBACK = ("localhost", "127.0.0.1", "::1")
NOT_TOGETHER = "The message could not be put together for that address."


class NoMailServer(Unconfigured):
    """SMTP_URL must look like smtp://user:password@host:587?from=311@city.example."""


class OpenPassword(smtplib.SMTPException):
    """The mail server offers no encryption, and a password never goes out in the open."""


class MayHaveLeft(Exception):
    """The connection broke after the message was said and before the server answered."""


def is_set_up() -> bool:
    """Whether there is a mail server."""
    return bool(settings().smtp_url)


def message(conn: Connection, notice: Row) -> EmailMessage:
    """The email of a row of the outbox; ValueError when its address is not one address.

    Its Message-ID is the row's: however often it is sent, mail systems can tell that it is the same one.
    """
    email = EmailMessage()
    email["To"], email["Subject"] = notice.to_address, notice.subject
    email["Date"], email["Message-ID"] = formatdate(localtime=True), notice.message_id
    email.set_content(notice.body)
    letters.enclose(conn, notice.letter_id, email)
    report_mails.enclose(conn, notice.report_month, email)
    return email


def send(email: EmailMessage, seconds: float = SECONDS_TO_WAIT) -> Outcome:
    """Asks the mail server to take it; each of its answers is waited for so many seconds."""
    try:
        server = Server.of(settings().smtp_url or "")
        email["From"] = server.sender
        server.send(email, seconds)
    except MayHaveLeft as error:
        return perhaps(_broken_off(error, seconds))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return _in_words(error, seconds)
    except Unconfigured as error:
        return again(str(error))
    return SENT


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

    def send(self, email: EmailMessage, seconds: float = SECONDS_TO_WAIT) -> None:
        """Hands the message over; raises OSError or SMTPException when the server does not take it, MayHaveLeft when nobody knows."""
        to = _only_address(email)
        smtp = self._connect(seconds)
        try:
            if not self.tls and smtp.has_extn("starttls"):
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo()
            if self.user:
                self._refuse_open_password(smtp)
                smtp.login(self.user, self.password or "")
            self._hand_over(smtp, to, email)
        finally:
            with suppress(OSError, smtplib.SMTPException):  # what was taken is taken, however the server says goodbye
                smtp.quit()

    def _hand_over(self, smtp: smtplib.SMTP, to: str, email: EmailMessage) -> None:
        """Step by step and not by send_message: it writes ">From" where a line begins with "From", and does not tell whether the
        message was said already when the connection broke."""
        beyond_ascii = () if to.isascii() else ("SMTPUTF8", "BODY=8BITMIME")
        if beyond_ascii and not smtp.has_extn("smtputf8"):
            raise smtplib.SMTPNotSupportedError("SMTPUTF8")
        said = email.as_bytes(policy=SMTPUTF8 if beyond_ascii else SMTP)
        size = (f"size={len(said)}",) if smtp.has_extn("size") else ()
        code, reply = smtp.mail(self.sender, (*size, *beyond_ascii))
        if code != 250:
            raise smtplib.SMTPSenderRefused(code, reply, self.sender)
        code, reply = smtp.rcpt(to)
        if code not in (250, 251):
            raise smtplib.SMTPRecipientsRefused({to: (code, reply)})
        try:
            code, reply = smtp.data(said)
        except smtplib.SMTPResponseException:
            raise
        except (OSError, smtplib.SMTPException) as error:
            raise MayHaveLeft from error
        if code != 250:
            raise smtplib.SMTPDataError(code, reply)

    def _connect(self, seconds: float) -> smtplib.SMTP:
        if self.tls:
            context = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=seconds, context=context)
        else:
            smtp = smtplib.SMTP(self.host, self.port, timeout=seconds)
        smtp.ehlo()
        return smtp

    def _refuse_open_password(self, smtp: smtplib.SMTP) -> None:
        if not isinstance(smtp.sock, ssl.SSLSocket) and self.host not in LOOPBACK:
            raise OpenPassword


def _only_address(email: EmailMessage) -> str:
    addresses = email["To"].addresses
    if len(addresses) != 1 or not addresses[0].domain:
        raise ValueError("a message goes to one address")
    return str(addresses[0].addr_spec)


def _said(part: str | None) -> str | None:
    return unquote(part) if part else None


def _in_words(error: Exception, seconds: float) -> Outcome:
    """Why it was not taken. What the server will never take is not tried again; our name and password may be mended."""
    match error:
        case OpenPassword():
            return again((OpenPassword.__doc__ or "").strip())
        case smtplib.SMTPRecipientsRefused():
            code = next(iter(error.recipients.values()))[0]
            return _unless_for_now(code, "The mail server refused the customer's address.")
        case smtplib.SMTPAuthenticationError():
            return again("The mail server did not accept our name and password.")
        case smtplib.SMTPSenderRefused():
            return again(f"The mail server does not take messages from us (code {error.smtp_code}).")
        case smtplib.SMTPResponseException():
            return _unless_for_now(error.smtp_code, f"The mail server refused the message (code {error.smtp_code}).")
        case smtplib.SMTPNotSupportedError():
            return never("The mail server cannot take an address with these letters.")
        case TimeoutError() | smtplib.SMTPServerDisconnected() if _took_too_long(error):
            return again(f"The mail server did not answer within {seconds:g} seconds.")
        case smtplib.SMTPServerDisconnected():
            return again("The mail server broke off before it was given the message.")
        case OSError():
            return again("The mail server could not be reached.")
        case _:
            return never(NOT_TOGETHER)


def _unless_for_now(code: int, problem: str) -> Outcome:
    """A code below 500 says "not now"."""
    return never(problem) if code >= 500 else again(problem)


def _broken_off(error: MayHaveLeft, seconds: float) -> str:
    if error.__cause__ is not None and _took_too_long(error.__cause__):
        return f"The mail server did not answer within {seconds:g} seconds; it may have taken the message or not."
    return "The mail server broke off; it may have taken the message or not."


def _took_too_long(error: BaseException) -> bool:
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
