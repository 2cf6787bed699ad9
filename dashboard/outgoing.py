"""The list of messages: how they stand, why, and what is done about those that are chosen."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any

import streamlit as st
from sqlalchemy import Connection

from core import db, digests, outbox, rounds
from core.errors import Refused
from core.kinds import SUPERVISORS, Role
from core.people import Person
from dashboard import rooms, session, words

Column = st.column_config
LABELS = {
    "unknown": "May have left",
    "failed": "Failed",
    "kept": "Kept",
    "waiting": "Waiting",
    "sent": "Left today",
}
EXPLAINED = {
    "unknown": "It is not known whether these left: the program or the connection was cut off at that moment. Ask the customer, or whoever "
               "runs the mail server, before you send one again.",
    "failed": "These did not leave, and are not tried again by themselves. A failed delivery is not a response: the clock runs on.",
    "kept": "Nothing was set up to send these when their turn came: no mail server, or no SMS gateway. An administrator can set one up; then "
            "send them again.",
    "waiting": "These leave as soon as a worker comes to them. One that was not taken is tried again by itself.",
    "sent": "The mail server or the gateway took these today.",
}  # fmt: skip
PURPOSES = {
    "response": "Response",
    "letter": "Letter",
    "update": "Status update",
    "digest": "Morning digest",
    "report": "Monthly report",
    "acknowledgement": "Acknowledgement",
}
NO_WORKER = "No worker is running: nothing leaves until one is. `python -m core work` starts one; the server brings one along unless WORKER=off."
DONE = "outbox done"


def workers() -> None:
    """Whether anybody delivers."""
    with session.reading() as conn:
        running = rounds.workers(conn)
    if running:
        st.badge(
            f"{running} workers are running" if running > 1 else "A worker is running",
            icon=":material/check:",
            color="green",
        )
    else:
        st.warning(NO_WORKER, icon=":material/warning:")


def tiles(counts: Any) -> None:
    """One tile for each way that messages stand; a click lists what it counts."""
    with st.container(horizontal=True, key="tiles"):
        for stands, label in LABELS.items():
            with st.container(border=True, key=f"tile-{stands}", width=168, gap="xxsmall"):
                st.metric(label, words.count(getattr(counts, stands), outbox.MOST))
                st.page_link(rooms.path("outbox"), label="List them", query_params={"show": stands})


def shown(counts: Any) -> str | None:
    """What the address asks for, or the worst that there is."""
    asked = session.asked("show")
    return asked if asked in LABELS else next((stands for stands in outbox.STANDS if getattr(counts, stands)), None)


def explain(stands: str) -> None:
    """What this list is."""
    st.subheader(LABELS[stands])
    st.caption(EXPLAINED[stands])
    if stands == "kept" and session.actor().role is Role.ADMINISTRATOR:
        st.caption("The settings are SMTP_URL and SMS_URL; the README says what they hold.")


def listed(rows: Sequence[Any], stands: str) -> list[int]:
    """Draws the messages and returns the ids that are chosen; a click on a number opens the case."""
    if not rows:
        st.info(f"There is nothing under “{LABELS[stands]}”.")
        return []
    ids = [row.id for row in rows]
    own = f"outbox {sha256(repr(ids).encode()).hexdigest()[:12]}"
    drawn: Any = st.dataframe(
        [_cells(row) for row in rows], key=own, column_config=_columns(own, rows, stands), hide_index=True, height="content", row_height=38,
        placeholder="", on_select="ignore" if stands == "sent" else "rerun", selection_mode="multi-row",
        alt="Messages with request number, what they are, to whom, how often they were tried, and why they did not leave.",
    )  # fmt: skip
    if go := session.kept("go out"):
        session.forget("go out")
        st.switch_page(rooms.path(go[0]), query_params={"no": go[1]})
    return [] if stands == "sent" else [ids[position] for position in drawn["selection"]["rows"]]


def _columns(own: str, rows: Sequence[Any], stands: str) -> dict[str, Any]:
    opens = [[row.kind, row.request_no] for row in rows]
    return {
        "no": Column.ButtonColumn("Number", type="tertiary", width=125, pinned=True, alignment="left", key=f"open {own}",
                                  on_click=_open, args=(f"open {own}", opens)),
        "what": Column.TextColumn("What", width=130),
        "why": None if stands == "sent" else Column.TextColumn("Why", width=380),
        "to": Column.TextColumn("To", width=200),
        "by": Column.TextColumn("By", width=70),
        "since": Column.TextColumn("Asked for", width=185),
        "tries": Column.NumberColumn("Tries", width=60, help="Since it was last asked for."),
        "next": Column.TextColumn("Next try", width=185) if stands == "waiting" else None,
        "left": Column.TextColumn("Left", width=185) if stands == "sent" else None,
    }  # fmt: skip


def _unsent(row: Any) -> str:
    """A kept message failed at nothing: nothing was there to send it."""
    if row.stands != "kept":
        return ""
    return "No SMS gateway was set up." if row.channel == "sms" else "No mail server was set up."


def _cells(row: Any) -> dict[str, Any]:
    return {
        "no": row.request_no or "",
        "what": PURPOSES[row.purpose],
        "why": row.problem or _unsent(row),
        "to": words.phone(row.to_address) if row.channel == "sms" else row.to_address,
        "by": "SMS" if row.channel == "sms" else "Email",
        "since": words.moment(row.created_at),
        "tries": row.attempts,
        "next": words.moment(row.next_try_at) or "At once",
        "left": words.moment(row.sent_at),
    }


def _open(key: str, opens: list[list[str]]) -> None:
    if (clicked := session.kept(key)) and opens[clicked["row"]][1]:
        session.keep("go out", opens[clicked["row"]])


def bar(chosen: list[int], stands: str, by: Person) -> None:
    """What is done with the chosen ones: sent again, or withdrawn with a reason."""
    with st.bottom, st.container(horizontal=True, vertical_alignment="center", key="bulk"):
        st.markdown(f"**{len(chosen):,} chosen**", width="content")
        label = "Send again" if stands != "waiting" else "Try now"
        st.button(
            label, key="outbox again", on_click=_each, args=(chosen, by, outbox.send_again, "will be tried again now")
        )
        st.text_input(
            "Why withdrawn",
            key="outbox why",
            max_chars=500,
            placeholder="Why it shall not leave",
            label_visibility="collapsed",
            width=280,
        )
        st.button("Withdraw", key="outbox withdraw", on_click=_withdraw, args=(chosen, by))


def _withdraw(chosen: list[int], by: Person) -> None:
    why = session.kept("outbox why") or ""

    def one(conn: Connection, notice_id: int, by: Person) -> None:
        outbox.withdraw(conn, notice_id, why, by)

    _each(chosen, by, one, "will not leave")


def _each(chosen: list[int], by: Person, do: Callable[[Connection, int, Person], None], came: str) -> None:
    """Each in a transaction of its own, as if it were clicked alone; then an account of all."""
    done, refused = 0, dict[str, int]()
    for notice_id in chosen:
        try:
            with db.begin() as conn:
                do(conn, notice_id, by)
            done += 1
        except Refused as refusal:
            refused[str(refusal)] = refused.get(str(refusal), 0) + 1
    if done:
        session.say(f"{_messages(done)} {came}.")
    for sentence, number in refused.items():
        session.say(f"{_messages(number)} stayed as it was: {sentence}" if number == 1 else f"{_messages(number)} stayed as they were: {sentence}",
                    refused=True)  # fmt: skip


def _messages(number: int) -> str:
    return "1 message" if number == 1 else f"{number:,} messages"


def digest(by: Person) -> None:
    """Whether they want the morning digest, for those who have one."""
    if by.role not in SUPERVISORS:
        return
    with session.reading() as conn:
        wanted = digests.is_wanted(conn, by)
    st.divider()
    st.toggle("Send me the morning digest by email", value=wanted, key="wants digest", on_change=_choose_digest, args=(by, not wanted),
              help="Each business morning at 7: what is overdue, due, and has nobody. Numbers and dates only.")  # fmt: skip


def _choose_digest(by: Person, wants: bool) -> None:
    said = "You will get the digest on business mornings." if wants else "You will get no digest."
    session.one_click(lambda conn: digests.choose(conn, by, wants=wants), said)
