"""The pack for Ombudsman Toronto: one file with everything on record, and an honest list of what is missing (R48)."""

import csv
import re
import zipfile
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO, StringIO
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.event import listen

from core import cases, db, departures, event_words, fields, pack, words
from core.cases import NoSuchCase
from core.intake import importing, source
from core.intake.mapping import VOCABULARY
from core.kinds import CHANNELS
from core.people import SYSTEM
from tests import builders, pdf
from tests.builders import (
    ADA,
    CLEO,
    DARA,
    MINA,
    SAM,
    VIC,
    decided,
    does,
    form,
    id_of,
    ids_of,
    letter_issued,
    letter_of,
    letter_posted,
    received,
    responded,
    who,
)  # fmt: skip


def opened(conn, case, by=MINA):
    """The files of the pack by name."""
    with zipfile.ZipFile(BytesIO(b"".join(pack.pieces(conn, case.id, who(conn, by))))) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def gaps(conn, case, by=MINA):
    return opened(conn, case, by)["gaps.txt"].decode().splitlines()


def whole(conn):
    """A complaint with a file and a response, escalated, decided, and told by letter."""
    complaint = builders.with_steps(conn)
    complaint = does(conn, complaint, "acknowledge", SAM, **form(conn, "acknowledge"))
    complaint = does(
        conn,
        complaint,
        "attach",
        SAM,
        file=("../../etc/<b>letter</b>.txt", "text/plain", b"Dear 311"),
        note="The letter.",
    )
    complaint = does(conn, complaint, "record_response", SAM, **builders.answer(conn))
    case = does(
        conn, decided(conn, complaint), "sign_up_for_updates", MINA, updates_by="email", updates_to="ruth@example.org"
    )
    return complaint, letter_posted(conn, case)


def test_everything_is_in_it(conn):
    complaint, case = whole(conn)
    files = opened(conn, case)
    first, second = f"complaint-{complaint.request_no}", f"escalation-{case.request_no}"
    assert set(files) == {
        "cover.pdf", "index.txt", "gaps.txt",
        *(f"{first}/{name}" for name in ("facts.txt", "submission.txt", "days.txt", "history.csv", "history.txt", "response.txt")),
        f"{first}/files/01-_.._etc__b_letter__b_.txt",
        *(f"{second}/{name}" for name in ("facts.txt", "submission.txt", "days.txt", "history.csv", "history.txt", "response.txt", "messages.csv")),
        f"{second}/letters/letter-{case.request_no}-v1.pdf", f"{second}/letters/SHA256SUMS",
    }  # fmt: skip
    assert files["gaps.txt"] == b"Nothing is known to be missing.\n"
    assert files[f"{first}/files/01-_.._etc__b_letter__b_.txt"] == b"Dear 311"
    assert complaint.description in files[f"{first}/submission.txt"].decode()
    assert (
        "business day 10" in files[f"{first}/days.txt"].decode()
        and "We answered it on" in files[f"{first}/days.txt"].decode()
    )
    assert "Findings and reasons: The call was dropped" in files[f"{second}/facts.txt"].decode()


def test_the_letters_are_as_they_left_with_their_checksums(conn):
    _, case = whole(conn)
    files = opened(conn, case)
    document = files[f"escalation-{case.request_no}/letters/letter-{case.request_no}-v1.pdf"]
    assert files[f"escalation-{case.request_no}/letters/SHA256SUMS"].decode() == (
        f"{sha256(document).hexdigest()}  letter-{case.request_no}-v1.pdf\n"
    )
    assert letter_of(conn, case).sha256 == sha256(document).hexdigest()


def test_the_cover_is_a_tagged_document_that_lists_all_of_it(conn):
    complaint, case = whole(conn)
    cover = opened(conn, case)["cover.pdf"]
    read = pdf.in_one_line(cover)
    assert pdf.lacks(cover) == [] and f"Pack for Ombudsman Toronto, complaint {complaint.request_no}" in read
    assert (
        "Nothing is known to be missing." in read
        and f"letter-{case.request_no}-v1.pdf" in read.replace(" ", "")
        and "Mina Okafor" in read
    )


def test_the_index_names_every_file(conn):
    _, case = whole(conn)
    files = opened(conn, case)
    index = files["index.txt"].decode()
    assert all(name in index for name in files if name not in ("index.txt", "cover.pdf"))


