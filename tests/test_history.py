"""The history is append-only (R63), and who may see a complaint about a person (R64)."""

from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from core import board, cases, db
from core.cases import NoSuchCase
from core.kinds import Kind
from core.people import SYSTEM, FiguresOnly
from tests import builders
from tests.builders import (
    ADA,
    CAST,
    CLEO,
    DARA,
    JONAS,
    MINA,
    NADIA,
    OMAR,
    PRIYA,
    SAM,
    TARIQ,
    VIC,
    does,
    history,
    id_of,
    ids_of,
    last,
    received,
    responded,
    taken,
    who,
)

CHANGES = {
    "update": "update {} set at = at",
    "delete": "delete from {}",
    "truncate": "truncate {}",
}


@pytest.mark.parametrize("table", ["case_events", "access_log"])
@pytest.mark.parametrize("change", CHANGES)
def test_the_application_cannot_change_what_happened(conn, table, change):
    with pytest.raises(ProgrammingError, match="permission denied"):
        conn.execute(text(CHANGES[change].format(table)))


@pytest.mark.parametrize("table", ["case_events", "access_log"])
@pytest.mark.parametrize("change", CHANGES)
def test_not_even_the_owner_of_the_tables_can(conn, table, change):
    cases.log_view(conn, received(conn, subject_ids=ids_of(conn, NADIA)), who(conn, ADA))
    conn.execute(text("reset role"))
    with pytest.raises(DBAPIError, match="The history can only be added to."):
        conn.execute(text(CHANGES[change].format(table)))


def test_the_application_works_as_a_role_that_owns_nothing(conn):
    assert conn.execute(text("select current_user")).scalar() == "dashboard_system"
    assert (
        conn.execute(text("select count(*) from pg_class where relowner = 'dashboard_system'::regrole")).scalar() == 0
    )


@pytest.mark.parametrize("table", ["cases", "attachments", "case_links", "notices"])
def test_nothing_of_a_case_is_deleted(conn, table):
    with pytest.raises(ProgrammingError, match="permission denied"):
        conn.execute(text(f"delete from {table}"))


def test_every_move_is_one_event_and_the_versions_have_no_gap(conn):
    case = responded(conn)
    events = history(conn, case)
    assert [(event.version, event.action) for event in events] == [
        (1, "receive"), (2, "take"), (3, "investigate"), (4, "record_finding"), (5, "record_steps"), (6, "record_response")
    ]  # fmt: skip
    assert case.version == 6


def test_each_event_begins_where_the_last_one_ended(conn):
    events = history(conn, does(conn, responded(conn), "reopen", SAM, note="New facts."))
    assert [event.from_state for event in events] == [None, *(event.to_state for event in events[:-1])]


def test_each_change_is_kept_with_its_old_and_its_new_value(conn):
    case = does(conn, taken(conn), "change_division", division_id=1, note="?")
    assert last(conn, case).changes == {"division_id": [None, 1]}


def test_what_stayed_the_same_is_no_change(conn):
    case = does(conn, taken(conn), "correct_contact", CLEO, phone="416-555-0123", email="ruth@example.org",
                customer_name="Ruth Example", note="Checked.")  # fmt: skip
    assert last(conn, case).changes == {}


@pytest.mark.parametrize(
    "moment", ["2026-01-06 10:00:00.120000-05", "2026-01-06 10:00:00-05", "2026-01-06 15:00:00.1+00"]
)
def test_a_moment_that_stayed_the_same_is_no_change_however_it_is_written(conn, moment):
    case = taken(conn)
    conn.execute(text("update cases set assigned_at = :moment where id = :id"), {"moment": moment, "id": case.id})
    case = does(conn, case, "reassign", SAM, owner_id=id_of(conn, PRIYA), note="Holiday.")
    assert set(last(conn, case).changes) == {"owner_id", "team_id"}


def test_the_history_says_who_and_why_and_system_where_nobody_clicked(conn):
    case = does(conn, builders.queued(conn), "response_failed", SYSTEM, note="The mail server could not be reached.")
    assert (last(conn, case).by_name, last(conn, case).note) == ("System", "The mail server could not be reached.")


def test_what_is_refused_leaves_no_trace(conn):
    case = received(conn)
    builders.refused(conn, case, "investigate", SAM)
    builders.refused(conn, case, "assign", CLEO, owner_id=id_of(conn, TARIQ), note="?")
    assert len(history(conn, case)) == 1 and builders.see(conn, case.id) == case


def test_a_backdated_letter_keeps_its_date_and_its_reason(conn):
    at = builders.now(conn).replace(year=2025, month=6, day=2)
    case = received(conn, channel="mail", received_at=at, backdated_because="It lay in another office.")
    assert (case.received_at, case.backdated_because) == (at, "It lay in another office.")
    told = last(conn, case).details
    assert (datetime.fromisoformat(told["received_at"]), told["backdated_because"]) == (at, "It lay in another office.")
    assert case.entered_at > at and last(conn, case).at == case.entered_at


# Need to know

WORKING = (*(name for name in CAST if name != VIC), JONAS, NADIA)


