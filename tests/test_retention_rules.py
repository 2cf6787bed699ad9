"""How long cases are kept: what a shorter time would make due, what is refused, and who changed what."""

from threading import Thread
from time import monotonic

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from core import db, retention, retention_rules
from core.errors import AtTheSameMoment, NotSoLong, PastTheCalendar
from core.retention import NotForYouToErase
from tests import builders
from tests.builders import ADA, DARA, SAM, id_of, ids_of, who
from tests.serving import Opened
from tests.test_pages import words_on
from tests.test_retention import due, later


@pytest.mark.parametrize("months", [-1, 0, 1, 11, 1201])
def test_less_than_a_year_is_refused_with_one_sentence(conn, months):
    with pytest.raises(
        NotSoLong, match=r"^Cases are kept for at least 12 months, and at most 1,200, after their last use\.$"
    ):
        retention_rules.set_months(conn, "complaint", months, by=who(conn, ADA), why="Less to keep.")


def test_the_database_refuses_less_than_a_year_as_well(conn):
    with pytest.raises(DBAPIError, match="kept_for_a_year_at_least"):
        conn.execute(text("insert into retention_rules (kind, months, set_by, why) values ('comment', 11, 13, 'x')"))


def test_what_a_shorter_time_would_make_due_is_what_becomes_due(conn):
    """Only what is not due already, is held by nothing, and is not about whoever asks."""
    ada = who(conn, ADA)
    for kind in ("complaint", "escalation"):
        retention_rules.set_months(conn, kind, 36, by=ada, why="The auditor asked.")
    builders.responded(conn), builders.escalation_closed(conn), builders.taken(conn), builders.celebrated(conn)
    builders.responded(conn, subject_ids=ids_of(conn, ADA))
    later(conn)
    before = due(conn)
    counted = retention_rules.becomes_due(conn, "complaint", 12, by=ada)
    assert retention_rules.becomes_due(conn, "complaint", 35, by=ada) == 0
    retention_rules.set_months(conn, "complaint", 12, by=ada, why="Asked again.")
    assert counted == len(due(conn) - before) == 1, "a complaint whose escalation is kept longer is not due"
    assert retention_rules.becomes_due(conn, "escalation", 12, by=ada) == 2, "the escalation and its complaint"
    with pytest.raises(NotForYouToErase):
        retention_rules.becomes_due(conn, "escalation", 12, by=who(conn, SAM))


def test_every_change_says_from_what_to_what_who_and_why(conn):
    retention_rules.set_months(conn, "comment", 24, by=who(conn, DARA), why="The auditor asked.")
    retention_rules.set_months(conn, "comment", 18, by=who(conn, ADA), why="Asked again.")
    told = [(row.kind, row.before, row.months, row.by_name, row.why) for row in retention_rules.settings(conn)]
    assert told[:2] == [
        ("comment", 24, 18, who(conn, ADA).name, "Asked again."),
        ("comment", 12, 24, who(conn, DARA).name, "The auditor asked."),
    ]


# What cannot be erased


def refusing_to_erase(conn, case, code="23503"):
    """This case cannot be erased, as if something referred to what would go."""
    with builders.as_owner(conn):
        conn.execute(text(f"create function refuse_{case.id}() returns trigger language plpgsql as "
                          f"$$ begin raise exception 'Ruth Ng refers to it' using errcode = '{code}'; end $$"))  # fmt: skip
        conn.execute(text(f"create trigger a_refuses_{case.id} before update of erased_at on cases for each row "
                          f"when (old.id = {case.id} and new.erased_at is not null) execute function refuse_{case.id}()"))  # fmt: skip


def carried_out(conn, most=100):
    number = retention.ask(conn, by=who(conn, ADA), why="x")
    retention.approve(conn, number, by=who(conn, DARA))
    steps = []
    while step := retention.carry_out(conn, most):
        steps.append(step)
    return number, steps