def test_the_history_is_whole_and_safe_for_spreadsheets(conn):
    complaint = does(
        conn, responded(conn, description="=1+1"), "ask_to_escalate", CLEO, note='=HYPERLINK("http://x")\n@SUM(A1)'
    )
    files = opened(conn, complaint)
    rows = list(csv.reader(StringIO(files[f"complaint-{complaint.request_no}/history.csv"].decode("utf-8-sig"))))
    assert len(rows) - 1 == complaint.version and rows[0][:4] == ["version", "at", "who", "what"]
    assert rows[-1][6] == '\'=HYPERLINK("http://x")\n@SUM(A1)'
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert "recorded the finding" in files[f"complaint-{complaint.request_no}/history.txt"].decode()


@pytest.mark.parametrize(("build", "expected"), [
    (received, ["no response to the customer is recorded.", "no finding is recorded.", "no steps taken are recorded, nor why none are needed.",
                "no acknowledgement is recorded.", "No escalation is on record."]),
    (decided, ["no acknowledgement is recorded.", "no response to the customer is recorded.", "it is not recorded that the customer was told the decision.",
               "no letter was issued."]),
    (builders.in_review, ["no acknowledgement is recorded.", "no response to the customer is recorded.", "no decision is recorded.", "no letter was issued."]),
    (builders.escalation_closed, ["no acknowledgement is recorded.", "no letter was issued, because: Not fully in the customer's favour."]),
    (letter_issued, ["no acknowledgement is recorded.", "no response to the customer is recorded.", "it is not recorded that the customer was told the decision.",
                     "letter version 1 was issued and has not left (it waits in the outbox)."]),
])  # fmt: skip
def test_what_is_missing_is_listed(conn, build, expected):
    said = [gap.split(": ", 1)[1] if not gap.startswith("No ") else gap for gap in gaps(conn, build(conn))]
    assert said == expected


def test_a_letter_that_came_back_is_a_gap(conn):
    case = does(conn, letter_posted(conn), "letter_came_back", MINA, note="No such address.")
    came_back = f"Escalation {case.request_no}: letter version 1 was issued and came back on "
    assert [gap for gap in gaps(conn, case) if gap.startswith(came_back)]


def is_(conn, case, status, purpose="response"):
    """The message of this case stands so in the outbox."""
    conn.execute(
        text(
            "update notices set status = :status, problem = 'It was refused.' where case_id = :id and purpose = :purpose"
        ),
        {"status": status, "id": case.id, "purpose": purpose},
    )


NOT_KNOWN_TO_HAVE_LEFT = [
    ("waiting", "has not left (it waits in the outbox)"),
    ("kept", "never left (no mail server was set up to send it)"),
    ("failed", "never left (its delivery failed)"),
    ("unknown", "may have left or not (nobody knows)"),
    ("cancelled", "was taken back; it is not recorded that it left"),
]


@pytest.mark.parametrize(("status", "said"), NOT_KNOWN_TO_HAVE_LEFT)
def test_a_response_is_never_told_as_one_that_left_nor_as_one_that_did_not_where_nobody_knows(conn, status, said):
    case = builders.queued(conn)
    is_(conn, case, status)
    files, only = opened(conn, case), "" if status in ("unknown", "cancelled") else "was only written and "
    how = f"it {only}{said}"
    folder = f"complaint-{case.request_no}"
    index, facts = files["index.txt"].decode(), files[f"{folder}/facts.txt"].decode()
    assert f"{folder}/response-no-answer.txt: A response that does not count as an answer: {how}" in index
    assert f"The response to the customer: {how}" in facts and "Response written by: Sam Whitfield" in facts
    assert f"{folder}/response.txt" not in files and "Answered by whom" not in facts
    assert f"Complaint {case.request_no}: its response does not count as an answer: {how}." in gaps(conn, case)
    head, *_ = csv.reader(StringIO(files[f"{folder}/messages.csv"].decode("utf-8-sig")))
    assert (
        (departures.TAKEN_BACK if status == "cancelled" else said) in files[f"{folder}/messages.csv"].decode()
        and "What became of it" in head
        and "to_address" not in head
    )


@pytest.mark.parametrize(
    ("channel", "said"),
    [("email", "sent by email on "), ("phone", "said on the phone on "), ("mail", "sent by mail on ")],
)
def test_how_a_response_left_is_said_in_the_index(conn, channel, said):
    case = does(conn, builders.with_steps(conn), "record_response", SAM, **builders.answer(conn) | {"channel": channel})
    index = opened(conn, case)["index.txt"].decode()
    assert f"complaint-{case.request_no}/response.txt: The response to the customer, {said}" in index


@pytest.mark.parametrize(
    ("build", "action", "said"),
    [
        (builders.responded_by_mail, "response_came_back", "it left and came back"),
        (responded, "reopen", "it left, and the case was opened again since"),
    ],
)
def test_a_response_that_counts_no_more_is_a_gap(conn, build, action, said):
    case = does(conn, build(conn), action, SAM, note="It was returned.")
    assert f"Complaint {case.request_no}: its response does not count as an answer: {said}." in gaps(conn, case)


