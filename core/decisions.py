"""Effects of an escalation's moves: the decision, how it reached the customer, and whether it answers the complaint too (R37 to R40, R45)."""

from datetime import datetime

from sqlalchemy import Connection

from core import business_days, notices, people
from core.case import Case
from core.effects import Changes, answered, happened, now, promised_again
from core.errors import BadInput
from core.fields import Said
from core.people import Person


class BeforeTheDecision(BadInput):
    """The customer cannot have been told before it was decided."""


class NeedsRemedy(BadInput):
    """Say what was or will be done, or why nothing will be: it is upheld at least in part, or a letter is due that has to say so."""


def keep_decision(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """What was decided and why, on what; what is done about it; whether a letter is due, and why (R45)."""
    if "remedy" not in said and (said["decision"] != "not upheld" or said["letter_due"] == "yes"):
        raise NeedsRemedy
    kept = {
        name: said.get(name)
        for name in ("decision", "decision_reasons", "sources_checked", "remedy", "remedy_by", "letter_because")
    }
    return kept | {"letter_due": said["letter_due"] == "yes", "decided_at": now(conn), "decided_by": by.id}


def keep_told(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """The customer was told the decision. If nobody had answered them yet, this is the response (R37)."""
    return told(conn, case, by.id, said["happened_at"], said["channel"])


def told(conn: Connection, case: Case, by_id: int | None, happened_at: datetime, channel: str) -> Changes:
    """The decision reached the customer at this moment, by this channel."""
    at = happened(conn, case, happened_at)
    assert case.decided_at is not None, "only what is decided can be told"
    if at < case.decided_at.replace(second=0, microsecond=0):
        raise BeforeTheDecision
    at = max(at, case.decided_at)
    first = {} if case.responded_at else answered(case, by_id, at, channel, case.decision_reasons)
    notices.cancel_response(conn, case.id)  # a first response that has not left says what was overtaken
    return first | {"told_at": at, "told_by": channel}


def take_back_decision(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """It is in review again; the history keeps what was decided, and a first response stays one.

    Its target is an open one again, and follows the closures as those of all open escalations do.
    """
    target = (
        {"decide_by": business_days.due_on(conn, case.received_on, case.decide_days)}
        if case.decide_days is not None
        else {}
    )
    return promised_again(conn, case) | target | dict.fromkeys(
        ("decision", "decision_reasons", "remedy", "remedy_by", "letter_due", "letter_because", "decided_at", "decided_by",
         "told_at", "told_by", "closed_at", "redirected_to")
    )  # fmt: skip


def answer_complaint(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """The decision answers the complaint too, at the moment at which it reached the customer: late stays late (R40)."""
    from core import cases  # a move that makes another: the table of moves names this effect

    said = dict(said) | {
        "sources_checked": case.sources_checked, "happened_at": case.told_at, "channel": case.told_by,
        "response": "\n\n".join(filter(None, (case.decision_reasons, case.remedy))),
        "note": f"Answered by the decision on escalation {case.request_no}, by {by.name}.",
    }  # fmt: skip
    assert case.complaint_id is not None, "only an escalation of a complaint can answer it"
    cases.act(conn, case.complaint_id, "answered_by_decision", by=people.SYSTEM, **said)
    return {}


def keep_answer_of_decision(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """The complaint is answered by the decision on its escalation. Who had it stays accountable."""
    notices.cancel_response(conn, case.id)
    return answered(case, None, said["happened_at"], said["channel"], said["response"])


def record_referral(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """It is known to have gone to Ombudsman Toronto (R48)."""
    return {"ombudsman_at": happened(conn, case, said["happened_at"])}
