"""Praise in figures: by person, team, month and theme, with its uncertainty; who never was praised; counts of contacts."""

from datetime import date

import streamlit as st

from core import contact_counts, recognition
from core.people import Person
from dashboard import session, words
from dashboard.words import plain

Column = st.column_config


def show(month: date, by: Person) -> None:
    """The month, or the year up to it."""
    span = st.segmented_control("Received in", ["month", "year"], key="span", default="month", required=True,
                                format_func={"month": words.month(month), "year": "Twelve months up to it"}.__getitem__)  # fmt: skip
    first = date(month.year - (month.month < 12), month.month % 12 + 1, 1) if span == "year" else month
    _travelled(first, month)
    _people(first, month, by)
    left, right = st.columns(2, gap="medium")
    with left:
        _teams(first, month)
        _themes(first, month)
    with right:
        _months()
    _never()
    _contacts(by)


def _travelled(first: date, last: date) -> None:
    with session.reading(of_one_moment=True) as conn:
        row = recognition.heard(conn, first, last)
    with st.container(horizontal=True, key="tiles"):
        for label, value, why in (
            (
                "Compliments",
                words.count(row.compliments),
                "Received in this time; those for another division are left out.",
            ),
            ("Named", words.count(row.praised), "People and teams. One compliment may name several."),
            ("Have been told", words.count(row.handed), "Their supervisor handed it on."),
            ("Have read it", words.count(row.read), "They opened it."),
            ("Days until told", _days(row.days_to_hand_on), "Median of business days from receipt."),
            ("Days until read", _days(row.days_to_read), "Median of business days from receipt."),
        ):
            with st.container(border=True, width=172):
                st.metric(label, value, help=why)


def _days(days: float | None) -> str:
    return "None yet" if days is None else f"{days:g}"


def _people(first: date, last: date, by: Person) -> None:
    st.subheader("By person")
    with session.reading(of_one_moment=True) as conn:
        rows = recognition.people_praised(conn, first, last, by)
    if not rows:
        st.info("Nobody was named in this time. Forward the compliments that wait, or look at another month.")
        return
    st.dataframe(
        [{"Name": row.name, "Team": row.team or "", "Compliments": row.compliments, "Contacts": row.contacts,
          "Per 1,000 contacts": recognition.in_words(row.rate)} for row in rows],
        hide_index=True, height="content", placeholder="", alt="Compliments by person, with the rate for 1,000 contacts and its range",
    )  # fmt: skip
    if any(row.rate for row in rows):
        st.caption(f"{recognition.RANGE} Ordered by the low end of the range.")
    else:
        st.caption(
            "No contacts are loaded for this time, so these are plain numbers: busy lines hear more. Load contacts below."
        )
    names = {row.id: f"{row.name}, {row.compliments}" for row in rows}
    chosen = st.selectbox(
        "What was said of",
        list(names),
        index=None,
        format_func=names.__getitem__,
        key="said of",
        placeholder="Choose somebody",
    )
    if chosen is not None:
        _said(chosen, first, last, by)


def _said(staff_id: int, first: date, last: date, by: Person) -> None:
    with session.reading(of_one_moment=True) as conn:
        said = recognition.said_of(conn, staff_id, first, last, by)
    for one in said:
        with st.container(border=True, gap="xxsmall"):
            if one.words:
                st.text(one.words)
            else:
                st.caption("On its way: its words are shown once it was handed on.")
            themes = f" · {plain(', '.join(one.themes))}" if one.themes else ""
            st.caption(f"Received {words.day(one.received_on)}{themes}")


def _teams(first: date, last: date) -> None:
    st.subheader("By team")
    with session.reading(of_one_moment=True) as conn:
        rows = recognition.by_team(conn, first, last)
    if rows:
        st.dataframe(
            [{"Team": row.team, "Compliments": row.compliments,
              "Per 1,000 contacts": recognition.in_words(recognition.per_thousand(row.compliments, row.contacts or 0))} for row in rows],
            hide_index=True, height="content", alt="Compliments by team",
        )  # fmt: skip
    else:
        st.info("No team in this time.")


def _themes(first: date, last: date) -> None:
    st.subheader("Praised for")
    with session.reading(of_one_moment=True) as conn:
        rows = recognition.by_theme(conn, first, last)
    if rows:
        st.dataframe([{"Theme": words.said(row.theme), "Compliments": row.compliments} for row in rows],
                     hide_index=True, height="content", alt="What people were praised for")  # fmt: skip
    else:
        st.info("No themes yet. Whoever forwards a compliment notes what it praises.")


def _months() -> None:
    st.subheader("By month")
    with session.reading(of_one_moment=True) as conn:
        rows = recognition.by_month(conn)
    st.dataframe(
        [{"Month": words.month(row.month), "Compliments": row.compliments, "Days until read": _days(row.days_to_read)} for row in reversed(rows)],
        hide_index=True, height="content", alt="Compliments of the last twelve months, and business days until they were read",
    )  # fmt: skip


def _never() -> None:
    st.subheader("Never named in a compliment")
    with session.reading(of_one_moment=True) as conn:
        rows = recognition.never_praised(conn)
    if not rows:
        st.success("Everybody has been.")
        return
    st.caption(
        "It says who was heard of, and nothing about their work: mail is praised less often than a voice. Think of them when the panel meets."
    )
    st.dataframe([{"Name": row.name, "Title": row.title, "Team": row.team or ""} for row in rows],
                 hide_index=True, height="content", alt="Staff whom no compliment ever named")  # fmt: skip


def _contacts(by: Person) -> None:
    with st.expander("Contacts of each person, from a file"):
        st.caption(
            "A CSV file with the columns email, month (such as 2026-11) and contacts. A month that is loaded again is replaced."
        )
        file = st.file_uploader("File of contacts", type=["csv"], key="contacts file")
        if file is not None and st.button("Load the contacts", key="load contacts"):
            content = file.getvalue()
            session.one_click(
                lambda conn: session.say(f"{contact_counts.load(conn, content, by):,} counts are loaded.")
            )
            st.rerun()
        with session.reading() as conn:
            rows = contact_counts.loaded(conn)
        if rows:
            st.dataframe(
                [{"Month": words.month(row.month), "People": row.people, "Contacts": row.contacts, "Loaded": words.moment(row.loaded_at),
                  "By": row.loaded_by} for row in rows],
                hide_index=True, height="content", alt="Months of which contacts are loaded",
            )  # fmt: skip
        else:
            st.caption("None is loaded yet.")
