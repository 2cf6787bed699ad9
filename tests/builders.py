"""The cast, the days and the stages of a complaint. Each stage is reached through the functions that staff use.

case = investigating(conn)
case = does(conn, case, "record_finding", SAM, **FINDING)
assert refused(conn, case, "record_response", SAM, **ANSWER) == "Record the steps taken first, or why none are needed."
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, text

from core import cases, db, escalations, letter_desk, letters, notices, people
from core.case import Case
from core.errors import Refused
from core.kinds import Kind
from core.people import SYSTEM, Person
from core.receipt import Receipt, receive

SAM, PRIYA, JONAS, TARIQ, MINA, OMAR, DARA, CLEO, ADA, VIC, NADIA = (
    "sam", "priya", "jonas", "tariq", "mina", "omar", "dara", "cleo", "ada", "vic", "nadia"
)  # fmt: skip
#: One of each role, and a second supervisor and manager. Sam is above Tariq, Mina above Sam and Priya, Dara above all.
CAST = (SAM, PRIYA, TARIQ, MINA, OMAR, DARA, CLEO, ADA, VIC)

TORONTO = ZoneInfo("America/Toronto")
#: What is received on the Friday before the holidays is due on the Wednesday after them.
FRI_19_DEC, WED_7_JAN, THU_8_JAN = date(2025, 12, 19), date(2026, 1, 7), date(2026, 1, 8)

COMPLAINT: dict[str, Any] = {
    "kind": Kind.COMPLAINT, "channel": "phone", "category": "timeliness", "customer_name": "Ruth Example",
    "phone": "416-555-0123", "email": "ruth@example.org", "description": "I waited forty minutes and was cut off.",
}  # fmt: skip
FINDING = {
    "finding": "substantiated", "finding_summary": "The call was dropped by the queue.", "sources_checked": "The recording.",
}  # fmt: skip
STEPS = {"steps_taken": "The queue was mended on Monday."}
DECISION: dict[str, Any] = {
    "decision": "partly upheld", "decision_reasons": "The call was dropped, and the answer did not say why.",
    "sources_checked": "The recording, the queue's log, the response.", "remedy": "The queue is watched.",
    "letter_due": "yes", "letter_because": "Not fully in the customer's favour.",
}  # fmt: skip
#: What makes a drafted letter complete, whatever is on record.
LETTER = {"to": "Ruth Example\n12 Maplewood Avenue\nToronto, Ontario M4C 1A1", "apology": "We are sorry.",
          "actions": "The queue is watched. Nothing more is needed."}  # fmt: skip
RESPONSE = {"response": "We are sorry. The queue dropped your call; it is mended."}


def who(conn: Connection, name: str) -> Person:
    """Somebody of the cast."""
    return people.get(conn, id_of(conn, name))


def id_of(conn: Connection, name: str) -> int:
    """The id of somebody of the cast."""
    found: int = conn.execute(text("select id from staff where name ilike :name || ' %'"), {"name": name}).scalar_one()
    return found


def ids_of(conn: Connection, *names: str) -> list[int]:
    """The ids of some of the cast."""
    return [id_of(conn, name) for name in names]


def on(conn: Connection, day: date) -> None:
    """It is this day until the transaction ends."""
    db.value(conn, "demo.set_today", day=day.isoformat())


def now(conn: Connection) -> datetime:
    """This instant, on the day that it is."""
    at: datetime = db.value(conn, "clock.right_now")
    return at


def answer(conn: Connection, **said: Any) -> dict[str, Any]:
    """What the form of a response given by phone says."""
    return RESPONSE | {"channel": "phone", "happened_at": now(conn)} | said


def see(conn: Connection, case_id: int) -> Case:
    """The case as it is now, whoever may see it."""
    return cases.get(conn, case_id, SYSTEM)


def does(conn: Connection, case: Case, action: str, by: str | Person = SAM, **said: Any) -> Case:
    """Somebody makes a move; the case afterwards."""
    person = who(conn, by) if isinstance(by, str) else by
    cases.act(conn, case.id, action, by=person, **said)
    return see(conn, case.id)


def refused(conn: Connection, case: Case, action: str, by: str | Person = SAM, **said: Any) -> str | None:
    """The sentence with which a move is refused, or None if it was made. Either way nothing has changed afterwards."""
    with conn.begin_nested() as savepoint:
        try:
            does(conn, case, action, by, **said)
        except Refused as refusal:
            return str(refusal)
        finally:
            savepoint.rollback()
    return None


# The stages of an escalation


def knock(conn: Connection, complaint: Case, contact: str = "416-555-0123", by: str = CLEO) -> int:
    """Cleo has the customer on the line, who knows number and phone: the attempt that matched."""
    made = escalations.attempt(conn, complaint.request_no, contact, by=who(conn, by))
    assert made.complaint_id == complaint.id, made.sentence
    return made.id


def escalation(conn: Connection, complaint: Case | None = None, by: str = CLEO, **said: Any) -> Case:
    """An answered complaint (or this one) is escalated by phone today: the customer is not satisfied."""
    complaint = complaint or responded(conn)
    said = {"ground": "unsatisfied"} | said
    found = escalations.escalate(conn, knock(conn, complaint, by=by), "That was no answer.", by=who(conn, by), **said)
    return see(conn, found.id)


def admitted(conn: Connection, complaint: Case) -> Case:
    """An escalation that the clock does not prove yet: Mina admits it."""
    return admitted_by(conn, complaint, MINA)


def admitted_by(conn: Connection, complaint: Case, name: str) -> Case:
    """As above, by this senior manager."""
    by = who(conn, name)
    made = escalations.attempt(conn, complaint.request_no, "416-555-0123", by=by)
    found = escalations.escalate(conn, made.id, "I cannot wait.", by=by, admitted_because="A medical reason.")
    return see(conn, found.id)


def in_review(conn: Connection, complaint: Case | None = None, by: str = MINA, **said: Any) -> Case:
    """Mina reviews it."""
    return does(conn, escalation(conn, complaint, **said), "take", by)


def decided(conn: Connection, complaint: Case | None = None, by: str = MINA, **said: Any) -> Case:
    """Mina decided it; the customer does not know yet."""
    return does(conn, in_review(conn, complaint, by), "decide", by, **DECISION | said)


def told(conn: Connection, complaint: Case | None = None, by: str = MINA, **said: Any) -> Case:
    """Mina told the customer by phone."""
    how = {"channel": "phone", "happened_at": now(conn)}
    return does(conn, decided(conn, complaint, by, **said), "record_decision_told", by, **how)


def escalation_closed(conn: Connection, complaint: Case | None = None, by: str = MINA) -> Case:
    """Told, and closed without a letter."""
    return does(conn, told(conn, complaint, by, letter_due="no"), "close_without_letter", by, note="Upheld in full.")


# The stages of a comment and of a compliment

COMMENT: dict[str, Any] = {"kind": Kind.COMMENT, "category": None, "description": "The hold music could end."}
PRAISE: dict[str, Any] = {
    "kind": Kind.COMPLIMENT,
    "category": None,
    "description": "Nadia Bellweather was patient with me.",
}


def comment(conn: Connection, by: str = CLEO, **said: Any) -> Case:
    """A comment by phone today, from somebody who can be reached and asks for no reply."""
    return received(conn, by, **COMMENT | said)


def reviewed(conn: Connection, by: str = SAM, **said: Any) -> Case:
    """Sam has the comment."""
    return does(conn, comment(conn, **said), "take", by)


def assessed(conn: Connection, by: str = SAM, **said: Any) -> Case:
    """It is for 311 Toronto."""
    return does(conn, reviewed(conn, by, **said), "assess", by, **form(conn, "assess"))


def forwarded(conn: Connection, by: str = SAM, **said: Any) -> Case:
    """Tariq, a team lead, has it."""
    return does(conn, assessed(conn, by, **said), "forward", by, lead_id=id_of(conn, TARIQ))


def compliment(conn: Connection, by: str = SAM, **said: Any) -> Case:
    """Praise for Nadia, from Ruth, whom she may not know of. Sam took it down."""
    return received(conn, by, **PRAISE | said)


def replace_name(name: str) -> Any:
    """As much of a compliment as tells whom it is from, and nothing of a database."""
    return SimpleNamespace(customer_name=name, postal_address=None, naming_consent=None)


def praised(conn: Connection, by: str = SAM, **said: Any) -> Case:
    """It went to Nadia's supervisor, who is Sam."""
    return does(conn, compliment(conn, **said), "forward_as_suggested", by)


