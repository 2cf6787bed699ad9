"""The morning digest: once for each person and business morning, worst first, numbers and links only."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import text

from core import db, delivery, digests, notices, rounds
from core.__main__ import main
from tests import builders
from tests.builders import DARA, FRI_19_DEC, MINA, PRIYA, SAM, TARIQ, WED_7_JAN, as_owner, id_of, ids_of, who
from tests.mailbox import mail_server

THU_8, FRI_9, SAT_10 = date(2026, 1, 8), date(2026, 1, 9), date(2026, 1, 10)


def at(conn, day, hour=8):
    """It is this hour in Toronto on this day: the clock's time of day is the real one, so the clock is set for a while."""
    conn.execute(text("reset role"))
    conn.execute(
        text(f"""
        create or replace function right_now() returns timestamptz language sql stable as
        $$ select timestamp '{day} {hour:02}:00' at time zone 'America/Toronto' $$""")
    )
    conn.execute(text(f"set role {db.ROLE}"))
    builders.on(conn, day)


def told(conn):
    """To whom a digest is in the outbox."""
    rows = conn.execute(text("select to_address from notices where purpose = 'digest' order by 1"))
    return [row.to_address.split("@")[0].split(".")[0] for row in rows]


@pytest.fixture
def waiting(conn):
    """Sam has a late complaint and one that is due; nobody has a third; an escalation waits for management."""
    builders.on(conn, FRI_19_DEC)
    late = builders.taken(conn)
    builders.on(conn, date(2025, 12, 22))
    due = builders.taken(conn)
    builders.on(conn, WED_7_JAN)
    nobodys = builders.received(conn, description="Ruth was shouted at by the clerk.")
    escalation = builders.escalation(conn, builders.responded(conn))
    builders.on(conn, THU_8)
    return late, due, nobodys, escalation


def test_it_says_what_is_late_due_and_nobodys_worst_first_with_links_by_number_only(conn, waiting, monkeypatch):
    monkeypatch.setenv("PUBLIC_URL", "https://feedback.city.example/")
    late, due, nobodys, _ = waiting
    said = digests.of(conn, who(conn, SAM))
    assert said.subject == (
        "311 feedback, Thursday 8 January 2026: 1 overdue, 1 due today or soon, 1 waiting for a supervisor"
    )
    body = said.body
    places = [body.index(case.request_no) for case in (late, due, nobodys)]
    assert places == sorted(places)
    assert (
        f"  {late.request_no}  complaint, 1 business day late  https://feedback.city.example/complaint?no={late.request_no}"
        in body
    )
    assert f"  {due.request_no}  complaint, due today  " in body
    assert not [
        word for word in ("Ruth", "ruth", "shouted", "clerk", "timeliness", "waited") if word in said.subject + body
    ]


def test_senior_management_is_told_of_escalations_first_and_of_their_teams(conn, waiting):
    late, _, _, escalation = waiting
    body = digests.of(conn, who(conn, DARA)).body
    assert body.index("Escalations that nobody reviews yet: 1") < body.index("Your teams', overdue: 1")
    assert escalation.request_no in body and late.request_no in body


def test_nobody_is_told_of_a_case_that_is_not_theirs_to_see(conn, waiting):
    late = waiting[0]
    with as_owner(conn):
        conn.execute(
            text("update cases set subject_ids = :ids where id = :id"), {"ids": ids_of(conn, TARIQ), "id": late.id}
        )
    about_priya = builders.received(conn, subject_ids=ids_of(conn, PRIYA))
    assert about_priya.request_no not in digests.of(conn, who(conn, PRIYA)).body
    assert late.request_no in digests.of(conn, who(conn, SAM)).body


def test_who_has_nothing_to_be_told_gets_none(conn):
    builders.on(conn, THU_8)
    assert digests.of(conn, who(conn, SAM)) is None
    at(conn, THU_8)
    assert digests.make(conn) == 0 and told(conn) == []


def test_supervisors_managers_and_directors_get_it_once_on_a_business_morning(conn, waiting):
    at(conn, THU_8)
    made = digests.make(conn)
    people = conn.execute(
        text("select count(*) from staff where active and role in ('supervisor', 'manager', 'director')")
    ).scalar()
    assert made == people == len(told(conn)) and {"sam", "mina", "dara"} <= set(told(conn))
    assert not {"cleo", "ada", "vic", "tariq"} & set(told(conn))
    assert digests.make(conn) == 0
    at(conn, FRI_9)
    assert digests.make(conn) == people


@pytest.mark.parametrize(
    ("day", "hour"), [(THU_8, 6), (THU_8, 13), (SAT_10, 8), (date(2026, 1, 1), 8), (date(2025, 12, 25), 8)]
)
def test_not_before_seven_nor_in_the_afternoon_nor_on_a_day_off(conn, waiting, day, hour):
    at(conn, day, hour)
    assert digests.make(conn) == 0 and told(conn) == []


def test_who_wants_none_gets_none_until_they_want_it_again(conn, waiting):
    sam = who(conn, SAM)
    digests.choose(conn, sam, wants=False)
    digests.choose(conn, sam, wants=False)
    assert not digests.is_wanted(conn, sam) and digests.is_wanted(conn, who(conn, MINA))
    at(conn, THU_8)
    digests.make(conn)
    assert "sam" not in told(conn) and "mina" in told(conn)
    digests.choose(conn, sam, wants=True)
    assert digests.make(conn) == 1 and "sam" in told(conn)


def test_many_workers_at_once_send_each_person_one(database):
    with db.owner_engine().begin() as conn:
        builders.on(conn, WED_7_JAN)
        builders.received(conn)
        at(conn, THU_8)

    def one(_):
        with db.begin() as conn:
            builders.on(conn, THU_8)
            return digests.make(conn)

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(one, range(8)))
    with db.begin() as conn:
        assert sum(made) == len(told(conn)) == len(set(told(conn))) > 3


def test_a_digest_leaves_like_any_other_message(database, monkeypatch):
    with db.begin() as conn:
        builders.received(conn)
        notice = notices.queue_digest(conn, who(conn, SAM), *vars(digests.of(conn, who(conn, SAM))).values())
        address = who(conn, SAM).email
    with mail_server(monkeypatch) as box:
        assert delivery.deliver(notice) == "sent"
    assert box.to == [address] and "Good morning, Sam Whitfield." in box.messages[0].get_content()


def test_the_rounds_of_a_worker_make_it(database, monkeypatch):
    monkeypatch.setattr(digests, "make", lambda conn: made.append(conn))
    made: list[object] = []
    rounds.make()
    assert len(made) == 1


def test_the_command_shows_it_and_sends_nothing(database, capsys):
    with db.begin() as conn:
        builders.received(conn)
    assert main(["digest", "sam"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("311 feedback, ") and "Complaints that nobody has yet: 1" in said
    assert main(["digest", "Nobody At All"]) == 2
    with db.begin() as conn:
        assert told(conn) == [] and not conn.execute(text("select from digests")).all()


def test_whose_digest_it_was_is_kept(conn, waiting):
    at(conn, THU_8)
    digests.make(conn)
    kept = conn.execute(
        text("select notice_id is not null from digests where staff_id = :id"), {"id": id_of(conn, SAM)}
    )
    assert kept.scalar() is True
