"""What has left stays as it left, and praise reached people when it did: the database refuses too, with core bypassed (R21, R62, R63)."""

import pytest
from sqlalchemy import text

from core import db, delivery, notices
from core.errors import Refused
from tests import builders
from tests.builders import PRIYA, SAM, as_owner, does, id_of
from tests.mailbox import mail_server
from tests.test_letter_freeze import attack

KEPT = "A message that has left cannot be changed."
#: Each column of a message, and another value for it.
COLUMNS = {
    "case_id": "null", "purpose": "'update'", "to_address": "'all@example.org'", "subject": "'Other'", "body": "'Other.'",
    "message_id": "'<x@y>'", "status": "'waiting', sent_at = null", "created_at": "now() - interval '1 day'", "created_by": "null",
    "attempts": "9", "sent_at": "now() - interval '9 days'", "problem": "'x'", "letter_id": "null", "channel": "'sms'",
    "sending_since": "now()", "next_try_at": "now()", "handled_by": "created_by", "report_month": "null",
}  # fmt: skip
#: What the dashboard writes while a message is on its way.
ON_ITS_WAY = {"status", "problem", "attempts", "sending_since", "sent_at", "next_try_at", "handled_by", "to_address"}


@pytest.fixture
def sent(conn):
    """A response that left."""
    case = builders.queued(conn)
    notice = notices.waiting(conn, case.id).id
    conn.execute(
        text("update notices set status = 'sent', sent_at = now(), attempts = 1 where id = :id"), {"id": notice}
    )
    return notice


def test_the_columns_above_are_all_there_are(conn):
    found = conn.execute(text("select column_name from information_schema.columns where table_name = 'notices'"))
    assert set(found.scalars()) == COLUMNS.keys() | {"id"}


@pytest.mark.parametrize("column", COLUMNS)
def test_nothing_of_a_message_that_left_changes_whoever_asks(conn, sent, column):

    statement = f"update notices set {column} = {COLUMNS[column]} where id = :id"
    assert attack(conn, statement, id=sent) == (KEPT if column in ON_ITS_WAY else "denied")
    with as_owner(conn):
        unchanged = column in ("letter_id", "report_month")  # they are null already
        assert attack(conn, statement, id=sent) == (None if unchanged else KEPT)


@pytest.mark.parametrize("column", sorted(COLUMNS.keys() - ON_ITS_WAY))
def test_what_a_message_says_and_whose_it_is_changes_not_even_before_it_leaves(conn, column):
    notice = notices.waiting(conn, builders.queued(conn).id).id
    assert attack(conn, f"update notices set {column} = {COLUMNS[column]} where id = :id", id=notice) == "denied"


@pytest.mark.parametrize("statement", ["delete from notices", "truncate notices cascade"])
def test_no_message_is_taken_away(conn, sent, statement):
    assert attack(conn, statement) == "denied"


@pytest.mark.parametrize("column", [*sorted(ON_ITS_WAY - {"to_address"}), "created_at"])
def test_every_message_begins_as_one_that_waits(conn, column):
    case = builders.queued(conn)
    insert = f"""insert into notices (case_id, purpose, channel, to_address, subject, body, message_id, {column})
                 values (:case, 'update', 'email', 'r@example.org', 's', 'b', '<m@x>', null)"""
    assert attack(conn, insert, case=case.id) == "denied"


def test_staff_read_the_sentence(conn, sent):
    with pytest.raises(Refused, match=KEPT), conn.begin_nested(), db.refusing():
        conn.execute(text("update notices set to_address = 'x@example.org' where id = :id"), {"id": sent})


def test_one_that_really_leaves_is_written_down_and_kept(database, monkeypatch):
    with db.begin() as conn:
        notice = notices.waiting(conn, builders.queued(conn).id).id
    with mail_server(monkeypatch):
        assert delivery.deliver(notice) == "sent"
    with db.begin() as conn:
        assert attack(conn, "update notices set problem = 'x' where id = :id", id=notice) == KEPT


# Praise

REACHED = "They have read it already, so when it reached them stays as it is."


@pytest.mark.parametrize(
    "change",
    ["handed_at = now() - interval '9 days'", "handed_at = null, handed_by = null", "handed_by = :priya", "supervisor_id = :priya",
     "known_by = 'suggested', handed_at = null, handed_by = null"],
)  # fmt: skip
def test_when_praise_reached_somebody_and_through_whom_never_changes(conn, change):
    case = builders.handed_on(conn)
    said = {"id": case.id, "priya": id_of(conn, PRIYA)} if ":priya" in change else {"id": case.id}
    assert attack(conn, f"update praise set {change} where case_id = :id", **said) == REACHED
    with as_owner(conn):
        assert attack(conn, f"update praise set {change} where case_id = :id", **said) == REACHED


def test_nobody_says_that_it_reached_them_earlier_than_it_did(conn):
    case = builders.praised(conn)
    conn.execute(
        text("update praise set handed_at = now() - interval '9 days', handed_by = :sam where case_id = :id"),
        {"sam": id_of(conn, SAM), "id": case.id},
    )
    assert conn.execute(
        text("select handed_at = right_now() from praise where case_id = :id"), {"id": case.id}
    ).scalar()


def test_praise_does_not_begin_handed_on(conn):
    case = builders.compliment(conn, description="They were kind.")
    sentence = "Praise is handed on after it was taken down."
    statement = "insert into praise (case_id, staff_id, known_by, handed_at, handed_by) values (:id, :priya, 'named', now(), :sam)"
    assert attack(conn, statement, id=case.id, priya=id_of(conn, PRIYA), sam=id_of(conn, SAM)) == sentence


def test_who_is_praised_can_still_be_corrected_and_handed_on_to_the_others(conn):
    case = does(
        conn,
        builders.handed_on(conn),
        "name_again",
        SAM,
        praised_ids=[id_of(conn, builders.NADIA), id_of(conn, "tariq")],
        note="x",
    )
    assert does(conn, case, "hand_on", SAM).unheard == 0
