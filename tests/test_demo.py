"""The demo: around today whatever the day is, and true in every row of its history."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Connection, create_engine, text

from core import db, demo, people
from core.__main__ import main
from core.kinds import CATEGORIES, Role, State
from core.migrate import migrate
from tests import databases, serving
from tests.builders import as_owner, on

#: A Saturday, the Saturday of Boxing Day, and Easter Monday.
DAYS_OFF = (date(2026, 11, 21), date(2026, 12, 26), date(2026, 4, 6))
CASES = 118


@pytest.fixture(scope="module")
def filled(addresses: databases.Addresses, template: str) -> Iterator[Connection]:
    """A connection to a database of its own that sees the demo."""
    with databases.made(addresses, template) as name:
        engine = create_engine(db.as_url(addresses(name)))
        with engine.connect() as conn:
            assert demo.fill(conn) == CASES
            yield conn
        engine.dispose()


def rows(conn: Connection, sql: str) -> list[tuple]:
    return [tuple(row) for row in conn.execute(text(sql))]


def test_there_are_complaints_in_every_state(filled):
    states = {state for (state,) in rows(filled, "select distinct state from cases where kind = 'complaint'")}
    assert states == {State.RECEIVED, State.REVIEWING, State.INVESTIGATING, State.RESPONDED, State.REDIRECTED,
                      State.WITHDRAWN, State.DUPLICATE, State.NOT_A_COMPLAINT}  # fmt: skip


def test_there_are_some_of_each_kind(filled):
    assert dict(rows(filled, "select kind, count(*) from cases group by 1")) == {
        "complaint": 71,
        "comment": 20,
        "compliment": 28,
        "escalation": 10,
    }


def test_comments_and_compliments_are_there_in_every_state_and_in_the_citys_proportions(filled):
    states = {
        (kind, state)
        for kind, state in rows(filled, "select distinct kind, state from cases where kind like 'com%ment'")
    }
    assert states == {("comment", state) for state in ("received", "under_review", "forwarded", "closed", "redirected", "no_action")} | {
        ("compliment", state) for state in ("received", "forwarded", "closed", "redirected")}  # fmt: skip
    topics = Counter(
        topic
        for (topic,) in rows(
            filled, "select topic from cases where kind in ('comment', 'compliment') and topic is not null"
        )
    )
    assert set(topics) == {
        "Comment / Suggestion",
        "Comment - 311 Toronto",
        "Staff Service Compliment",
        "Staff Service - Compliment - 311 Toronto",
    }
    assert topics["Comment / Suggestion"] > topics["Comment - 311 Toronto"]


def test_somebody_read_what_was_said_about_them_and_the_panel_decided(filled):
    assert rows(filled, "select count(*) from praise_seen")[0][0] >= 15
    assert {state for (state,) in rows(filled, "select state from recognitions")} == {"celebrated", "not this time"}
    assert rows(filled, "select count(*) from cases where naming_consent is not null")[0][0] == 2
    assert rows(
        filled, "select count(*) from cases where reply_asked_on is not null and due_on = due_on(reply_asked_on, 10)"
    ) == [(1,)]


def test_there_is_something_at_every_stage_of_the_clock(filled):
    left = Counter(
        "overdue" if days < 0 else "today" if days == 0 else "soon" if days <= 2 else "later" if days < 9 else "fresh"
        for (days,) in rows(filled, "select days_left from case_board where is_open and kind = 'complaint'")
    )
    assert left["overdue"] >= 5 and left["soon"] >= 3 and left["later"] >= 5 and left["fresh"] >= 3
    is_business_day = rows(filled, "select is_business_day from calendar where day = today()")[0][0]
    assert (left["today"] >= 2) is is_business_day or left["today"] >= 2
    assert dict(rows(filled, "select answered_late, count(*) from case_board where state = 'responded' group by 1")) == {
        False: 17, True: 6}  # fmt: skip


def test_every_category_is_there(filled):
    assert {row[0] for row in rows(filled, "select distinct category from cases where category is not null")} == set(
        CATEGORIES
    )


def test_the_difficult_ones_are_there(filled):
    for wanted in (
        "phone is null and email is null and postal_address is not null and kind = 'complaint'",
        "interpreter",
        "accessible_format is not null",
        "tags <> '{}'",
        "backdated_because is not null",
        "description like '%<script>%'",
        "description ~ '[\\u0600-\\u06ff]'",  # right to left
        "cardinality(subject_ids) > 1",
        "recused_ids <> '{}'",
        "reply_requested",
        "phone like '+44%'",
    ):
        assert rows(filled, f"select count(*) from cases where {wanted}")[0][0] > 0, wanted


def test_history_is_in_order_and_never_in_the_future(filled):
    assert not rows(filled, """
        select case_id from (
            select case_id, at, lag(at) over (partition by case_id order by version) as before from case_events) as event
        where at < before or at > now()""")  # fmt: skip
    assert not rows(
        filled, "select id from cases where received_at > now() or responded_at > now() or entered_at > now()"
    )
    assert not rows(filled, "select id from cases where responded_at < received_at")


def test_each_case_is_where_its_history_ends(filled):
    assert not rows(filled, """
        select id from cases
        join lateral (select to_state, version from case_events where case_id = id order by version desc limit 1) as last on true
        where last.to_state <> state or last.version <> cases.version""")  # fmt: skip


def test_request_numbers_follow_the_days_of_entry(filled):
    assert not rows(filled, """
        select id from (select id, entered_at, lag(entered_at) over (order by request_no) as before from cases) as entered
        where entered_at < before""")  # fmt: skip


def test_nobody_can_be_reached_by_the_demo(filled):
    assert not rows(filled, "select email from cases where email !~ '@example[.](org|com)$'")
    assert not rows(filled, "select phone from cases where phone !~ '^([+]141655501|[+]4420794600)'")
    assert not rows(filled, "select status from notices where status not in ('kept', 'cancelled')")


def test_the_day_is_the_real_one_again(filled):
    assert rows(filled, "select today() = local_date(now())") == [(True,)]


def test_a_second_demo_is_refused(filled):
    with pytest.raises(demo.NotEmpty, match="already holds people or cases"):
        demo.fill(filled)


@pytest.mark.parametrize("day", DAYS_OFF, ids=str)
def test_it_can_be_made_on_a_day_off(conn, day):
    on(conn, day)
    with as_owner(conn):
        assert demo.fill(conn) == CASES
    assert rows(conn, "select today()") == [(day,)]
    assert rows(conn, "select max(received_on) from cases") == [(day,)]
    assert rows(conn, "select count(*) from cases where received_on = today()")[0][0] >= 3


# The people


def test_the_cast_has_every_role_and_a_way_to_the_director(conn):
    with as_owner(conn):
        cast = demo.cast(conn)
    assert {person.role for person in cast.values()} == set(Role) - {Role.SYSTEM}
    assert all(cast["dara"].id in person.above for name, person in cast.items() if name != "dara")
    assert cast["sam"].id in cast["nadia"].above and cast["mina"].id not in cast["jonas"].above


def test_a_second_cast_adds_nobody(conn):
    with as_owner(conn):
        before = demo.cast(conn), people.divisions(conn), people.teams(conn)
        assert (demo.cast(conn), people.divisions(conn), people.teams(conn)) == before


# The command


def test_the_command_fills_an_empty_database_and_only_that(addresses, monkeypatch, capsys):
    with databases.made(addresses) as name:
        migrate(addresses(name))
        with serving.in_use(addresses(name), monkeypatch):
            assert main(["demo", "--if-empty"]) == 0
            assert capsys.readouterr().out == f"{CASES} invented cases are ready.\n"
            assert main(["demo", "--if-empty"]) == 0
            assert "nothing was done" in capsys.readouterr().out
            assert main(["demo"]) == 2
            assert capsys.readouterr().err == f"{demo.NotEmpty()}\n"


def test_real_people_are_never_mixed_with_invented_ones(database, capsys):
    assert main(["demo"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
