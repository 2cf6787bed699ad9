"""The monthly report leaves by itself: on the first business day, as it stood then, once for each who wants it and works here."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from hashlib import sha256

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core import db, delivery, notices, outbox, report_mails, reports, rounds
from core.errors import Refused
from tests import builders, pdf
from tests.builders import ADA, CAST, CLEO, MINA, SAM, TARIQ, VIC, as_owner, leaves, who
from tests.mailbox import mail_server
from tests.serving import free_port
from tests.test_digests import at

#: January 2026 begins with New Year's Day, a Thursday; 2 January is a business day. 1 February is a Sunday.
FRI_2_JAN, MON_2_FEB = date(2026, 1, 2), date(2026, 2, 2)
DECEMBER, JANUARY = date(2025, 12, 1), date(2026, 1, 1)


@pytest.fixture
def asked(conn):
    """Mina subscribed on the Friday before the holidays."""
    at(conn, builders.FRI_19_DEC)
    builders.responded(conn)
    report_mails.subscribe(conn, True, by=who(conn, MINA))
    report_mails.subscribe(conn, True, by=who(conn, MINA))
    return conn


def went(conn):
    """Which report is in the outbox for whom."""
    rows = conn.execute(text("select to_address, report_month from notices where purpose = 'report' order by id")).all()
    return [(row.to_address.split(".")[0].split("@")[0], row.report_month) for row in rows]


@pytest.mark.parametrize(
    ("day", "hour", "leaves_"),
    [
        (date(2025, 12, 31), 23, False),
        (date(2026, 1, 1), 8, False),  # New Year's Day
        (FRI_2_JAN, 6, False),
        (FRI_2_JAN, 7, True),
        (FRI_2_JAN, 23, True),
        (date(2026, 1, 3), 3, True),  # nobody worked on the Friday: late is better than never
        (date(2026, 1, 31), 12, True),
    ],
)
def test_it_leaves_from_seven_on_the_first_business_day_and_later_if_nobody_worked(asked, day, hour, leaves_):
    at(asked, day, hour)
    assert report_mails.make(asked) == int(leaves_)
    assert went(asked) == ([("mina", DECEMBER)] if leaves_ else [])


def test_each_month_once_and_the_next_one_next_month(asked):
    at(asked, FRI_2_JAN)
    assert [report_mails.make(asked) for _ in range(3)] == [1, 0, 0]
    at(asked, MON_2_FEB)
    assert [report_mails.make(asked) for _ in range(3)] == [1, 0, 0]
    assert went(asked) == [("mina", DECEMBER), ("mina", JANUARY)]


def test_whoever_asks_again_in_the_same_month_does_not_get_it_again(asked):
    at(asked, FRI_2_JAN)
    report_mails.make(asked)
    for wanted in (False, True):
        report_mails.subscribe(asked, wanted, by=who(asked, MINA))
    assert report_mails.make(asked) == 0


def test_whoever_subscribes_after_it_left_waits_for_the_next(asked):
    at(asked, date(2026, 1, 5))
    report_mails.subscribe(asked, True, by=who(asked, SAM))
    report_mails.make(asked)
    assert went(asked) == [("mina", DECEMBER)]
    at(asked, MON_2_FEB)
    report_mails.make(asked)
    assert ("sam", JANUARY) in went(asked)


@pytest.mark.parametrize("name", CAST)
def test_everybody_who_works_here_sees_figures_and_may_have_it(asked, name):
    report_mails.subscribe(asked, True, by=who(asked, name))
    assert report_mails.is_subscribed(asked, who(asked, name))
    at(asked, FRI_2_JAN)
    report_mails.make(asked)
    assert (name, DECEMBER) in went(asked)


def test_who_unsubscribed_or_left_gets_none(asked):
    report_mails.subscribe(asked, True, by=who(asked, SAM))
    report_mails.subscribe(asked, False, by=who(asked, SAM))
    leaves(asked, MINA)
    at(asked, FRI_2_JAN)
    assert report_mails.make(asked) == 0 and went(asked) == []
    with pytest.raises(Refused, match="Your account is closed"):
        report_mails.subscribe(asked, True, by=who(asked, MINA))


def test_it_is_kept_as_it_was_made_whatever_is_restated_since(asked):
    report_mails.subscribe(asked, True, by=who(asked, CLEO))
    at(asked, FRI_2_JAN)
    report_mails.make(asked)
    first = kept(asked)
    builders.received(
        asked, received_at=builders.now(asked).replace(year=2025, month=12, day=1), backdated_because="Late."
    )
    report_mails.subscribe(asked, True, by=who(asked, VIC))
    report_mails.make(asked)
    assert kept(asked) == first and len(went(asked)) == 3
    assert first.sha256 == sha256(first.pdf).hexdigest() and not pdf.lacks(bytes(first.pdf))
    for statement in (
        "update monthly_reports set pdf = 'x'",
        "delete from monthly_reports",
        "delete from report_mails",
    ):
        with pytest.raises(DBAPIError, match="permission denied"), asked.begin_nested():
            asked.execute(text(statement))
        with as_owner(asked), pytest.raises(DBAPIError, match="only be added to"), asked.begin_nested():
            asked.execute(text(statement))


def kept(conn):
    return conn.execute(text("select pdf, sha256, made_at from monthly_reports")).one()


def test_the_database_holds_one_for_each_month_and_person(asked):
    at(asked, FRI_2_JAN)
    report_mails.make(asked)
    with pytest.raises(DBAPIError, match="one_report_a_month_and_person"), asked.begin_nested():
        asked.execute(text("insert into report_mails (month, staff_id) select month, staff_id from report_mails"))


@pytest.mark.parametrize(
    ("day", "next_on"),
    [(FRI_2_JAN, FRI_2_JAN), (date(2026, 1, 3), MON_2_FEB), (date(2026, 1, 1), FRI_2_JAN), (MON_2_FEB, MON_2_FEB)],
)
def test_the_page_says_when_it_leaves_next(conn, day, next_on):
    at(conn, day)
    assert report_mails.leaves_on(conn) == next_on


# By a real worker's rounds, and a real mail server


@pytest.fixture
def due(database):
    """It is the first business day of January, for everybody; Mina, Tariq and Vic subscribed before. Their messages' ids."""
    with db.begin() as conn:
        builders.on(conn, builders.FRI_19_DEC)
        builders.responded(conn)
    with db.owner_engine().begin() as conn:
        at(conn, builders.FRI_19_DEC)
        for name in (MINA, TARIQ, VIC):
            report_mails.subscribe(conn, True, by=who(conn, name))
        at(conn, FRI_2_JAN)
        conn.execute(text("reset role"))
        conn.execute(
            text(
                "create or replace function today() returns date language sql stable as $$ select date '2026-01-02' $$"
            )
        )


