"""Plans that a connection keeps: what every click asks is planned once, and a migration never leaves an old plan behind."""

import pytest
from sqlalchemy import text

from core import cases, db
from core.errors import DatabaseAway
from core.people import SYSTEM
from tests import builders


def kept(conn):
    """The statements of this connection whose plan is kept."""
    return [row.statement for row in conn.execute(text("select statement from pg_prepared_statements"))]


def test_what_every_click_asks_is_planned_once(conn):
    case = builders.received(conn)
    before = len(kept(conn))
    for _ in range(3):
        cases.get(conn, case.id, SYSTEM)
        builders.see(conn, case.id)
    assert len(kept(conn)) == max(before, 1)
    assert set(db.queries()) >= db.PREPARED


def test_nothing_else_is_however_often_it_is_asked(conn):
    for _ in range(20):
        db.value(conn, "clock.right_now")
        db.value(conn, "calendar.today")
    assert not [statement for statement in kept(conn) if "right_now()" in statement and "from" not in statement]


def test_after_a_migration_old_plans_are_forgotten_with_one_refusal_at_most(database):
    with db.begin() as conn:
        case = builders.received(conn)
    with db.begin() as conn:
        cases.get(conn, case.id, SYSTEM)
    with db.owner_engine().begin() as owner:  # a view is made again with one more column
        made = owner.execute(text("select pg_get_viewdef('case_facts')")).scalar()
        owner.execute(text("drop view case_facts"))
        owner.exec_driver_sql(
            f"create view case_facts as select *, 1 as one_more from ({made.rstrip().rstrip(';')}) as before"
        )
        owner.execute(text(f"grant select on case_facts to {db.ROLE}"))
    with pytest.raises(DatabaseAway), db.begin() as conn:
        cases.get(conn, case.id, SYSTEM)
    with db.begin() as conn:
        assert cases.get(conn, case.id, SYSTEM).id == case.id
