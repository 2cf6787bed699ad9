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
    #: A response in the outbox that has not left: waiting, failed or kept.
    response_notice: str | None
    #: Everybody above its owner, who may act in the owner's place.
    above_owner: list[int]

    @classmethod
    def from_row(cls, row: Row[Any]) -> "Case":
        """The case of a row that has at least these columns."""
        known = row._mapping
        values = {field.name: known[field.name] for field in fields(cls)}
        return cls(**values | {"kind": Kind(known["kind"]), "state": State(known["state"])})
