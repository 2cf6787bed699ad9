"""Who is here, what they read, what they click: the only room that touches session state and the address.

A click is one transaction. It commits, or the refusal's sentence is remembered; only then does the page run again:
`st.rerun`, `st.stop` and `st.switch_page` raise, and inside the transaction they would silently undo it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import streamlit as st
from sqlalchemy import Connection

from core import db, people, sign_in
from core.errors import DatabaseAway, Refused
from core.kinds import Role
from core.people import Person
from dashboard import door, monitoring, trouble, words
from dashboard.callers import on_this_machine

#: How the names of the fields begin that people type into.
TYPED = ("form ", "intake ", "escalate ", "bulk note")


# Who


def actor() -> Person:
    """Who is signed in; without a provider whoever of the demo's cast was chosen, on this machine only."""
    person: Person = st.session_state["actor person"]
    return person


def enter() -> Person | None:
    """Who is here, as the directory has them now. None: nobody, and the door is drawn instead of a page."""
    if not door.is_guarded():
        return sign_in_as_chosen()
    try:
        with reading(as_program=True) as conn:
            person = door.who(conn)
    except Refused as why:
        door.stands_before(why)
        return None
    if person is None:
        door.stands_before()
        return None
    door.way_out(person, _leave)
    st.session_state["actor person"] = person
    return person


def goes_on() -> bool:
    """Whether the session of this page is not over: for what is drawn again by itself, and passes no door."""
    if not door.is_guarded():
        return True
    try:
        with db.begin() as conn:
            door.still_open(conn)
    except DatabaseAway:
        return True  # nobody knows; whatever reads next says so
    except Refused:
        return False
    return True


def _leave() -> None:
    """The session is over in every tab, and a copy of its cookie opens nothing; then the cookie itself goes."""
    if (claims := door.claims()) is not None:
        with suppress(Refused), db.begin() as conn:
            sign_in.leave(conn, claims)
    st.session_state.clear()
    st.logout()


def sign_in_as_chosen() -> Person:
    """Draws the demo's banner and returns whom to be; stops when this is not the machine it runs on."""
    if st.context.ip_address is not None or not on_this_machine(st.context.headers):
        st.error("This is the demo, without sign-in: it opens only on the machine it runs on.")
        st.stop()
    with reading(as_program=True) as conn:
        cast = {str(one.id): one for one in people.active(conn)}
        if cast:
            person = people.get(conn, int(_chosen(cast)))
    if not cast:
        st.info("There is nobody in the staff directory yet. Load the demo: `python -m core demo`.")
        st.stop()
    with st.container(horizontal=True, vertical_alignment="center", key="demo-banner"):
        st.markdown("**Demo** · invented people, no sign-in. You are")
        st.selectbox("You are", list(cast), key="actor", persist_state="session", width=420, label_visibility="collapsed",
                     on_change=forget, args=("form ", "bulk ", "intake ", "escalate ", "doing"),  # that was somebody else's
                     format_func=lambda key: words.person(cast[key]), filter_mode="contains")  # fmt: skip
    if asked("as") != str(person.id):  # so that F5 keeps it
        ask(**{"as": str(person.id)})
    st.session_state["actor person"] = person
    return person


def _chosen(cast: dict[str, Any]) -> str:
    """Whom to be: as chosen before, as the link says, or the first supervisor."""
    if st.session_state.get("actor") not in cast:
        first = min(cast, key=lambda key: (cast[key].role != Role.SUPERVISOR, int(key)))
        st.session_state["actor"] = linked if (linked := asked("as")) in cast else first
    return str(st.session_state["actor"])


# Reading


@contextmanager
def reading(*, of_one_moment: bool = False, as_program: bool = False, by: Person | None = None) -> Iterator[Connection]:
    """A connection to read with. A database that is away stops the page with a sentence, and the page comes back by itself.

    It reads as whoever is signed in, or as `by` where a file is made after the page, and the database gives it what they
    may see (R64). `of_one_moment`: for figures, which count every case and must agree with each other; nothing can be written
    with it. `as_program`: for what rests on more than they may see, and tells none of it.
    """
    try:
        with db.reading() if of_one_moment else db.begin() if as_program else db.reading_as((by or actor()).id) as conn:
            yield conn
    except DatabaseAway as away:
        st.error(words.plain(away))
        _wait_for_database()
        st.stop()