def handed_on(conn: Connection, by: str = SAM, **said: Any) -> Case:
    """Nadia can read it."""
    return does(conn, praised(conn, **said), "hand_on", by)


def shared(conn: Connection, **said: Any) -> Case:
    """And Mina, who is above Sam."""
    return does(conn, handed_on(conn, **said), "share", SAM)


def celebrated(conn: Connection, **said: Any) -> Case:
    """Both hand-offs are done, and it is closed."""
    return does(conn, shared(conn, **said), "close", SAM)


# The stages of a letter


def letter_drafted(conn: Connection, case: Case | None = None, by: str = MINA, **said: Any) -> Case:
    """Mina drafted the decision letter, complete."""
    case = does(conn, case or decided(conn, **said), "draft_letter", by)
    letter_desk.write(conn, case.id, LETTER, by=who(conn, by))
    return see(conn, case.id)


def letter_asked(conn: Connection, case: Case | None = None, by: str = MINA, asked: str = DARA, **said: Any) -> Case:
    """Dara is asked to be the second pair of eyes."""
    case = letter_drafted(conn, case, by, **said)
    return does(conn, case, "ask_to_approve_letter", by, approver_id=id_of(conn, asked))


def letter_approved(conn: Connection, case: Case | None = None, by: str = MINA, asked: str = DARA, **said: Any) -> Case:
    """Dara approved it."""
    case = letter_asked(conn, case, by, asked, **said)
    return does(conn, case, "approve_letter", asked, text_no=letter_of(conn, case).text_no)


