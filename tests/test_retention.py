"""Retention: what is due, two people, what goes and what stays; nothing that a customer said is left anywhere."""

from datetime import date, timedelta
from io import BytesIO
from threading import Thread
from zipfile import ZipFile

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core import cases, db, figures, history, letters, pack, retention, retention_rules
from core.__main__ import main
from core.errors import AnotherOneApproves, OneErasureAtATime, Refused
from core.intake import importing, source
from core.retention import NotForYouToErase, NothingIsDue
from core.workflow import MOVES
from tests import builders
from tests.builders import ADA, CAST, CLEO, DARA, JONAS, MINA, NADIA, OMAR, SAM, does, id_of, see, who

CANARY = "zzcanary"
#: What every field of a customer, and every text about them, says in these tests.
CUSTOMER = {
    "customer_name": f"Ruth {CANARY}", "email": f"{CANARY}@example.org", "postal_address": f"1 {CANARY} Street", "description": f"I {CANARY} waited.",
    "title": f"A {CANARY} title", "accessible_format": f"{CANARY} print",
}  # fmt: skip


def later(conn, days=800):
    """So many days have passed since."""
    builders.on(conn, db.value(conn, "clock.right_now").date() + timedelta(days=days))


def erased(conn, asks=ADA, approves=DARA):
    """What is due is asked for, approved and carried out; its number."""
    number = retention.ask(conn, by=who(conn, asks), why="The year is over.")
    retention.approve(conn, number, by=who(conn, approves))
    while (came := retention.carry_out(conn)) and came.to_do:
        pass
    return number


def due(conn):
    return set(retention.preview(conn, who(conn, ADA)).cases)


def everything(conn):
    """Cases of every kind, each closed, with the canary in every field that is typed into."""
    says = lambda action: {name: f"{value} {CANARY}" if isinstance(value, str) and name in WORDS else value  # noqa: E731
                           for name, value in builders.form(conn, action).items()}  # fmt: skip
    complaint = builders.investigating(conn, **CUSTOMER)
    complaint = does(conn, complaint, "add_note", CLEO, note=f"{CANARY} called.")
    complaint = does(
        conn, complaint, "attach", CLEO, file=(f"{CANARY}.txt", "text/plain", CANARY.encode()), note=CANARY
    )
    complaint = does(
        conn,
        complaint,
        "correct_contact",
        CLEO,
        phone="416-555-0123",
        email=f"{CANARY}.new@example.org",
        customer_name=CANARY,
        note="x",
    )
    for action in ("record_finding", "record_steps"):
        complaint = does(conn, complaint, action, SAM, **says(action))
    complaint = does(conn, complaint, "record_response", SAM, **says("record_response"))
    case = builders.in_review(conn, complaint)
    case = does(conn, case, "sign_up_for_updates", CLEO, updates_by="email", updates_to=f"{CANARY}.updates@example.org")
    case = does(conn, case, "decide", MINA, **says("decide"))
    case = builders.letter_posted(conn, case)
    comment = builders.forwarded(conn, **CUSTOMER | {"description": f"{CANARY} music"})
    comment = does(conn, comment, "acknowledge_forward", "tariq")
    comment = does(conn, comment, "record_outcome", "tariq", lead_did="done", lead_outcome=f"{CANARY} it is")
    comment = does(conn, comment, "close", SAM)
    compliment = builders.celebrated(
        conn, **CUSTOMER | {"description": f"Nadia was {CANARY}."}, naming_consent=f"{CANARY} by phone"
    )
    cases.save_draft(conn, complaint.id, "add_note", by=who(conn, SAM), said={"note": CANARY})
    with builders.as_owner(conn):
        conn.execute(
            text(
                "update notices set status = 'sent', sent_at = now(), sending_since = null where status <> 'cancelled'"
            )
        )
    return [see(conn, one.id) for one in (complaint, case, comment, compliment)]


WORDS = {
    "note",
    "finding_summary",
    "sources_checked",
    "steps_taken",
    "no_steps_because",
    "response",
    "decision_reasons",
    "remedy",
    "letter_because",
}


def holding(conn, word):
    """The tables in which this word stands anywhere."""
    with builders.as_owner(conn):
        tables = (
            conn.execute(
                text("select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'")
            )
            .scalars()
            .all()
        )
        return {table for table in tables
                if conn.execute(text(f"select exists (select from {table} as it where it::text ilike :word)"), {"word": f"%{word}%"}).scalar()}  # fmt: skip


