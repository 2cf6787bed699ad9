"""Facts that a move needs. Each is one fact; its docstring is what staff read where the button is disabled."""

from collections.abc import Callable

from core.case import Case
from core.people import Person

Guard = Callable[[Case, Person], bool]


def is_not_erased(case: Case, by: Person) -> bool:
    """The case was erased at the end of its retention, so nothing more is done with it."""
    return case.erased_at is None


def is_not_the_subject(case: Case, by: Person) -> bool:
    """You are one of the staff this case is about, so somebody else must handle it."""
    return by.id not in case.subject_ids


def does_not_report_to_the_subject(case: Case, by: Person) -> bool:
    """You report to one of the staff this case is about, so somebody else must handle it."""
    return not set(by.above) & set(case.subject_ids)


def has_declared_no_conflict(case: Case, by: Person) -> bool:
    """You declared a conflict of interest in this case, so somebody else must handle it."""
    return by.id not in case.recused_ids


def is_theirs(case: Case, by: Person) -> bool:
    """Only whoever has this case, or a manager above them, can take the step: ask them, or have the case reassigned."""
    return by.id is not None and (by.id == case.owner_id or by.id in case.above_owner)


def may_answer_for_the_supervisor(case: Case, by: Person) -> bool:
    """Only whoever has this case, a manager above them, or a colleague of the same team can answer it: ask one of them."""
    return is_theirs(case, by) or (by.team_id is not None and by.team_id == case.team_id)


def is_independent(case: Case, by: Person) -> bool:
    """You had the complaint, worked on it or declared a conflict in it, so somebody independent must review its escalation."""
    return by.id not in case.handler_ids


def reviews_no_escalation_of_it(case: Case, by: Person) -> bool:
    """You review the escalation of this complaint, so somebody else must handle it."""
    return by.id not in case.reviewer_ids


def has_no_first_response(case: Case, by: Person) -> bool:
    """The customer has had a first response already."""
    return case.responded_at is None


def is_not_told(case: Case, by: Person) -> bool:
    """The customer knows the decision already; reopen the escalation to change it."""
    return case.told_at is None


def is_told(case: Case, by: Person) -> bool:
    """The customer does not know the decision yet: whoever reviews the escalation tells them and records that, or issues its letter."""
    return case.told_at is not None


def leaves_its_complaint_open(case: Case, by: Person) -> bool:
    """The complaint has ended already, so the decision cannot answer it."""
    return case.complaint_is_open is True


def is_signed_up(case: Case, by: Person) -> bool:
    """The customer did not sign up for status updates."""
    return case.updates_by is not None


def is_not_referred(case: Case, by: Person) -> bool:
    """It is recorded already that the case went to Ombudsman Toronto."""
    return case.ombudsman_at is None


def has_finding(case: Case, by: Person) -> bool:
    """Record the finding first: "A full investigation will be completed." """
    return case.finding is not None


def has_steps(case: Case, by: Person) -> bool:
    """Record the steps taken first, or why none are needed."""
    return case.steps_taken is not None or case.no_steps_because is not None


def has_email(case: Case, by: Person) -> bool:
    """The customer left no email address: speak or write to them, and record that."""
    return case.email is not None


def has_no_response_on_its_way(case: Case, by: Person) -> bool:
    """A response is in the outbox already: send it again or take it back first."""
    return case.response_notice is None


def has_response_on_its_way(case: Case, by: Person) -> bool:
    """No response is in the outbox, so there is none to send again or take back."""
    return case.response_notice is not None


def is_unacknowledged(case: Case, by: Person) -> bool:
    """The complaint was acknowledged already."""
    return case.acknowledged_at is None


def left_in_writing(case: Case, by: Person) -> bool:
    """The response was spoken, so nothing can have come back."""
    return case.response_channel in ("email", "mail", "chat", "other")


# Comments and compliments


def was_assessed(case: Case, by: Person) -> bool:
    """Assess the comment first: "Supervisor will assess the request and determine if appropriate for 311 Toronto." """
    return case.assessed_because is not None


def is_its_lead(case: Case, by: Person) -> bool:
    """Only the team lead to whom the comment was forwarded can acknowledge it and record what became of it."""
    return by.id is not None and by.id == case.lead_id


def is_unheard(case: Case, by: Person) -> bool:
    """The team lead acknowledged the comment already."""
    return case.lead_heard_at is None


