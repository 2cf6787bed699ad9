"""Whom a compliment is from is withheld from staff unless they agreed: in every view, export, notice and document (R62, R64)."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from core import board, cases, db, export, forwarding, identity, notices, praise, receipt, recognition
from core.errors import NotFound, Refused
from core.people import SYSTEM
from tests import builders
from tests.builders import (
    ADA,
    CAST,
    CLEO,
    MINA,
    NADIA,
    PRIYA,
    SAM,
    TARIQ,
    as_owner,
    does,
    id_of,
    ids_of,
    on,
    refused,
    see,
    who,
)
from tests.pdf import text_as_set

RUTH = {
    "customer_name": "Ruth Featherstone", "phone": "416-555-0123", "email": "ruth@example.org", "postal_address": "1 Example Road, Toronto",
    "description": "Nadia was kind. Ruth Featherstone, 1 Example Road, Toronto, ruth@example.org, (416) 555-0123",
}  # fmt: skip
#: What must never reach staff who are praised.
TELLS = ("Ruth", "Featherstone", r"555\D?0123", "ruth@", "Example Road")
OUTSIDE = (NADIA, TARIQ, "hana", "cleo")


def tells(something):
    return [one for one in TELLS if re.search(one, str(something))]


@pytest.mark.parametrize(("address", "said"), [
    ("12 King St W\nToronto M5V 1A1", "Amy at 12 King St W, Toronto M5V 1A1."), ("12 King St W\nToronto", "Amy, 12 king st w."),
    ("1 Example Road, Toronto", "Amy of 1 Example Road"),
])  # fmt: skip
@pytest.mark.parametrize("agreed", [True, False])
def test_an_address_is_withheld_however_it_is_written_and_whoever_agreed(conn, address, said, agreed):
    case = builders.praised(conn, **RUTH | {"postal_address": address})
    if agreed:
        case = does(conn, case, "record_consent", SAM, **builders.form(conn, "record_consent"))
    read = identity.shown(said, case)
    assert "King" not in read and "king" not in read and "Example" not in read and "[contact withheld]" in read


def test_a_name_of_two_letters_is_a_name(conn):
    case = builders.praised(conn, **RUTH | {"customer_name": "Amy Ng"})
    assert "Ng" not in identity.withheld("Mrs. Ng and NG thank Nadia.", case) and "NG" not in identity.withheld(
        "NG", case
    )


@pytest.fixture
def handed(conn):
    """Ruth's praise of Nadia, handed on without her having agreed to anything."""
    return does(conn, builders.praised(conn, **RUTH), "hand_on", SAM)


# Who sees the case


@pytest.mark.parametrize("name", OUTSIDE)
def test_neither_the_praised_nor_their_colleagues_see_the_case_by_any_way(conn, handed, name):
    by = who(conn, name)
    for look in (lambda: cases.get(conn, handed.id, by), lambda: cases.find(conn, handed.request_no, by)):
        with pytest.raises(NotFound):
            look()
    assert (
        not cases.timeline(conn, handed.id, by)
        and not cases.attachments(conn, handed.id, by)
        and not cases.links(conn, handed.id, by)
    )
    for asked in (
        {},
        {"show": "all"},
        {"kind": "compliment"},
        {"words": "Featherstone"},
        {"words": handed.request_no},
        {"words": "416 555 0123"},
    ):
        assert handed.id not in {row.id for row in board.page(conn, asked, by).rows}
        assert board.count(conn, asked | {"kind": "compliment"}, by) == 0
    assert not receipt.prior(conn, phone="+14165550123", email="ruth@example.org", words="kind", by=by)


def test_before_anybody_has_said_who_is_meant_the_suggested_do_not_see_it_either(conn):
    case = builders.compliment(conn, CLEO, description="Sam Whitfield was so kind.", customer_name="Ruth Featherstone")
    with pytest.raises(NotFound):
        cases.get(conn, case.id, who(conn, SAM))
    assert cases.get(conn, case.id, who(conn, PRIYA)) and cases.get(conn, case.id, who(conn, CLEO))


