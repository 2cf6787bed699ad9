"""A response in the outbox: on its way, and the page waits with you; or not, and why."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core import mail, notices, outbox, rounds
from core.actions import ACTIONS
from core.case import Case
from dashboard import session, words
from dashboard.words import plain

#: Seconds between two looks: while it leaves somebody waits for it.
SOON, LATER = "2s", "15s"
NO_WORKER = "No worker is running, so nothing leaves: tell an administrator."
NO_MAIL = "No mail server is set up; an administrator can set one up."
#: What puts a message into the outbox; a letter does only where it goes by email.
SENDS = {"send_response", "send_first_response", "send_again", "send_letter_again", "issue_letter"}


def done(action: str, said: Mapping[str, Any]) -> str:
    """What a click came to: a message that nobody can send is kept, and is not told as if it were on its way."""
    if action in SENDS and said.get("sends_by", "email") == "email" and not mail.is_set_up():
        also = " and on the page Outbox" if session.actor().role in outbox.WHO else ""
        return f"Kept, not sent: no mail server is set up. You find it on this page{also}."
    return f"Done: you {ACTIONS[action].done}."


def show(case: Case) -> frozenset[str]:
    """The response that has not left and what is known about it; the actions that may help."""
    if case.response_notice is None:
        return frozenset()
    with session.reading() as conn:
        notice, workers = notices.waiting(conn, case.id), rounds.workers(conn)
    if notice is None:
        return frozenset()
    fresh = notice.status in ("waiting", "sending") and not notice.problem
    with st.container(border=True, key="outbox"):
        st.subheader("On its way" if fresh else "In the outbox, not sent")
        _how_it_stands(notice)
        if not workers and notice.status == "waiting":
            st.warning(NO_WORKER)
        st.text(f"To {notice.to_address}\n{notice.subject}")
        with st.expander("What it says", expanded=not fresh):
            st.code(notice.body, language=None, wrap_lines=True)
        if notice.status in ("waiting", "sending"):
            st.fragment(_watch, run_every=SOON if fresh else LATER)(case, notice.status, notice.attempts, bool(workers))
    if notice.status == "sending":
        return frozenset()
    return frozenset({"take_back_response"} if fresh else {"send_again", "take_back_response"})


def _how_it_stands(notice: Any) -> None:
    match notice.status:
        case "waiting" if notice.problem:
            when = f"at {words.moment(notice.next_try_at)}" if notice.next_try_at else "at once"
            st.warning(f"{plain(notice.problem)} It is tried again {when}. Until it left the clock runs on.")
        case "waiting":
            st.info(
                "It leaves as soon as the worker has handed it to the mail server. Only then does it count as an answer."
            )
        case "sending":
            st.info("It is being handed to the mail server just now.")
        case "failed":
            st.error(f"{plain(notice.problem)} A failed delivery is not a response: the clock runs on.")
        case "kept":
            st.warning(f"This has not left. {NO_MAIL} Send it from your own mailbox and then record the response given; or send it "
                       "again once there is a mail server.")  # fmt: skip
        case _:
            st.warning(f"It is not known whether this left. {plain(notice.problem or '')} Ask the customer or whoever runs the mail "
                       "server. Then send it again, or record the response given if it did leave.")  # fmt: skip


def _watch(case: Case, status: str, attempts: int, working: bool) -> None:
    """Draws the page again when something came of it."""
    with session.reading() as conn:
        now, workers = notices.waiting(conn, case.id), rounds.workers(conn)
    if now is None:
        session.say("The response left.")
    if now is None or (now.status, now.attempts, bool(workers)) != (status, attempts, working):
        st.rerun()
