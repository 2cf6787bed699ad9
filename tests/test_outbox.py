"""A response leaves through the outbox, by a real mail server. A failed delivery is not a response (R15, R21)."""

import logging
import smtplib
import socket
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest
from sqlalchemy import text

from core import cases, db, delivery, mail, notices
from core.delivery import NotWaiting
from core.errors import Refused
from core.notices import LeavingNow
from tests import builders
from tests.builders import CLEO, FRI_19_DEC, MINA, SAM, THU_8_JAN, answer, does, form, history, last, outbox, see, who
from tests.mailbox import Plain, Rude, mail_server, silent_server
from tests.serving import free_port


@pytest.fixture
def queued(database):
    """Puts a response into the outbox and commits; the case and the message's id."""

    def build(**said):
        with db.begin() as conn:
            case = builders.queued(conn, **said)
            return case, notices.waiting(conn, case.id).id

    return build


def now_(case):
    with db.begin() as conn:
        return see(conn, case.id)


def box_of(case):
    with db.begin() as conn:
        return outbox(conn, case)


def problem(case):
    """What the history says about the delivery that failed."""
    with db.begin() as conn:
        event = last(conn, case)
        assert event.action == "response_failed" and event.by_name == "System"
        assert notices.waiting(conn, case.id).problem == event.note
        return event.note


def test_it_is_answered_when_the_mail_server_has_taken_it(queued, monkeypatch):
    case, notice = queued()
    with mail_server(monkeypatch) as box:
        assert delivery.deliver(notice) == "sent"
    (message,) = box.messages
    after = now_(case)
    assert (after.state, after.response_channel, after.accountable) == ("responded", "email", "Sam Whitfield")
    assert after.responded_at and after.closed_at == after.responded_at and box_of(case) == [("response", "sent")]
    assert (message["To"], message["From"], box.to) == ("ruth@example.org", "311@city.example", ["ruth@example.org"])
    assert message["Subject"] == f"Your complaint to 311 Toronto, request number {case.request_no}"
    assert message.get_content().splitlines() == [case.response] and message["Message-ID"] and message["Date"]


def test_a_message_that_was_taken_has_left_however_the_server_says_goodbye(queued, monkeypatch):
    """Else it would be sent a second time."""
    monkeypatch.setattr(Plain, "factory", lambda self: Rude(self.handler, enable_SMTPUTF8=False))
    case, notice = queued()
    with mail_server(monkeypatch) as box:
        assert delivery.deliver(notice) == "sent"
    assert len(box.messages) == 1 and now_(case).state == "responded"


def test_a_password_never_goes_out_in_the_open():
    server, smtp = mail.Server.of("smtp://user:secret@mail.example.org"), smtplib.SMTP()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        smtp.sock = socket.create_connection(listening.getsockname())
        with pytest.raises(mail.OpenPassword):
            server._refuse_open_password(smtp)
        smtp.close()


def test_the_time_it_left_is_the_time_of_the_answer(queued, monkeypatch):
    case, notice = queued()
    with mail_server(monkeypatch):
        delivery.deliver(notice)
    with db.begin() as conn:
        (sent,) = notices.of_case(conn, case.id)
        assert sent.sent_at == see(conn, case.id).responded_at > sent.created_at
        assert last(conn, case).action == "response_left"


@pytest.mark.parametrize(
    ("how", "status", "sentence"),
    [
        ({"refuses": "recipient"}, "failed", "The mail server refused the customer's address."),
        ({"refuses": "message"}, "failed", "The mail server refused the message (code 554)."),
        ({"refuses": "for now"}, "waiting", "The mail server refused the message (code 451)."),
        ({"dies": True}, "unknown", "The mail server broke off; it may have taken the message or not."),
    ],
)
def test_what_the_server_does_not_take_is_not_a_response(queued, monkeypatch, how, status, sentence):
    case, notice = queued()
    with mail_server(monkeypatch, **how):
        assert delivery.deliver(notice) == status
    after = now_(case)
    assert (after.state, after.is_open, after.responded_at) == ("investigating", True, None)
    assert (box_of(case), problem(case)) == ([("response", status)], sentence)


def test_a_server_that_is_down_is_said_to_be_down(queued, monkeypatch):
    case, notice = queued()
    monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
    assert delivery.deliver(notice) == "waiting"
    assert problem(case) == "The mail server could not be reached."


def test_a_server_that_hangs_is_waited_for_so_long_and_no_longer(queued, monkeypatch):
    case, notice = queued()
    with silent_server(monkeypatch):
        assert delivery.deliver(notice, seconds=0.3) == "waiting"
    assert problem(case) == "The mail server did not answer within 0.3 seconds."


