"""A case whose words were erased at the end of its retention (R65): said once, and nothing stands for what is gone."""

from dataclasses import fields, replace

import streamlit as st

from core import retention, retention_rules
from core.case import Case
from dashboard import session, words


def told(case: Case) -> None:
    """When it was erased, how long its kind was kept, and what is left."""
    if case.erased_at is None:
        return
    with session.reading(as_program=True) as conn:  # how long a kind is kept is no secret of a case
        months = retention_rules.months_before(conn, case)
    st.info(f"Erased on {words.day(words.local(case.erased_at).date())}. Its kind was kept for {words.months(months)} after its last use. Contact "
            "details and what was written are gone. Dates, findings, decisions and what was counted stay.", icon=":material/delete_history:")  # fmt: skip


def left_of(case: Case) -> Case:
    """The case without the word that stands where something was written."""
    gone = {field.name: None for field in fields(case) if getattr(case, field.name) == retention.ERASED}
    return replace(case, **gone)  # type: ignore[arg-type]