def asked_for_a_reply(case: Case, by: Person) -> bool:
    """The customer did not ask for a reply."""
    return case.reply_requested


def did_not_ask_for_a_reply(case: Case, by: Person) -> bool:
    """A reply was asked for already."""
    return not case.reply_requested or case.no_reply_at is not None


def is_unanswered(case: Case, by: Person) -> bool:
    """The customer has had a reply already."""
    return case.responded_at is None


def is_answered_if_asked(case: Case, by: Person) -> bool:
    """The customer asked for a reply, so reply first, or record why none can be given: ending the case changes nothing about that."""
    return not case.reply_requested or case.responded_at is not None or case.no_reply_at is not None


def owes_a_reply(case: Case, by: Person) -> bool:
    """It is recorded already that no reply can be given."""
    return case.no_reply_at is None


def can_be_reached(case: Case, by: Person) -> bool:
    """The case holds no contact to reply to; its supervisor can add one first."""
    return any((case.phone, case.email, case.postal_address, case.contact_held_by))


def is_not_anonymous(case: Case, by: Person) -> bool:
    """The customer wished to stay anonymous, so nothing that tells who they are is kept."""
    return not case.anonymous


def names_are_sure(case: Case, by: Person) -> bool:
    """The staff directory does not say for sure who is meant: choose them one by one."""
    return case.names_are_sure is True


def has_somebody_to_tell(case: Case, by: Person) -> bool:
    """Everybody the compliment praises has been told of it already."""
    return case.unheard != 0


def hands_it_on(case: Case, by: Person) -> bool:
    """Only the supervisor of somebody the compliment praises who has not been told of it yet, or a manager above them, can hand it on."""
    return by.id in case.hands_on_ids


def is_heard(case: Case, by: Person) -> bool:
    """Hand the compliment on first: the supervisors of everybody it praises do that."""
    return case.unheard == 0


def is_unshared(case: Case, by: Person) -> bool:
    """The compliment was shared with management already."""
    return case.shared_at is None


def is_shared(case: Case, by: Person) -> bool:
    """Share the compliment with management first: "forwarded to relevant staff and shared with the appropriate management staff." """
    return case.shared_at is not None


def has_a_name(case: Case, by: Person) -> bool:
    """The customer gave no name, so there is none to tell."""
    return case.customer_name is not None


def has_no_naming_consent(case: Case, by: Person) -> bool:
    """The customer agreed already that the praised may know their name."""
    return case.naming_consent is None


def has_naming_consent(case: Case, by: Person) -> bool:
    """The customer has not agreed that the praised may know their name."""
    return case.naming_consent is not None


# Letters


def has_no_letter(case: Case, by: Person) -> bool:
    """A letter is begun already."""
    return case.letter_state is None


def has_letter_at_work(case: Case, by: Person) -> bool:
    """No letter is being written."""
    return case.letter_state in ("draft", "asked", "approved")


def has_letter_draft(case: Case, by: Person) -> bool:
    """No draft of a letter waits to be read by a second pair of eyes."""
    return case.letter_state == "draft"


def has_letter_to_approve(case: Case, by: Person) -> bool:
    """No letter waits to be approved: whoever writes it asks for a second pair of eyes first."""
    return case.letter_state == "asked"


def did_not_write_the_letter(case: Case, by: Person) -> bool:
    """You wrote in the letter, so a second person of senior management must approve it before it leaves."""
    return by.id not in case.letter_writer_ids


def has_approved_letter(case: Case, by: Person) -> bool:
    """The letter is not approved yet: a second manager or director must read and approve it first."""
    return case.letter_state == "approved"


def has_issued_letter(case: Case, by: Person) -> bool:
    """No letter has been issued."""
    return case.letter_state in ("issued", "left", "came back")


def has_letter_to_post(case: Case, by: Person) -> bool:
    """No letter is issued for the mail and waits to be posted."""
    return case.letter_state == "issued" and case.letter_by == "mail"


def has_letter_in_the_outbox(case: Case, by: Person) -> bool:
    """No letter is on its way by email."""
    return case.letter_state == "issued" and case.letter_by == "email"


def has_no_letter_about_to_leave(case: Case, by: Person) -> bool:
    """A letter is issued and about to leave: record that it left, or begin a new version first, which stops it."""
    return case.letter_state != "issued"


def has_letter_that_left(case: Case, by: Person) -> bool:
    """No letter has left, so none can have come back."""
    return case.letter_state == "left"
