"""THE TABLE OF MOVES: what may be done with a case, from which state, by whom, needing what, with what effect.

Read a row as a sentence: a complaint that is received, when taken, is under review; a supervisor does it, who is not
its subject; it is theirs from then on. `ANY` kind, `OPEN` or `CLOSED` state and `SAME` end say in one row what else takes many.
"""

from dataclasses import dataclass

from core import decisions as decision
from core import effects as do
from core import fields as f
from core import forwarding, praise
from core import guards as g
from core import letter_effects as letter
from core import status_updates as updates
from core.case import Case
from core.effects import Effect
from core.fields import Field
from core.guards import Guard
from core.kinds import ENDED, SENIOR_MANAGEMENT, STAFF, SUPERVISORS, Kind, Role, State
from core.people import Person

COMPLAINT, ESCALATION, ANY = frozenset({Kind.COMPLAINT}), frozenset({Kind.ESCALATION}), frozenset(Kind)
OPEN, CLOSED = frozenset(State) - ENDED, ENDED
RECEIVED, REVIEWING, INVESTIGATING = (frozenset({s}) for s in (State.RECEIVED, State.REVIEWING, State.INVESTIGATING))
WORKING, RESPONDED = REVIEWING | INVESTIGATING, frozenset({State.RESPONDED})
IN_REVIEW, DECIDED = frozenset({State.IN_REVIEW}), frozenset({State.DECIDED})
COMMENT, COMPLIMENT, FORWARDED = frozenset({Kind.COMMENT}), frozenset({Kind.COMPLIMENT}), frozenset({State.FORWARDED})
FEEDBACK, WITH_OWNER = COMMENT | COMPLIMENT, REVIEWING | FORWARDED
UNDECIDED, EVER = RECEIVED | IN_REVIEW, frozenset(State)
SAME = None
COORDINATOR, DELEGATES, SYSTEM = (
    frozenset({Role.COORDINATOR}),
    frozenset({Role.COORDINATOR, Role.TEAM_LEAD}),
    frozenset({Role.SYSTEM}),
)
#: What every row needs, whatever else it says (R65).
ALWAYS: tuple[Guard, ...] = (g.is_not_erased,)
#: R11: never the person complained about, nor who reports to them, nor anyone who declared a conflict.
UNBIASED: tuple[Guard, ...] = (g.is_not_the_subject, g.does_not_report_to_the_subject, g.has_declared_no_conflict)
#: R35, R36: and never who had the complaint, worked on it or answered it.
INDEPENDENT: tuple[Guard, ...] = (*UNBIASED, g.is_independent)
#: Whoever works on a complaint does not review its escalation.
ANSWERING: tuple[Guard, ...] = (g.may_answer_for_the_supervisor, *UNBIASED)
NO_REVIEWER: tuple[Guard, ...] = (*UNBIASED, g.reviews_no_escalation_of_it)
#: Who writes the letter of an escalation, and of a complaint.
DECIDES: tuple[Guard, ...] = (g.is_theirs, *INDEPENDENT)
ANSWERS: tuple[Guard, ...] = (g.may_answer_for_the_supervisor, *UNBIASED)


@dataclass(frozen=True)
class Move:
    """One row. `end` None: the state stays. `needs`: facts of the case. `asks`: the form. `then`: effects, in order."""

    kinds: frozenset[Kind]
    start: frozenset[State]
    action: str
    end: State | None
    who: frozenset[Role]
    needs: tuple[Guard, ...] = ()
    asks: tuple[Field, ...] = ()
    then: tuple[Effect, ...] = ()

    @property
    def only_adds(self) -> bool:
        """It changes nothing that somebody else may have seen otherwise, so a page that has aged may still do it."""
        return self.end is SAME and self.then in ((), (do.check_when,), (do.attach,))


