"""When the database is away, people are told so in a sentence, and nothing stays broken when it is back."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text

from core import bulk, cases, db, embedded
from core.errors import DatabaseAway, PastTheCalendar, Refused
from core.health import problems
from core.migrate import migrate
from core.people import SYSTEM
from tests import builders, databases
from tests.serving import in_use


def test_an_address_where_nobody_answers_is_refused_with_a_sentence(shared_database, monkeypatch):
    with in_use("postgresql://nobody@127.0.0.1:1/none", monkeypatch):
        with pytest.raises(DatabaseAway, match="Nothing was lost"), db.begin():
            pass
        assert problems() == [str(DatabaseAway())]


def test_a_connection_that_breaks_is_refused_once_and_then_works_again(database):
    with pytest.raises(DatabaseAway), db.begin() as conn:
        end_connections(database)
        db.value(conn, "calendar.today")
    with db.begin() as conn:
        assert db.value(conn, "calendar.today")


def test_connections_that_broke_while_idle_are_all_replaced(database):
    with db.begin() as one, db.begin() as other:
        assert db.value(one, "calendar.today") == db.value(other, "calendar.today")
    end_connections(database)
    with pytest.raises(DatabaseAway), db.begin() as conn:
        db.value(conn, "calendar.today")
    with db.begin() as one, db.begin() as other:
        assert db.value(one, "calendar.today") == db.value(other, "calendar.today")


def test_many_who_come_first_at_the_same_moment_share_one_pool(database):
    db.close()
    with ThreadPoolExecutor(16) as crowd:
        assert len(set(crowd.map(lambda _: id(db.engine()), range(64)))) == 1


def test_what_the_database_says_in_a_sentence_reaches_people_as_it_is(conn):
    with pytest.raises(PastTheCalendar, match="cannot be counted: the calendar is loaded from"):
        db.value(conn, "calendar.due_on", received_on="2099-01-01", business_days=10)


def test_anything_else_stays_the_error_it_is(conn):
    with pytest.raises(Exception) as caught, db.refusing():
        conn.execute(text("select nothing"))
    assert not isinstance(caught.value, Refused)


def test_the_embedded_database_stops_and_starts_again(monkeypatch):
    with databases.folder() as folder:
        monkeypatch.setenv("DATA_DIR", str(folder))
        server = embedded.server()
        try:
            assert server.start() == server.start() == server.address()
            server.stop()
            server.stop()
            assert server.start() == server.address()
        finally:
            server.stop()


@pytest.fixture
def stoppable(monkeypatch):
    """A server of its own with the cast in it, in use, that a test may stop and start."""
    with databases.folder() as folder:
        server = embedded.Server(embedded.server().programs, folder / "away", databases.FAST)
        address = server.start()
        try:
            migrate(address)
            with in_use(address, monkeypatch):
                with db.owner_engine().begin() as conn:
                    databases.prepare(conn)
                yield server
        finally:
            server.stop()


def test_a_move_that_the_database_did_not_survive_did_not_happen_and_can_be_made_again(stoppable):
    with db.begin() as conn:
        case, key = builders.received(conn), uuid4()
        sam = builders.who(conn, builders.SAM)
    with pytest.raises(DatabaseAway), db.begin() as conn:
        cases.act(conn, case.id, "take", by=sam, key=key, seen=1)
        stoppable.stop()
    for _ in range(2):
        with pytest.raises(DatabaseAway, match="Nothing was lost; try again in a minute."), db.begin():
            pass
    stoppable.start()
    with db.begin() as conn:
        assert builders.see(conn, case.id) == case
        assert not cases.act(conn, case.id, "take", by=sam, key=key, seen=1).again


def test_many_cases_in_one_go_go_on_where_the_database_stopped(stoppable):
    with db.begin() as conn:
        ids = [builders.received(conn).id for _ in range(4)]
        sam, key = builders.who(conn, builders.SAM), uuid4()
    said = {"by": sam, "key": key, "note": "The line was down."}
    with pytest.raises(DatabaseAway):
        bulk.act(ids, "add_note", progress=lambda share: share == 0.5 and stoppable.stop(), **said)
    stoppable.start()
    account = bulk.act(ids, "add_note", **said)
    assert (len(account.done), account.refused) == (4, [])
    with db.begin() as conn:
        assert [len(cases.timeline(conn, each, SYSTEM)) for each in ids] == [2, 2, 2, 2]


def end_connections(address: str) -> None:
    """As a restart of the database does, for every connection but this one."""
    with psycopg.connect(address, autocommit=True) as conn:
        conn.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        )
