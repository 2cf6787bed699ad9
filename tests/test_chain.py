"""The history cannot be rewritten unseen: whatever is done to an event, the check names it."""

import random
import struct
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from shutil import copytree
from threading import Barrier

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core import cases, db, history, letters
from core.__main__ import main
from core.history import NotForYouToCheck
from core.intake import importing, source
from core.migrate import SQL, migrate
from tests import builders, databases
from tests.builders import (
    ADA,
    CAST,
    CLEO,
    DARA,
    MINA,
    NADIA,
    OMAR,
    SAM,
    as_owner,
    does,
    ids_of,
    received,
    responded,
    who,
)

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
#: What somebody with every right in the database might do to one event, and what the check says of it.
TAMPERED = {
    "note = coalesce(note, '') || ' '": "what was said was changed",
    "details = details || '{\"finding\": \"not substantiated\"}'": "what was said was changed",
    "changes = changes || '{\"owner_id\": [1, 2]}'": "what was said was changed",
    "salt = gen_random_uuid()": "what was said was changed",
    "said_digest = sha256('other')": "what was said was changed",
    "by_id = coalesce(by_id, 0) % 3 + 1": "it was changed",
    "at = at - interval '1 microsecond'": "it was changed",
    "action = 'add_note'": "it was changed",
    "to_state = 'withdrawn'": "it was changed",
    "from_state = 'closed'": "it was changed",
    "key = gen_random_uuid()": "it was changed",
    "hash = sha256('other')": "it was changed",
}  # fmt: skip


def tamper(conn, statement, **values):
    """As somebody who switched the safeguards off."""
    with as_owner(conn):
        conn.execute(
            text(
                "alter table case_events disable trigger user, drop constraint if exists only_the_first_event_follows_nothing"
            )
        )
        conn.execute(text(statement), values)
        conn.execute(text("alter table case_events enable trigger user"))


def broken(conn, case):
    """The first broken event of this case and what is wrong, as the check finds it."""
    return next(
        ((row.version, row.problem) for row in db.rows(conn, "history.broken", first=case.id, last=case.id)), None
    )


def canonical(event, before):
    """The hash of an event as docs/history.md tells it, by a program that knows nothing of ours."""
    raw = lambda words: -1 if words is None else len(words.encode())  # noqa: E731
    said = struct.pack(">i", raw(event.note)) + ((event.note or "") + event.details + event.changes).encode()
    if event.salt is not None:
        said = sha256(event.salt.bytes + said).digest()
    moment = (event.at - EPOCH) // (datetime.resolution)
    return sha256(
        (before or bytes(32))
        + struct.pack(">iq", event.version, event.by_id or 0)
        + (event.key.bytes if event.key else bytes(16))
        + struct.pack(">iii", raw(event.action), raw(event.from_state), raw(event.to_state))
        + struct.pack(">qq", event.case_id, moment)
        + (event.action + (event.from_state or "") + event.to_state).encode()
        + said
    ).digest()


def raw_events(conn):
    return conn.execute(text("""
        select case_id, version, at, by_id, action, from_state, to_state, note, cast(details as text) as details,
               cast(changes as text) as changes, key, before, salt, hash
        from case_events order by case_id, version""")).all()  # fmt: skip


def test_anybody_can_check_it_with_a_program_of_their_own(conn):
    builders.escalation_closed(conn)
    does(conn, received(conn, customer_name="Zoë 👩‍👧 \u202e"), "add_note", CLEO, note="=1+1\n'; drop table cases; --")
    imported(conn)
    before, last = None, None
    for event in raw_events(conn):
        before = before if event.case_id == last else None
        assert (event.before, event.hash) == (before, canonical(event, before)), event
        before, last = event.hash, event.case_id


def test_each_event_carries_the_hash_of_the_one_before_it(conn):
    case = responded(conn)
    chain = conn.execute(
        text("select before, hash from case_events where case_id = :id order by version"), {"id": case.id}
    ).all()
    assert chain[0].before is None and [one.before for one in chain[1:]] == [one.hash for one in chain[:-1]]
    assert broken(conn, case) is None


@pytest.mark.parametrize("change", TAMPERED)
@pytest.mark.parametrize("version", [1, 3, 6])
def test_a_changed_event_is_named_wherever_it_stands(conn, change, version):
    case, other = responded(conn), responded(conn)
    tamper(
        conn, f"update case_events set {change} where case_id = :id and version = :version", id=case.id, version=version
    )
    assert broken(conn, case) == (version, TAMPERED[change])
    assert broken(conn, other) is None


@pytest.mark.parametrize("version", [1, 2, 5])
def test_an_event_that_was_taken_away_is_missed(conn, version):
    case = responded(conn)
    tamper(conn, "delete from case_events where case_id = :id and version = :version", id=case.id, version=version)
    assert broken(conn, case) == (version + 1, "what came before it is gone, or is another event")