# fmt: off
MOVES = (
    #    kind       start          action                 end                    who                      needs                                  asks                                           then
    # "Complaint is received and reviewed by a supervisor." (L17)
    Move(COMPLAINT, RECEIVED,      "take",                State.REVIEWING,       SUPERVISORS,             NO_REVIEWER,                           (),                                            (do.give_to_actor,)),
    Move(COMPLAINT, RECEIVED,      "assign",              State.REVIEWING,       SUPERVISORS | DELEGATES, UNBIASED,                            (f.OWNER, f.WHY),                              (do.give_to_chosen,)),
    Move(COMPLAINT, WORKING,       "reassign",            SAME,                  SUPERVISORS,             UNBIASED,                            (f.OWNER, f.WHY),                              (do.give_to_chosen,)),
    # "A full investigation will be completed." (L18)
    Move(COMPLAINT, REVIEWING,     "investigate",         State.INVESTIGATING,   SUPERVISORS,             (g.is_theirs, *UNBIASED),              (),                                            ()),
    Move(COMPLAINT, INVESTIGATING, "record_finding",      SAME,                  SUPERVISORS,             (g.is_theirs, *UNBIASED),              (f.FINDING, f.SUMMARY, f.SOURCES, f.ROOT_CAUSE), (do.keep_finding,)),
    # "Supervisor will take appropriate steps to address the complaint." (L20)
    Move(COMPLAINT, INVESTIGATING, "record_steps",        SAME,                  SUPERVISORS,             (g.is_theirs, *UNBIASED),              (f.STEPS, f.NO_STEPS),                         (do.keep_steps,)),
    # "Supervisor will respond back within 10 business days of receiving the complaint." (L21)
    Move(COMPLAINT, INVESTIGATING, "send_response",       SAME,                  SUPERVISORS | DELEGATES, (g.may_answer_for_the_supervisor, *UNBIASED, g.has_finding, g.has_steps, g.has_email, g.has_no_response_on_its_way), (f.RESPONSE,), (do.queue_response,)),
    Move(COMPLAINT, INVESTIGATING, "record_response",     State.RESPONDED,       SUPERVISORS | DELEGATES, (g.may_answer_for_the_supervisor, *UNBIASED, g.has_finding, g.has_steps), (f.RESPONSE, f.SENT_BY, f.WHEN), (do.keep_response,)),
    Move(COMPLAINT, INVESTIGATING, "take_back_response",  SAME,                  SUPERVISORS | DELEGATES, (g.may_answer_for_the_supervisor, *UNBIASED, g.has_response_on_its_way), (f.WHY,),       (do.cancel_response,)),
    Move(COMPLAINT, INVESTIGATING, "send_again",          SAME,                  SUPERVISORS | DELEGATES, (g.may_answer_for_the_supervisor, *UNBIASED, g.has_response_on_its_way), (),                (do.resend_response,)),
    Move(COMPLAINT, INVESTIGATING, "response_left",       State.RESPONDED,       SYSTEM,                  (g.has_finding, g.has_steps),          (f.WHEN,),                                     (do.keep_delivery,)),
    Move(COMPLAINT, INVESTIGATING, "response_failed",     SAME,                  SYSTEM,                  (),                                    (f.NOTE,),                                     ()),
    Move(COMPLAINT, RESPONDED,     "response_came_back",  State.INVESTIGATING,   SUPERVISORS | DELEGATES, (g.may_answer_for_the_supervisor, *UNBIASED, g.left_in_writing), (f.WHY,),       (do.take_back_answer, do.give_to_last_owner_or_next, letter.note_come_back)),
    # "Follow up with the complainant will take place if required." (L19)
    Move(ANY,       OPEN,          "log_follow_up",       SAME,                  STAFF,                   (g.is_not_the_subject,),               (f.WHEN, f.CONTACT_CHANNEL, f.OUTCOME, f.NOTE), (do.check_when,)),
    Move(ANY,       OPEN,          "log_update",          SAME,                  STAFF,                   (g.is_not_the_subject,),               (f.WHEN, f.CONTACT_CHANNEL, f.NOTE),           (do.check_when,)),
    Move(COMPLAINT, OPEN,          "acknowledge",         SAME,                  STAFF,                   (g.is_not_the_subject, g.is_unacknowledged), (f.WHEN, f.CONTACT_CHANNEL),             (do.acknowledge,)),
    Move(ANY,       OPEN,          "add_note",            SAME,                  STAFF,                   (g.is_not_the_subject,),               (f.NOTE,),                                     ()),
    Move(ANY,       OPEN,          "attach",              SAME,                  STAFF,                   (g.is_not_the_subject,),               (f.FILE, f.NOTE),                              (do.attach,)),
    Move(COMPLAINT, OPEN,          "correct_details",     SAME,                  SUPERVISORS | DELEGATES, UNBIASED,                            (f.CATEGORY, f.TAGGED, f.SUBJECTS, f.WHY),     (do.keep_details,)),
    Move(ANY,       OPEN,          "correct_contact",     SAME,                  STAFF,                   (g.is_not_the_subject, g.is_not_anonymous),             (f.NAME, f.PHONE, f.EMAIL, f.ADDRESS, f.WHY),  (do.keep_contact,)),
    Move(ANY,       OPEN,          "change_division",     SAME,                  SUPERVISORS,             UNBIASED,                            (f.DIVISION, f.WHY),                           (do.change_division,)),
    Move(COMPLAINT | ESCALATION, OPEN, "declare_conflict", SAME,                 SUPERVISORS | DELEGATES, (g.has_declared_no_conflict,),         (),                                            (do.recuse_and_reroute,)),
    # other ends
    Move(COMPLAINT, OPEN,          "redirect",            State.REDIRECTED,      SUPERVISORS | DELEGATES, UNBIASED,                            (f.DIVISION, f.HOW_TOLD, f.WHY),               (do.redirect, do.close)),
    Move(COMPLAINT, OPEN,          "withdraw",            State.WITHDRAWN,       SUPERVISORS | DELEGATES, UNBIASED,                            (f.WITHDRAWN_BY, f.WHY),                       (do.close,)),
    Move(COMPLAINT, OPEN,          "mark_duplicate",      State.DUPLICATE,       SUPERVISORS | DELEGATES, UNBIASED,                            (f.ORIGINAL, f.WHY),                           (do.close, do.link_to_original)),
    Move(COMPLAINT, OPEN,          "not_a_complaint",     State.NOT_A_COMPLAINT, SUPERVISORS,             UNBIASED,                            (f.WHAT_IT_IS, f.WHY),                         (do.close,)),
    Move(COMPLAINT, CLOSED,        "reopen",              State.REVIEWING,       SUPERVISORS,             UNBIASED,                              (f.WHY,),                                      (do.take_back_answer, do.give_to_last_owner_or_next)),

    # "Your complaint [will] be escalated and reviewed by senior management." (L37)
    Move(ESCALATION, RECEIVED,     "take",                State.IN_REVIEW,       SENIOR_MANAGEMENT,       INDEPENDENT,                           (),                                            (do.give_to_actor, updates.tell_in_review)),
    Move(ESCALATION, RECEIVED,     "assign",              State.IN_REVIEW,       SUPERVISORS | DELEGATES, UNBIASED,                              (f.REVIEWER, f.WHY),                           (do.give_to_chosen, updates.tell_in_review)),
    Move(ESCALATION, IN_REVIEW | DECIDED, "reassign",     SAME,                  SENIOR_MANAGEMENT,       UNBIASED,                              (f.REVIEWER, f.WHY),                           (do.give_to_chosen,)),
    # "All escalations will be responded to by the division responsible within two business days." (L42)
    Move(ESCALATION, IN_REVIEW,    "send_first_response", SAME,                  SENIOR_MANAGEMENT,       (g.is_theirs, *INDEPENDENT, g.has_no_first_response, g.has_email, g.has_no_response_on_its_way), (f.FIRST_RESPONSE,), (do.queue_response,)),
    Move(ESCALATION, IN_REVIEW,    "record_first_response", SAME,                SENIOR_MANAGEMENT,       (g.is_theirs, *INDEPENDENT, g.has_no_first_response), (f.FIRST_RESPONSE, f.SENT_BY, f.WHEN), (do.keep_response, updates.tell_responded)),
    Move(ESCALATION, IN_REVIEW | DECIDED, "take_back_response", SAME,            SENIOR_MANAGEMENT,       (g.is_theirs, *INDEPENDENT, g.has_response_on_its_way), (f.WHY,),                (do.cancel_response,)),
    Move(ESCALATION, IN_REVIEW | DECIDED, "send_again",   SAME,                  SENIOR_MANAGEMENT,       (g.is_theirs, *INDEPENDENT, g.has_response_on_its_way), (),                      (do.resend_response,)),
    Move(ESCALATION, IN_REVIEW | DECIDED, "response_left", SAME,                 SYSTEM,                  (),                                    (f.WHEN,),                                     (do.keep_delivery, updates.tell_responded)),
    Move(ESCALATION, IN_REVIEW | DECIDED, "response_failed", SAME,               SYSTEM,                  (),                                    (f.NOTE,),                                     ()),
    Move(ESCALATION, IN_REVIEW,    "decide",              State.DECIDED,         SENIOR_MANAGEMENT,       (g.is_theirs, *INDEPENDENT),           (f.DECISION, f.REASONS, f.REVIEWED, f.REMEDY, f.REMEDY_BY, f.LETTER_DUE, f.LETTER_BECAUSE), (decision.keep_decision, updates.tell_decided)),
    Move(ESCALATION, DECIDED,      "change_decision",     SAME,                  SENIOR_MANAGEMENT,       (g.is_theirs, *INDEPENDENT, g.is_not_told, g.has_no_letter_about_to_leave), (f.DECISION, f.REASONS, f.REVIEWED, f.REMEDY, f.REMEDY_BY, f.LETTER_DUE, f.LETTER_BECAUSE), (decision.keep_decision,)),
    Move(ESCALATION, DECIDED,      "record_decision_told", SAME,                 SENIOR_MANAGEMENT,       (g.is_theirs, *INDEPENDENT, g.is_not_told), (f.WHEN, f.SPOKEN_BY),                    (decision.keep_told,)),
    Move(ESCALATION, DECIDED,      "close_without_letter", State.CLOSED,         SENIOR_MANAGEMENT,       (g.is_theirs, *INDEPENDENT, g.is_told, g.has_no_letter_about_to_leave), (f.WHY,),       (do.close, updates.tell_closed)),
    # "An escalation neither closes nor resets the complaint; a decision may also answer it, at its true (late) time." (R40)
    Move(ESCALATION, EVER - UNDECIDED, "answer_complaint", SAME,                 SENIOR_MANAGEMENT,       (g.is_theirs, *INDEPENDENT, g.is_told, g.leaves_its_complaint_open), (f.FINDING, f.SUMMARY, f.STEPS, f.NO_STEPS), (decision.answer_complaint,)),
    Move(COMPLAINT, OPEN,          "answered_by_decision", State.RESPONDED,      SYSTEM,                  (),                                    (f.WHEN, f.FINDING, f.SUMMARY, f.SOURCES, f.STEPS, f.NO_STEPS, f.RESPONSE, f.SENT_BY), (do.keep_finding, do.keep_steps, decision.keep_answer_of_decision)),
    Move(COMPLAINT, RESPONDED,     "decision_came_back",  State.INVESTIGATING,   SYSTEM,                  (),                                    (f.WHY,),                                      (do.take_back_answer, do.give_to_last_owner_or_next)),
    Move(ESCALATION, UNDECIDED,    "redirect",            State.REDIRECTED,      SENIOR_MANAGEMENT,       INDEPENDENT,                           (f.DIVISION, f.HOW_TOLD, f.WHY),               (do.redirect, do.close, updates.tell_closed)),
    Move(ESCALATION, UNDECIDED,    "withdraw",            State.WITHDRAWN,       SUPERVISORS | DELEGATES, UNBIASED,                              (f.WITHDRAWN_BY, f.WHY),                       (do.close, updates.tell_closed)),
    Move(ESCALATION, CLOSED,       "reopen",              State.IN_REVIEW,       SENIOR_MANAGEMENT,       INDEPENDENT,                           (f.WHY,),                                      (decision.take_back_decision, do.give_to_last_owner_or_next, updates.tell_in_review)),
    # "If you sign up to receive status updates for your escalation you will receive notifications." (L41)
    Move(ESCALATION, OPEN,         "sign_up_for_updates", SAME,                  STAFF,                   (g.is_not_the_subject,),               (f.UPDATES_BY, f.UPDATES_TO),                  (updates.sign_up,)),
    Move(ESCALATION, EVER,         "stop_updates",        SAME,                  STAFF,                   (g.is_not_the_subject, g.is_signed_up), (),                                           (updates.stop_updates,)),
    Move(ESCALATION, EVER,         "record_referral",     SAME,                  STAFF,                   (g.is_not_the_subject, g.is_not_referred), (f.WHEN, f.NOTE),                          (decision.record_referral,)),
    # at the gate
    Move(ESCALATION, OPEN,         "ask_again",           SAME,                  STAFF | SYSTEM,          (),                                    (f.NOTE,),                                     ()),
    Move(COMPLAINT, EVER,          "ask_to_escalate",     SAME,                  STAFF | SYSTEM,          (),                                    (f.NOTE,),                                     ()),

    # "Comment is received and reviewed by a supervisor." (L57)
    Move(COMMENT,   RECEIVED,      "take",                State.REVIEWING,       SUPERVISORS,             UNBIASED,                              (),                                            (do.give_to_actor,)),
    Move(COMMENT,   RECEIVED,      "assign",              State.REVIEWING,       SUPERVISORS | DELEGATES, UNBIASED,                              (f.OWNER, f.WHY),                              (do.give_to_chosen,)),
    Move(FEEDBACK,  WITH_OWNER,    "reassign",            SAME,                  SUPERVISORS,             UNBIASED,                              (f.OWNER, f.WHY),                              (do.give_to_chosen,)),
    # "Supervisor will assess the request and determine if appropriate for 311 Toronto." (L58)
    Move(COMMENT,   REVIEWING,     "assess",              SAME,                  SUPERVISORS,             (g.is_theirs, *UNBIASED),              (f.ASSESSED, f.COMMENT_ABOUT),                 (forwarding.assess,)),
    # "Supervisor will forward comment to the appropriate team lead." (L59)
    Move(COMMENT,   WITH_OWNER,    "forward",             State.FORWARDED,       SUPERVISORS,             (g.is_theirs, *UNBIASED, g.was_assessed), (f.LEAD, f.REMARK),                         (forwarding.forward,)),
    Move(COMMENT,   FORWARDED,     "acknowledge_forward", SAME,                  DELEGATES,               (g.is_its_lead, g.is_unheard),         (),                                            (forwarding.acknowledge,)),
    Move(COMMENT,   FORWARDED,     "record_outcome",      SAME,                  DELEGATES,               (g.is_its_lead,),                      (f.DID, f.DID_WHAT),                           (forwarding.keep_outcome,)),
    # "Supervisor will respond back to the customer within 10 business days of receiving the comment, if requested by customer." (L60)
    Move(FEEDBACK,  OPEN,          "ask_for_reply",       SAME,                  STAFF,                   (g.is_not_the_subject, g.did_not_ask_for_a_reply, g.is_not_anonymous, g.can_be_reached), (f.HOW_ASKED,), (forwarding.promise_reply,)),
    Move(COMMENT,   CLOSED,        "ask_for_reply",       State.REVIEWING,       STAFF,                   (g.is_not_the_subject, g.did_not_ask_for_a_reply, g.is_not_anonymous, g.can_be_reached), (f.HOW_ASKED,), (forwarding.open_again, forwarding.promise_reply, do.give_to_last_owner_or_next)),
    Move(COMPLIMENT, CLOSED,       "ask_for_reply",       State.FORWARDED,       STAFF,                   (g.is_not_the_subject, g.did_not_ask_for_a_reply, g.is_not_anonymous, g.can_be_reached), (f.HOW_ASKED,), (forwarding.open_again, forwarding.promise_reply, do.give_to_last_owner_or_next)),
    Move(FEEDBACK,  WITH_OWNER,    "send_response",       SAME,                  SUPERVISORS | DELEGATES, (g.asked_for_a_reply, g.is_unanswered, *ANSWERING, g.has_email, g.has_no_response_on_its_way), (f.REPLY,), (do.queue_response,)),
    Move(FEEDBACK,  WITH_OWNER,    "record_response",     SAME,                  SUPERVISORS | DELEGATES, (g.asked_for_a_reply, g.is_unanswered, *ANSWERING), (f.REPLY, f.SENT_BY, f.WHEN),     (do.keep_response,)),
    Move(FEEDBACK,  WITH_OWNER,    "send_again",          SAME,                  SUPERVISORS | DELEGATES, (*ANSWERING, g.has_response_on_its_way), (),                                         (do.resend_response,)),
    Move(FEEDBACK,  WITH_OWNER,    "take_back_response",  SAME,                  SUPERVISORS | DELEGATES, (*ANSWERING, g.has_response_on_its_way), (f.WHY,),                                    (do.cancel_response,)),
    Move(FEEDBACK,  WITH_OWNER,    "end_reply",           SAME,                  SUPERVISORS,             (g.asked_for_a_reply, g.is_unanswered, g.owes_a_reply, g.is_theirs, *UNBIASED, g.has_no_response_on_its_way), (f.NO_REPLY, f.WHAT_SHOWS_IT), (forwarding.end_reply,)),
    Move(FEEDBACK,  WITH_OWNER,    "response_left",       SAME,                  SYSTEM,                  (),                                    (f.WHEN,),                                     (do.keep_delivery,)),
    Move(FEEDBACK,  WITH_OWNER,    "response_failed",     SAME,                  SYSTEM,                  (),                                    (f.NOTE,),                                     ()),
    Move(FEEDBACK,  WITH_OWNER,    "response_came_back",  SAME,                  SUPERVISORS | DELEGATES, (*ANSWERING, g.left_in_writing),       (f.WHY,),                                      (forwarding.take_back_reply,)),
    Move(COMMENT,   CLOSED,        "response_came_back",  State.REVIEWING,       SUPERVISORS | DELEGATES, (*ANSWERING, g.left_in_writing),       (f.WHY,),                                      (forwarding.take_back_reply, forwarding.open_again, do.give_to_last_owner_or_next)),
    Move(COMPLIMENT, CLOSED,       "response_came_back",  State.FORWARDED,       SUPERVISORS | DELEGATES, (*ANSWERING, g.left_in_writing),       (f.WHY,),                                      (forwarding.take_back_reply, forwarding.open_again, do.give_to_last_owner_or_next)),
    # a comment that is a complaint, or praise; a message that is two things (R57, R58)
    Move(COMMENT,   OPEN,          "open_complaint",      SAME,                  SUPERVISORS | DELEGATES, (*UNBIASED, g.is_not_anonymous),       (f.COMPLAINT_WORDS, f.CATEGORY, f.COMPLAINT_ABOUT, f.CUSTOMERS_WORD), (forwarding.open_complaint,)),
    Move(COMPLIMENT, OPEN,         "open_complaint",      SAME,                  SUPERVISORS,             (g.is_not_anonymous,),                 (f.COMPLAINT_WORDS, f.CATEGORY, f.COMPLAINT_ABOUT, f.PRAISE_ALONE), (forwarding.open_complaint,)),
    Move(COMPLAINT | COMMENT, OPEN, "split_praise",       SAME,                  SUPERVISORS | DELEGATES, UNBIASED,                              (f.PRAISE_ALONE, f.PRAISED),                   (praise.split_praise,)),
    Move(COMMENT,   RECEIVED | REVIEWING, "redirect",     State.REDIRECTED,      SUPERVISORS | DELEGATES, (*UNBIASED, g.is_answered_if_asked),   (f.DIVISION, f.HOW_TOLD, f.WHY),               (do.redirect, do.close)),
    Move(COMMENT,   RECEIVED | REVIEWING, "no_action",    State.NO_ACTION,       SUPERVISORS,             (*UNBIASED, g.is_answered_if_asked),   (f.WHY,),                                      (do.close,)),
    Move(COMMENT,   FORWARDED,     "close",               State.CLOSED,          SUPERVISORS,             (g.is_theirs, *UNBIASED, g.is_answered_if_asked), (f.REMARK,),                        (do.close,)),
    Move(COMMENT,   CLOSED,        "reopen",              State.REVIEWING,       SUPERVISORS,             UNBIASED,                              (f.WHY,),                                      (forwarding.open_again, do.give_to_last_owner_or_next)),

    # "Compliments [...] will be forwarded to the appropriate Supervisor to help us celebrate our staff." (L65)
    Move(COMPLIMENT, RECEIVED,     "forward_as_suggested", State.FORWARDED,      SUPERVISORS,             (g.names_are_sure,),                   (),                                            (praise.forward_as_suggested,)),
    Move(COMPLIMENT, RECEIVED,     "forward",             State.FORWARDED,       SUPERVISORS,             (),                                    (f.PRAISED, f.PRAISED_TEAM, f.PRAISED_FOR, f.REMARK), (praise.forward,)),
    Move(COMPLIMENT, FORWARDED,    "name_again",          SAME,                  SUPERVISORS,             (g.is_theirs,),                        (f.PRAISED, f.PRAISED_TEAM, f.PRAISED_FOR, f.WHY), (praise.name_again,)),
    # "forwarded to relevant staff and shared with the appropriate management staff" (L76): two hand-offs
    Move(COMPLIMENT, FORWARDED,    "hand_on",             SAME,                  SUPERVISORS,             (g.has_somebody_to_tell, g.hands_it_on), (f.HANDED_WORDS,),                             (praise.hand_on,)),
    Move(COMPLIMENT, FORWARDED,    "share",               SAME,                  SUPERVISORS,             (g.is_theirs, g.is_unshared),          (),                                            (praise.share,)),
    Move(COMPLIMENT, FORWARDED,    "close",               State.CLOSED,          SUPERVISORS,             (g.is_theirs, g.is_heard, g.is_shared, g.is_answered_if_asked), (f.REMARK,),          (do.close,)),
    Move(COMPLIMENT, OPEN,         "record_consent",      SAME,                  SUPERVISORS | DELEGATES, (g.is_not_anonymous, g.has_a_name, g.has_no_naming_consent), (f.CONSENT,),            (praise.keep_consent,)),
    Move(COMPLIMENT, EVER,         "take_back_consent",   SAME,                  SUPERVISORS | DELEGATES, (g.has_naming_consent,),               (f.WHY,),                                      (praise.take_back_consent,)),
    Move(COMPLIMENT, RECEIVED,     "redirect",            State.REDIRECTED,      SUPERVISORS | DELEGATES, (g.is_answered_if_asked,),             (f.DIVISION, f.HOW_TOLD, f.WHY),               (do.redirect, do.close)),
    Move(COMPLIMENT, frozenset({State.CLOSED}), "reopen", State.FORWARDED,       SUPERVISORS,             (),                                    (f.WHY,),                                      (forwarding.open_again, do.give_to_last_owner_or_next)),
    Move(COMPLIMENT, frozenset({State.REDIRECTED}), "reopen", State.RECEIVED,    SUPERVISORS,             (),                                    (f.WHY,),                                      (forwarding.open_again,)),

    # "When appropriate, a decision letter will be shared via email or mail." (L43) A complaint's response may go by mail too.
    Move(ESCALATION, DECIDED,      "draft_letter",        SAME,                  SENIOR_MANAGEMENT,       (*DECIDES, g.has_no_letter),           (),                                            (letter.draft,)),
    Move(ESCALATION, DECIDED,      "change_letter",       SAME,                  SENIOR_MANAGEMENT,       (*DECIDES, g.has_letter_at_work),      (),                                            (letter.take_back,)),
    Move(ESCALATION, DECIDED,      "ask_to_approve_letter", SAME,                SENIOR_MANAGEMENT,       (*DECIDES, g.has_letter_draft),        (f.APPROVER,),                                 (letter.ask,)),
    Move(ESCALATION, DECIDED,      "approve_letter",      SAME,                  SENIOR_MANAGEMENT,       (*INDEPENDENT, g.has_letter_to_approve, g.did_not_write_the_letter), (f.TEXT_NO,),    (letter.approve,)),
    Move(ESCALATION, DECIDED,      "return_letter",       SAME,                  SENIOR_MANAGEMENT,       (*INDEPENDENT, g.has_letter_to_approve, g.did_not_write_the_letter), (f.WHY,),        (letter.take_back,)),
    Move(ESCALATION, DECIDED,      "issue_letter",        SAME,                  SENIOR_MANAGEMENT,       (*DECIDES, g.has_approved_letter),     (f.SENDS_BY,),                                 (letter.issue,)),
    Move(ESCALATION, DECIDED,      "reissue_letter",      SAME,                  SENIOR_MANAGEMENT,       (*DECIDES, g.has_issued_letter),       (f.WHY,),                                      (letter.draft_further,)),
    Move(ESCALATION, DECIDED,      "send_letter_again",   SAME,                  SENIOR_MANAGEMENT,       (*DECIDES, g.has_letter_in_the_outbox), (),                                           (letter.send_again,)),
    Move(ESCALATION, DECIDED,      "letter_left",         State.CLOSED,          SYSTEM,                  (g.has_letter_in_the_outbox,),         (f.WHEN,),                                     (letter.leave, updates.tell_closed)),
    Move(ESCALATION, DECIDED,      "letter_failed",       SAME,                  SYSTEM,                  (),                                    (f.NOTE,),                                     ()),
    Move(ESCALATION, DECIDED,      "record_letter_posted", State.CLOSED,         SENIOR_MANAGEMENT | COORDINATOR, (*UNBIASED, g.has_letter_to_post), (f.WHEN,),                                 (letter.post, updates.tell_closed)),
    Move(ESCALATION, DECIDED,      "record_letter_sent",  State.CLOSED,          SENIOR_MANAGEMENT | COORDINATOR, (*UNBIASED, g.has_letter_in_the_outbox), (f.WHEN,),                           (letter.send_oneself, updates.tell_closed)),
    Move(ESCALATION, frozenset({State.CLOSED}), "letter_came_back", State.DECIDED, SENIOR_MANAGEMENT | COORDINATOR, (*UNBIASED, g.has_letter_that_left), (f.WHY,),                              (letter.come_back, do.give_to_last_owner_or_next)),
    Move(COMPLAINT, INVESTIGATING, "draft_letter",        SAME,                  SUPERVISORS | DELEGATES, (*ANSWERS, g.has_finding, g.has_steps, g.has_no_letter), (),                          (letter.draft,)),
    Move(COMPLAINT, INVESTIGATING, "change_letter",       SAME,                  SUPERVISORS | DELEGATES, (*ANSWERS, g.has_letter_at_work),      (),                                            (letter.take_back,)),
    Move(COMPLAINT, INVESTIGATING, "ask_to_approve_letter", SAME,                SUPERVISORS | DELEGATES, (*ANSWERS, g.has_letter_draft),        (f.APPROVER,),                                 (letter.ask,)),
    Move(COMPLAINT, INVESTIGATING, "approve_letter",      SAME,                  SENIOR_MANAGEMENT,       (*UNBIASED, g.has_letter_to_approve, g.did_not_write_the_letter), (f.TEXT_NO,),       (letter.approve,)),
    Move(COMPLAINT, INVESTIGATING, "return_letter",       SAME,                  SENIOR_MANAGEMENT,       (*UNBIASED, g.has_letter_to_approve, g.did_not_write_the_letter), (f.WHY,),           (letter.take_back,)),
    Move(COMPLAINT, INVESTIGATING, "issue_letter",        SAME,                  SUPERVISORS | DELEGATES, (*ANSWERS, g.has_finding, g.has_steps, g.has_no_response_on_its_way, g.has_approved_letter), (), (letter.issue,)),
    Move(COMPLAINT, INVESTIGATING, "reissue_letter",      SAME,                  SUPERVISORS | DELEGATES, (*ANSWERS, g.has_issued_letter),       (f.WHY,),                                      (letter.draft_further,)),
    Move(COMPLAINT, INVESTIGATING, "record_letter_posted", State.RESPONDED,      SUPERVISORS | DELEGATES, (*ANSWERS, g.has_finding, g.has_steps, g.has_letter_to_post), (f.WHEN,),              (letter.post,)),
)
# fmt: on


