"""A conflict of interest is declared in one click, and the case goes to somebody else (R11)."""

import pytest
from sqlalchemy import text

from tests.builders import (
    CLEO,
    DARA,
    JONAS,
    MINA,
    OMAR,
    PRIYA,
    SAM,
    does,
    id_of,
    ids_of,
    last,
    received,
    refused,
    responded,
    taken,
    with_steps,
)


def test_if_it_is_theirs_it_goes_to_another_supervisor(conn):
    case = does(conn, taken(conn), "declare_conflict", SAM, note="My neighbour.")
    assert case.owner in ("Priya Raman", "Jonas Lindqvist")
    assert (case.recused_ids, case.state) == (ids_of(conn, SAM), "under_review")
    assert last(conn, case).changes["owner_id"] == [id_of(conn, SAM), case.owner_id]


def test_it_goes_to_whoever_has_least(conn):
    taken(conn, PRIYA)
    assert does(conn, taken(conn), "declare_conflict", SAM, note="My neighbour.").owner == "Jonas Lindqvist"


def test_if_it_is_not_theirs_they_will_never_have_it(conn):
    case = does(conn, received(conn), "declare_conflict", SAM, note="My neighbour.")
    assert (case.owner, case.recused_ids) == (None, ids_of(conn, SAM))
    sentence = "Sam Whitfield cannot have this case: they declared a conflict of interest."
    assert refused(conn, case, "assign", CLEO, owner_id=id_of(conn, SAM), note="?") == sentence


@pytest.mark.parametrize("action", ["investigate", "take"])
def test_who_is_recused_does_nothing_that_decides(conn, action):
    case = does(
        conn, taken(conn, PRIYA) if action == "investigate" else received(conn), "declare_conflict", MINA, note="?"
    )
    assert (
        refused(conn, case, action, MINA)
        == "You declared a conflict of interest in this case, so somebody else must handle it."
    )


def test_it_is_declared_once_and_needs_no_reason_but_keeps_one(conn):
    assert does(conn, received(conn), "declare_conflict", SAM).recused_ids == ids_of(conn, SAM)
    case = does(conn, received(conn), "declare_conflict", SAM, note="My neighbour.")
    assert last(conn, case).note == "My neighbour."
    assert (
        refused(conn, case, "declare_conflict", SAM, note="?")
        == "You declared a conflict of interest in this case, so somebody else must handle it."
    )


def test_the_work_done_so_far_is_kept(conn):
    case = does(conn, with_steps(conn), "declare_conflict", SAM, note="My neighbour.")
    assert (case.state, case.finding) == ("investigating", "substantiated") and case.owner != "Sam Whitfield"


def test_when_nobody_is_left_an_administrator_is_asked(conn):
    case = taken(conn)
    for name in (PRIYA, JONAS, MINA, OMAR, DARA):
        case = does(conn, case, "declare_conflict", name, note="All of us.")
    assert refused(conn, case, "declare_conflict", SAM, note="Me too.") == (
        "Nobody else may have this case. Ask an administrator to add a supervisor who is not in conflict."
    )


def test_who_declared_a_conflict_does_not_reopen_it(conn):
    case = responded(conn)
    conn.execute(
        text("update cases set recused_ids = :priya where id = :id").bindparams(priya=[id_of(conn, PRIYA)], id=case.id)
    )
    assert (
        refused(conn, case, "reopen", PRIYA, note="?")
        == "You declared a conflict of interest in this case, so somebody else must handle it."
    )
    assert does(conn, case, "reopen", MINA, note="They called again.").owner == "Sam Whitfield"