def counted(conn):
    """Every figure that somebody reads."""
    period = figures_period(conn)
    return (
        [tuple(row) for row in conn.execute(text("select to_jsonb(it) - 'version' from on_time as it order by case_id"))],
        [tuple(row) for table in ("figures_ended", "figures_open", "figures_taken", "figures_flow")
         for row in conn.execute(text(f"select * from {table} order by 1, 2, 3"))],
        [tuple(row) for row in db.rows(conn, "learning.findings", first=period[0], last=period[1])],
        [tuple(row) for row in db.rows(conn, "learning.causes", first=period[0], last=period[1], viewer=id_of(conn, ADA), most=100)],
        [tuple(row) for row in db.rows(conn, "learning.no_complaints", first=period[0], last=period[1])],
        [tuple(row) for row in conn.execute(text("select case_id, staff_id, team_id, known_by, handed_at from praise order by id"))],
        [tuple(row) for row in conn.execute(text("select kind, state, category, tags, count(*), count(responded_at), count(steps_taken) from cases "
                                                 "group by 1, 2, 3, 4 order by 1, 2, 3, 4"))],
    )  # fmt: skip


def figures_period(conn):
    return date(2026, 1, 1), date(2028, 12, 1)


# What goes, and what stays


def test_nothing_of_what_was_said_is_left_anywhere_and_every_figure_is_the_same_to_the_digit(conn):
    made = everything(conn)
    found = holding(conn, CANARY)
    assert {"cases", "case_events", "letters", "notices", "attachments", "drafts"} <= found
    later(conn)
    with builders.as_owner(conn):
        figures.fold(conn)
    before = counted(conn)
    number = erased(conn)
    assert holding(conn, CANARY) == set()
    for said in ("4165550123", "416-555-0123", "ruth@", "Ruth", "Maplewood", "cut off", "was no answer", "is watched"):
        assert holding(conn, said) <= {"divisions", "staff"}, said
    with builders.as_owner(conn):
        figures.fold(conn)
    assert counted(conn) == before
    row = next(row for row in retention.erasures(conn, who(conn, ADA)) if row.id == number)
    assert (
        row.account["cases"] == len(made) + extra(conn, made)
        and row.account["letters"] == 1
        and row.account["files"] == 1
        and row.account["drafts"] == 1
    )


def extra(conn, made):
    """Others that the stages made on the way."""
    return conn.execute(
        text("select count(*) from cases where erased_at is not null and id <> all (:ids)"),
        {"ids": [one.id for one in made]},
    ).scalar()


def test_the_chain_stays_whole_and_an_erased_event_still_cannot_be_changed(conn):
    complaint, *_ = everything(conn)
    later(conn)
    erased(conn)
    with builders.as_owner(conn):
        assert history.check(conn).found == []
        for change in ("note = 'x'", "by_id = 1", "erased_at = null", "details = '{}'"):
            with pytest.raises(DBAPIError, match="can only be added to"), conn.begin_nested():
                conn.execute(text(f"update case_events set {change} where case_id = :id"), {"id": complaint.id})
        conn.execute(text("alter table case_events disable trigger user"))
        conn.execute(
            text(
                'update case_events set details = \'{"finding": "substantiated"}\' where case_id = :id and version = 2'
            ),
            {"id": complaint.id},
        )
        conn.execute(text("alter table case_events enable trigger user"))
        assert [one.problem for one in history.check(conn).found] == ["what was left at the erasure was changed"]


def test_the_checksum_of_a_letter_stays_and_nothing_else_of_it_changes(conn):
    case = builders.letter_posted(conn)
    before = conn.execute(
        text("select to_jsonb(letters) - array['parts', 'pdf', 'address', 'erased_at'] from letters")
    ).scalar()
    later(conn)
    erased(conn)
    after = conn.execute(
        text(
            "select to_jsonb(letters) - array['parts', 'pdf', 'address', 'erased_at'], parts, pdf, address from letters"
        )
    ).one()
    assert tuple(after) == (before, {}, None, "Erased")
    assert letters.altered(conn) == []
    with pytest.raises(Refused):
        letters.document(conn, builders.letter_of(conn, case).id, who(conn, ADA))


