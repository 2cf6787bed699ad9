"""The part of the page Records about retention: what is due, what two people decided, and what is held."""

from typing import Any

import streamlit as st
from sqlalchemy import Connection

from core import retention
from core.people import Person
from dashboard import case_numbers, retention_rules, session, words
from dashboard.words import plain


def show(by: Person) -> None:
    """What is due first, then what was decided, the holds, and the settings."""
    with session.reading(as_program=True) as conn:
        preview, made = retention.preview(conn, by), retention.erasures(conn, by)
        holds = retention.on_hold(conn, by)
        waiting = next((one for one in made if not one.done_at and not one.withdrawn_at), None)
        asked = retention.asked(conn, waiting.id, by) if waiting else []
        kept = {one.id: retention.kept(conn, one.id, by) for one in made if one.done_at}
        left = retention.left(conn, list(kept), by)
    st.caption("After their last use cases are kept for a time that is a setting; then contact details and free text are erased, and everything "
               "that was counted stays. One person asks, another approves. Opening a case about a person counts as a use of it: it is then kept longer.")  # fmt: skip
    if waiting:
        _decide(waiting, asked, by)
    _due(preview, waiting, by)
    _done([one for one in made if one.done_at or one.withdrawn_at], kept)
    _left(left)
    one, other = st.columns(2, gap="large")
    with one:
        _holds(holds, by)
    with other:
        retention_rules.show(by)
    case_numbers.go()


def _due(preview: retention.Preview, waiting: Any, by: Person) -> None:
    st.subheader("Due for erasure today")
    for because, number in preview.held.items():
        st.caption(f"{retention.number_of_cases(number)} of that age kept because {because}.")
    if preview.rejected:
        st.caption(f"{preview.rejected:,} refused rows of old imports go with the next erasure.")
    if not preview.cases and not preview.rejected:
        st.info("Nothing is due. A case appears here the day after its time is over, unless something holds it.")
        return
    counts = " · ".join(f"{number:,} {kind}{'s' if number > 1 else ''}" for kind, number in preview.kinds.items())
    st.markdown(f"**{retention.number_of_cases(len(preview.cases))}**{f': {counts}' if counts else ''}")
    _listed(preview.listed, preview.unseen, "Cases due for erasure, the longest unused first.", "due")
    if waiting is None:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input("Why now", key="erase why", max_chars=500, width=420)
            st.button("Ask to erase them", key="ask to erase", on_click=_ask, args=(by,))


def _listed(rows: list[Any], unseen: bool, alt: str, key: str) -> None:
    if rows:
        st.dataframe([{"Number": row.request_no, "Kind": words.said(row.kind), "Last used": words.day(row.last_used_on)} for row in rows],
                     hide_index=True, height="content" if len(rows) < 9 else 320, key=key, column_config={"Number": case_numbers.column(rows, key)}, alt=alt)  # fmt: skip
    if unseen:
        st.caption("Others of them are not for you to see.")
    if len(rows) == retention.SHOWN:
        st.caption(f"The first {retention.SHOWN} that you may see are listed.")


def _ask(by: Person) -> None:
    why = session.kept("erase why") or ""
    if session.one_click(
        lambda conn: retention.ask(conn, by=by, why=why), "Asked for. Somebody else has to approve it."
    ):
        session.forget("erase why")


def _decide(one: Any, asked: list[Any], by: Person) -> None:
    """The erasure that waits for somebody else's approval, or is being carried out."""
    with st.container(border=True, key="erasure"):
        st.markdown(
            f"**Erasure {one.id}** · {retention.number_of_cases(one.listed)} · asked for by {plain(one.asked_by_name)}, {words.moment(one.asked_at)}"
        )
        st.text(one.why)
        if one.approved_at:
            st.progress(
                one.looked_at / max(one.listed, 1),
                f"Approved by {plain(one.approved_by_name)}: {one.looked_at:,} of {one.listed:,} done",
            )
            st.caption("The worker carries it out. What is held or was used since stays.")
            return
        seen = asked[0].seen if asked else 0
        _listed(asked, one.listed > seen, "The cases that are erased when this is approved.", "asked")
        with st.container(horizontal=True, vertical_alignment="center"):
            own = one.asked_by == by.id
            with st.popover("Approve", disabled=own):
                st.write(
                    f"Contact details and free text of {retention.number_of_cases(one.listed)} go. It cannot be taken back."
                )
                st.button(
                    "Approve: erase them for good",
                    key="approve erasure",
                    type="primary",
                    on_click=_approve,
                    args=(one.id, by),
                )
            st.button("Withdraw", key="withdraw erasure", on_click=_withdraw, args=(one.id, by))
            if own:
                st.caption(
                    "You asked for it: another administrator, manager or director has to approve it.", width="content"
                )


def _approve(number: int, by: Person) -> None:
    session.one_click(lambda conn: retention.approve(conn, number, by=by), "Approved. The worker erases them now.")


def _withdraw(number: int, by: Person) -> None:
    session.one_click(lambda conn: retention.withdraw(conn, number, by=by), "Withdrawn. Nothing is erased.")


def _done(made: list[Any], kept: dict[int, dict[str, int]]) -> None:
    if made:
        st.subheader("What was decided")
        st.dataframe([{"No.": one.id, "Asked for": f"{one.asked_by_name}, {words.moment(one.asked_at)}", "Why": one.why,
                       "Approved by": one.approved_by_name or "Withdrawn", "What came of it": retention.in_words(one.account, kept[one.id]) if one.account else ""}
                      for one in made], hide_index=True, height="content",
                     alt="Earlier erasures: who asked and why, who approved, and the account of what was erased.")  # fmt: skip


def _left(left: list[Any]) -> None:
    if left:
        st.caption("Listed for erasure, and kept after all")
        st.dataframe([{"Number": row.request_no, "Erasure": row.erasure_id, "Kept because": row.kept_because} for row in left],
                     hide_index=True, height="content" if len(left) < 9 else 320, key="left", column_config={"Number": case_numbers.column(left, "left")},
                     alt="Cases that earlier erasures left, and why.")  # fmt: skip


def _holds(holds: list[Any], by: Person) -> None:
    st.subheader("Legal holds")
    if holds:
        st.dataframe([{"Number": row.request_no, "Since": words.moment(row.held_at), "By": row.by_name, "Why": row.held_because} for row in holds],
                     hide_index=True, height="content", key="holds", column_config={"Number": case_numbers.column(holds, "holds")}, alt="Cases on legal hold, who held them and why.")  # fmt: skip
    else:
        st.info("Nothing is on legal hold. A case that is, is kept whatever its age.")
    with st.form("hold", border=False, enter_to_submit=False):
        st.text_input("Request number", key="hold no", max_chars=64)
        st.selectbox("What", list(retention.HOLDS), key="hold what", format_func=lambda one: retention.HOLDS[one])
        st.text_input("Why", key="hold why", max_chars=500)
        st.form_submit_button("Record", on_click=_hold, args=(by,))


def _hold(by: Person) -> None:
    number, action, why = (session.kept(f"hold {name}") or "" for name in ("no", "what", "why"))

    def hold(conn: Connection) -> None:
        retention.hold(conn, number, action, by=by, why=why)

    if session.one_click(hold, "Recorded in the history of the case."):
        session.keep("hold no", "")  # what a form holds is emptied, not forgotten
        session.keep("hold why", "")
