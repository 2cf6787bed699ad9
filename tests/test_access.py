"""Who may see and do what (R64): every cell of both tables, once through core, and once by SQL with core bypassed."""

import json
import re

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core import access, board, cases, db, workflow
from core.access import NEVER_SEES, SEEN_BY_ROLE, SEES, Matter, Relation
from core.errors import NotAllowed, Refused
from core.kinds import STAFF, Kind, Role
from core.settings import ROOT
from tests import builders
from tests.builders import CLEO, DARA, MINA, NADIA, OMAR, PRIYA, SAM, TARIQ, VIC, as_owner, does, id_of, ids_of, who

EVERYBODY = (*builders.CAST, NADIA, "jonas")
R = Relation


# By SQL: as the role that reads for people, and as the program with core bypassed


def reads(conn, viewer, sql="select id from cases", **values):
    """What the database gives somebody who asks it past core."""
    with conn.begin_nested() as savepoint:
        conn.execute(text(f"set local role {db.READER}"))
        if viewer is not None:
            db.read_for(conn, viewer)
        try:
            return set(conn.execute(text(sql), values).scalars())
        finally:
            savepoint.rollback()


def refused_by_sql(conn, sql, **values):
    """The sentence or the SQLSTATE with which the database refuses this statement; None when it takes it."""
    with conn.begin_nested() as savepoint:
        try:
            conn.execute(text(sql), values)
        except DBAPIError as error:
            return error.orig.diag.message_primary
        finally:
            savepoint.rollback()
    return None


def sees(conn, name, case):
    try:
        cases.get(conn, case.id, who(conn, name))
    except Refused:
        return False
    return True


# Who sees what


def some_of_everything(conn):
    """Cases of every matter at every stage at which somebody comes or goes, most of them about Nadia, who works for Sam."""
    about = {"subject_ids": ids_of(conn, NADIA)}
    yield builders.received(conn)
    yield builders.taken(conn)
    yield builders.responded(conn)
    yield builders.forwarded(conn)
    yield builders.received(conn, **about)
    yield builders.taken(conn, by=PRIYA, **about)
    yield builders.taken(conn, by=OMAR, **about)
    yield does(conn, builders.taken(conn, by=PRIYA, **about), "declare_conflict", PRIYA)
    yield builders.responded(conn, by=PRIYA, **about)
    yield asked_letter(conn)
    yield builders.received(conn, subject_ids=ids_of(conn, SAM))
    yield builders.received(conn, subject_ids=ids_of(conn, MINA))
    escalated = builders.responded(conn, by=PRIYA, **about)
    yield builders.escalation(conn, escalated)
    yield escalated
    reviewed = builders.responded(conn, by=PRIYA, **about)
    yield builders.in_review(conn, reviewed, by=OMAR)
    yield reviewed
    yield builders.compliment(conn, by=CLEO)
    yield builders.compliment(conn, by=TARIQ)
    yield builders.praised(conn)
    yield builders.shared(conn)
    kind = builders.compliment(conn, by=CLEO, description="Sam was kind.")
    yield does(conn, kind, "forward", MINA, praised_ids=ids_of(conn, SAM))
    waiting = _complaint_under_review(conn, by=OMAR, **about)
    yield does(conn, waiting, "declare_conflict", DARA)
    comment = builders.forwarded(conn, by=PRIYA)
    with as_owner(conn):
        conn.execute(
            text("update cases set subject_ids = :ids where id = :id"), {"ids": ids_of(conn, NADIA), "id": comment.id}
        )
    yield builders.see(conn, comment.id)


def asked_letter(conn):
    """Mina, who is otherwise nothing to it, is asked to approve the letter of a complaint about Nadia."""
    complaint = builders.with_steps(
        conn, by=OMAR, subject_ids=ids_of(conn, NADIA), description="The recording says it."
    )
    return builders.letter_asked(conn, complaint, by=OMAR, asked=MINA)


def matter(case):
    if case.kind == Kind.COMPLIMENT:
        return Matter.PRAISE
    return Matter.PERSON if case.subject_ids else Matter.NOBODY


def relations(conn, case, by):
    """What somebody is to a case, told from the tables alone."""
    row = conn.execute(text("select * from cases where id = :id"), {"id": case.id}).one()
    above = set(conn.execute(text("select staff_id from staff_above where above_id = :id"), {"id": by.id}).scalars())
    reviewers = set(
        conn.execute(
            text("select owner_id from cases where complaint_id = :id and owner_id is not null"), {"id": case.id}
        ).scalars()
    )
    asked = set(
        conn.execute(
            text("select asked_id from letters where case_id = :id and issued_at is null"), {"id": case.id}
        ).scalars()
    )
    is_it = {
        R.OWNER: row.owner_id == by.id,
        R.ABOVE: row.owner_id in above,
        R.ENTERED: row.entered_by == by.id,
        R.SUBJECT: by.id in row.subject_ids,
        R.LEAD: row.lead_id == by.id,
        R.ABOVE_LEAD: row.lead_id in above,
        R.REVIEWER: by.id in reviewers,
        R.ABOVE_REVIEWER: bool(reviewers & above),
        R.ASKED: by.id in asked,
        R.PRAISED: by.id in row.praised_ids,
    }
    return {relation for relation, holds in is_it.items() if holds}