@pytest.mark.parametrize(
    "change", ["parts = '{}', pdf = null, address = 'Erased', erased_at = now()", "erased_at = now()", "pdf = null"]
)
def test_a_letter_is_erased_in_no_other_way(conn, change):
    case = builders.letter_posted(conn)
    with builders.as_owner(conn), pytest.raises(DBAPIError), conn.begin_nested():
        conn.execute(text(f"update letters set {change} where case_id = :id"), {"id": case.id})


@pytest.mark.parametrize(
    "change", ["sha256 = 'x'", "issued_by = 1", "version = 9", "address = 'elsewhere'", 'parts = \'{"to": "x"}\'']
)
def test_an_approved_erasure_opens_a_letter_for_nothing_else(conn, change):
    case = builders.letter_posted(conn)
    later(conn)
    retention.approve(conn, retention.ask(conn, by=who(conn, ADA), why="x"), by=who(conn, DARA))
    said = "parts = '{}', pdf = null, erased_at = now()".replace(
        "parts = '{}', " if change.startswith("parts") else "~", ""
    )
    with builders.as_owner(conn), pytest.raises(DBAPIError), conn.begin_nested():
        conn.execute(text(f"update letters set {said}, {change} where case_id = :id"), {"id": case.id})


def test_the_page_and_the_pack_of_an_erased_case_still_open(conn):
    for case in everything(conn):
        later(conn)
        if due(conn):
            erased(conn)
        ada = who(conn, ADA)
        case = cases.get(conn, case.id, ada)
        assert case.erased_at and cases.timeline(conn, case.id, ada)[-1].action == "erase"
        if pack.may_take(case, ada):
            with ZipFile(BytesIO(b"".join(pack.pieces(conn, case.id, ada)))) as file:
                assert [name for name in file.namelist() if CANARY.encode() in file.read(name)] == []


def test_nothing_more_is_done_with_what_was_erased(conn):
    complaint, escalation, *_ = everything(conn)
    later(conn)
    erased(conn)
    for case, action, by in (
        (complaint, "reopen", SAM),
        (escalation, "record_referral", CLEO),
        (complaint, "ask_to_escalate", CLEO),
    ):
        assert builders.refused(conn, case, action, by, **builders.form(conn, action)) is not None


def test_every_field_of_every_form_is_erased_or_known_to_be_no_words(conn):
    """Whatever is added to a form is erased unless it is a date, an id or a word of a list, and listed as such."""
    kept = conn.execute(text("select prosrc from pg_proc where proname = 'without_words'")).scalar()
    for field in {field for move in MOVES for field in move.asks}:
        if field.as_ in ("text", "line") and field.name not in ("root_cause", "text_no", "updates_to"):
            assert f"'{field.name}'" not in kept, field.name
        if (
            field.as_ in ("choice", "moment", "day", "person", "people", "division", "lead", "team", "choices")
            and not field.elsewhere
        ):
            assert f"'{field.name}'" in kept, field.name


# What is due


def test_a_case_is_due_a_year_after_its_last_use(conn):
    case = builders.responded(conn)
    last = db.value(conn, "clock.right_now").date()
    for day, is_due in (
        (date(last.year + 1, last.month, last.day), False),
        (date(last.year + 1, last.month, last.day) + timedelta(days=1), True),
    ):
        builders.on(conn, day)
        assert (case.id in due(conn)) == is_due, day


def test_the_year_is_a_setting_and_every_setting_says_who_and_why(conn):
    case = builders.responded(conn)
    retention_rules.set_months(conn, "complaint", 24, by=who(conn, DARA), why="The auditor asked.")
    later(conn, 500)
    assert case.id not in due(conn)
    later(conn, 400)
    assert case.id in due(conn)
    rule = next(rule for rule in retention_rules.now(conn) if rule.kind == "complaint")
    assert (rule.months, rule.by_name, rule.why) == (24, who(conn, DARA).name, "The auditor asked.")


HELD = {
    "it is open": builders.taken,
    "it is escalated, or its complaint is open": lambda conn: see(conn, builders.escalation(conn).complaint_id or 0),
    "it is with Ombudsman Toronto": lambda conn: does(conn, builders.escalation_closed(conn), "record_referral", CLEO,
                                                      **builders.form(conn, "record_referral")),
}  # fmt: skip


@pytest.mark.parametrize("because", HELD)
def test_what_is_held_is_not_due(conn, because):
    case = HELD[because](conn)
    later(conn)
    assert case.id not in due(conn)
    assert (
        conn.execute(text("select kept_because(cases) from cases where id = :id"), {"id": case.id}).scalar() == because
    )