def letter_issued(
    conn: Connection, case: Case | None = None, by: str = MINA, sends_by: str = "email", **said: Any
) -> Case:
    """It is issued, by email: it waits in the outbox."""
    case = letter_approved(conn, case, by, **said)
    return does(conn, case, "issue_letter", by, **({"sends_by": sends_by} if case.kind == Kind.ESCALATION else {}))


def letter_posted(conn: Connection, case: Case | None = None, by: str = MINA, **said: Any) -> Case:
    """It was posted, and the escalation is closed."""
    case = letter_issued(conn, case, by, sends_by="mail", **said)
    return does(conn, case, "record_letter_posted", by, happened_at=now(conn))


def response_letter(conn: Connection, stage: str, **said: Any) -> Case:
    """A complaint whose response goes by mail: its letter "drafted", "asked", "approved", "issued" or "posted". Sam writes."""
    return globals()[f"letter_{stage}"](conn, with_steps(conn, **said), SAM)


def letter_of(conn: Connection, case: Case) -> Row:
    """The newest letter of a case."""
    found = letters.current(conn, case.id)
    assert found is not None, "a letter was begun"
    return found


# The stages of a complaint


def received(conn: Connection, by: str = CLEO, **said: Any) -> Case:
    """A complaint that came by phone today."""
    return see(conn, receive(conn, Receipt(**COMPLAINT | said), by=who(conn, by)).id)


def taken(conn: Connection, by: str = SAM, **said: Any) -> Case:
    """Sam has it."""
    return does(conn, received(conn, **said), "take", by)


def investigating(conn: Connection, by: str = SAM, **said: Any) -> Case:
    """Sam investigates it."""
    return does(conn, taken(conn, by, **said), "investigate", by)


