"""The charts of the two promises: month by month, how long answers take, how late the late ones are."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import streamlit as st

from core import figures
from core.figures import PROMISES, TEN, TWO, Days, Figures, Promise
from core.people import Person
from core.periods import Period
from dashboard import figures as draw

COLOURS = {TEN: draw.BLUE, TWO: draw.VIOLET}
#: Where bars of single days end, and the ranges after them.
SINGLE = {TEN: 15, TWO: 6}
LATE = ("1", "2", "3-5", "6-10", "11-20", "21-")
#: Under the scale, where it is taken for no share: the rows of the months in which nothing was due.
EMPTY = {TEN: -0.07, TWO: -0.15}


def trend(read: Figures, shown: Period, by: Person) -> None:
    """Both promises by the month in which they were due."""
    st.subheader("Month by month")
    data: list[dict[str, Any]] = []
    labels: list[dict[str, Any]] = []
    empty: list[dict[str, Any]] = []
    rows: dict[date, dict[str, Any]] = {}
    for promise in PROMISES:
        by_month = read.by_month(promise, shown)
        ends = [(month, counts.published) for month, counts in by_month.items() if counts.published is not None]
        if not ends:
            continue
        data.append(draw.line(
            promise.title, [month.isoformat() for month in by_month], [counts.published for counts in by_month.values()], COLOURS[promise],
            [f"{promise.name} {month.isoformat()}" for month in by_month],
            [f"{draw.month(month)}: {draw.per_cent(counts.published)} of {counts.counted:,} kept" for month, counts in by_month.items()]))  # fmt: skip
        empty += _empty(promise, [month for month, counts in by_month.items() if counts.published is None])
        labels.append(
            draw.label(
                f"{promise.title} {draw.per_cent(ends[-1][1])}",
                ends[-1][0].isoformat(),
                ends[-1][1] or 0,
                COLOURS[promise],
            )
        )
        for month, counts in by_month.items():
            rows.setdefault(month, {"Due in": draw.month(month)}).update({
                promise.title: _share(counts), f"{promise.title}: kept": counts.on_time, f"{promise.title}: due": counts.counted})  # fmt: skip
    if not data:
        st.info("Nothing was due in these months.")
        return
    _apart(labels)
    shape, said = draw.target(1, "Promised: all of them")
    alt = "Share of promises kept by the month they were due. " + "; ".join(str(each["text"]) for each in labels)
    if empty:
        labels.append(draw.label("○ no cases", shown.last.isoformat(), sum(EMPTY.values()) / len(EMPTY), draw.GREY))
    drawn = draw.layout(300, yaxis={"tickformat": ".0%", "range": [min(EMPTY.values()) - 0.07 if empty else 0, 1.12], "tickvals": [0, 0.25, 0.5, 0.75, 1]},
                        xaxis={"type": "date", "tickformat": "%b %Y", "range": _with_room(shown)}, margin={"r": 150}, shapes=[shape], annotations=[*labels, said])  # fmt: skip
    draw.show(
        "trend",
        empty + data,
        drawn,
        alt=alt,
        table=list(rows.values()),
        by=by,
        opens=lambda what: _of_month(read, what),
    )


def _share(counts: figures.Counts) -> str:
    """What was kept, or that there was nothing to keep."""
    return "no cases" if counts.published is None else draw.per_cent(counts.published)


def _empty(promise: Promise, months: list[date]) -> list[dict[str, Any]]:
    """A row of open points for the months in which nothing of a promise was due; there is no list behind them."""
    said = [f"{draw.month(month)}: no cases, {promise.title}" for month in months]
    points = draw.line(
        "no cases", [month.isoformat() for month in months], [EMPTY[promise]] * len(months), COLOURS[promise], [], said
    )
    points["mode"], points["marker"] = "markers", points["marker"] | {"symbol": "circle-open", "size": 6}
    return [points] if months else []


def _with_room(shown: Period) -> list[str]:
    """Half a month on either side: the points at the ends are whole."""
    return [(shown.first - timedelta(15)).isoformat(), (shown.last + timedelta(15)).isoformat()]


def _apart(labels: list[dict[str, Any]]) -> None:
    """Two names at the same height would cover each other."""
    if len(labels) == 2 and abs(labels[0]["y"] - labels[1]["y"]) < 0.1:
        upper = max(labels, key=lambda each: each["y"])
        upper["yshift"], next(each for each in labels if each is not upper)["yshift"] = 10, -10


def _of_month(read: Figures, what: str) -> dict[str, str]:
    name, day = what.split()
    month = date.fromisoformat(day)
    promise = next(promise for promise in PROMISES if promise.name == name)
    return figures.opens(read, promise, "counted", period=Period(month, month))


def taken(promise: Promise, read: Figures, took: Days, by: Person) -> None:
    """How many business days answers took, with the promise as a line."""
    st.markdown(f"**{promise.title}: business days from receipt to answer**")
    if not took.taken:
        st.info("None of those due in these months is answered.")
        return
    ranges = taken_ranges(promise, took)
    kept = 10 if promise is TEN else 2
    heights = {label: within(took.taken, label) for label in ranges}
    data = [
        draw.bars("answers", [_spoken(label) for label in ranges], list(heights.values()), COLOURS[promise], ranges)
    ]
    data[0]["marker"] = {
        "color": [COLOURS[promise] if int(label.split("-")[0]) <= kept else draw.ORANGE for label in ranges]
    }
    shape, said = draw.target(kept + 0.5, f"Promised: {kept}", across="x")
    drawn = draw.layout(
        240,
        xaxis={"type": "category", "tickangle": 0},
        shapes=[shape],
        annotations=[said],
        yaxis=draw.BARE,
        margin={"t": 40},
    )
    draw.show(f"taken {promise.name}", data, drawn, by=by,
              alt=f"{promise.title}: answers by business days taken; the median is {took.median}, nine in ten took {took.ninetieth} or fewer.",
              table=[{"Business days": _spoken(label), "Answers": number} for label, number in heights.items()],
              opens=lambda label: figures.opens(read, promise, "answered", taken=label))  # fmt: skip


def late(promise: Promise, read: Figures, took: Days, overdue: Mapping[int, int], by: Person) -> None:
    """How late the late ones are, answered or still open."""
    st.markdown(f"**{promise.title}: business days late**")
    if not (took.late or overdue):
        st.info("None of those due in these months is late.")
        return
    answered_late, still = ([within(counted, label) for label in LATE] for counted in (took.late, overdue))
    names = [_spoken(label) for label in LATE]
    data = [draw.bars("answered late", names, answered_late, draw.ORANGE, [f"late {label}" for label in LATE]),
            draw.bars("still open", names, still, draw.GREY, [f"overdue {label}" for label in LATE])]  # fmt: skip
    drawn = draw.layout(220, xaxis={"type": "category"}, yaxis=draw.BARE, showlegend=True, barmode="group",
                        legend={"orientation": "h", "y": 1.2, "x": 0})  # fmt: skip
    draw.show(f"late {promise.name}", data, drawn, by=by, alt=f"{promise.title}: {sum(answered_late):,} answered late and {sum(still):,} still open, by business days late.",
              table=[{"Business days late": name, "Answered late": answered, "Still open": open_} for name, answered, open_ in zip(names, answered_late, still, strict=True)],
              opens=lambda what: figures.opens(read, promise, what.split()[0], late_by=what.split()[1]))  # fmt: skip


def taken_ranges(promise: Promise, took: Days) -> list[str]:
    """Single days up to some, then ranges: as the queue's filter says them."""
    most, single = max(took.taken, default=0), SINGLE[promise]
    ranges = [str(day) for day in range(min(most, single) + 1)]
    for first, last in ((single + 1, 20), (21, 40), (41, 80)):
        if most >= first:
            ranges.append(f"{first}-{last}")
    return [*ranges, "81-"] if most > 80 else ranges


def within(counted: Any, label: str) -> int:
    """How many are in a range: 7, 6-10, or 21- for 21 and more."""
    first, dash, last = label.partition("-")
    return sum(
        n for days, n in counted.items() if int(first) <= days <= (int(last) if last else 10**9 if dash else int(first))
    )


def _spoken(label: str) -> str:
    return f"{label[:-1]}+" if label.endswith("-") else label.replace("-", "–")