def test_what_the_ombudsman_has_done_with_is_due_a_year_later(conn):
    case = HELD["it is with Ombudsman Toronto"](conn)
    later(conn)
    retention.hold(conn, case.request_no, "end_referral", by=who(conn, ADA), why="Their letter of today.")
    assert case.id not in due(conn)
    later(conn)
    assert {case.id, case.complaint_id} <= due(conn)


def test_a_legal_hold_is_set_and_lifted_with_a_reason_in_the_history(conn):
    case, ada = builders.responded(conn), who(conn, ADA)
    retention.hold(conn, case.request_no, "hold", by=ada, why="Court file 12.")
    later(conn)
    assert case.id not in due(conn) and retention.preview(conn, ada).held == {"it is on legal hold": 1}
    assert [row.held_because for row in retention.on_hold(conn, ada)] == ["Court file 12."]
    with pytest.raises(Refused), conn.begin_nested():
        retention.hold(conn, case.request_no, "hold", by=ada, why="Twice.")
    retention.hold(conn, case.request_no, "lift_hold", by=ada, why="It is over.")
    assert [(event.action, event.note) for event in builders.history(conn, case)[-2:]] == [
        ("hold", "Court file 12."),
        ("lift_hold", "It is over."),
    ]
    later(conn)
    assert case.id in due(conn)
    with pytest.raises(Refused):
        retention.hold(conn, case.request_no, "hold", by=ada, why="  ")


# Two people


@pytest.mark.parametrize("name", [*CAST, JONAS, NADIA])
def test_administrators_and_senior_management_look_after_it(conn, name):
    case = builders.responded(conn)
    later(conn)
    for do in (retention.preview, retention.erasures, retention.on_hold, lambda conn, by: retention.ask(conn, by=by, why="x"),
               lambda conn, by: retention.hold(conn, case.request_no, "hold", by=by, why="x")):  # fmt: skip
        if name in (ADA, MINA, OMAR, DARA):
            do(conn, who(conn, name))
        else:
            with pytest.raises(NotForYouToErase):
                do(conn, who(conn, name))


def test_whoever_asked_does_not_approve_and_nothing_is_erased_before(conn):
    case = builders.responded(conn)
    later(conn)
    number = retention.ask(conn, by=who(conn, ADA), why="x")
    with pytest.raises(AnotherOneApproves), conn.begin_nested():
        retention.approve(conn, number, by=who(conn, ADA))
    with pytest.raises(OneErasureAtATime), conn.begin_nested():
        retention.ask(conn, by=who(conn, DARA), why="x")
    assert retention.carry_out(conn) is None and see(conn, case.id).erased_at is None
    retention.withdraw(conn, number, by=who(conn, DARA))
    with pytest.raises(Refused), conn.begin_nested():
        retention.approve(conn, number, by=who(conn, DARA))


def test_the_database_refuses_whoever_goes_past_the_program(conn):
    case = builders.responded(conn)
    later(conn)
    number = retention.ask(conn, by=who(conn, ADA), why="x")
    sam, dara = id_of(conn, SAM), id_of(conn, DARA)
    for statement in (
        f"update erasures set approved_by = asked_by, approved_at = now() where id = {number}",
        f"update erasures set approved_by = {sam}, approved_at = now() where id = {number}",
        f"insert into erasures (asked_by, why) values ({sam}, 'x')",
        f"insert into erasures (asked_by, why, approved_by, approved_at) values (13, 'x', {dara}, now())",
        f"update erasures set done_at = now() where id = {number}",
        f"select erase_case({number}, {case.id})", f"select finish_erasure({number})",
        "update cases set erased_at = now()", "delete from erasures", "update erasure_cases set looked_at = null",
        "update retention_rules set months = 1", "update case_events set note = null",
    ):  # fmt: skip
        with pytest.raises(DBAPIError), conn.begin_nested():
            conn.execute(text(statement))
    with builders.as_owner(conn), pytest.raises(DBAPIError, match="two people"), conn.begin_nested():
        conn.execute(text(f"select erase_case({number}, {case.id})"))
    retention.approve(conn, number, by=who(conn, DARA))
    other = builders.responded(conn)
    with pytest.raises(DBAPIError, match="what was approved"), conn.begin_nested():
        conn.execute(text(f"insert into erasure_cases (erasure_id, case_id) values ({number}, {other.id})"))