def messages():
    with db.begin() as conn:
        return list(conn.execute(text("select id from notices where purpose = 'report' order by id")).scalars())


def test_the_rounds_make_it_and_it_arrives_with_the_same_document_for_all(due, monkeypatch):
    rounds.make(), rounds.make()
    with mail_server(monkeypatch) as box:
        assert [delivery.deliver(notice) for notice in messages()] == ["sent"] * 3
    for message in box.messages:
        name = message["To"].split(".")[0].capitalize()
        (enclosed,) = message.iter_attachments()
        body = message.get_body().get_content()
        assert message["Subject"] == "311 feedback: monthly report, December 2025" and f"Good morning, {name}" in body
        assert "/compliance" in body and enclosed.get_filename() == "report-2025-12.pdf"
        with db.begin() as conn:
            assert enclosed.get_content() == bytes(kept(conn).pdf)
    assert "Monthly report, December 2025" in pdf.in_one_line(enclosed.get_content())


def test_many_workers_at_once_make_one_for_each(due):
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda _: rounds.make(), range(6)))
    assert len(messages()) == 3


def test_many_who_know_nothing_of_each_other_make_one_for_each(due):
    """Without the lock of the rounds: the constraint decides, and whoever lost has done nothing."""

    def one(_):
        try:
            with db.of_one_moment() as conn:
                return report_mails.make(conn)
        except Refused:
            return 0

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(one, range(4))) == 3
    assert len(messages()) == 3


@pytest.mark.parametrize("how", ["unsubscribed", "left"])
def test_one_that_waits_does_not_leave_to_who_unsubscribed_or_left_meanwhile(due, monkeypatch, how):
    rounds.make()
    with db.begin() as conn:
        if how == "left":
            leaves(conn, MINA)
        else:
            report_mails.subscribe(conn, False, by=who(conn, MINA))
    with mail_server(monkeypatch) as box:
        assert [delivery.deliver(notice) for notice in messages()] != []
    assert len(box.raw) == 2 and not [message for message in box.messages if "mina" in message["To"]]


def test_a_server_that_is_away_gets_it_later_and_one_that_was_cut_off_gets_it_again(due, monkeypatch):
    rounds.make()
    first, second, _ = messages()
    monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
    assert delivery.deliver(first) == "waiting"
    with mail_server(monkeypatch, dies=True):
        assert delivery.deliver(second) == "waiting", "at least once: nobody is harmed by the same report twice"
    with mail_server(monkeypatch) as box:
        assert [delivery.deliver(notice) for notice in (first, second)] == ["sent", "sent"]
    assert len(box.raw) == 2


def test_a_report_that_cannot_be_made_keeps_no_message_back(due, monkeypatch):
    with db.owner_engine().begin() as conn:
        case = builders.queued(conn)
        conn.execute(text("delete from procrastinate_jobs"))
        conn.execute(text("update notices set created_at = right_now() - interval '9 minutes'"))
        notice = notices.waiting(conn, case.id).id
    monkeypatch.setattr(reports, "monthly", lambda conn, month: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        rounds.make()
    with db.begin() as conn:
        found = conn.execute(text("select args ->> 'notice_id' from procrastinate_jobs where task_name = 'deliver'"))
        assert str(notice) in found.scalars().all() and messages() == []


def test_in_the_outbox_it_is_its_readers_and_the_administrators(due):
    rounds.make()
    with db.begin() as conn:
        seen = {
            name: {row.to_address for row in outbox.listed(conn, "waiting", who(conn, name))}
            for name in (MINA, SAM, ADA)
        }
        assert (len(seen[MINA]), len(seen[SAM]), len(seen[ADA])) == (1, 0, 3)
        (hers,) = outbox.listed(conn, "waiting", who(conn, MINA))
        outbox.withdraw(conn, hers.id, "", who(conn, MINA))
        assert outbox.counts(conn, who(conn, ADA)).waiting == 2
