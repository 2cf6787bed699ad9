"""The door: who signed in with the City's provider, and what stands there for whoever is not let in.

With a provider set up, nobody enters without it. Whoever is not let in sees one sentence and a button, and nothing of the house.
"""

from typing import Any

import streamlit as st
from sqlalchemy import Connection

from core import provider, sign_in
from core.people import Person
from core.sign_in import SessionOver
from dashboard import words


def is_guarded() -> bool:
    """Whether people sign in here; refuses a provider that is set up by half."""
    return provider.provider() is not None


def claims() -> dict[str, Any] | None:
    """What the provider says about whoever signed in, as Streamlit found it in the signed cookie; None when nobody did."""
    said = st.user.to_dict()
    return said if said.get("is_logged_in") else None


def who(conn: Connection) -> Person | None:
    """Who signed in, as the directory has them now, or None; refuses who is not let in."""
    said = claims()
    return sign_in.enter(conn, said) if said else None


def still_open(conn: Connection, said: dict[str, Any] | None = None) -> None:
    """A click on a page that is open: refuses when its session is over, or whoever it was is no longer let in.

    `said`: what the provider said about them when the page was drawn, for what happens outside of any page.
    """
    if is_guarded():
        if (said := said or claims()) is None:
            raise SessionOver
        sign_in.enter(conn, said)


def stands_before(why: Exception | None = None) -> None:
    """What is drawn instead of a page: why not, and the way in or out."""
    _, middle, _ = st.columns([1, 2, 1])
    with middle, st.container(border=True, key="door"):
        st.title("311 Toronto feedback", anchor=False)
        st.text(str(why) if why else "For staff of 311 Toronto. Sign in with your City account.")
        if why is None or isinstance(why, SessionOver):
            st.button("Sign in", type="primary", on_click=st.login)
        else:
            st.button("Sign out", on_click=st.logout)


def way_out(person: Person, leave: Any) -> None:
    """Who is signed in, and the button that ends it."""
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="signed-in"):
        st.text(f"{person.name} · {words.said(person.role)}")
        st.button("Sign out", key="sign-out", type="tertiary", on_click=leave)
