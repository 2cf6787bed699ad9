"""The same complaint twice: suggested at entry, linked, the earliest receipt kept (R25)."""

from datetime import timedelta

import pytest

from core import cases
from core.kinds import Kind
from core.receipt import likely_duplicates
from tests.builders import (
    CLEO,
    COMPLAINT,
    FRI_19_DEC,
    SAM,
    THU_8_JAN,
    does,
    ids_of,
    now,
    on,
    received,
    refused,
    taken,
    who,
    withdrawn,
)


def test_the_earlier_one_goes_on_and_the_later_ends(conn):
    first, second = taken(conn), received(conn)
    second = does(conn, second, "mark_duplicate", CLEO, original_no=first.request_no, note="The same call.")
    assert (second.state, second.duplicate_of_no, second.is_open) == ("duplicate", first.request_no, False)
    assert cases.get(conn, first.id, who(conn, SAM)) == first


def test_each_knows_the_other(conn):
    first, second = taken(conn), received(conn)
    does(conn, second, "mark_duplicate", CLEO, original_no=first.request_no, note="The same call.")
    sam = who(conn, SAM)
    assert [(link.request_no, link.forwards) for link in cases.links(conn, second.id, sam)] == [
        (first.request_no, True)
    ]
    assert [(link.request_no, link.forwards) for link in cases.links(conn, first.id, sam)] == [
        (second.request_no, False)
    ]


def test_reopened_it_belongs_with_the_other_no_more(conn):
    first, second = taken(conn), received(conn)
    second = does(conn, second, "mark_duplicate", CLEO, original_no=first.request_no, note="The same call.")
    does(conn, second, "reopen", SAM, note="Another call after all.")
    assert [cases.links(conn, each.id, who(conn, SAM)) for each in (first, second)] == [[], []]


def test_one_that_ended_without_an_answer_is_no_original(conn):
    first, second = withdrawn(conn), received(conn)
    assert refused(conn, second, "mark_duplicate", CLEO, original_no=first.request_no, note="?") == (
        f"{first.request_no} ended as withdrawn: nobody would answer. Keep this one."
    )


@pytest.mark.parametrize("written", ["#{}", " {} ", "{0[0]}{0[1]} {0[2]}{0[3]}{0[4]}-{0[5]}{0[6]}{0[7]}"])
def test_the_number_is_read_as_people_write_it(conn, written):
    first, second = taken(conn), received(conn)
    no = written.format(first.request_no)
    assert does(conn, second, "mark_duplicate", CLEO, original_no=no, note="Same.").duplicate_of == first.id


def test_the_later_is_never_the_original(conn):
    on(conn, FRI_19_DEC)
    first = received(conn)
    on(conn, THU_8_JAN)
    second = received(conn)
    assert refused(conn, first, "mark_duplicate", CLEO, original_no=second.request_no, note="?") == (
        f"{second.request_no} was received later. Keep the earlier one and close the later as its duplicate."
    )


def test_nothing_is_its_own_duplicate(conn):
    case = received(conn)
    sentence = "A case cannot be its own duplicate."
    assert refused(conn, case, "mark_duplicate", CLEO, original_no=case.request_no, note="?") == sentence


def test_a_duplicate_is_no_original(conn):
    first, second, third = received(conn), received(conn), received(conn)
    second = does(conn, second, "mark_duplicate", CLEO, original_no=first.request_no, note="Same.")
    assert refused(conn, third, "mark_duplicate", CLEO, original_no=second.request_no, note="?") == (
        f"{second.request_no} is itself a duplicate; use its original."
    )


@pytest.mark.parametrize("no", ["99999999", "nonsense", "'; drop table cases; --", "0", "١٢٣"])
def test_a_number_that_nobody_has_is_refused(conn, no):
    assert refused(conn, received(conn), "mark_duplicate", CLEO, original_no=no, note="?") == (
        f"There is no complaint with the number {no}."
    )


def test_a_comment_is_not_the_original_of_a_complaint(conn):
    comment = received(conn, kind=Kind.COMMENT)
    assert refused(conn, received(conn), "mark_duplicate", CLEO, original_no=comment.request_no, note="?") == (
        f"There is no complaint with the number {comment.request_no}."
    )


def test_a_number_that_is_not_theirs_to_see_is_as_if_it_were_not_there(conn):
    hidden = received(conn, subject_ids=ids_of(conn, SAM))
    assert refused(conn, received(conn), "mark_duplicate", SAM, original_no=hidden.request_no, note="?") == (
        f"There is no complaint with the number {hidden.request_no}."
    )


def suggested(conn, words, phone=None, email=None, days=0, by=CLEO):
    """The numbers that would be suggested for this, received so many days from now."""
    found = likely_duplicates(conn, kind=Kind.COMPLAINT, phone=phone, email=email, words=words,
                              received_at=now(conn) + timedelta(days=days), by=who(conn, by))  # fmt: skip
    return [row.request_no for row in found]


SAME, CLOSE, OTHER = COMPLAINT["description"], "Waited forty minutes, then cut off", "The form would not load"


def test_the_same_words_of_the_same_customer_are_suggested(conn):
    case = received(conn)
    assert suggested(conn, CLOSE, phone=case.phone) == [case.request_no]
    assert suggested(conn, CLOSE, email="RUTH@example.org") == [case.request_no]


def test_close_words_are_suggested_without_the_contact_and_other_words_are_not_with_it(conn):
    case = received(conn)
    assert suggested(conn, SAME) == [case.request_no]
    assert suggested(conn, OTHER, phone=case.phone) == []


@pytest.mark.parametrize(("days", "found"), [(0, 1), (59, 1), (61, 0), (-59, 1), (-61, 0)])
def test_only_what_is_near_in_time_is_suggested(conn, days, found):
    received(conn)
    assert len(suggested(conn, SAME, days=days)) == found


def test_nothing_is_suggested_that_is_not_theirs_to_see(conn):
    received(conn, subject_ids=ids_of(conn, SAM))
    assert suggested(conn, SAME, by=SAM) == suggested(conn, SAME, by=CLEO) == []


@pytest.mark.parametrize("words", ["", "the", "' | '", "!!!", "a & b <-> \\", "\U0001f600"])
def test_any_words_can_be_asked_for(conn, words):
    received(conn)
    assert suggested(conn, words) == []
