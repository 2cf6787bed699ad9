"""Facts that a move needs. Each is one fact; its docstring is what staff read where the button is disabled."""

from collections.abc import Callable

from core.case import Case
from core.people import Person

Guard = Callable[[Case, Person], bool]


def is_not_the_subject(case: Case, by: Person) -> bool:
    """You are named in this complaint, so somebody else must handle it."""
    return by.id not in case.subject_ids


def does_not_report_to_the_subject(case: Case, by: Person) -> bool:
    """You report to a person named in this complaint, so somebody else must handle it."""
    return not set(by.above) & set(case.subject_ids)


def has_declared_no_conflict(case: Case, by: Person) -> bool:
    """You declared a conflict of interest in this case."""
    return by.id not in case.recused_ids


def is_theirs(case: Case, by: Person) -> bool:
    """Only its supervisor, or a manager above them, can do this."""
    return by.id is not None and (by.id == case.owner_id or by.id in case.above_owner)


def may_answer_for_the_supervisor(case: Case, by: Person) -> bool:
    """Only its supervisor, a manager above them, or a delegate from the same team can do this."""
    return is_theirs(case, by) or (by.team_id is not None and by.team_id == case.team_id)


def has_finding(case: Case, by: Person) -> bool:
    """Record the finding first: "A full investigation will be completed." """
    return case.finding is not None


def has_steps(case: Case, by: Person) -> bool:
    """Record the steps taken first, or why none are needed."""
    return case.steps_taken is not None or case.no_steps_because is not None


def has_email(case: Case, by: Person) -> bool:
    """There is no email address on this case; speak or write to the customer and record that."""
    return case.email is not None


def has_no_response_on_its_way(case: Case, by: Person) -> bool:
    """A response is in the outbox already: send it again or take it back there."""
    return case.response_notice is None


def has_response_on_its_way(case: Case, by: Person) -> bool:
    """No response is in the outbox."""
    return case.response_notice is not None


def is_unacknowledged(case: Case, by: Person) -> bool:
    """It was acknowledged already."""
    return case.acknowledged_at is None


def left_in_writing(case: Case, by: Person) -> bool:
    """The response was spoken, so nothing can have come back."""
    return case.response_channel in ("email", "mail", "chat", "other")
