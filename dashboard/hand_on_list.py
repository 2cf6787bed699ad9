"""Praise on its way: compliments to forward, the sure ones together and the unsure one by one; those to hand on; those shared."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import streamlit as st

from core import bulk, praise
from core.people import Person
from dashboard import caselist, rooms, session, words
from dashboard.words import plain

Column = st.column_config
COLUMNS = {
    "names": Column.TextColumn("Praises", width=220),
    "because": Column.TextColumn("Why we think so", width=240),
    "waited": Column.NumberColumn("Business days since receipt", width=180),
    "title": Column.TextColumn("What was said", width="large"),
}


def show(by: Person) -> None:
    """What waits for this supervisor."""
    with session.reading() as conn:
        waiting = praise.to_hand_on(conn, by)
    st.subheader("Praise to hand on to your staff")
    if not waiting:
        st.info(
            "No praise waits for you. When a compliment of your staff is forwarded, you hand it on to them from here."
        )
        return
    st.caption(
        "Read before you hand on: they will read it without the customer's name and contact. Open one to change its words."
    )
    columns = {name: COLUMNS[name] for name in ("names", "waited", "title")}
    chosen = caselist.show(
        waiting,
        key="hand on",
        filters={"kind": "compliment"},
        choose=True,
        columns=columns,
        cells=lambda row: {name: cell for name, cell in _cells(row).items() if name in columns},
    )
    _many("hand_on", chosen, f"Hand on the {len(chosen)} chosen", by)


def to_forward(by: Person) -> None:
    """What nobody forwarded yet."""
    with session.reading() as conn:
        waiting = praise.to_forward(conn, by)
    sure, unsure = [row for row in waiting if row.sure], [row for row in waiting if not row.sure]
    _account("forward_as_suggested")
    if not waiting:
        st.info("Every compliment is on its way. New ones appear here with whom the staff directory suggests.")
        return
    columns = {name: COLUMNS[name] for name in ("names", "because", "waited", "title")}
    if sure:
        st.markdown(f"**It is sure who is meant** in {words.count(len(sure))}")
        caselist.show(sure, key="sure", filters={"kind": "compliment"}, cells=_cells, columns=columns)
        _many(
            "forward_as_suggested",
            [row.id for row in sure],
            f"Forward {'this one' if len(sure) == 1 else f'these {len(sure)}'}",
            by,
        )
    if unsure:
        st.markdown(f"**One at a time**: {words.count(len(unsure))} where a person has to say who is meant")
        caselist.show(unsure, key="unsure", filters={"kind": "compliment"}, cells=_cells, columns=columns)


def shared(by: Person) -> None:
    """What was shared with this manager."""
    with session.reading() as conn:
        rows = praise.shared_with(conn, by)
    st.subheader("Shared with you")
    if not rows:
        st.info(
            "No compliment was shared with you yet. The supervisors below you share them from the compliment's page."
        )
        return
    st.dataframe(
        [{"Praises": row.names, "What was said": row.words or "On its way to them", "Received": words.day(row.received_on), "Shared": words.moment(row.shared_at)} for row in rows],
        hide_index=True, height="content", alt="Compliments that were shared with you, the newest first",
        column_config={"What was said": Column.TextColumn(width="large")},
    )  # fmt: skip


def _cells(row: Any) -> dict[str, Any]:
    names = getattr(row, "names", None)
    return {
        "names": names if isinstance(names, str) else ", ".join(names or ()) or "Nobody found",
        "because": getattr(row, "because", None) or "",
        "waited": row.waited,
        "title": row.title,
    }


def _many(action: str, ids: Sequence[int], label: str, by: Person) -> None:
    if ids:
        st.button(
            label,
            key=f"all {action}",
            type="primary",
            on_click=_do,
            args=(action, list(ids), by, session.key_of(f"all {action}")),
        )
    if action == "hand_on":
        _account(action)


def _do(action: str, ids: list[int], by: Person, key: UUID) -> None:
    account = session.outside(lambda: bulk.act(ids, action, by=by, key=key))
    session.forget(f"key all {action}")
    if account is not None:
        session.keep(f"account {action}", [account.done, account.refused])


def _account(action: str) -> None:
    """What the last click came to, case by case."""
    account = session.kept(f"account {action}")
    if account is None:
        return
    done, refused = account
    with st.container(border=True):
        st.success(f"{len(done)} done, {len(refused)} refused.")
        for number, why in refused:
            st.page_link(rooms.path("compliment"), label=f"{plain(number)}: {plain(why)}", query_params={"no": number})
        st.button("Close", key=f"dismiss {action}", on_click=session.forget, args=(f"account {action}",))
