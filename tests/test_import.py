"""Files from elsewhere: every row is accounted for, what cannot be a case is kept with its reason, and twice adds nothing."""

import csv
import gzip
import threading
import tracemalloc
from collections.abc import Iterator
from datetime import date
from io import BytesIO, RawIOBase, StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Row, text

from core import db
from core.errors import Refused
from core.intake import cells, corrections, importing, indexes, reading, source
from core.intake.importing import Account
from core.intake.source import Source
from core.kinds import CATEGORIES, CHANNELS, DECISIONS, FINDINGS, GROUNDS, Kind, State
from core.people import SYSTEM
from tests.builders import ADA, CAST, DARA, JONAS, MINA, OMAR, SAM, as_owner, leaves, on, received, who
from tests.records import shared

HEADER = "no,opened,closed,what,answer,phone,mail,how"
MINE = """
name = "mine"
date_formats = ["%Y-%m-%d %H:%M", "%Y-%m-%d", "%d.%m.%Y", "iso"]
[columns]
request_no = "no"
received_at = "opened"
answered_at = "closed"
title = "what"
response = "answer"
phone = "phone"
email = "mail"
channel = "how"
[constants]
category = "quality"
[maps.channel]
values = { PHONE = "phone", WEB = "online", "" = "other" }
"""


def mine(more: str = "", **changes: str) -> Source:
    """The source of the small files of this test, with these words changed and these tables added."""
    described = MINE
    for old, new in changes.items():
        assert old in described
        described = described.replace(old, new)
    return source.parse((described + more).encode(), "mine.toml")


def bring(conn: Connection, content: str | bytes, described: Source | None = None, name: str = "file.csv") -> Account:
    """Imports these rows, under the header of this test unless they bring their own."""
    if isinstance(content, str):
        content = (content if content.startswith(("no", "\ufeff")) else f"{HEADER}\n{content}").encode()
    return importing.run(conn, BytesIO(content), name, described or mine())


def account(found: Account) -> tuple[int, int, int, int, int]:
    """Rows read, added, already here, passed over, refused."""
    return found.rows_read, found.added, found.already_here, found.passed_over, found.refused


def refusals(conn: Connection, found: Account) -> dict[int, str]:
    """The reason of each refused row, by its line."""
    return {row.line_no: row.reason for row in corrections.refused(conn, found.id)}


def case(conn: Connection, number: str) -> Row[Any]:
    """The case with this number."""
    return conn.execute(text("select * from cases where request_no = :no"), {"no": number}).one()


def own(*rows: dict[str, str]) -> bytes:
    """A file as we export it, with these rows; what a row does not say is blank."""
    written = StringIO()
    lines = csv.DictWriter(written, source.find("own").foreign_columns(), restval="")
    lines.writeheader()
    lines.writerows({name: cells.safe(cell) for name, cell in row.items()} for row in rows)
    return written.getvalue().encode()


def sentence(conn: Connection, content: str | bytes, described: Source | None = None) -> str:
    """The sentence with which a whole file is refused."""
    with pytest.raises(Refused) as refused:
        bring(conn, content, described)
    said = str(refused.value)
    assert "\n" not in said and said.endswith((".", "?"))
    return said


GOOD = "A1,2026-01-05 09:30,,Cut off,,416-555-0123,,PHONE\n"


# What a good row becomes


def test_an_open_row_becomes_a_complaint_with_its_promise(conn):
    assert account(bring(conn, GOOD)) == (1, 1, 0, 0, 0)
    row = case(conn, "A1")
    assert (row.kind, row.state, row.source, row.title, row.channel) == (
        "complaint",
        "received",
        "mine",
        "Cut off",
        "phone",
    )
    assert (row.phone, row.promised_days, str(row.due_on), row.first_due_on) == (
        "+14165550123",
        10,
        "2026-01-19",
        row.due_on,
    )
    assert row.received_at.astimezone(source.ZoneInfo("America/Toronto")).isoformat() == "2026-01-05T09:30:00-05:00"


def test_an_answered_row_carries_its_real_dates(conn):
    bring(conn, "A2,2019-03-01,2019-04-02,Noise,We came.,,ruth@example.org,WEB\n")
    row = case(conn, "A2")
    assert (row.state, str(row.received_on), str(row.responded_on), row.response) == (
        "responded",
        "2019-03-01",
        "2019-04-02",
        "We came.",
    )
    assert row.closed_at == row.responded_at
    assert (
        conn.execute(text("select outcome from on_time where case_id = :id"), {"id": row.id}).scalar()
        == "answered late"
    )


def test_its_history_names_the_file_and_the_line(conn):
    found = bring(conn, GOOD + "A2,2026-01-06,,Two,,416-555-0124,,\n")
    history = conn.execute(
        text("""
        select case_events.version, action, to_state, details, case_events.by_id from case_events join cases on cases.id = case_id
        where request_no = 'A2'""")
    ).all()
    assert [tuple(row) for row in history] == [(1, "import", "received", {"import": found.id, "line": 3}, None)]


def test_a_case_that_was_imported_can_be_worked_on(conn):
    from core import cases
    from tests.builders import does

    bring(conn, GOOD)
    taken = does(conn, cases.find(conn, "a1", who(conn, SAM)), "take", SAM)
    assert (taken.state, taken.version) == ("under_review", 2)


def test_a_search_finds_the_words_of_an_imported_case_as_of_any_other(conn):
    bring(conn, GOOD + "A2,2026-01-05,2026-01-06,Noise,We came.,,Ruth@Example.org,\n")
    differs = text("""
        select count(*) from cases where search <> words_of_case(title, topic, description, response, customer_name, email, phone)""")
    assert conn.execute(differs).scalar() == 0


def test_search_finds_it_at_once(conn):
    bring(conn, "A3,2026-01-06,,Snowplough blocked the driveway,,416-555-0124,,\n")
    found = conn.execute(
        text("select request_no from cases where search @@ plainto_tsquery('english', 'snowploughs driveways')")
    )
    assert found.scalars().all() == ["A3"]


@pytest.mark.parametrize(
    ("opened", "zone", "instant"),
    [
        ("2026-07-01 12:00", "America/New_York", "2026-07-01 12:00:00-04:00"),
        ("2026-01-05 23:30", "America/Vancouver", "2026-01-06 02:30:00-05:00"),
        ("2026-01-05", "America/Vancouver", "2026-01-05 00:00:00-05:00"),
        ("05.01.2026", "America/Vancouver", "2026-01-05 00:00:00-05:00"),
        ("2026-01-05T12:00:00Z", "America/Vancouver", "2026-01-05 07:00:00-05:00"),
    ],
)
def test_a_time_is_of_its_source_s_zone_and_a_date_is_a_date_in_toronto(conn, opened, zone, instant):
    bring(conn, f"A1,{opened},,x,,416-555-0123,,\n", mine(date_formats=f'time_zone = "{zone}"\ndate_formats'))
    assert str(case(conn, "A1").received_at.astimezone(source.ZoneInfo("America/Toronto"))) == instant


