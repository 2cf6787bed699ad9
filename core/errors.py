"""Refusals: what the program will not do, each with the sentence that staff read. Anything else raised is a bug."""

from typing import Any

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoFreeConnection


class Refused(Exception):
    """That is not possible."""

    def __init__(self, message: str | None = None, **details: Any) -> None:
        """`message` is shown as it is; without one, the docstring of the class with `{placeholders}` from `details`."""
        super().__init__(message or " ".join((type(self).__doc__ or "").split()).format_map(details))
        self.details = details


class Unconfigured(Refused):
    """A setting is missing or cannot be read; whoever runs the dashboard has to mend it."""


class DatabaseAway(Refused):
    """The database cannot be reached just now. Nothing was lost; try again in a minute."""


class PastTheCalendar(Refused):
    """That date lies outside the years the calendar is loaded for, so its business days cannot be counted."""


class BadInput(Refused):
    """Something that was filled in cannot be used."""


class NotFound(Refused):
    """There is nothing by that name or number."""


class NotAllowed(Refused):
    """That is not for you to do."""


class Stale(Refused):
    """Somebody changed this after you opened it."""


class AtTheSameMoment(Stale):
    """Somebody worked on this at the same moment, and nothing of yours was done; try again."""


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


class OnlyThroughTheGate(NotAllowed):
    """An escalation is opened with the request number of a complaint and the phone or email on it: use Escalate."""


class EscalatedAlready(NotAllowed):
    """This complaint has an open escalation already."""


class PraisedHasIt(NotAllowed):
    """Whoever a compliment praises cannot have it to hand on."""


class AssessFirst(NotAllowed):
    """Assess the comment, and choose the team lead it goes to, before it is forwarded."""


class ReplyFirst(NotAllowed):
    """The customer asked for a reply, so reply before it is closed, or record why none can be given."""


class NothingToEnd(NotAllowed):
    """Only a reply that was asked for and not given can be ended."""


class StaysAnonymous(BadInput):
    """The customer wished to stay anonymous, so nothing that tells who they are is kept."""


class ShareFirst(NotAllowed):
    """Share the compliment with management before it is closed."""


class NotForThemselves(NotAllowed):
    """Nobody hands praise on to themselves, or decides about their own recognition."""


class ShortlistedAlready(BadInput):
    """They are on the shortlist of that month already."""


class NeedsConsentToShow(NotAllowed):
    """Record their consent before it is shown in public."""


class EmptyFile(BadInput):
    """That file is empty."""


class OwnLetter(NotAllowed):
    """You wrote in this letter, so somebody else must approve it."""


class LetterAtWork(NotAllowed):
    """A letter of this case is being written already: look at the case again."""


class NoSecondPairOfEyes(NotAllowed):
    """A second person of senior management must approve the letter before it is issued."""


class AnotherOneApproves(NotAllowed):
    """You asked for this erasure, so somebody else has to approve it."""


class OneErasureAtATime(NotAllowed):
    """Another erasure is asked for already: approve it, or withdraw it."""


class NotSoLong(BadInput):
    """Cases are kept for at least 12 months, and at most 1,200, after their last use."""


class LetterInTheOutbox(NotAllowed):
    """A letter of this case waits in the outbox already."""


#: The name of a constraint in the database, and what staff are told when it stands in the way.
CONSTRAINTS: dict[str, type[Refused]] = {
    "complaint_has_a_contact": NeedsAContact,
    "reply_has_somewhere_to_go": ReplyNeedsAContact,
    "complaint_has_a_promise": PastTheCalendar,  # received before the first standard
    "response_follows_an_investigation": NotYetInvestigated,
    "subject_never_has_it": InConflict,
    "recused_never_has_it": InConflict,
    "one_response_on_its_way": ResponseOnItsWay,
    "answered_after_it_was_received": AnsweredBeforeReceived,
    "request_number_is_unique": NumberTaken,
    "received_before_it_was_entered": ReceivedLater,
    "file_is_not_empty": EmptyFile,
    "praised_never_has_it": PraisedHasIt,
    "praise_is_not_an_accusation": BadInput,
    "forwarded_comment_was_assessed": AssessFirst,
    "who_asked_is_answered": ReplyFirst,
    "only_a_promised_reply_is_ended": NothingToEnd,
    "anonymous_has_no_identity": StaysAnonymous,
    "closed_compliment_was_shared": ShareFirst,
    "nobody_hands_on_to_themselves": NotForThemselves,
    "nobody_recognizes_themselves": NotForThemselves,
    "shortlisted_once_a_month": ShortlistedAlready,
    "team_shortlisted_once_a_month": ShortlistedAlready,
    "public_with_consent": NeedsConsentToShow,
    "escalation_has_its_complaint": OnlyThroughTheGate,
    "one_open_escalation_per_complaint": EscalatedAlready,
    "nobody_approves_their_own_letter": OwnLetter,
    "one_letter_at_work_per_case": LetterAtWork,
    "one_letter_per_version": LetterAtWork,
    "further_version_says_what_it_replaces": LetterAtWork,  # another one was begun at the same moment
    "letter_has_a_second_pair_of_eyes": NoSecondPairOfEyes,
    "one_letter_on_its_way": LetterInTheOutbox,
    "another_one_approves_an_erasure": AnotherOneApproves,
    "one_erasure_at_a_time": OneErasureAtATime,
    "months_are_sensible": NotSoLong,
    "kept_for_a_year_at_least": NotSoLong,
}

#: SQLSTATEs raised by our own functions; their message is already a sentence for staff.
RAISED: dict[str, type[Refused]] = {"TO311": Refused, "TO312": PastTheCalendar}

#: The server shuts down, is starting, has no connection left, or only reads. Class 08 is a broken connection.
AWAY = ("57P01", "57P02", "57P03", "53300", "25006")
#: Two got in each other's way, or one waited too long for the other: deadlock, serialization, timeout of a lock or a statement.
CROSSED = ("40P01", "40001", "55P03", "57014")


def refusal_of(error: Exception) -> Refused | None:
    """What staff are told about this error of the database, or None when it is a bug of ours."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(error, NoFreeConnection) or _is_away(error, origin):
        return DatabaseAway()
    if not isinstance(origin, psycopg.Error):
        return None
    if origin.sqlstate in RAISED:
        return RAISED[origin.sqlstate](origin.diag.message_primary)
    if origin.sqlstate in CROSSED:
        return AtTheSameMoment()
    refusal = CONSTRAINTS.get(origin.diag.constraint_name or "")
    return refusal() if refusal else None


def _is_away(error: Exception, origin: object) -> bool:
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if not isinstance(origin, psycopg.OperationalError):
        return False
    state = origin.sqlstate  # none when no server answered at all
    return state is None or state in AWAY or state.startswith("08")
