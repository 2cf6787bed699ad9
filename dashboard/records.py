"""The pieces of the page Records: the log of reads, and the check of the history."""

from typing import Any

import streamlit as st
from sqlalchemy import Connection

from core import db, history, reads, tables
from core import own_record as own_record_of
from core.errors import Refused
from core.people import Person
from dashboard import pager, rooms, session, words
from dashboard.words import plain

SECTIONS = {"reads": "Who read what", "history": "Is the history whole?", "retention": "Retention", "own": "Own record"}


def section() -> str:
    """Which part of the page the address asks for, with the way to the others."""
    shown = session.asked("show")
    shown = shown if shown in SECTIONS else "reads"
    with st.container(horizontal=True, key="sections"):
        for name, label in SECTIONS.items():
            st.button(
                label,
                key=f"section {name}",
                type="primary" if name == shown else "secondary",
                on_click=_show,
                args=(name,),
            )
    return shown


def _show(name: str) -> None:
    session.keep("pages", [])
    session.ask(show=name, after=None)


# Who read what


def log_of_reads(by: Person) -> None:
    """Reads and exports of cases about a person, newest first, with filters that the address keeps."""
    st.caption("Cases about a person, opened or downloaded. Never those that are about you.")
    asked = _filters(by)
    try:
        with session.reading(as_program=True) as conn:
            found = reads.page(conn, asked, by, after=pager.place())
    except Refused as refusal:
        st.warning(plain(refusal))
        st.page_link(rooms.path("records"), label="All reads", icon=":material/policy:")
        return
    if not found.rows:
        st.info("Nobody read anything like that. Clear the filters to see all reads." if asked else
                "Nobody has opened or downloaded a case about a person yet. It appears here as soon as somebody does.")  # fmt: skip
        return
    st.dataframe(
        [{"When": words.moment(row.at), "Who": row.by_name, "What": reads.done(row), "Request number": row.request_no or "", "Why": row.why or ""}
         for row in found.rows],
        hide_index=True, height="content", alt="Reads and exports of confidential cases: when, who, what, which case and why.",
    )  # fmt: skip
    with st.container(horizontal=True):
        pager.show(found)
        st.download_button("Download as CSV", session.to_take(_csv, asked, by), file_name="log-of-reads.csv", mime=tables.CSV, on_click="ignore",
                           key="download reads", help="Up to 20,000 rows. That you took it is logged.")  # fmt: skip


def _filters(by: Person) -> dict[str, str]:
    with session.reading(as_program=True) as conn:
        names = {str(id): name for id, name in reads.readers(conn, by).items()}
    asked = {name: said for name in reads.ASKED if (said := session.asked(name))}
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        _choose("who", "Who", names, asked)
        _choose("what", "What", reads.WHAT, asked)
        _type("case", "Request number", asked)
        _type("from", "From", asked, "2026-01-31")
        _type("to", "To", asked, "2026-01-31")
        if asked:
            st.button("Clear", key="clear reads", on_click=_clear)
    return asked


def _choose(name: str, label: str, choices: Any, asked: dict[str, str]) -> None:
    key, options = f"reads {name}", ["", *choices]
    session.start(key, asked.get(name, "") if asked.get(name) in choices else "")
    st.selectbox(label, options, key=key, format_func=lambda one: choices.get(one, "Anyone" if name == "who" else "Anything"), width=220,
                 on_change=_ask, args=(name,))  # fmt: skip


def _type(name: str, label: str, asked: dict[str, str], placeholder: str = "") -> None:
    session.start(f"reads {name}", asked.get(name, ""))
    st.text_input(label, key=f"reads {name}", width=150, placeholder=placeholder, on_change=_ask, args=(name,))


def _ask(name: str) -> None:
    session.keep("pages", [])
    session.ask(**{name: session.kept(f"reads {name}") or None, "after": None})


def _clear() -> None:
    session.forget("reads ", "pages")
    session.ask(after=None, **dict.fromkeys(reads.ASKED))


def _csv(asked: dict[str, str], by: Person) -> bytes:
    with db.begin() as conn:
        return tables.as_csv(reads.taken_along(conn, asked, by))


# Is the history whole?


def check_of_history(by: Person) -> None:
    """What the last check found, and the way to another one."""
    st.caption(
        "Each event carries the hash of the one before it. A check reads all of them, and names what is not as it was written."
    )
    with session.reading(as_program=True) as conn:
        last = history.last_check(conn, by)
    if last is None:
        st.info("The history has not been checked yet. Check it now; it takes about a minute for ten million events.")
    else:
        _told(last)
    bar = st.empty()
    if st.button("Check the history now", key="check history", type="primary"):
        shown = bar.progress(0.0, "Reading the history")

        def progress(share: float) -> None:
            shown.progress(min(share, 1.0), "Reading the history")

        def check(conn: Connection) -> history.Check:
            return history.check(conn, by=by, progress=progress)

        if made := session.one_click(check):
            session.say(made.in_words, refused=bool(made.broken))
        st.rerun()


def _told(last: history.Check) -> None:
    where = st.error if last.broken else st.success
    where(plain(last.in_words), icon=":material/link_off:" if last.broken else ":material/link:")
    st.caption(plain(f"Checked {words.moment(last.started_at)} by {last.by_name}."))
    if last.found:
        st.dataframe([{"Request number": one.request_no, "First broken event": one.version, "What is wrong": one.problem} for one in last.found],
                     hide_index=True, height="content", alt="Each broken case with its first broken event and what is wrong.")  # fmt: skip
    if len({one.case_id for one in last.found}) < last.broken:
        st.caption(
            "The others are not for you to see, or are beyond the first thousand: `python -m core check --history` names them."
        )


# A person's own record


def own_record(by: Person) -> None:
    """Numbers and contact, how their identity was verified, and the file."""
    st.caption(
        "Somebody asks for what is on record about them. Every request number has to match their phone or email; it is logged with each case."
    )
    with st.form("own", border=False, enter_to_submit=False):
        st.text_area(
            "Request numbers",
            key="own numbers",
            placeholder="One on each line, or with commas between",
            max_chars=2000,
            height=120,
        )
        st.text_input(
            "Phone or email on those requests",
            key="own contact",
            max_chars=320,
            placeholder="One of them, or one of each with a comma between",
        )
        st.text_input("How you verified who they are", key="own why", max_chars=500)
        st.form_submit_button("Put it together", type="primary", on_click=_put_together, args=(by,))
    if session.is_kept("own ready"):
        st.download_button("Download own-record.zip", session.to_take(_own, session.kept("own ready"), by), file_name="own-record.zip", mime="application/zip",
                           on_click="ignore", key="own download", icon=":material/folder_zip:")  # fmt: skip
        st.caption("To read (index.html), as JSON, and the letters that left. Read it before you give it away.")


def _put_together(by: Person) -> None:
    """Tried once, so that a number that does not match is told at once; made again when it is taken, and never kept."""
    asked = [session.kept(f"own {name}") or "" for name in ("numbers", "contact", "why")]
    session.forget("own ready")
    if session.one_click(lambda conn: own_record_of.check(conn, [asked[0]], asked[1], by=by, why=asked[2]),
                         "Every number matches. The file is ready."):  # fmt: skip
        session.keep("own ready", asked)


def _own(asked: list[str], by: Person) -> bytes:
    with db.begin() as conn:
        return own_record_of.made(conn, [asked[0]], asked[1], by=by, why=asked[2])
