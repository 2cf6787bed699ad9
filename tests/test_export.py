"""All cases as a file: a spreadsheet reads it, and an empty database gives the same cases back."""

import csv
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO, StringIO
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from sqlalchemy import Connection, text

from core import db, export
from core.__main__ import main
from core.errors import Refused
from core.intake import importing, source
from core.kinds import ENDED, Kind
from tests import builders, databases, serving
from tests.builders import (
    ADA,
    CLEO,
    MINA,
    NADIA,
    SAM,
    VIC,
    admitted,
    as_owner,
    does,
    duplicate,
    escalation,
    escalation_closed,
    form,
    id_of,
    ids_of,
    in_review,
    not_a_complaint,
    received,
    redirected,
    responded,
    responded_by_mail,
    taken,
    told,
    who,
    with_finding,
    withdrawn,
)

LUIS = "luis"
TAGGED: dict[str, Any] = {
    "tags": ["accessibility", "equity"],
    "language": "fr",
    "interpreter": True,
    "accessible_format": "large print",
}
STRANGE = '=1+1, "quoted",\r\nsecond line\n\'=x\t<b>é</b> 👩‍👧 \u202eabc'


def exported(conn: Connection, by: Any = None) -> bytes:
    return b"".join(export.pieces(conn, by))


def records(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode(), newline="")))


def fill(conn: Connection) -> int:
    """A case in every state that a complaint can be in, other kinds, and words of every sort; how many there are."""
    received(conn, description=STRANGE, customer_name="@Ruth", **TAGGED)
    received(conn, phone=None, email=None, postal_address="1 Main St\nToronto")
    for stage in (taken, with_finding, responded, responded_by_mail, redirected, withdrawn, duplicate, not_a_complaint):
        stage(conn)
    escalation(conn, updates_by="sms", updates_to="416 555 0188", represented_by="=A daughter", consent="By phone.")
    admitted(conn, received(conn))
    for stage in (in_review, told, escalation_closed):
        stage(conn)
    received(conn, kind=Kind.COMMENT, category=None, reply_requested=True)
    received(conn, kind=Kind.COMPLIMENT, category=None, phone=None, email=None)
    received(conn, subject_ids=ids_of(conn, SAM))
    return conn.execute(text("select count(*) from cases")).scalar_one()


@pytest.fixture
def elsewhere(
    addresses: databases.Addresses, template: str, monkeypatch: pytest.MonkeyPatch, database: str
) -> Iterator[str]:
    """Another database; the one in use until the test asks for this."""
    with databases.made(addresses, template) as name:
        yield addresses(name)


def test_an_empty_database_gives_the_same_cases_back(database, elsewhere, monkeypatch):
    """All of them, of an administrator; what nobody in particular takes along is the same without what is for few."""
    with db.begin() as conn:
        with as_owner(conn):
            count = fill(conn)
        content, of_nobody = exported(conn, who(conn, ADA)), exported(conn)
        for_all = [row for row in records(content) if not row["subjects"] and row["kind"] != "compliment"]
        assert records(of_nobody) == for_all and len(for_all) < count
        assert len(records(content)) == count
        assert {row["state"] for row in records(content)} > ENDED - {"closed", "no_action"}
    with serving.in_use(elsewhere, monkeypatch), db.begin() as conn:
        account = importing.run(conn, BytesIO(content), "export.csv", source.find("own"))
        assert (account.added, account.refused) == (count, 0)
        assert exported(conn, who(conn, ADA)) == content and exported(conn) == of_nobody
        again = importing.run(conn, BytesIO(content), "export.csv", source.find("own"))
        assert (again.added, again.already_here) == (0, account.added)