def test_who_took_the_praise_of_themselves_down_does_not_see_it_again(conn):
    case = builders.compliment(conn, CLEO, subject_ids=ids_of(conn, CLEO))
    with pytest.raises(NotFound):
        cases.get(conn, case.id, who(conn, CLEO))


def test_a_search_never_finds_a_compliment_by_whom_it_is_from(conn):
    """Not even for those who may open it: a list that is the shorter or longer for a name tells as much."""
    other = builders.compliment(conn, customer_name="Ottilie Quirke", description="Nadia was kind.")
    assert other.id not in {
        row.id for row in board.page(conn, {"words": "Quirke", "show": "all"}, who(conn, MINA)).rows
    }


# What the praised read


def test_the_praised_read_the_praise_and_nothing_of_whom_it_is_from(conn, handed):
    (row,) = praise.about(conn, who(conn, NADIA))
    assert row.words.startswith("Nadia was kind.") and not tells(tuple(row)) and row.said_by is None
    assert handed.request_no not in str(tuple(row))


def test_what_the_supervisor_writes_for_them_may_not_tell_it_either(conn):
    case = builders.praised(conn, **RUTH)
    for words in (
        "Ruth was delighted with you.",
        "Call her: 416-555-0123",
        "FEATHERSTONE says thanks",
        "from ruth@example.org",
    ):
        assert "still tells who the customer is" in (refused(conn, case, "hand_on", SAM, praise_words=words) or ""), (
            words
        )
    assert (
        does(conn, case, "hand_on", SAM, praise_words="She was delighted with you.").praise_words
        == "She was delighted with you."
    )


def test_with_consent_they_know_the_name_and_never_the_contact(conn, handed):
    agreed = does(conn, handed, "record_consent", SAM, naming_consent="On the phone.")
    (row,) = praise.about(conn, who(conn, NADIA))
    assert row.said_by == "Ruth Featherstone" and not tells(row.words)
    assert (agreed.naming_consent_by_name, agreed.naming_consent) == (
        "Sam Whitfield",
        "On the phone.",
    ) and agreed.naming_consent_at
    does(conn, agreed, "take_back_consent", SAM, note="Changed her mind.")
    assert praise.about(conn, who(conn, NADIA))[0].said_by is None


def test_consent_before_the_words_leave_keeps_the_name_in_them(conn):
    case = does(conn, builders.praised(conn, **RUTH), "record_consent", SAM, naming_consent="On the phone.")
    words = does(conn, case, "hand_on", SAM).praise_words
    assert "Ruth Featherstone" in words and "555" not in words and "ruth@" not in words
    taken = does(conn, see(conn, case.id), "take_back_consent", SAM, note="x")
    assert not tells(taken.praise_words.replace("Toronto", ""))


def test_consent_is_recorded_with_who_and_when_or_not_at_all(conn):
    case = builders.compliment(conn, **RUTH)
    with pytest.raises(Exception), conn.begin_nested():  # noqa: B017  a check has no sentence of its own
        conn.execute(text("update cases set naming_consent = 'yes' where id = :id"), {"id": case.id})
    assert "gave no name" in (
        refused(conn, builders.compliment(conn, customer_name=None), "record_consent", SAM, naming_consent="x") or ""
    )


@pytest.mark.parametrize(("words", "name", "praised", "read"), [
    ("Thank you, Nadia. Ruth Example", "Ruth Example", ("Nadia Bellweather",), "Thank you, Nadia. [name withheld]"),
    ("Hana was kind to me, Hana Grant", "Hana Grant", ("Hana Yoshimura",), "Hana was kind to me, [name withheld]"),
    ("I grant that she was kind. Grant", "Hana Grant", (), "I grant that she was kind. [name withheld]"),
    ("mail me at a.b+c@d-e.example.org!", None, (), "mail me at [contact withheld]!"),
    ("Ref 09400012, at 10:30 on 2026-01-07", None, (), None),
])  # fmt: skip
def test_what_is_taken_out_and_what_stays(conn, words, name, praised, read):
    case = builders.compliment(conn, customer_name=name)
    taken = identity.withheld(words, case, praised)
    assert taken == read if read else "contact" not in taken or "Ref" in taken


