"""The buttons of a case, drawn from the table of moves; a disabled one says why."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import streamlit as st

from core import cases, workflow
from core.actions import ACTIONS, OF_LETTERS, hint
from core.case import Case
from core.errors import NotFound
from core.people import Person
from core.workflow import Move, Option
from dashboard import escalation_pieces, forms, legal_hold, onitsway, pieces, session, words
from dashboard.words import plain

#: The way from received to responded, and what goes on beside it; the rest are ends and corrections.
WAY = (
    "take", "assign", "investigate", "record_finding", "record_steps", "send_response", "record_response", "reopen",
    "send_first_response", "record_first_response", "decide", "record_decision_told", "close_without_letter", "answer_complaint",
    "assess", "forward_as_suggested", "forward", "acknowledge_forward", "record_outcome", "hand_on", "share", "close",
)  # fmt: skip
BESIDE = (
    "log_follow_up",
    "log_update",
    "acknowledge",
    "add_note",
    "attach",
    "declare_conflict",
    "ask_for_reply",
    "record_consent",
)
#: The answer left, but not from the outbox.
BY_OTHER_MEANS = ("record_response", "record_first_response")
GAVE_UP = "gave up"
#: While its letter stands so, what is next is a step of the letter.
LETTER_AT_WORK = ("draft", "asked", "approved", "issued")
#: Shown only where they are possible: what they answer to seldom happens.
RARE = ("take_back_response", "response_came_back", "take_back_consent")
#: After these the case may not be theirs to see any more.
GIVING_UP = ("declare_conflict", "forward", "forward_as_suggested", "name_again", "open_complaint")
#: Drawn beside the message that they are about.
OF_THE_OUTBOX = ("send_again", "take_back_response")
#: Recorded already, and open to change: not what is next.
RECORDED = {
    "record_finding": "finding",
    "record_steps": "steps_taken",
    "assess": "assessed_because",
    "forward": "lead_id",
    "record_outcome": "lead_done_at",
}


def show(case: Case, by: Person) -> bool:
    """The outbox, the buttons in their order of use, and the form of the one that was chosen.

    Returns whether a form is open: what the customer said then stands beside it.
    """
    options = [option for option in workflow.moves_open(case, by) if option.move.action not in OF_LETTERS]
    _of_the_outbox(case, by, options, onitsway.show(case))
    if not options:
        st.info("Nothing more can be done with it here.")
        return False
    with session.reading() as conn:
        drafted = cases.drafts(conn, case.id, by)
    _buttons(case, by, options, drafted)
    return _form(case, by, options)


def _buttons(case: Case, by: Person, options: list[Option], drafted: Collection[str]) -> None:
    options = [option for option in options if option.why_not is None or option.move.action not in RARE]
    options = [option for option in options if option.move.action not in OF_THE_OUTBOX]
    way = [option for option in options if option.move.action in WAY]
    beside = [option for option in options if option.move.action in BESIDE]
    rest = [option for option in options if option not in way and option not in beside]
    has_its_own = forms.is_open(case) or case.letter_state in LETTER_AT_WORK
    following = None if has_its_own else _next(case, way)
    with st.container(horizontal=True, key="way"):
        for option in way:
            _button(case, by, option, "primary" if option is following else "secondary", drafted)
    _why_not(way)
    with st.container(horizontal=True, key="beside"):
        for option in beside:
            _button(case, by, option, "secondary", drafted)
        legal_hold.lift(case, by)
        if rest:
            with st.popover("More", key=_more(case)):
                for option in rest:
                    _button(case, by, option, "tertiary", drafted)


def _more(case: Case) -> str:
    """Another one for each form: the one from which a form was opened does not stay open over it."""
    return f"more {session.kept('doing') or case.id}"


def _of_the_outbox(case: Case, by: Person, options: list[Option], helpful: Collection[str]) -> None:
    """Sending the message again, or taking it back, for those who may."""
    possible = [option for option in options if option.move.action in helpful and option.why_not is None]
    if not possible:
        return
    with st.container(horizontal=True, key="outbox actions"):
        for option in possible:
            _button(case, by, option, "secondary", ())


def _next(case: Case, way: list[Option]) -> Option | None:
    """What comes next: the first possible step that is not recorded yet; while a response is on its way, to wait for it; where a
    letter is due, its own steps. Of a case that has ended, nothing: reopening is no next step."""
    if case.response_notice == "kept":  # nobody can send it: whoever did so otherwise records that
        return next((option for option in way if option.move.action in BY_OTHER_MEANS and option.why_not is None), None)
    if case.response_notice is not None or (case.letter_due and case.told_at is None):
        return None
    for option in way:
        held = RECORDED.get(option.move.action)
        recorded = held and (getattr(case, held) or (held == "steps_taken" and case.no_steps_because))
        if option.why_not is None and not recorded and option.move.action != "reopen":
            return option
    return None


def _button(case: Case, by: Person, option: Option, type_: Any, drafted: Collection[str]) -> None:
    action = option.move.action
    st.button(
        ACTIONS[action].label + (" · draft" if action in drafted else ""), key=f"do {case.id} {action}", type=type_, disabled=option.why_not is not None,
        help=option.why_not or hint(action, case.kind) or None, on_click=_choose, args=(case, by, option, _key(case, action)),
    )  # fmt: skip


def _choose(case: Case, by: Person, option: Option, key: UUID) -> None:
    """A move that asks nothing is made at once; any other opens its form."""
    if option.move.asks:
        session.keep("doing", f"{case.id} {option.move.action}")
        session.keep(f"seen {case.id}", case.version)
    else:
        _act(case, by, option.move, case.version, key)


def _why_not(way: list[Option]) -> None:
    """Right under the buttons that are disabled: who can do it or what comes first, and for which of them."""
    lines = [f"{plain(why.removesuffix('.'))} ({', '.join(labels)})." for why, labels in reasons(way).items()]
    if lines:
        st.caption("  \n".join(lines))


def reasons(options: list[Option]) -> dict[str, list[str]]:
    """Each reason once, with the labels of what it disables."""
    told = dict[str, list[str]]()
    for option in options:
        if option.why_not:
            told.setdefault(option.why_not, []).append(ACTIONS[option.move.action].label)
    return told


def _form(case: Case, by: Person, options: list[Option]) -> bool:
    """Draws the form that was chosen, what the customer said beside it; whether there is one."""
    doing = (session.kept("doing") or "").removeprefix(f"{case.id} ")
    if doing not in ACTIONS:
        return False
    option = next((option for option in options if option.move.action == doing), None)
    if option is None or option.why_not:
        _kept_text(case, by, doing, option)
        return False
    seen = session.kept(f"seen {case.id}", case.version)
    left, right = st.columns([3, 2], gap="medium")
    with right:
        if case.kind == "escalation":
            escalation_pieces.request(case)
        else:
            pieces.words_of_customer(case)
    with left, st.container(border=True, key="form"):
        st.subheader(ACTIONS[doing].label)
        if said := hint(doing, case.kind):
            st.caption(said)
        if seen != case.version and not option.move.only_adds:
            _somebody_was_here(case)
        forms.draw(case, option.move, by)
        with st.container(horizontal=True):
            st.button(
                ACTIONS[doing].label,
                key="submit",
                type="primary",
                on_click=_act,
                args=(case, by, option.move, seen, _key(case, doing)),
            )
            st.button(
                "Not now",
                key="cancel",
                help="What you typed is kept as a draft.",
                on_click=session.forget,
                args=("doing",),
            )
    return True


def _somebody_was_here(case: Case) -> None:
    with session.reading() as conn:
        last = cases.last_event(conn, case.id)
    st.warning(f"{plain(last.by_name)} {cases.done(last.action)} at {last.local_time}, after you opened this form. What "
               "you typed is kept. Look at the history below, then go on.")  # fmt: skip
    st.button("I have seen it", key="seen", on_click=session.keep, args=(f"seen {case.id}", case.version))


def _kept_text(case: Case, by: Person, doing: str, option: Option | None) -> None:
    """The move is gone, what was typed is not."""
    with session.reading() as conn:
        said = cases.drafts(conn, case.id, by).get(doing, {})
    with st.container(border=True):
        why = option.why_not if option and option.why_not else f"the {case.kind} is {words.said(case.state).lower()}"
        st.warning(f"{ACTIONS[doing].label} is not possible any more: {plain(why)}")
        labels = {field.name: field.label for move in workflow.MOVES if move.action == doing for field in move.asks}
        for name, text in said.items():
            if isinstance(text, str) and text != getattr(case, name, None):
                st.caption(f"What you had typed: {labels.get(name, words.said(name))}")
                st.code(text, language=None, wrap_lines=True)
        st.button("Close", key="close form", on_click=session.forget, args=("doing",))


def _key(case: Case, action: str) -> UUID:
    """The key of a button as it is drawn: a second click on it before the page came back acts no second time."""
    return session.key_of(f"{case.id} {action}")


def _act(case: Case, by: Person, move: Move, seen: int, key: UUID) -> None:
    action, said = move.action, forms.said(case, move)
    moved = session.one_click(lambda conn: cases.act(conn, case.id, action, by=by, key=key, seen=seen, **said))
    if moved is None or moved.again:
        return
    session.forget("doing", f"key {case.id} {action}", f"form {case.id} {action} ")
    if action in GIVING_UP and not _may_still_see(case, by):
        session.keep(GAVE_UP, case.request_no)
        session.say(f"Done: you {ACTIONS[action].done}, and the case is no longer yours to see.")
    else:
        session.say(onitsway.done(action, said))


def _may_still_see(case: Case, by: Person) -> bool:
    try:
        with session.reading() as conn:
            return bool(cases.get(conn, case.id, by))
    except NotFound:
        return False


def gave_up() -> bool:
    """Whether the case on the page was just given up by who looks at it: then the page is no place to stay."""
    given_up = session.is_kept(GAVE_UP)
    session.forget(GAVE_UP)
    return given_up
