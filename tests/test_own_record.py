"""A person's own record: whose numbers match, what is theirs, and nothing of anybody else."""

import json
import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import text

from core import own_record, reads
from core.actions import ACTIONS
from core.business_days import long_date
from core.errors import Refused
from core.own_record import NoContact, NoNumbers, NotForYouToMake, NotTheirs
from core.own_record_texts import TOLD
from core.retention import NeedsAReason
from tests import builders
from tests.builders import ADA, CAST, DARA, JONAS, MINA, NADIA, OMAR, SAM, does, ids_of, received, who


def own(conn, *made, contact="(416) 555-0123", by=ADA, why="Driver's licence seen."):
    zipped = own_record.made(conn, [f"# {case.request_no}" for case in made], contact, by=who(conn, by), why=why)
    with ZipFile(BytesIO(zipped)) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def test_what_they_said_what_was_promised_and_what_was_sent_is_in_it(conn):
    case = builders.letter_posted(conn)
    complaint = builders.see(conn, case.complaint_id)
    files = own(conn, complaint, case)
    told = json.loads(files["record.json"])["Requests"]
    assert [one["Request number"] for one in told] == [complaint.request_no, case.request_no]
    assert told[0]["What you said"] == complaint.description and told[0]["The answer"] == builders.RESPONSE["response"]
    assert told[0]["Promised for"] == long_date(complaint.due_on) and told[1]["Decision"] == "Partly upheld"
    assert (
        [name for name in files if name.endswith(".pdf")]
        == [f"letters/{one['File']}" for one in told[1]["Letters"]]
        != []
    )
    assert complaint.description in files["index.html"].decode()


def test_nothing_of_staff_or_of_anybody_else_is_in_it(conn):
    other = received(
        conn, email="jo@example.org", phone="416-555-0177", customer_name="Jo Other", description="Other words."
    )
    case = builders.responded(conn, subject_ids=ids_of(conn, NADIA))
    case = does(
        conn,
        does(conn, case, "reopen", SAM, note="Jo Other said so too."),
        "attach",
        SAM,
        file=("secret.txt", "text/plain", b"x"),
        note="Secret.",
    )
    said = b"".join(own(conn, case).values()).decode()
    for hidden in (*(who(conn, name).name for name in (*CAST, NADIA)), "Jo Other", other.request_no, "Secret", "secret.txt", builders.FINDING["finding_summary"],
                   builders.FINDING["sources_checked"], "said so too"):  # fmt: skip
        assert hidden not in said, hidden


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><b>', "\u202e=1+1"])
def test_their_words_are_text(conn, words):
    page = own(conn, received(conn, description=words, customer_name=words))["index.html"].decode()
    assert "<script" not in page and "<img" not in page and "<b>" not in page


@pytest.mark.parametrize("contact", ["416-555-0123", "+1 416 555 0123 ext. 5", "RUTH@example.org "])
def test_phone_or_email_matches_after_normalising(conn, contact):
    assert "record.json" in own(conn, received(conn), contact=contact)


def test_one_strange_number_and_nothing_is_put_together_or_logged(conn):
    mine, strange = received(conn), received(conn, phone="416-555-0177", email=None)
    for numbers in ([mine.request_no, strange.request_no], [mine.request_no, "99999999"], ["' or 1=1 --\x00"]):
        with pytest.raises(NotTheirs):
            own_record.made(conn, numbers, "416-555-0123", by=who(conn, ADA), why="x")
    assert reads.page(conn, {}, who(conn, ADA)).rows == []


def test_what_is_about_whoever_puts_it_together_is_not_for_them(conn):
    case = received(conn, subject_ids=ids_of(conn, ADA))
    with pytest.raises(NotTheirs):
        own(conn, case)
    assert own(conn, case, by=DARA)


def test_it_is_logged_with_each_case_and_how_they_were_known(conn):
    made = [received(conn), received(conn)]
    own(conn, *made)
    rows = reads.page(conn, {}, who(conn, ADA)).rows
    assert {(row.request_no, row.detail, row.why) for row in rows} == {
        (case.request_no, "own record", "Driver's licence seen.") for case in made
    }


@pytest.mark.parametrize("name", [*CAST, JONAS, NADIA])
def test_administrators_and_senior_management_put_it_together(conn, name):
    case = received(conn)
    if name in (ADA, MINA, OMAR, DARA):
        assert own(conn, case, by=name)
    else:
        with pytest.raises(NotForYouToMake):
            own(conn, case, by=name)


def test_what_is_missing_is_said(conn):
    case, ada = received(conn), who(conn, ADA)
    for numbers, contact, why, refusal in (([], "416-555-0123", "x", NoNumbers), ([case.request_no], "hello", "x", NoContact),
                                           ([case.request_no], "416-555-0123", " ", NeedsAReason), (["1"] * 3 + [str(n) for n in range(60)], "416-555-0123", "x", NoNumbers)):  # fmt: skip
        with pytest.raises(refusal):
            own_record.made(conn, numbers, contact, by=ada, why=why)