@pytest.mark.parametrize(("url", "sentence"), [
    ("smtp://127.0.0.1:notaport", "SMTP_URL must look like smtp://user:password@host:587?from=311@city.example."),
    ("smtp://user:secret@[broken", "SMTP_URL must look like smtp://user:password@host:587?from=311@city.example."),
])  # fmt: skip
def test_an_address_that_names_no_server_says_so_without_repeating_it(url, sentence):
    with pytest.raises(mail.NoMailServer) as refusal:
        mail.Server.of(url)
    assert str(refusal.value) == sentence


def test_after_a_failure_the_clock_runs_on(queued, monkeypatch):
    case, notice = queued()
    monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
    delivery.deliver(notice)
    after = now_(case)
    assert (after.due_on, after.days_left, after.is_open) == (case.due_on, case.days_left, True)


def test_a_failed_one_can_be_sent_again(queued, monkeypatch):
    case, notice = queued()
    with mail_server(monkeypatch, refuses="recipient"):
        delivery.deliver(notice)
    with db.begin() as conn:
        does(conn, case, "send_again")
        assert notices.waiting(conn, case.id).status == "waiting"
    with mail_server(monkeypatch) as box:
        assert delivery.deliver(notice) == "sent"
    assert (now_(case).state, len(box.raw), box_of(case)) == ("responded", 1, [("response", "sent")])


def test_what_failed_for_good_is_not_tried_again_by_itself(queued, monkeypatch):
    _, notice = queued()
    with mail_server(monkeypatch, refuses="recipient"):
        delivery.deliver(notice)
    with mail_server(monkeypatch) as box, pytest.raises(NotWaiting):
        delivery.deliver(notice)
    assert box.raw == []


def test_a_failed_one_can_be_taken_back_and_never_leaves(queued, monkeypatch):
    case, notice = queued()
    with mail_server(monkeypatch, refuses="recipient"):
        delivery.deliver(notice)
    with db.begin() as conn:
        does(conn, case, "take_back_response", note="Wrong address.")
    with mail_server(monkeypatch) as box, pytest.raises(NotWaiting, match="not waiting to be sent"):
        delivery.deliver(notice)
    assert (box.raw, box_of(case)) == ([], [("response", "cancelled")])


def test_a_failed_one_can_be_replaced_by_a_call(queued, monkeypatch):
    case, notice = queued()
    with mail_server(monkeypatch, refuses="recipient"):
        delivery.deliver(notice)
    with db.begin() as conn:
        assert does(conn, case, "record_response", **answer(conn)).response_channel == "phone"
    assert box_of(case) == [("response", "cancelled")]


def test_without_a_mail_server_it_is_kept_shown_and_can_leave_later(queued, monkeypatch):
    case, notice = queued()
    monkeypatch.delenv("SMTP_URL", raising=False)
    assert delivery.deliver(notice) == "kept"
    assert (box_of(case), now_(case).is_open, now_(case).response_notice) == ([("response", "kept")], True, "kept")
    with db.begin() as conn:
        does(conn, case, "send_again")
    with mail_server(monkeypatch):
        assert delivery.deliver(notice) == "sent"


def test_two_who_send_it_at_once_send_one(queued, monkeypatch):
    _, notice = queued()

    def send(_):
        try:
            return delivery.deliver(notice)
        except NotWaiting as refusal:
            return str(refusal)

    with mail_server(monkeypatch) as box, ThreadPoolExecutor(5) as threads:
        came = list(threads.map(send, range(5)))
    assert sorted(came) == ["That message is not waiting to be sent; look again."] * 4 + ["sent"]
    assert len(box.raw) == 1


@pytest.mark.parametrize(
    "action", ["withdraw", "redirect", "mark_duplicate", "record_response", "take_back_response", "reassign"]
)
def test_while_it_leaves_nobody_else_ends_the_case(queued, monkeypatch, action):
    case, notice = queued()

    def press(box):
        box.taking.wait(20)
        with db.begin() as conn:
            cases.act(conn, case.id, action, by=who(conn, MINA), seen=case.version, **form(conn, action))

    with db.begin() as conn:
        builders.on(conn, FRI_19_DEC)
        builders.received(conn)  # the original of a duplicate
    with mail_server(monkeypatch, thinks=0.5) as box, ThreadPoolExecutor(1) as threads:
        pressed = threads.submit(press, box)
        came = delivery.deliver(notice)
        refusal = pressed.exception()
    if action == "reassign":  # it takes no part in the answer: the new supervisor is accountable
        assert (refusal, came, now_(case).accountable) == (None, "sent", "Priya Raman")
    else:
        assert isinstance(refusal, LeavingNow)
        assert (came, now_(case).state, box_of(case)) == ("sent", "responded", [("response", "sent")])