@given(st.text(max_size=200), st.text(max_size=40))
def test_the_whole_name_never_stays(conn, words, name):
    case = builders.replace_name(name)
    taken = identity.withheld(f"{words} {name} {words}", case)
    assert (
        not name.strip()
        or len(name.strip()) < 2
        or name.strip() in "[name withheld]"
        or name.strip() not in taken.replace(identity.NAME, "")
    )


# Exports, notices, documents


def exported(conn, by=None):
    return list(csv.DictReader(io.StringIO(b"".join(export.pieces(conn, by)).decode())))


@pytest.mark.parametrize("name", [None, *CAST[:-1], NADIA])
def test_no_export_carries_it_without_consent(conn, handed, name):
    does(
        conn,
        builders.compliment(conn, customer_name="Ruth Featherstone", reply_requested=True),
        "add_note",
        SAM,
        note="x",
    )
    mine = [row for row in exported(conn, who(conn, name) if name else None) if row["kind"] == "compliment"]
    assert not tells(
        [{key: value for key, value in row.items() if key not in ("description", "title")} for row in mine]
    )
    if name in (NADIA, TARIQ):
        assert not mine


def test_the_answer_in_an_export_goes_only_with_consent(conn):
    case = does(conn, builders.praised(conn, **RUTH), "ask_for_reply", SAM, note="x")
    does(conn, case, "record_response", SAM, **builders.answer(conn, response="Dear Ruth, thank you."))
    (row,) = [one for one in exported(conn, who(conn, MINA)) if one["kind"] == "compliment"]
    assert (row["response"], row["customer_name"], row["contact_held_by"]) == ("", "", "311 Toronto dashboard")
    does(conn, see(conn, case.id), "record_consent", SAM, naming_consent="She said so.")
    (row,) = [one for one in exported(conn, who(conn, MINA)) if one["kind"] == "compliment"]
    assert row["response"].startswith("Dear Ruth") and row["customer_name"] == "Ruth Featherstone"


def test_no_notice_tells_staff(conn, handed):
    """The only notices there are go to the customer."""
    asked = does(conn, handed, "ask_for_reply", SAM, note="x")
    does(conn, asked, "send_response", SAM, response="Thank you.")
    assert {row.to_address for row in notices.of_case(conn, handed.id)} == {"ruth@example.org"}


def test_nothing_on_the_recognition_page_nor_on_paper_tells_it(conn, handed):
    month, mina = recognition.months(conn)[0], who(conn, MINA)
    made = recognition.shortlist(conn, month, because="Kind.", by=who(conn, PRIYA), staff_id=id_of(conn, NADIA))
    recognition.decide(conn, made, chosen=True, because="For kindness.", by=mina)
    shown = [
        recognition.people_praised(conn, month, month, mina), recognition.by_team(conn, month, month), recognition.by_month(conn),
        recognition.said_of(conn, id_of(conn, NADIA), month, month, mina), recognition.shortlisted(conn, month, mina),
        praise.shared_with(conn, mina), praise.about(conn, who(conn, TARIQ)), forwarding.mine(conn, who(conn, TARIQ)),
        text_as_set(recognition.digest(conn, month, mina).pdf), text_as_set(recognition.certificate(conn, made, mina).pdf),
    ]  # fmt: skip
    assert not tells(shown) and "Nadia was kind." in shown[-2]


