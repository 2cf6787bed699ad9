"""Comments: assessed, forwarded to a team lead, and answered when the customer asked for it (RULES E).

"Supervisor will assess the request and determine if appropriate for 311 Toronto. Supervisor will forward comment to the
appropriate team lead. Supervisor will respond back to the customer within 10 business days of receiving the comment, if
requested by customer." (L58-60) The effects of these moves, and what a team lead reads.
"""

from sqlalchemy import Connection, Row

from core import db, effects, people
from core.case import Case
from core.effects import Changes
from core.errors import BadInput
from core.fields import Said
from core.kinds import UNREACHABLE, Kind, Role
from core.people import Person


class NotATeamLead(BadInput):
    """{name} cannot be forwarded this comment: {why}. Choose a team lead."""


class NobodyTried(BadInput):
    """Try to reach the customer and log the follow-up first: nothing says yet that no contact works."""


class NeedsContactForComplaint(BadInput):
    """A complaint needs a phone, an email or a postal address: ask the customer, and correct the contact first."""


# The effects of moves


def assess(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """It is for 311 Toronto, for this reason, and about these themes (L58)."""
    return {"assessed_because": said["assessed_because"], "tags": list(said.get("tags", case.tags))}


def forward(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """A team lead has it to look into (L59). Refuses who is none, who left, and whom it is about."""
    lead = people.get(conn, said["lead_id"])
    if why := _why_not(lead, case):
        raise NotATeamLead(name=lead.name, why=why)
    heard = dict.fromkeys(("lead_heard_at", "lead_outcome", "lead_done_at"))
    return heard | {"lead_id": lead.id, "forwarded_at": effects.now(conn)}


def _why_not(lead: Person, case: Case) -> str | None:
    if not lead.active:
        return "they no longer work here"
    if lead.role is not Role.TEAM_LEAD:
        return "they are not a team lead"
    return "it is about them" if lead.id in case.subject_ids else None


def acknowledge(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """The team lead knows of it."""
    return {"lead_heard_at": effects.now(conn)}


def keep_outcome(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """What the team lead did with it, or why nothing can be done."""
    now = effects.now(conn)
    outcome = f"{said['lead_did'].capitalize()}: {said['lead_outcome']}"
    return {"lead_outcome": outcome, "lead_done_at": now, "lead_heard_at": case.lead_heard_at or now}


def promise_reply(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """A reply was asked for: the clock starts today (R55). The database writes the promise, whoever asks.

    Asked for again after it could not be given, it keeps the promise that it had: late stays late.
    """
    if case.reply_requested:
        return dict.fromkeys(("no_reply_at", "no_reply_because"))
    return {"reply_requested": True, "due_on": db.value(conn, "forwarding.promised_on", kind=case.kind)}


def end_reply(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """No reply can be given, and why. Refuses "no contact works" where nobody tried one."""
    if said["no_reply_because"] == UNREACHABLE and not db.value(conn, "forwarding.was_tried", id=case.id):
        raise NobodyTried
    return {"no_reply_at": effects.now(conn), "no_reply_because": said["no_reply_because"]}


def open_again(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """It goes on. A reply that was given stays given."""
    return {"closed_at": None, "redirected_to": None}


def take_back_reply(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """The reply came back, so the customer has none: the clock runs on from where it started."""
    return dict.fromkeys(("responded_at", "response_channel", "accountable_id"))


def open_complaint(conn: Connection, case: Case, by: Person, said: Said) -> Changes:
    """A linked complaint with its own clock: both go on side by side.

    From a comment it is received today, on the customer's word (R57). Split from a compliment it was received with it (R58),
    and what the praised read is the praise alone.
    """
    from core import receipt  # a move that makes another case: the table of moves names this effect

    if not any((case.phone, case.email, case.postal_address)):
        raise NeedsContactForComplaint
    was_mixed = case.kind is Kind.COMPLIMENT
    row = receipt.receive(
        conn, receipt.taken_over(conn, case, Kind.COMPLAINT, said["complaint_words"], category=said["category"],
                                 subject_ids=sorted(said.get("subject_ids", [])), keeps_its_day=was_mixed),
        by=by, note=said.get("note"), linked=(case.id, "split from" if was_mixed else "opened from"))  # fmt: skip
    if not was_mixed:
        return _about_the_same(case, list(said.get("subject_ids", [])))
    from core import praise

    return {"praise_words": said["praise_words"]} | praise.keep_from_subjects(conn, case, row.id)


def _about_the_same(case: Case, subjects: list[int]) -> Changes:
    """A comment whose complaint is about somebody is kept from them too."""
    if case.owner_id in subjects:
        raise effects.CannotHaveIt(
            name=case.owner, why="you are naming them as its subject. Reassign it first, then name them"
        )
    return {"subject_ids": sorted({*case.subject_ids, *subjects})} if subjects else {}


# What a team lead reads


def mine(conn: Connection, by: Person) -> list[Row]:
    """Comments forwarded to this team lead: what waits, the worst first, then what was done."""
    return db.rows(conn, "forwarding.mine", viewer=by.id)


def themes(conn: Connection, by: Person) -> list[Row]:
    """What the comments forwarded to this team lead are about: theme, how many, how many of the last 90 days."""
    return db.rows(conn, "forwarding.themes", viewer=by.id)


def leads(conn: Connection) -> dict[int, str]:
    """Every active team lead: id, and name with team."""
    return {row.id: f"{row.name}, {row.team or 'all teams'}" for row in db.rows(conn, "forwarding.leads")}