def test_an_export_is_safe_for_spreadsheets(conn):
    received(conn, description=STRANGE, customer_name="@Ruth")
    row = records(exported(conn))[-1]
    assert row["customer_name"] == "'@Ruth"
    assert row["phone"] == "'+14165550123"
    assert not [cell for cell in row.values() if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n")]


def test_its_columns_are_those_of_the_source_own(conn):
    header = exported(conn).decode().splitlines()[0].split(",")
    assert sorted(header) == sorted(source.find("own").foreign_columns())


def test_cases_about_a_person_leave_only_for_somebody_who_may_see_them(conn):
    about = received(conn, subject_ids=ids_of(conn, SAM))

    def numbers(by: str | None) -> set[str]:
        return {row["request_no"] for row in records(exported(conn, who(conn, by) if by else None))}

    assert about.request_no not in numbers(None)
    assert about.request_no not in numbers(SAM)
    assert about.request_no in numbers(ADA)
    logged = conn.execute(text("select by_id, what from access_log where case_id = :id"), {"id": about.id}).all()
    assert [tuple(row) for row in logged] == [(id_of(conn, ADA), "export")]


def test_a_compliment_leaves_only_for_somebody_who_may_see_it(conn):
    """Its words may tell whom it is from, and of a mixed message what was complained about: they are for no single reader."""
    plain = builders.compliment(conn, description="Nadia helped me, says Ruth Example of 12 Maplewood Avenue.")
    agreed = builders.compliment(conn, naming_consent="By phone.")
    mixed = builders.compliment(conn, description="Nadia was patient. Luis hung up.")
    said = form(conn, "open_complaint") | {"category": "staff", "subject_ids": ids_of(conn, LUIS)}
    does(conn, mixed, "open_complaint", MINA, **said)
    numbers = {case.request_no for case in (plain, agreed, mixed)}

    def taken_by(name: str | None) -> set[str]:
        return numbers & {row["request_no"] for row in records(exported(conn, who(conn, name) if name else None))}

    assert not taken_by(None) and not taken_by(CLEO) and not taken_by(NADIA)
    assert not [row for row in records(exported(conn)) if "hung up" in str(row) or "Maplewood" in str(row)]
    assert taken_by(ADA) == numbers and taken_by(LUIS) == set()


def test_who_sees_figures_only_takes_no_case_along(conn):
    received(conn)
    with pytest.raises(Refused, match="figures"):
        exported(conn, who(conn, VIC))


@pytest.mark.parametrize("hidden", [0, 1, 4, 5, 12])
def test_what_is_left_out_is_not_counted_where_so_few_could_be_guessed(conn, hidden):
    for _ in range(hidden):
        received(conn, subject_ids=ids_of(conn, SAM))
    told = str(hidden) if hidden >= 5 else "Fewer than 5"
    assert export.left_out(conn) == export.left_out(conn, who(conn, SAM)) == told
    assert export.left_out(conn, who(conn, ADA)) == "Fewer than 5"


def test_a_case_about_somebody_unknown_here_is_refused_and_not_shown_to_all(database, elsewhere, monkeypatch):
    with db.begin() as conn:
        received(conn, subject_ids=ids_of(conn, CLEO))
        content = exported(conn, who(conn, MINA)).replace(b"cleo", b"somebody")
    with serving.in_use(elsewhere, monkeypatch), db.begin() as conn:
        account = importing.run(conn, BytesIO(content), "export.csv", source.find("own"))
        reason = conn.execute(text("select reason from import_refusals")).scalar()
        assert (account.refused, reason) == (1, "Somebody it is about is not in the staff directory.")


# The command line


def test_the_command_writes_a_file(database, tmp_path: Path, capsysbinary):
    with db.begin() as conn:
        received(conn)
    out = tmp_path / "all.csv"
    assert main(["export", "--out", str(out)]) == 0
    assert main(["export"]) == 0
    assert capsysbinary.readouterr().out == out.read_bytes() and len(records(out.read_bytes())) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["all.csv"] and out.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has files without a name")
def test_an_export_that_is_killed_leaves_no_file(database, tmp_path: Path):
    with db.begin() as conn:
        received(conn)
    command = [sys.executable, "-m", "core", "export", "--out", str(tmp_path / "all.csv")]
    with db.owner_engine().begin() as conn:
        conn.execute(text("lock table cases"))  # so it stays in the middle of its work
        with subprocess.Popen(command) as killed:
            wait_until_it_writes_in(tmp_path, killed)
            killed.kill()
    assert list(tmp_path.iterdir()) == []


def wait_until_it_writes_in(folder: Path, process: subprocess.Popen[bytes]) -> None:
    """Until this process has a file of this folder open, whether the file has a name or not."""
    opened: list[str] = []
    while not any(path.startswith(str(folder)) for path in opened):
        assert process.poll() is None, "the export ended before it opened its file"
        sleep(0.05)
        with suppress(FileNotFoundError):  # one that it has closed since
            opened = [str(file.readlink()) for file in Path(f"/proc/{process.pid}/fd").iterdir()]


def test_the_command_says_what_is_not_in_the_file_in_the_same_words_whether_there_is_any(database, capsys):
    said = "Fewer than 5 cases are left out: cases about a person, and compliments, are for those who may see them, whom --by names.\n"
    for about in ([], [SAM]):
        with db.begin() as conn:
            received(conn, subject_ids=ids_of(conn, *about))
            email = who(conn, SAM).email
        assert main(["export"]) == 0
        assert capsys.readouterr().err == said
        assert main(["export", "--by", email]) == 0
        assert capsys.readouterr().err == "Fewer than 5 cases are left out: they are not for Sam Whitfield to see.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "/dev/null/all.csv"], "/dev/null/all.csv cannot be written: not a directory.\n"),
        (
            ["--by", "nobody@example.org"],
            "Nobody in the staff directory is meant by that; pick a person from the list.\n",
        ),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(database, capsys, arguments, said):
    assert main(["export", *arguments]) == 2
    assert capsys.readouterr().err == said
