"""The four kinds of feedback, their states, and who works on them: read this first.

Each word here is the City's or the database's own: what is stored is what is written.
Rules are numbered as in the README; "L21" is a line of the published page.
"""

from enum import StrEnum


class Kind(StrEnum):
    """What a customer may send."""

    #: "An expression of dissatisfaction with the City's services, programs or staff." (L5)
    COMPLAINT = "complaint"
    #: "Request that your complaint be escalated and reviewed by senior management." (L37)
    ESCALATION = "escalation"
    #: "Your comments and suggestions about 311 are welcome." (L45)
    COMMENT = "comment"
    #: "An expression of praise or approval of 311 staff or the quality of the service." (L62)
    COMPLIMENT = "compliment"


class State(StrEnum):
    """Where a case stands. A complaint goes received, under review, investigating, responded."""

    RECEIVED = "received"
    #: "Complaint is received and reviewed by a supervisor." (L17)
    REVIEWING = "under_review"
    #: "A full investigation will be completed." (L18)
    INVESTIGATING = "investigating"
    #: "Supervisor will respond back within 10 business days of receiving the complaint." (L21)
    RESPONDED = "responded"
    REDIRECTED = "redirected"
    WITHDRAWN = "withdrawn"
    DUPLICATE = "duplicate"
    NOT_A_COMPLAINT = "not_a_complaint"
    # comments, compliments and escalations
    FORWARDED = "forwarded"
    CLOSED = "closed"
    NO_ACTION = "no_action"
    IN_REVIEW = "in_review"
    DECIDED = "decided"


#: The states in which the work on a case has ended.
ENDED = frozenset({State.RESPONDED, State.REDIRECTED, State.WITHDRAWN, State.DUPLICATE, State.NOT_A_COMPLAINT,
                   State.CLOSED, State.NO_ACTION})  # fmt: skip


class Role(StrEnum):
    """What somebody does here."""

    COORDINATOR = "coordinator"
    SUPERVISOR = "supervisor"
    TEAM_LEAD = "team_lead"
    MANAGER = "manager"
    DIRECTOR = "director"
    ADMINISTRATOR = "administrator"
    VIEWER = "viewer"
    #: The program itself: a message that was delivered, a file that was imported.
    SYSTEM = "system"


#: Who may have a complaint (L17): the database holds the same list.
SUPERVISORS = frozenset({Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR})
#: "Reviewed by senior management" (L37).
SENIOR_MANAGEMENT = frozenset({Role.MANAGER, Role.DIRECTOR})
#: Who looks after the record: its log, its check, retention.
RESPONSIBLE = SENIOR_MANAGEMENT | {Role.ADMINISTRATOR}
#: Everybody who works on cases; a viewer sees figures only.
STAFF = SUPERVISORS | {Role.COORDINATOR, Role.TEAM_LEAD, Role.ADMINISTRATOR}

CATEGORIES = ("policy or procedure", "staff", "access", "timeliness", "outcome", "quality", "standard of service",
              "charges")  # fmt: skip
TAGS = ("accessibility", "equity")
#: What a comment is about, and what somebody is praised for: tags, counted for team leads and for recognition.
COMMENT_THEMES = (
    "phone lines",
    "website",
    "app",
    "chat and text",
    "hours",
    "languages",
    "clear words",
    "forms",
    "other",
    *TAGS,
)
PRAISE_THEMES = (
    "patience",
    "kindness",
    "knowledge",
    "speed",
    "going further",
    "clear words",
    "languages",
    "calm",
    *TAGS,
)
#: What a team lead did with a comment.
LEAD_DID = ("done", "planned", "not possible", "already so", "passed on")
#: Why a reply that was asked for cannot be given.
UNREACHABLE = "no contact works"
NO_REPLY_BECAUSE = (UNREACHABLE, "the customer no longer wants one")
CHANNELS = ("online", "phone", "email", "mail", "in person", "chat", "social", "other")
DECISIONS = ("upheld", "partly upheld", "not upheld")
#: Why a complaint may be escalated, in the page's words.
GROUNDS = {
    "unsatisfied": "unsatisfied with the complaint response",  # L27
    "no response": "no response received or timeline to provide response not met",  # L28
}
FINDINGS = ("substantiated", "partly substantiated", "not substantiated", "unable to determine")