def could_take(conn, case, by):
    """Until somebody has it, those who could take it see a case about a person; the complaint of such an escalation too."""
    waiting = [case] if case.owner_id is None else []
    open_ones = conn.execute(
        text("select id from cases where complaint_id = :id and owner_id is null and closed_at is null"),
        {"id": case.id},
    )
    waiting += [builders.see(conn, id) for id in open_ones.scalars()]
    return any(
        by.role in ((Role.MANAGER, Role.DIRECTOR) if one.kind == Kind.ESCALATION else (Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR))
        and (one.kind != Kind.ESCALATION or one.is_open)
        and not set(by.above) & set(one.subject_ids)
        and by.id not in one.recused_ids
        for one in waiting
    )  # fmt: skip


def opened_by(conn, case, by):
    """Everything that opens this case to this person, after the tables of core/access.py; nothing if something forbids it."""
    about, mine = matter(case), relations(conn, case, by)
    if by.role not in STAFF or any(NEVER_SEES.get(one) == about for one in mine):
        return set()
    found = {one for one in mine if about in SEES.get(one, ())}
    if by.role in SEEN_BY_ROLE[about]:
        found.add(by.role)
    if about == Matter.PERSON and could_take(conn, case, by):
        found.add("could take it")
    return found


def test_every_cell_of_who_sees_what(conn):
    met = set()
    for case in some_of_everything(conn):
        for name in EVERYBODY:
            by = who(conn, name)
            opened = opened_by(conn, case, by)
            expected = bool(opened)
            assert sees(conn, name, case) is expected, (name, case.kind, case.state, case.subject_ids, opened)
            assert (case.id in reads(conn, by.id)) is expected, (name, case.kind, case.state, "by SQL")
            met |= {(one, matter(case)) for one in relations(conn, case, by) | {by.role}}
            if len(opened) == 1:
                met.add(("alone", *opened, matter(case)))
    alone = {("alone", relation, Matter.PERSON) for relation in SEES if Matter.PERSON in SEES[relation]}
    cells = {(role, each) for role in Role if role != Role.SYSTEM for each in Matter}
    never = set(NEVER_SEES.items())
    assert alone | cells | never | {("alone", R.ENTERED, Matter.PRAISE)} <= met, sorted(
        map(str, (alone | cells | never) - met)
    )


def test_nobody_in_particular_and_who_left_are_given_nothing(conn):
    case = builders.received(conn)
    assert reads(conn, None) == set()
    assert case.id in reads(conn, id_of(conn, CLEO))
    builders.leaves(conn, CLEO)
    assert reads(conn, id_of(conn, CLEO)) == set()
    assert reads(conn, id_of(conn, VIC)) == set()
    assert reads(conn, 2**62) == set()


@pytest.mark.parametrize("part", [
    "select case_id from case_events", "select case_id from timeline", "select id from case_board", "select id from case_facts",
    "select case_id from letters", "select case_id from letter_list", "select case_id from attachments",
    "select cases_with_words('recording', '', 100)", "select cases_of_customer('+14165550123', null)",
])  # fmt: skip
def test_what_belongs_to_a_case_is_seen_with_it_and_not_without(conn, part):
    case = asked_letter(conn)
    case = does(conn, case, "attach", OMAR, **builders.form(conn, "attach"))
    assert case.id in reads(conn, id_of(conn, OMAR), part)
    for name in (NADIA, CLEO, TARIQ, VIC):
        assert case.id not in reads(conn, id_of(conn, name), part), name


def test_no_table_of_a_case_is_open_to_everybody(conn):
    """A later table that says which case it belongs to has its rule, or this fails."""
    open_ones = conn.execute(text("""
        select distinct relname from pg_class join pg_attribute on attrelid = pg_class.oid
        where relnamespace = 'public'::regnamespace and relkind = 'r' and not relrowsecurity and has_table_privilege(:role, pg_class.oid, 'select')
          and attname in ('case_id', 'complaint_id', 'letter_id', 'notice_id', 'praise_id', 'cells')"""), {"role": db.READER})  # fmt: skip
    assert set(open_ones.scalars()) == set()