def test_a_receipt_on_a_weekend_is_due_like_that_of_the_friday_before(conn):
    bring(conn, "".join(f"A{day},2026-01-{day:02},,x,,416-555-0123,,\n" for day in (2, 3, 4)))
    assert {str(case(conn, f"A{day}").due_on) for day in (2, 3, 4)} == {"2026-01-16"}


def test_a_row_keeps_the_standard_it_was_received_under(conn):
    conn.execute(text("set local role none"))
    conn.execute(
        text("""
        insert into standards (kind, step, business_days, applies, promise, sentence, source, effective_on)
        values ('complaint', 'answered', 5, 'always', 'published', 'Sooner.', 'test', '2026-02-01')""")
    )
    bring(conn, "A1,2026-01-30,,x,,416-555-0123,,\nA2,2026-02-02,,x,,416-555-0123,,\n")
    assert [case(conn, no).promised_days for no in ("A1", "A2")] == [10, 5]


def test_an_answer_on_the_day_of_receipt_without_its_time_is_not_before_it(conn):
    bring(conn, "A1,2026-01-05 15:00,2026-01-05,x,y,416-555-0123,,\n")
    row = case(conn, "A1")
    assert row.responded_at == row.received_at


def test_only_the_rows_that_the_source_says_are_taken(conn):
    take = '[[take]]\ncolumn = "what"\nmatches = "^Noise"\n[[take]]\ncolumn = "how"\nis_one_of = ["WEB"]\nis_none_of = ["FAX"]\n'
    rows = [("Noise", "WEB"), ("Noise", "PHONE"), ("Rubbish", "WEB"), ("Noise at night", "WEB")]
    content = "".join(f"A{no},2026-01-05,,{what},,416-555-0123,,{how}\n" for no, (what, how) in enumerate(rows))
    assert account(bring(conn, content + "ragged\n", mine(take))) == (5, 2, 0, 2, 1)
    assert conn.execute(text("select array_agg(request_no order by 1) from cases where source = 'mine'")).scalar() == [
        "A0",
        "A3",
    ]


def test_parts_whose_columns_are_blank_are_left_out(conn):
    described = mine(
        **{'title = "what"': 'title = { join = ["what", "({how} {mail})"], by = " ", if_blank = "Nothing said" }'}
    )
    bring(
        conn,
        "A1,2026-01-05,,,,416-555-0123,,\nA2,2026-01-05,,Noise,,416-555-0123,,WEB\nA3,2026-01-05,,Noise,,416-555-0123,,\n",
        described,
    )
    assert [case(conn, no).title for no in ("A1", "A2", "A3")] == ["Nothing said", "Noise (WEB )", "Noise"]


# What cannot be a case


BAD = {
    "B1,yesterday,,x,,416-555-0123,,": 'The date of receipt "yesterday" cannot be read.',
    "B1,2026-02-30,,x,,416-555-0123,,": 'The date of receipt "2026-02-30" cannot be read.',
    "B1,,,x,,416-555-0123,,": "It has no date of receipt.",
    "B1,2026-01-05,soon,x,,416-555-0123,,": 'The date of the answer "soon" cannot be read.',
    "B1,2026-01-05 10:00,2026-01-04 09:00,x,,416-555-0123,,":
        "It was closed before it was created: received 2026-01-05 10:00, answered 2026-01-04 09:00.",
    "B1,2026-01-05 10:00,2026-01-05 09:00,x,,416-555-0123,,":
        "It was closed before it was created: received 2026-01-05 10:00, answered 2026-01-05 09:00.",
    "B1,2029-01-05,,x,,416-555-0123,,": "It was received in the future.",
    "B1,2026-01-05,2029-01-05,x,,416-555-0123,,": "It was answered in the future.",
    "B1,1999-12-31,,x,,416-555-0123,,": "It was received on 1999-12-31 and the calendar is loaded from 2010-01-01 to 2030-12-31.",
    "B1,2026-01-05,,x,,,,": "It has no phone, email or postal address, and the source file does not say which system holds them.",
    "B1,2026-01-05,,x,,12,,": 'The phone "12" cannot be read.',
    "B1,2026-01-05,,x,,,nobody,": 'The email "nobody" cannot be read.',
    "B1,2026-01-05,,x,,416-555-0123,,FAX": 'The source file does not say what channel "FAX" is.',
    "B1,2026-01-05,,  ,,416-555-0123,,": "It has no title.",
    ",2026-01-05,,x,,416-555-0123,,": "It has no request number.",
    f"{'9' * 65},2026-01-05,,x,,416-555-0123,,": "Its request number is longer than 64 characters.",
    f"B1,2026-01-05,,{'x' * 1001},,416-555-0123,,": "Its title is longer than 1,000 characters.",
    f"B1,2026-01-05,2026-01-06,x,{'x' * 100_001},416-555-0123,,": "Its response is longer than 100,000 characters.",
    "B1,2026-01-05,,x,,416-555-0123": "It has 6 columns and the header has 8.",
    "B1,2026-01-05,,x,,416-555-0123,,,more": "It has 9 columns and the header has 8.",
    "B1,2026-01-05,,a\x00b,,416-555-0123,,": '"what" holds a NUL character.',
    "B1,2029-01-05,2028-01-05,,,,,": "It has no title; it was received in the future; it was answered in the future; "
        "it was closed before it was created: received 2029-01-05 00:00, answered 2028-01-05 00:00; "
        "it has no phone, email or postal address, and the source file does not say which system holds them.",
}  # fmt: skip


@pytest.mark.parametrize(("row", "why"), BAD.items(), ids=[why[:60] for why in BAD.values()])
def test_a_row_that_cannot_be_a_case_is_kept_with_its_line_and_reason(conn, row, why):
    on(conn, date(2026, 3, 2))
    found = bring(conn, f"{GOOD}{row}\n{GOOD.replace('A1', 'A2')}")
    assert account(found) == (3, 2, 0, 0, 1)
    assert refusals(conn, found) == {3: why}
    kept = corrections.refused(conn, found.id)[0]
    assert kept.cells == row.replace("\x00", "␀").split(",")


def test_a_promise_past_the_calendar_is_refused(conn):
    on(conn, date(2030, 12, 31))
    found = bring(conn, "A1,2030-12-30,,x,,416-555-0123,,\n")
    assert "the calendar is loaded from 2010-01-01 to 2030-12-31" in refusals(conn, found)[2]


def test_the_first_row_of_a_number_has_it(conn):
    found = bring(conn, f"{GOOD}a-1,2026-01-06,,Other,,416-555-0123,,\n{GOOD}")
    assert account(found) == (3, 1, 0, 0, 2)
    assert refusals(conn, found) == {
        3: "The number a-1 is on line 2 already.",
        4: "The number A1 is on line 2 already.",
    }