@pytest.mark.parametrize(
    ("stuck", "most", "code"), [(0, 1, "23503"), (1, 2, "TO311"), (3, 2, "23503"), (0, 100, "TO311"), (3, 100, "22001")]
)
def test_a_case_that_cannot_be_erased_keeps_back_no_other(conn, caplog, most, stuck, code):
    made = [builders.responded(conn) for _ in range(4)]
    later(conn)
    refusing_to_erase(conn, made[stuck], code)
    number, steps = carried_out(conn, most)
    assert [bool(builders.see(conn, case.id).erased_at) for case in made] == [at != stuck for at in range(4)]
    assert sum(step.looked_at_now for step in steps) == 4 and steps[-1].to_do == 0
    ada = who(conn, ADA)
    assert [(row.request_no, row.kept_because) for row in retention.left(conn, [number], ada)] == [
        (made[stuck].request_no, f"it could not be erased (error {code})")
    ]
    account = retention.erasures(conn, ada)[0].account
    told = retention.in_words(account, retention.kept(conn, number, ada))
    assert told.startswith("3 cases erased") and told.endswith(
        f"1 case kept because it could not be erased (error {code})."
    )
    assert f"case {made[stuck].id} could not be erased" in caplog.text and "Ruth" not in caplog.text + told


def test_which_case_was_left_is_told_to_those_who_may_see_it(conn):
    case = builders.responded(conn)
    later(conn)
    refusing_to_erase(conn, case)
    number, _ = carried_out(conn)
    with builders.as_owner(conn):
        conn.execute(text("alter table cases disable trigger user"))
        conn.execute(
            text("update cases set subject_ids = :ids where id = :id"), {"ids": [id_of(conn, DARA)], "id": case.id}
        )
        conn.execute(text("alter table cases enable trigger user"))
    assert [len(retention.left(conn, [number], who(conn, name))) for name in (ADA, DARA)] == [1, 0]
    assert len(retention.left(conn, [number], None)) == 1


@pytest.mark.parametrize("code", ["40001", "40P01", "57014", "55P03"])
def test_what_is_in_the_way_for_a_moment_leaves_no_case(conn, code):
    case = builders.responded(conn)
    later(conn)
    refusing_to_erase(conn, case, code)
    retention.approve(conn, retention.ask(conn, by=who(conn, ADA), why="x"), by=who(conn, DARA))
    with pytest.raises(AtTheSameMoment), conn.begin_nested():
        retention.carry_out(conn)
    assert db.value(conn, "retention.take") and retention.left(conn, [1], None) == []


@pytest.mark.parametrize("code", ["53200", "53100", "42501", "XX000", "TO312"])
def test_what_is_in_the_way_of_every_case_leaves_none(conn, code):
    """No memory, no disk, no right: the worker fails, and carries out all of it once that is mended."""
    builders.responded(conn), builders.responded(conn)
    later(conn)
    for number in due(conn):
        refusing_to_erase(conn, builders.see(conn, number), code)
    retention.approve(conn, retention.ask(conn, by=who(conn, ADA), why="x"), by=who(conn, DARA))
    with pytest.raises((DBAPIError, PastTheCalendar)), conn.begin_nested():
        retention.carry_out(conn)
    assert db.value(conn, "retention.take") and conn.scalar(text("select count(looked_at) from erasure_cases")) == 0


def test_one_at_a_time_carries_out_an_erasure_also_while_a_step_is_undone(database):
    """Else the command would do the next case, and the worker would leave a third one as the one that cannot be erased."""
    with db.begin() as conn:
        stuck, *others = [builders.responded(conn) for _ in range(3)]
        later(conn)
        refusing_to_erase(conn, stuck)
        number = retention.ask(conn, by=who(conn, ADA), why="x")
        retention.approve(conn, number, by=who(conn, DARA))
    worker = Thread(target=lambda: committed(carries_out_next))
    with db.owner_engine().begin() as between:  # what the worker has to do after the step was undone waits for this
        between.execute(text("select from erasure_cases where case_id = :id for update"), {"id": stuck.id})
        worker.start()
        somebody_waits(between)
        assert committed(carries_out_next) is None
    worker.join(10)
    assert committed(lambda conn: carries_out_next(conn, 100)).to_do == 0
    with db.begin() as conn:
        assert [row.request_no for row in retention.left(conn, [number], None)] == [stuck.request_no]
        assert all(builders.see(conn, case.id).erased_at for case in others)


def test_an_erasure_stays_taken_after_a_step_was_undone(database):
    with db.begin() as conn:
        case = builders.responded(conn)
        later(conn)
        refusing_to_erase(conn, case, "53200")
        retention.approve(conn, retention.ask(conn, by=who(conn, ADA), why="x"), by=who(conn, DARA))
    with db.begin() as worker:
        with pytest.raises(DBAPIError):
            carries_out_next(worker)
        assert committed(carries_out_next) is None


def carries_out_next(conn, most=1):
    later(conn)
    conn.execute(text("set local lock_timeout = '5s'"))
    return retention.carry_out(conn, most)


