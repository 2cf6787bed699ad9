"""Bring in a file: choose what it is, upload it, and see what became of every row."""

from collections.abc import Callable
from typing import Any

import streamlit as st
from sqlalchemy import Connection, Row

from core import db, people
from core.errors import BadInput, Refused
from core.intake import corrections, importing, source
from core.intake.importing import Account
from core.intake.source import Source
from core.kinds import Role
from core.people import Person
from dashboard import session, words
from dashboard.words import plain

OWN = "None of these: a source file of mine (.toml)"
#: Refused rows shown; the download has all.
SHOWN = 500
#: The key of the import that is looked at, in the address.
ASKED = "import"
#: Digits of an id that the database can hold.
LONGEST_NUMBER = 18
Column = st.column_config


class ChooseAFile(BadInput):
    """Choose the file to import."""


class ChooseASourceFile(BadInput):
    """Choose the source file that says what its columns mean."""


def show() -> None:
    """The upload, the account of the import that is looked at, and the imports so far; for others, whom to ask."""
    by = session.actor()
    if by.role not in importing.IMPORTERS:
        _whom_to_ask()
        return
    _upload(by)
    with session.reading() as conn:
        _account(conn, by)
        past = corrections.recent(conn)
    _past(past)


def _whom_to_ask() -> None:
    with session.reading() as conn:
        names = [person.name for person in people.everyone(conn) if person.role is Role.ADMINISTRATOR]
    st.info(plain(f"Administrators, managers and directors import files: ask {' or '.join([*names, 'your manager'])}."))


def _upload(by: Person) -> None:
    names = {name: source.find(name).title for name in source.known()}
    chosen = st.selectbox(
        "What is it?", [*names, OWN], format_func=lambda name: names.get(name, name), key="import-source"
    )
    with st.form("import-form", border=False):
        own = st.file_uploader("The source file", type="toml", key="import-toml") if chosen == OWN else None
        file = st.file_uploader("The file of rows", type=["csv", "gz", "txt"], key="import-file",
                                help="CSV, also packed with gzip. Importing the same file twice adds nothing.")  # fmt: skip
        if st.form_submit_button("Import", type="primary", key="import-now"):
            account = session.one_click(lambda conn: _import(conn, by, chosen, own, file))
            session.ask(**{ASKED: str(account.id) if account else None})  # not that of a file before
            if account:
                session.say(account.in_words)
            st.rerun()


def _import(conn: Connection, by: Person, chosen: str, own: Any, file: Any) -> Account:
    """One file, one transaction: a page that is left while it runs imports nothing."""
    if file is None:
        raise ChooseAFile
    described = _described(chosen, own)
    bar = st.progress(0.0, "Reading")
    try:
        return importing.run(conn, file, file.name, described, by=by, progress=_told(bar))
    finally:
        bar.empty()


def _described(chosen: str, own: Any) -> Source:
    if chosen != OWN:
        return source.find(chosen)
    if own is None:
        raise ChooseASourceFile
    return source.uploaded(own.getvalue(), own.name)


def _told(bar: Any) -> Callable[[float, str], None]:
    return lambda share, doing: bar.progress(min(share, 1.0), doing)


def _account(conn: Connection, by: Person) -> None:
    """What became of every row of the import that the address asks for."""
    asked = session.asked(ASKED)
    if asked is None or not asked.isdecimal() or len(asked) > LONGEST_NUMBER:
        return
    try:
        found = corrections.get(conn, int(asked))
    except Refused as refusal:
        st.error(plain(refusal))
        return
    st.subheader("What became of every row", divider="gray")
    st.text(f"{found.file_name}, {words.moment(found.finished_at)}, {_by(found)}")
    counts = {"Rows read": found.rows_read, "Added": found.added, "Already here": found.already_here,
              "Passed over": found.passed_over, "Refused": found.refused}  # fmt: skip
    with st.container(horizontal=True, gap="medium"):
        for name, count in counts.items():
            st.metric(name, f"{count:,}", width="content")
    if found.refused and corrections.may_read(found, by):
        _refused(conn, found, by)
    elif found.refused:
        st.caption(str(corrections.NotYourImport()))


def _refused(conn: Connection, found: Row, by: Person) -> None:
    corrections.open_refused(conn, found.id, by)
    st.dataframe(
        [{"rows": reason.rows, "why": reason.why, "line": reason.first_line} for reason in corrections.reasons(conn, found.id)],
        column_config={"rows": Column.NumberColumn("Rows", format="localized", width=70),
                       "why": Column.TextColumn("Why they were refused", width="large"),
                       "line": Column.NumberColumn("First on line", format="localized", width=100)},
        hide_index=True, key=f"import-reasons-{found.id}", alt="Why rows were refused, the commonest reason first.",
    )  # fmt: skip
    st.download_button(
        f"Download the {found.refused:,} refused rows", data=session.to_take(_csv, found.id, by), file_name=f"refused-{found.id}.csv",
        mime="text/csv", icon=":material/download:", key=f"import-refused-{found.id}", on_click="ignore",
    )  # fmt: skip
    st.caption("Correct them in that file and import it with the same source: only those rows are added.")
    columns = list(found.columns)
    rows = corrections.refused(conn, found.id, SHOWN)
    st.dataframe(
        [{"line": str(row.line_no), "why": row.reason} | _cells(columns, row.cells) for row in rows],
        column_config={"line": Column.TextColumn("Line", width=70, pinned=True), "why": Column.TextColumn("Why", width=560)}
        | {f"{place}": Column.TextColumn(name) for place, name in enumerate(columns)},
        hide_index=True, key=f"import-rows-{found.id}", alt="The refused rows as they stood in the file, with line and reason.",
    )  # fmt: skip
    if found.refused > SHOWN:
        st.caption(f"The first {SHOWN:,}; the download has all.")


def _cells(columns: list[str], cells: list[str]) -> dict[str, str]:
    return {str(place): cell for place, cell in zip(range(len(columns)), cells, strict=False)}


def _csv(import_id: int, by: Person) -> bytes:
    """Written when it is asked for, after the page has run: nothing of the session is at hand."""
    with db.reading_as(by.id) as conn:
        corrections.open_refused(conn, import_id, by, download=True)
        return corrections.as_csv(conn, import_id)


def _past(past: list[Row]) -> None:
    st.subheader("Imports so far", divider="gray")
    if not past:
        st.info("No file has been imported yet. What is refused is listed here, to be corrected and imported again.")
        return
    for row in past:
        with st.container(horizontal=True, vertical_alignment="center", key=f"import-past-{row.id}"):
            if st.button(f"Open import {row.id}", key=f"import-open-{row.id}"):
                session.ask(**{ASKED: str(row.id)})
                st.rerun()
            st.text(f"{row.file_name}, {words.moment(row.finished_at)}, {_by(row)}. {row.rows_read:,} rows: {row.added:,} added, "
                    f"{row.already_here:,} already here, {row.passed_over:,} passed over, {row.refused:,} refused.")  # fmt: skip


def _by(row: Row) -> str:
    return row.by_name or "by the command line"
