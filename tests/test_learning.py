"""What complaints teach: causes that repeat, actions with an owner and a day, and whether they worked; reports and files."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from core import board, learning, reports, tables
from core.periods import Period
from core.receipt import Receipt, receive
from tests import builders
from tests.builders import (
    CLEO,
    COMPLAINT,
    DARA,
    FINDING,
    JONAS,
    MINA,
    PRIYA,
    SAM,
    STEPS,
    VIC,
    answer,
    does,
    id_of,
    investigating,
    on,
    who,
)
from tests.pdf import in_one_line, lacks

MON_3_NOV = date(2025, 11, 3)
NOVEMBER = Period(date(2025, 11, 1), date(2025, 11, 1))


def closed(conn: Connection, cause: str, finding: str = "substantiated", **said):
    case = does(
        conn, investigating(conn, **said), "record_finding", SAM, **FINDING | {"root_cause": cause, "finding": finding}
    )
    case = does(conn, case, "record_steps", SAM, **STEPS)
    return does(conn, case, "record_response", SAM, **answer(conn))


def test_a_cause_repeats_whatever_its_capitals_and_opens_its_cases(conn: Connection):
    on(conn, MON_3_NOV)
    for cause in ("The queue was full.", "the queue was full", "The form is unclear"):
        closed(conn, cause)
    rows = learning.causes(conn, NOVEMBER, who(conn, DARA))
    assert [(row.cause, row.n, row.came_back) for row in rows] == [
        ("the queue was full", 2, False),
        ("the form is unclear", 1, False),
    ]
    for row in rows:
        asked = {"show": "all", "closed_from": "2025-11-01", "closed_to": "2025-11-30", "cause": row.cause}
        assert board.count(conn, asked, who(conn, DARA)) == row.n


def test_a_cause_that_comes_back_after_an_action_was_done_says_so(conn: Connection):
    on(conn, MON_3_NOV)
    closed(conn, "The queue was full.")
    action = learning.add(
        conn,
        "Two more lines.",
        owner_id=id_of(conn, SAM),
        due_on=MON_3_NOV + timedelta(7),
        by=who(conn, MINA),
        cause="The queue was full.",
    )
    learning.done(conn, action, by=who(conn, SAM))
    assert not learning.causes(conn, NOVEMBER, who(conn, DARA))[0].came_back
    on(conn, MON_3_NOV + timedelta(7))
    closed(conn, "The queue was full.")
    row = learning.causes(conn, NOVEMBER, who(conn, DARA))[0]
    assert (row.n, row.actions, row.came_back) == (2, 1, True)


def test_findings_and_what_was_no_complaint_open_their_cases(conn: Connection):
    on(conn, MON_3_NOV)
    closed(conn, "x"), closed(conn, "y", "not substantiated"), builders.not_a_complaint(conn)
    dara, within = who(conn, DARA), {"show": "all", "closed_from": "2025-11-01", "closed_to": "2025-11-30"}
    for row in learning.findings(conn, NOVEMBER):
        assert board.count(conn, within | {"kind": "complaint", "finding": row.finding}, dara) == row.n
        assert board.count(conn, within | {"finding": row.finding, "steps": "taken"}, dara) == row.with_steps
        assert board.count(conn, within | {"finding": row.finding, "steps": "none"}, dara) == row.without_steps
    assert [(row.what, row.n) for row in learning.no_complaints(conn, NOVEMBER)] == [("service request", 1)]
    assert board.count(conn, within | {"what_it_is": "service request"}, dara) == 1


def test_causes_about_a_person_are_told_only_to_those_who_may_read_them(conn: Connection):
    on(conn, MON_3_NOV)
    closed(conn, "He was rude.", subject_ids=[id_of(conn, "nadia")])
    assert learning.causes(conn, NOVEMBER, who(conn, DARA))
    assert not learning.causes(conn, NOVEMBER, who(conn, CLEO))
    with pytest.raises(builders.Refused):
        learning.causes(conn, NOVEMBER, who(conn, VIC))


def test_an_action_is_done_by_its_owner_and_judged_afterwards(conn: Connection):
    on(conn, MON_3_NOV)
    sam, mina, cleo = who(conn, SAM), who(conn, MINA), who(conn, CLEO)
    with pytest.raises(learning.NotForAction):
        learning.add(conn, "x", owner_id=sam.id or 0, due_on=MON_3_NOV, by=cleo, cause="x")
    for what, due, cause, refused in (("", MON_3_NOV, "x", learning.SayWhat), ("x", MON_3_NOV, " ", learning.SayWhat),
                                      ("x", MON_3_NOV - timedelta(1), "x", learning.WrongDay)):  # fmt: skip
        with pytest.raises(refused):
            learning.add(conn, what, owner_id=sam.id or 0, due_on=due, by=mina, cause=cause)
    action = learning.add(conn, "=cmd|' /C calc'!A0", owner_id=sam.id or 0, due_on=MON_3_NOV, by=mina, cause="x")
    with pytest.raises(learning.NotTheOwner):
        learning.done(conn, action, by=cleo)
    with pytest.raises(learning.NotDoneYet):
        learning.judge(conn, action, "yes", "Fewer.", by=mina)
    learning.done(conn, action, by=mina)  # she is above Sam
    for worked, because in (("maybe", "x"), ("yes", " ")):
        with pytest.raises(learning.SayWhy):
            learning.judge(conn, action, worked, because, by=mina)
    learning.judge(conn, action, "partly", "Half as many.", by=mina)
    row = learning.actions(conn, mina)[0]
    assert (row.worked, row.worked_because, row.done_on) == ("partly", "Half as many.", MON_3_NOV)


def test_the_cause_of_an_action_is_read_by_whom_no_complaint_of_that_cause_is_hidden_from(conn: Connection):
    """Or who owns the action, or noted it: they know it already (R64)."""
    on(conn, MON_3_NOV)
    closed(conn, "He was rude to Nadia's callers."), closed(conn, "The queue was full.")
    due = MON_3_NOV + timedelta(7)

    def note(cause: str) -> int:
        return learning.add(conn, "Talk.", owner_id=id_of(conn, PRIYA), due_on=due, by=who(conn, MINA), cause=cause)

    def read_by(name: str) -> set[int]:
        return {row.id for row in learning.actions(conn, who(conn, name))}

    open_to_all, hidden, unheard_of = note("the queue was full"), note(" HE was rude to Nadia's callers. "), note("x")
    everybody = (SAM, PRIYA, MINA, DARA, CLEO, JONAS, "nadia")
    assert all(read_by(name) == {open_to_all, hidden, unheard_of} for name in everybody)
    closed(conn, "he was rude to Nadia's callers", subject_ids=[id_of(conn, "nadia")])
    assert all(read_by(name) == {open_to_all, hidden, unheard_of} for name in (SAM, PRIYA, MINA, DARA))
    assert all(read_by(name) == {open_to_all, unheard_of} for name in (CLEO, JONAS, "nadia"))


# Files


@given(st.text(max_size=40))
def test_no_cell_is_run_by_a_spreadsheet(said):
    rows = [{"=A": said, "B": 1}]
    read = list(csv.reader(StringIO(tables.as_csv(rows).decode("utf-8-sig"), newline="")))
    assert read[0][0] == "'=A"
    assert not read[1][0].lstrip("'").startswith(("=", "+", "-", "@", "\t")) or read[1][0].startswith("'")
    book = ZipFile(BytesIO(tables.as_xlsx({"A[]:*?/\\'" * 9: rows, "": []})))
    assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_a_list_leaves_as_it_may_be_seen_and_leaves_a_trace(conn: Connection):
    on(conn, MON_3_NOV)
    nadia = id_of(conn, "nadia")
    about = receive(conn, Receipt(**COMPLAINT | {"subject_ids": [nadia], "title": "=1+1"}), by=who(conn, CLEO))
    builders.received(conn)
    dara, cleo = who(conn, DARA), who(conn, CLEO)
    assert len(tables.cases(conn, {}, dara)) == 2
    assert len(tables.cases(conn, {}, cleo)) == 1
    assert b"'=1+1" in tables.as_csv(tables.cases(conn, {}, dara))
    logged = conn.execute(text("select by_id, case_id from access_log where what = 'export'")).all()
    assert {tuple(row) for row in logged} == {(dara.id, about.id)}


# The report


def test_the_report_is_accessible_and_says_the_figures(conn: Connection):
    on(conn, MON_3_NOV)
    builders.responded(conn), builders.received(conn)
    on(conn, date(2025, 12, 1))
    made = reports.monthly(conn, date(2025, 11, 17))
    assert not lacks(made)
    said = in_one_line(made)
    assert "Monthly report, November 2025" in said and "50.0%" in said
    assert "1 answered on time / (1 on time + 0 answered late + 1 still open and overdue)" in said
    assert who(conn, SAM).name not in said


def test_a_report_of_nothing_and_of_the_future(conn: Connection):
    on(conn, MON_3_NOV)
    assert "Nothing was due" in in_one_line(reports.monthly(conn, date(2024, 2, 1)))
    with pytest.raises(reports.StillToCome):
        reports.monthly(conn, date(2026, 2, 1))