def test_one_that_may_have_left_is_not_told_as_never_left_when_it_was_taken_back(conn):
    case = builders.queued(conn)
    is_(conn, case, "unknown")
    case = does(conn, case, "take_back_response", SAM, note="A wrong date in it.")
    files = opened(conn, case)
    assert "it was taken back; it is not recorded that it left" in files["index.txt"].decode()
    told = b"".join(content for name, content in files.items() if not name.endswith(".pdf")).decode()
    assert "never left" not in told and "did not leave" not in told and "has not left" not in told


def test_one_that_may_have_left_is_not_told_as_never_left_when_it_was_tried_again(conn):
    case = builders.queued(conn)
    is_(conn, case, "unknown")
    case = does(conn, case, "send_again", SAM)
    is_(conn, case, "failed")
    files, said = opened(conn, case), "was tried again; it is not recorded that it left"
    assert f"Complaint {case.request_no}: its response does not count as an answer: it {said}." in gaps(conn, case)
    assert said in files[f"complaint-{case.request_no}/messages.csv"].decode()


def test_every_way_in_which_an_answer_may_be_given_has_its_words():
    asked = {
        choice for field in vars(fields).values() if getattr(field, "name", "") == "channel" for choice in field.choices
    }
    assert set(departures.WAYS) >= {*CHANNELS, *VOCABULARY["response_channel"], *asked}


def brought_in(conn, **said):
    """A complaint from a file."""
    row = {"request_no": "88000001", "kind": "complaint", "title": "Late", "category": "timeliness", "channel": "phone", "phone": "4165550123",
           "received_at": "2026-01-02T10:00:00-05:00", "response": "It is mended."} | said  # fmt: skip
    rows = StringIO()
    writer = csv.DictWriter(rows, source.find("own").foreign_columns())
    writer.writeheader()
    writer.writerow(row)
    assert (
        importing.run(conn, BytesIO(rows.getvalue().encode()), "own.csv", source.find("own"), by=who(conn, ADA)).added
        == 1
    )
    return cases.find(conn, row["request_no"], SYSTEM)


@pytest.mark.parametrize(("channel", "how"), [("online", "given online"), ("social", "given on social media")])
def test_an_answer_that_was_brought_in_may_have_been_given_in_any_way(conn, channel, how):
    case = brought_in(conn, answered_at="2026-01-05T10:42:00-05:00", response_channel=channel)
    assert (
        f"The response to the customer, {how} on Monday 5 January 2026, 10:42"
        in opened(conn, case, ADA)["index.txt"].decode()
    )


def test_of_a_text_that_was_brought_in_without_a_day_the_record_does_not_say_whether_it_left(conn):
    case = brought_in(conn)
    said = "A response that does not count as an answer: the record does not say whether it left"
    files = opened(conn, case, ADA)
    assert said in files["index.txt"].decode()
    assert "No answer to it is recorded" in files[f"complaint-{case.request_no}/days.txt"].decode()


def test_of_an_erased_case_what_stays_is_not_told_as_what_left():
    event = SimpleNamespace(details={"erasure": 1, "left": "ab" * 32})
    assert ("Checksum of what stays", "ab" * 32) in event_words.said(event, {})


def test_it_asks_the_database_no_more_for_a_longer_history(conn):
    case, asked = builders.taken(conn), []
    listen(conn, "before_cursor_execute", lambda *said: asked.append(said[2]))
    lengths = []
    for _ in range(2):
        asked.clear()
        opened(conn, case)
        lengths.append(len(asked))
        for no in range(4):
            case = does(conn, case, "add_note", SAM, note=f"Note {no}.")
    assert lengths[0] == lengths[1]


def test_an_instant_is_told_by_the_clock_of_toronto():
    assert words.long_moment(datetime(2027, 1, 11, 15, 42, tzinfo=UTC)) == "Monday 11 January 2027, 10:42"
    assert words.long_moment(datetime(2027, 7, 1, 2, 5, tzinfo=UTC)) == "Wednesday 30 June 2027, 22:05"


@pytest.mark.parametrize(("status", "said"), NOT_KNOWN_TO_HAVE_LEFT[1:])
def test_a_letter_that_never_left_says_so_in_the_index_and_the_gaps(conn, status, said):
    case = letter_issued(conn)
    is_(conn, case, status, "letter")
    (line,) = [one for one in opened(conn, case)["index.txt"].decode().splitlines() if ".pdf: Decision letter" in one]
    assert line.endswith(f"approved by Dara Petrovic; {said}")
    assert f"Escalation {case.request_no}: letter version 1 was issued and {said}." in gaps(conn, case)


