"""Refusals. The docstring is the sentence staff read; the dashboard and the command line show it as it stands.

    Refused
    ├── Unconfigured     the operator has to set something
    ├── DatabaseAway     try again in a minute
    ├── BadInput         what was said cannot be used
    │   └── PastTheCalendar
    ├── NotFound         there is no such thing, or it is not for them to see
    ├── NotAllowed       not by them, or not now
    └── Stale            somebody was faster

Everything else is a bug.
"""

from typing import Any

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError


class Refused(Exception):
    """This is not possible."""

    def __init__(self, message: str | None = None, **facts: Any) -> None:
        sentence = message or (self.__doc__ or "").strip()
        super().__init__(sentence.format(**facts) if facts else sentence)


class Unconfigured(Refused):
    """Something is not set up; ask an administrator."""


class DatabaseAway(Refused):
    """The database cannot be reached just now. Nothing was lost; it is tried again."""


class BadInput(Refused):
    """That cannot be used."""


class PastTheCalendar(BadInput):
    """That date is past the loaded calendar."""


class NotFound(Refused):
    """There is no such thing."""


class NotAllowed(Refused):
    """That is not allowed."""


class Stale(Refused):
    """Somebody changed this first; look again."""


class NeedsAContact(BadInput):
    """A complaint needs a phone, an email or a postal address: "Contact information is required to make a complaint." """


class ReplyNeedsAContact(BadInput):
    """A reply can be asked for only with a contact to reply to."""


class NotYetInvestigated(NotAllowed):
    """Record the finding and the steps taken before the response."""


class InConflict(NotAllowed):
    """The person complained about, or one who declared a conflict of interest, cannot have the case."""


class ResponseOnItsWay(NotAllowed):
    """A response is in the outbox already: send it again or take it back there."""


class AnsweredBeforeReceived(BadInput):
    """The answer cannot have left before the case was received."""


class NumberTaken(BadInput):
    """That request number is in use already."""


class ReceivedLater(BadInput):
    """The date of receipt is still to come."""


#: What the database refuses by a constraint, in words. A test asserts that each exists.
CONSTRAINTS: dict[str, type[Refused]] = {
    "complaint_has_a_contact": NeedsAContact,
    "reply_has_somewhere_to_go": ReplyNeedsAContact,
    "response_follows_an_investigation": NotYetInvestigated,
    "subject_never_has_it": InConflict,
    "recused_never_has_it": InConflict,
    "one_response_on_its_way": ResponseOnItsWay,
    "answered_after_it_was_received": AnsweredBeforeReceived,
    "request_number_is_unique": NumberTaken,
    "received_before_it_was_entered": ReceivedLater,
}
#: SQLSTATEs with which our own functions refuse; the message is a sentence for staff.
SENTENCE, CALENDAR = "TO311", "TO312"


def refusal_of(error: DBAPIError) -> Refused | None:
    """The refusal that this database error means, or None when it is a bug."""
    diag = getattr(error.orig, "diag", None)
    state = getattr(error.orig, "sqlstate", None)
    if state in (SENTENCE, CALENDAR):
        sentence = diag.message_primary if diag else str(error.orig)
        return (PastTheCalendar if state == CALENDAR else Refused)(sentence)
    if diag and diag.constraint_name in CONSTRAINTS:
        return CONSTRAINTS[diag.constraint_name]()
    if _is_away(error, state):
        return DatabaseAway()
    return None


def _is_away(error: DBAPIError, state: str | None) -> bool:
    """The connection broke, could not be made, or the server is starting or stopping (class 08, 57P0x)."""
    if error.connection_invalidated or (state or "").startswith(("08", "57P0")):
        return True
    return isinstance(error, OperationalError | InterfaceError) and state is None
