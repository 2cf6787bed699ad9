"""A letter that waits for a second pair of eyes finds them: on Today, and in the morning digest, and nobody else is told (R47)."""

import pytest

from core import cases, db, digests, letters, workflow
from core.cases import NoSuchCase
from dashboard import letter_list
from tests import builders
from tests.builders import CAST, CLEO, DARA, MINA, OMAR, SAM, decided, does, ids_of, letter_asked, responded, who
from tests.serving import Opened
from tests.test_pages import words_on


def could(conn, case, name):
    """Whether the button says that they may approve it."""
    person = who(conn, name)
    try:
        seen = cases.get(conn, case.id, person)
    except (NoSuchCase, cases.NotAllowed):
        return False
    return workflow.why_not(workflow.find(seen, "approve_letter"), seen, person) is None


@pytest.mark.parametrize(
    "build",
    [
        letter_asked,
        lambda conn: letter_asked(conn, decided(conn, responded(conn, OMAR))),
        lambda conn: letter_asked(conn, decided(conn, responded(conn, subject_ids=ids_of(conn, "nadia")))),
        lambda conn: builders.response_letter(conn, "asked"),
    ],
)
def test_they_are_those_whose_button_is_open(conn, build):
    case = build(conn)
    told = {
        name for name in CAST if [row for row in letters.to_approve(conn, who(conn, name)) if row.case_id == case.id]
    }
    assert told == {name for name in CAST if could(conn, case, name)} and DARA in told


@pytest.mark.parametrize("stage", ["drafted", "approved", "issued"])
def test_only_while_it_waits(conn, stage):
    getattr(builders, f"letter_{stage}")(conn)
    assert letters.to_approve(conn, who(conn, DARA)) == []


def test_the_morning_digest_tells_it_by_number_only(conn):
    case = letter_asked(conn)
    said = digests.of(conn, who(conn, DARA))
    assert "1 letter to read" in said.subject
    assert (
        f"Letters to read before they leave: 1\n  {case.request_no}  decision letter, you are asked, due " in said.body
    )
    assert f"/escalation?no={case.request_no}" in said.body and "Mina" not in said.body and "Ruth" not in said.body
    also = digests.of(conn, who(conn, OMAR)).body
    assert f"  {case.request_no}  decision letter, due " in also


def test_more_than_are_looked_at_are_told_as_more(open_page: Opened, monkeypatch):
    monkeypatch.setattr(letters, "SHOWN", 1)
    monkeypatch.setattr(letter_list, "ON_TODAY", 1)
    with db.begin() as conn:
        for _ in range(2):
            letter_asked(conn)
        said = digests.of(conn, who(conn, DARA))
    assert said is not None
    assert "1+ letters to read" in said.subject and "Letters to read before they leave: 1+\n" in said.body
    links = [link.proto.label for link in open_page("today", DARA).get("page_link")]
    assert "All 1+ that wait for a second reader" in links


@pytest.mark.parametrize("name", [MINA, SAM])
def test_who_may_not_approve_it_is_not_told(conn, name):
    letter_asked(conn)
    said = digests.of(conn, who(conn, name))
    assert said is None or "to read" not in said.subject + said.body


def test_today_leads_to_it(open_page: Opened):
    with db.begin() as conn:
        case = letter_asked(conn)
    asked, also = words_on(open_page("today", DARA)), words_on(open_page("today", OMAR))
    assert "Letters to read before they leave" in asked and "You are asked to read it" in asked
    assert "Dara Petrovic is asked, and you may read it too" in also
    for name in (MINA, SAM, CLEO):
        assert "Letters to read" not in words_on(open_page("today", name)), name
    with db.begin() as conn:
        does(conn, case, "return_letter", DARA, note="The date is wrong.")
    assert "Letters to read" not in words_on(open_page("today", DARA))
