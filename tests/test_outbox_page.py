"""The page of the outbox: what stands how, for whom, and what is done about it."""

import pytest
from sqlalchemy import text

from core import db, notices, outbox
from core.errors import NotAllowed, Refused
from core.notices import NotInTheOutbox
from tests import builders
from tests.builders import ADA, CLEO, MINA, PRIYA, SAM, TARIQ, VIC, ids_of, see, who
from tests.serving import Opened

#: How a message comes to stand so, as SQL that only the owner may run.
STANDING = {
    "failed": "status = 'failed', problem = 'The mail server refused the customer''s address.', attempts = 1",
    "unknown": "status = 'sending', sending_since = now(), attempts = 1",
    "kept": "status = 'kept'",
    "waiting": "next_try_at = now() + interval '2 minutes', problem = 'The mail server could not be reached.', attempts = 2",
    "sent": "status = 'sent', sent_at = now()",
}


def stands(conn, case, how):
    """The messages of this case stand so."""
    with builders.as_owner(conn):
        conn.execute(text(f"update notices set {STANDING[how]} where case_id = :id"), {"id": case.id})


@pytest.fixture
def one_of_each(database):
    """A response of each standing, by it."""
    with db.begin() as conn:
        made = {how: builders.queued(conn) for how in STANDING}
        for how, case in made.items():
            stands(conn, case, how)
        return made


def ids(conn, how, name=SAM):
    return [row.case_id for row in outbox.listed(conn, how, who(conn, name))]


@pytest.mark.parametrize("how", STANDING)
def test_every_count_opens_what_it_counts(one_of_each, how):
    with db.begin() as conn:
        assert ids(conn, how) == [one_of_each[how].id]
        assert getattr(outbox.counts(conn, who(conn, SAM)), how) == 1


def test_what_left_yesterday_is_no_longer_there(conn):
    case = builders.queued(conn)
    with builders.as_owner(conn):
        conn.execute(text("update notices set status = 'sent', sent_at = now() - interval '1 day'"))
    assert outbox.counts(conn, who(conn, SAM)).sent == 0 and ids(conn, "sent") == []
    assert builders.outbox(conn, case) == [("response", "sent")]


@pytest.mark.parametrize("name", [CLEO, TARIQ, VIC])
def test_it_is_for_those_who_look_after_it(database, name):
    with db.begin() as conn, pytest.raises(NotAllowed, match="looked after by supervisors"):
        outbox.counts(conn, who(conn, name))


def test_nobody_sees_a_message_of_a_case_that_is_not_theirs_to_see(one_of_each):
    case = one_of_each["failed"]
    with db.begin() as conn:
        with builders.as_owner(conn):
            conn.execute(
                text("update cases set subject_ids = :ids where id = :id"), {"ids": ids_of(conn, TARIQ), "id": case.id}
            )
        assert ids(conn, "failed", PRIYA) == [] and outbox.counts(conn, who(conn, PRIYA)).failed == 0
        assert ids(conn, "failed", SAM) == ids(conn, "failed", MINA) == ids(conn, "failed", ADA) == [case.id]
        notice = notices.of_case(conn, case.id)[0].id
        for act in (
            lambda: outbox.send_again(conn, notice, who(conn, PRIYA)),
            lambda: outbox.withdraw(conn, notice, "x", who(conn, PRIYA)),
        ):
            with pytest.raises(NotInTheOutbox):
                act()


def test_a_digest_is_seen_by_whom_it_is_for_and_by_administrators(database):
    with db.begin() as conn:
        notices.queue_digest(conn, who(conn, SAM), "Digest", "Nothing much.")
        seen = {name: outbox.counts(conn, who(conn, name)).waiting for name in (SAM, PRIYA, MINA, ADA)}
    assert seen == {SAM: 1, PRIYA: 0, MINA: 0, ADA: 1}


@pytest.mark.parametrize("how", ["failed", "unknown", "kept", "waiting"])
def test_a_response_is_sent_again_and_withdrawn_by_the_moves_of_its_case(one_of_each, how):
    case = one_of_each[how]
    with db.begin() as conn:
        notice = notices.of_case(conn, case.id)[0].id
        outbox.send_again(conn, notice, who(conn, SAM))
        assert (builders.last(conn, case).action, notices.waiting(conn, case.id).status) == ("send_again", "waiting")
        outbox.withdraw(conn, notice, "A wrong date in it.", who(conn, SAM))
        assert (builders.last(conn, case).note, notices.waiting(conn, case.id)) == ("A wrong date in it.", None)
        assert see(conn, case.id).is_open


def test_who_may_not_answer_for_the_supervisor_is_told_so(one_of_each):
    with db.begin() as conn:
        notice = notices.of_case(conn, one_of_each["failed"].id)[0].id
        for act in (
            lambda: outbox.send_again(conn, notice, who(conn, PRIYA)),
            lambda: outbox.withdraw(conn, notice, "x", who(conn, PRIYA)),
        ):
            with pytest.raises(Refused, match="Only whoever has this case"):
                act()


def test_a_list_that_is_not_there_is_refused(database):
    with db.begin() as conn, pytest.raises(Refused, match="no list of that name"):
        outbox.listed(conn, "sent; drop table notices", who(conn, SAM))


# The page


@pytest.fixture
def open_outbox(open_page: Opened) -> Opened:
    """The page as one of the cast opens it."""
    return lambda name=SAM, **asked: open_page("outbox", name, **asked)


def test_an_empty_outbox_says_so_and_that_no_worker_runs(open_outbox):
    page = open_outbox()
    assert not page.exception and page.info[0].value.startswith("Nothing waits and nothing failed.")
    assert page.warning[0].value.startswith("No worker is running")


def test_the_worst_list_comes_first_and_shows_no_word_of_the_message(one_of_each, open_outbox):
    page = open_outbox()
    assert not page.exception and [metric.value for metric in page.metric] == ["1"] * 5
    assert "May have left" in [heading.value for heading in page.subheader]
    drawn = str(page.dataframe[0].value.to_dict())
    assert one_of_each["unknown"].request_no in drawn and "sorry" not in drawn and "Ruth" not in drawn


@pytest.mark.parametrize("how", STANDING)
def test_each_list_opens_by_its_address(one_of_each, open_outbox, how):
    page = open_outbox(show=how)
    assert not page.exception and one_of_each[how].request_no in str(page.dataframe[0].value.to_dict())


def test_a_running_worker_is_seen(open_outbox):
    with db.begin() as conn:
        conn.execute(text("insert into procrastinate_workers default values"))
    assert not open_outbox().warning


def test_the_digest_is_turned_off_and_on_here(open_outbox):
    page = open_outbox()
    page.toggle(key="wants digest").set_value(False).run()
    assert not page.exception
    with db.begin() as conn:
        assert conn.execute(text("select count(*) from digests_declined")).scalar() == 1
    page = open_outbox()
    assert page.toggle(key="wants digest").value is False
    page.toggle(key="wants digest").set_value(True).run()
    with db.begin() as conn:
        assert conn.execute(text("select count(*) from digests_declined")).scalar() == 0