def test_who_shares_it_shows_the_manager_the_praise_and_not_the_customer(conn, handed):
    does(conn, handed, "share", SAM)
    (row,) = praise.shared_with(conn, who(conn, MINA))
    assert row.names == "Nadia Bellweather" and not tells(tuple(row))


# Of complaints nothing at all


def test_complaints_change_nothing_anywhere_on_recognition(conn, handed):
    month, mina, nadia = recognition.months(conn)[0], who(conn, MINA), id_of(conn, NADIA)

    def everything():
        return [
            [tuple(row) for row in rows] for rows in (
                recognition.by_team(conn, month, month), recognition.by_month(conn), recognition.by_theme(conn, month, month),
                [recognition.heard(conn, month, month)], recognition.never_praised(conn), recognition.said_of(conn, nadia, month, month, mina),
                recognition.shortlisted(conn, month, mina), praise.about(conn, who(conn, NADIA)), praise.to_forward(conn, who(conn, SAM)),
                praise.to_hand_on(conn, who(conn, SAM)))
        ] + [recognition.people_praised(conn, month, month, mina), text_as_set(recognition.digest(conn, month, mina).pdf)]  # fmt: skip

    everything()  # to read is to leave a receipt
    before = everything()
    for subject in (NADIA, "hana", "luis", SAM):
        about = builders.received(
            conn, subject_ids=ids_of(conn, subject), phone="416-555-0123", email="ruth@example.org"
        )
        does(conn, about, "assign", MINA, owner_id=id_of(conn, PRIYA), note="x")
    builders.responded(conn, PRIYA, subject_ids=ids_of(conn, NADIA))
    assert everything() == before


def test_praise_split_from_a_complaint_looks_like_any_other(conn):
    """Whoever is complained about, in the same message, meets the praise of their staff as they always do."""
    complaint = builders.received(conn, CLEO, subject_ids=ids_of(conn, SAM), description="Sam hung up. Nadia was kind.")
    does(conn, complaint, "split_praise", MINA, praise_words="Nadia was kind.")
    made = see(conn, conn.execute(text("select id from cases where kind = 'compliment'")).scalar_one())
    sam = who(conn, SAM)
    seen = cases.get(conn, made.id, sam)
    assert not cases.links(conn, made.id, sam) and complaint.request_no not in str(seen) and "hung up" not in str(seen)
    assert [event.action for event in cases.timeline(conn, made.id, sam)] == ["receive"]
    assert "complain" not in str([tuple(event) for event in cases.timeline(conn, made.id, sam)])
    assert does(conn, made, "forward_as_suggested", SAM).owner == "Sam Whitfield"


def test_a_day_late_it_says_nothing_of_the_other_half(conn):
    on(conn, builders.FRI_19_DEC)
    complaint = builders.received(conn, CLEO)
    on(conn, builders.WED_7_JAN)
    does(conn, complaint, "split_praise", MINA, praise_words="Hana was kind.")
    made = see(conn, conn.execute(text("select id from cases where kind = 'compliment'")).scalar_one())
    assert made.backdated_because == "It came with a longer message." and made.received_on == builders.FRI_19_DEC


def test_viewers_see_no_compliment(conn, handed):
    with pytest.raises(Refused):
        cases.get(conn, handed.id, who(conn, "vic"))
    assert not conn.execute(
        text("select may_see(cases, :vic) from cases where id = :id"), {"id": handed.id, "vic": id_of(conn, "vic")}
    ).scalar()


def test_administrators_see_it_and_the_system_does(conn, handed):
    assert cases.get(conn, handed.id, who(conn, ADA)) and cases.get(conn, handed.id, SYSTEM)


def test_what_was_in_subject_ids_is_praise_now_and_cannot_come_back(conn):
    case = builders.compliment(conn)
    with as_owner(conn), pytest.raises(Refused), conn.begin_nested(), db.refusing():
        conn.execute(text("update cases set subject_ids = array[1::bigint] where id = :id"), {"id": case.id})
