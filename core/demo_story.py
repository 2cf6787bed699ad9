"""A story of the demo: a case of core/demo_data, and what happens to it on which day."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from core import cases, db, demo_feedback, demo_letters, escalations, notices, people, praise, receipt
from core.kinds import Kind
from core.people import Person
from core.receipt import Receipt

TORONTO = ZoneInfo("America/Toronto")
#: What a case of the file says that goes into its receipt as it stands.
SAID = ("channel", "category", "tags", "topic", "phone", "email", "language", "interpreter", "accessible_format",
        "reply_requested", "backdated_because", "anonymous")  # fmt: skip
#: How far the work on a complaint came.
WORK = ("under review", "investigating", "found", "steps taken", "in the outbox", "responded", "reopened")
#: Other ends, and what each needs to be said.
#: How far the review of an escalation came.
REVIEW = ("received", "in review", "first response", "decided", "closed")
OTHER_ENDS = {"redirect": ("how_told",), "withdraw": ("withdrawn_by",), "mark_duplicate": ("original_no",),
              "not_a_complaint": ("what_it_is",)}  # fmt: skip


FEEDBACK = {"comment": demo_feedback.of_comment, "compliment": demo_feedback.of_compliment}


@dataclass(frozen=True)
class Scene:
    """Something that happens to a case, `age` business days ago."""

    story: "Story"
    age: int
    no: int
    action: str
    by: Person
    said: dict[str, Any] = field(default_factory=dict)
    #: It happens to the escalation of the case.
    to_escalation: bool = False

    @property
    def order(self) -> tuple[int, int, int]:
        """Days first, oldest first; what comes on a day off comes after the business day before it."""
        part = 2 if self.action != "receive" else 3 if self.story.is_on_a_day_off else 1
        return -self.age, part, self.story.no * 100 + self.no


@dataclass
class Stage:
    """Where the scenes are played: the database, its people, and the day that it is there."""

    conn: Connection
    cast: dict[str, Person]
    request_nos: dict[str, str] = field(default_factory=dict)
    day: date | None = None

    @cached_property
    def days(self) -> dict[int, date]:
        """The day so many business days ago; 0 is today, even on a day off."""
        rows = db.rows(self.conn, "demo.days")
        return {row.age: row.day for row in reversed(rows) if row.is_business_day} | {0: rows[0].day}

    @cached_property
    def days_off(self) -> dict[int, date]:
        """Days off by the age of the business day before them."""
        return {row.age: row.day for row in reversed(db.rows(self.conn, "demo.days")) if not row.is_business_day}

    @cached_property
    def divisions(self) -> dict[str, int]:
        """The divisions by name."""
        return {name: id for id, name in people.divisions(self.conn).items()}

    @cached_property
    def teams(self) -> dict[str, int]:
        """The teams by name."""
        return {name: id for id, name in people.teams(self.conn).items()}

    def set_day(self, day: date) -> None:
        """From now on it is this day."""
        if day != self.day:
            db.row(self.conn, "demo.set_today", day=day.isoformat())
            self.day = day

    def now(self) -> datetime:
        """This instant of the day that it is there."""
        return db.value(self.conn, "clock.right_now").astimezone(TORONTO)

    def around(self, hour: int, minute: int, not_before: datetime | None = None) -> datetime:
        """That time of the day, or a little before now where it is still to come."""
        now = self.now()
        wanted = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        past = min(wanted, max(now - timedelta(minutes=1 + minute % 5), datetime.combine(now.date(), time(), TORONTO)))
        return min(max(past, not_before or past), now)

    def play(self, scene: Scene) -> None:
        """One scene, on its day, by the real function."""
        story = scene.story
        self.set_day(story.day if scene.action == "receive" else self.days[scene.age])
        if scene.action == "receive":
            story.receive(scene.by)
            return
        if scene.action == "escalate":
            story.escalate(scene.by)
            return
        if scene.action == "read":
            praise.about(self.conn, scene.by)
            return
        case_id = story.escalation_id if scene.to_escalation else story.case_id
        if scene.action == "write_letter":
            demo_letters.write(self.conn, case_id, scene.by, **scene.said)
            return
        said = dict(scene.said)
        if scene.action == "approve_letter":
            said["text_no"] = demo_letters.text_no(self.conn, case_id)
        if "happened_at" in said:
            hour, minute = said["happened_at"]
            said["happened_at"] = self.around(hour, minute, story.not_before)
        if "original_no" in said:
            said["original_no"] = self.request_nos[said["original_no"]]
        cases.act(self.conn, case_id, scene.action, by=scene.by, **said)
        self.keep_notices(case_id)

    def keep_notices(self, case_id: int) -> None:
        """No customer of the demo can be reached."""
        for notice in notices.of_case(self.conn, case_id):
            if notice.status == "waiting":
                db.run(self.conn, "notices.keep_back", id=notice.id)


@dataclass
class Story:
    """A case of the file: what was said, and how far it came in how many business days."""

    stage: Stage
    no: int
    told: dict[str, Any]
    case_id: int = 0
    escalation_id: int = 0
    received_at: datetime | None = None
    #: What happens next to it happened no earlier.
    not_before: datetime | None = None

    @property
    def is_on_a_day_off(self) -> bool:
        """Whether it comes on a Saturday, Sunday or holiday: 311 works around the clock."""
        return "on_a_day_off" in self.told

    @cached_property
    def age(self) -> int:
        """So many business days ago it came; on a day off, a few more where there was none just then."""
        age: int = self.told["age"]
        return min(off for off in self.stage.days_off if off >= age) if self.is_on_a_day_off else age

    @property
    def day(self) -> date:
        """When it is entered."""
        return self.stage.days_off[self.age] if self.is_on_a_day_off else self.stage.days[self.age]

    @cached_property
    def owner(self) -> Person:
        """Who has it."""
        return self._who("owner", ("sam", "priya", "jonas")[self.no % 3])

    @cached_property
    def about(self) -> list[int]:
        """The staff it is about."""
        return [self.stage.cast[name].id or 0 for name in self.told.get("about", [])]

    @property
    def answer(self) -> dict[str, str]:
        """Finding, steps and response."""
        answer: dict[str, str] = self.told["answer"]
        return answer

    def receive(self, by: Person) -> None:
        """It is written down on its day."""
        new = {name: self.told[name] for name in SAID if name in self.told}
        self.received_at = self._received_at()
        row = receipt.receive(
            self.stage.conn,
            Receipt(kind=Kind(self.told.get("kind", "complaint")), description=self.told["words"], subject_ids=self.about,
                    title=self.told.get("title", ""), customer_name=self.told.get("name"), received_at=self.received_at,
                    postal_address=self.told.get("address"), **new),
            by=by,
        )  # fmt: skip
        self.case_id, self.not_before = row.id, self.received_at
        self.stage.request_nos[self.told.get("id", row.request_no)] = row.request_no

    def escalate(self, by: Person) -> None:
        """The customer asks for a review, with number and contact."""
        told, conn = self.told["escalated"], self.stage.conn
        case = cases.get(conn, self.case_id, people.SYSTEM)
        way = case.email or case.phone or ""
        attempt = escalations.attempt(conn, case.request_no, way, by=by)
        also = (
            {"updates_by": told["updates"], "updates_to": case.phone if told["updates"] == "sms" else case.email}
            if "updates" in told
            else {}
        )
        made = escalations.escalate(conn, attempt.id, told["words"], by=by, ground="unsatisfied", **also)
        self.escalation_id, self.not_before = made.id, self.stage.now()
        self.stage.keep_notices(made.id)

    def _received_at(self) -> datetime:
        minutes = self.no * 37 % 460
        at = self.stage.around(8 + (30 + minutes) // 60, (30 + minutes) % 60)
        return at - timedelta(days=self.told["days_in_the_mail"]) if "days_in_the_mail" in self.told else at

    def scenes(self) -> Iterator[Scene]:
        """Everything that happens to it, in order."""
        steps = ((0, "receive", self._who("by", "cleo"), {}), *self._steps())
        for no, (after, action, by, said) in enumerate(steps):
            yield Scene(self, max(self.age - after, 0), no, action, by, said)
        for no, (age, action, by, said) in enumerate(self._review(), start=len(steps)):
            yield Scene(self, max(age, 0), no, action, by, said, to_escalation=True)

    def _review(self) -> Iterator[tuple[int, str, Person, dict[str, Any]]]:
        """Business days ago, what, by whom, and what is said of its escalation."""
        told = self.told.get("escalated")
        if told is None:
            return
        ago, far, moment = told["ago"], REVIEW.index(told["how_far"]), (13, self.no % 60)
        yield ago, "escalate", self.stage.cast["cleo"], {}
        if far == 0:
            return
        by = self.stage.cast[told["reviewer"]]
        yield ago - 1, "take", by, {}
        if far >= 2:
            first = {"response": f"{by.name} reviews it and decides within ten business days.", "channel": "phone"}
            yield ago - 2, "record_first_response", by, first | {"happened_at": moment}
        if far >= 3:
            decision = {"decision": told["decision"], "decision_reasons": told["reasons"], "sources_checked": told["reviewed"],
                        "letter_due": told["letter"], "letter_because": told["because"]}  # fmt: skip
            yield ago - 4, "decide", by, decision | _said(told, "remedy")
        if "letter_how_far" in told:
            yield from demo_letters.of_escalation(self, ago - 5, by)
        elif far >= 4:
            yield ago - 5, "record_decision_told", by, {"happened_at": (16, self.no % 60), "channel": "phone"}
            yield ago - 6, "close_without_letter", by, {"note": told["because"]}

    def _steps(self) -> Iterator[tuple[int, str, Person, dict[str, Any]]]:
        """Business days after the receipt, what, by whom, and what is said."""
        if self.told.get("kind") in FEEDBACK:
            yield from FEEDBACK[self.told["kind"]](self)
            return
        end, taken = self.told.get("end", "received"), self.told.get("taken", self.age)
        if "praise" in self.told:  # a mixed message
            yield min(1, self.age), "split_praise", self.owner, {
                "praise_words": self.told["praise"], "praised_ids": [self.stage.cast[one].id for one in self.told["praised"]]}  # fmt: skip
        if end == "received":
            yield from self.extras()
        elif end in OTHER_ENDS:
            yield from self.extras()
            yield taken, end, self.owner, self._other_end(end)
        else:
            yield from self._work(end, taken)

    def _work(self, end: str, taken: int) -> Iterator[tuple[int, str, Person, dict[str, Any]]]:
        by, last = self.owner, WORK.index(end)
        begun = min(self.told.get("begun", 1), taken)
        yield self._given(begun)
        if "conflict" in self.told:
            yield begun, "declare_conflict", by, {"note": self.told["conflict"]}
            return
        if last >= 1:
            yield min(begun + 1, taken), "investigate", by, {}
        yield from self.extras()
        if last >= 2:
            found = _said(self.answer, "finding", "finding_summary", "sources_checked")
            yield min(max(taken - 2, begun + 1), taken), "record_finding", by, found | _said(self.answer, "root_cause")
        if last >= 3:
            yield max(taken - 1, 0), "record_steps", by, _said(self.answer, "steps_taken", "no_steps_because")
        response = _said(self.told.get("answer", {}), "response")
        if end == "in the outbox":
            yield taken, "send_response", by, response
        if "letter_approved_by" in self.told:
            yield from demo_letters.of_complaint(self, taken, by)
        elif last >= 5:
            how = "phone" if self.told.get("phone") else "email" if self.told.get("email") else "mail"
            yield taken, "record_response", by, response | {"channel": how, "happened_at": (15, self.no % 60)}
        if end == "reopened":
            yield taken + 2, "reopen", by, {"note": self.told["reopened_because"]}

    def _given(self, after: int) -> tuple[int, str, Person, dict[str, Any]]:
        if self.no % 3 == 1 and not self.about:
            return after, "assign", self.stage.cast["tariq"], {"owner_id": self.owner.id, "note": "Next in turn."}
        return after, "take", self.owner, {}

    def extras(self) -> Iterator[tuple[int, str, Person, dict[str, Any]]]:
        """Acknowledgement, notes, contacts: [days after receipt, action, text, outcome]."""
        contact = {"happened_at": (11, self.no % 60), "channel": "phone" if self.told.get("phone") else "email"}
        for after, action, *text in self.told.get("also", []):
            by = self.stage.cast["cleo"] if action == "acknowledge" and not self.about else self.owner
            said = dict(zip(("note", "outcome"), text, strict=False))
            yield after, action, by, said if action == "add_note" else contact | said

    def _other_end(self, end: str) -> dict[str, Any]:
        said = {"note": self.told["because"]} | _said(self.told, *OTHER_ENDS[end])
        return said | {"division_id": self.stage.divisions[self.told["division"]]} if end == "redirect" else said

    def _who(self, name: str, otherwise: str) -> Person:
        return self.stage.cast[self.told.get(name, otherwise)]


def _said(told: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: told[name] for name in names if name in told}