@dataclass(frozen=True)
class Option:
    """A move that the case's state has for this person, and why it is not possible now, if it is not."""

    move: Move
    why_not: str | None


def moves_open(case: Case, by: Person) -> list[Option]:
    """Every move of the case's state, in the table's order, for the buttons. The system's own, and what is done at the gate to an
    escalation, are left out; of an erased case there is none."""
    return [
        Option(move, why_not(move, case, by))
        for move in MOVES
        if case.kind in move.kinds and case.state in move.start and not move.who & SYSTEM and not _never(case, by)
    ]


def find(case: Case, action: str) -> Move | None:
    """The row for this action in this case's state, if there is one."""
    rows = (move for move in MOVES if move.action == action and case.kind in move.kinds and case.state in move.start)
    return next(rows, None)


def why_not(move: Move, case: Case, by: Person) -> str | None:
    """The sentence of the first thing that stands against it, or None. Where it is one person's, that says more than their role."""
    if never := _never(case, by):
        return never
    against = _against(move.needs, case, by)
    if by.role not in move.who and not (g.is_its_lead in move.needs and against):
        return f"This step is for {_all_of(move.who)}."
    return next(iter(against), None)


def _never(case: Case, by: Person) -> str | None:
    return next(iter(_against(ALWAYS, case, by)), None)


