"""What the database refuses by itself: to whoever gets hold of the dashboard's connection, or changes what was received."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core import db
from core.db import MayNotWorkAs
from core.errors import NeedsAContact, PastTheCalendar, Refused
from core.health import problems
from tests import builders
from tests.builders import CLEO, MINA, PRIYA, SAM, TORONTO, as_owner, id_of, ids_of, received, refused, taken
from tests.serving import in_use


def denied(conn, statement, **values):
    """Whether the database denies this to the dashboard."""
    with pytest.raises(DBAPIError) as caught, conn.begin_nested():
        conn.execute(text(statement), values)
    return getattr(caught.value.orig, "sqlstate", None) == "42501"


def test_a_function_that_works_as_its_owner_finds_no_table_of_the_callers_making(conn):
    paths = conn.execute(
        text("""
        select proname::text, array_to_string(proconfig, ' ') from pg_proc
        where prosecdef and pronamespace = 'public'::regnamespace""")
    ).all()
    assert {name for name, _ in paths} == {
        "write_staff_above", "sort_in_new_words", "hold_cases", "write_praised_ids",
        "chain_event", "broken_history", "history_range", "last_case", "erase_case", "erase_next", "finish_erasure", "leave_case_of_erasure",
        "may_see_case_about_a_person", "may_see_compliment", "cases_with_words", "cases_of_customer", "note_link", "sweep_sign_ins", "was_related", "refuse_what_is_not_theirs", "log_new_figures", "log_changed_figures", "note_informed", "fold_figures", "rebuild_figures", "load_calendar",
    }  # fmt: skip
    assert all("search_path=pg_catalog, public, pg_temp" in path for _, path in paths)


@pytest.mark.parametrize("column", ["request_no = 'A1'", "received_at = now()", "first_due_on = due_on", "promised_days = 2",
                                    "description = ''", "entered_at = now()", "source = 'own'", "kind = 'comment'"])  # fmt: skip
def test_what_was_received_stays_as_it_was_received(conn, column):
    case = received(conn)
    assert denied(conn, f"update cases set {column} where id = :id", id=case.id)


@pytest.mark.parametrize("statement", [
    "update staff set role = 'administrator'", "insert into staff (name, email, role) values ('A', 'a@example.org', 'director')",
    "update teams set name = 'Other'", "delete from cases", "truncate cases cascade", "update case_events set note = ''",
    "delete from access_log", "update calendar_changes set why = ''", "delete from import_refusals", "create table mine (it int)",
])  # fmt: skip
def test_the_dashboards_role_may_not_do_this(conn, statement):
    assert denied(conn, statement)


def test_without_its_role_the_dashboard_does_not_work_at_all(shared_database, monkeypatch):
    """As the owner of the tables it could change the history, and nobody would notice."""
    monkeypatch.setattr(db, "ROLE", "dashboard_app_of_elsewhere")
    with in_use(shared_database, monkeypatch):
        engine = db.engine_to(db.url(), role=db.ROLE)
        monkeypatch.setattr(db, "engine", lambda: engine)
        with pytest.raises(MayNotWorkAs, match="create role dashboard_app_of_elsewhere"), db.begin():
            pass
        assert "may not work as dashboard_app_of_elsewhere" in problems()[0]


@pytest.mark.parametrize("blank", ["", " ", "\t"])
def test_a_blank_contact_is_none(conn, blank):
    case = received(conn)
    with pytest.raises(Refused) as caught, conn.begin_nested(), db.refusing():
        conn.execute(
            text("update cases set phone = :blank, email = :blank where id = :id"), {"blank": blank, "id": case.id}
        )
    assert isinstance(caught.value, NeedsAContact)


def test_nobody_comes_to_report_to_a_person_named_in_a_complaint_they_have(conn):
    taken(conn, PRIYA, subject_ids=ids_of(conn, SAM))
    with as_owner(conn), pytest.raises(Refused, match="reassign it first"), db.refusing(), conn.begin_nested():
        conn.execute(text("update staff set reports_to = :sam where id = :priya"),
                     {"sam": id_of(conn, SAM), "priya": id_of(conn, PRIYA)})  # fmt: skip


def test_what_came_before_the_first_standard_is_refused_with_a_sentence(conn):
    before = builders.now(conn).astimezone(TORONTO).replace(year=1999)
    with pytest.raises(PastTheCalendar):
        received(conn, received_at=before, backdated_because="An old letter.")


@pytest.mark.parametrize("action", ["assign", "correct_details", "change_division", "withdraw", "redirect"])
def test_a_delegate_too_can_declare_a_conflict_and_then_decides_nothing(conn, action):
    case = builders.does(conn, received(conn), "declare_conflict", CLEO)
    assert refused(conn, case, action, CLEO, **builders.form(conn, action)) in (
        "You declared a conflict of interest in this case, so somebody else must handle it.", "This step is for directors, managers and supervisors.",
    )  # fmt: skip
    assert refused(conn, case, "assign", MINA, owner_id=id_of(conn, PRIYA), note="Yours.") is None
