"""Facts that were written down wrongly: category and subjects (R3, R11), contact (R6)."""

import pytest

from core import db
from core.kinds import CATEGORIES, Kind
from tests.builders import (
    ADA,
    CLEO,
    DARA,
    MINA,
    NADIA,
    SAM,
    TARIQ,
    VIC,
    does,
    ids_of,
    last,
    queued,
    received,
    refused,
    see,
    taken,
)


@pytest.mark.parametrize("category", CATEGORIES)
def test_any_category_of_the_list(conn, category):
    assert does(conn, taken(conn), "correct_details", category=category, note="Misread.").category == category


def test_another_category_or_tag_is_refused(conn):
    assert str(refused(conn, taken(conn), "correct_details", category="rude", note="?")).startswith(
        "Category: choose one of"
    )
    sentence = "Also about: choose one of accessibility, equity."
    assert refused(conn, taken(conn), "correct_details", category="staff", tags=["<b>"], note="?") == sentence


def test_the_history_keeps_what_it_was(conn):
    case = does(conn, taken(conn), "correct_details", category="staff", tags=["equity"], note="Misread.")
    assert last(conn, case).changes == {"category": ["timeliness", "staff"], "tags": [[], ["equity"]]}


def test_staff_are_named_as_its_subject(conn):
    case = does(
        conn, taken(conn), "correct_details", category="staff", subject_ids=ids_of(conn, VIC, NADIA), note="Named."
    )
    assert case.subject_names == ["Nadia Bellweather", "Vic Osei"]


def test_its_owner_is_not_named_before_somebody_else_has_it(conn):
    said = {"category": "staff", "subject_ids": ids_of(conn, SAM), "note": "It is Sam."}
    assert refused(conn, taken(conn), "correct_details", TARIQ, **said) == (
        "Sam Whitfield cannot have this case: you are naming them as its subject. Reassign it first, then name them."
    )


def test_its_owners_manager_is_not_named_before_somebody_else_has_it(conn):
    said = {"category": "staff", "subject_ids": ids_of(conn, MINA), "note": "It is Mina."}
    assert refused(conn, taken(conn), "correct_details", DARA, **said) == (
        "Somebody who reports to the person complained about cannot have the complaint."
    )


def test_somebody_who_does_not_work_here_is_not_named(conn):
    said = {"category": "staff", "subject_ids": [987654321], "note": "?"}
    assert refused(conn, taken(conn), "correct_details", **said) == "The person named is not in the staff directory."


def test_a_contact_is_kept_in_its_normal_form(conn):
    said = {"phone": "(416) 555 0199 ext. 7", "email": " Ruth@Example.ORG ", "note": "New number."}
    case = does(conn, received(conn), "correct_contact", ADA, **said)
    assert (case.phone, case.email) == ("+14165550199", "ruth@example.org")


@pytest.mark.parametrize(("wrong", "sentence"), [
    ({"phone": "five"}, "That is not a phone number; give it with its area code, or with + and the country."),
    ({"email": "ruth at example"}, "That is not an email address."),
    ({"email": "ruth@example.org\nBcc: all@example.org"}, "That is not an email address."),
])  # fmt: skip
def test_what_cannot_be_a_contact_is_refused(conn, wrong, sentence):
    assert refused(conn, received(conn), "correct_contact", CLEO, note="?", **wrong) == sentence


def test_a_complaint_keeps_at_least_one_way_to_reach_the_customer(conn):
    sentence = refused(conn, received(conn), "correct_contact", CLEO, note="They asked.")
    assert sentence and sentence.startswith("A complaint needs a phone, an email or a postal address")


def test_a_reply_that_was_asked_for_keeps_somewhere_to_go(conn):
    comment = received(conn, kind=Kind.COMMENT, category=None, reply_requested=True)
    sentence = "A reply can be asked for only with a contact to reply to."
    assert refused(conn, comment, "correct_contact", CLEO, note="They asked.") == sentence


def test_a_comment_may_lose_its_contact(conn):
    comment = received(conn, kind=Kind.COMMENT, category=None)
    comment = does(conn, comment, "correct_contact", CLEO, note="They asked.")
    assert (comment.phone, comment.email, comment.postal_address) == (None, None, None)


def test_a_response_in_the_outbox_goes_to_the_corrected_address(conn):
    """The old one was a stranger's."""
    case = does(conn, queued(conn), "correct_contact", CLEO, email="other@example.org", note="New address.")
    assert db.row(conn, "notices.waiting", case_id=case.id).to_address == "other@example.org"
    assert see(conn, case.id).email == "other@example.org"


def test_while_a_response_waits_its_address_is_not_taken_away(conn):
    sentence = refused(conn, queued(conn), "correct_contact", CLEO, phone="416-555-0199", note="No more emails.")
    assert (
        sentence
        == "A response to this email address waits in the outbox: take it back first, then take the address away."
    )
