"""What holds with core bypassed, by SQL with the application's own connection, and on a page that has aged: each was an attack that worked."""

from datetime import date
from threading import Thread

import pytest
from sqlalchemy import text

from core import board, cases, closures, db, retention, standards
from core.business_days import today
from core.errors import Refused
from core.people import NoLongerHere
from dashboard import session
from tests import builders
from tests.builders import ADA, DARA, OMAR, SAM, TARIQ, VIC, as_owner, id_of, ids_of, on, received, responded, who
from tests.test_feed import gate, sends
from tests.test_letter_freeze import attack
from tests.test_retention import later

DAY = date(2026, 1, 7)


# A case changes together with its history


@pytest.mark.parametrize("change", [
    "responded_at = received_at + interval '1 hour'", "finding = 'not substantiated'", "due_on = due_on + 30", "subject_ids = '{}'",
    "owner_id = null", "phone = '+14165550199'", "response = 'Other.'", "held_at = now(), held_by = 1, held_because = 'x'",
    "closed_at = null, state = 'investigating', responded_at = null",
])  # fmt: skip
def test_no_promise_and_no_answer_changes_without_an_event(database, change):
    with db.begin() as conn:
        case = responded(conn, subject_ids=ids_of(conn, TARIQ))
    with pytest.raises(Refused, match="only together with its history"), db.begin() as conn:
        conn.execute(text(f"update cases set {change} where id = :id"), {"id": case.id})
    with db.begin() as conn:
        assert builders.see(conn, case.id) == case


def test_the_list_of_what_is_kept_so_holds_every_column_that_the_dashboard_may_write(conn):
    may = set(conn.scalars(text("""
        select attname from pg_attribute where attrelid = 'cases'::regclass and attnum > 0 and not attisdropped
          and has_column_privilege('dashboard_system', 'cases', attname, 'update')""")))  # fmt: skip
    trigger = conn.scalar(
        text("select pg_get_triggerdef(oid) from pg_trigger where tgname = 'cases_change_with_their_history'")
    )
    # the internal target of an escalation follows the calendar, and was promised to nobody
    assert {column for column in may if f"new.{column}" not in trigger} == {"decide_by"}


# Tables of one's own


def test_no_guard_looks_into_tables_of_ones_own(conn):
    unsafe = conn.scalars(text("""
        select proname from pg_proc
        where pronamespace = 'public'::regnamespace and prorettype = 'trigger'::regtype and proname not like 'procrastinate%'
          and not coalesce(proconfig, '{}') @> array['search_path=pg_catalog, public, pg_temp']"""))  # fmt: skip
    assert unsafe.all() == []


def test_a_staff_table_of_ones_own_makes_nobody_a_manager(conn):
    case = received(conn)
    conn.execute(
        text("create temp table staff as select id, name, 'manager'::text as role, true as active from public.staff")
    )
    take = "update cases set owner_id = :vic, state = 'under_review' where id = :id"
    assert attack(conn, take, vic=id_of_public(conn, VIC), id=case.id) is not None


def id_of_public(conn, name):
    return conn.scalar(text("select id from public.staff where name ilike :name || '%'"), {"name": name})


# What only the program does


@pytest.mark.parametrize("statement", [
    "select load_calendar('2026-01-01', '2026-01-31')", "select hold_cases()", "select fold_figures()", "select take_empty_cases()",
    "select was_related(cases, '{}', 1, 'owner') from cases", "select sort_in_new_words()", "select sweep_sign_ins()",
])  # fmt: skip
def test_who_only_reads_works_as_the_owner_nowhere(database, statement):
    with db.begin() as conn:
        sam = id_of(conn, SAM)
    with db.reading_as(sam) as conn:
        assert attack(conn, statement) == "denied"


