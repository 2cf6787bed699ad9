"""The small form an action asks for, drawn from its row of the table of moves.

What is typed is kept as a draft at once, on this page and in the database: a refusal, a colleague who was faster, a
reload or a restart lose nothing.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any

import streamlit as st
from sqlalchemy import Connection

from core import attachments, cases, escalations, forwarding, mail, people, praise
from core.case import Case
from core.fields import Field
from core.people import Person
from core.workflow import Move
from dashboard import session, words

#: What a form starts with where the case already holds it.
HELD = {
    "finding", "finding_summary", "sources_checked", "root_cause", "steps_taken", "no_steps_because", "category", "tags",
    "subject_ids", "praised_ids", "assessed_because", "customer_name", "phone", "email", "postal_address", "response",
    "decision", "decision_reasons", "remedy", "remedy_by", "letter_because", "updates_by", "updates_to",
}  # fmt: skip


def is_open(case: Case) -> bool:
    """Whether a form of this case is open: its button is then the page's one primary."""
    return (session.kept("doing") or "").startswith(f"{case.id} ")


def draw(case: Case, move: Move, by: Person) -> None:
    """Draws the form."""
    with session.reading(as_program=True) as conn:  # who could have it also rests on cases they may not see
        drafted = cases.drafts(conn, case.id, by).get(move.action, {})
        choices = _choices(conn, case, move)
    for field in move.asks:
        name = _name(case, move, field)
        if not session.is_kept(name) and field.as_ != "file":
            session.keep(name, _start(case, field, drafted | _suggested(case, move, by, drafted), choices))
        _draw(field, name, choices, partial(_keep_draft, case, move, field, by))
        if field.when:
            st.caption(field.when)
        if field.name == "response" and move.action.startswith("send_") and not mail.is_set_up():
            st.caption(words.IS_KEPT)


def said(case: Case, move: Move) -> dict[str, Any]:
    """What the form says now. Asked for in the click itself: the last run of the page may not have seen the last word."""
    return {field.name: _said(field, session.kept(_name(case, move, field))) for field in move.asks}


def _name(case: Case, move: Move, field: Field) -> str:
    return f"form {case.id} {move.action} {field.name}"


def _said(field: Field, value: Any) -> Any:
    if field.as_ == "moment" and value:
        return value.replace(tzinfo=words.TORONTO)
    if field.as_ == "file" and value:
        return value.name, value.type or "application/octet-stream", value.getvalue()
    return value


def _keep_draft(case: Case, move: Move, field: Field, by: Person) -> None:
    """What is typed goes to the database as it is typed; a refusal here would only disturb the typing.

    Only this field: another tab may hold what was typed into the others.
    """
    said = {field.name: session.kept(_name(case, move, field))}
    session.quietly(lambda conn: cases.save_draft(conn, case.id, move.action, by=by, said=said))


Choices = dict[str, dict[int, str]]


def _choices(conn: Connection, case: Case, move: Move) -> Choices:
    asked = {field.as_ for field in move.asks}
    found: Choices = {}
    if "person" in asked:
        could = people.who_could_have(conn, case.id)
        found["person"] = {p.id: f"{p.name}, {words.said(p.role)}, {p.team or 'all teams'}" for p in could if p.id}
    if "people" in asked:
        names = people.names(conn)  # who has left stays named until somebody takes them out
        found["people"] = {one: names[one] for one in (*case.subject_ids, *case.praised_ids)}
        found["people"] |= {person.id: words.person(person) for person in people.active(conn)}
    if "lead" in asked:
        found["lead"] = forwarding.leads(conn)
    if "team" in asked:
        found["team"] = people.teams(conn)
    if "division" in asked:
        found["division"] = people.divisions(conn)
    return found


def _suggested(case: Case, move: Move, by: Person, drafted: dict[str, Any]) -> dict[str, Any]:
    """What a form may start with where nothing was typed yet."""
    suggested: dict[str, Any] = {}
    if move.action.endswith("first_response"):
        suggested["response"] = escalations.first_words(case, by)
    if move.action in ("decide", "change_decision"):
        suggested["letter_due"] = "no" if case.letter_due is False else "yes"
    if move.action == "hand_on":
        suggested["praise_words"] = praise.to_read(case)
    if move.action == "open_complaint":
        suggested["praise_words" if case.kind == "compliment" else "complaint_words"] = case.description
    return {name: value for name, value in suggested.items() if not drafted.get(name)}


def _start(case: Case, field: Field, drafted: dict[str, Any], choices: Choices) -> Any:
    if field.as_ == "moment":
        return words.local(datetime.now(words.TORONTO)).replace(tzinfo=None, second=0, microsecond=0)
    held = getattr(case, field.name, None) if field.name in HELD else None
    start = drafted.get(field.name, held)
    if field.as_ == "day":
        return date.fromisoformat(start) if isinstance(start, str) and start else start or None
    if field.as_ in ("person", "people", "division", "lead", "team"):
        known = choices[field.as_]
        return (
            [one for one in start or [] if one in known] if field.as_ == "people" else start if start in known else None
        )
    if field.as_ == "choice":
        return start if start in field.choices else None
    return [one for one in start or [] if one in field.choices] if field.as_ == "choices" else (start or "")


def _draw(field: Field, name: str, choices: Choices, on_change: Callable[[], None]) -> None:
    label = field.label if field.required or field.either or field.when else f"{field.label} (optional)"
    given: dict[str, Any] = {"key": name, "help": field.hint or None}
    match field.as_:
        case "text":
            st.text_area(
                label,
                height=240 if field.name in ("response", "praise_words", "complaint_words") else 100,
                on_change=on_change,
                **given,
            )
        case "choice":
            st.segmented_control(label, field.choices, on_change=on_change, format_func=words.said, **given)
        case "choices":
            st.multiselect(label, field.choices, on_change=on_change, placeholder="Choose", select_all=False, **given)
        case "person" | "division" | "lead" | "team":
            known = choices[field.as_]
            st.selectbox(label, list(known), format_func=lambda one: known.get(one, ""), on_change=on_change,
                         placeholder="Choose", filter_mode="contains", **given)  # fmt: skip
        case "people":
            known = choices["people"]
            st.multiselect(label, list(known), format_func=lambda one: known.get(one, ""), on_change=on_change,
                           placeholder="Nobody in particular", filter_mode="contains", select_all=False, **given)  # fmt: skip
        case "moment":
            st.datetime_input(f"{label} (Toronto)", step=300, format="YYYY-MM-DD", **given)
        case "day":
            st.date_input(label, format="YYYY-MM-DD", on_change=on_change, **given)
        case "file":
            st.file_uploader(
                label, type=list(attachments.ENDINGS), max_upload_size=attachments.LARGEST // 1_000_000, **given
            )
        case _:
            st.text_input(label, on_change=on_change, **given)
