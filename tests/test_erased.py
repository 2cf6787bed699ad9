"""A case whose words were erased: it says so once, shows nothing as if it had not been given, and nothing more is done with it."""

import pytest
from sqlalchemy import text

from core import db, escalations, retention_rules, workflow
from core.cases import act
from core.errors import Refused
from core.kinds import Role
from core.workflow import MOVES
from tests import builders
from tests.builders import ADA, CLEO, DARA, MINA, SAM, see, who
from tests.serving import Opened
from tests.test_pages import words_on
from tests.test_retention import CANARY, erased, everything, later

SENTENCE = "The case was erased at the end of its retention, so nothing more is done with it."
#: What a page says where nothing was given, or could still be done.
AS_IF = (
    "Nothing was written down", "No contact was given", "Its text was not recorded", "Nothing is recorded yet", "It is not assessed yet",
    "It is not forwarded yet", "they have not agreed to be named", "The customer asks to escalate it",
)  # fmt: skip


def all_erased(conn):
    made = everything(conn)
    later(conn)
    erased(conn)
    return [see(conn, case.id) for case in made]


def test_no_move_of_the_table_is_made_or_offered(conn):
    by_kind = {case.kind: case for case in all_erased(conn)}
    tried = 0
    for move in MOVES:
        for case in (case for kind, case in by_kind.items() if kind in move.kinds and case.state in move.start):
            person = who(
                conn,
                next(
                    name for name in (MINA, SAM, CLEO, ADA) if who(conn, name).role in move.who | {Role.ADMINISTRATOR}
                ),
            )
            with pytest.raises(Refused) as refused, conn.begin_nested():
                act(conn, case.id, move.action, by=person, **builders.form(conn, move.action))
            assert str(refused.value) == SENTENCE, move.action
            assert workflow.moves_open(case, person) == []
            tried += 1
    assert tried > 12


def test_a_manager_cannot_vouch_it_through_the_gate(conn):
    """And that they tried is kept, as every attempt is (R33); what they wrote of the customer is not."""
    complaint, dara = all_erased(conn)[0], who(conn, DARA)
    made = escalations.vouch(conn, complaint.request_no, because="Known at the counter.", by=dara)
    assert (made.complaint_id, made.sentence) == (None, SENTENCE)
    kept = conn.execute(
        text("select by_id, outcome, complaint_id, vouched_because from escalation_attempts where id = :id"),
        {"id": made.id},
    ).one()
    assert tuple(kept) == (dara.id, "not matched", None, None)
    with pytest.raises(escalations.NotProven):
        escalations.escalate(conn, made.id, "Now.", by=dara, admitted_because="It is urgent.")


def test_it_tells_how_long_it_was_kept_by_the_setting_of_that_day(conn):
    case = builders.responded(conn)
    retention_rules.set_months(conn, "complaint", 18, by=who(conn, ADA), why="The auditor asked.")
    later(conn)
    erased(conn)
    later(conn, 900)
    retention_rules.set_months(conn, "complaint", 36, by=who(conn, ADA), why="Asked again.")
    assert retention_rules.months_before(conn, see(conn, case.id)) == 18


def test_its_page_says_so_once_and_shows_nothing_as_if_it_had_not_been_given(open_page: Opened):
    with db.begin() as conn:
        made = all_erased(conn)
    for case in made:
        page = open_page(case.kind, ADA, no=case.request_no)
        said = words_on(page)
        assert not page.exception and said.count("Erased on") == 1, case.kind
        assert ". Its kind was kept for 1 year after its last use. " in said
        assert not [words for words in (*AS_IF, CANARY, "Reopen", "Erased\n") if words in said], case.kind
        assert not [button.label for button in page.button if (button.key or "").startswith(f"do {case.id} ")]


def test_what_ended_without_an_answer_says_once_that_it_is_closed(open_page: Opened):
    with db.begin() as conn:
        case = builders.celebrated(conn)
    assert words_on(open_page(case.kind, SAM, no=case.request_no)).count("Closed") == 1
