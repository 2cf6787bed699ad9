"""What the page of the two promises is made of: the period and the filters, the cards, the charts, the parts."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import streamlit as st
from sqlalchemy import Connection

from core import business_days, figures, periods
from core.errors import Refused
from core.figures import PROMISES, TEN, TWO, Counts, Days, Escalations, Figures, Promise
from core.kinds import GROUNDS
from core.people import Person
from core.periods import Period
from dashboard import figures as draw
from dashboard import session, words

COMPARED = {"before": "the period before", "year": "a year earlier"}
COLOURS = {TEN: draw.BLUE, TWO: draw.VIOLET}
#: How many months the trend shows at least.
TREND = 24
#: Where bars of single days end, and the ranges after them.
SINGLE = {TEN: 15, TWO: 6}
LATE = ("1", "2", "3-5", "6-10", "11-20", "21-")


@dataclass(frozen=True)
class Asked:
    """What the address asks for, and what it may ask for."""

    period: Period
    other: Period | None
    narrowed: dict[str, str]
    dim: str
    choices: dict[str, dict[str, str]]
    today: date


def asked(conn: Connection) -> Asked:
    """As the address says; refuses a period or a value that does not exist."""
    today = business_days.today(conn)
    period = periods.parse(session.asked("period") or "last 12 months", today)
    compare, dim = session.asked("compare"), session.asked("by") or "team"
    if compare not in (None, *COMPARED) or dim not in figures.DIMENSIONS:
        raise figures.NoSuchFilter(key="comparison or part", value=f"{compare or dim}")
    other = {"before": period.before(), "year": period.year_before()}.get(compare or "")
    return Asked(period, other, figures.narrowing(conn, session.address()), dim, figures.choices(conn), today)


def controls(asked: Asked) -> None:
    """Period, comparison and filters; each is a key of the address."""
    year, chosen = asked.today.year, session.asked("period") or "last 12 months"
    months = [f"{periods.months_after(asked.today, -back):%Y-%m}" for back in range(2, 26)]
    years = [f"{each}-01 to {each}-12" for each in range(year - 1, year - 11, -1)]
    options = list(dict.fromkeys([*periods.NAMED, *months, *years, *([chosen] if chosen not in periods.NAMED else [])]))
    with st.container(horizontal=True, vertical_alignment="bottom", key="controls"):
        st.selectbox("Due in", options, format_func=lambda said: _period(said, asked.today), width=300, **_bound("period", chosen))
        st.selectbox("Compare with", list(COMPARED), format_func=lambda key: COMPARED[key].capitalize(), placeholder="Nothing",
                     index=None, width=220, **_bound("compare", session.asked("compare")))  # fmt: skip
        with st.popover(f"Filters ({len(asked.narrowed)})" if asked.narrowed else "Filters"):
            for key, label in (("kind", "Kind"), ("team", "Team"), ("category", "Category"), ("channel", "Came by"), ("supervisor", "Accountable supervisor")):
                known = asked.choices[key]
                st.selectbox(label, list(known), format_func=lambda one, known=known: draw.named(one, known), placeholder="All", index=None,
                             filter_mode="contains", **_bound(key, asked.narrowed.get(key)))  # fmt: skip
    if asked.narrowed:
        said = ", ".join(draw.named(value, asked.choices[key]) for key, value in asked.narrowed.items())
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"Only {words.plain(said)}")
            st.button("All", key="unfilter", type="tertiary", icon=":material/close:", on_click=_clear)


def _period(said: str, today: date) -> str:
    try:
        period = periods.parse(said, today)
    except Refused:
        return said
    if said == "this month":
        return f"This month so far, {today:%B %Y}"
    if said in periods.NAMED:
        return f"{said.capitalize()}, {draw.month(period.first)} to {draw.month(period.last)}" if period.months > 1 else f"Last month, {period.in_words}"
    return str(period.first.year) if period.months == 12 and period.first.month == 1 else period.in_words


def _bound(key: str, value: Any) -> dict[str, Any]:
    session.keep(f"figure {key}", value)
    return {"key": f"figure {key}", "on_change": _say, "args": (key,)}


def _say(key: str) -> None:
    value = session.kept(f"figure {key}")
    session.ask(**{key: str(value) if value else None})


def _clear() -> None:
    session.ask(**dict.fromkeys(figures.NARROWED))


def is_too_few(asked: Asked, read: Figures) -> bool:
    """Says so where a filter leaves fewer cases about one member of staff than may be told (R64)."""
    few = 0 < sum(read.of(promise).counted for promise in PROMISES) < figures.SMALL
    if few and asked.narrowed.get("supervisor", figures.NONE) != figures.NONE:
        st.info(f"Fewer than {figures.SMALL} cases of one supervisor were due in {_span(read)}; so few are not told. Choose a longer period.")
        return True
    return False


# The two promises, side by side


def card(promise: Promise, read: Figures, other: Figures | None, took: Days, by: Person) -> None:
    """One promise: the published figure, what it is made of, and the two other ways to count."""
    counts = read.of(promise)
    with st.container(border=True, key=f"card-{promise.name}", gap="xsmall"):
        st.subheader(promise.title)
        st.caption(promise.sentence)
        if not counts.counted + counts.unanswered:
            st.info(f"Nothing was due in {_span(read)}. Choose another period, or take a filter away.")
        else:
            st.metric("Kept", draw.per_cent(counts.published), **_delta(counts.published, other and other.of(promise).published))
            st.caption(f"{counts.on_time:,} answered on time ÷ ({counts.on_time:,} on time + {counts.late:,} answered late + "
                       f"{counts.overdue:,} still open and overdue), due in {_span(read)}.")  # fmt: skip
            if other:
                st.caption(f"Compared with {_span(other)}: {draw.per_cent(other.of(promise).published)} of {other.of(promise).counted:,}.")
            _made_of(promise, read, counts, by)
            _how_long(promise, read, took, by)
        _other_ways(promise, read, by)


def _span(read: Figures) -> str:
    return read.period.in_words + (" so far" if read.period.includes(read.today) else "")


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
        (counts.unanswered, "outside: withdrawn, redirected, duplicate or no complaint", "unanswered"),
    ):
        draw.number(what, said, figures.opens(read, promise, outcome), by)


def _how_long(promise: Promise, read: Figures, took: Days, by: Person) -> None:
    if took.median is None:
        return
    number = sum(took.taken.values())
    st.markdown(f"Median **{words.days(took.median)}**, nine in ten within **{words.days(took.ninetieth or 0)}**")
    st.caption(f"Business days from receipt to answer, of the {number:,} answered ones that were due; the open ones have no end yet.")


def _other_ways(promise: Promise, read: Figures, by: Person) -> None:
    """Each with its formula; neither counts what is open and overdue against us the whole time, so neither is published."""
    with st.expander("Two other ways to count"):
        answered, received = read.of(promise, "answered"), read.of(promise, "received")
        st.markdown(f"**{draw.per_cent(answered.of_answered)}** answered on time ÷ answered")
        st.caption(f"{answered.on_time:,} ÷ {answered.answered:,} answered in {_span(read)}. What most tools show: nobody looks worse for what is left open.")
        draw.number(answered.on_time, "answered on time in these months", figures.opens(read, promise, "on time", axis="answered"), by)
        draw.number(answered.answered, "answered in these months", figures.opens(read, promise, "answered", axis="answered"), by)
        st.markdown(f"**{draw.per_cent(received.of_received)}** (answered on time + open and not yet due) ÷ received")
        st.caption(f"({received.on_time:,} + {received.not_due:,}) ÷ {received.all:,} received in {_span(read)}.")
        draw.number(received.on_time, "received in these months and answered on time", figures.opens(read, promise, "on time", axis="received"), by)
        draw.number(received.not_due, "received in these months and not yet due", figures.opens(read, promise, "not due", axis="received"), by)
        draw.number(received.all, "received in these months", figures.opens(read, promise, "promised", axis="received"), by)


# Charts


def trend_period(asked: Asked) -> Period:
    """The months that the trend shows: those of the period, and at least the last 24 up to its end."""
    last = min(asked.period.last, asked.today.replace(day=1))
    months = max(TREND, asked.period.months)
    return Period(periods.months_after(last, 1 - months), last)


def trend(read: Figures, shown: Period, by: Person) -> None:
    """Both promises by the month in which they were due."""
    st.subheader("Month by month")
    data, labels, rows = [], [], {}
    for promise in PROMISES:
        by_month = read.by_month(promise, shown)
        ends = [(month, counts.published) for month, counts in by_month.items() if counts.published is not None]
        if not ends:
            continue
        data.append(draw.line(
            promise.title, [month.isoformat() for month in by_month], [counts.published for counts in by_month.values()], COLOURS[promise],
            [f"{promise.name} {month.isoformat()}" for month in by_month],
            [f"{draw.month(month)}: {draw.per_cent(counts.published)} of {counts.counted:,} kept" for month, counts in by_month.items()]))  # fmt: skip
        labels.append(draw.label(f"{promise.title} {draw.per_cent(ends[-1][1])}", ends[-1][0].isoformat(), ends[-1][1] or 0, COLOURS[promise]))
        for month, counts in by_month.items():
            rows.setdefault(month, {"Due in": draw.month(month)}).update({
                promise.title: draw.per_cent(counts.published), f"{promise.title}: kept": counts.on_time, f"{promise.title}: due": counts.counted})  # fmt: skip
    if not data:
        st.info("Nothing was due in these months.")
        return
    _apart(labels)
    shape, said = draw.target(1, "Promised: all of them")
    drawn = draw.layout(300, yaxis={"tickformat": ".0%", "range": [0, 1.12], "tickvals": [0, 0.25, 0.5, 0.75, 1]},
                        xaxis={"type": "date", "tickformat": "%b %Y", "range": _with_room(shown)}, margin={"r": 150}, shapes=[shape], annotations=[*labels, said])  # fmt: skip
    alt = "Share of promises kept by the month they were due. " + "; ".join(str(each["text"]) for each in labels)
    draw.show("trend", data, drawn, alt=alt, table=list(rows.values()), by=by, opens=lambda what: _of_month(read, what))


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


def how_long(promise: Promise, read: Figures, took: Days, overdue: dict[int, int], by: Person) -> None:
    """How many business days answers took, with the promise as a line; and how late the late ones are."""
    if took.taken:
        _taken(promise, read, took, by)
    if took.late or overdue:
        _late(promise, read, took, overdue, by)


def _taken(promise: Promise, read: Figures, took: Days, by: Person) -> None:
    st.markdown("**Business days from receipt to answer**")
    ranges = taken_ranges(promise, took)
    kept = 10 if promise is TEN else 2
    heights = {label: within(took.taken, label) for label in ranges}
    data = [draw.bars("answers", [_spoken(label) for label in ranges], list(heights.values()), COLOURS[promise], ranges)]
    data[0]["marker"] = {"color": [COLOURS[promise] if int(label.split("-")[0]) <= kept else draw.ORANGE for label in ranges]}
    shape, said = draw.target(kept + 0.5, f"Promised: {kept}", across="x")
    drawn = draw.layout(240, xaxis={"type": "category", "tickangle": 0}, shapes=[shape], annotations=[said], yaxis=draw.BARE, margin={"t": 24})
    draw.show(f"taken {promise.name}", data, drawn, by=by,
              alt=f"{promise.title}: answers by business days taken; the median is {took.median}, nine in ten took {took.ninetieth} or fewer.",
              table=[{"Business days": _spoken(label), "Answers": number} for label, number in heights.items()],
              opens=lambda label: figures.opens(read, promise, "answered", taken=label))  # fmt: skip


def _late(promise: Promise, read: Figures, took: Days, overdue: dict[int, int], by: Person) -> None:
    st.markdown("**Business days late**")
    late, still = ([within(counted, label) for label in LATE] for counted in (took.late, overdue))
    names = [_spoken(label) for label in LATE]
    data = [draw.bars("answered late", names, late, draw.ORANGE, [f"late {label}" for label in LATE]),
            draw.bars("still open", names, still, draw.GREY, [f"overdue {label}" for label in LATE])]  # fmt: skip
    drawn = draw.layout(220, xaxis={"type": "category"}, yaxis=draw.BARE, showlegend=True, barmode="group",
                        legend={"orientation": "h", "y": 1.2, "x": 0})  # fmt: skip
    draw.show(f"late {promise.name}", data, drawn, by=by, alt=f"{promise.title}: {sum(late):,} answered late and {sum(still):,} still open, by business days late.",
              table=[{"Business days late": name, "Answered late": answered, "Still open": open_} for name, answered, open_ in zip(names, late, still, strict=True)],
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
    return sum(n for days, n in counted.items() if int(first) <= days <= (int(last) if last else 10**9 if dash else int(first)))


def _spoken(label: str) -> str:
    return f"over {int(label[:-1]) - 1}" if label.endswith("-") else label.replace("-", " to ")


# The parts, and the escalations


def parts(asked: Asked, read: Figures, found: dict[Promise, dict[str, Counts]], by: Person) -> None:
    """By team, category, channel or supervisor, the worst first; few cases of a named supervisor are not told (R64)."""
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        st.subheader(f"By {asked.dim}")
        st.segmented_control("By", figures.DIMENSIONS, format_func=str.capitalize, required=True, label_visibility="collapsed",
                             **_bound("by", asked.dim))  # fmt: skip
    names = asked.choices[asked.dim]
    for promise in PROMISES:
        values = found[promise]
        if not values:
            continue
        hidden = figures.small_cells(values) if asked.dim == "supervisor" else set()
        ordered = sorted(values, key=lambda value: (value in hidden, -values[value].missed, names.get(value, value)))
        st.markdown(f"**{promise.title}**")
        draw.table(f"parts {promise.name}", [_part(draw.named(value, names), values[value], value in hidden) for value in ordered],
                   [{} if value in hidden else _part_opens(asked, read, promise, value, values[value]) for value in ordered], PART_COLUMNS,
                   alt=f"{promise.title} by {asked.dim}: kept, answered on time, answered late, open and overdue", by=by)  # fmt: skip
        if hidden:
            st.caption(f"Fewer than {figures.SMALL} cases about one member of staff are not told, nor what would give them away.")


Column = st.column_config
PART_COLUMNS = {"": Column.TextColumn(width="medium"), "Kept": Column.ProgressColumn(format="percent", width=140, min_value=0, max_value=1)}
#: Column and the list that its number opens.
PART = {"Due": "counted", "On time": "on time", "Late": "late", "Overdue": "overdue", "Outside": "unanswered"}


def _part(name: str, counts: Counts, hidden: bool) -> dict[str, Any]:
    numbers = {"Due": counts.counted, "On time": counts.on_time, "Late": counts.late, "Overdue": counts.overdue, "Outside": counts.unanswered}
    told = {column: "few" if hidden else f"{number:,}" for column, number in numbers.items()}
    return {"": name, "Kept": None if hidden else counts.published} | told


def _part_opens(asked: Asked, read: Figures, promise: Promise, value: str, counts: Counts) -> dict[str, dict[str, str]]:
    numbers = _part("", counts, False)
    return {column: figures.opens(read, promise, outcome, **{asked.dim: value}) for column, outcome in PART.items() if numbers[column] != "0"}


def escalated(read: Figures, found: Escalations, by: Person) -> None:
    """How much is escalated, why, and what senior management decided."""
    st.subheader("Escalations received")
    if not found.received:
        st.info(f"No escalation was received in {_span(read)}.")
        return
    left, middle, right = st.columns(3)
    with left, st.container(key="part-share"):
        st.metric("Of complaints", draw.per_cent(found.share))
        st.caption(f"{found.received:,} escalations ÷ {found.complaints:,} complaints, received in {_span(read)}.")
        received = figures.opens(read, TWO, "promised", axis="received")
        draw.number(found.received, "escalations received", received, by)
        draw.number(found.complaints, "complaints received", figures.opens(read, TEN, "promised", axis="received", kind="complaint"), by)
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
