"""A letter leaves by email through the outbox, by a real mail server, as it was issued. Only then is the customer told (R45, R47)."""

import logging
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest

from core import cases, db, delivery, letters, notices
from core.delivery import NotWaiting
from core.errors import Refused
from tests import builders, pdf
from tests.builders import DARA, MINA, does, history, id_of, last, letter_of, outbox, see, who
from tests.mailbox import mail_server
from tests.serving import free_port


@pytest.fixture
def issued(database):
    """A decision letter in the outbox, committed; the case and the message's id."""

    def build(**said):
        with db.begin() as conn:
            case = builders.letter_issued(conn, builders.decided(conn, builders.responded(conn, **said)))
            return case, letter_of(conn, case).notice_id

    return build


def now_(case):
    with db.begin() as conn:
        return see(conn, case.id)


def letter_now(case):
    with db.begin() as conn:
        return letter_of(conn, case)


def test_it_arrives_byte_by_byte_as_it_was_issued_and_closes_the_escalation(issued, monkeypatch):
    case, notice = issued()
    with mail_server(monkeypatch) as box:
        assert delivery.deliver(notice) == "sent"
    (message,) = box.messages
    body, letter = message.get_body(), letter_now(case)
    (enclosed,) = message.iter_attachments()
    document = enclosed.get_content()
    assert sha256(document).hexdigest() == letter.sha256 and pdf.lacks(document) == []
    assert (enclosed.get_content_type(), enclosed.get_filename()) == (
        "application/pdf",
        f"letter-{case.request_no}-v1.pdf",
    )
    assert (
        box.to == ["ruth@example.org"]
        and message["Subject"] == f"Decision letter about your escalation, request number {case.request_no}"
    )
    assert "is attached to this message as a PDF" in body.get_content() and "forty minutes" not in body.get_content()
    after = now_(case)
    assert (after.state, after.told_by, after.response_channel, letter.state) == ("closed", "email", "email", "left")
    assert after.told_at == after.responded_at == letter.moved_at and after.responded_by_name == "Mina Okafor"


def test_whoever_signed_up_hears_that_it_is_closed_only_then(database, monkeypatch):
    with db.begin() as conn:
        case = does(
            conn, builders.decided(conn), "sign_up_for_updates", MINA, updates_by="email", updates_to="ruth@example.org"
        )
        case = builders.letter_issued(conn, case)
        assert [purpose for purpose, _ in outbox(conn, case)] == ["letter"]
        notice = letter_of(conn, case).notice_id
    with mail_server(monkeypatch):
        delivery.deliver(notice)
    with db.begin() as conn:
        assert outbox(conn, case) == [("update", "waiting"), ("letter", "sent")]


@pytest.mark.parametrize(("how", "status"), [
    ({"refuses": "recipient"}, "failed"), ({"refuses": "message"}, "failed"), ({"dies": True}, "unknown"), (None, "waiting"),
])  # fmt: skip
def test_a_failed_delivery_is_not_a_letter_that_left_and_nobody_sends_it_twice_unasked(
    issued, monkeypatch, how, status
):
    case, notice = issued()
    if how is None:
        monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
        assert delivery.deliver(notice) == status
    else:
        with mail_server(monkeypatch, **how):
            assert delivery.deliver(notice) == status
    after, letter = now_(case), letter_now(case)
    assert (after.state, after.told_at, after.responded_at, letter.state) == ("decided", None, None, "issued")
    with db.begin() as conn:
        event = last(conn, case)
        assert (event.action, event.by_name, event.note) == ("letter_failed", "System", letter.notice_problem)
    with mail_server(monkeypatch) as box:
        if status != "waiting":
            with pytest.raises(NotWaiting):
                delivery.deliver(notice)
        with db.begin() as conn:
            does(conn, see(conn, case.id), "send_letter_again", MINA)
        assert delivery.deliver(notice) == "sent"
    assert len(box.raw) == 1 and now_(case).state == "closed"


def test_without_a_mail_server_it_is_kept_and_nobody_is_told(issued, monkeypatch):
    case, notice = issued()
    monkeypatch.delenv("SMTP_URL", raising=False)
    assert delivery.deliver(notice) == "kept"
    assert (now_(case).state, letter_now(case).notice_status) == ("decided", "kept")