def seen_by(conn, case):
    """Who opens the case, and finds it in every list and by its number."""
    found = set()
    for name in WORKING:
        person = who(conn, name)
        try:
            assert cases.get(conn, case.id, person) == cases.find(conn, case.request_no, person)
            found.add(name)
        except NoSuchCase:
            pass
        listed = case.id in board.ids(conn, {"show": "all"}, person, 50)
        assert listed == (board.count(conn, {"show": "all"}, person) == 1) == (name in found), name
    return found


@pytest.mark.parametrize(
    ("subjects", "owner", "seen"),
    [
        # nobody has it: those who could take it, and the administrator
        ([NADIA], None, {SAM, PRIYA, JONAS, MINA, OMAR, DARA, ADA}),
        ([SAM], None, {PRIYA, JONAS, MINA, OMAR, DARA, ADA}),
        ([MINA], None, {JONAS, OMAR, DARA, ADA}),
        ([SAM, OMAR], None, {PRIYA, MINA, DARA, ADA}),
        ([DARA], None, {ADA}),
        ([ADA], None, {SAM, PRIYA, JONAS, MINA, OMAR, DARA}),
        # its supervisor, their chain of management and the administrator; never its subject
        ([NADIA], SAM, {SAM, MINA, DARA, ADA}),
        ([NADIA], JONAS, {JONAS, OMAR, DARA, ADA}),
        ([TARIQ], PRIYA, {PRIYA, MINA, DARA, ADA}),
        ([SAM], MINA, {MINA, DARA, ADA}),
        ([SAM], PRIYA, {PRIYA, MINA, DARA, ADA}),
        ([MINA], DARA, {DARA, ADA}),
        ([ADA], OMAR, {OMAR, DARA}),
    ],
)
def test_a_complaint_about_a_person_is_seen_by_those_who_need_to_know(conn, subjects, owner, seen):
    case = received(conn, subject_ids=ids_of(conn, *subjects))
    if owner:
        case = does(conn, case, "take", owner)
    assert seen_by(conn, case) == seen


def test_who_declared_a_conflict_does_not_see_it_while_nobody_has_it(conn):
    case = received(conn, subject_ids=ids_of(conn, NADIA))
    case = does(conn, case, "declare_conflict", SAM, note="My sister.")
    assert seen_by(conn, case) == {PRIYA, JONAS, MINA, OMAR, DARA, ADA}


def test_a_complaint_about_nobody_is_seen_by_all_who_work_on_cases(conn):
    assert seen_by(conn, received(conn)) == set(WORKING)


@pytest.mark.parametrize("look", [
    lambda conn, case, vic: cases.get(conn, case.id, vic),
    lambda conn, case, vic: cases.find(conn, case.request_no, vic),
    lambda conn, case, vic: cases.act(conn, case.id, "add_note", by=vic, note="?"),
    lambda conn, case, vic: board.page(conn, {}, vic),
    lambda conn, case, vic: board.count(conn, {}, vic),
    lambda conn, case, vic: board.neighbours(conn, {}, vic, case.id),
])  # fmt: skip
def test_a_viewer_sees_figures_only(conn, look):
    case, vic = received(conn), who(conn, VIC)
    with pytest.raises(FiguresOnly, match="You see figures only"):
        look(conn, case, vic)
    assert board.counts(conn, vic).unassigned >= 1


@pytest.mark.parametrize("stage", ["received", "taken", "responded", "redirected"])
def test_its_subject_never_sees_it_at_any_stage(conn, stage):
    case = getattr(builders, stage)(conn)
    conn.execute(
        text("update cases set subject_ids = :tariq where id = :id"), {"tariq": ids_of(conn, TARIQ), "id": case.id}
    )
    assert TARIQ not in seen_by(conn, case)


def test_links_and_prior_contact_hide_what_is_not_theirs_to_see(conn):
    hidden, seen = received(conn, subject_ids=ids_of(conn, SAM)), received(conn)
    db.run(conn, "cases.link", case_id=seen.id, other_id=hidden.id, relation="opened from")
    assert cases.links(conn, seen.id, who(conn, SAM)) == []
    assert [link.id for link in cases.links(conn, seen.id, who(conn, PRIYA))] == [hidden.id]


def test_a_view_of_a_complaint_about_a_person_is_logged_once_in_ten_minutes(conn):
    case, mina = received(conn, subject_ids=ids_of(conn, NADIA)), who(conn, MINA)
    for _ in range(3):
        cases.log_view(conn, case, mina)
    log = conn.execute(text("select by_id, case_id, what from access_log where case_id = :id"), {"id": case.id})
    assert log.all() == [(mina.id, case.id, "view")]


def test_a_view_of_a_complaint_about_nobody_is_not_logged(conn):
    case = received(conn)
    cases.log_view(conn, case, who(conn, SAM))
    assert conn.execute(text("select count(*) from access_log where case_id = :id"), {"id": case.id}).scalar() == 0


@pytest.mark.parametrize("kind", [Kind.COMPLAINT, Kind.COMMENT, Kind.COMPLIMENT])
def test_need_to_know_is_asked_for_every_kind(conn, kind):
    case = received(
        conn, kind=kind, category="staff" if kind == Kind.COMPLAINT else None, subject_ids=ids_of(conn, SAM)
    )
    with pytest.raises(NoSuchCase):
        cases.get(conn, case.id, who(conn, SAM))