def _against(needs: tuple[Guard, ...], case: Case, by: Person) -> list[str]:
    return [(guard.__doc__ or "").strip() for guard in needs if not guard(case, by)]


def _all_of(roles: frozenset[Role]) -> str:
    *others, last = sorted(f"{_words(role)}s" for role in roles)
    return f"{', '.join(others)} and {last}" if others else last


def as_markdown() -> str:
    """The table as Markdown, one row for each move."""
    head = ("kind", "from", "action", "to", "who", "needs", "asks for", "then")
    lines = [head, ("---",) * len(head), *map(_cells, MOVES)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _cells(move: Move) -> tuple[str, ...]:
    return (
        "any" if move.kinds == ANY else _listed(move.kinds),
        {OPEN: "any open", CLOSED: "any closed", EVER: "any"}.get(move.start) or _listed(move.start),
        move.action.replace("_", " "),
        _words(move.end) if move.end else "same",
        {STAFF: "staff"}.get(move.who) or _listed(move.who),
        ", ".join(_words(guard.__name__) for guard in move.needs),
        ", ".join(field.label.lower() for field in move.asks),
        ", ".join(_words(effect.__name__) for effect in move.then),
    )


def _listed(codes: frozenset[Kind] | frozenset[State] | frozenset[Role]) -> str:
    return ", ".join(sorted(map(_words, codes)))


def _words(code: str) -> str:
    return code.replace("_", " ")
