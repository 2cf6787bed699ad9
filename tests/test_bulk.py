"""One action on many cases: what would be refused is known before, nothing happens before, and the account after is exact."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from core import bulk, db
from core.bulk import NothingChosen, TooMany
from tests import builders
from tests.builders import CLEO, JONAS, MINA, PRIYA, SAM, TARIQ, id_of, ids_of, refused, who


@pytest.fixture
def mixed(database):
    """One case of each sort, committed: free, taken, Priya's already, ended, about Priya, and one that is not there."""
    with db.begin() as conn:
        made = [builders.received(conn), builders.taken(conn), builders.taken(conn, PRIYA), builders.withdrawn(conn),
                builders.received(conn, subject_ids=ids_of(conn, PRIYA)), builders.received(conn, subject_ids=ids_of(conn, MINA))]  # fmt: skip
        return [case.id for case in made] + [987654321], {case.id: case.request_no for case in made}


def everything(conn):
    """All that a preview must leave alone."""
    tables = ("cases", "case_events", "case_links", "drafts", "notices", "access_log")
    return [
        conn.execute(text(f"select jsonb_agg(to_jsonb(t) order by t::text) from {table} as t")).scalar()
        for table in tables
    ]


def look(action, ids, by=MINA, **said):
    """The preview, and proof that it changed nothing."""
    with db.begin() as conn:
        before = everything(conn)
        account = bulk.preview(conn, ids, action, by=who(conn, by), **said)
        assert everything(conn) == before
        return account


def do(action, ids, by=MINA, **said):
    with db.begin() as conn:
        person = who(conn, by)
    return bulk.act(ids, action, by=person, key=uuid4(), **said)


def priya():
    with db.begin() as conn:
        return id_of(conn, PRIYA)


def test_the_preview_of_an_assignment_says_what_will_be_refused_and_why(mixed):
    ids, no = mixed
    account = look("assign", ids, owner_id=priya(), note="Monday's round.")
    free, taken, hers, ended, about_her, _ = (no[each] for each in ids[:6])
    assert account.done == [free, taken]
    assert account.refused == [
        (hers, "Priya Raman cannot have this case: they already have it."),
        (ended, "Reassign is not possible while this is withdrawn."),
        (about_her, "Priya Raman cannot have this case: it is about them."),
        (f"case {ids[5]}", "There is no such case, or it is not for you to see."),
        ("case 987654321", "There is no such case, or it is not for you to see."),
    ]


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("assign", {"note": "Monday's round."}),
        ("assign", {"note": " "}),
        ("add_note", {"note": "The line was down all day."}),
        ("add_note", {}),
        ("add_note", {"note": "x" * 100_001}),
    ],
)
@pytest.mark.parametrize("by", [MINA, SAM, CLEO, TARIQ])
def test_the_account_is_what_the_preview_said(mixed, action, said, by):
    ids, _ = mixed
    said = said | ({"owner_id": priya()} if action == "assign" else {})
    foreseen = look(action, ids, by, **said)
    assert do(action, ids, by, **said) == foreseen
    assert len(foreseen.done) + len(foreseen.refused) == len(ids)


def test_done_means_done_and_refused_means_untouched(mixed):
    ids, no = mixed
    account = do("assign", ids, owner_id=priya(), note="Monday's round.")
    with db.begin() as conn:
        for case_id in ids[:6]:
            case = builders.see(conn, case_id)
            newest = builders.last(conn, case)
            assert (newest.note == "Monday's round.") == (no[case_id] in account.done)


def test_a_second_run_that_says_something_else_is_another_run(mixed):
    """After a run that was cut off, the form may have been changed: what then counts as done was done as it says now."""
    ids, no = mixed
    with db.begin() as conn:
        mina, jonas, key = who(conn, MINA), id_of(conn, JONAS), uuid4()
    bulk.act(ids[:1], "assign", by=mina, key=key, owner_id=priya(), note="Round.")
    account = bulk.act(ids[:2], "assign", by=mina, key=key, owner_id=jonas, note="Round.")
    again = bulk.act(ids[:2], "assign", by=mina, key=key, owner_id=jonas, note="Round.")
    assert again == account and account.done == [no[each] for each in ids[:2]]
    with db.begin() as conn:
        assert {builders.see(conn, each).owner for each in ids[:2]} == {"Jonas Lindqvist"}


def test_a_case_that_is_chosen_twice_is_done_once(mixed):
    ids, no = mixed
    assert do("add_note", [ids[0], ids[0]], note="Once.").done == [no[ids[0]]]


def test_nothing_and_too_many_are_refused_before_anything_happens(database):
    with pytest.raises(NothingChosen, match="Choose at least one case."):
        do("add_note", [], note="?")
    with pytest.raises(TooMany, match="At most 500 cases at once: narrow the list with the filters."):
        do("add_note", list(range(1, 502)), note="?")


def test_progress_goes_from_nothing_to_all(mixed):
    ids, _ = mixed
    seen = []
    do("add_note", ids, note="Seen.", progress=seen.append)
    assert seen == sorted(seen) and seen[-1] == 1.0 and len(seen) == len(ids)


def test_only_those_who_may_have_a_case_can_be_chosen(conn):
    assert {person.name.split()[0].lower() for person in bulk.eligible(conn)} == {
        "sam", "priya", "jonas", "mina", "omar", "dara"
    }  # fmt: skip


def test_after_a_preview_the_same_move_is_still_to_be_made(conn):
    case = builders.received(conn)
    bulk.preview(conn, [case.id], "assign", by=who(conn, MINA), owner_id=id_of(conn, JONAS), note="Round.")
    assert refused(conn, case, "take", SAM) is None
