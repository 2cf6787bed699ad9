"""A person's own record: whose numbers match, what is theirs, and nothing of anybody else."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest

from core import own_record, reads
from core.errors import Refused
from core.own_record import NoContact, NoNumbers, NotForYouToMake, NotTheirs
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
    told = json.loads(files["record.json"])["requests"]
    assert [one["request_no"] for one in told] == [complaint.request_no, case.request_no]
    assert told[0]["description"] == complaint.description and told[0]["response"] == builders.RESPONSE["response"]
    assert told[0]["due_on"] == complaint.due_on.isoformat() and told[1]["decision"] == "partly upheld"
    assert (
        [name for name in files if name.endswith(".pdf")]
        == [f"letters/{one['file']}" for one in told[1]["letters"]]
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
    told = {one["request_no"]: one for one in json.loads(own(conn, waits, decided)["record.json"])["requests"]}
    assert "response" not in told[waits.request_no]
    assert not {"decision", "decision_reasons", "remedy"} & told[decided.request_no].keys()


def test_why_is_kept_as_the_database_can_hold_it(conn):
    case = received(conn)
    own(conn, case, why="Licence\x00 seen.")
    with pytest.raises(NeedsAReason):
        own(conn, case, why=" \x00 ")
