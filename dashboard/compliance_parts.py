"""The parts of the two promises, by team, category, channel or supervisor; and the escalations."""

from typing import Any

import streamlit as st

from core import figures
from core.figures import PROMISES, TEN, TWO, Counts, Escalations, Figures, Promise
from core.kinds import GROUNDS
from core.people import Person
from dashboard import figures as draw
from dashboard.compliance import Asked, bound, span


def parts(asked: Asked, read: Figures, found: dict[Promise, dict[str, Counts]], by: Person) -> None:
    """By team, category, channel or supervisor, the worst first; few cases of a named supervisor are not told (R64)."""
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.subheader(f"By {asked.dim}")
        st.segmented_control("By", figures.DIMENSIONS, format_func=str.capitalize, required=True, label_visibility="collapsed",
                             **bound("by", asked.dim))  # fmt: skip
    names, heading = asked.choices[asked.dim], asked.dim.capitalize()
    if not any(found[promise] for promise in PROMISES):
        st.info(f"Nothing was due in {span(read)}, so there is nothing to tell apart. Choose another period.")
    for promise in PROMISES:
        values = found[promise]
        if not values:
            continue
        hidden = figures.small_cells(values) if asked.dim == "supervisor" else set()
        ordered = sorted(values, key=lambda value: (value in hidden, -values[value].missed, names.get(value, value)))
        st.markdown(f"**{promise.title}**")
        draw.table(f"parts {promise.name}", [{heading: draw.named(value, names)} | _part(values[value], value in hidden) for value in ordered],
                   [{} if value in hidden else _part_opens(asked, read, promise, value, values[value]) for value in ordered], PART_COLUMNS | {heading: Column.TextColumn(width="medium")},
                   alt=f"{promise.title} by {asked.dim}: kept, answered on time, answered late, open and overdue", by=by)  # fmt: skip
        if hidden:
            st.caption(
                f"Fewer than {figures.SMALL} cases about one member of staff are not told, nor what would give them away."
            )


Column = st.column_config
PART_COLUMNS = {"Kept": Column.ProgressColumn(format="%.1f%%", width=140, min_value=0, max_value=100)}
#: Column and the list that its number opens.
PART = {"Due": "counted", "On time": "on time", "Late": "late", "Overdue": "overdue", "Outside": "unanswered"}


def _part(counts: Counts, hidden: bool) -> dict[str, Any]:
    numbers = {
        "Due": counts.counted,
        "On time": counts.on_time,
        "Late": counts.late,
        "Overdue": counts.overdue,
        "Outside": counts.unanswered,
    }
    told = {column: "few" if hidden else f"{number:,}" for column, number in numbers.items()}
    return {"Kept": None if hidden or counts.published is None else 100 * counts.published} | told


def _part_opens(asked: Asked, read: Figures, promise: Promise, value: str, counts: Counts) -> dict[str, dict[str, str]]:
    numbers, whose = _part(counts, False), {asked.dim: value}
    return {
        column: figures.opens(read, promise, outcome) | whose
        for column, outcome in PART.items()
        if numbers[column] != "0"
    }


def escalated(read: Figures, found: Escalations, by: Person) -> None:
    """How much is escalated, why, and what senior management decided."""
    st.subheader("Escalations received")
    if not found.received:
        st.info(f"No escalation was received in {span(read)}.")
        return
    left, middle, right = st.columns(3)
    with left, st.container(key="part-share"):
        st.metric("Of complaints", draw.per_cent(found.share))
        st.caption(f"{found.received:,} escalations ÷ {found.complaints:,} complaints, received in {span(read)}.")
        received = figures.opens(read, TWO, "promised", axis="received")
        draw.number(found.received, "escalations received", received, by)
        draw.number(
            found.complaints,
            "complaints received",
            figures.opens(read, TEN, "promised", axis="received", kind="complaint"),
            by,
        )
    with middle, st.container(key="part-grounds"):
        st.markdown("**On which grounds**")
        for ground, number in found.grounds.items():
            draw.number(number, GROUNDS.get(ground, ground), received | {"ground": ground}, by)
    with right, st.container(key="part-decisions"):
        st.metric("Overturned", draw.per_cent(figures.share(found.overturned, found.decided)))
        st.caption(f"{found.overturned:,} upheld or partly upheld ÷ {found.decided:,} decided.")
        draw.number(found.decided, "decided", received | {"decided": "yes"}, by)
        draw.number(found.overturned, "overturned", received | {"decided": "overturned"}, by)
        for decision, number in found.decisions.items():
            draw.number(number, decision, received | {"decision": decision}, by)
