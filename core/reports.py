"""The monthly report as an accessible PDF with charts. core/report_mails.py sends it to who subscribed."""

from datetime import date
from typing import Any

from sqlalchemy import Connection

from core import business_days, db, figures
from core.errors import BadInput
from core.figures import PROMISES, Counts, Figures, Promise
from core.kinds import GROUNDS
from core.periods import Period, months_after
from core.typeset import typeset

#: How many months the trend of a report shows.
TREND = 13
#: How many teams or categories it lists.
LISTED = 12


class StillToCome(BadInput):
    """{month} has not begun yet, so there is nothing to report."""


def monthly(conn: Connection, month: date) -> bytes:
    """The report of a month, by any of its days; of the month that runs, so far. It names no member of staff (R64)."""
    today, month = business_days.today(conn), month.replace(day=1)
    if month > today:
        raise StillToCome(month=f"{month:%B %Y}")
    return typeset("report", _told(conn, Period(month, month), today), at=db.value(conn, "clock.right_now")).pdf


def _told(conn: Connection, period: Period, today: date) -> dict[str, Any]:
    trend = Period(months_after(period.last, 1 - TREND), period.last)
    read = figures.read(conn, period, {}, since=trend.first)
    took, choices = figures.days(conn, period, {}), figures.choices(conn)
    parts = {dim: figures.by_dimension(conn, period, {}, dim) for dim in ("team", "category")}
    span = period.in_words + (", so far" if period.includes(today) else "")
    return {
        "name": f"Monthly report, {span}",
        "span": span,
        "made_on": business_days.long_date(today),
        "promises": [
            _promise(promise, read, trend)
            | {"days": "" if took[promise].median is None else f"Half of the answers took {took[promise].median} business days or fewer, nine in ten "
                                                              f"{took[promise].ninetieth} or fewer."}
            | {dim: _parts(found[promise], choices[dim]) for dim, found in parts.items()}
            for promise in PROMISES
        ],
        "escalations": _escalations(conn, read),
    }  # fmt: skip


def _promise(promise: Promise, read: Figures, trend: Period) -> dict[str, Any]:
    counts = read.of(promise)
    months = read.by_month(promise, trend)
    return {
        "title": promise.title, "sentence": promise.sentence, "kept": per_cent(counts.published), "counted": counts.counted,
        "formula": f"{counts.on_time:,} answered on time / ({counts.on_time:,} on time + {counts.late:,} answered late + {counts.overdue:,} still open and overdue)",
        "beside": f"{counts.unanswered:,} closed without an answer (withdrawn, redirected, duplicate, no complaint, or no reply possible) are outside. "
                  f"{counts.last_day:,} left on the due date itself; {counts.informed:,} of the late customers had been told before.",
        "trend": [{"month": f"{month:%b %y}", "share": each.published or 0, "said": per_cent(each.published), "counted": each.counted}
                  for month, each in months.items()],
        "alt": f"{promise.title}: share kept by month. " + ", ".join(f"{month:%B %Y} {per_cent(each.published)}" for month, each in months.items() if each.counted),
    }  # fmt: skip


def _parts(values: dict[str, Counts], names: dict[str, str]) -> list[list[str]]:
    worst = sorted(values, key=lambda value: (-values[value].missed, value))[:LISTED]
    return [[names.get(value, value).capitalize() if names.get(value) == value else names.get(value, value), per_cent(values[value].published),
             f"{values[value].on_time:,}", f"{values[value].late:,}", f"{values[value].overdue:,}"] for value in worst]  # fmt: skip


def _escalations(conn: Connection, read: Figures) -> list[str]:
    found = figures.escalations(conn, read)
    if not found.received:
        return ["No escalation was received."]
    grounds = "; ".join(f"{number:,} {GROUNDS.get(ground, ground)}" for ground, number in found.grounds.items())
    decided = (
        f"{found.overturned:,} of {found.decided:,} decided were upheld or partly upheld."
        if found.decided
        else "None is decided yet."
    )
    return [
        f"{found.received:,} escalations and {found.complaints:,} complaints were received: {per_cent(found.share)}.",
        f"Grounds: {grounds}.",
        decided,
    ]


def per_cent(share: float | None) -> str:
    """61.0%, or a dash where there is nothing to divide."""
    return "–" if share is None else f"{100 * share:.1f}%"
