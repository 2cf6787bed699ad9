"""The command line: what it prints, and one clear line with exit code 2 for what it cannot do."""

import pytest

from core import contact_counts, db
from core.__main__ import found, main
from core.health import problems
from tests import databases
from tests.builders import CLEO, MINA, NADIA, SAM, who


@pytest.mark.parametrize("said", [["nothing-like-it"], ["migrate", "--nothing-like-it"], ["db", "too", "much"]])
def test_what_it_does_not_know_is_one_line_and_exit_code_2(said, capsys):
    assert main(said) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_stopping_the_embedded_database_says_which_one(monkeypatch, capsys):
    with databases.folder() as folder:
        monkeypatch.setenv("DATA_DIR", str(folder))
        assert main(["db", "--stop"]) == 0
        assert capsys.readouterr().out == f"None was running: {folder / 'postgresql'}\n"


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


# Contact counts


@pytest.fixture
def load(database, tmp_path, capsys):
    """What the command says of this content, loaded by this person: its exit code, stdout and stderr."""

    def run(content, name=MINA):
        path = tmp_path / "contacts.csv"
        path.write_bytes(content.encode())
        with db.begin() as conn:
            email = who(conn, name).email
        code = main(["contacts", str(path), "--by", f" {email.upper()} "])
        return code, *capsys.readouterr()

    return run


def months():
    with db.begin() as conn:
        return [(str(row.month), row.people, row.contacts, row.loaded_by) for row in contact_counts.loaded(conn)]


@pytest.fixture
def lines(database):
    with db.begin() as conn:
        return [f"{who(conn, name).email},2026-10,{number}" for name, number in ((NADIA, 1200), (SAM, 40))]


def test_contact_counts_are_loaded_with_an_account_of_the_rows_and_replaced_when_loaded_again(load, lines):
    assert load("\n".join(["email,month,contacts", *lines])) == (0, "2 rows read: 2 loaded, 0 refused.\n", "")
    assert months() == [("2026-10-01", 2, 1240, "Mina Okafor")]
    assert (
        load("\n".join(["Email, Month ,contacts", lines[0].replace("1200", "1300")]))[1]
        == "1 row read: 1 loaded, 0 refused.\n"
    )
    assert months()[0][2] == 1340


@pytest.mark.parametrize(
    "wrong",
    ["nobody@example.org,2026-10,5", "=cmd|x,2026-10,5", "{known},2026-13,5", "{known},2026-10,-5", "{known},2026-10,"],
)
def test_one_wrong_row_and_none_is_loaded(load, lines, wrong):
    code, out, err = load("\n".join(["email,month,contacts", lines[0], wrong.format(known=lines[1].split(",")[0])]))
    assert (code, out, len(err.splitlines())) == (2, "", 1) and err.startswith("Nothing was loaded. Line 3: ")
    assert months() == []


def test_who_may_not_load_them_does_not_from_the_command_line_either(load, lines):
    assert load("\n".join(["email,month,contacts", *lines]), CLEO)[0] == 2 and months() == []


@pytest.mark.parametrize(
    ("path", "by", "said"),
    [
        (
            "/nothing/here.csv",
            "mina.okafor@example.org",
            "/nothing/here.csv cannot be read: no such file or directory.\n",
        ),
        ("/tmp", "mina.okafor@example.org", "/tmp cannot be read: is a directory.\n"),
        (__file__, "mina.okafor@example.org", None),
        (__file__, "x@y", "Nobody in the staff directory is meant by that; pick a person from the list.\n"),
    ],
)
def test_what_cannot_be_loaded_is_one_line(database, capsys, path, by, said):
    assert main(["contacts", path, "--by", by]) == 2
    err = capsys.readouterr().err
    assert len(err.splitlines()) == 1 and (said is None or err == said)