def test_a_number_of_a_row_that_was_refused_is_free(conn):
    assert account(bring(conn, GOOD.replace("2026-01-05 09:30", "never") + GOOD)) == (2, 1, 0, 0, 1)


def test_a_number_of_somebody_else_s_case_is_refused(conn):
    ours = received(conn)
    bring(conn, GOOD)
    found = bring(
        conn,
        f"{ours.request_no},2026-01-05,,x,,416-555-0123,,\nA1,2026-01-05,,x,,416-555-0123,,\n",
        mine(mine="theirs"),
    )
    assert refusals(conn, found) == {
        2: f"The number {ours.request_no} belongs to a case that was entered here.",
        3: "The number A1 belongs to a case from mine.",
    }


def test_numbers_are_the_same_however_they_are_written(conn):
    bring(conn, "00012345,2026-01-05,,x,,416-555-0123,,\n")
    assert account(bring(conn, "#12-345,2026-01-05,,x,,416-555-0123,,\n")) == (1, 0, 1, 0, 0)


def test_the_database_checks_the_account(conn):
    found = bring(conn, GOOD)
    with pytest.raises(Exception, match="every_row_is_accounted_for"):
        conn.execute(text("update imports set added = added + 1 where id = :id"), {"id": found.id})


# Rows that say more than a foreign export: who had the case, how it ended

SOUND = {"request_no": "C1", "kind": "complaint", "title": "x", "category": "quality", "channel": "phone", "phone": "4165550123",
         "received_at": "2026-01-05T10:00:00-05:00"}  # fmt: skip
OPEN = {"state": "investigating", "owner": "SAM"}
CLOSED = {"state": "withdrawn", "closed_at": "2026-01-09T10:00:00-05:00"}
ANSWERED = {"state": "responded", "answered_at": "2026-01-09T10:00:00-05:00"}
PROMISED = {"promised_days": "10", "due_on": "2026-01-19", "first_due_on": "2026-01-19"}


ESCALATED = {"request_no": "E1", "kind": "escalation", "title": "x", "channel": "phone", "phone": "4165550123", "ground": "unsatisfied",
             "received_at": "2026-01-12T10:00:00-05:00", "decide_days": "10", "decide_by": "2026-01-26"}  # fmt: skip
DECIDED = {"state": "decided", "owner": "OMAR", "decision": "upheld", "decision_reasons": "x", "sources_checked": "x", "letter_due": "no",
           "letter_because": "x", "decided_at": "2026-01-13T10:00:00-05:00", "decided_by": "OMAR"}  # fmt: skip


@pytest.fixture
def emails(conn: Connection) -> dict[str, str]:
    """It is 2 March 2026 and Jonas has left: the addresses of the cast, by their names in capitals."""
    on(conn, date(2026, 3, 2))
    found = {name.upper(): who(conn, name).email for name in (*CAST, JONAS)}
    leaves(conn, JONAS)
    return found


def addressed(row: dict[str, str], emails: dict[str, str]) -> dict[str, str]:
    """A row with the addresses of those whom it names."""
    return {field: " ".join(emails.get(word, word) for word in cell.split(" ")) for field, cell in row.items()}


@pytest.mark.parametrize(
    "said",
    [
        OPEN, CLOSED, ANSWERED, ANSWERED | {"state": ""}, OPEN | PROMISED, OPEN | {"subjects": "PRIYA TARIQ"},
        CLOSED | {"owner": "CLEO"}, CLOSED | {"owner": "TARIQ", "subjects": "SAM"}, CLOSED | {"closed_at": "2026-01-05"},
        {"kind": "comment", "state": "forwarded", "answered_at": "2026-01-09T10:00:00-05:00"},
        {"kind": "comment", "answered_at": "2026-01-09T10:00:00-05:00"},
        {"received_at": "2026-01-05T10:00:00+23:59"},
    ],
)  # fmt: skip
def test_what_the_database_can_keep_is_added(conn, emails, said):
    found = bring(conn, own(addressed(SOUND | said, emails)), source.find("own"))
    assert (account(found), refusals(conn, found)) == ((1, 1, 0, 0, 0), {})


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"request_no": "# - #"}, "It has no request number."),
        ({"closed_at": "2026-01-09"}, "Its state is received and its date of closing 2026-01-09."),
        (CLOSED | {"state": ""}, "Its state is received and its date of closing 2026-01-09."),
        (OPEN | {"closed_at": "2026-01-09"}, "Its state is investigating and its date of closing 2026-01-09."),
        (CLOSED | {"closed_at": ""}, "Its state is withdrawn and its date of closing is missing."),
        (CLOSED | {"closed_at": "2026-01-04"}, "It was closed before it was created: received 2026-01-05 10:00, closed 2026-01-04 00:00."),
        ({"kind": "comment", "state": "forwarded", "closed_at": "2026-01-09"},
         "Its state is forwarded and its date of closing 2026-01-09."),
        ({"state": "responded"}, "Its state is responded and its date of the answer is missing; "
         "its state is responded and its date of closing is missing."),
        ({"kind": "compliment", "state": "investigating"}, "A compliment cannot be investigating."),
        ({"redirected_to": "Toronto Water"}, "Redirected goes together with the division it was redirected to."),
        (CLOSED | {"state": "redirected", "redirected_to": "Mars"}, 'The division "Mars" is not in the directory.'),
        ({"duplicate_of": "C2"}, "Duplicate goes together with the number it is a duplicate of."),
        (OPEN | {"owner": "nobody@example.org"}, 'Its owner "nobody@example.org" is not in the staff directory.'),
        ({"team": "Night"}, 'The team "Night" is not in the directory.'),
        (ANSWERED | {"responded_by": "a@b.ca", "accountable": "c@d.ca"}, 'Its responder "a@b.ca" is not in the staff directory; '
         'its accountable supervisor "c@d.ca" is not in the staff directory.'),
        (OPEN | {"owner": "CLEO"}, "Its owner is no active supervisor, manager or director, and it is open."),
        (OPEN | {"owner": "JONAS"}, "Its owner is no active supervisor, manager or director, and it is open."),
        (OPEN | {"subjects": "PRIYA SAM"}, "Its owner is somebody it is about."),
        (CLOSED | {"owner": "SAM", "subjects": "SAM"}, "Its owner is somebody it is about."),
        (OPEN | {"subjects": "DARA"}, "Its owner reports to somebody it is about."),
        ({"subjects": "SAM  TARIQ"}, "Somebody it is about is not in the staff directory."),
        (PROMISED | {"due_on": "2026-01-02"}, "It was due before it was received: received 2026-01-05, due 2026-01-02."),
        (PROMISED | {"first_due_on": "2031-01-02"}, "It is due on 2031-01-02 and the calendar is loaded to 2030-12-31."),
        (PROMISED | {"due_on": ""}, "Promised_days, due_on and first_due_on belong together."),
        (PROMISED | {"promised_days": "11"}, "No standard promises an answer in 11 business days."),
        ({"finding": "substantiated", "finding_summary": "x"}, "A finding needs its summary and the sources checked."),
        ({"topic": "x" * 1001}, "Its topic is longer than 1,000 characters."),
        ({"customer_name": "x" * 1001}, "Its customer name is longer than 1,000 characters."),
        ({"description": "\U00020000" * 62_501}, "Its description and response are longer than 250,000 bytes together."),
    ],
)  # fmt: skip
def test_a_row_that_the_database_would_refuse_is_refused_alone(conn, emails, said, why):
    content = own(addressed(SOUND | said, emails), SOUND | {"request_no": "C9"})
    found = bring(conn, content, source.find("own"))
    assert (account(found), refusals(conn, found)) == ((2, 1, 0, 0, 1), {2: why})


