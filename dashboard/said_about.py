"""Said about you: the praise that was handed on to somebody, and nothing of the case it came with."""

import streamlit as st

from core import praise
from core.people import Person
from dashboard import session, words
from dashboard.words import plain


def show(by: Person) -> None:
    """Each compliment that reached them or their team, newest first. Opening the page is the receipt."""
    st.subheader("Said about you")
    with session.reading(as_program=True) as conn:
        said = praise.about(conn, by)
    if not said:
        st.info(
            "Nothing has reached you yet. When a customer praises you, your supervisor hands it on and you read it here."
        )
        return
    st.caption(
        f"{len(said)} {'compliment' if len(said) == 1 else 'compliments'}. You are told who said it only if they agreed."
    )
    for one in said:
        with st.container(border=True, gap="small"):
            if one.team:
                st.badge(f"Your team, {plain(one.team)}", color="blue")
            st.text(one.words)
            by_whom = f"Said by {plain(one.said_by)}" if one.said_by else "The customer's name is withheld"
            themes = f" · {plain(', '.join(one.themes))}" if one.themes else ""
            st.caption(f"{by_whom}, received {words.day(one.received_on)}{themes}  \n"
                       f"Reached you {words.moment(one.handed_at)}, handed on by {plain(one.handed_by)} · you first read it {words.moment(one.seen_at)}")  # fmt: skip
