"""An issued letter never changes, whoever asks: the database refuses too, with core bypassed (R47, R63)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core import cases, db, letter_desk, letters
from core.errors import Refused
from tests import builders
from tests.builders import (
    CLEO,
    DARA,
    MINA,
    OMAR,
    PRIYA,
    SAM,
    as_owner,
    id_of,
    letter_approved,
    letter_asked,
    letter_drafted,
    letter_issued,
    letter_of,
    who,
)  # fmt: skip


def attack(conn, statement, **values):
    """How the database refuses this: the name of the constraint, its own sentence, or "denied"; None when it was done."""
    with conn.begin_nested() as savepoint:
        try:
            conn.execute(text(statement), values)
        except DBAPIError as error:
            if error.orig.sqlstate == "42501":
                return "denied"
            return error.orig.diag.constraint_name or error.orig.diag.message_primary
        finally:
            savepoint.rollback()


FROZEN = "An issued letter cannot be changed; a new version of it can be issued."
CHANGES = [
    "parts = parts || '{\"findings\": \"Other.\"}'", "large_print = true", "pdf = 'x'", "sha256 = 'x'", "issued_by = null",
    "issued_at = now()", "sends_by = 'mail'", "address = 'elsewhere@example.org'", "approved_by = null, approved_at = null",
    "author_id = author_id", "asked_id = null", "issued_at = null, issued_by = null, pdf = null, sha256 = null, sends_by = null, address = null",
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_of_an_issued_letter_changes(conn, change):
    letter = letter_of(conn, letter_issued(conn))
    assert attack(conn, f"update letters set {change} where id = :id", id=letter.id) == FROZEN
    with as_owner(conn):
        assert attack(conn, f"update letters set {change} where id = :id", id=letter.id) == FROZEN


@pytest.mark.parametrize(
    "change",
    [
        "version = 9",
        "case_id = case_id",
        "purpose = 'response'",
        "text_no = 1",
        "replaces_because = 'x'",
        "changed_at = now()",
    ],
)
@pytest.mark.parametrize("stage", [letter_drafted, letter_issued])
def test_what_a_letter_is_of_is_not_the_dashboards_to_change(conn, change, stage):
    letter = letter_of(conn, stage(conn))
    assert attack(conn, f"update letters set {change} where id = :id", id=letter.id) == "denied"


@pytest.mark.parametrize("table", ["letters", "letter_journeys"])
@pytest.mark.parametrize("statement", ["delete from {}", "truncate {} cascade"])
def test_no_letter_is_taken_away(conn, table, statement):
    builders.letter_posted(conn)
    assert attack(conn, statement.format(table)) == "denied"
    with as_owner(conn):
        assert attack(conn, statement.format(table)) == "The history can only be added to."


def test_when_it_left_never_changes(conn):
    builders.letter_posted(conn)
    assert attack(conn, "update letter_journeys set at = now()") == "denied"
    with as_owner(conn):
        assert attack(conn, "update letter_journeys set at = now()") == "The history can only be added to."


ISSUE = "issued_by = :mina, issued_at = right_now(), sends_by = 'mail', address = 'x', pdf = 'x', sha256 = encode(sha256('x'), 'hex')"


def test_no_letter_is_issued_that_nobody_approved(conn):
    for stage in (letter_drafted, letter_asked):
        letter = letter_of(conn, stage(conn))
        assert (
            attack(conn, f"update letters set {ISSUE} where id = :id", id=letter.id, mina=id_of(conn, MINA))
            == "letter_has_a_second_pair_of_eyes"
        )


def test_no_letter_is_approved_and_issued_in_one_go(conn):
    letter = letter_of(conn, letter_asked(conn))
    said = {"id": letter.id, "mina": id_of(conn, MINA), "dara": id_of(conn, DARA)}
    assert attack(
        conn, f"update letters set approved_by = :dara, approved_at = right_now(), {ISSUE} where id = :id", **said
    ) == ("A letter is issued as it was approved.")


def test_no_other_text_is_issued_than_was_approved(conn):
    letter = letter_of(conn, letter_approved(conn))
    assert attack(conn, f"update letters set parts = parts || '{{\"findings\": \"Other.\"}}', {ISSUE} where id = :id",
                  id=letter.id, mina=id_of(conn, MINA)) == "A letter is issued as it was approved."  # fmt: skip


def test_a_checksum_is_of_its_document(conn):
    letter = letter_of(conn, letter_approved(conn))
    assert attack(conn, f"update letters set {ISSUE.replace(chr(39) + 'x' + chr(39) + '), ', chr(39) + 'y' + chr(39) + '), ')} where id = :id",
                  id=letter.id, mina=id_of(conn, MINA)) == "checksum_is_of_the_letter"  # fmt: skip


def test_an_edit_by_sql_takes_the_approval_back(conn):
    letter = letter_of(conn, letter_approved(conn))
    conn.execute(
        text('update letters set parts = parts || \'{"findings": "Other."}\' where id = :id'), {"id": letter.id}
    )
    after = db.row(conn, "letters.current", case_id=letter.case_id)
    assert (after.state, after.approver, after.text_no) == ("draft", None, letter.text_no + 1)


@pytest.mark.parametrize("name", [MINA, SAM, PRIYA, CLEO])
def test_who_wrote_it_handled_the_complaint_or_is_no_senior_manager_approves_nothing(conn, name):
    letter = letter_of(conn, letter_asked(conn))
    refusal = attack(
        conn,
        "update letters set approved_by = :by, approved_at = right_now() where id = :id",
        id=letter.id,
        by=id_of(conn, name),
    )
    expected = (
        "nobody_approves_their_own_letter"
        if name == MINA
        else "A letter is approved by an independent manager or director."
    )
    assert refusal == expected


def test_a_manager_who_handled_the_complaint_or_declared_a_conflict_approves_nothing(conn):
    approving = "update letters set approved_by = :by, approved_at = right_now() where id = :id"
    handled = letter_of(conn, letter_asked(conn, builders.decided(conn, builders.responded(conn, OMAR))))
    assert (
        attack(conn, approving, id=handled.id, by=id_of(conn, OMAR))
        == "A letter is approved by an independent manager or director."
    )
    case = builders.does(conn, letter_asked(conn), "declare_conflict", OMAR)
    assert (
        attack(conn, approving, id=letter_of(conn, case).id, by=id_of(conn, OMAR))
        == "A letter is approved by an independent manager or director."
    )


def test_whoever_wrote_in_it_stays_named(conn):
    letter = letter_of(conn, letter_drafted(conn))
    assert attack(conn, "update letters set writer_ids = array[:dara], author_id = :dara where id = :id", id=letter.id,
                  dara=id_of(conn, DARA)) == "Whoever wrote in a letter stays named in it."  # fmt: skip


def test_a_letter_begins_as_a_draft(conn):
    case = builders.decided(conn)
    insert = """insert into letters (case_id, purpose, version, parts, author_id, writer_ids, asked_id, asked_by, asked_at, approved_by, approved_at)
                values (:case, 'decision', 1, '{}', :mina, array[:mina], :dara, :mina, now(), :dara, now())"""
    assert (
        attack(conn, insert, case=case.id, mina=id_of(conn, MINA), dara=id_of(conn, DARA))
        == "A letter begins as a draft."
    )


@pytest.mark.parametrize("parts", ['["a"]', '{"a": 1}', '{"a": {"b": "c"}}', '{"a": null}'])
def test_parts_are_texts(conn, parts):
    letter = letter_of(conn, letter_drafted(conn))
    assert (
        attack(conn, "update letters set parts = cast(:parts as jsonb) where id = :id", id=letter.id, parts=parts)
        == "parts_are_texts"
    )


def test_two_letters_of_one_case_are_never_at_work(conn):
    case = letter_drafted(conn)
    insert = """insert into letters (case_id, purpose, version, replaces, replaces_because, parts, author_id, writer_ids)
                values (:case, 'decision', 2, :first, 'x', '{}', :mina, array[:mina])"""
    assert (
        attack(conn, insert, case=case.id, mina=id_of(conn, MINA), first=letter_of(conn, case).id)
        == "one_letter_at_work_per_case"
    )


def test_a_letter_that_was_altered_all_the_same_is_found(conn):
    """By whoever owns the database, with its own safeguards taken off."""
    letter = letter_of(conn, letter_issued(conn))
    letter_issued(conn)
    assert letters.altered(conn) == []
    with as_owner(conn):
        conn.execute(text("alter table letters disable trigger user"))
        conn.execute(text("alter table letters drop constraint checksum_is_of_the_letter"))
        conn.execute(text("update letters set pdf = pdf || '\\x00' where id = :id"), {"id": letter.id})
        conn.execute(text("alter table letters enable trigger user"))
    assert letters.altered(conn) == [letter.id] == letters.altered(conn, letter.case_id)


# At the same moment


def at_once(work, *arguments):
    """What came of it for each: None, or the sentence of the refusal."""

    def attempt(argument):
        try:
            with db.begin() as conn:
                work(conn, argument)
        except Refused as refusal:
            return str(refusal)

    with ThreadPoolExecutor(len(arguments)) as threads:
        return list(threads.map(attempt, arguments))


def test_of_many_who_issue_it_at_once_one_does(database):
    with db.begin() as conn:
        case = letter_approved(conn)
    came = at_once(
        lambda conn, name: cases.act(conn, case.id, "issue_letter", by=who(conn, name), sends_by="email"),
        *[MINA, DARA] * 4,
    )
    assert came.count(None) == 1
    with db.begin() as conn:
        (letter,) = letters.of_case(conn, case.id, who(conn, MINA))
        assert (letter.version, letter.state, builders.outbox(conn, case)) == (1, "issued", [("letter", "waiting")])
        assert [event.action for event in builders.history(conn, case)].count("issue_letter") == 1


def test_of_many_who_begin_one_at_once_one_does(database):
    with db.begin() as conn:
        case = builders.decided(conn)
    came = at_once(lambda conn, name: cases.act(conn, case.id, "draft_letter", by=who(conn, name)), *[MINA, DARA] * 4)
    assert came.count(None) == 1
    with db.begin() as conn:
        assert len(letters.of_case(conn, case.id, who(conn, MINA))) == 1


def test_an_edit_and_an_approval_at_once_never_approve_the_edit(database):
    for turn in range(12):
        with db.begin() as conn:
            case = letter_asked(conn)
            read = letter_of(conn, case)

        def work(conn, action, case=case, read=read, turn=turn):
            if action == "edit":
                letter_desk.write(conn, case.id, {"findings": f"Other {turn}."}, by=who(conn, MINA))
            else:
                cases.act(conn, case.id, "approve_letter", by=who(conn, DARA), text_no=read.text_no)

        at_once(work, *(["edit", "approve"] if turn % 2 else ["approve", "edit"]))
        with db.begin() as conn:
            letter = letter_of(conn, case)
            assert letter.state != "approved" or letter.parts == read.parts


def test_an_edit_and_an_issue_at_once_never_issue_the_edit(database):
    for turn in range(12):
        with db.begin() as conn:
            case = letter_approved(conn)
            read = letter_of(conn, case)

        def work(conn, action, case=case, turn=turn):
            if action == "edit":
                letter_desk.write(conn, case.id, {"findings": f"Other {turn}."}, by=who(conn, MINA))
            else:
                cases.act(conn, case.id, "issue_letter", by=who(conn, DARA), sends_by="mail")

        at_once(work, *(["edit", "issue"] if turn % 2 else ["issue", "edit"]))
        with db.begin() as conn:
            letter = letter_of(conn, case)
            assert letter.issued_at is None or letter.parts == read.parts
