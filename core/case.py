"""One case as it is now: a row of the view case_board, and whatever else a guard may ask of it."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from core.kinds import Kind, State


@dataclass(frozen=True, kw_only=True)
class Case:
    """A row of case_board. `_on` is a date in Toronto, `_at` an instant, `_no` a number people quote."""

    id: int
    request_no: str
    kind: Kind
    state: State
    version: int
    source: str
    title: str
    description: str
    category: str | None
    tags: list[str]
    topic: str | None
    subject_ids: list[int]
    subject_names: list[str]
    division_id: int | None
    division: str

    channel: str
    received_at: datetime
    received_on: date
    entered_at: datetime
    entered_by: int | None
    entered_by_name: str | None
    backdated_because: str | None

    promised_days: int | None
    due_on: date | None
    first_due_on: date | None
    reply_requested: bool
    is_open: bool
    is_overdue: bool | None
    #: Business days until the due date; negative when late; none when ended or without a promise.
    days_left: int | None
    #: 1.0 on the due date, more when overdue.
    share_used: float | None
    days_taken: int | None
    answered_late: bool | None

    customer_name: str | None
    phone: str | None
    email: str | None
    postal_address: str | None
    contact_held_by: str | None
    language: str | None
    interpreter: bool
    accessible_format: str | None
    erased_at: datetime | None
    #: On legal hold since, by whom and why: nothing of it is erased.
    held_at: datetime | None
    held_because: str | None
    held_by_name: str | None

    team_id: int | None
    team: str | None
    owner_id: int | None
    owner: str | None
    assigned_at: datetime | None
    recused_ids: list[int]
    acknowledged_at: datetime | None

    finding: str | None
    finding_summary: str | None
    sources_checked: str | None
    root_cause: str | None
    steps_taken: str | None
    no_steps_because: str | None

    responded_at: datetime | None
    responded_on: date | None
    response_channel: str | None
    response: str | None
    responded_by: int | None
    responded_by_name: str | None
    accountable_id: int | None
    accountable: str | None
    closed_at: datetime | None
    redirected_to: int | None
    redirected_to_name: str | None
    duplicate_of: int | None
    duplicate_of_no: str | None

    #: Of an escalation: the complaint it asks to be reviewed, why it may, who speaks for the customer.
    complaint_id: int | None
    complaint_no: str | None
    ground: str | None
    never_arrived: bool
    admitted_because: str | None
    represented_by: str | None
    consent: str | None
    #: Where status updates go, for those who signed up: "email" or "sms", and the address.
    updates_by: str | None
    updates_to: str | None
    decide_days: int | None
    decide_by: date | None
    #: The decision, and when it reached the customer.
    decision: str | None
    decision_reasons: str | None
    remedy: str | None
    remedy_by: date | None
    letter_due: bool | None
    letter_because: str | None
    decided_at: datetime | None
    decided_by: int | None
    decided_by_name: str | None
    told_at: datetime | None
    told_by: str | None
    ombudsman_at: datetime | None
    #: Of a comment: why it is for 311 Toronto, which team lead has it, when they acknowledged it, what they did with it.
    assessed_because: str | None
    lead_id: int | None
    lead: str | None
    forwarded_at: datetime | None
    lead_heard_at: datetime | None
    lead_outcome: str | None
    lead_done_at: datetime | None
    #: The day a reply was asked for, when that was after the receipt; the clock started on it.
    reply_asked_on: date | None
    clock_started_on: date
    #: The reply that was asked for cannot be given, and why.
    no_reply_at: datetime | None
    no_reply_because: str | None
    #: The customer wished that nothing which tells who they are is kept.
    anonymous: bool
    #: Of a compliment: whom it praises or may praise, what they read, whether they may know by whom, who of management knows.
    praised_ids: list[int]
    praised_names: list[str]
    praised_teams: list[str]
    praise_words: str | None
    naming_consent: str | None
    naming_consent_at: datetime | None
    naming_consent_by_name: str | None
    shared_at: datetime | None
    shared_with: int | None
    shared_with_name: str | None
    #: Who may hand it on to those who have not heard it, how many those are, and whether it is sure who is meant.
    hands_on_ids: list[int]
    unheard: int
    names_are_sure: bool | None
    #: When the clock that runs now runs out: the promise until it is answered, then the target that follows it.
    runs_out_on: date | None
    #: Whoever had the complaint of an escalation, worked on it or declared a conflict in it (R35).
    handler_ids: list[int]
    complaint_is_open: bool | None
    #: Whoever reviews an open escalation of a complaint.
    reviewer_ids: list[int]
    #: A response in the outbox that has not left: waiting, failed or kept.
    response_notice: str | None
    #: Its newest letter: draft, asked, approved, issued, left or came back; how it leaves, and who wrote in it.
    letter_state: str | None
    letter_by: str | None
    letter_writer_ids: list[int]
    #: Everybody above its owner, who may act in the owner's place.
    above_owner: list[int]

    @classmethod
    def from_row(cls, row: Row[Any]) -> "Case":
        """The case of a row that has at least these columns."""
        known = row._mapping
        values = {field.name: known[field.name] for field in fields(cls)}
        return cls(**values | {"kind": Kind(known["kind"]), "state": State(known["state"])})