def test_the_last_events_are_missed_too(conn):
    case = responded(conn)
    tamper(conn, "delete from case_events where case_id = :id and version > 4", id=case.id)
    assert broken(conn, case) == (5, "the history ends before the case does")


def test_a_history_that_is_gone_is_missed(conn):
    case = responded(conn)
    tamper(conn, "delete from case_events where case_id = :id", id=case.id)
    assert broken(conn, case) == (1, "its whole history is gone")


def test_a_case_that_was_moved_without_history_is_found(conn):
    case = responded(conn)
    tamper(
        conn,
        "update cases set state = 'investigating', responded_at = null, closed_at = null where id = :id",
        id=case.id,
    )
    assert broken(conn, case) == (7, "the case stands otherwise than its history says")


def test_two_events_that_changed_places_are_found(conn):
    case = responded(conn)
    for was, becomes in ((3, 99), (4, 3), (99, 4)):
        tamper(
            conn,
            "update case_events set version = :becomes where case_id = :id and version = :was",
            id=case.id,
            was=was,
            becomes=becomes,
        )
    assert broken(conn, case) == (3, "what came before it is gone, or is another event")


def test_an_event_that_was_put_between_others_is_found(conn):
    case = responded(conn)
    tamper(conn, "update case_events set version = version + 1 where case_id = :id and version = 6", id=case.id)
    tamper(conn, """
        insert into case_events (case_id, version, action, from_state, to_state, before, salt, said_digest, hash)
        select case_id, 6, 'add_note', to_state, to_state, hash, gen_random_uuid(), sha256('x'), sha256('y')
        from case_events where case_id = :id and version = 5""", id=case.id)  # fmt: skip
    tamper(conn, "update cases set version = 7 where id = :id", id=case.id)
    assert broken(conn, case)[0] == 6


def test_an_event_given_to_another_case_is_found_in_both(conn):
    one, other = responded(conn), responded(conn)
    tamper(conn, "update case_events set version = version + 50 where case_id = :id and version = 6", id=one.id)
    tamper(
        conn, "update case_events set case_id = :other where case_id = :id and version = 56", id=one.id, other=other.id
    )
    assert broken(conn, one) == (6, "the history ends before the case does")
    assert broken(conn, other)[0] in (7, 56)


@pytest.mark.parametrize("column", ["hash", "before", "said_digest", "salt", "erased_at"])
def test_the_application_brings_no_hash_along(conn, column):
    case = received(conn)
    value = {"salt": "gen_random_uuid()", "erased_at": "now()"}.get(column, "sha256('forged')")
    for version in (1, 2):
        with pytest.raises(DBAPIError, match="permission denied"), conn.begin_nested():
            conn.execute(text(f"""
                insert into case_events (case_id, version, action, to_state, {column}) values (:id, :version, 'add_note', 'received', {value})"""),
                {"id": case.id, "version": version})  # fmt: skip


def test_whatever_the_owner_brings_along_is_written_over(conn):
    case = received(conn)
    with as_owner(conn):
        conn.execute(text("""
            insert into case_events (case_id, version, action, from_state, to_state, hash, before)
            values (:id, 2, 'add_note', 'received', 'received', sha256('a'), sha256('b'))"""), {"id": case.id})  # fmt: skip
        conn.execute(text("update cases set version = 2 where id = :id"), {"id": case.id})
    assert broken(conn, case) is None


@pytest.mark.parametrize("version", [0, 1, 3, 6])
def test_an_event_comes_after_all_others(conn, version):
    case = responded(conn)
    with pytest.raises(DBAPIError), conn.begin_nested():
        conn.execute(text("insert into case_events (case_id, version, action, to_state) values (:id, :version, 'add_note', 'received')"),
                     {"id": case.id, "version": version})  # fmt: skip


def test_whoever_is_named_later_is_told_in_the_history_of_what_follows(conn):
    complaint = builders.taken(conn)
    escalated = builders.admitted(conn, complaint)
    does(
        conn,
        complaint,
        "correct_details",
        SAM,
        category="staff",
        subject_ids=ids_of(conn, NADIA),
        note="She named her.",
    )
    last = builders.last(conn, builders.see(conn, escalated.id))
    assert (last.action, last.changes) == ("follow_subjects", {"subject_ids": [[], ids_of(conn, NADIA)]})
    assert broken(conn, escalated) is None


def test_every_move_by_anybody_leaves_a_whole_chain(conn):
    """Every stage that there is."""
    for stage in (
        "duplicate",
        "not_a_complaint",
        "withdrawn",
        "redirected",
        "queued",
        "escalation_closed",
        "celebrated",
        "letter_posted",
    ):
        getattr(builders, stage)(conn)
    with as_owner(conn):
        assert history.check(conn).found == []


