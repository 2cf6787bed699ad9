"""The steps of a letter from its draft to the customer: a second pair of eyes, the issue, and how it leaves."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import streamlit as st

from core import cases, letters, mail, rounds
from core.actions import ACTIONS
from core.case import Case
from core.people import Person
from core.workflow import Option
from dashboard import forms, onitsway, session, words
from dashboard.words import plain

Options = dict[str, Option]
HOW_IT_ENDS = ("Download the PDF below, send it from your own mailbox, and record when. To post it instead, begin a new version and issue "
               "that for the mail. Once there is a mail server, it can be sent again.")  # fmt: skip
#: Seconds between two looks while it leaves.
ON_ITS_WAY = "2s"


def steps(case: Case, by: Person, letter: Any, options: Options, lacks: list[str]) -> None:
    """What can be done next with a letter that is not issued."""
    if letter.state == "draft" and _possible(options, "ask_to_approve_letter"):
        _ask(case, by, options["ask_to_approve_letter"], lacks)
    if letter.state == "asked":
        _read(case, by, letter, options)
    if letter.state == "approved":
        _issue(case, by, options, lacks)
    if letter.state in ("asked", "approved") and _possible(options, "change_letter"):
        act(case, by, options["change_letter"])


def _ask(case: Case, by: Person, option: Option, lacks: list[str]) -> None:
    with session.reading() as conn:
        could = {person.id: words.person(person) for person in letters.who_could_approve(conn, case.id)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = f"form {case.id} letter approver"
        st.selectbox("Second pair of eyes", list(could), format_func=lambda one: could.get(one, ""), key=name, index=None,
                     placeholder="Choose", width=340, help="A manager or director who is independent of the case and did not write in it.")  # fmt: skip
        st.button(ACTIONS[option.move.action].label, key=f"do {case.id} ask", type=_first(case), disabled=bool(lacks),
                  on_click=_press_with, args=(case, by, option.move.action, {"approver_id": name}, _key(case, option)))  # fmt: skip
        _lacking(lacks)
    if not could:
        st.caption("Nobody else of senior management is independent of this case: ask an administrator.")


def _first(case: Case) -> Literal["primary", "secondary"]:
    """What comes next stands out, unless a form is open: there is one such button on a page."""
    return "secondary" if forms.is_open(case) else "primary"


def _lacking(lacks: list[str]) -> None:
    """Why the button beside it cannot be pressed."""
    if lacks:
        more = f" And {len(lacks) - 1} more, see above." if len(lacks) > 1 else ""
        st.caption(f"Not yet: {plain(lacks[0])}{more}", width=360)


def _read(case: Case, by: Person, letter: Any, options: Options) -> None:
    """For the second pair of eyes: this text, and no other, is approved."""
    approve, back = options.get("approve_letter"), options.get("return_letter")
    if approve is None:
        return
    if approve.why_not:
        st.caption(f"Approve: {plain(approve.why_not)}")
        return
    with st.container(horizontal=True):
        st.button("Approve this text", key=f"do {case.id} approve_letter", type=_first(case), icon=":material/verified:", on_click=press,
                  args=(case, by, "approve_letter", _key(case, approve)), kwargs={"text_no": letter.text_no})  # fmt: skip
        if back:
            _with_why(case, by, back, "Why it goes back")


def _issue(case: Case, by: Person, options: Options, lacks: list[str]) -> None:
    option = options.get("issue_letter")
    if option is None:
        return
    if option.why_not:
        st.caption(f"Issue: {plain(option.why_not)}")
        return
    ways = (
        {"email": f"By email to {case.email}", "mail": "By mail"} if case.kind == "escalation" else {"mail": "By mail"}
    )
    if not case.email:
        ways.pop("email", None)
    name = f"form {case.id} letter way"
    if session.kept(name) not in ways:
        session.keep(name, next(iter(ways)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.radio("How it leaves", list(ways), format_func=lambda way: plain(ways[way]), key=name, horizontal=True)
        st.button("Issue and send" if session.kept(name) == "email" else "Issue for the mail", key=f"do {case.id} issue", type=_first(case),
                  disabled=bool(lacks), icon=":material/lock:", on_click=_press_with, help=ACTIONS["issue_letter"].hint,
                  args=(case, by, "issue_letter", {"sends_by": name}, _key(case, option)))  # fmt: skip
        _lacking(lacks)
    if session.kept(name) == "email" and not mail.is_set_up():
        st.caption(f"{words.IS_KEPT} Posted instead, it has to be issued for the mail.")


def after_issue(case: Case, by: Person, letter: Any, options: Options) -> None:
    """An issued letter: the outbox or the mail, what came back, a new version."""
    if letter.state == "issued" and letter.sends_by == "email":
        _outbox(case, by, letter, options)
    if _possible(options, "record_letter_posted"):
        _post(case, by, options["record_letter_posted"])
    with st.container(horizontal=True):
        for action, label in (
            ("letter_came_back", "Why it came back"),
            ("reissue_letter", "Why a new version is needed (the letter says so)"),
        ):
            if _possible(options, action):
                _with_why(case, by, options[action], label)


def _outbox(case: Case, by: Person, letter: Any, options: Options) -> None:
    match letter.notice_status:
        case "failed":
            st.error(
                f"It has not left: {plain(letter.notice_problem)} A failed delivery tells nobody anything. {HOW_IT_ENDS}"
            )
        case "kept":
            st.warning(f"It has not left, and waits in the outbox. {onitsway.NO_MAIL} {HOW_IT_ENDS}")
        case "unknown":
            st.warning(f"It is not known whether it left. {plain(letter.notice_problem or '')} Ask the customer. If they have it, record "
                       "that it was sent; if not, send it again.")  # fmt: skip
        case _:
            st.info("It is on its way: the escalation is closed when the mail server has taken it.")
            _who_sends_it()
            st.fragment(_watch, run_every=ON_ITS_WAY)(case, letter.notice_status)
    st.text(f"To {letter.address}")
    if letter.notice_status in ("failed", "kept", "unknown"):
        if _possible(options, "record_letter_sent"):
            _by_hand(case, by, options["record_letter_sent"], "Sent")
        if _possible(options, "send_letter_again"):
            act(case, by, options["send_letter_again"])


def _who_sends_it() -> None:
    with session.reading() as conn:
        workers = rounds.workers(conn)
    if not workers:
        st.warning(onitsway.NO_WORKER)


def _watch(case: Case, status: str) -> None:
    """Draws the page again when something came of it."""
    with session.reading() as conn:
        letter = letters.current(conn, case.id)
    if letter is not None and letter.state == "left":
        session.say("The letter left. The escalation is closed.")
    if letter is None or letter.notice_status != status:
        st.rerun()


def _post(case: Case, by: Person, option: Option) -> None:
    st.info(
        "Download it below, print it on one side, fold it in three and use a window envelope. Then record when it was posted."
    )
    _by_hand(case, by, option, "Posted")


def _by_hand(case: Case, by: Person, option: Option, when: str) -> None:
    """Somebody posted or sent it themselves: when, and the button that records it."""
    action = option.move.action
    name = f"form {case.id} letter when {action}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if not session.is_kept(name):
            session.keep(name, datetime.now(words.TORONTO).replace(tzinfo=None, second=0, microsecond=0))
        st.datetime_input(f"{when} (Toronto)", step=300, format="YYYY-MM-DD", key=name, width=260)
        st.button(ACTIONS[action].label, key=f"do {case.id} {action}", type=_first(case), help=ACTIONS[action].hint, on_click=_press_by_hand,
                  args=(case, by, action, name, _key(case, option)))  # fmt: skip


def _press_by_hand(case: Case, by: Person, action: str, name: str, key: UUID) -> None:
    at = session.kept(name)
    press(case, by, action, key, happened_at=at.replace(tzinfo=words.TORONTO) if at else None)


def _with_why(case: Case, by: Person, option: Option, label: str) -> None:
    action, name = option.move.action, f"form {case.id} letter why {option.move.action}"
    with st.popover(ACTIONS[action].label):
        st.caption(ACTIONS[action].hint)
        st.text_area(label, key=name)
        st.button(ACTIONS[action].label, key=f"do {case.id} {action}", on_click=_press_with,
                  args=(case, by, action, {"note": name}, _key(case, option)))  # fmt: skip


def act(case: Case, by: Person, option: Option | None, *, primary: bool = False) -> None:
    """A button that makes its move at once; a disabled one says why."""
    if option is not None:
        action = option.move.action
        st.button(ACTIONS[action].label, key=f"do {case.id} {action}", type=_first(case) if primary else "secondary",
                  disabled=option.why_not is not None, help=option.why_not or ACTIONS[action].hint or None, on_click=press,
                  args=(case, by, action, _key(case, option)))  # fmt: skip


def _press_with(case: Case, by: Person, action: str, fields: dict[str, str], key: UUID) -> None:
    """Reads the fields in the click itself: the last run of the page may not have seen the last word."""
    press(case, by, action, key, **{field: session.kept(name) for field, name in fields.items()})


def press(case: Case, by: Person, action: str, key: UUID, **said: Any) -> None:
    """Makes a move of the letter; one issued by email is in the outbox then, and a worker sends it."""
    moved = session.one_click(lambda conn: cases.act(conn, case.id, action, by=by, key=key, seen=case.version, **said))
    if moved is None or moved.again:
        return
    session.forget(f"key {case.id} {action}", f"form {case.id} letter ", f"letter text {case.id}")
    session.say(onitsway.done(action, {"sends_by": case.letter_by} | said))


def _possible(options: Options, action: str) -> bool:
    return action in options and options[action].why_not is None


def _key(case: Case, option: Option) -> UUID:
    return session.key_of(f"{case.id} {option.move.action}")
