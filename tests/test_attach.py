"""Files kept with a case."""

from hashlib import sha256

import pytest

from core import cases
from core.attachments import LARGEST
from core.people import SYSTEM
from tests.builders import ADA, CLEO, does, last, received, refused


def attached(conn, name="letter.pdf", content=b"%PDF-1.7", note="The letter."):
    return does(conn, received(conn), "attach", CLEO, file=(name, "application/pdf", content), note=note)


def test_it_comes_back_byte_for_byte(conn):
    case = attached(conn, content=bytes(range(256)) * 100)
    (file,) = cases.attachments(conn, case.id, SYSTEM)
    assert (file.name, file.size, file.added_by) == ("letter.pdf", 25_600, "Cleo Marchetti")
    assert cases.attachment(conn, case.id, file.id, SYSTEM) == bytes(range(256)) * 100


def test_the_history_says_so_with_its_checksum_and_does_not_hold_the_content(conn):
    event = last(conn, attached(conn))
    assert (event.action, event.note, event.details) == (
        "attach",
        "The letter.",
        {"sha256": sha256(b"%PDF-1.7").hexdigest()},
    )


@pytest.mark.parametrize(("name", "kept"), [
    ("rapport d'été 😀.pdf", "rapport d'été 😀.pdf"),
    ("=cmd|' /C calc'!A0.csv", "=cmd|' /C calc'!A0.csv"),
    ("../../etc/passwd.txt", "../../etc/passwd.txt"),
    ("a\x00b.txt", "ab.txt"),
    ("<b>x</b>.PDF", "<b>x</b>.PDF"),
    ("x" * 1000 + ".pdf", "x" * 196 + ".pdf"),
])  # fmt: skip
def test_any_name_is_kept_as_text(conn, name, kept):
    assert [file.name for file in cases.attachments(conn, attached(conn, name).id, SYSTEM)] == [kept]


def test_an_empty_file_is_refused(conn):
    said = {"file": ("empty.txt", "text/plain", b""), "note": "?"}
    assert refused(conn, received(conn), "attach", ADA, **said) == "That file is empty."


@pytest.mark.parametrize(
    "name",
    [
        "",
        "passwd",
        "letter.html",
        "letter.pdf.exe",
        "x.svg",
        "x.js",
        "x.docm",
        "x.xlsm",
        "x.pdf.",
        "x.pdf/..",
        "x.PDF\x00.exe",
    ],
)
def test_what_a_browser_or_an_office_program_would_run_is_not_kept(conn, name):
    said = {"file": (name, "application/pdf", b"x"), "note": "?"}
    assert refused(conn, received(conn), "attach", ADA, **said).startswith("Files of that kind are not kept")


def test_a_file_is_kept_up_to_10_mb(conn):
    said = {"file": ("x.pdf", "application/pdf", bytes(LARGEST + 1)), "note": "?"}
    assert refused(conn, received(conn), "attach", ADA, **said).startswith("That file is larger than 10 MB")
    assert attached(conn, content=bytes(LARGEST))


def test_a_file_of_another_case_is_not_given(conn):
    file = cases.attachments(conn, attached(conn).id, SYSTEM)[0]
    with pytest.raises(cases.NoSuchFile, match="There is no such file with this case."):
        cases.attachment(conn, received(conn).id, file.id, SYSTEM)
