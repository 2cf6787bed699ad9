"""A file is brought in at the browser: the account, what was refused and why, and the refused rows to mend and bring again."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect
from sqlalchemy import text

from core import db
from tests.browser.staff import opens, presses, reads, settled

TOML = """
date_formats = ["%Y-%m-%d"]
contact_held_by = "The old system"
[columns]
request_no = "no"
received_at = "opened"
title = "what"
[constants]
category = "quality"
channel = "other"
"""
ROWS = "no,opened,what\nP1,2026-01-05,<b>Late</b> ![x](https://example.org/x.png)\nP2,never,=1+1\nP3,1999-01-04,Old\n"


def imports(page: Page, source: str, *files: dict[str, object]) -> None:
    """Chooses what it is, uploads the source file if there is one, and the file, and imports it."""
    page.get_by_role("combobox", name="What is it?").click()
    page.get_by_role("option", name=source).click()
    settled(page)
    for place, file in zip(page.locator("input[type=file]").all()[-len(files) :], files, strict=True):
        place.set_input_files(file)  # type: ignore[arg-type]
        settled(page)
    presses(page, "Import")


def a_file(name: str, content: str | bytes) -> dict[str, object]:
    """A file as the browser uploads it."""
    kind = "text/csv" if name.endswith(".csv") else "application/toml"
    return {"name": name, "mimeType": kind, "buffer": content.encode() if isinstance(content, str) else content}


def begins(page: Page, name: str = "Mina") -> None:
    """Mina, or somebody else, is at intake, where files come in."""
    opens(page, "/intake", name)
    page.get_by_role("tab", name="Import a file").click()
    settled(page)


def test_a_file_is_accounted_for_and_its_refused_rows_come_back(page: Page, tmp_path: Path) -> None:
    begins(page)
    imports(page, "None of these: a source file of mine", a_file("pages.toml", TOML), a_file("rows.csv", ROWS))
    reads(page, "What became of every row")
    reads(page, re.compile("rows.csv, .*Mina"))
    for name, count in (("Rows read", "3"), ("Added", "1"), ("Already here", "0"), ("Refused", "2")):
        tile = page.get_by_test_id("stMetric").filter(has_text=name)
        expect(tile.get_by_test_id("stMetricValue")).to_have_text(count)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the 2 refused rows").click()
    download.value.save_as(tmp_path / "refused.csv")
    given = (tmp_path / "refused.csv").read_text("utf-8-sig")
    assert 'P2,never,\'=1+1,3,"The date of receipt ""never"" cannot be read."' in given
    mended = a_file("mended.csv", "\ufeff" + given.replace("never", "2026-01-06"))
    begins(page)
    imports(page, "None of these: a source file of mine", a_file("pages.toml", TOML), mended)
    reads(page, re.compile("mended.csv, "))
    with db.begin() as conn:
        titles = (
            conn.execute(text("select title from cases where source = 'pages' order by request_no")).scalars().all()
        )
    assert titles == ["<b>Late</b> ![x](https://example.org/x.png)", "=1+1"]


def test_a_file_that_cannot_be_read_gets_one_sentence(page: Page) -> None:
    begins(page)
    imports(page, "NYC 311 service requests", a_file("picture.csv", b"\x89PNG\r\n\x1a\n\x00"))
    reads(page, re.compile("Line 1 of the file is not UTF-8 text"))
    presses(page, "Import")
    reads(page, re.compile("Line 1 of the file is not UTF-8 text|Choose the file to import"))
    expect(page.get_by_text("What became of every row")).to_have_count(0)


def test_others_are_told_whom_to_ask(page: Page) -> None:
    begins(page, "Sam")
    reads(page, "Administrators, managers and directors import files: ask Ada Nakamura or your manager.")
    expect(page.locator("input[type=file]")).to_have_count(0)
    expect(page.get_by_text("Imports so far")).to_have_count(0)


def test_refused_rows_are_shown_to_whoever_imported_them_and_to_an_administrator(page: Page) -> None:
    begins(page)
    imports(
        page,
        "None of these: a source file of mine",
        a_file("seen.toml", TOML),
        a_file("seen.csv", ROWS.replace("P", "S")),
    )
    reads(page, "Download the 2 refused rows")
    number = page.url.partition("import=")[2]
    opens(page, f"/intake?import={number}", "Ada")
    reads(page, "Download the 2 refused rows")
    opens(page, f"/intake?import={number}", "Omar")
    reads(page, "The refused rows are for whoever imported the file, and for administrators.")
    expect(page.get_by_role("button", name=re.compile("^Download"))).to_have_count(0)
    expect(page.get_by_test_id("stDataFrame")).to_have_count(0)


def test_a_source_file_of_somebody_cannot_pass_for_one_of_ours(page: Page) -> None:
    begins(page)
    imports(page, "None of these: a source file of mine", a_file("own.toml", TOML), a_file("rows.csv", ROWS))
    reads(page, re.compile('"own" comes with the dashboard; give it another name'))