@st.fragment(run_every="3s")
def _wait_for_database() -> None:
    try:
        with db.begin() as conn:
            db.value(conn, "calendar.today")
    except Refused:
        st.caption("Trying again every 3 seconds. What you typed is kept.")
        return
    _tell_browser_again()
    st.rerun()


def _tell_browser_again() -> None:
    """What was typed is still known here, but the browser forgot it with the fields it took off the page."""
    for name in list(st.session_state):
        value = st.session_state[name]
        if str(name).startswith(TYPED) and isinstance(value, str | list | datetime | date | bool):
            st.session_state[name] = value


# Clicking


def one_click(do: Callable[[Connection], Any], done: str = "") -> Any:
    """One click, one transaction: the result of `do`, or None when it was refused; either way what to say is remembered."""
    try:
        with db.begin() as conn:
            door.still_open(conn)
            result = do(conn)
    except Exception as error:
        _say_why_not(error)
        return None
    monitoring.DONE.inc()
    if done:
        say(done)
    return True if result is None else result


def quietly(do: Callable[[Connection], Any]) -> None:
    """A transaction that only keeps what was typed: if it is refused, the page still has the text."""
    try:
        with db.begin() as conn:
            door.still_open(conn)
            do(conn)
    except Refused:
        pass


def to_take(make: Callable[..., bytes], *args: Any) -> Callable[[], bytes]:
    """A file for a download button: made when it is taken, which may be long after the page was drawn, and for nobody whose session
    is over by then."""
    said = door.claims() if door.is_guarded() else None

    def made() -> bytes:
        with db.begin() as conn:
            door.still_open(conn, said)
        return make(*args)

    return made


def outside(do: Callable[[], Any]) -> Any:
    """Something that works in transactions of its own, such as a delivery; a refusal is remembered."""
    try:
        with db.begin() as conn:
            door.still_open(conn)
        result = do()
    except Exception as error:
        _say_why_not(error, trouble.HALF_WAY)
        return None
    monitoring.DONE.inc()
    return result


def _say_why_not(error: Exception, changed: str = trouble.NOTHING) -> None:
    """A refusal has its sentence. A bug in a click would pass by the page, which only starts after it."""
    (monitoring.REFUSED if isinstance(error, Refused) else monitoring.FAILED).inc()
    say(str(error) if isinstance(error, Refused) else trouble.sentence(error, changed), refused=True)


def say(sentence: str, *, refused: bool = False) -> None:
    """Remembers a sentence for the next run of the page."""
    st.session_state.setdefault("said", []).append([sentence, refused])


def said() -> None:
    """Shows what was remembered, once: as a toast wherever the page is scrolled to, and a refusal also to stay."""
    with st.container(key="said", gap="small"):  # always there: what comes and goes above a panel would shut it
        for sentence, refused in st.session_state.pop("said", []):
            st.toast(words.plain(sentence), icon=":material/block:" if refused else ":material/check:", duration="long")
            if refused:
                st.error(words.plain(sentence), icon=":material/block:")


def key_of(form: str) -> UUID:
    """The key of this form's next click: the same until the click was carried out, so a double click acts once."""
    return UUID(st.session_state.setdefault(f"key {form}", str(uuid4())))


def forget(*names: str) -> None:
    """Forgets what is kept under these names, or under names that start with one that ends in a space."""
    for kept in list(st.session_state):
        if any(kept == name or (name.endswith(" ") and str(kept).startswith(name)) for name in names):
            del st.session_state[kept]


def keep(name: str, value: Any) -> None:
    """Keeps an id or a string for this session."""
    st.session_state[name] = value


def start(name: str, value: Any) -> None:
    """What a field starts with, if nothing is kept under its name yet."""
    st.session_state.setdefault(name, value)


def is_kept(name: str) -> bool:
    """Whether anything is kept under this name."""
    return name in st.session_state


def kept(name: str, otherwise: Any = None) -> Any:
    """What was kept under this name."""
    return st.session_state.get(name, otherwise)


# The address


def asked(name: str) -> str | None:
    """What the address says under this name."""
    return st.query_params.get(name)


def address() -> dict[str, str]:
    """Everything the address says."""
    return st.query_params.to_dict()


def ask(**said: str | None) -> None:
    """Changes these keys of the address; None takes one away."""
    for name, value in said.items():
        if value is None:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = value