def with_finding(conn: Connection, by: str = SAM, **said: Any) -> Case:
    """It is known what happened."""
    return does(conn, investigating(conn, by, **said), "record_finding", by, **FINDING)


def with_steps(conn: Connection, by: str = SAM, **said: Any) -> Case:
    """It can be answered."""
    return does(conn, with_finding(conn, by, **said), "record_steps", by, **STEPS)


def queued(conn: Connection, by: str = SAM, response: str = RESPONSE["response"], **said: Any) -> Case:
    """The response is in the outbox."""
    return does(conn, with_steps(conn, by, **said), "send_response", by, response=response)


def responded(conn: Connection, by: str = SAM, **said: Any) -> Case:
    """Sam told the customer by phone."""
    return does(conn, with_steps(conn, by, **said), "record_response", by, **answer(conn))


def responded_by_mail(conn: Connection, by: str = SAM, **said: Any) -> Case:
    """Sam wrote a letter."""
    return does(conn, with_steps(conn, by, **said), "record_response", by, **answer(conn, channel="mail"))


def redirected(conn: Connection) -> Case:
    """It was for another division."""
    return does(conn, received(conn), "redirect", CLEO, **form(conn, "redirect"))


def withdrawn(conn: Connection) -> Case:
    """The customer no longer wants an answer."""
    return does(conn, taken(conn), "withdraw", SAM, **form(conn, "withdraw"))


def duplicate(conn: Connection) -> Case:
    """The same was said before."""
    original = received(conn)
    return does(conn, received(conn), "mark_duplicate", CLEO, original_no=original.request_no, note="The same call.")


def not_a_complaint(conn: Connection) -> Case:
    """It was a pothole."""
    return does(conn, taken(conn), "not_a_complaint", SAM, **form(conn, "not_a_complaint"))


