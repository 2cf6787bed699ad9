"""The lists of the page of letters: each letter with where it stands, what blocks it, and the way to its case."""

from typing import Any

import streamlit as st

from core import cases, letter_check, letters, workflow
from core.letter_parts import NAMES
from core.people import Person
from dashboard import case_numbers, letter_pieces, letter_send, rooms, session, words
from dashboard.words import plain

#: Letters that the page Today shows; the page of letters has all.
ON_TODAY = 5


def on_today(by: Person) -> None:
    """For who may be the second pair of eyes: the letters that wait for one, those that they are asked to read first."""
    with session.reading() as conn:
        rows = letters.to_approve(conn, by)
    if not rows:
        return
    st.subheader("Letters to read before they leave")
    for row in rows[:ON_TODAY]:
        with st.container(border=True, gap="xxsmall", key=f"to read {row.id}"):
            _open(row, f"{NAMES[row.purpose]}, version {row.version}")
            asked = (
                "**You are asked to read it**"
                if row.is_asked
                else f"{plain(row.asked)} is asked, and you may read it too"
            )
            due = f" · due {words.day(row.runs_out_on)}" if row.runs_out_on else ""
            st.caption(f"{asked}, since {words.moment(row.asked_at)} · written by {plain(row.author)}{due}")
    number = words.count(len(rows), letters.SHOWN)
    label = f"All {number} that wait for a second reader" if len(rows) > ON_TODAY else "All letters"
    st.page_link(rooms.path("letters"), label=label, icon=":material/mail:")


def to_read(rows: list[Any], by: Person) -> None:
    """What waits for a second pair of eyes: theirs first, with the text, the PDF and the answer."""
    if not rows:
        return
    st.subheader("Waiting for a second pair of eyes")
    for row in sorted(rows, key=lambda row: row.asked_id != by.id):
        with st.container(border=True, key=f"read {row.id}"):
            yours = (
                "**You are asked to read it**" if row.asked_id == by.id else f"{plain(row.asked)} is asked to read it"
            )
            _head(row, f"{yours}, since {words.moment(row.asked_at)}")
            if st.toggle("Show the text", key=f"show letter {row.id}"):
                _read(row, by)


def _read(row: Any, by: Person) -> None:
    with session.reading() as conn:
        case = cases.get(conn, row.case_id, by)
        cases.log_view(conn, case, by)
    letter_pieces.boxes(case, row)
    letter_pieces.text(row)
    letter_pieces.draft_pdf(case, row, by)
    options = {option.move.action: option for option in workflow.moves_open(case, by)}
    letter_send.steps(case, by, row, options, [])


def due(rows: list[Any]) -> None:
    """Decided, a letter is due, and nobody has begun it."""
    if not rows:
        return
    st.subheader("Due, not begun")
    for row in rows:
        with st.container(border=True, gap="xxsmall"):
            _open(row)
            st.caption(
                f"With {plain(row.owner or 'nobody')} · decided {words.moment(row.decided_at)} · due {words.day(row.runs_out_on)}"
            )
            st.text(row.letter_because)


def waiting(title: str, rows: list[Any], *, lacks: bool = False) -> None:
    """Letters at one step; with what blocks each, where that is asked for."""
    if not rows:
        return
    st.subheader(title)
    for row in rows:
        with st.container(border=True, gap="xxsmall"):
            _head(row, _state(row))
            if lacks:
                _blocks(row)
            if row.issued_at:
                letter_pieces.download(row, row.id, row.version, session.actor())


def _blocks(row: Any) -> None:
    with session.reading() as conn:
        case = cases.get(conn, row.case_id, session.actor())
        missing = letter_check.missing(conn, case, row)
    if missing:
        st.markdown("\n".join(f"- {plain(one)}" for one in missing))
    else:
        st.caption("Nothing is missing: ask for a second pair of eyes.")


def _state(row: Any) -> str:
    match row.state:
        case "draft":
            return f"Draft by {plain(row.author)}, changed {words.moment(row.changed_at)}"
        case "approved":
            return f"Approved by {plain(row.approver)} {words.moment(row.approved_at)}"
        case "came back":
            return f"Came back {words.moment(row.moved_at)}: it has to leave again"
    how = _in_the_outbox(row) if row.sends_by == "email" else "to be printed and posted"
    return f"Issued {words.moment(row.issued_at)} by {plain(row.issuer)}, {how}"


def _in_the_outbox(row: Any) -> str:
    if row.notice_status == "kept":
        return "kept in the outbox: no mail server is set up"
    return f"in the outbox{f': {plain(row.notice_problem)}' if row.notice_problem else ''}"


def _head(row: Any, said: str) -> None:
    _open(row, f"{NAMES[row.purpose]}, version {row.version}")
    due = f" · due {words.day(row.runs_out_on)}" if row.runs_out_on else ""
    st.caption(f"{said} · with {plain(row.owner or 'nobody')}{due}")


def _open(row: Any, what: str = "Decision letter") -> None:
    st.page_link(rooms.path(row.kind), label=f"{plain(row.request_no)} · {what}", icon=":material/open_in_new:",
                 query_params={"no": row.request_no})  # fmt: skip


def issued(rows: list[Any]) -> None:
    """Every issued letter: when, by whom, how it left."""
    if not rows:
        return
    st.subheader("Issued")
    drawn: Any = st.dataframe(
        [{"Number": row.request_no, "Letter": f"{NAMES[row.purpose]}, version {row.version}", "Issued": words.moment(row.issued_at),
          "By": row.issuer, "Approved by": row.approver, "Leaves by": words.said(row.sends_by), "Stands": words.LETTERS[row.state],
          "Since": words.moment(row.moved_at)} for row in rows],
        hide_index=True, height="content", key="issued letters", column_config={"Number": case_numbers.column(rows, "issued")},
        on_select="rerun", selection_mode="single-row",
        alt="Issued letters with who issued and approved each, and how and when it left",
    )  # fmt: skip
    _chosen(rows, drawn["selection"]["rows"])
    if len(rows) == letters.SHOWN:
        st.caption(f"The newest {letters.SHOWN} are shown.")
    case_numbers.go()


def _chosen(rows: list[Any], chosen: list[int]) -> None:
    """The PDF of the row that is chosen."""
    if not chosen or chosen[0] >= len(rows):
        st.caption("Choose a row to open its PDF; a number opens the case.")
        return
    row = rows[chosen[0]]
    if row.erased_at:
        st.caption("Its text and document were erased at the end of retention.")
        return
    label = f"Download the PDF of {plain(row.request_no)}, version {row.version}"
    letter_pieces.download(row, row.id, row.version, session.actor(), label, of="chosen")