def test_a_note_of_the_same_moment_never_undoes_what_was_sent(queued, monkeypatch):
    case, notice = queued()
    going = True

    def write_notes():
        while going:
            with db.begin() as conn:
                cases.act(conn, case.id, "add_note", by=who(conn, CLEO), note="She called.")

    with mail_server(monkeypatch) as box:
        writer = Thread(target=suppressing, args=(write_notes,))
        writer.start()
        assert delivery.deliver(notice) == "sent"
        going = False
        writer.join()
    assert (now_(case).state, len(box.raw)) == ("responded", 1)


def suppressing(work):
    """Ends when notes are no longer taken."""
    try:
        work()
    except Refused:
        pass


def test_it_is_sent_once_however_often_it_is_asked_for(queued, monkeypatch):
    _, notice = queued()
    with mail_server(monkeypatch) as box:
        delivery.deliver(notice)
        for gone in (notice, 987654321):
            with pytest.raises(NotWaiting):
                delivery.deliver(gone)
    assert len(box.raw) == 1


BODIES = (
    "Guten Tag, Zoë — c’est réglé. 你好",
    "שלום, התקבלה תלונתך.\nمرحبا \u202e txt.exe \u202c",
    "😀👩‍👩‍👧‍👦🏳️‍🌈",
    "Subject: Not a header\nBcc: all@example.org\n\n.\n.leading dots\n..\nQUIT",
    "=HYPERLINK(\"http://x\")\n<script>alert(1)</script>\n**bold** {name} %s %(x)s",
    "x" * 2000 + "\n" + "é" * 2000,
    "trailing spaces   \n\n\n\tTabs\nFrom the start of a line",
)  # fmt: skip


@pytest.mark.parametrize("body", BODIES)
def test_the_words_arrive_as_they_were_written(queued, monkeypatch, body):
    _, notice = queued(response=body)
    with mail_server(monkeypatch) as box:
        assert delivery.deliver(notice) == "sent"
    (message,) = box.messages
    assert message.get_content().rstrip().splitlines() == body.strip().splitlines()
    assert message["Bcc"] is None and message.get_content_type() == "text/plain"
    assert set(message.keys()) <= {"From", "To", "Subject", "Date", "Message-ID", "Content-Type", "MIME-Version",
                                   "Content-Transfer-Encoding"}  # fmt: skip


NOT_ONE = "The message could not be put together for that address."


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("ruth@example.org\nBcc: all@example.org", NOT_ONE),
        ("ruth@example.org\r\n\r\nHello", NOT_ONE),
        ("ruth@example.org, all@example.org", NOT_ONE),
        ("everybody", NOT_ONE),
        ("zoë@example.org", "The mail server cannot take an address with these letters."),
    ],
)
def test_an_address_that_is_not_one_address_goes_nowhere(queued, monkeypatch, address, sentence):
    """Such an address can only come from another system's file; the forms refuse it."""
    case, notice = queued()
    with db.begin() as conn:
        conn.execute(text("update notices set to_address = :to where id = :id"), {"to": address, "id": notice})
    with mail_server(monkeypatch) as box:
        assert delivery.deliver(notice) == "failed"
    assert (box.raw, problem(case)) == ([], sentence)


def test_nothing_of_the_customer_is_in_the_logs(queued, monkeypatch, caplog, capfd):
    caplog.set_level(logging.DEBUG, logger="core")
    for how in ({}, {"refuses": "recipient"}, {"refuses": "message"}):
        _, notice = queued()
        with mail_server(monkeypatch, **how):
            delivery.deliver(notice)
    said = "".join(record.getMessage() for record in caplog.records if record.name.split(".")[0] != "mail")
    said += "".join(capfd.readouterr())
    assert not [word for word in ("ruth", "Ruth", "queue dropped", "0123") if word in said]


def test_what_left_late_is_late(database, monkeypatch):
    with db.begin() as conn:
        builders.on(conn, THU_8_JAN)
        case = builders.queued(conn)
        notice = notices.waiting(conn, case.id).id
    with mail_server(monkeypatch):
        delivery.deliver(notice)
    after = now_(case)
    assert after.answered_late == (after.responded_on > after.due_on)
    with db.begin() as conn:
        assert [event.action for event in history(conn, case)][-2:] == ["send_response", "response_left"]
        assert who(conn, SAM).id == after.accountable_id == after.responded_by