def test_a_duplicate_is_added_only_with_the_case_it_leads_to(conn):
    def duplicate(number: str, of: str) -> dict[str, str]:
        return SOUND | CLOSED | {"state": "duplicate", "request_no": number, "duplicate_of": of}

    here = received(conn).request_no
    rows = [SOUND, duplicate("D1", "D2"), duplicate("D2", "c-1"), duplicate("D3", here),
            duplicate("E1", "E2"), duplicate("E2", "gone"), duplicate("F1", "F1"), duplicate("G1", "G2"), duplicate("G2", "G1")]  # fmt: skip
    found = bring(conn, own(*rows), source.find("own"))
    assert account(found) == (9, 4, 0, 0, 5)
    assert refusals(conn, found) == {
        line: f"There is no case {number} for it to be a duplicate of."
        for line, number in ((6, "E2"), (7, "gone"), (8, "F1"), (9, "G2"), (10, "G1"))
    }
    originals = conn.execute(
        text("""
        select duplicate.request_no, original.request_no from cases as duplicate
        join cases as original on original.id = duplicate.duplicate_of order by 1""")
    )
    assert [tuple(row) for row in originals] == [("D1", "D2"), ("D2", "C1"), ("D3", here)]


@pytest.mark.parametrize(("said", "why"), [
    ({"escalates": "gone"}, "There is no complaint gone for it to escalate."),
    ({"kind": "comment"}, "Only an escalation has a complaint that it escalates, a ground, updates or a decision."),
    ({"represented_by": "A daughter"}, "Its representative has no recorded consent."),
    ({"updates_by": "sms"}, "Updates_by and updates_to belong together."),
    ({"decide_by": ""}, "Decide_days and decide_by belong together."),
    ({"decide_days": "7"}, "No standard asks for a decision in 7 business days."),
    (DECIDED | {"decided_by": ""}, "Decision, decided_at and decided_by belong together."),
    (DECIDED | {"letter_because": ""}, "A decision needs its reasons, what was reviewed, and whether a letter is due and why."),
    (DECIDED | {"decided_at": "2026-01-11T10:00:00-05:00"}, "It was decided before it was received."),
    (DECIDED | {"told_at": "2026-01-12T11:00:00-05:00", "told_by": "phone"}, "The customer was told before it was decided."),
    (DECIDED | {"told_by": "phone"}, "Told_at and told_by belong together."),
    (DECIDED | {"decided_by": "x@y.ca"}, 'Who decided it, "x@y.ca", is not in the staff directory.'),
    ({"state": "in_review", "owner": "PRIYA"}, "Its reviewer is no active manager or director, and it is open."),
    ({"escalates": "C2", "state": "in_review", "owner": "MINA"}, "Its reviewer handled the complaint."),
])  # fmt: skip
def test_an_escalation_that_the_database_would_refuse_is_refused_alone(conn, emails, said, why):
    complaints = [SOUND | ANSWERED, SOUND | ANSWERED | {"request_no": "C2", "responded_by": "MINA"}]
    rows = [addressed(row, emails) for row in (*complaints, ESCALATED | said)]
    found = bring(conn, own(*rows), source.find("own"))
    assert (account(found), refusals(conn, found)) == ((3, 2, 0, 0, 1), {4: why})


def test_of_two_open_escalations_of_one_complaint_the_first_is_added(conn, emails):
    second = ESCALATED | {"request_no": "E2", "received_at": "2026-01-13", "escalates": "C1"}
    rows = [SOUND | ANSWERED, second, ESCALATED | {"escalates": "c-1"}]
    found = bring(conn, own(*rows), source.find("own"))
    assert refusals(conn, found) == {3: "The complaint C1 has an open escalation already."}


#: What each field of ours may say: sensible things, things that do not go together, and nonsense.
DATES = ("2026-01-05T10:00:00-05:00", "2026-01-09T10:00:00-05:00", "2026-01-05", "1999-01-04", "2040-01-02",
         "9999-12-31T23:59:59-10:00", "x")  # fmt: skip
PEOPLE = (*(name.upper() for name in (*CAST, JONAS)), "nobody@example.org", "x")
SAID: dict[str, tuple[str, ...]] = {
    "request_no": ("C1", "C2", "c-1", "#"), "kind": tuple(Kind), "state": tuple(State), "category": CATEGORIES,
    "channel": CHANNELS, "finding": FINDINGS, "response_channel": CHANNELS, "tags": ("equity", "a  b"), "topic": ("x", "x" * 1001),
    "received_at": ("2026-01-05T10:00:00-05:00", *DATES), "assigned_at": DATES, "acknowledged_at": DATES, "answered_at": DATES,
    "closed_at": DATES, "due_on": ("2026-01-19", *DATES), "first_due_on": ("2026-01-19", *DATES), "promised_days": ("10", "2", "7", "0"),
    "reply_requested": ("yes", "no"), "interpreter": ("true", "?"), "phone": ("416-555-0123", "1"), "email": ("ruth@example.org", "x"),
    "division": ("Toronto Water", "Mars"), "redirected_to": ("Toronto Water", "Mars"), "team": ("Daytime Calls", "Night"),
    "owner": PEOPLE, "responded_by": PEOPLE, "accountable": PEOPLE, "subjects": (*PEOPLE, "SAM TARIQ", "DARA  VIC"),
    "duplicate_of": ("C1", "C2", "C3", "gone"), "escalates": ("C0", "C1", "c-2", "gone"), "ground": tuple(GROUNDS),
    "never_arrived": ("yes", "no"), "updates_by": ("email", "sms"), "decide_days": ("10", "2", "7"), "decide_by": DATES,
    "decision": DECISIONS, "remedy_by": DATES, "letter_due": ("yes", "no"), "decided_at": DATES, "decided_by": PEOPLE, "told_at": DATES,
    "told_by": CHANNELS, "ombudsman_at": DATES,
}  # fmt: skip
#: Where a row begins; up to four of its fields then say something else, so that each rule is met alone and with others.
BEGINNINGS = ({}, SOUND, *(SOUND | more for more in (OPEN, OPEN | {"subjects": "CLEO"}, CLOSED, ANSWERED, PROMISED)),
              SOUND | CLOSED | {"kind": "comment", "state": "closed"}, SOUND | CLOSED | {"state": "duplicate", "duplicate_of": "C0"},
              ESCALATED, ESCALATED | {"escalates": "C0", "state": "in_review", "owner": "MINA"}, ESCALATED | {"escalates": "C0"} | DECIDED)  # fmt: skip
