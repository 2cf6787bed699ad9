"""The words of each action: what its button says, what the history says was done, and what it means."""

from dataclasses import dataclass

from core.kinds import Kind


@dataclass(frozen=True)
class Words:
    """`label` is on the button, `done` follows a name ("Sam took it"), `hint` tells what will happen."""

    label: str
    done: str
    hint: str = ""


# fmt: off
ACTIONS = {
    "receive":            Words("Receive", "entered it"),
    "import":             Words("Import", "brought it in from a file"),
    "take":               Words("Take", "took it", "It is yours from now on, and under review."),
    "assign":             Words("Assign", "assigned it", "A supervisor has it, and it is under review."),
    "reassign":           Words("Reassign", "reassigned it", "Another supervisor has it. The clock goes on."),
    "investigate":        Words("Start investigation", "started the investigation", "A full investigation will be completed."),
    "record_finding":     Words("Record finding", "recorded the finding", "The finding, what it rests on, and why it happened."),
    "record_steps":       Words("Record steps taken", "recorded the steps taken", "What was done about it, or why nothing is needed."),
    "send_response":      Words("Send response by email", "put the response in the outbox", "It counts as answered once the mail server has taken it."),
    "record_response":    Words("Record response given", "recorded the response given", "For an answer that was spoken, or left by other means."),
    "take_back_response": Words("Take back response", "took the response back from the outbox", "If it has not left, it will not."),
    "send_again":         Words("Send again", "asked to send the response again", "It is tried again at once. If it had left after all, the customer has it twice."),
    "response_left":      Words("Response left", "sent the response"),
    "response_failed":    Words("Response failed", "could not deliver the response"),
    "response_came_back": Words("Response came back", "recorded that the response came back", "A failed delivery is not a response: the complaint is open again."),
    "log_follow_up":      Words("Log follow-up", "followed up with the customer", "A contact with the complainant. It stops no clock."),
    "log_update":         Words("Log update given", "told the customer how it stands", "An interim update. It is not a response and stops no clock."),
    "acknowledge":        Words("Log acknowledgement", "acknowledged it", "The customer knows that it was received. It is not a response."),
    "add_note":           Words("Add note", "added a note", "For staff. The customer does not see it."),
    "attach":             Words("Attach file", "attached a file"),
    "correct_details":    Words("Correct details", "corrected the details", "Category, tags, and the staff it is about."),
    "correct_contact":    Words("Correct contact", "corrected the contact"),
    "change_division":    Words("Change division", "changed the responsible division", "It never resets the clock."),
    "declare_conflict":   Words("Declare conflict of interest", "declared a conflict of interest", "You will not have this case. If it is yours, it goes to the next supervisor."),
    "redirect":           Words("Redirect", "redirected it", "It is for another City division. It ends here."),
    "withdraw":           Words("Withdraw", "recorded that it was withdrawn", "The customer no longer wants an answer. It ends here."),
    "mark_duplicate":     Words("Mark as duplicate", "marked it as a duplicate", "The earlier one goes on; this one ends here."),
    "not_a_complaint":    Words("Not a complaint", "found that it is not a complaint", "A service request or an enquiry. It ends here."),
    "reopen":             Words("Reopen", "reopened it", "It keeps its first receipt date: late stays late."),
    # escalations
    "send_first_response":   Words("Send first response by email", "put the first response in the outbox", "Who reviews it and by when. It counts once the mail server has taken it."),
    "record_first_response": Words("Record first response", "recorded the first response", "A person told the customer who reviews it and by when."),
    "decide":               Words("Decide", "decided it", "Upheld, partly upheld or not upheld, with reasons."),
    "change_decision":      Words("Change decision", "changed the decision", "Until the customer knows it."),
    "record_decision_told": Words("Record that they were told", "told the customer the decision", "The decision was spoken; a letter tells it by itself."),
    "close_without_letter": Words("Close without a letter", "closed it without a letter", "The customer was told, and no letter is due."),
    "answer_complaint":     Words("Answer the complaint too", "answered the complaint with the decision", "The complaint ends as responded at the moment the customer was told the decision: late stays late."),
    "answered_by_decision": Words("Answered by a decision", "answered it by the decision on its escalation"),
    "decision_came_back":   Words("Decision came back", "took its answer back: the decision that answered it came back"),
    "sign_up_for_updates":  Words("Sign up for updates", "signed the customer up for status updates", "Number and status only, by email or SMS."),
    "stop_updates":         Words("Stop updates", "stopped the status updates"),
    "record_referral":      Words("Record referral to the Ombudsman", "recorded that it went to Ombudsman Toronto"),
    "ask_again":            Words("Ask again", "asked again for the same escalation"),
    "ask_to_escalate":      Words("Ask to escalate", "asked to escalate it"),
    # comments and compliments
    "assess":              Words("Assess", "assessed it as for 311 Toronto", "It is for 311 Toronto, and why. If it is not: redirect it, or no action."),
    "forward":             Words("Forward", "forwarded it"),
    "acknowledge_forward": Words("I have it", "acknowledged it", "You know of it. What you did with it comes later."),
    "record_outcome":      Words("Record what I did", "recorded what was done with it", "What became of the comment, or why nothing can be done."),
    "ask_for_reply":       Words("Customer asks for a reply", "recorded that the customer asks for a reply", "Within 10 business days: the clock starts today."),
    "end_reply":           Words("No reply can be given", "recorded that no reply can be given", "It can be closed without one. Until then its clock runs on; then it is outside the published figure and counted beside it."),
    "open_complaint":      Words("Open a complaint from it", "opened a complaint from it", "A linked complaint with its own clock. Both go on."),
    "split_praise":        Words("Split off praise", "split off the praise in it", "The praise becomes a compliment of its own, without anything of this case."),
    "no_action":           Words("No action", "closed it with no action", "It is neither for 311 Toronto nor for another division."),
    "close":               Words("Close it", "closed it", "Everything that was promised is done."),
    "forward_as_suggested": Words("Forward as suggested", "forwarded it as the staff directory suggests", "To the supervisor of whom it names."),
    "name_again":          Words("Correct who is praised", "corrected whom it praises", "Whoever has read it keeps it."),
    "hand_on":             Words("Hand on to staff", "handed it on to the staff it praises", "The first hand-off: they can read it from now on."),
    "share":               Words("Share with management", "shared it with management", "The second hand-off: the manager above you can read it."),
    "record_consent":      Words("Customer may be named", "recorded that the customer may be named", "The praised may know the name; never the contact."),
    "take_back_consent":   Words("Customer may not be named", "recorded that the customer may not be named any more", "The name is withheld again."),
    # letters
    "draft_letter":          Words("Draft letter", "drafted the letter", "Every part is filled in from the case, and yours to change."),
    "change_letter":         Words("Change the text", "took the letter back to change it", "An approval is of one text: it has to be approved again."),
    "ask_to_approve_letter": Words("Ask for a second pair of eyes", "asked for a second pair of eyes on the letter", "They read it, and approve it or give it back."),
    "approve_letter":        Words("Approve this text", "approved the letter", "Exactly this text may leave. Any change takes the approval back."),
    "return_letter":         Words("Give it back", "gave the letter back", "The letter is a draft again."),
    "issue_letter":          Words("Issue", "issued the letter", "Frozen as a PDF from here on. A change needs a new version."),
    "reissue_letter":        Words("New version", "began a new version of the letter", "It says which one it replaces, and why. One that has not left will not leave."),
    "send_letter_again":     Words("Send letter again", "asked to send the letter again", "It is tried again at once. If it had left after all, the customer has it twice."),
    "letter_left":           Words("Letter left", "sent the letter"),
    "letter_failed":         Words("Letter failed", "could not deliver the letter"),
    "record_letter_posted":  Words("Record letter posted", "posted the letter", "The customer is told by it, and the case ends."),
    "record_letter_sent":    Words("Record letter sent", "recorded that the letter left by email", "The customer is told by it, and the case ends. The outbox will not send it too."),
    "letter_came_back":      Words("Letter came back", "recorded that the letter came back", "A failed delivery tells nobody anything: it is decided, and the letter has to leave again."),
    "move_due_date":      Words("Move due date", "moved the due date"),
    # the record
    "hold":                Words("Put on legal hold", "put it on legal hold", "Nothing of it is erased until the hold is lifted."),
    "lift_hold":           Words("Lift legal hold", "lifted the legal hold"),
    "end_referral":        Words("Ombudsman has done with it", "recorded that Ombudsman Toronto has done with it"),
    "erase":               Words("Erase", "erased what was said, at the end of its retention"),
    "follow_subjects":     Words("Follow subjects", "named the staff it is about, as its complaint does"),
}
# fmt: on


#: What is done with a letter, where the letter itself is shown.
OF_LETTERS = frozenset(action for action in ACTIONS if "letter" in action.split("_")) - {"close_without_letter"}


#: What an action means where that depends on the kind of case.
HINTS = {
    (Kind.COMMENT, "forward"): "A team lead looks into it and records what became of it.",
    (Kind.COMPLIMENT, "forward"): "It goes to the supervisor of the staff it praises, who hands it on to them.",
}


def hint(action: str, kind: Kind) -> str:
    """What will happen to a case of this kind."""
    return HINTS.get((kind, action), ACTIONS[action].hint)


def label(action: str) -> str:
    """What its button says."""
    return ACTIONS[action].label if action in ACTIONS else action.replace("_", " ").capitalize()


def done(action: str) -> str:
    """What the history says was done."""
    return ACTIONS[action].done if action in ACTIONS else action.replace("_", " ")