@pytest.mark.parametrize("viewer", ["", None])
def test_a_page_without_a_person_finds_no_words(database, viewer):
    with db.begin() as conn:
        received(conn, description="The quokka was rude.", subject_ids=ids_of(conn, SAM))
        sam = id_of(conn, SAM)
        assert conn.scalars(text("select cases_with_words('quokka', null, 10)")).all()
    with db.reading_as(sam) as conn:
        conn.execute(text("select set_config('app.viewer', :viewer, true)"), {"viewer": viewer})
        assert conn.scalars(text("select cases_with_words('quokka', null, 10)")).all() == []
        assert conn.scalars(text("select cases_of_customer('+14165550123', null)")).all() == []


# Erasure


def about(conn, name):
    case = responded(conn, subject_ids=ids_of(conn, name))
    other = responded(conn)
    later(conn)
    return case, other


def test_nobody_lists_a_complaint_about_themselves(conn):
    case, other = about(conn, ADA)
    assert retention.preview(conn, who(conn, ADA)).cases == [other.id]
    number = retention.ask(conn, by=who(conn, ADA), why="The year is over.")
    listed = "insert into erasure_cases (erasure_id, case_id) values (:number, :id)"
    assert attack(conn, listed, number=number, id=case.id) == "Nobody decides about a complaint about themselves."


def test_whoever_approved_does_not_erase_a_complaint_about_themselves(conn):
    case, other = about(conn, OMAR)
    number = retention.ask(conn, by=who(conn, ADA), why="The year is over.")
    retention.approve(conn, number, by=who(conn, OMAR))
    while (came := retention.carry_out(conn)) and came.to_do:
        pass
    assert retention.kept(conn, number, None) == {"others have to decide about it": 1}
    erased = conn.scalars(text("select id from cases where erased_at is not null")).all()
    assert other.id in erased and case.id not in erased


def test_what_was_withdrawn_stays_withdrawn(conn):
    about(conn, TARIQ)
    number = retention.ask(conn, by=who(conn, ADA), why="The year is over.")
    retention.withdraw(conn, number, by=who(conn, ADA))
    revive = "update erasures set withdrawn_at = null, withdrawn_by = null where id = :number"
    assert attack(conn, revive, number=number) == "What was withdrawn stays withdrawn."


def test_only_those_who_may_withdraw_it(conn):
    about(conn, TARIQ)
    number = retention.ask(conn, by=who(conn, ADA), why="The year is over.")
    by = "update erasures set withdrawn_at = now(), withdrawn_by = :vic where id = :number"
    assert "administrators and senior management" in attack(conn, by, number=number, vic=id_of(conn, VIC))


def test_a_list_that_is_still_written_is_not_approved_yet(database):
    with db.begin() as conn:
        about(conn, TARIQ)
    with db.begin() as conn:
        later(conn)
        number = retention.ask(conn, by=who(conn, ADA), why="The year is over.")
        further = responded(conn)
    came = []

    def approves():
        with db.begin() as conn:
            retention.approve(conn, number, by=who(conn, DARA))
            came.append("approved")

    with db.begin() as writing:
        writing.execute(
            text("insert into erasure_cases (erasure_id, case_id) values (:number, :id)"),
            {"number": number, "id": further.id},
        )
        other = Thread(target=approves)
        other.start()
        other.join(0.5)
        assert came == [], "it waits for the list"
    other.join(10)
    assert came == ["approved"]


def test_nothing_is_typed_into_a_case_that_is_erased_or_not_for_them(conn):
    case, other = about(conn, TARIQ)
    for name in (TARIQ, VIC):
        cases.save_draft(conn, case.id, "add_note", by=who(conn, name), said={"note": "x"})
        assert cases.drafts(conn, case.id, who(conn, name)) == {}
    with as_owner(conn):
        conn.execute(text("alter table cases disable trigger user"))
        conn.execute(text("update cases set erased_at = now() where id = :id"), {"id": other.id})
        conn.execute(text("alter table cases enable trigger user"))
    cases.save_draft(conn, other.id, "add_note", by=who(conn, SAM), said={"note": "x"})
    assert cases.drafts(conn, other.id, who(conn, SAM)) == {}


