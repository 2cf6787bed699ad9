"""The two promises side by side: the published figure, what it is made of, and the two other ways to count."""

from typing import Any

import streamlit as st

from core import figures
from core.figures import Counts, Days, Figures, Promise
from core.people import Person
from dashboard import figures as draw
from dashboard import words
from dashboard.compliance import span


def card(promise: Promise, read: Figures, other: Figures | None, took: Days, by: Person) -> None:
    """One promise: the published figure, what it is made of, and the two other ways to count."""
    counts = read.of(promise)
    with st.container(border=True, key=f"card-{promise.name}", gap="xsmall"):
        st.subheader(promise.title)
        st.caption(promise.sentence)
        if not counts.counted + counts.unanswered:
            st.info(
                f"Nothing was due in {span(read)}. Choose another period{', or remove a filter' if read.narrowed else ''}."
            )
        else:
            st.metric(
                "Kept",
                draw.per_cent(counts.published),
                **_delta(counts.published, other.of(promise).published if other else None),
            )
            st.caption(f"{counts.on_time:,} answered on time ÷ ({counts.on_time:,} on time + {counts.late:,} answered late + "
                       f"{counts.overdue:,} still open and overdue), due in {span(read)}.")  # fmt: skip
            if other:
                st.caption(
                    f"Compared with {span(other)}: {draw.per_cent(other.of(promise).published)} of {other.of(promise).counted:,}."
                )
            _made_of(promise, read, counts, by)
            _how_long(promise, read, took, by)
        _other_ways(promise, read, by)


def _delta(share: float | None, before: float | None) -> dict[str, Any]:
    if share is None or before is None:
        return {}
    return {"delta": f"{100 * (share - before):+.1f} points"}


def _made_of(promise: Promise, read: Figures, counts: Counts, by: Person) -> None:
    for what, said, outcome in (
        (counts.on_time, "answered on time", "on time"),
        (counts.late, "answered late", "late"),
        (counts.overdue, "still open and overdue", "overdue"),
        (counts.last_day, "of those on time, on the due date itself", "last day"),
        (counts.informed, "of those late, with the customer told before", "informed"),
        (
            counts.unanswered,
            "outside: withdrawn, redirected, duplicate, no complaint, or no reply possible",
            "unanswered",
        ),
    ):
        draw.number(what, said, figures.opens(read, promise, outcome), by)


def _how_long(promise: Promise, read: Figures, took: Days, by: Person) -> None:
    if took.median is None:
        return
    number = sum(took.taken.values())
    st.markdown(f"Median **{words.days(took.median)}**, nine in ten within **{words.days(took.ninetieth or 0)}**")
    st.caption(
        f"Business days from receipt to answer, of the {number:,} answered ones that were due; the open ones have no end yet."
    )


def _other_ways(promise: Promise, read: Figures, by: Person) -> None:
    """Each with its formula; neither counts what is open and overdue against us the whole time, so neither is published."""
    with st.expander("Two other ways to count"):
        answered, received = read.of(promise, "answered"), read.of(promise, "received")
        st.markdown(f"**{draw.per_cent(answered.of_answered)}** answered on time ÷ answered")
        st.caption(
            f"{answered.on_time:,} ÷ {answered.answered:,} answered in {span(read)}. What most tools show: nobody looks worse for what is left open."
        )
        draw.number(
            answered.on_time,
            "answered on time in these months",
            figures.opens(read, promise, "on time", axis="answered"),
            by,
        )
        draw.number(
            answered.answered, "answered in these months", figures.opens(read, promise, "answered", axis="answered"), by
        )
        st.markdown(f"**{draw.per_cent(received.of_received)}** (answered on time + open and not yet due) ÷ received")
        st.caption(f"({received.on_time:,} + {received.not_due:,}) ÷ {received.all:,} received in {span(read)}.")
        draw.number(
            received.on_time,
            "received in these months and answered on time",
            figures.opens(read, promise, "on time", axis="received"),
            by,
        )
        draw.number(
            received.not_due,
            "received in these months and not yet due",
            figures.opens(read, promise, "not due", axis="received"),
            by,
        )
        draw.number(
            received.all, "received in these months", figures.opens(read, promise, "promised", axis="received"), by
        )