def test_an_anonymous_comment_matches_nobody(conn):
    case = builders.comment(conn, anonymous=True)
    with pytest.raises(Refused):
        own(conn, case)


def test_what_they_have_not_been_told_is_not_in_it(conn):
    """A decision may change until it is told, and an answer on its way may be taken back."""
    waits, decided = builders.queued(conn), builders.decided(conn)
    told = {one["Request number"]: one for one in json.loads(own(conn, waits, decided)["record.json"])["Requests"]}
    assert "The answer" not in told[waits.request_no]
    assert not {"Decision", "Reasons of the decision", "What was or will be done"} & told[decided.request_no].keys()


def test_why_is_kept_as_the_database_can_hold_it(conn):
    case = received(conn)
    own(conn, case, why="Licence\x00 seen.")
    with pytest.raises(NeedsAReason):
        own(conn, case, why=" \x00 ")


def test_dates_and_labels_are_words(conn):
    """Neither 2026-11-25T10:42 nor the name of a column."""
    case = builders.letter_posted(conn)
    files = own(conn, builders.see(conn, case.complaint_id), case)
    for said in (files["record.json"].decode(), files["index.html"].decode()):
        assert long_date(case.received_on) in said
        assert not re.findall(r"\d{4}-\d\d-\d\d[T ]\d\d|\w+_(?:at|on|no|by)\b", said)
    told = json.loads(files["record.json"])["Requests"][1]
    assert {"When", "What"} == told["What happened"][0].keys() and told["Letters"][0]["Issued"].startswith(
        long_date(case.told_at.date())
    )
    assert "Our letter was posted" in [one["What"] for one in told["What happened"]]
    assert TOLD.keys() <= ACTIONS.keys()


@pytest.mark.parametrize("between", [",", ", ", ";", " ; ", " ", "  ", "\n", "\r\n", ",\n"])
@pytest.mark.parametrize("spaced", [False, True])
def test_numbers_may_stand_with_anything_between(conn, between, spaced):
    numbers = [received(conn).request_no for _ in range(3)]
    written = between.join(f"{number[:4]} {number[4:]}" if spaced else number for number in numbers)
    assert [
        case.request_no for case in own_record.check(conn, [written], "416-555-0123", by=who(conn, ADA), why="x")
    ] == numbers


def test_a_short_number_and_one_with_letters_and_blanks_are_found(conn):
    made = [received(conn), received(conn)]
    with builders.as_owner(conn):
        for case, number in zip(made, ("00000311", "AB 12 CD"), strict=True):
            conn.execute(text("update cases set request_no = :no where id = :id"), {"no": number, "id": case.id})
    for written in ("311, AB 12 CD", "# 311;ab12cd", "00000311\nAB 12 CD"):
        assert len(own_record.check(conn, [written], "416-555-0123", by=who(conn, ADA), why="x")) == 2, written


@pytest.mark.parametrize(
    "contact",
    [
        "416-555-0123, jo@example.org",
        "416 555 0123 jo@example.org",
        "jo@example.org; 416-555-0123",
        "jo@example.org\n+1 416 555 0123",
    ],
)
def test_a_phone_and_an_email_may_be_given_and_each_request_has_one_of_them(conn, contact):
    by_phone, by_email = received(conn, email=None), received(conn, phone="416-555-0177", email="jo@example.org")
    assert own(conn, by_phone, by_email, contact=contact)
    strange = received(conn, phone="416-555-0188", email=None)
    with pytest.raises(NotTheirs, match=strange.request_no):
        own(conn, by_phone, strange, contact=contact)


@pytest.mark.parametrize(
    "contact",
    [
        "416-555-0123, (416) 555-0177",
        "ruth@example.org jo@example.org",
        "416-555-0123, jo@example.org; ruth@example.org",
    ],
)
def test_two_people_do_not_come_into_one_file(conn, contact):
    one, other = received(conn), received(conn, phone="416-555-0177", email="jo@example.org")
    with pytest.raises(NoContact):
        own(conn, one, other, contact=contact)


@pytest.mark.parametrize("contact", ["416-555-0123, +1 (416) 555-0123", "ruth@example.org; RUTH@example.org"])
def test_one_contact_may_be_written_twice(conn, contact):
    assert own(conn, received(conn), contact=contact)


@pytest.mark.parametrize("contact", ["416-555-0123, hello", "416-555-0123; hello 12", "jo@", ",;", ""])
def test_a_contact_that_is_none_is_not_passed_over(conn, contact):
    with pytest.raises(NoContact):
        own(conn, received(conn), contact=contact)
