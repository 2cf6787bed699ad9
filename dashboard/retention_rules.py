"""How long cases are kept: the settings of the page Records, and what a shorter time would make due before it is set."""

from typing import Any

import streamlit as st

from core import retention_rules
from core.errors import NotSoLong
from core.kinds import Kind
from core.people import Person
from dashboard import session, words

#: Changes shown, the newest first.
SHOWN = 20


def show(by: Person) -> None:
    """Each kind with its time, who set it and why; a form to change one; every change so far."""
    with session.reading(as_program=True) as conn:
        rules, settings = retention_rules.now(conn), retention_rules.settings(conn)
    st.subheader("How long")
    st.dataframe([{"Kind": words.said(rule.kind), "Kept after last use": words.months(rule.months), "Since": words.day(words.local(rule.set_at).date()),
                   "Set by": rule.by_name, "Why": rule.why} for rule in rules],
                 hide_index=True, height="content", alt="How long each kind is kept after its last use, since when, who set it and why.")  # fmt: skip
    _form({rule.kind: rule.months for rule in rules}, by)
    _changes([one for one in settings if one.before is not None])


def _form(months_now: dict[str, int], by: Person) -> None:
    """Not a form of Streamlit's: what the change would do is shown before the button that makes it."""
    st.selectbox("Kind", list(Kind), key="rule kind", format_func=words.said)
    kind = session.kept("rule kind")
    st.number_input("Months after last use", 1, retention_rules.LONGEST, months_now[kind], key=f"rule months {kind}")
    months = int(session.kept(f"rule months {kind}"))
    if not retention_rules.is_sensible(months):
        st.error(str(NotSoLong()))
        return
    if months == months_now[kind]:
        st.caption(f"That is how long a {kind} is kept now.")
        return
    label = _what_it_does(kind, months, months_now[kind], by)
    st.text_input("Why", key="rule why", max_chars=500)
    st.button(label, key=f"set {kind} {months}", on_click=_set, args=(kind, months, by))


def _what_it_does(kind: Kind, months: int, now: int, by: Person) -> str:
    """Says what becomes due, if it is shorter than now; returns what the button says."""
    if months > now:
        st.info(f"Longer than now ({words.months(now)}). What is due today may not be due any more.")
        return f"Lengthen to {words.months(months)}"
    with session.reading(as_program=True) as conn:
        due = retention_rules.becomes_due(conn, kind, months, by=by)
    cases = "1 more case becomes" if due == 1 else f"{words.count(due, retention_rules.COUNTED)} more cases become"
    st.warning(
        f"Shorter than now ({words.months(now)}). {cases} due for erasure at once. Erasing them still takes two people."
    )
    return f"Shorten to {words.months(months)}"


def _set(kind: Kind, months: int, by: Person) -> None:
    """What was on the button is what is set: a number typed at the last moment has shown nothing of what it does."""
    if int(session.kept(f"rule months {kind}", months)) != months:
        session.say("The months changed as you clicked: see what that does first.", refused=True)
        return
    why = session.kept("rule why") or ""
    done = f"From now on a {kind} is kept for {words.months(months)} after its last use."
    if session.one_click(lambda conn: retention_rules.set_months(conn, kind, months, by=by, why=why), done):
        session.forget("rule why")


def _changes(changes: list[Any]) -> None:
    if not changes:
        return
    st.caption("Every change, newest first")
    st.dataframe([{"When": words.moment(one.set_at), "Who": one.by_name, "Kind": words.said(one.kind),
                   "From": words.months(one.before), "To": words.months(one.months), "Why": one.why} for one in changes[:SHOWN]],
                 hide_index=True, height="content", alt="Each change of how long a kind is kept: when, who, from, to, and why.")  # fmt: skip
    if len(changes) > SHOWN:
        st.caption(f"The newest {SHOWN} of {len(changes):,} are shown.")