def test_messages_praise_and_links_are_seen_with_their_case(conn):
    with_email = builders.queued(conn, by=OMAR, subject_ids=ids_of(conn, NADIA))
    split = does(
        conn,
        builders.taken(conn, by=PRIYA, subject_ids=ids_of(conn, TARIQ)),
        "split_praise",
        PRIYA,
        **builders.form(conn, "split_praise"),
    )
    parts = (("select case_id from notices", with_email, OMAR), ("select other_id from case_links", split, PRIYA))
    for part, case, theirs in parts:
        assert case.id in reads(conn, id_of(conn, theirs), part), part
        for name in (CLEO, NADIA, TARIQ, VIC, "jonas"):
            assert case.id not in reads(conn, id_of(conn, name), part), (part, name)
    praised = builders.praised(conn)
    assert praised.id in reads(conn, id_of(conn, SAM), "select case_id from praise")
    assert praised.id not in reads(conn, id_of(conn, NADIA), "select case_id from praise"), (
        "what was said to her is on a page of its own"
    )


def test_drafts_and_looks_are_ones_own(conn):
    case = builders.taken(conn)
    cases.save_draft(conn, case.id, "add_note", by=who(conn, SAM), said={"note": "Half a thought."})
    assert case.id in reads(conn, id_of(conn, SAM), "select case_id from drafts")
    assert case.id not in reads(conn, id_of(conn, MINA), "select case_id from drafts")
    other = id_of(conn, MINA)
    with conn.begin_nested() as savepoint:
        conn.execute(text(f"set local role {db.READER}"))
        db.read_for(conn, id_of(conn, SAM))
        said = refused_by_sql(
            conn, "insert into access_log (by_id, case_id, what) values (:by, :id, 'view')", by=other, id=case.id
        )
        assert "row-level security" in said
        assert (
            refused_by_sql(
                conn,
                "insert into access_log (by_id, case_id, what) values (:by, :id, 'view')",
                by=id_of(conn, SAM),
                id=case.id,
            )
            is None
        )
        savepoint.rollback()


def test_who_reads_for_people_writes_nothing(conn):
    tables = conn.execute(text("""
        select relname from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'p') and (
            has_table_privilege(:role, oid, 'insert') or has_any_column_privilege(:role, oid, 'insert')
            or has_table_privilege(:role, oid, 'update') or has_any_column_privilege(:role, oid, 'update')
            or has_table_privilege(:role, oid, 'delete') or has_table_privilege(:role, oid, 'truncate'))"""), {"role": db.READER})  # fmt: skip
    assert set(tables.scalars()) == {"access_log"}


def test_what_one_may_not_see_is_in_no_list_count_search_or_suggestion(conn):
    case = builders.taken(conn, by=PRIYA, subject_ids=ids_of(conn, NADIA), description="The quokka was rude.")
    for name, finds in ((PRIYA, 1), (CLEO, 0), (NADIA, 0), (TARIQ, 0)):
        by = who(conn, name)
        for filters in ({"words": "quokka"}, {"words": case.request_no}):
            assert len(board.page(conn, filters, by).rows) == board.count(conn, filters, by) == finds
            with conn.begin_nested() as savepoint:
                conn.execute(text(f"set local role {db.READER}"))
                db.read_for(conn, by.id)
                assert len(board.page(conn, filters, by).rows) == board.count(conn, filters, by) == finds
                savepoint.rollback()


# Who does what


def test_the_database_has_the_permissions_of_core(conn):
    held = conn.execute(text("select kind, action, role, needs, never from permissions")).all()
    assert {(row.kind, row.action, row.role, tuple(row.needs), tuple(row.never)) for row in held} == {
        (one.kind, one.action, one.role, one.needs, one.never) for one in access.permissions()
    }


def test_every_guard_that_asks_who_somebody_is_stands_in_the_table(conn):
    """A guard of this kind refuses somebody of the cast where it takes another, for the same case."""
    case, people_ = (
        builders.see(conn, builders.forwarded(conn, subject_ids=[]).id),
        [who(conn, name) for name in EVERYBODY],
    )
    asks = {guard for move in workflow.MOVES for guard in move.needs if len({guard(case, by) for by in people_}) > 1}
    assert asks <= access.NEEDS.keys() | access.NEVER.keys()


def writes(conn, case, action, name, state=None):
    """What the database says when somebody's name is put under this action past core."""
    return refused_by_sql(
        conn, "insert into case_events (case_id, version, by_id, action, from_state, to_state) values (:id, 9999, :by, :action, :state, :state)",
        id=case.id, by=id_of(conn, name), action=action, state=state or case.state)  # fmt: skip


NOT_YOURS = "That is not for you to do."