def test_of_a_letter_for_the_mail_it_is_said_that_no_posting_is_recorded(conn):
    case = letter_issued(conn, sends_by="mail")
    assert (
        f"Escalation {case.request_no}: letter version 1 was issued and it is not recorded that it was posted."
        in gaps(conn, case)
    )


def test_the_history_tells_labels_and_names_and_no_columns(conn):
    complaint, case = whole(conn)
    files = opened(conn, case)
    for one in (complaint, case):
        folder = f"{one.kind}-{one.request_no}"
        told = files[f"{folder}/history.txt"].decode() + files[f"{folder}/history.csv"].decode("utf-8-sig")
        assert not [word for word in (" id:", "None", "_at", "_id", "->", "null", "[", "owner id") if word in told]
    told = files[f"complaint-{complaint.request_no}/history.txt"].decode()
    assert "  With: nobody → Sam Whitfield" in told and f"  Team: none → {complaint.team}" in told
    assert "  Response by: none → Sam Whitfield" in told


def test_every_column_that_a_move_may_change_has_a_label(conn):
    """A new column shows its label, and no column's name, as soon as a move changes it."""
    changed = set(re.findall(r"new\.(\w+)", db.queries()["cases.move"]))
    assert len(changed) > 50
    assert not changed - {*event_words.CHANGED, *event_words.TOLD, *event_words.ASKED, *event_words.REPEATED}


def test_it_is_the_same_from_the_complaint_and_from_its_escalation(conn):
    complaint, case = whole(conn)
    one, other = opened(conn, complaint), opened(conn, case)
    assert one.keys() == other.keys() and one == other


def test_taking_it_is_logged_for_each_case_in_it(conn):
    complaint, case = whole(conn)
    opened(conn, case, DARA)
    log = conn.execute(text("select case_id, by_id, what from access_log order by case_id")).all()
    assert log == [(complaint.id, id_of(conn, DARA), "export"), (case.id, id_of(conn, DARA), "export")]


def test_need_to_know_is_asked(conn):
    complaint = responded(conn, subject_ids=ids_of(conn, "nadia"))
    case = decided(conn, complaint)
    with pytest.raises(NoSuchCase):
        opened(conn, case, "omar")
    seen = opened(conn, complaint, SAM)  # he had the complaint; the escalation about the same person is not his to see
    assert not [name for name in seen if name.startswith("escalation")]
    assert opened(conn, complaint, ADA) and opened(conn, case, MINA)


@pytest.mark.parametrize("name", [CLEO, VIC, "tariq"])
def test_others_are_refused(conn, name):
    case = letter_posted(conn)
    with pytest.raises(Exception, match="pack for Ombudsman Toronto is taken by|You see figures only"):
        opened(conn, case, name)


@pytest.mark.parametrize(
    "name",
    [
        ".txt",
        ".....txt",
        "/etc/passwd.txt",
        "..\\..\\x.txt",
        "a" * 300 + ".pdf",
        "naïve 你好.txt",
        "con\u202etxt.pdf",
        "a\nb.txt",
    ],
)
def test_a_file_stays_in_its_folder_whatever_it_is_called(conn, name):
    case = does(conn, builders.taken(conn), "attach", SAM, file=(name, "text/plain", b"x"), note="It.")
    (found,) = [one for one in opened(conn, case) if "/files/" in one]
    assert (
        found.count("/") == 2
        and ".." not in found.split("/")[-1][:5]
        and "\\" not in found
        and "\n" not in found
        and len(found) < 160
    )


def test_it_is_made_a_piece_at_a_time(conn):
    case = builders.taken(conn)
    for no in range(8):
        case = does(conn, case, "attach", SAM, file=(f"{no}.pdf", "x", bytes(100_000)), note="It.")
    assert len(list(pack.pieces(conn, case.id, who(conn, SAM)))) > 8


def test_its_name_says_nothing_of_the_customer(conn):
    complaint, case = whole(conn)
    assert pack.file_name(complaint) == pack.file_name(case) == f"ombudsman-pack-{complaint.request_no}.zip"


def test_boxes_in_an_issued_letter_are_a_gap(conn, monkeypatch):
    monkeypatch.setitem(builders.LETTER, "findings", "𐘀 is of Linear A, for which servers have no font.")
    escalation = builders.letter_posted(conn)
    assert [gap for gap in gaps(conn, escalation) if "empty boxes" in gap] == [
        f"Escalation {escalation.request_no}: letter version 1 has empty boxes where no font here has the characters."
    ]