CHANGES = st.dictionaries(st.sampled_from(source.FIELDS), st.none(), max_size=4).flatmap(
    lambda fields: st.fixed_dictionaries({
        field: st.sampled_from(("", *SAID[field])) if field in SAID
        else st.text(st.characters(exclude_categories=["Cs"]), max_size=5) for field in fields
    })
)  # fmt: skip


@given(rows=st.lists(st.tuples(st.sampled_from(BEGINNINGS), CHANGES), min_size=1, max_size=12))
def test_no_row_whatever_it_says_refuses_the_file(conn, emails, rows):
    said = [addressed(begin | {"request_no": f"C{no}"} | changes, emails) for no, (begin, changes) in enumerate(rows)]
    with conn.begin_nested() as savepoint:
        found = bring(conn, own(*said), source.find("own"))
        assert found.rows_read == len(rows) == found.added + found.already_here + found.passed_over + found.refused
        assert len(refusals(conn, found)) == found.refused
        savepoint.rollback()


# Files that are refused whole


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (b"\n\n", "The file is empty."),
        (HEADER.encode(), "The file has a line of column names and no rows."),
        (HEADER.encode() + b"\n\n\n", "The file has a line of column names and no rows."),
        (gzip.compress(b""), "The file is empty."),
        (PNG, 'Line 1 of the file is not UTF-8 text; if it comes from Windows, its source file may need encoding = "cp1252".'),
        ((HEADER + "\n" + GOOD).encode("utf-16"), "Line 1 of the file is not UTF-8 text; "
         'if it comes from Windows, its source file may need encoding = "cp1252".'),
        (f"{HEADER}\n{GOOD}A2,2026-01-05,,café,,416-555-0123,,\n".encode("cp1252"),
         'Line 3 of the file is not UTF-8 text; if it comes from Windows, its source file may need encoding = "cp1252".'),
        (b"PK\x03\x04" + bytes(40), "The file is a workbook or an archive, not rows of text; save it as CSV first."),
        (gzip.compress((HEADER + "\n" + GOOD * 100).encode())[:-40], "The file is damaged: it cannot be unpacked to its end."),
        (b"\x1f\x8b\x08nonsense, this is", "The file is damaged: it cannot be unpacked to its end."),
        (b"no,closed,what\n1,2,3\n", 'The file has no column "opened", "answer", "phone", "mail", "how".'),
        (HEADER.replace(",", ";").encode() + b"\n", "The file has no column " + ", ".join(f'"{name}"' for name in
         ("no", "opened", "closed", "what", "answer", "phone", "mail", "how"))
         + '; its columns seem to be parted by ";": the source file says which with delimiter.'),
        (f"{HEADER},no\n1,2,3,4,5,6,7,8,9\n".encode(), 'The file has two columns called "no".'),
        (f'{HEADER}\n{GOOD}A2,2026-01-05,,"open,,416-555-0123,,\nA3,2026-01-05,,x,,416-555-0123,,\n'.encode(),
         "A quotation mark in the row that starts on line 3 is never closed."),
        (f'{HEADER}\n{GOOD}A2,2026-01-05,,"open,,\n'.encode() + b"A3,2026-01-05,,x,,416-555-0123,,\n" * 5000,
         "The row that starts on line 3 has a field of more than 131,072 characters; is a quotation mark left open?"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, str) else "",
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(database, content, said):
    with db.engine().connect() as conn:
        assert sentence(conn, content) == said
        conn.rollback()
        assert conn.execute(text("select count(*) from imports")).scalar() == 0


class Endless(RawIOBase):
    """A file of one line: how many bytes were read of it is told."""

    def __init__(self, size: int, start: bytes = b"") -> None:
        self.size, self.start, self.at, self.most = size, start, 0, 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = self.size if whence == 2 else offset
        return self.at

    def tell(self) -> int:
        return self.at

    def read(self, size: int = -1) -> bytes:
        found = (self.start[self.at : self.at + size] + b"x" * size)[: min(size, self.size - self.at)]
        self.at += len(found)
        self.most = max(self.most, self.at)
        return found


@pytest.mark.parametrize("start", [b"", f"{HEADER}\n{GOOD}A2,2026-01-05,,".encode()], ids=["header", "row"])
def test_a_line_of_100_megabytes_is_refused_without_reading_it(conn, start):
    file = Endless(100_000_000, start)
    tracemalloc.start()
    with pytest.raises(
        Refused, match=r"^Line \d of the file is longer than a million bytes: this is not a file of rows\.$"
    ):
        importing.run(conn, file, "long.csv", mine())
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert file.most < 3_000_000 and most < 20_000_000


def test_nor_is_one_that_a_small_packed_file_unpacks_to(conn):
    packed = gzip.compress(HEADER.encode() + b"\n" + b"x" * 100_000_000, 9)
    tracemalloc.start()
    assert "Line 2 of the file is longer" in sentence(conn, packed)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20_000_000


def test_an_upload_is_read_no_further_than_its_limit(conn):
    rows = f"{HEADER}\n" + GOOD * 30_000
    packed = gzip.compress(rows.encode(), 9)
    assert len(packed) < 20_000
    with pytest.raises(reading.TooLarge) as refused, conn.begin_nested():
        importing.run(conn, BytesIO(packed), "bomb.csv.gz", mine(), largest=1_000_000)
    assert str(refused.value) == "The file holds more than 1 MB of text; import it in parts."
    assert importing.run(conn, BytesIO(packed), "large.csv.gz", mine(), largest=len(rows)).rows_read == 30_000


# Whose word it is taken on


@pytest.mark.parametrize("name", CAST)
def test_only_administrators_managers_and_directors_import_files(conn, name):
    def run() -> Account:
        return importing.run(conn, BytesIO(f"{HEADER}\n{GOOD}".encode()), "x.csv", mine(), by=who(conn, name))

    if name in (ADA, MINA, OMAR, DARA):
        assert run().added == 1
    else:
        with pytest.raises(Refused, match=r"ask one of them|figures only"):
            run()