@pytest.mark.parametrize("kind", list(Kind))
def test_every_cell_of_who_does_what_by_role(conn, kind):
    case = {Kind.COMPLAINT: builders.received, Kind.ESCALATION: builders.escalation, Kind.COMMENT: builders.comment,
            Kind.COMPLIMENT: builders.compliment}[kind](conn)  # fmt: skip
    actions = {one.action for one in access.permissions()}
    held = {(one.action, one.role) for one in access.permissions() if one.kind == kind and not one.needs}
    barred = {(one.action, one.role) for one in access.permissions() if one.kind == kind and one.needs}
    for name in builders.CAST:
        by = who(conn, name)
        for action in sorted(actions):
            if (action, by.role) in barred | held and _related(conn, case, by):
                continue  # told below
            expected = None if (action, by.role) in held else NOT_YOURS
            assert writes(conn, case, action, name) == expected, (name, action)
            if expected and (move := workflow.find(case, action)):
                assert workflow.why_not(move, case, by) is not None


def _related(conn, case, by):
    asked = "select was_related(cases, '{}', :who, cast(:relation as text)) from cases where id = :id"
    return any(conn.execute(text(asked), {"who": by.id, "relation": one, "id": case.id}).scalar() for one in Relation)


RELATED = [  # a case, an action, whom the relation lets do it, and whom it does not
    ("owner and above", lambda conn: builders.investigating(conn), "record_finding", (SAM, MINA, DARA), (PRIYA, OMAR)),
    ("same team", lambda conn: builders.with_steps(conn), "record_response", (SAM, TARIQ), (PRIYA,)),
    ("subject", lambda conn: builders.received(conn, subject_ids=ids_of(conn, SAM)), "add_note", (PRIYA,), (SAM,)),
    (
        "reports to the subject",
        lambda conn: builders.received(conn, subject_ids=ids_of(conn, MINA)),
        "take",
        (OMAR,),
        (SAM, PRIYA),
    ),
    (
        "declared a conflict",
        lambda conn: does(conn, builders.taken(conn), "declare_conflict", SAM),
        "withdraw",
        (MINA,),
        (SAM,),
    ),
    ("handled it", lambda conn: builders.escalation(conn, builders.responded(conn, by=MINA)), "take", (OMAR,), (MINA,)),
    ("reviews its escalation", lambda conn: _complaint_under_review(conn), "take", (OMAR,), (MINA,)),
    ("its lead", lambda conn: builders.forwarded(conn), "record_outcome", (TARIQ,), (CLEO,)),
    ("wrote in its letter", lambda conn: builders.letter_asked(conn), "approve_letter", (OMAR,), (MINA,)),
    ("hands it on", lambda conn: builders.praised(conn), "hand_on", (SAM, MINA, DARA), (PRIYA, OMAR)),
]


def _complaint_under_review(conn, by=MINA, **said):
    """Nobody has it, it is overdue, and its escalation is in review."""
    builders.on(conn, builders.FRI_19_DEC)
    complaint = builders.received(conn, **said)
    builders.on(conn, builders.THU_8_JAN)
    builders.in_review(conn, complaint, by, ground="no response")
    return builders.see(conn, complaint.id)


@pytest.mark.parametrize(("relation", "make", "action", "may", "may_not"), RELATED, ids=[each[0] for each in RELATED])
def test_every_relation_by_core_and_by_sql(conn, relation, make, action, may, may_not):
    case = make(conn)
    for name in may:
        assert writes(conn, case, action, name) is None, name
    for name in may_not:
        assert writes(conn, case, action, name) == NOT_YOURS, name
        move = workflow.find(case, action)
        assert workflow.why_not(move, case, who(conn, name)) is not None, name


def test_a_relation_is_asked_as_it_was_before_the_move(conn):
    """Sam gives his case away, and declares a conflict: both were his to do, though afterwards they are not."""
    case = does(conn, builders.taken(conn), "reassign", SAM, **builders.form(conn, "reassign"))
    assert case.owner_id == id_of(conn, PRIYA)
    case = does(conn, case, "declare_conflict", PRIYA)
    assert id_of(conn, PRIYA) in case.recused_ids
    with pytest.raises(NotAllowed):
        does(conn, case, "declare_conflict", PRIYA)


def test_nobody_who_left_makes_history(conn):
    case = builders.taken(conn)
    builders.leaves(conn, SAM)
    assert writes(conn, case, "add_note", SAM) == NOT_YOURS


def test_an_action_that_is_no_move_is_nobodys(conn):
    case = builders.taken(conn)
    for action in ("response_left", "letter_left", "answered_by_decision", "erase_everything", json.dumps({"a": 1})):
        assert writes(conn, case, action, SAM) == NOT_YOURS


# What people read


def test_the_readme_has_both_tables():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    told = re.search(r"<!-- access.*?-->\n(.*?)\n<!-- end of access -->", readme, re.DOTALL)
    assert told and told[1] == access.as_markdown()


def test_the_file_of_permissions_is_the_one_core_writes():
    assert access.as_sql() in (ROOT / "sql" / "views" / "15_permissions.sql").read_text(encoding="utf-8")
