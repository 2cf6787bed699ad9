"""The command line: what it prints, and one clear line with exit code 2 for what it cannot do."""

import pytest

from core.__main__ import found, main
from core.health import problems


@pytest.mark.parametrize("said", [["nothing-like-it"], ["migrate", "--nothing-like-it"], ["db", "too", "much"]])
def test_what_it_does_not_know_is_one_line_and_exit_code_2(said, capsys):
    assert main(said) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DATABASE_URL", "mysql://clerk:hush@host/x", "must look like postgresql://user:password@host:5432/database."),
        ("DATABASE_URL", "hush", "must look like postgresql://user:password@host:5432/database."),
        ("DATABASE_URL", "postgresql://clerk:hush@host:port/x", "must look like postgresql://"),
        ("PORT", "80 80", "must be a port number from 1 to 65535."),
        ("PORT", "70000", "must be a port number from 1 to 65535."),
        ("SMTP_URL", "hush@mail", "must look like smtp://user:password@host:587"),
        (
            "SMS_URL",
            "hush",
            "must look like twilio://account:token@from/{to}, as apprise writes it, with {to} for the phone number.",
        ),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_not_repeated(name, value, sentence, capsys, monkeypatch):
    monkeypatch.setenv(name, value)
    assert main(["migrate"]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"{name} {sentence}") and "hush" not in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("command", list(found()), ids=lambda command: command.__name__)
def test_every_command_explains_itself(command, capsys):
    assert main([command.__name__.rstrip("_").replace("_", "-"), "--help"]) == 0
    assert command.__doc__.split(".")[0].split("\n")[0][:40] in capsys.readouterr().out


def test_a_database_that_is_up_to_date_needs_nothing(database, capsys):
    assert main(["migrate"]) == 0
    assert capsys.readouterr().out == ""


def test_all_is_well_in_a_database_that_is_up_to_date(database, capsys):
    assert problems() == []
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "All is well.\n"