def test_a_saved_view_keeps_no_words_that_were_searched_for(conn):
    sam = who(conn, SAM)
    board.save_view(conn, "Mine", "show=all&words=Ruth+416-555-0123&kind=complaint", shared=True, by=sam)
    assert [view.query for view in board.views(conn, sam)] == ["show=all&kind=complaint"]


# Pages that have aged


def aged(conn, change):
    """The administrator as a page still holds her, after this happened to her."""
    ada = who(conn, ADA)
    with as_owner(conn):
        conn.execute(text(f"update staff set {change} where id = :id"), {"id": ada.id})
    return ada


@pytest.mark.parametrize("change", ["role = 'viewer'", "active = false"])
def test_who_is_no_administrator_any_more_changes_no_promise(conn, change):
    on(conn, DAY)
    ada = aged(conn, change)
    for do in (
        lambda: closures.apply(conn, remove=[date(2026, 2, 16)], by=ada, why="x"),
        lambda: closures.extend(conn, 2033, by=ada, why="x"),
        lambda: standards.set_standard(conn, "complaint", "answered", 99, today(conn), by=ada, why="x"),
    ):
        with pytest.raises(Refused):
            do()


def test_who_left_saves_no_view_for_others(conn):
    with pytest.raises(NoLongerHere):
        board.save_view(conn, "Mine", "show=all", shared=True, by=aged(conn, "active = false"))


def test_the_preview_of_a_closure_marks_what_is_not_for_its_reader(conn):
    on(conn, DAY)
    about_her, other = received(conn, subject_ids=ids_of(conn, ADA)), received(conn)
    storm = [closures.Closure(date(2026, 1, 12), "Storm", "x", True)]
    seen = {move.id: move.may_see for move in closures.preview(conn, storm, (), who(conn, ADA)).moves}
    assert seen == {about_her.id: False, other.id: True}


# How many more


@pytest.mark.parametrize(("filters", "tells"), [
    ({"show": "all", "promise": "ten", "due_from": "2026-01-01", "due_to": "2026-01-31"}, True),
    ({"show": "all", "promise": "ten", "due_from": "2026-01-01", "due_to": "2026-01-31", "finding": "substantiated"}, False),
    ({"show": "all", "promise": "ten", "due_from": "2026-01-01", "due_to": "2026-01-31", "cause": "training"}, False),
    ({"show": "all", "promise": "ten", "due_from": "2026-01-05", "due_to": "2026-01-31"}, False),
    ({"show": "all", "promise": "ten", "due_from": "2026-01-01", "due_to": "2026-01-21"}, False),
    ({"show": "all", "promise": "ten", "due_from": "2026-01-01"}, False),
    ({"show": "all", "promise": "ten"}, False),
])  # fmt: skip
def test_how_many_more_is_told_for_whole_months_only(conn, filters, tells):
    on(conn, DAY)
    received(conn, subject_ids=ids_of(conn, ADA))
    assert bool(board.kept_from(conn, filters, who(conn, ADA))) is tells


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_date_at_the_end_of_time_is_a_date(conn, day):
    assert board.kept_from(conn, {"promise": "ten", "due_from": "2026-01-01", "due_to": day}, who(conn, ADA)) in (0, 1)


def test_what_is_no_date_is_refused(conn):
    with pytest.raises(Refused):
        board.kept_from(conn, {"promise": "ten", "due_from": "2026-01-01", "due_to": "rubbish"}, who(conn, ADA))


# The gate


def test_the_gate_is_not_asked_where_nothing_is_said(conn):
    complaint = responded(conn)
    with pytest.raises(Refused):
        sends(conn, gate(complaint, description="\x00 \x00"))
    assert conn.scalar(text("select count(*) from escalation_attempts")) == 0


# Files


def test_a_file_is_made_for_nobody_whose_session_is_over(database, monkeypatch):
    said = {"iss": "x", "sub": "y", "iat": 0}
    monkeypatch.setattr(session.door, "is_guarded", lambda: True)
    monkeypatch.setattr(session.door, "claims", lambda: said)
    made = session.to_take(lambda: b"everything")
    with pytest.raises(Refused, match="Your session has ended"):
        made()