def test_what_was_used_or_held_since_it_was_approved_stays(conn):
    one, two, three = builders.responded(conn), builders.responded(conn), builders.responded(conn)
    later(conn)
    number = retention.ask(conn, by=who(conn, ADA), why="x")
    retention.approve(conn, number, by=who(conn, DARA))
    does(conn, one, "reopen", SAM, note="New facts.")
    retention.hold(conn, two.request_no, "hold", by=who(conn, ADA), why="Court.")
    retention.carry_out(conn)
    assert [bool(see(conn, case.id).erased_at) for case in (one, two, three)] == [False, False, True]
    assert retention.kept(conn, number, None) == {"it is open": 1, "it is on legal hold": 1}
    account = retention.erasures(conn, who(conn, ADA))[0].account
    assert (account["cases"], account["kept"]) == (1, 2)
    assert retention.in_words(account, retention.kept(conn, number, None)).startswith("1 case erased")


def test_nothing_is_asked_for_where_nothing_is_due(conn):
    builders.responded(conn)
    with pytest.raises(NothingIsDue):
        retention.ask(conn, by=who(conn, ADA), why="x")


def test_it_is_carried_out_some_at_a_time(conn):
    made = [builders.responded(conn) for _ in range(5)]
    later(conn)
    retention.approve(conn, retention.ask(conn, by=who(conn, ADA), why="x"), by=who(conn, DARA))
    assert [(retention.carry_out(conn, 2) or (0, 0, 0))[1:] for _ in range(4)] == [(2, 3), (2, 1), (1, 0), (0, 0)]
    assert all(see(conn, case.id).erased_at for case in made)


def a_refused_row(conn):
    """A file with one row that is refused and has the canary in it."""
    columns = source.find("own").foreign_columns()
    row = {
        "request_no": "88000001",
        "kind": "complaint",
        "title": CANARY,
        "division": f"{CANARY} division",
        "phone": "4165550123",
    }
    lines = [",".join(columns), ",".join(row.get(column, "") for column in columns)]
    return importing.run(conn, BytesIO("\n".join(lines).encode()), "own.csv", source.find("own"), by=who(conn, ADA))


def test_rejected_rows_go_when_a_complaint_of_that_day_would(conn):
    account = a_refused_row(conn)
    assert account.refused == 1 and "import_refusals" in holding(conn, CANARY)
    builders.responded(conn)
    later(conn)
    number = erased(conn)
    assert holding(conn, CANARY) == set()
    assert (
        next(row for row in retention.erasures(conn, who(conn, ADA)) if row.id == number).account["rejected_rows"] == 1
    )
    assert conn.execute(text("select count(*) from import_refusals")).scalar() == 1


def test_rejected_rows_go_also_where_no_case_is_due(conn):
    a_refused_row(conn)
    later(conn)
    assert (due(conn), retention.preview(conn, who(conn, ADA)).rejected) == (set(), 1)
    erased(conn)
    assert holding(conn, CANARY) == set() and retention.preview(conn, who(conn, ADA)).rejected == 0


def test_a_complaint_and_its_escalation_are_kept_as_long_as_each_other(conn):
    escalation = builders.escalation_closed(conn)
    retention_rules.set_months(conn, "escalation", 36, by=who(conn, ADA), why="Letters are asked for later.")
    later(conn)
    assert not {escalation.id, escalation.complaint_id} & due(conn)
    later(conn, 1200)
    assert {escalation.id, escalation.complaint_id} <= due(conn)


def test_whoever_approves_reads_the_list_that_was_asked_for_and_not_what_is_due_by_now(conn):
    first, secret = builders.responded(conn), builders.responded(conn, subject_ids=builders.ids_of(conn, OMAR))
    later(conn)
    number = retention.ask(conn, by=who(conn, ADA), why="x")
    builders.responded(conn)
    later(conn, 1600)
    listed = lambda name: {row.request_no for row in retention.asked(conn, number, who(conn, name))}  # noqa: E731
    assert listed(ADA) == {first.request_no, secret.request_no} and listed(OMAR) == {first.request_no}
    assert len(due(conn)) == 3


