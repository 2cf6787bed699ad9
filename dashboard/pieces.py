"""What case pages share: header, the customer's words, contact and needs, the investigation, the timeline.

Whatever a customer or a colleague wrote is shown with st.text or st.code: as it was written, never as Markdown.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import streamlit as st

from core.actions import done
from core.case import Case
from dashboard import words
from dashboard.words import plain

#: Changes that the history tells in other words, or that its details repeat.
UNTOLD = {
    "duplicate_of",
    "redirected_to",
    "assigned_at",
    "closed_at",
    "responded_at",
    "accountable_id",
    "responded_by",
    "response_channel",
    "team_id",
    "acknowledged_at",
    "decided_at",
    "decided_by",
    "told_at",
    "told_by",
    "ombudsman_at",
    # told on the page of a comment or compliment
    "forwarded_at",
    "lead_heard_at",
    "lead_done_at",
    "naming_consent_at",
    "naming_consent_by",
    "shared_at",
    "reply_requested",
}
#: Changed columns that hold ids, and whose they are.
NAMED = {"owner_id": "staff", "subject_ids": "staff", "recused_ids": "staff", "division_id": "divisions",
         "lead_id": "staff", "praised_ids": "staff", "shared_with": "staff"}  # fmt: skip
CHANGED = {"owner_id": "With", "subject_ids": "About", "recused_ids": "Recused", "division_id": "Division",
           "due_on": "Due", "shared_with": "Shared with", "lead_id": "Team lead", "praise_words": "What the praised read"}  # fmt: skip
#: What a form said, in the order of telling.
TOLD = {
    "division_id": "Division", "happened_at": "When", "channel": "How", "outcome": "Outcome", "how_told": "Told by", "withdrawn_by": "Withdrawn by",
    "original_no": "Original", "what_it_is": "What it is", "finding": "Finding", "finding_summary": "Summary",
    "sources_checked": "Sources checked", "root_cause": "Root cause", "steps_taken": "Steps taken",
    "no_steps_because": "No steps, because", "response": "Response", "category": "Category", "tags": "Tags",
    "fed_by": "Received through", "complaint": "Complaint", "proven": "What the clock proved", "decision": "Decision", "decision_reasons": "Findings and reasons",
    "remedy": "What was or will be done", "remedy_by": "By when", "letter_due": "Decision letter", "letter_because": "Because",
    "updates_by": "Updates by", "updates_to": "To",
    "assessed_because": "For 311 Toronto because", "lead_id": "Team lead", "lead_did": "What became of it", "lead_outcome": "What was done",
    "praised_ids": "Praises", "praise_words": "What the praised read", "naming_consent": "The customer agreed",
}  # fmt: skip


def header(case: Case) -> None:
    """Number, title, and where the promise stands."""
    st.title(f"{words.said(case.kind)} {plain(case.request_no)}")
    st.text(case.title)
    with st.container(horizontal=True, gap="small"):
        st.badge(words.deadline(case).capitalize(), color=words.colour(case))  # type: ignore[arg-type]
        st.badge(words.said(case.state), color="gray")
        if case.is_open and case.responded_on and case.days_taken is not None:  # its promise is kept or broken for good
            kept = f"First response {'late, ' if case.answered_late else ''}in {words.days(case.days_taken)}"
            st.badge(kept, color="orange" if case.answered_late else "green")
        for tag in filter(None, (case.category, *case.tags)):
            st.badge(plain(words.said(tag)), color="gray")
    st.caption(_standing(case))


def _standing(case: Case) -> str:
    facts = [f"Received {words.moment(case.received_at)}"]
    if case.due_on:
        facts.append(f"due {words.day(case.due_on)}")
    if case.first_due_on != case.due_on:
        facts.append(f"first promised for {words.day(case.first_due_on)}")
    if case.reply_asked_on:
        facts.append(f"reply asked for {words.day(case.reply_asked_on)}")
    if case.no_reply_at:
        facts.append(f"no reply can be given: {case.no_reply_because}")
    facts.append(f"with {plain(case.owner)}" if case.owner else "nobody has it yet")
    if case.lead:
        facts.append(f"forwarded to {plain(case.lead)}")
    if praised := (*case.praised_names, *case.praised_teams):
        facts.append(f"praises {plain(', '.join(praised))}")
    if case.subject_names:
        facts.append(f"about {plain(', '.join(case.subject_names))}")
    return " · ".join(facts)


def written(label: str, text: str | None) -> None:
    """Something somebody wrote, as it was written."""
    if text:
        with st.container(gap=None):
            st.caption(label)
            st.text(text)


def words_of_customer(case: Case) -> None:
    """What the customer said."""
    with st.container(border=True):
        st.subheader("What the customer said")
        st.text(case.description or "Nothing was written down.")


def investigation(case: Case) -> None:
    """Finding, steps and response, as far as they are recorded."""
    parts = (
        ("Finding", words.said(case.finding)), ("Summary", case.finding_summary), ("Sources checked", case.sources_checked),
        ("Root cause", case.root_cause), ("Steps taken", case.steps_taken), ("No steps, because", case.no_steps_because),
    )  # fmt: skip
    with st.container(border=True):
        st.subheader("Investigation")
        if not any(text for _, text in parts):
            st.caption("Nothing is recorded yet: the finding and the steps taken come here.")
        for label, text in parts:
            written(label, text)


def response(case: Case) -> None:
    """The answer that left: when, how, by whom, who answers for it."""
    if case.responded_at is None:
        return
    with st.container(border=True):
        st.subheader("First response" if case.kind == "escalation" else "Response")
        by = f" by {plain(case.responded_by_name)}" if case.responded_by_name else ""
        st.caption(
            f"Left {words.moment(case.responded_at)}, {plain(case.response_channel or 'channel not recorded')}{by}"
        )
        if case.accountable and case.accountable != case.responded_by_name:
            st.caption(f"Accountable: {plain(case.accountable)}")
        st.text(case.response or "Its text was not recorded.")


def contact(case: Case) -> None:
    """How to reach the customer, and what they need."""
    with st.container(border=True):
        st.subheader("Customer")
        ways = (case.customer_name, words.phone(case.phone), case.email, case.postal_address)
        with st.container(gap="xxsmall"):
            for way in filter(None, ways):
                st.text(way)
        if case.contact_held_by:
            st.caption(f"The contact is held by {plain(case.contact_held_by)}.")
        elif case.anonymous:
            st.caption("The customer wished to stay anonymous: nothing that tells who they are is kept.")
        elif not any(ways[1:]):
            st.caption("No contact was given.")
        elif case.kind == "complaint" and not (case.phone or case.email):
            st.caption("Postal address only: an online escalation cannot be matched.")
        if case.kind == "compliment" and any(ways):
            st.caption("The praised may know the name, never the contact." if case.naming_consent else
                       "Withheld from the staff it praises: the customer has not agreed to be named. For a reply only.")  # fmt: skip
        for need in _needs(case):
            st.badge(plain(need), color="violet")


def _needs(case: Case) -> list[str]:
    return [
        *([f"Prefers {case.language}"] if case.language else []),
        *(["Interpreter needed"] if case.interpreter else []),
        *([f"Format: {case.accessible_format}"] if case.accessible_format else []),
        *(["Asked for a reply"] if case.reply_requested else []),
    ]


def facts(case: Case) -> None:
    """How it came, and who answers for it."""
    with st.container(border=True):
        st.subheader("Facts")
        entered = f", entered {words.moment(case.entered_at)}" if case.entered_at != case.received_at else ""
        by = f" by {case.entered_by_name}" if case.entered_by_name else ""
        for label, text in (
            ("How it came", f"{words.said(case.channel)}{entered}{by}"),
            ("Entered late because", case.backdated_because),
            ("Division", case.division),
            ("Team", case.team),
            ("Topic", case.topic),
            ("Redirected to", case.redirected_to_name),
            ("Duplicate of", case.duplicate_of_no),
            ("Came from", case.source if case.source != "dashboard" else None),
        ):
            written(label, text)


def timeline(events: Sequence[Any], names: dict[str, dict[int, str]], title: str = "History") -> None:
    """The history, newest first: who did what, when and why. `names` are those of the ids in it."""
    st.subheader(title)
    for event in reversed(events):
        with st.container(border=True, gap="xxsmall"):
            moved = event.from_state and event.to_state != event.from_state
            to = f" · now **{words.said(event.to_state).lower()}**" if moved else ""
            st.markdown(f"**{plain(event.by_name)}** {done(event.action)}{to}  \n:gray[{words.moment(event.at)}]")
            if event.note:
                st.text(event.note)
            for label, text in _told(event, names):
                st.text(f"{label}: {text}")


def _told(event: Any, names: dict[str, dict[int, str]]) -> list[tuple[str, str]]:
    """What the form said, then what else changed, each with its label."""
    said = [
        (label, _in_words(name, event.details[name], names)) for name, label in TOLD.items() if name in event.details
    ]
    changed = [
        (CHANGED.get(name, words.said(name)), f"{_in_words(name, old, names)} → {_in_words(name, new, names)}")
        for name, (old, new) in event.changes.items()
        if name not in UNTOLD and name not in event.details
    ]
    return said + changed


def _in_words(name: str, value: Any, names: dict[str, dict[int, str]]) -> str:
    if value in (None, "", []):
        return "nobody" if name == "owner_id" else "none"
    if name in NAMED:
        known = names[NAMED[name]]
        return ", ".join(known.get(one, str(one)) for one in (value if isinstance(value, list) else [value]))
    if name.endswith("_at"):
        return words.moment(datetime.fromisoformat(value))
    if name.endswith("_on") or name == "remedy_by":
        return words.day(date.fromisoformat(value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