def test_a_further_version_stops_the_first_one(issued, monkeypatch):
    case, notice = issued()
    with db.begin() as conn:
        does(conn, see(conn, case.id), "reissue_letter", MINA, note="The name was misspelled.")
    with mail_server(monkeypatch) as box, pytest.raises(NotWaiting):
        delivery.deliver(notice)
    assert box.raw == []


def test_the_second_version_arrives_and_names_the_first(issued, monkeypatch):
    case, _ = issued()
    with db.begin() as conn:
        case = does(conn, see(conn, case.id), "reissue_letter", MINA, note="The name was misspelled.")
        case = does(conn, case, "ask_to_approve_letter", MINA, approver_id=id_of(conn, DARA))
        case = does(conn, case, "approve_letter", DARA, text_no=letter_of(conn, case).text_no)
        case = does(conn, case, "issue_letter", MINA, sends_by="email")
        notice = letter_of(conn, case).notice_id
    with mail_server(monkeypatch) as box:
        assert delivery.deliver(notice) == "sent"
    (enclosed,) = box.messages[0].iter_attachments()
    assert "version 1, which we did not send. The reason: The name was misspelled." in pdf.in_one_line(
        enclosed.get_content()
    )
    assert enclosed.get_filename().endswith("-v2.pdf")


def test_a_response_to_a_complaint_still_leaves_without_an_enclosure(database, monkeypatch):
    with db.begin() as conn:
        case = builders.queued(conn)
        notice = notices.waiting(conn, case.id).id
    with mail_server(monkeypatch) as box:
        assert delivery.deliver(notice) == "sent"
    assert list(box.messages[0].iter_attachments()) == []


def test_a_letter_that_left_by_email_can_come_back(issued, monkeypatch):
    case, notice = issued()
    with mail_server(monkeypatch):
        delivery.deliver(notice)
    with db.begin() as conn:
        after = does(conn, see(conn, case.id), "letter_came_back", MINA, note="Mailbox full.")
        assert (after.state, after.told_at, after.responded_at, letter_of(conn, after).state) == (
            "decided",
            None,
            None,
            "came back",
        )
        assert [event.action for event in history(conn, after)][-3:] == [
            "issue_letter",
            "letter_left",
            "letter_came_back",
        ]


def test_nothing_of_the_customer_is_in_the_logs(issued, monkeypatch, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    for how in ({}, {"refuses": "message"}):
        _, notice = issued(customer_name="Ruth Example")
        with mail_server(monkeypatch, **how):
            delivery.deliver(notice)
    said = "".join(record.getMessage() for record in caplog.records if record.name.split(".")[0] != "mail")
    said += "".join(capfd.readouterr())
    assert not [word for word in ("ruth@", "Ruth", "Maplewood", "forty minutes", "0123") if word in said]


def test_the_document_that_left_can_be_had_again(issued, monkeypatch):
    case, notice = issued()
    with mail_server(monkeypatch) as box:
        delivery.deliver(notice)
    with db.begin() as conn:
        kept = letters.document(conn, letter_now(case).id, who(conn, MINA))[1]
    assert kept == next(iter(box.messages[0].iter_attachments())).get_content()


@pytest.mark.parametrize(
    "action", ["reissue_letter", "change_decision", "close_without_letter", "record_decision_told"]
)
def test_while_it_leaves_nobody_overtakes_it(issued, monkeypatch, action):
    case, notice = issued()

    def press(box):
        box.taking.wait(20)
        with db.begin() as conn:
            cases.act(conn, case.id, action, by=who(conn, MINA), **builders.form(conn, action))

    with mail_server(monkeypatch, thinks=0.5) as box, ThreadPoolExecutor(1) as threads:
        pressed = threads.submit(press, box)
        came = delivery.deliver(notice)
        refusal = pressed.exception()
    after = now_(case)
    assert (came, after.state, letter_now(case).state) == ("sent", "closed", "left")
    if action == "record_decision_told":  # told at the same moment by phone too: the letter still left
        assert refusal is None or isinstance(refusal, Refused)
    else:
        assert isinstance(refusal, Refused)


def test_two_who_send_it_at_once_send_one(issued, monkeypatch):
    _, notice = issued()

    def send(_):
        try:
            return delivery.deliver(notice)
        except NotWaiting:
            return "gone"

    with mail_server(monkeypatch) as box, ThreadPoolExecutor(5) as threads:
        came = list(threads.map(send, range(5)))
    assert sorted(came) == ["gone"] * 4 + ["sent"] and len(box.raw) == 1