# Many at once


def test_events_of_one_case_follow_each_other_however_many_write_at_once(database):
    with db.begin() as conn:
        case, by = received(conn), who(conn, CLEO)
    barrier = Barrier(8)

    def notes(no):
        barrier.wait(20)
        for turn in range(10):
            with db.begin() as conn:
                cases.act(conn, case.id, "add_note", by=by, note=f"{no} {turn}")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(notes, range(8)))
    with db.begin() as conn:
        events = raw_events(conn)
        assert len(events) == 81 and [event.before for event in events[1:]] == [event.hash for event in events[:-1]]
        assert broken(conn, case) is None


def test_whoever_writes_past_the_program_waits_for_the_last_event_too(database):
    """Two who insert without holding the case: the second waits for the first, and follows it."""
    with db.begin() as conn:
        case = received(conn)
    barrier = Barrier(6)

    def insert(version):
        barrier.wait(20)
        try:
            with db.begin() as conn:
                conn.execute(text("insert into case_events (case_id, version, action, from_state, to_state) "
                                  "values (:id, :version, 'add_note', 'received', 'received')"), {"id": case.id, "version": version})  # fmt: skip
                return version
        except Exception:
            return None

    with ThreadPoolExecutor(6) as threads:
        came = max(filter(None, threads.map(insert, range(2, 8))))
    with db.begin() as conn:
        conn.execute(text("update cases set version = :version where id = :id"), {"version": came, "id": case.id})
        assert broken(conn, case) is None


# Imports, and what was here before

ROW = {"kind": "complaint", "title": "Late", "category": "timeliness", "channel": "phone", "phone": "4165550123"}


def imported(conn):
    """Thirty complaints from a file."""
    columns = source.find("own").foreign_columns()
    rows = [
        ROW | {"request_no": f"880000{no:02}", "received_at": f"2026-01-0{no % 5 + 1}T10:00:00-05:00"}
        for no in range(30)
    ]
    lines = [",".join(columns), *(",".join(row.get(column, "") for column in columns) for row in rows)]
    return importing.run(conn, BytesIO("\n".join(lines).encode()), "own.csv", source.find("own"), by=who(conn, ADA))


@pytest.mark.parametrize("owner", [True, False])
def test_an_import_is_chained_whoever_brings_it(conn, owner):
    if owner:
        with as_owner(conn):
            imported(conn)
    else:
        imported(conn)
    rows = conn.execute(text("select case_id, hash from case_events where action = 'import'")).all()
    assert len(rows) == 30 and len({row.hash for row in rows}) == 30
    case = builders.see(conn, rows[0].case_id)
    does(conn, does(conn, case, "take", SAM), "add_note", SAM, note="From the file.")
    with as_owner(conn):
        assert history.check(conn).broken == 0


def test_what_was_here_before_is_chained_in_order(addresses, tmp_path, monkeypatch):
    """A database of before the chain: events with gaps between their versions, and a version that was never told."""
    old = tmp_path / "sql"
    copytree(SQL, old)
    for file in (old / "views").glob("*.sql"):
        file.unlink()
    later = sorted((old / "migrations").glob("*.sql"))
    for file in later[[file.name for file in later].index("0029_history_chain.sql") :]:
        file.unlink()
    with databases.made(addresses) as name:
        migrate(addresses(name), old)
        with psycopg.connect(addresses(name)) as conn:
            conn.execute("insert into calendar values ('2026-01-05', null, true, 1)")
            for no in range(1, 6):
                conn.execute("""
                    insert into cases (request_no, kind, title, channel, received_at, version)
                    values (%s, 'comment', 'x', 'phone', now() - interval '1 day', %s)""", [str(no), no * 3])  # fmt: skip
                for version in [1, *random.sample(range(2, no * 3), no)]:
                    conn.execute("insert into case_events (case_id, version, action, to_state, note) values (%s, %s, 'add_note', 'received', 'n')",
                                 [no, version])  # fmt: skip
        migrate(addresses(name))
        with psycopg.connect(addresses(name)) as conn:
            assert conn.execute("select * from broken_history(0, 100)").fetchall() == []
            assert conn.execute("select count(*) from case_events where action = 'follow_subjects'").fetchone() == (5,)


# The check


