""" "Complaint is received and reviewed by a supervisor." (L17): R10, R11."""

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core import board, cases
from core.cases import NothingToTake
from core.errors import NotAllowed
from tests.builders import (
    ADA,
    CLEO,
    DARA,
    FRI_19_DEC,
    JONAS,
    MINA,
    PRIYA,
    SAM,
    TARIQ,
    WED_7_JAN,
    does,
    id_of,
    ids_of,
    last,
    leaves,
    on,
    received,
    refused,
    see,
    taken,
    who,
)
from tests.test_import import bring


def test_it_leaves_received_when_a_supervisor_has_it(conn):
    case = taken(conn)
    assert (case.state, case.owner, case.team) == ("under_review", "Sam Whitfield", "Daytime Calls")
    assert case.assigned_at and last(conn, case).by_name == "Sam Whitfield"


def test_taking_it_does_not_touch_the_promise(conn):
    on(conn, FRI_19_DEC)
    case = received(conn)
    on(conn, WED_7_JAN)
    assert does(conn, case, "take").due_on == case.due_on == case.first_due_on


def test_nobody_takes_what_somebody_has(conn):
    assert refused(conn, taken(conn), "take", PRIYA) == "Take is not possible while this is under review."


def test_the_person_complained_about_does_not_even_see_it(conn):
    case = received(conn, subject_ids=ids_of(conn, SAM))
    assert refused(conn, case, "take", SAM) == "There is no such case, or it is not for you to see."
    assert refused(conn, case, "take", PRIYA) is None


def test_who_reports_to_the_person_complained_about_does_not_even_see_it(conn):
    case = received(conn, subject_ids=ids_of(conn, MINA))
    assert refused(conn, case, "take", SAM) == "There is no such case, or it is not for you to see."
    assert refused(conn, case, "take", DARA) is None


def test_who_declared_a_conflict_does_not_take_it(conn):
    case = does(conn, received(conn), "declare_conflict", SAM, note="My neighbour.")
    assert (
        refused(conn, case, "take", SAM)
        == "You declared a conflict of interest in this case, so somebody else must handle it."
    )


@pytest.mark.parametrize(
    ("owner", "subjects", "recused", "why"),
    [
        (SAM, [SAM], [], "subject_never_has_it"),
        (SAM, [MINA], [], "Somebody who reports to the person complained about cannot have the complaint."),
        (SAM, [DARA], [], "Somebody who reports to the person complained about cannot have the complaint."),
        (SAM, [], [SAM], "recused_never_has_it"),
        (TARIQ, [], [], "Only an active supervisor, manager or director can have a case."),
        (CLEO, [], [], "Only an active supervisor, manager or director can have a case."),
        (ADA, [], [], "Only an active supervisor, manager or director can have a case."),
    ],
)
def test_the_database_refuses_who_must_not_have_it(conn, owner, subjects, recused, why):
    case = received(conn)
    with pytest.raises(DBAPIError, match=why):
        conn.execute(
            text("update cases set owner_id = :owner, subject_ids = :subjects, recused_ids = :recused where id = :id"),
            {"id": case.id, "owner": id_of(conn, owner), "subjects": ids_of(conn, *subjects),
             "recused": ids_of(conn, *recused)},
        )  # fmt: skip


def test_the_database_refuses_who_has_left(conn):
    case = received(conn)
    leaves(conn, SAM)
    with pytest.raises(DBAPIError, match="Only an active supervisor"):
        conn.execute(text("update cases set owner_id = :sam where id = :id"), {"id": case.id, "sam": id_of(conn, SAM)})


def test_the_database_refuses_to_name_its_owners_manager_as_the_subject(conn):
    case = taken(conn)
    with pytest.raises(DBAPIError, match="Somebody who reports to"):
        conn.execute(
            text("update cases set subject_ids = :mina where id = :id"), {"id": case.id, "mina": ids_of(conn, MINA)}
        )


def test_the_work_goes_on_when_who_has_it_leaves(conn):
    case = taken(conn)
    leaves(conn, SAM)
    assert refused(conn, case, "add_note", CLEO, note="Called again.") is None
    assert refused(conn, case, "reassign", MINA, owner_id=id_of(conn, PRIYA), note="Sam left.") is None


def test_take_next_gives_the_one_nearest_to_its_due_date(conn):
    on(conn, FRI_19_DEC)
    old = received(conn)
    on(conn, WED_7_JAN)
    received(conn)
    assert cases.take_next(conn, who(conn, SAM)) == old.id


def test_take_next_comes_to_what_was_imported_overdue_when_nothing_else_is_left(conn):
    bring(conn, "OLD,2019-03-01,,Noise,,416-555-0123,,\n")
    case, sam = received(conn), who(conn, SAM)
    assert [see(conn, cases.take_next(conn, sam)).request_no for _ in range(2)] == [case.request_no, "OLD"]


def test_take_next_passes_over_what_the_person_may_not_take(conn):
    case = received(conn, subject_ids=ids_of(conn, SAM))
    recused = does(conn, received(conn), "declare_conflict", SAM, note="My neighbour.")
    with pytest.raises(NothingToTake):
        cases.take_next(conn, who(conn, SAM))
    assert cases.take_next(conn, who(conn, PRIYA)) == case.id < recused.id


def test_take_next_is_for_those_who_may_have_a_complaint(conn):
    received(conn)
    with pytest.raises(NothingToTake):
        cases.take_next(conn, who(conn, CLEO))


def test_each_who_takes_next_has_another(conn):
    first, second = received(conn), received(conn)
    sam, jonas = who(conn, SAM), who(conn, JONAS)
    cases.take_next(conn, sam)
    cases.take_next(conn, jonas)
    assert [cases.get(conn, each.id, sam).owner for each in (first, second)] == ["Sam Whitfield", "Jonas Lindqvist"]
    with pytest.raises(NotAllowed):
        cases.act(conn, first.id, "take", by=jonas)


def test_impatient_clicks_on_take_next_take_one(conn):
    for _ in range(3):
        received(conn)
    sam, key = who(conn, SAM), uuid4()
    assert len({cases.take_next(conn, sam, key=key) for _ in range(3)}) == 1
    assert len(board.page(conn, {"who": "mine"}, sam).rows) == 1