def test_a_role_that_was_taken_away_counts_at_once(conn):
    mina = who(conn, MINA)
    with as_owner(conn):
        conn.execute(text("update staff set role = 'coordinator' where id = :id"), {"id": mina.id})
    with pytest.raises(importing.NotAnImporter):
        importing.run(conn, BytesIO(f"{HEADER}\n{GOOD}".encode()), "x.csv", mine(), by=mina)


def test_refused_rows_are_read_by_whoever_imported_them_and_by_administrators(conn):
    mina = importing.run(conn, BytesIO(f"{HEADER}\nA1,never,,x,,,,\n".encode()), "x.csv", mine(), by=who(conn, MINA))
    nobody = bring(conn, "A1,never,,x,,,,\n")
    for found, readers in ((mina, {MINA, ADA}), (nobody, {ADA})):
        row = corrections.get(conn, found.id)
        assert {name for name in CAST if corrections.may_read(row, who(conn, name))} == readers
        with pytest.raises(corrections.NotYourImport):
            corrections.open_refused(conn, found.id, who(conn, OMAR))
        corrections.open_refused(conn, found.id, SYSTEM)


def test_a_look_at_refused_rows_is_logged_once_in_a_while_and_a_download_each_time(conn):
    found = bring(conn, "A1,never,,x,,,,\n")
    ada = who(conn, ADA)
    for download in (False, False, True, True):
        corrections.open_refused(conn, found.id, ada, download=download)
    logged = conn.execute(text("select by_id, case_id, what from access_log order by id"))
    assert [tuple(row) for row in logged] == [
        (ada.id, None, f"view of the refused rows of import {found.id}"),
        *[(ada.id, None, f"download of the refused rows of import {found.id}")] * 2,
    ]


# Text as it was written

ATTACKS = [
    "<script>alert(1)</script>", "[link](http://example.org)", "=1+1", "+1", "-1", "@SUM(A1)", "|cmd", "%0A", "'=1+1", "''", "'",
    "\u202egnp.exe", "‏שלום", "👩‍👧‍👦 🇨🇦", "a\nb", "a\r\nb", "a\rb", "a\tb", 'say "hi"', ";", "\\.", "\\N", "\\", "null", "{x}", ":x", "%s",
    "' or 1=1 --", "\u2028", "\x85", "é", "ﬀ", "\x01\x1b[31m", "x" * 5000, "＝1+1", "\t=1", "∅",
]  # fmt: skip


@pytest.mark.parametrize("said", ATTACKS)
def test_any_text_is_kept_as_it_was_written(conn, said):
    written = StringIO()
    csv.writer(written).writerow(["A1", "2026-01-05", "2026-01-06", "t", f"x{said}x", "416-555-0123", "", ""])
    csv.writer(written).writerow(["A2", "2026-01-05", "", "t" + said, "", "416-555-0123", "", ""])
    assert account(bring(conn, written.getvalue()))[:2] == (2, 2) or len(said) > 999
    assert case(conn, "A1").response == f"x{said}x"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("last", [True, False], ids=["ended", "not ended"])
def test_however_a_file_is_written_it_is_the_same(conn, end, mark, delimiter, last):
    content = (HEADER + "\n" + GOOD + "\n" + 'A2,2026-01-05,,"a\nb",,416-555-0124,,\n' + "bad,never,,x,,,,\n").replace(
        "\n", end
    )
    content = mark + content.replace(",", delimiter)
    toml_delimiter = {"\t": "\\t"}.get(delimiter, delimiter)
    found = bring(conn, (content if last else content.removesuffix(end)).encode(),
                  mine(date_formats=f'delimiter = "{toml_delimiter}"\ndate_formats'))  # fmt: skip
    assert account(found) == (3, 2, 0, 0, 1)
    assert list(refusals(conn, found)) == [6], "the line in the file: a blank line and a row of two lines come before"
    assert case(conn, "A2").title == f"a{end}b"


def test_cp1252_is_read_where_the_source_says_so(conn):
    bring(conn, f"{HEADER}\nA1,2026-01-05,,café “naïve” – 5 €,,416-555-0123,,\n".encode("cp1252"),
          mine(date_formats='encoding = "cp1252"\ndate_formats'))  # fmt: skip
    assert case(conn, "A1").title == "café “naïve” – 5 €"


def test_a_brace_in_the_words_of_a_source_file_is_a_brace(conn):
    bring(conn, "A1,2026-01-05,,Noise,,416-555-0123,,WEB\n", mine(**{'"what"': '{ join = ["{how} {} }{ {what}"] }'}))
    assert case(conn, "A1").title == "WEB {} }{ Noise"


def test_words_that_are_only_blanks_are_none(conn):
    described = mine(**{'"what"': '{ join = ["what"], if_blank = "\u2003 " }'})
    found = bring(conn, "A1,2026-01-05,,,,416-555-0123,,\n", described)
    assert refusals(conn, found) == {2: "It has no title."}


def test_a_nul_in_the_name_of_a_column_is_shown_as_its_picture(conn):
    found = bring(conn, f"{HEADER},m\0re\nA1,never,,x,,,,,\n".encode())
    assert corrections.get(conn, found.id).columns[-1] == "m␀re"


def test_a_packed_file_needs_no_name_that_says_so(conn):
    assert account(bring(conn, gzip.compress(f"{HEADER}\n{GOOD}".encode()))) == (1, 1, 0, 0, 0)


def test_a_file_longer_than_a_piece_keeps_its_lines(conn):
    rows = "".join(
        f'N{no},2026-01-05,,"{"line" * (1 + no % 3)}\n{"é" * (no % 50)}",,416-555-0123,,\n' for no in range(9_000)
    )
    found = bring(conn, rows + "bad,never,,x,,,,\n")
    assert account(found)[:2] == (9_001, 9_000) and list(refusals(conn, found)) == [18_002]


# Again


def test_twice_adds_nothing(conn):
    content = f"{GOOD}A2,never,,x,,,,\nA3,2026-01-05,,x,,416-555-0123,,\nA3,2026-01-06,,x,,416-555-0123,,\n"
    assert account(bring(conn, content)) == (4, 2, 0, 0, 2)
    before = conn.execute(text("select count(*), max(id) from case_events, cases")).one()
    assert account(bring(conn, content)) == (4, 0, 2, 0, 2)
    assert conn.execute(text("select count(*), max(id) from case_events, cases")).one() == before


def test_refused_rows_that_were_corrected_are_added_and_nothing_else(conn):
    odd = '=HYPERLINK("x"),\'=1'
    found = bring(
        conn, f'{GOOD}A2,never,,"{odd.replace(chr(34), chr(34) * 2)}",,416-555-0123,,\nA3,never,,x,,416-555-0123,,\n'
    )
    given = corrections.as_csv(conn, found.id).decode("utf-8-sig")
    assert given.splitlines()[0] == f"{HEADER},line_no,reason"
    assert '"\'=HYPERLINK(""x""),\'=1"' in given, "safe for a spreadsheet"
    again = bring(conn, given.replace("A2,never", "A2,2026-01-05").encode())
    assert account(again) == (2, 1, 0, 0, 1)
    assert case(conn, "A2").title == odd
    assert corrections.as_csv(conn, again.id).decode("utf-8-sig").splitlines()[0] == f"{HEADER},line_no,reason"


