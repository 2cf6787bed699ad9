"""Receiving a case (RULES B). Whatever is refused changes nothing."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, text

from core import cases, db
from core.contacts import as_phone
from core.errors import Refused
from core.kinds import CATEGORIES, CHANNELS, Kind
from core.people import SYSTEM
from core.receipt import Receipt, first_line, likely_duplicates, prior, receive
from tests.builders import ADA, CLEO, COMPLAINT, NADIA, SAM, TORONTO, ids_of, now, on, received, see, who

COMMENT = {"kind": Kind.COMMENT, "channel": "online", "description": "Silence instead of hold music, please."}
PRAISE = {"kind": Kind.COMPLIMENT, "channel": "phone", "description": "Nadia stayed on the line."}
#: The Friday before the holidays, and ten business days on: Christmas, Boxing Day (observed) and New Year do not count.
FRI_18_DEC, WED_6_JAN = date(2026, 12, 18), date(2027, 1, 6)


def receipt(conn: Connection, base: dict[str, Any] = COMPLAINT, **said: Any):
    """Received by Cleo; the case as it is then."""
    key, note, linked = (said.pop(name, None) for name in ("key", "note", "linked"))
    row = receive(conn, Receipt(**base | said), by=who(conn, CLEO), key=key, note=note, linked=linked)
    return see(conn, row.id)


def refusal(conn: Connection, base: dict[str, Any] = COMPLAINT, **said: Any) -> str:
    """The sentence of the refusal; nothing was written, and no number was spent on the eyes of anybody."""
    before = everything(conn)
    with conn.begin_nested() as savepoint:
        with pytest.raises(Refused) as refused:
            receipt(conn, base, **said)
        savepoint.rollback()
    assert everything(conn) == before
    return str(refused.value)


def everything(conn: Connection) -> tuple:
    tables = ("cases", "case_events", "case_links", "notices")
    return tuple(conn.execute(text(f"select count(*) from {table}")).scalar_one() for table in tables)


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=TORONTO)


# What is received


def test_a_complaint_is_received_with_a_number_a_promise_and_its_first_event(conn):
    on(conn, FRI_18_DEC)
    case = receipt(conn)
    assert (case.state, case.version, case.promised_days, case.due_on) == ("received", 1, 10, WED_6_JAN)
    assert case.first_due_on == case.due_on and case.request_no.isdigit() and len(case.request_no) == 8
    (event,) = cases.timeline(conn, case.id, SYSTEM)
    assert (event.action, event.by_name, event.to_state) == ("receive", "Cleo Marchetti", "received")


@pytest.mark.parametrize(
    ("base", "asked", "days"),
    [(COMPLAINT, False, 10), (COMPLAINT, True, 10), (COMMENT, False, None), (COMMENT, True, 10), (PRAISE, False, None), (PRAISE, True, 10)],
    ids=lambda it: it["kind"].value if isinstance(it, dict) else str(it),
)  # fmt: skip
def test_a_promise_is_made_for_a_complaint_and_for_a_reply_that_was_asked_for(conn, base, asked, days):
    case = receipt(conn, base | {"email": "ruth@example.org"}, reply_requested=asked)
    assert (case.promised_days, case.due_on is None) == (days, days is None)


@pytest.mark.parametrize("base", [COMMENT, PRAISE], ids=["comment", "compliment"])
def test_a_comment_and_a_compliment_need_no_contact(conn, base):
    case = receipt(conn, base)
    assert (case.phone, case.email, case.postal_address, case.due_on) == (None, None, None, None)


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("channel", CHANNELS)
def test_every_category_by_every_channel(conn, category, channel):
    case = receipt(conn, category=category, channel=channel)
    assert (case.category, case.channel) == (category, channel)


@pytest.mark.parametrize("way", ["phone", "email", "postal_address"])
def test_any_one_way_to_reach_the_customer_is_enough(conn, way):
    ways = {"phone": "416-555-0123", "email": "ruth@example.org", "postal_address": "1 Invented Way"}
    case = receipt(conn, **{name: value if name == way else None for name, value in ways.items()})
    assert getattr(case, way)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"phone": "(416) 555-0123"}, "+14165550123"),
        ({"phone": "416.555.0123 ext. 9"}, "+14165550123"),
        ({"phone": "+44 20 7946 0018"}, "+442079460018"),  # anyone may write, from any country
        ({"email": "  Ruth@Example.ORG "}, "ruth@example.org"),
        ({"postal_address": "  1 Rue Inventée, Paris "}, "1 Rue Inventée, Paris"),
    ],
)
def test_contact_is_kept_in_its_normal_form(conn, said, kept):
    assert getattr(receipt(conn, **said), next(iter(said))) == kept


def test_language_interpreter_and_format_are_kept(conn):
    case = receipt(conn, language="Tamil", interpreter=True, accessible_format="large print")
    assert (case.language, case.interpreter, case.accessible_format) == ("Tamil", True, "large print")


def test_only_known_tags_are_kept_in_their_order(conn):
    assert receipt(conn, tags=["equity", "urgent", "accessibility"]).tags == ["accessibility", "equity"]


@pytest.mark.parametrize(
    "words",
    ["**bold** [x](http://example.org)", "<script>alert(1)</script>", "=1+1", "مرحبا ‏311‎", "🎉 C'était\n\nlong"],
)
def test_the_words_are_kept_as_they_were_written(conn, words):
    assert receipt(conn, description=words).description == words


def test_what_no_database_can_hold_is_left_out(conn):
    case = receipt(conn, description="  a\x00b ", customer_name=" \x00 ")
    assert (case.description, case.customer_name) == ("ab", None)


@pytest.mark.parametrize(
    ("words", "title"),
    [("One line.", "One line."), ("\n\n  First. \nSecond.", "First."), ("word " * 40, ("word " * 18).strip() + "…")],
    ids=["one", "first of two", "cut at a word"],
)
def test_without_a_title_the_first_line_is_the_title(conn, words, title):
    assert receipt(conn, description=words).title == title == first_line(words.strip())


def test_request_numbers_are_never_reused_and_keep_their_zeros(conn):
    first, second = receipt(conn), receipt(conn)
    assert int(second.request_no) == int(first.request_no) + 1 and first.request_no.startswith("0")
    with conn.begin_nested() as savepoint:
        spent = receipt(conn).request_no
        savepoint.rollback()
    assert receipt(conn).request_no > spent


@pytest.mark.parametrize("said", ["{0}", "#{0}", " {1} {2} ", "{1}-{2}", "{3}"])
def test_a_number_is_found_as_people_say_it(conn, said):
    case = receipt(conn)
    number = case.request_no
    said = said.format(number, number[:4], number[4:], number.lstrip("0"))
    assert cases.find(conn, said, who(conn, SAM)).id == case.id


# What is refused (each changes nothing)


@pytest.mark.parametrize(
    ("base", "said", "sentence"),
    [
        (COMPLAINT, {"description": " \n "}, "Write down what the customer said."),
        (COMPLAINT, {"category": None}, "Choose what the complaint is about."),
        (COMPLAINT, {"category": "potholes"}, "Choose what the complaint is about."),
        (COMPLAINT, {"channel": "fax"}, "Choose how it came."),
        (COMPLAINT, {"phone": None, "email": None}, "A complaint needs a phone, an email or a postal address."),
        (COMPLAINT, {"phone": " ", "email": "", "postal_address": "\n"}, "A complaint needs a phone"),
        (COMPLAINT, {"phone": "call me"}, "That is not a phone number"),
        (COMPLAINT, {"phone": "1"}, "That is not a phone number"),
        (COMPLAINT, {"email": "at example"}, "That is not an email address."),
        (COMPLAINT, {"description": "x" * 100_001}, "is longer than 100,000 characters"),
        (COMPLAINT, {"subject_ids": [0]}, "The person named is not in the staff directory."),
        (COMMENT, {"description": ""}, "Write down what the customer said."),
        (COMMENT, {"reply_requested": True}, "A reply can be asked for only with"),
        (PRAISE, {"reply_requested": True}, "A reply can be asked for only with"),
    ],
)
def test_what_is_refused(conn, base, said, sentence):
    assert sentence in refusal(conn, base, **said)


def test_a_receipt_still_to_come_is_refused(conn):
    assert refusal(conn, received_at=now(conn) + timedelta(minutes=1)) == "The date of receipt is still to come."


def test_an_earlier_day_needs_a_reason(conn):
    on(conn, FRI_18_DEC)
    letter = at(date(2026, 12, 15))
    assert refusal(conn, received_at=letter) == "It was received on an earlier day than it is entered: say why."
    case = receipt(conn, received_at=letter, backdated_because="Opened late.")
    assert (case.received_on, case.due_on) == (letter.date(), date(2026, 12, 31))
    assert (case.entered_at.astimezone(TORONTO).date(), case.backdated_because) == (FRI_18_DEC, "Opened late.")


def test_earlier_on_the_same_day_needs_none_and_keeps_none(conn):
    earlier = at(now(conn).astimezone(TORONTO).date(), 0)
    assert receipt(conn, received_at=earlier, backdated_because="Needless.").backdated_because is None


def test_a_promise_past_the_calendar_is_refused_in_words(conn):
    on(conn, date(2030, 12, 27))
    assert "cannot be counted" in refusal(conn)


@pytest.mark.parametrize("base", [COMMENT, PRAISE], ids=["comment", "compliment"])
def test_what_has_no_promise_is_received_past_the_calendar_too(conn, base):
    on(conn, date(2030, 12, 27))
    assert receipt(conn, base).due_on is None


def test_the_database_refuses_a_complaint_without_contact_too(conn):
    case = receipt(conn)
    with pytest.raises(Exception, match="complaint_has_a_contact"), conn.begin_nested():
        conn.execute(text("update cases set phone = null, email = null where id = :id"), {"id": case.id})


# One click


def test_the_same_click_never_receives_twice(conn):
    key = uuid4()
    first, again = receipt(conn, key=key), receipt(conn, key=key, description="Something else.")
    assert (again.id, again.description) == (first.id, first.description)
    assert everything(conn)[:2] == (1, 1)


def test_another_click_is_another_case(conn):
    assert receipt(conn, key=uuid4()).id != receipt(conn, key=uuid4()).id


# Two in one, and the same again


def test_praise_and_complaint_are_linked_with_clocks_of_their_own(conn):
    complaint = receipt(conn)
    praise = receipt(conn, PRAISE, linked=(complaint.id, "split from"))
    (there,), (back,) = (cases.links(conn, case.id, who(conn, SAM)) for case in (praise, complaint))
    assert (there.id, there.relation, there.forwards) == (complaint.id, "split from", True)
    assert (back.id, back.forwards) == (praise.id, False)
    assert praise.due_on is None and complaint.due_on is not None


def test_an_unknown_relation_changes_nothing(conn):
    complaint = receipt(conn)
    before = everything(conn)
    with pytest.raises(Exception, match="relation_is_known"), conn.begin_nested():
        receipt(conn, PRAISE, linked=(complaint.id, "cousin of"))
    assert everything(conn) == before


def test_that_a_comment_was_offered_is_in_the_history(conn):
    row = receive(conn, Receipt(**COMMENT), by=who(conn, CLEO), note="They were told.", offered_comment=True)
    (event,) = cases.timeline(conn, row.id, SYSTEM)
    assert (event.details, event.note) == ({"offered_comment": True}, "They were told.")


@pytest.mark.parametrize(
    ("phone", "email", "found"),
    [("416 555 0123", None, True), (None, "ruth@example.org", True), (None, "RUTH@example.org", True),
     ("416 555 0199", None, False), (None, None, False)],
)  # fmt: skip
def test_prior_contact_is_found_by_phone_or_email(conn, phone, email, found):
    case = received(conn)
    normal = as_phone(phone) if phone else None
    before = prior(conn, phone=normal, email=email, words="", by=who(conn, CLEO))
    assert [row.id for row in before] == ([case.id] if found else [])


def test_prior_cases_about_staff_are_not_shown_to_everybody(conn):
    case = received(conn, subject_ids=ids_of(conn, NADIA))
    ask = {"phone": "+14165550123", "email": None, "words": ""}
    assert prior(conn, by=who(conn, CLEO), **ask) == []
    assert prior(conn, by=who(conn, NADIA), **ask) == []
    assert [row.id for row in prior(conn, by=who(conn, ADA), **ask)] == [case.id]


def duplicates(conn: Connection, words: str, phone: str | None = None, kind: Kind = Kind.COMPLAINT) -> list[int]:
    rows = likely_duplicates(
        conn, kind=kind, phone=phone, email=None, words=words, received_at=now(conn), by=who(conn, CLEO)
    )
    return [row.id for row in rows]


SNOW = "The plow left a wall of snow across the driveway of the school on Invented Crescent."


@pytest.mark.parametrize(
    ("words", "phone", "found"),
    [
        (SNOW, None, True),  # close text, whoever sends it
        ("A wall of snow was left by the plow across the school driveway, Invented Crescent", None, True),
        ("Wall of snow at the school, again", "+14165550123", True),  # the same customer needs fewer words
        ("The bins were not emptied.", "+14165550123", False),
        ("The bins were not emptied.", None, False),
        ("", "+14165550123", False),
    ],
)
def test_likely_duplicates_by_contact_and_by_text(conn, words, phone, found):
    case = receipt(conn, description=SNOW)
    assert duplicates(conn, words, phone) == ([case.id] if found else [])


def test_old_cases_and_other_kinds_are_no_duplicates(conn):
    on(conn, date(2026, 6, 1))
    receipt(conn, description=SNOW)
    assert duplicates(conn, SNOW, kind=Kind.COMMENT) == []
    on(conn, date(2026, 9, 1))
    assert duplicates(conn, SNOW) == []


def test_five_at_most_and_the_same_customer_first(conn):
    for last in range(6):
        receipt(conn, description=SNOW, phone=f"416-555-010{last}", email=None)
    ours = receipt(conn, description=SNOW)
    found = duplicates(conn, SNOW, "+14165550123")
    assert len(found) == 5 and found[0] == ours.id


def test_a_search_with_marks_of_every_kind_is_no_error(conn):
    received(conn)
    for words in ("' | & ! ( :* <->", "\\", "%_", "🎉", "a" * 5_000, "x:y 'z' (w)"):
        assert isinstance(duplicates(conn, words, "+14165550123"), list)
        prior(conn, phone="+14165550123", email=None, words=words, by=who(conn, CLEO))


def test_two_at_once_with_the_same_click_make_one_case(database):
    from concurrent.futures import ThreadPoolExecutor

    key = uuid4()
    with db.begin() as conn:
        cleo = who(conn, CLEO)

    def once(_: int) -> int:
        with db.begin() as conn:
            return receive(conn, Receipt(**COMPLAINT), by=cleo, key=key).id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(once, range(8)))) == 1
    with db.begin() as conn:
        assert everything(conn)[:2] == (1, 1)