@pytest.mark.parametrize(("about", "comes_of_it"), [(ADA, "kept"), (OMAR, "erased")])
def test_no_number_tells_anybody_of_a_complaint_about_themselves(conn, about, comes_of_it):
    """Neither before nor after: whoever approves, or only reads along, finds what they would if it did not exist (R64)."""
    seen = builders.responded(conn)
    hidden = builders.responded(conn, subject_ids=builders.ids_of(conn, about))
    later(conn)
    number = retention.ask(conn, by=who(conn, DARA), why="x")
    themselves, dara = who(conn, about), who(conn, DARA)
    assert [retention.erasures(conn, by)[0].listed for by in (themselves, dara)] == [1, 2]
    assert [(row.request_no, row.seen) for row in retention.asked(conn, number, themselves)] == [(seen.request_no, 1)]
    retention.approve(conn, number, by=who(conn, ADA))
    retention.carry_out(conn)
    assert bool(see(conn, hidden.id).erased_at) == (comes_of_it == "erased")
    row, all_of_it = retention.erasures(conn, themselves)[0], retention.erasures(conn, dara)[0]
    assert (row.listed, row.looked_at, row.account["cases"], row.account["kept"]) == (1, 1, 1, 0)
    assert row.account["events"] == conn.scalar(
        text("select count(*) from case_events where case_id = :id and erased_at is not null"), {"id": seen.id}
    )
    assert retention.kept(conn, number, themselves) == {} and retention.left(conn, [number], themselves) == []
    assert (all_of_it.listed, all_of_it.looked_at) == (2, 2)
    assert retention.kept(conn, number, dara) == (
        {"others have to decide about it": 1} if comes_of_it == "kept" else {}
    )


def test_a_hold_that_is_set_at_the_same_moment_is_kept(database):
    with db.begin() as conn:
        case = builders.responded(conn)
        later(conn)
        number = retention.ask(conn, by=who(conn, ADA), why="x")
        retention.approve(conn, number, by=who(conn, DARA))

    def carries_out():
        with db.begin() as conn:
            later(conn)
            retention.carry_out(conn)

    with db.begin() as holding_it:
        retention.hold(holding_it, case.request_no, "hold", by=who(holding_it, ADA), why="A claim.")
        worker = Thread(target=carries_out)
        worker.start()
        worker.join(0.5)
        assert worker.is_alive(), "it waits for whoever has the case"
    worker.join(10)
    with db.begin() as conn:
        assert see(conn, case.id).erased_at is None
        assert retention.kept(conn, number, None) == {"it is on legal hold": 1}


def test_the_command_shows_asks_approves_and_carries_out(database, capsys):
    with db.owner_engine().begin() as conn:
        held, gone = builders.responded(conn), builders.responded(conn)
        ada, dara = who(conn, ADA).email, who(conn, DARA).email
    assert main(["erase", "--by", ada]) == 0 and "0 cases are due" in capsys.readouterr().out
    assert main(["erase", "--by", ada, "--ask", "x"]) == 2 and "Nothing is due" in capsys.readouterr().err
    with db.owner_engine().connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        later_on = db.value(conn, "clock.right_now").date() + timedelta(800)
        conn.execute(
            text(f"alter database \"{conn.scalar(text('select current_database()'))}\" set app.today = '{later_on}'")
        )
    db.close()
    assert main(["erase", "--by", ada]) == 0 and "2 cases are due" in capsys.readouterr().out
    assert main(["erase", "--by", ada, "--ask", "The year is over."]) == 0 and "--approve 1" in capsys.readouterr().out
    assert main(["erase", "--by", ada, "--approve", "1"]) == 2 and "somebody else" in capsys.readouterr().err
    assert main(["erase", "--by", dara, "--approve", "0"]) == 2 and "look again" in capsys.readouterr().err
    assert main(["erase", "--approve", "1"]) == 2 and capsys.readouterr().err
    assert main(["erase"]) == 0 and "Nothing to do" in capsys.readouterr().out
    assert main(["erase", "--by", dara, "--approve", "1"]) == 0 and "is approved" in capsys.readouterr().out
    with db.begin() as conn:
        retention.hold(conn, held.request_no, "hold", by=who(conn, ADA), why="A claim.")
    assert main(["erase"]) == 0
    assert capsys.readouterr().out.startswith("Erasure 1: 1 case erased")
    assert main(["erase"]) == 0 and "Nothing to do" in capsys.readouterr().out
    with db.begin() as conn:
        assert see(conn, gone.id).erased_at and not see(conn, held.id).erased_at