def form(conn: Connection, action: str) -> dict[str, Any]:
    """What the form of an action could say, filled in well."""
    at = {"happened_at": now(conn)}
    division = {"division_id": min(people.divisions(conn))}
    forms: dict[str, dict[str, Any]] = {
        "assign": {"owner_id": id_of(conn, PRIYA), "note": "Balance."},
        "reassign": {"owner_id": id_of(conn, PRIYA), "note": "Holiday."},
        "record_finding": FINDING,
        "record_steps": STEPS,
        "send_response": RESPONSE,
        "record_response": answer(conn),
        "take_back_response": {"note": "A wrong date in it."},
        "response_left": at,
        "response_failed": {"note": "The mail server could not be reached."},
        "response_came_back": {"note": "The letter was returned."},
        "log_follow_up": at | {"channel": "phone", "outcome": "reached", "note": "Asked which number was called."},
        "log_update": at | {"channel": "email", "note": "It takes until Friday."},
        "acknowledge": at | {"channel": "phone"},
        "add_note": {"note": "The recording is on its way."},
        "attach": {"file": ("letter.txt", "text/plain", b"Dear 311"), "note": "The letter."},
        "correct_details": {"category": "access", "note": "Misread."},
        "correct_contact": {"phone": "416-555-0199", "email": "ruth@example.org", "note": "New number."},
        "change_division": division | {"note": "They run that line."},
        "declare_conflict": {"note": "I know the customer."},
        "redirect": division | {"how_told": "phone", "note": "It is about water."},
        "withdraw": {"withdrawn_by": "The customer, by phone", "note": "Solved meanwhile."},
        "mark_duplicate": {"original_no": _original(conn), "note": "The same call."},
        "not_a_complaint": {"what_it_is": "service request", "note": "A pothole."},
        "reopen": {"note": "New facts."},
        "send_first_response": {"response": "Mina Okafor reviews it and decides by Friday."},
        "record_first_response": answer(conn, response="Mina Okafor reviews it and decides by Friday."),
        "decide": DECISION,
        "change_decision": DECISION | {"decision": "upheld"},
        "record_decision_told": {"channel": "phone", "happened_at": now(conn)},
        "close_without_letter": {"note": "Told by phone, and content."},
        "answer_complaint": {"finding": "substantiated", "finding_summary": "The queue dropped the call."} | STEPS,
        "sign_up_for_updates": {"updates_by": "sms", "updates_to": "416-555-0177"},
        "record_referral": at | {"note": "Their officer wrote to us."},
        "ask_again": {"note": "Called again."},
        "ask_to_escalate": {"note": "Not due yet."},
        "assess": {"assessed_because": "We run that line.", "tags": ["phone lines"]},
        "forward": {"lead_id": id_of(conn, TARIQ), "praised_ids": [id_of(conn, NADIA)]},
        "record_outcome": {"lead_did": "done", "lead_outcome": "It ends now."},
        "ask_for_reply": {"note": "By phone."},
        "end_reply": {"no_reply_because": "the customer no longer wants one", "note": "She said so on the phone."},
        "open_complaint": {
            "complaint_words": "I waited forty minutes.",
            "category": "timeliness",
            "note": "She said so.",
            "praise_words": "Nadia was patient.",
        },
        "split_praise": {"praise_words": "Nadia was patient."},
        "no_action": {"note": "It is about the weather."},
        "name_again": {"praised_ids": [id_of(conn, TARIQ)], "note": "Another one."},
        "record_consent": {"naming_consent": "By phone, to me."},
        "take_back_consent": {"note": "Changed her mind."},
        "ask_to_approve_letter": {"approver_id": id_of(conn, DARA)},
        "approve_letter": {"text_no": 2},
        "return_letter": {"note": "The date is wrong."},
        "issue_letter": {"sends_by": "email"},
        "reissue_letter": {"note": "The name was misspelled."},
        "letter_left": at,
        "letter_failed": {"note": "The mail server could not be reached."},
        "record_letter_posted": at,
        "record_letter_sent": at,
        "letter_came_back": {"note": "The address does not exist."},
        "decision_came_back": {"note": "The letter was returned."},
    }
    return forms.get(action, {})


def _original(conn: Connection) -> str:
    return conn.execute(text("select request_no from cases order by received_at, id limit 1")).scalar() or ""


# What only an administrator of the database may do


@contextmanager
def as_owner(conn: Connection) -> Iterator[None]:
    """Works as the owner of the tables, and then as the dashboard again."""
    conn.execute(text("reset role"))
    yield
    conn.execute(text(f"set role {db.ROLE}"))


def years_ago(conn: Connection, case: Case, years: int) -> None:
    """So many years have passed since this case, its history included; as the owner of the tables."""
    shift = f"- interval '{int(years)} years'"
    for statement in (
        "alter table case_events disable trigger user", "alter table cases disable trigger user",
        f"update cases set received_at = received_at {shift}, entered_at = entered_at {shift}, closed_at = closed_at {shift}, "
        f"responded_at = responded_at {shift} where id = {case.id}",
        f"update case_events set at = at {shift} where case_id = {case.id}",
        "alter table case_events enable trigger user", "alter table cases enable trigger user",
    ):  # fmt: skip
        conn.execute(text(statement))


def leaves(conn: Connection, name: str) -> None:
    """Somebody no longer works here."""
    with as_owner(conn):
        conn.execute(text("update staff set active = false where id = :id"), {"id": id_of(conn, name)})


# What was written down


def history(conn: Connection, case: Case) -> list[Row]:
    """The events of a case, oldest first."""
    return cases.timeline(conn, case.id, SYSTEM)


def last(conn: Connection, case: Case) -> Row:
    """The newest event of a case."""
    return history(conn, case)[-1]


def outbox(conn: Connection, case: Case) -> list[tuple[str, str]]:
    """The messages of a case, newest first: purpose and status."""
    return [(notice.purpose, notice.status) for notice in notices.of_case(conn, case.id)]
