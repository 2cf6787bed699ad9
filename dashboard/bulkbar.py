"""Many cases at once: what would be refused and why before it happens, a reason, progress, an exact account after."""

from typing import Any

import streamlit as st

from core import board, bulk
from core.bulk import Account
from core.people import Person
from dashboard import session, words
from dashboard.words import plain

#: The ids of a whole list that was chosen.
WHOLE = "bulk whole"


def show(chosen: list[int]) -> None:
    """The bar at the foot of the page, as long as anything is chosen: rows of this page, or the whole list."""
    whole = session.kept(WHOLE, [])
    ids = whole or chosen
    if not ids:
        return
    with st.bottom, st.container(horizontal=True, vertical_alignment="center", key="bulk"):
        st.markdown(f"**{len(ids):,} chosen**{_whole_in_words(whole)}", width="content")
        for action, label in (("assign", "Assign them"), ("add_note", "Add a note to them")):
            st.button(label, key=f"bulk {action}", on_click=_open, args=(action, ids))
        if whole:
            st.button("Choose none", key="bulk none", type="tertiary", on_click=forget)


def _whole_in_words(whole: list[int]) -> str:
    if not whole:
        return ""
    return ", the whole list" if len(whole) < bulk.MOST else f", the first {bulk.MOST} of the list"


def whole_list(filters: dict[str, str], by: Person) -> None:
    """Chooses everything that the filters list, not only this page."""
    st.button(f"Choose the whole list, up to {bulk.MOST}", key="bulk whole list", type="tertiary", on_click=_whole,
              args=(filters, by))  # fmt: skip


def forget() -> None:
    """Nothing is chosen: another list, another choice."""
    session.forget("bulk doing", "bulk ids", WHOLE)


def doing(by: Person) -> None:
    """The account of the last run, and the form of the one that is asked for; above the list, where they are seen."""
    _account()
    action = session.kept("bulk doing")
    if action:
        _form(action, session.kept("bulk ids", []), by)


def _open(action: str, chosen: list[int]) -> None:
    session.keep("bulk doing", action)
    session.keep("bulk ids", chosen)


def _whole(filters: dict[str, str], by: Person) -> None:
    with session.reading() as conn:
        session.keep(WHOLE, board.ids(conn, filters, by, bulk.MOST))


def _form(action: str, ids: list[int], by: Person) -> None:
    with st.container(border=True, key="bulk-form"):
        st.subheader(f"{bulk.label(action)}: {_cases(len(ids))}")
        said = _said(action)
        ready = all(said.values())
        account = _preview(action, ids, by, said) if ready and ids else None
        with st.container(horizontal=True):
            label = (
                f"{bulk.label(action)} to {_cases(len(account.done))}"
                if account and action == "add_note"
                else bulk.label(action)
            )
            if account and action == "assign":
                label = f"Assign {_cases(len(account.done))}"
            go = st.button(label, key="bulk go", type="primary", disabled=not (account and account.done),
                           help=None if ready else "Fill in the form first.")  # fmt: skip
            st.button("Not now", key="bulk cancel", on_click=session.forget, args=("bulk doing", "bulk ids"))
        if go:
            _run(action, ids, by, said)


def _said(action: str) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if action == "assign":
        with session.reading() as conn:
            who = {person.id: f"{person.name}, {words.said(person.role)}" for person in bulk.eligible(conn)}
        said["owner_id"] = st.selectbox("Supervisor", list(who), index=None, format_func=lambda one: who.get(one, ""),
                                        key="bulk owner", placeholder="Choose")  # fmt: skip
    label = "Why" if action == "assign" else "Note"
    said["note"] = (st.text_area(label, key="bulk note", help="Kept in the history of each case.") or "").strip()
    return said


def _preview(action: str, ids: list[int], by: Person, said: dict[str, Any]) -> Account:
    with session.reading(as_program=True) as conn:
        account = bulk.preview(conn, ids, action, by=by, **said)
    st.caption(f"{len(account.done):,} will be done, {len(account.refused):,} would be refused.")
    if account.taken_from:
        whose = ", ".join(f"{name} ({number})" for name, number in account.taken_from.most_common())
        st.warning(f"{_cases(account.taken_from.total())} of these {'is' if account.taken_from.total() == 1 else 'are'} somebody's already, "
                   f"and would be taken from them: {plain(whose)}.")  # fmt: skip
    _refused(account.refused)
    return account


def _cases(number: int) -> str:
    return f"{number:,} case{'' if number == 1 else 's'}"


def _refused(refused: list[tuple[str, str]]) -> None:
    if refused:
        st.dataframe([{"Case": number, "Why it is refused": why} for number, why in refused], hide_index=True,
                     alt="Cases that are refused, and why")  # fmt: skip


def _run(action: str, ids: list[int], by: Person, said: dict[str, Any]) -> None:
    bar = st.progress(0.0, text="Working")
    account = session.outside(
        lambda: bulk.act(
            ids,
            action,
            by=by,
            key=session.key_of("bulk"),
            progress=lambda share: bar.progress(share, text="Working"),
            **said,
        )
    )
    if account is None:
        st.rerun()
    session.keep("bulk account", [account.done, account.refused])
    session.forget("bulk doing", "bulk ids", WHOLE, "key bulk")
    st.rerun()


def _account() -> None:
    """What the last run came to, until it is dismissed."""
    account = session.kept("bulk account")
    if account is None:
        return
    done, refused = account
    with st.container(border=True, key="bulk-account"):
        st.success(f"{len(done)} done, {len(refused)} refused.")
        if done:
            st.caption(f"Done: {plain(', '.join(done))}")
        _refused([tuple(one) for one in refused])
        st.button("Close", key="bulk dismiss", on_click=session.forget, args=("bulk account",))