def somebody_waits(conn: Connection) -> None:
    """Until somebody waits for a lock in this database."""
    waiting = text(
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    )
    until = monotonic() + 10
    while not conn.scalar(waiting):
        assert monotonic() < until, "nobody waits"
        conn.execute(text("select pg_stat_clear_snapshot(), pg_sleep(0.02)"))


@pytest.mark.parametrize("said", ["", "Ruth Ng", "23503 Ruth", "2350", "a3503"])
def test_no_words_of_an_error_are_kept(conn, said):
    with pytest.raises(DBAPIError, match="none of its words"):
        conn.execute(text("select leave_case_of_erasure(1, :said)"), {"said": said})


def test_no_case_is_left_of_an_erasure_that_nobody_approved(conn):
    builders.responded(conn)
    later(conn)
    number = retention.ask(conn, by=who(conn, ADA), why="x")
    with pytest.raises(DBAPIError, match="two people have not decided"):
        conn.execute(text("select leave_case_of_erasure(:id, '23503')"), {"id": number})


# The page


def committed(do):
    with db.begin() as conn:
        return do(conn)


def test_a_shorter_time_shows_what_becomes_due_before_it_is_set(open_page: Opened):
    def kept_longer(conn):
        retention_rules.set_months(conn, "complaint", 36, by=who(conn, ADA), why="The auditor asked.")

    committed(kept_longer)
    page = open_page("records", ADA, show="retention")
    months = page.number_input(key="rule months complaint")
    assert months.value == 36 and not [button for button in page.button if (button.key or "").startswith("set ")]
    page = months.set_value(11).run()
    assert [error.value for error in page.error] == [str(NotSoLong())]
    assert not [button for button in page.button if (button.key or "").startswith("set ")]
    page = page.number_input(key="rule months complaint").set_value(24).run()
    assert "0 more cases become due" in page.warning[0].value
    page.text_input(key="rule why").set_value("Less to keep.").run()
    page.button(key="set complaint 24").click().run()
    said = words_on(open_page("records", ADA, show="retention"))
    assert "'From': {0: '3 years', 1: '1 year'}, 'To': {0: '2 years', 1: '3 years'}" in said


def test_months_that_were_typed_at_the_last_moment_are_not_set_unseen(open_page: Opened):
    page = open_page("records", ADA, show="retention")
    page = page.number_input(key="rule months complaint").set_value(24).run()
    page.text_input(key="rule why").set_value("x").run()
    button = page.button(key="set complaint 24")
    page.number_input(key="rule months complaint").set_value(36)
    page = button.click().run()
    assert "see what that does first" in page.error[0].value
    assert committed(lambda conn: {row.kind: row.months for row in retention_rules.now(conn)})["complaint"] == 12


def test_the_list_of_an_erasure_opens_its_cases_and_says_who_approves(open_page: Opened):
    def due_today(conn):
        case = builders.responded(conn)
        with builders.as_owner(conn):
            builders.years_ago(conn, case, 3)
        retention.ask(conn, by=who(conn, ADA), why="The year is over.")
        return case

    case = committed(due_today)
    page = open_page("records", ADA, show="retention")
    said = words_on(page)
    assert case.request_no in said and "the first 200" not in said.lower() and "not for you" not in said
    assert "You asked for it: another administrator, manager or director has to approve it." in said
    assert "You asked for it" not in words_on(open_page("records", DARA, show="retention"))


def test_the_page_tells_whoever_approves_nothing_of_a_complaint_about_themselves(open_page: Opened):
    def due_today(conn):
        made = [builders.responded(conn), builders.responded(conn, subject_ids=ids_of(conn, ADA))]
        with builders.as_owner(conn):
            for case in made:
                builders.years_ago(conn, case, 3)
        number = retention.ask(conn, by=who(conn, DARA), why="The year is over.")
        return number, *made

    number, seen, hidden = committed(due_today)
    said = words_on(open_page("records", ADA, show="retention"))
    assert f"**Erasure {number}** · 1 case ·" in said and "free text of 1 case go" in said
    assert seen.request_no in said and hidden.request_no not in said and "not for you" not in said

    committed(lambda conn: retention.approve(conn, number, by=who(conn, ADA)))
    retention.carry_out_all()
    said = words_on(open_page("records", ADA, show="retention"))
    assert "1 case erased" in said and "others have to decide" not in said and "kept because" not in said.lower()
    assert "others have to decide about it" in words_on(open_page("records", DARA, show="retention"))
