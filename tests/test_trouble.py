"""An error of ours: whoever met it gets a number, the log the place in the code, and neither a customer's data."""

import logging

import pytest
from sqlalchemy import text

from core import db
from dashboard import session, trouble
from tests.builders import as_owner

CANARY = "Ruth Example, 416 555 0123"


def broken_row(conn):
    """PostgreSQL quotes the whole row in its message, where whoever asks could read the table."""
    conn.execute(text("insert into cases (kind, channel, received_at, title) values ('complaint', 'phone', now(), :said)"),
                 {"said": CANARY})  # fmt: skip


def test_the_log_names_the_place_the_kind_and_the_rule_and_no_data(conn, caplog):
    with pytest.raises(Exception) as caught, as_owner(conn):  # of whom nothing is kept, and PostgreSQL quotes it all
        broken_row(conn)
    assert CANARY in str(caught.value.__cause__)
    with caplog.at_level(logging.ERROR):
        said = trouble.sentence(caught.value)
    number = said.rsplit(" ", 1)[-1].rstrip(".")
    assert said.startswith("Something went wrong on our side, and nothing was changed.")
    assert f"error {number}" in caplog.text
    assert "sqlstate 23" in caplog.text and "table cases" in caplog.text and "in broken_row" in caplog.text
    assert CANARY not in caplog.text


def test_an_error_of_ours_in_a_click_has_a_number_too(database, caplog, monkeypatch):
    said = []
    monkeypatch.setattr(session, "say", lambda sentence, **how: said.append((sentence, how)))
    assert session.one_click(broken_row) is None
    assert session.outside(lambda: 1 / 0) is None
    assert [how for _, how in said] == [{"refused": True}] * 2
    assert all("Tell an administrator the number" in sentence for sentence, _ in said)
    assert CANARY not in caplog.text and "ZeroDivisionError" in caplog.text


def test_a_refusal_in_a_click_is_its_sentence(database, monkeypatch):
    said = []
    monkeypatch.setattr(session, "say", lambda sentence, **_: said.append(sentence))
    session.one_click(lambda conn: db.value(conn, "calendar.due_on", received_on="2099-01-01", business_days=10))
    assert "cannot be counted" in said[0]
