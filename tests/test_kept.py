"""Without a mail server nothing leaves: the pages say so, say where it is, and offer what ends it."""

import pytest
from sqlalchemy import text

from core import db
from tests import builders
from tests.builders import CLEO, DARA, MINA, OMAR, SAM, letter_of, see
from tests.serving import Opened
from tests.test_pages import words_on

KEPT = "Kept, not sent: no mail server is set up. You find it on this page and on the page Outbox."


@pytest.fixture(autouse=True)
def no_mail_server(monkeypatch):
    monkeypatch.delenv("SMTP_URL", raising=False)


def to_download(page):
    return [getattr(button, "label", None) for button in page.get("download_button")]


def committed(build, *arguments, kept=False, **said):
    """The case; `kept`: a worker came to its message and had no server."""
    with db.begin() as conn:
        case = build(conn, *arguments, **said)
        if kept:
            conn.execute(text("update notices set status = 'kept' where case_id = :id"), {"id": case.id})
            case = see(conn, case.id)
        return case


def said(page):
    return [toast.value.replace("\\", "") for toast in page.toast]


def first(page):
    """The button that stands out."""
    return [button.label for button in page.button if button.proto.type == "primary"]


def test_a_response_that_is_kept_is_not_told_as_sent(open_page: Opened):
    case = committed(builders.with_steps)
    page = open_page("complaint", SAM, no=case.request_no)
    page.button(key=f"do {case.id} send_response").click().run()
    page.text_area(key=f"form {case.id} send_response response").set_value("It is mended.").run()
    page.button(key="submit").click().run()
    assert said(page) == [KEPT]


@pytest.mark.parametrize("url", ["smtp://127.0.0.1:9", None])
def test_with_a_mail_server_it_is_in_the_outbox(open_page: Opened, monkeypatch, url):
    if url:
        monkeypatch.setenv("SMTP_URL", url)
    case = committed(builders.queued, kept=True)
    page = open_page("complaint", SAM, no=case.request_no)
    page.button(key=f"do {case.id} send_again").click().run()
    assert said(page) == (["Done: you asked to send the response again."] if url else [KEPT])


def test_who_sent_a_kept_response_otherwise_records_it_next(open_page: Opened):
    case = committed(builders.queued, kept=True)
    page = open_page("complaint", SAM, no=case.request_no)
    assert first(page) == ["Record response given"]
    assert "an administrator can set one up" in words_on(page) and "SMTP_URL" not in words_on(page)
    waiting = committed(builders.queued)
    assert first(open_page("complaint", SAM, no=waiting.request_no)) == []


@pytest.mark.parametrize(("name", "named"), [("ada", True), (DARA, False)])
def test_the_name_of_the_setting_is_for_administrators(open_page: Opened, name, named):
    committed(builders.queued, kept=True)
    assert ("SMTP_URL" in words_on(open_page("outbox", name, show="kept"))) is named


def test_a_letter_that_is_kept_can_be_ended(open_page: Opened):
    case = committed(builders.letter_issued, kept=True)
    page = open_page("escalation", MINA, no=case.request_no)
    told = words_on(page)
    assert "It has not left, and waits in the outbox." in told and "send it from your own mailbox" in told
    assert "frozen as they left" not in told and "whether it left or not" in told
    page.button(key=f"do {case.id} record_letter_sent").click().run()
    assert said(page) == ["Done: you recorded that the letter left by email."]
    with db.begin() as conn:
        assert (see(conn, case.id).state, letter_of(conn, case).state) == ("closed", "left")


def test_issued_without_a_mail_server_it_is_told_as_kept(open_page: Opened):
    case = committed(builders.letter_approved)
    page = open_page("escalation", MINA, no=case.request_no)
    page.button(key=f"do {case.id} issue").click().run()
    assert said(page) == [KEPT]


@pytest.mark.parametrize("name", [MINA, DARA, OMAR, SAM, CLEO])
@pytest.mark.parametrize("build", [builders.letter_issued, builders.letter_posted])
def test_whoever_may_see_the_case_may_open_its_letter(open_page: Opened, build, name):
    case = committed(build)
    page = open_page("escalation", name, no=case.request_no)
    assert "Download the PDF" in to_download(page)


@pytest.mark.parametrize("name", [MINA, DARA, OMAR])
def test_the_page_of_letters_opens_what_is_issued_and_has_not_left(open_page: Opened, name):
    committed(builders.letter_issued, kept=True)
    page = open_page("letters", name)
    assert "kept in the outbox: no mail server is set up" in words_on(page)
    assert "Download the PDF" in to_download(page)
