"""Writing down what comes by phone: everything wrong is said at once, nothing typed is lost, one click receives once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Row, text
from streamlit.testing.v1 import AppTest

from core import cases, db
from core.people import SYSTEM
from core.settings import ROOT
from tests.builders import CLEO, COMPLAINT, NADIA, SAM, TORONTO, id_of, received
from tests.serving import Opened

WIDGETS = ("text_area", "text_input", "selectbox", "multiselect", "checkbox", "radio", "datetime_input")
COMPLAINS = {"words": "Nobody called me back in a week.", "category": "timeliness", "phone": "416-555-0143"}


@pytest.fixture
def at_intake(open_page: Opened) -> Opened:
    """The page as one of the cast opens it."""
    return lambda name=CLEO: open_page("intake", name)


def write(page: AppTest, **said: Any) -> AppTest:
    """Types into the fields, by their names in the form; one after the other, as people do."""
    for name, value in said.items():
        field(page, name).set_value(value)
        page.run()
    return page


def field(page: AppTest, name: str) -> Any:
    """A field of the form."""
    widgets = [widget for kind in WIDGETS for widget in getattr(page, kind)]
    return next(widget for widget in widgets if widget.key == f"intake {name}")


def click(page: AppTest, key: str = "intake-receive") -> AppTest:
    return page.button(key=key).click().run()


def shown(page: AppTest) -> str:
    """Every sentence on the page."""
    kinds = ("error", "warning", "info", "markdown", "caption", "text", "subheader")
    return "\n".join(element.value for kind in kinds for element in getattr(page, kind)).replace("\\", "")


def newest(number: int = 1) -> list[Row]:
    with db.begin() as conn:
        return list(conn.execute(text("select * from cases order by id desc limit :n"), {"n": number}))


def how_many() -> int:
    with db.begin() as conn:
        return conn.execute(text("select count(*) from cases")).scalar_one()


def test_a_complaint_is_received_and_its_number_and_promise_are_shown(at_intake):
    page = click(write(at_intake(), **COMPLAINS))
    case = newest()[0]
    assert page.code[0].value == case.request_no
    assert "10 business days" in shown(page) and "Tell the customer" in shown(page)
    assert (case.kind, case.description, case.phone) == ("complaint", COMPLAINS["words"], "+14165550143")


def test_everything_wrong_is_said_at_once_and_nothing_typed_is_lost(at_intake):
    page = click(write(at_intake(), customer_name="Ruth", phone="call me", email="at example", earlier=True))
    for sentence in ("Write down what the customer said.", "Choose what the complaint is about.", "not a phone number",
                     "not an email address", "Say when it came."):  # fmt: skip
        assert sentence in page.error[0].value.replace("\\", ""), sentence
    assert [field(page, name).value for name in ("customer_name", "phone", "email")] == [
        "Ruth",
        "call me",
        "at example",
    ]
    assert how_many() == 0


def test_what_is_typed_waits_while_another_page_is_open(at_intake):
    page = write(at_intake(), words="It is all here.", phone="416 555")
    page.switch_page(str(ROOT / "pages" / "people.py")).run()
    page.switch_page(str(ROOT / "pages" / "intake.py")).run()
    assert (field(page, "words").value, field(page, "phone").value) == ("It is all here.", "416 555")


def test_the_form_is_empty_after_the_case_is_received(at_intake):
    page = click(click(write(at_intake(), **COMPLAINS)), "intake-another")
    assert (field(page, "words").value, field(page, "phone").value, field(page, "category").value) == ("", "", None)


def test_start_over_throws_everything_away(at_intake):
    page = click(write(at_intake(), **COMPLAINS), "intake-clear")
    assert (field(page, "words").value, field(page, "category").value) == ("", None)


def test_without_a_contact_a_comment_is_offered_and_that_is_recorded(at_intake):
    page = write(at_intake(), words="I will not give my name.", category="staff")
    assert "Contact information is required to make a complaint." in shown(page)
    page = click(click(page, "intake-offer"))
    case = newest()[0]
    with db.begin() as conn:
        first = cases.timeline(conn, case.id, SYSTEM)[0]
    assert (case.kind, case.category) == ("comment", None)
    assert first.details == {"offered_comment": True} and "was told" not in first.note and "were told" in first.note


@pytest.mark.parametrize("undo", ["the button", "another kind", "a phone number after all"])
def test_an_offer_that_was_taken_back_is_not_recorded(at_intake, undo):
    page = click(write(at_intake(), words="I will not give my name.", category="staff"), "intake-offer")
    if undo == "the button":
        page = write(click(page, "intake-back"), phone="416-555-0143")
    elif undo == "another kind":
        page = write(page, kind="compliment")
    else:
        page = write(page, phone="416-555-0143")
    click(page)
    with db.begin() as conn:
        assert cases.timeline(conn, newest()[0].id, SYSTEM)[0].details == {}


def test_a_postal_address_alone_is_enough_with_a_warning(at_intake):
    page = write(at_intake(), words="I write letters.", category="charges", postal_address="1 Invented Way")
    assert "Postal address only" in shown(page)
    click(page)
    assert newest()[0].postal_address == "1 Invented Way"


def test_an_old_letter_keeps_its_date_and_needs_a_reason(at_intake):
    came = (datetime.now(TORONTO) - timedelta(days=5)).replace(tzinfo=None, hour=9, minute=0, second=0, microsecond=0)
    page = click(write(at_intake(), **COMPLAINS, earlier=True, received_at=came))
    assert "say why" in page.error[0].value and how_many() == 0
    click(write(page, backdated_because="Opened today."))
    case = newest()[0]
    assert (case.received_on, case.backdated_because) == (came.date(), "Opened today.")


def test_a_receipt_still_to_come_is_refused(at_intake):
    later = (datetime.now(TORONTO) + timedelta(days=1)).replace(tzinfo=None, second=0, microsecond=0)
    page = click(write(at_intake(), **COMPLAINS, earlier=True, received_at=later))
    assert "still to come" in page.error[0].value and how_many() == 0


def test_a_comment_without_a_contact_can_have_no_reply(at_intake):
    page = click(write(at_intake(), kind="comment", words="More benches.", reply_requested=True))
    assert "reply" in page.error[0].value and how_many() == 0
    click(write(page, reply_requested=False))
    assert (newest()[0].kind, newest()[0].due_on) == ("comment", None)


def test_earlier_cases_of_the_customer_are_shown_while_the_phone_is_typed(at_intake):
    with db.begin() as conn:
        earlier = received(conn)
    page = write(at_intake(), phone=" (416) 555 0123 ")
    assert earlier.title in shown(page) and "1 earlier case of this customer" in shown(page)


def test_the_same_again_becomes_a_note_and_nothing_new_is_received(at_intake):
    with db.begin() as conn:
        earlier = received(conn)
    page = write(at_intake(), words=COMPLAINT["description"], phone="416-555-0123")
    assert "This may be the same" in shown(page)
    page = click(page, f"same {earlier.id}")
    assert how_many() == 1 and page.code[0].value == earlier.request_no
    with db.begin() as conn:
        note = cases.timeline(conn, earlier.id, SYSTEM)[-1]
    assert note.action == "add_note" and COMPLAINT["description"] in note.note


def test_a_likely_duplicate_is_received_only_once_it_was_seen(at_intake):
    with db.begin() as conn:
        received(conn)
    page = write(at_intake(), category="timeliness", phone="416-555-0123")
    field(page, "words").set_value(COMPLAINT["description"])
    page = click(page)  # typed and clicked in one go
    assert "look at the ones beside the form" in shown(page) and how_many() == 1
    assert page.button(key="intake-receive").label == "Receive anyway"
    click(page)
    assert how_many() == 2


def test_praise_and_complaint_become_two_linked_cases(at_intake):
    with db.begin() as conn:
        nadia = id_of(conn, NADIA)
    page = write(at_intake(SAM), **COMPLAINS, praises=True, praise="Nadia was kind.", praised_ids=[nadia])
    page = click(page)
    praise, complaint = newest(2)
    assert [code.value for code in page.code] == [complaint.request_no, praise.request_no]
    assert (praise.kind, praise.description, praise.praised_ids) == ("compliment", "Nadia was kind.", [nadia])
    assert praise.category is None and praise.due_on is None and complaint.subject_ids == []
    with db.begin() as conn:
        assert conn.execute(text("select case_id, other_id, relation from case_links")).all() == [
            (praise.id, complaint.id, "split from")
        ]


def test_praise_that_also_complains_keeps_the_words_as_the_praise(at_intake):
    page = click(write(at_intake(), kind="compliment", words="Nadia was kind."), "intake-also-complains")
    assert (field(page, "kind").value, field(page, "praise").value) == ("complaint", "Nadia was kind.")
    assert field(page, "words").value == ""


def test_who_may_not_see_it_afterwards_is_told_so(at_intake):
    with db.begin() as conn:
        nadia = id_of(conn, NADIA)
    page = click(write(at_intake(CLEO), **COMPLAINS, subject_ids=[nadia]))
    assert "only supervisors, managers and administrators see it" in shown(page)
    assert not [button for button in page.button if (button.key or "").startswith("intake-open")]


def test_the_words_stay_as_they_were_written(at_intake):
    page = at_intake()
    for no, words in enumerate(
        ("**bold** [x](https://example.org)", "<img src=x>", "=1+1", "مرحبا \u200f311", "🎉 C'était long")
    ):
        page = click(write(page, **COMPLAINS | {"words": words, "phone": f"416-555-011{no}"}))
        assert newest()[0].description == words
        page = click(page, "intake-another")
