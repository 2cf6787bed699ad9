"""SMS: any gateway that apprise knows, at the address of SMS_URL, in which {to} is where the phone number goes.

twilio://ACCOUNT:TOKEN@14165550100/{to}, or json://gateway.example/send?:to={to} for one of your own.
"""

import logging
import re
from urllib.parse import quote

from apprise import Apprise, NotifyFormat

from core.errors import Unconfigured
from core.outcome import SENT, Outcome, again
from core.settings import settings


class NoGateway(Unconfigured):
    """SMS_URL names no gateway that apprise knows; it must look like twilio://account:token@from/{{to}}."""


def is_set_up() -> bool:
    """Whether there is a gateway."""
    return bool(settings().sms_url)


def send(to: str, text: str) -> Outcome:
    """Asks the gateway to send this text to this number, in E.164. A gateway cannot take a text back: what it did not answer may
    have left, and is sent again; only status updates go by SMS, and a double harms nobody."""
    logging.getLogger("apprise").propagate = False  # it writes down phone numbers
    gateway = Apprise()
    if not gateway.add((settings().sms_url or "").replace("{to}", quote(to, safe=""))):
        return again(str(NoGateway()))
    came = gateway.notify(body=text, body_format=NotifyFormat.TEXT)
    return SENT if came else again(_in_words(came))


def _in_words(came: object) -> str:
    """Why not, by the code that apprise wrote down, where the gateway answered at all."""
    said = " ".join(str(line) for service in came for attempt in service for line in attempt)  # type: ignore[attr-defined]
    if code := re.search(r"error=(\d{3})\b", said):
        return f"The SMS gateway did not take it (code {code[1]})."
    return "The SMS gateway could not be reached, or did not answer in time."