def test_refused_rows_come_back_as_they_were_however_often(conn):
    content = "\n".join(f'"{no},{attack}",never,,x,,,,' for no, attack in enumerate(ATTACKS) if '"' not in attack)
    found = bring(conn, content + "\n" + 'A"1,never,,"x, ""y""",,,,\n')
    first = [row.cells for row in corrections.refused(conn, found.id)]
    again = bring(conn, corrections.as_csv(conn, found.id))
    assert [row.cells for row in corrections.refused(conn, again.id)] == first


def test_a_row_of_the_wrong_width_is_refused_until_somebody_has_mended_it(conn):
    found = bring(conn, "A1,2026-01-05,,x,,416-555-0123\nA2,2026-01-05,,x,,416-555-0123,,,more\n")
    given = corrections.as_csv(conn, found.id).decode("utf-8-sig")
    assert account(bring(conn, given.encode()))[4] == 2
    mended = given.replace(",more", "").replace(',"← mend this row, then delete this cell"', "")
    mended = mended.replace(",← mend this row, then delete this cell", "")
    assert account(bring(conn, mended.encode())) == (2, 2, 0, 0, 0)


def test_a_spreadsheet_may_part_the_corrected_rows_otherwise_and_widen_them(conn):
    found = bring(conn, "A1,never,,x,,416-555-0123,,\n", mine(date_formats='encoding = "cp1252"\ndate_formats'))
    given = corrections.as_csv(conn, found.id).decode("utf-8-sig").replace("never", "2026-01-05")
    widened = "".join(f"{line.replace(',', ';')};;\r\n" for line in given.splitlines())
    assert account(
        bring(conn, b"\xef\xbb\xbf" + widened.encode(), mine(date_formats='encoding = "cp1252"\ndate_formats'))
    ) == (1, 1, 0, 0, 0)


def test_a_file_may_have_columns_called_as_ours(conn):
    header = f"{HEADER},line_no,reason"
    found = bring(
        conn, f"{header}\nA1,never,,x,,416-555-0123,,,7,why\n".encode(), mine(**{'title = "what"': 'title = "reason"'})
    )
    assert account(found)[4] == 1


