"""Changing the closures: previewed, applied by an administrator, kept in the history; and standards from a day on."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from core import business_days, cases, closures, db, standards
from core.business_days import due_on
from core.case import Case
from core.city_closures import Closure
from core.closures import NothingToChange, OnlyAdministrators, Preview, WrongYears
from core.errors import BadInput, PastTheCalendar, Refused
from tests import builders
from tests.builders import (
    ADA,
    CAST,
    MINA,
    SAM,
    WED_7_JAN,
    as_owner,
    does,
    investigating,
    last,
    on,
    received,
    responded,
    see,
    who,
)

#: Received on the Wednesday, due on WED_21_JAN; SNOW makes it due on the Thursday.
MON_5_JAN, WED_21_JAN, THU_22_JAN, FRI_23_JAN = (
    date(2026, 1, 5),
    date(2026, 1, 21),
    date(2026, 1, 22),
    date(2026, 1, 23),
)
SNOW = Closure(date(2026, 1, 14), "Snow storm", "City notice")
CHRISTMAS_2026 = date(2026, 12, 25)


def apply(conn: Connection, add=(), remove=(), why="Council decided.") -> Preview:
    return closures.apply(conn, add, remove, by=who(conn, ADA), why=why)


def open_case(conn: Connection, day: date = WED_7_JAN) -> Case:
    on(conn, day)
    return investigating(conn)


def answered_case(conn: Connection, day: date, answered: date) -> Case:
    on(conn, day)
    case = received(conn)
    on(conn, answered)
    return responded_case(conn, case)


def responded_case(conn: Connection, case: Case) -> Case:
    conn.execute(
        text("""
        update cases set state = 'responded', responded_at = right_now(), closed_at = right_now(), response = 'Sorry.',
            finding = 'substantiated', finding_summary = 'So.', sources_checked = 'All.', steps_taken = 'Some.'
        where id = :id"""),
        {"id": case.id},
    )
    return see(conn, case.id)


def calendar(conn: Connection) -> list:
    return list(conn.execute(text("select * from calendar order by day")))


# Seen first


def test_a_preview_says_which_open_cases_move_and_where_to(conn: Connection):
    case = open_case(conn)
    found = closures.preview(conn, [SNOW])
    assert [(move.request_no, move.due_before, move.due_after, move.flips) for move in found.moves] == [
        (case.request_no, WED_21_JAN, THU_22_JAN, None)
    ]
    assert found.in_words == "Open cases that move: 1."


def test_a_preview_changes_nothing(conn: Connection):
    case, before = open_case(conn), calendar(conn)
    closures.preview(conn, [SNOW], [CHRISTMAS_2026])
    assert calendar(conn) == before
    assert see(conn, case.id) == case


def test_a_preview_runs_where_nothing_can_be_written(conn: Connection):
    open_case(conn)
    conn.execute(text("set transaction_read_only = on"))
    assert len(closures.preview(conn, [SNOW]).moves) == 1


def test_a_preview_says_which_become_on_time_again(conn: Connection):
    open_case(conn)
    on(conn, THU_22_JAN)
    found = closures.preview(conn, [SNOW])
    assert [move.flips for move in found.moves] == ["late, then on time again"]
    assert found.in_words == "Open cases that move: 1 (1 late, then on time again)."


def test_a_preview_says_which_become_late(conn: Connection):
    apply(conn, [SNOW])
    open_case(conn)
    on(conn, THU_22_JAN)
    assert [move.flips for move in closures.preview(conn, remove=[SNOW.day]).moves] == ["on time, then late"]


# Applied


def test_an_applied_change_moves_the_promise_and_keeps_the_first(conn: Connection):
    case = open_case(conn)
    on(conn, date(2026, 1, 12))
    apply(conn, [SNOW], why="The City closed at noon.")
    moved = see(conn, case.id)
    assert (moved.due_on, moved.first_due_on, moved.version) == (THU_22_JAN, WED_21_JAN, case.version + 1)
    event = last(conn, case)
    assert (event.action, event.by_name, event.note) == (
        "move_due_date",
        who(conn, ADA).name,
        "The City closed at noon.",
    )
    assert (event.from_state, event.to_state) == (case.state, case.state)
    assert event.changes == {"due_on": ["2026-01-21", "2026-01-22"]}


def test_a_change_taken_back_brings_the_first_promise_back(conn: Connection):
    case = open_case(conn)
    apply(conn, [SNOW])
    apply(conn, remove=[SNOW.day])
    again = see(conn, case.id)
    assert (again.due_on, again.first_due_on, again.version) == (WED_21_JAN, WED_21_JAN, case.version + 2)


@pytest.mark.parametrize(("answered", "change", "taken"), [
    (THU_22_JAN, {"add": [SNOW]}, (11, 11)),  # late by a day; with the closure its days are 10
    (WED_21_JAN, {"remove": [SNOW.day]}, (9, 10)),  # on time; without the closure its days are 10
    (THU_22_JAN, {"remove": [SNOW.day]}, (10, 10)),  # on time; without the closure its days are 11
])  # fmt: skip
def test_an_answer_keeps_its_verdict_and_its_days_never_deny_it(conn: Connection, answered, change, taken):
    if "remove" in change:
        apply(conn, [SNOW])
    case = answered_case(conn, WED_7_JAN, answered)
    apply(conn, **change)
    after = see(conn, case.id)
    told = conn.execute(text("select days_taken from on_time where case_id = :id"), {"id": case.id}).scalar_one()
    assert (case.days_taken, after.days_taken) == taken
    assert (after.days_taken, after.answered_late) == (told, case.answered_late)


days = st.dates(date(2026, 1, 1), date(2026, 2, 15)).filter(lambda day: day.isoweekday() < 6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=12)
@given(added=st.sets(days, max_size=4), keep=st.booleans(), today=st.dates(WED_7_JAN, date(2026, 2, 20)))
def test_what_is_applied_is_what_was_previewed(conn: Connection, added, keep, today):
    """And afterwards every open promise is what the calendar says; nothing else has moved."""
    add, remove = [Closure(day, "Closed", "test") for day in sorted(added - {date(2026, 1, 1)})], []
    if not keep or not add:
        remove = [date(2026, 1, 1)]
    with conn.begin_nested() as savepoint:
        for day in (date(2025, 12, 19), date(2025, 12, 31), MON_5_JAN, WED_7_JAN):
            on(conn, day)
            received(conn)
        on(conn, today)
        before = {case.id: case.due_on for case in conn.execute(text("select id, due_on from cases"))}
        seen, done = closures.preview(conn, add, remove), apply(conn, add, remove)
        after = conn.execute(text("select id, due_on, due_on(received_on, promised_days) as promised from cases")).all()
        savepoint.rollback()
    assert done == seen
    assert all(case.due_on == case.promised for case in after)
    assert {case.id: case.due_on for case in after if case.due_on != before[case.id]} == {
        move.id: move.due_after for move in done.moves
    }


def test_answered_cases_never_move(conn: Connection):
    on(conn, MON_5_JAN)
    case = responded(conn)
    on(conn, WED_7_JAN)
    apply(conn, [SNOW, Closure(date(2026, 1, 8), "Snow storm", "City notice")])
    assert see(conn, case.id) == case


def test_answered_cases_stay_late_and_the_count_that_changes_is_told(conn: Connection):
    """Due on Wednesday, answered on Thursday; that a day between was closed is entered on Friday."""
    case = answered_case(conn, WED_7_JAN, THU_22_JAN)
    assert (case.answered_late, case.days_taken) == (True, 11)
    on(conn, FRI_23_JAN)
    done = apply(conn, [SNOW])
    assert (done.moves, done.restated) == ([], 1)
    assert "Answered cases whose days taken read differently: 1; late or on time stays." in done.in_words
    assert closures.changes(conn)[0].restated == 1
    after = see(conn, case.id)
    assert (after.due_on, after.answered_late, after.version) == (WED_21_JAN, True, case.version)


def test_closures_to_come_leave_answered_cases_alone(conn: Connection):
    answered_case(conn, WED_7_JAN, date(2026, 1, 9))
    assert closures.preview(conn, [SNOW]).restated == 0


def test_a_reply_asked_for_later_moves_by_its_own_day(conn: Connection):
    """The comment came on the 7th, the wish for a reply on the 12th: its 10 days run from there."""
    on(conn, WED_7_JAN)
    case = received(conn)
    with as_owner(conn):
        conn.execute(
            text("update cases set due_on = '2026-01-26', first_due_on = '2026-01-26' where id = :id"), {"id": case.id}
        )
    apply(conn, [SNOW])
    assert see(conn, case.id).due_on == date(2026, 1, 27)
    apply(conn, [Closure(date(2026, 1, 9), "Snow storm", "City notice")])
    assert see(conn, case.id).due_on == date(2026, 1, 27)


def test_one_that_was_closed_meanwhile_and_is_reopened_is_due_when_the_calendar_says(conn: Connection):
    on(conn, WED_7_JAN)
    case = does(conn, received(conn), "withdraw", SAM, withdrawn_by="The customer", note="Solved.")
    apply(conn, [SNOW])
    case = does(conn, case, "reopen", SAM, note="It was not.")
    assert (case.due_on, case.first_due_on) == (THU_22_JAN, WED_21_JAN)
    assert last(conn, case).changes["due_on"] == ["2026-01-21", "2026-01-22"]


@pytest.mark.parametrize("end", ["withdraw", "close_without_letter"])
def test_an_escalation_that_was_closed_meanwhile_and_is_reopened_is_decided_by_when_the_calendar_says(conn, end):
    """What was never answered gets its promise from the calendar too; what was answered keeps it, late or not."""
    on(conn, WED_7_JAN)
    case = builders.in_review(conn) if end == "withdraw" else builders.told(conn)
    case = builders.does(conn, case, end, MINA, **builders.form(conn, end))
    before = case.decide_by
    apply(conn, [SNOW])
    assert builders.see(conn, case.id).decide_by == before, "closed, it does not move"
    by = MINA if end == "withdraw" else builders.DARA
    after = builders.does(conn, case, "reopen", by, note="New facts.")
    assert (after.decide_by, before) == (THU_22_JAN, WED_21_JAN)
    assert after.due_on == case.due_on
    assert builders.last(conn, case).changes["decide_by"] == ["2026-01-21", "2026-01-22"]
    apply(conn, remove=[SNOW.day])
    assert builders.see(conn, case.id).decide_by == before, "open, it follows the closures as the others do"


def test_a_change_is_kept_with_who_and_why(conn: Connection):
    on(conn, WED_7_JAN)
    apply(conn, [SNOW], [CHRISTMAS_2026], why="Council decided.")
    kept = closures.changes(conn)[0]
    assert (kept.by_name, kept.why, kept.moved) == (who(conn, ADA).name, "Council decided.", 0)
    assert kept.added == [{"day": "2026-01-14", "name": "Snow storm", "source": "City notice", "confirmed": True}]
    assert kept.removed == [{"day": "2026-12-25", "name": "Christmas Day"}]
    assert kept.loaded_to == date(2030, 12, 31)
    assert due_on(conn, date(2026, 12, 24), 1) == CHRISTMAS_2026


def test_a_closure_can_be_confirmed_and_moves_nothing(conn: Connection):
    boxing = next(row for row in closures.of_year(conn, 2026) if row.day == date(2026, 12, 28))
    assert not boxing.confirmed
    done = apply(conn, [Closure(boxing.day, boxing.name, boxing.source, True)], why="The City published 2026.")
    assert done == Preview([], 0)
    assert all(row.confirmed for row in closures.of_year(conn, 2026) if row.day == boxing.day)


def test_a_second_click_finds_nothing_to_change(conn: Connection):
    apply(conn, [SNOW])
    with pytest.raises(NothingToChange):
        apply(conn, [SNOW])


# Two at once


def receives() -> int:
    with db.begin() as conn:
        on(conn, WED_7_JAN)
        case_id = received(conn).id
        time.sleep(1)
        return case_id


def changes() -> None:
    with db.begin() as conn:
        on(conn, WED_7_JAN)
        apply(conn, [SNOW])
        time.sleep(1)


@pytest.mark.parametrize("first", ["the change", "the receipt"])
def test_what_is_received_during_a_change_gets_the_new_date(database: str, first):
    with ThreadPoolExecutor() as pool:
        one, other = (changes, receives) if first == "the change" else (receives, changes)
        before = pool.submit(one)
        time.sleep(0.5)  # the first has done its work and holds it
        after = pool.submit(other)
        done = before.result(60), after.result(60)
    with db.begin() as conn:
        case = see(conn, next(filter(None, done)))
    assert case.due_on == THU_22_JAN
    assert case.version == (1 if first == "the change" else 2)


# Refused


@pytest.mark.parametrize("name", [name for name in CAST if name != ADA])
def test_only_administrators_change_the_calendar(conn: Connection, name):
    by = who(conn, name)
    assert closures.why_not(by) == "Only an administrator can change the calendar."
    for change in (
        lambda: closures.apply(conn, [SNOW], by=by, why="Snow."),
        lambda: closures.extend(conn, 2031, by=by, why="More."),
        lambda: standards.set_standard(conn, "complaint", "answered", 8, date(2030, 1, 1), by=by, why="Faster."),
    ):
        with pytest.raises(OnlyAdministrators):
            change()


def test_the_button_of_an_administrator_works(conn: Connection):
    assert closures.why_not(who(conn, ADA)) is None


@pytest.mark.parametrize(
    ("add", "remove", "why", "said"),
    [
        ([SNOW], [], " ", "Say why"),
        ([], [], "Why not", "nothing to change"),
        (
            [Closure(date(2026, 1, 17), "Snow", "test")],
            [],
            "Snow",
            "Saturday 17 January 2026 is no working day in any case.",
        ),
        ([Closure(date(2031, 1, 15), "Snow", "test")], [], "Snow", "is outside the loaded years, 2010 to 2030."),
        ([Closure(SNOW.day, " ", "test")], [], "Snow", "needs a name"),
        ([], [date(2026, 1, 14)], "Snow", "Wednesday 14 January 2026 is not a closure, so it cannot be removed."),
        ([Closure(CHRISTMAS_2026, "Yule", "test")], [CHRISTMAS_2026], "Snow", "both added and removed"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_and_changes_nothing(conn: Connection, add, remove, why, said):
    before = calendar(conn)
    with pytest.raises(BadInput, match=said):
        apply(conn, add, remove, why)
    assert calendar(conn) == before
    assert closures.changes(conn) == []


def test_a_change_that_pushes_a_promise_past_the_calendar_is_refused(conn: Connection):
    on(conn, date(2030, 12, 13))
    case = received(conn)
    assert case.due_on == date(2030, 12, 31)
    with pytest.raises(PastTheCalendar), conn.begin_nested():
        apply(conn, [Closure(date(2030, 12, 20), "Snow", "test")])
    assert see(conn, case.id) == case
    closures.extend(conn, 2031, by=who(conn, ADA), why="The end is near.")
    apply(conn, [Closure(date(2030, 12, 20), "Snow", "test")])
    assert see(conn, case.id).due_on == date(2031, 1, 2)


# More years


def test_more_years_are_loaded_and_nothing_moves(conn: Connection):
    case = open_case(conn)
    apply(conn, [SNOW])
    moved = see(conn, case.id)
    added = closures.extend(conn, 2032, by=who(conn, ADA), why="The end is near.")
    assert {closure.day.year for closure in added} == {2031, 2032}
    assert business_days.runs_out(conn).last_day == date(2032, 12, 31)
    assert see(conn, case.id) == moved
    assert due_on(conn, date(2030, 12, 31), 1) == date(2031, 1, 2)
    assert closures.changes(conn)[0].loaded_to == date(2032, 12, 31)


@pytest.mark.parametrize("year", [1999, 2030, 2041, 20300])
def test_years_that_make_no_sense_are_refused(conn: Connection, year):
    with pytest.raises(WrongYears, match="loaded to 2030"):
        closures.extend(conn, year, by=who(conn, ADA), why="More.")


# Standards


def set_standard(conn: Connection, days: int, day: date, by: str = ADA, why: str = "The City's new standard.") -> None:
    standards.set_standard(conn, "complaint", "answered", days, day, by=who(conn, by), why=why)


def test_a_case_keeps_the_standard_it_was_received_under(conn: Connection):
    before = open_case(conn)
    set_standard(conn, 5, date(2026, 1, 8))
    on(conn, date(2026, 1, 8))
    after = received(conn)
    assert (before.promised_days, before.due_on) == (10, WED_21_JAN)
    assert (after.promised_days, after.due_on) == (5, date(2026, 1, 15))
    apply(conn, [SNOW])
    assert (see(conn, before.id).due_on, see(conn, after.id).due_on) == (THU_22_JAN, date(2026, 1, 16))


def test_a_standard_to_come_can_be_set_again_and_one_in_force_cannot(conn: Connection):
    on(conn, WED_7_JAN)
    for days in (5, 6):
        set_standard(conn, days, date(2026, 1, 8))
    on(conn, date(2026, 1, 8))
    with pytest.raises(standards.BeganToday):
        set_standard(conn, 7, date(2026, 1, 8))
    known = [row for row in standards.everything(conn) if (row.kind, row.step) == ("complaint", "answered")]
    assert [(row.business_days, row.in_force, row.set_by) for row in known] == [
        (6, True, who(conn, ADA).name),
        (10, False, ""),
    ]
    assert known[0].sentence == known[1].sentence


@pytest.mark.parametrize(
    ("days", "day", "why", "refusal"),
    [
        (5, WED_7_JAN - timedelta(days=1), "Why", standards.InThePast),
        (0, WED_21_JAN, "Why", standards.WrongNumber),
        (9999, WED_21_JAN, "Why", standards.WrongNumber),
        (5, WED_21_JAN, "", closures.NeedsReason),
    ],
)
def test_a_standard_that_makes_no_sense_is_refused(conn: Connection, days, day, why, refusal):
    on(conn, WED_7_JAN)
    with pytest.raises(refusal):
        set_standard(conn, days, day, why=why)


def test_a_standard_for_nothing_we_promise_is_refused(conn: Connection):
    with pytest.raises(Refused, match="no standard for compliment decided"):
        standards.set_standard(conn, "compliment", "decided", 5, date(2099, 1, 1), by=who(conn, ADA), why="Why")


def test_a_stale_page_is_told_that_the_due_date_moved(conn: Connection):
    """The version moved with the due date, so whoever had the case open looks at it again."""
    case = open_case(conn)
    apply(conn, [SNOW])
    with pytest.raises(Refused, match="moved the due date"):
        cases.act(conn, case.id, "declare_conflict", by=who(conn, SAM), seen=case.version, note="I know them.")