def test_the_command_names_the_first_broken_event_of_each_broken_case(database, capsys):
    with db.begin() as conn:
        good, one, two = responded(conn), responded(conn), responded(conn)
    assert (
        main(["check", "--history"]) == 0
        and "18 events of 3 cases: all as they were written." in capsys.readouterr().out
    )
    with db.owner_engine().begin() as conn:
        conn.execute(text("alter table case_events disable trigger user"))
        conn.execute(text("update case_events set by_id = 2 where case_id = :id and version in (3, 5)"), {"id": one.id})
        conn.execute(text("update case_events set note = 'x' where case_id = :id and version = 6"), {"id": two.id})
        conn.execute(text("alter table case_events enable trigger user"))
    assert main(["check", "--history"]) == 1
    said = capsys.readouterr().out
    assert (
        f"{one.request_no}, event 3: it was changed." in said
        and f"{two.request_no}, event 6: what was said was changed." in said
    )
    assert good.request_no not in said and "the history of 2 cases is not as it was written" in said


def test_a_check_is_kept_with_what_it_found(conn):
    case = responded(conn)
    assert history.last_check(conn) is None
    tamper(conn, "update case_events set note = 'x' where case_id = :id and version = 6", id=case.id)
    shares = []
    made = history.check(conn, by=who(conn, ADA), progress=shares.append)
    assert made == history.last_check(conn)
    assert (made.by_name, made.cases, made.events, made.broken) == (who(conn, ADA).name, 1, 6, 1)
    assert made.found[0].in_words == f"{case.request_no}, event 6: what was said was changed."
    assert shares[-1] == 1


def test_an_altered_letter_is_found(conn):
    case = builders.letter_posted(conn)
    with as_owner(conn):
        conn.execute(text("alter table letters disable trigger user, drop constraint checksum_is_of_the_letter"))
        conn.execute(text("update letters set pdf = 'other' where case_id = :id"), {"id": case.id})
        conn.execute(text("alter table letters enable trigger user"))
    assert [one.case_id for one in history.check(conn).found] == [case.id]


@pytest.mark.parametrize("change", [
    "finding = 'not substantiated'", "response = 'Rewritten.'", "responded_at = received_at + interval '1 hour'", "owner_id = 3",
])  # fmt: skip
def test_a_case_that_was_rewritten_with_an_event_that_says_nothing_is_found(conn, change):
    case = responded(conn)
    conn.execute(text(f"update cases set version = version + 1, {change} where id = :id"), {"id": case.id})
    conn.execute(text("insert into case_events (case_id, version, action, from_state, to_state)"
                      " values (:id, :version, 'log_update', 'responded', 'responded')"), {"id": case.id, "version": case.version + 1})  # fmt: skip
    (found,) = history.check(conn).found
    assert found.problem.startswith("the case says otherwise: ")


def test_words_that_were_taken_away_without_an_erasure_are_found(conn):
    case = responded(conn)
    tamper(
        conn,
        "update case_events set erased_at = now(), salt = null, note = 'forged', details = '{}' where case_id = :id and version = 4",
        id=case.id,
    )
    assert [(one.version, one.problem) for one in history.check(conn).found] == [
        (4, "its words were taken away without an erasure")
    ]


def test_a_letter_that_was_changed_with_its_checksum_is_found_by_the_history(conn):
    case = builders.letter_posted(conn)
    issued = [event for event in builders.history(conn, case) if event.action == "issue_letter"]
    assert [event.details["sha256"] for event in issued] == [builders.letter_of(conn, case).sha256]
    with as_owner(conn):
        conn.execute(text("alter table letters disable trigger user"))
        conn.execute(
            text("update letters set pdf = 'other', sha256 = encode(sha256('other'), 'hex') where case_id = :id"),
            {"id": case.id},
        )
        conn.execute(text("alter table letters enable trigger user"))
    assert letters.altered(conn) == []
    assert [(one.version, one.problem) for one in history.check(conn).found] == [
        (issued[0].version, "its letter is not the one that was issued")
    ]


@pytest.mark.parametrize("attack", ["update attachments set content = 'other'", "delete from attachments"])
def test_a_file_that_was_exchanged_or_taken_away_is_found(conn, attack):
    does(conn, builders.taken(conn), "attach", file=("photo.png", "image/png", b"a photo"), note="The counter.")
    assert history.check(conn).broken == 0
    with as_owner(conn):
        conn.execute(text("alter table attachments disable trigger user"))
        conn.execute(text(attack))
        conn.execute(text("alter table attachments enable trigger user"))
    assert [one.problem for one in history.check(conn).found] == ["its file is not the one that was attached"]


@pytest.mark.parametrize("name", CAST)
def test_the_history_is_checked_by_administrators_and_senior_management(conn, name):
    if name in (ADA, MINA, OMAR, DARA):
        assert history.check(conn, by=who(conn, name)).broken == 0
    else:
        with pytest.raises(NotForYouToCheck):
            history.check(conn, by=who(conn, name))


def test_a_kept_check_is_never_changed(conn):
    history.check(conn)
    for change in ("update history_checks set broken = 0", "delete from history_checks"):
        with pytest.raises(DBAPIError), conn.begin_nested():
            conn.execute(text(change))
