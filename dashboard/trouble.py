"""Errors of ours: the log gets where and what kind, the page a number, and neither a customer's data."""

import logging
from uuid import uuid4

from core.trouble import in_log

log = logging.getLogger("dashboard")


NOTHING = "nothing was changed"
HALF_WAY = "look what was done before you try again"


def sentence(error: Exception, changed: str = NOTHING) -> str:
    """Logs this error under a new number; the sentence that names it to whoever met it."""
    number = uuid4().hex[:8]
    log.error("error %s\n%s", number, in_log(error))
    return f"Something went wrong on our side, and {changed}. Tell an administrator the number {number}."
