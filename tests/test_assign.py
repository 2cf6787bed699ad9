"""Giving a complaint to a supervisor, and to another one later: R10, R11."""

import pytest

from core import people
from tests.builders import (
    CLEO,
    DARA,
    FRI_19_DEC,
    MINA,
    OMAR,
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
)


def test_the_desk_assigns_it_to_a_supervisor(conn):
    case = does(conn, received(conn), "assign", CLEO, owner_id=id_of(conn, SAM), note="Daytime.")
    assert (case.state, case.owner, case.team) == ("under_review", "Sam Whitfield", "Daytime Calls")
    assert (last(conn, case).by_name, last(conn, case).note) == ("Cleo Marchetti", "Daytime.")


def test_a_manager_without_a_team_leaves_it_with_the_team_it_had(conn):
    case = does(conn, taken(conn), "reassign", MINA, owner_id=id_of(conn, MINA), note="Serious.")
    assert (case.owner, case.team, case.state) == ("Mina Okafor", "Daytime Calls", "under_review")


def test_reassigning_needs_a_reason_and_a_person(conn):
    assert refused(conn, taken(conn), "reassign", MINA) == "Please fill in: Supervisor, Why."
    assert (
        refused(conn, taken(conn), "reassign", MINA, owner_id=id_of(conn, PRIYA), note=" \n") == "Please fill in: Why."
    )


def test_it_keeps_its_promise_and_its_first_assignment(conn):
    on(conn, FRI_19_DEC)
    case = taken(conn)
    on(conn, WED_7_JAN)
    moved = does(conn, case, "reassign", SAM, owner_id=id_of(conn, PRIYA), note="Holiday.")
    assert (moved.due_on, moved.assigned_at, moved.team) == (case.due_on, case.assigned_at, "Evening and Weekend Calls")


def test_the_history_holds_who_had_it_and_who_has_it(conn):
    case = does(conn, taken(conn), "reassign", SAM, owner_id=id_of(conn, PRIYA), note="Holiday.")
    assert last(conn, case).changes == {
        "owner_id": ids_of(conn, SAM, PRIYA), "team_id": [see(conn, taken(conn).id).team_id, case.team_id]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("to", "subjects", "why"),
    [
        (TARIQ, [], "Tariq Haddad cannot have this case: they are not an active supervisor."),
        (CLEO, [], "Cleo Marchetti cannot have this case: they are not an active supervisor."),
        (PRIYA, [PRIYA], "Priya Raman cannot have this case: it is about them."),
        (PRIYA, [MINA], "Priya Raman cannot have this case: they report to a person it is about."),
        (OMAR, [], "Omar Castellano cannot have this case: they declared a conflict of interest."),
        (DARA, [], "Dara Petrovic cannot have this case: they already have it."),
    ],
)
def test_it_is_refused_with_the_reason_to_who_must_not_have_it(conn, to, subjects, why):
    case = does(conn, received(conn), "declare_conflict", OMAR, note="My brother.")
    case = does(conn, case, "take", DARA)
    if subjects:
        case = does(
            conn, case, "correct_details", DARA, category="staff", subject_ids=ids_of(conn, *subjects), note="Named."
        )
    assert refused(conn, case, "reassign", DARA, owner_id=id_of(conn, to), note="Yours.") == why


def test_it_is_refused_to_who_has_left(conn):
    leaves(conn, PRIYA)
    sentence = "Priya Raman cannot have this case: they are not an active supervisor."
    assert refused(conn, received(conn), "assign", CLEO, owner_id=id_of(conn, PRIYA), note="Yours.") == sentence


def test_it_is_refused_to_somebody_who_does_not_exist(conn):
    sentence = "Nobody in the staff directory is meant by that; pick a person from the list."
    assert refused(conn, received(conn), "assign", CLEO, owner_id=987654321, note="Yours.") == sentence


def test_those_who_could_have_it_are_the_lowest_rank_first_its_own_team_then_who_has_least(conn):
    taken(conn, PRIYA)
    case = does(conn, taken(conn), "reassign", SAM, owner_id=id_of(conn, DARA), note="Serious.")
    names = [person.name.split()[0] for person in people.who_could_have(conn, case.id)]
    assert names == ["Sam", "Jonas", "Priya", "Mina", "Omar"]


def test_those_who_could_have_it_leave_out_every_conflict(conn):
    case = received(conn, subject_ids=ids_of(conn, MINA))
    assert {person.name.split()[0] for person in people.who_could_have(conn, case.id)} == {"Jonas", "Omar", "Dara"}