@pytest.mark.parametrize("cell", ATTACKS)
def test_a_safe_cell_is_no_formula_and_comes_back_as_it_was(conn, cell):
    safe = cells.safe(cell)
    assert cells.as_it_was(safe) == cell
    assert safe[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝")
    if "\x00" not in cell:
        assert conn.execute(text("select formula_safe(:cell)"), {"cell": cell}).scalar() == safe


# At the same time, and cut off


def test_the_same_file_twice_at_the_same_time_is_in_once(database):
    content = f"{HEADER}\n" + "".join(f"T{no},2026-01-05,,x,,416-555-0123,,\n" for no in range(500))
    accounts, start = [], threading.Barrier(3)

    db.engine()

    def one() -> None:
        start.wait()
        with db.begin() as conn:
            accounts.append(account(bring(conn, content.encode())))

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(accounts) == [(500, 0, 500, 0, 0), (500, 0, 500, 0, 0), (500, 500, 0, 0, 0)]


def test_an_import_that_is_cut_off_leaves_nothing(database):
    class CutOff(BaseException):
        pass

    def cut(share: float, doing: str) -> None:
        if doing == "Sorting in words":
            raise CutOff

    with pytest.raises(CutOff), db.begin() as conn:
        importing.run(conn, BytesIO(f"{HEADER}\n{GOOD}".encode()), "x.csv", mine(), progress=cut)
    with db.begin() as conn:
        counts = conn.execute(
            text(
                "select (select count(*) from cases), (select count(*) from case_events), (select count(*) from imports)"
            )
        )
        assert tuple(counts.one()) == (0, 0, 0)
        assert account(bring(conn, GOOD)) == (1, 1, 0, 0, 0), "and the next one is not in its way"


def test_progress_goes_up_to_the_end(conn):
    told: list[tuple[float, str]] = []
    importing.run(
        conn, BytesIO(f"{HEADER}\n{GOOD}".encode()), "x.csv", mine(), progress=lambda *said: told.append(said)
    )
    assert told[-1] == (1, "Done") and {doing for _, doing in told} > {"Reading", "Checking", "Adding cases"}


def test_who_imported_is_on_record(conn):
    found = importing.run(conn, BytesIO(f"{HEADER}\n{GOOD}".encode()), "x.csv", mine(), by=who(conn, ADA))
    assert corrections.get(conn, found.id).by_name.startswith("Ada")
    assert corrections.recent(conn)[0].id == found.id
    with pytest.raises(corrections.NoSuchImport):
        corrections.get(conn, found.id + 1)


# The real files


def test_every_row_of_the_real_service_requests(conn):
    path = shared("data/nyc311_service_requests_1000.csv")
    found = importing.run_path(conn, path, source.find("nyc311"))
    assert account(found) == (1_000, 990, 0, 0, 10)
    reasons = corrections.reasons(conn, found.id)
    assert [(reason.why, reason.rows, reason.first_line) for reason in reasons] == [
        ("It was closed before it was created.", 10, 238)
    ]
    states = conn.execute(
        text("select state, count(*) from cases where source = 'nyc311' group by state order by state")
    )
    assert [tuple(row) for row in states] == [("received", 14), ("responded", 976)]
    held = conn.execute(
        text("select count(*) from cases where source = 'nyc311' and contact_held_by = 'NYC 311' and phone is null")
    )
    assert held.scalar() == 990
    assert account(importing.run_path(conn, path, source.find("nyc311"))) == (1_000, 0, 990, 0, 10)
    lines = path.read_text("utf-8").splitlines()
    assert all(row.cells[0] == lines[row.line_no - 1].split(",")[0] for row in corrections.refused(conn, found.id))


def test_every_row_of_the_real_casework(conn):
    found = importing.run_path(conn, shared("data/nyc_council_constituent_cases_5000.csv"), source.find("nyc_council"))
    assert account(found) == (5_000, 5_000, 0, 0, 0)
    states = conn.execute(
        text("select state, count(*) from cases where source = 'nyc_council' group by state order by state")
    )
    assert [tuple(row) for row in states] == [("received", 424), ("responded", 4_576)]


def test_every_row_of_all_the_real_casework(database):
    """105 numbers are there twice, each time with another address: one case has one number, so the second is refused."""
    path = shared("data/nyc_council_constituent_cases_full.csv.gz")
    with db.owner_engine().begin() as conn:
        found = importing.run_path(conn, path, source.find("nyc_council"))
        assert account(found) == (341_299, 341_194, 0, 0, 105)
        assert [(reason.why, reason.rows) for reason in corrections.reasons(conn, found.id)] == [
            ("The number … is on line … already.", 105)
        ]
        assert conn.execute(text("select count(*) from cases where closed_at is null")).scalar() == 14_139, (
            "three of the refused are open"
        )
        wrong = conn.execute(text("""
            select (select count(*) from cases where due_on <> due_on(received_on, 10)),
                   (select count(*) from case_events where case_id not in (select id from cases)),
                   (select count(*) from cases where id not in (select case_id from case_events)),
                   (select count(*) from cases where description like '%%Ã%%' or title like '%%Ã%%')"""))  # fmt: skip
        assert tuple(wrong.one()) == (0, 0, 0, 4), (
            "four texts were written wrongly in the export, and are kept as written"
        )


# Into an empty database


def catalog(conn: Connection) -> list[tuple[Any, ...]]:
    """The indexes and constraints of cases and their history, as the catalog has them."""
    return [tuple(row) for row in conn.execute(text("""
        select pg_get_indexdef(indexrelid), indisvalid and indisready, indisprimary, obj_description(indexrelid)
        from pg_index
        where indrelid in ('cases'::regclass, 'case_events'::regclass)
        union all
        select conname || ' ' || pg_get_constraintdef(oid), convalidated, condeferrable, obj_description(oid)
        from pg_constraint
        where conrelid in ('cases'::regclass, 'case_events'::regclass)
        order by 1"""))]  # fmt: skip


def dropped_inside(conn: Connection) -> int:
    """How many indexes and constraints are set aside while cases are added now."""
    before = catalog(conn)
    with indexes.made_after_the_rows(conn):
        return len(set(before) - set(catalog(conn)))


def test_indexes_made_after_the_rows_are_as_they_were(database):
    with db.owner_engine().begin() as conn:
        conn.execute(text(r"""create index "odd: %s" on cases ((title like '%s\:x')) with (fillfactor = 70)"""))
        before = catalog(conn)
        assert dropped_inside(conn) == 8, (
            "by number, by receipt, by word, by due date and answer, of events, the odd one; and two constraints"
        )
        assert account(bring(conn, GOOD + "A2,never,,x,,,,\n")) == (2, 1, 0, 0, 1)
        assert catalog(conn) == before
        assert dropped_inside(conn) == 0, "now there is something to look up"
    with db.begin() as conn:
        conn.execute(text("set local enable_seqscan = off"))
        assert (
            conn.execute(text("select count(*) from cases where search @@ to_tsquery('english', 'cut')")).scalar() == 1
        )


def test_who_does_not_own_the_tables_leaves_the_indexes(conn):
    assert dropped_inside(conn) == 0


def test_a_number_that_is_there_twice_is_found_by_the_index_that_is_made_after_the_rows(database, monkeypatch):
    monkeypatch.setattr(importing, "_check", lambda conn, source: None)
    with db.owner_engine().connect() as conn:
        before = catalog(conn)
        with pytest.raises(importing.BrokenRule, match="request number is unique"):
            bring(conn, GOOD + GOOD)
        conn.rollback()
        assert catalog(conn) == before
        assert conn.execute(text("select count(*) from cases")).scalar() == 0


def test_who_receives_a_case_meanwhile_waits(database):
    done = threading.Event()

    def receive() -> None:
        with db.begin() as conn:
            received(conn)
        done.set()

    with db.owner_engine().begin() as conn, indexes.made_after_the_rows(conn):
        meanwhile = threading.Thread(target=receive)
        meanwhile.start()
        assert not done.wait(1.5), "longer than anybody waits before looking for a deadlock"
    meanwhile.join()
    assert done.is_set()


def test_an_import_does_not_wait_for_who_looks_at_no_cases(database):
    with db.begin() as reader, db.owner_engine().begin() as conn:
        assert reader.execute(text("select count(*) from cases")).scalar() == 0
        assert dropped_inside(conn) == 0
        assert account(bring(conn, GOOD)) == (1, 1, 0, 0, 0)
        assert reader.execute(text("select count(*) from cases")).scalar() == 0


# The command line


@pytest.fixture
def run(database: str, capsys: pytest.CaptureFixture[str]) -> Iterator[Any]:
    """python -m core import …: exit code, what it prints, and what it says on stderr."""
    from core.__main__ import main

    def one(*arguments: str) -> tuple[int, str, str]:
        code = main(["import", *arguments])
        return code, *capsys.readouterr()

    yield one


def test_the_command_line_gives_the_account(run, tmp_path):
    (tmp_path / "mine.toml").write_text(MINE)
    (tmp_path / "x.csv").write_text(f"{HEADER}\n{GOOD}A2,never,,x,,,,\nA3,never,,x,,416-555-0123,,\n")
    refused = tmp_path / "refused.csv"
    code, out, err = run(str(tmp_path / "x.csv"), "--source", str(tmp_path / "mine.toml"), "--refused", str(refused))
    assert (code, err) == (0, "")
    assert out.startswith("3 rows read: 1 added, 0 already here, 0 passed over, 2 refused.\n")
    assert "        2  The date of receipt … cannot be read. First on line 3." in out
    refused.write_text(refused.read_text().replace("A3,never", "A3,2026-01-05"))
    assert run(str(refused), "--source", str(tmp_path / "mine.toml"))[1].startswith("2 rows read: 1 added")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("gone.csv", "--source", "nyc311"), "The file gone.csv cannot be read: no such file or directory."),
        ((".", "--source", "nyc311"), "cannot be read: is a directory."),
        (("/dev/null", "--source", "nyc312"), 'There is no source "nyc312"; known are'),
        (("/dev/null", "--source", "nyc311"), "The file is empty."),
        (
            ("/dev/null", "--source", "gone.toml"),
            "The source file gone.toml cannot be used: no such file or directory.",
        ),
        (("/dev/null",), "--source"),
    ],
)
def test_bad_input_on_the_command_line_is_one_line_and_exit_code_2(run, arguments, said):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "") and said in err and err.count("\n") == 1


def test_a_refused_file_that_cannot_be_written_undoes_the_import(run, tmp_path):
    (tmp_path / "mine.toml").write_text(MINE)
    (tmp_path / "x.csv").write_text(f"{HEADER}\n{GOOD}A2,never,,x,,,,\n")
    code, _, err = run(
        str(tmp_path / "x.csv"), "--source", str(tmp_path / "mine.toml"), "--refused", str(tmp_path / "no" / "r.csv")
    )
    assert code == 2 and "Nothing was imported." in err
    with db.begin() as conn:
        assert conn.execute(text("select count(*) from cases")).scalar() == 0
