"""Bring in a file: choose what it is, upload it, and see what became of every row."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from sqlalchemy import Connection, Row

from core import db
from core.errors import BadInput, Refused
from core.intake import corrections, importing, source
from core.intake.source import Source
from core.kinds import STAFF
from core.people import Person
from dashboard import session, words
from dashboard.words import plain

OWN = "A source file of mine (.toml)"
#: Refused rows shown; the download has all.
SHOWN = 500
#: The key of the import that is looked at, in the address.
ASKED = "import"
Column = st.column_config


class ChooseAFile(BadInput):
    """Choose the file to import."""


class ChooseASourceFile(BadInput):
    """Choose the source file that says what its columns mean."""


def show() -> None:
    """The upload, the account of the import that is looked at, and the imports so far."""
    if session.actor().role not in STAFF:
        st.info("Staff who work on cases import files.")
        return
    _upload(session.actor())
    with session.reading() as conn:
        past = corrections.recent(conn)
        _account(conn, past)
    _past(past)


def _upload(by: Person) -> None:
    with st.form("import-form", border=False):
        names = {name: source.find(name).title for name in source.known()}
        left, right = st.columns(2)
        chosen = left.selectbox(
            "What is it?", [*names, OWN], format_func=lambda name: names.get(name, name), key="import-source"
        )
        own = right.file_uploader(f"{OWN}, if it is none of these", type="toml", key="import-toml")
        file = st.file_uploader("The file of rows", type=["csv", "gz", "txt"], key="import-file",
                                help="CSV, also packed with gzip. Importing the same file twice adds nothing.")  # fmt: skip
        if st.form_submit_button("Import", type="primary", key="import-now"):
            session.outside(lambda: _import(by, chosen, own, file))
            st.rerun()


def _import(by: Person, chosen: str, own: Any, file: Any) -> None:
    """One file, one transaction: a page that is left while it runs imports nothing."""
    if file is None:
        raise ChooseAFile
    described = _described(chosen, own)
    bar = st.progress(0.0, "Reading")
    try:
        with db.begin() as conn:
            account = importing.run(conn, file, file.name, described, by=by, progress=_told(bar))
    except Refused:
        bar.empty()
        raise
    session.ask(**{ASKED: str(account.id)})
    session.say(account.in_words)


def _described(chosen: str, own: Any) -> Source:
    if chosen != OWN:
        return source.find(chosen)
    if own is None:
        raise ChooseASourceFile
    return source.parse(own.getvalue(), own.name)


def _told(bar: Any) -> Callable[[float, str], None]:
    return lambda share, doing: bar.progress(min(share, 1.0), doing)


def _account(conn: Connection, past: list[Row]) -> None:
    """What became of every row of the import that the address asks for."""
    asked = session.asked(ASKED)
    if asked is None or not asked.isdecimal():
        return
    try:
        found = corrections.get(conn, int(asked))
    except Refused as refusal:
        st.error(plain(refusal))
        return
    st.subheader("What became of every row", divider="gray")
    st.text(f"{found.file_name}, {words.moment(found.finished_at)}, {found.by_name or 'by the command line'}")
    counts = {"Rows read": found.rows_read, "Added": found.added, "Already here": found.already_here,
              "Passed over": found.passed_over, "Refused": found.refused}  # fmt: skip
    with st.container(horizontal=True, gap="large"):
        for name, count in counts.items():
            st.metric(name, f"{count:,}", width="content")
    if found.refused:
        _refused(conn, found)


def _refused(conn: Connection, found: Row) -> None:
    st.dataframe(
        [{"why": reason.why, "rows": reason.rows, "line": reason.first_line} for reason in corrections.reasons(conn, found.id)],
        column_config={"why": Column.TextColumn("Why rows were refused", width="large"),
                       "rows": Column.NumberColumn("Rows", format="localized"),
                       "line": Column.NumberColumn("First on line", format="%d")},
        hide_index=True, key=f"import-reasons-{found.id}", alt="Why rows were refused, the commonest reason first.",
    )  # fmt: skip
    st.download_button(
        f"Download the {found.refused:,} refused rows", data=lambda: _csv(found.id), file_name=f"refused-{found.id}.csv",
        mime="text/csv", icon=":material/download:", key=f"import-refused-{found.id}", on_click="ignore",
    )  # fmt: skip
    st.caption("Correct them in that file and import it with the same source: only those rows are added.")
    columns = list(found.columns)
    rows = corrections.refused(conn, found.id, SHOWN)
    st.dataframe(
        [{"line": str(row.line_no), "why": row.reason} | _cells(columns, row.cells) for row in rows],
        column_config={"line": Column.TextColumn("Line", width=70, pinned=True), "why": Column.TextColumn("Why", width="large")}
        | {f"{place}": Column.TextColumn(name) for place, name in enumerate(columns)},
        hide_index=True, key=f"import-rows-{found.id}", alt="The refused rows as they stood in the file, with line and reason.",
    )  # fmt: skip
    if found.refused > SHOWN:
        st.caption(f"The first {SHOWN:,}; the download has all.")


def _cells(columns: list[str], cells: list[str]) -> dict[str, str]:
    return {str(place): cell for place, cell in zip(range(len(columns)), cells, strict=False)}


def _csv(import_id: int) -> bytes:
    with db.begin() as conn:
        return corrections.as_csv(conn, import_id)


def _past(past: list[Row]) -> None:
    st.subheader("Imports so far", divider="gray")
    if not past:
        st.info("No file has been imported yet. What is refused is listed here, to be corrected and imported again.")
        return
    for row in past:
        with st.container(horizontal=True, vertical_alignment="center", key=f"import-past-{row.id}"):
            if st.button(f"Import {row.id}", type="tertiary", key=f"import-open-{row.id}"):
                session.ask(**{ASKED: str(row.id)})
                st.rerun()
            st.text(f"{words.moment(row.finished_at)} · {row.file_name} · {row.rows_read:,} rows: {row.added:,} added, "
                    f"{row.already_here:,} already here, {row.passed_over:,} passed over, {row.refused:,} refused")  # fmt: skip
