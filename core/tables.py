"""Lists and figures as files for spreadsheets: CSV and XLSX, in which nothing that a customer wrote is run as a formula."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from sqlalchemy import Connection

from core import board, db
from core.board import Filters
from core.intake.cells import safe
from core.people import Person

Rows = Sequence[Mapping[str, Any]]
#: How many cases of a list leave at most.
MOST = 20_000
CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A workbook takes no longer cell, and no control characters.
LONGEST = 32_000


def as_csv(rows: Rows) -> bytes:
    """UTF-8 with a mark for Excel; cells that a spreadsheet would run begin with an apostrophe."""
    written = StringIO()
    out = csv.writer(written)
    if rows:
        out.writerow([safe(str(name)) for name in rows[0]])
    out.writerows([["" if cell is None else safe(str(cell)) for cell in row.values()] for row in rows])
    return written.getvalue().encode("utf-8-sig")


def as_xlsx(sheets: Mapping[str, Rows]) -> bytes:
    """A workbook with a sheet for each; text is written as text, whatever it looks like."""
    held = BytesIO()
    with xlsxwriter.Workbook(
        held, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    ) as book:
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        for number, (name, rows) in enumerate(sheets.items(), start=1):
            sheet = book.add_worksheet(_sheet_name(name, number))
            sheet.freeze_panes(1, 0)
            for column, title in enumerate(rows[0] if rows else ()):
                sheet.write_string(0, column, str(title), bold)
                sheet.set_column(column, column, 18)
            for line, row in enumerate(rows, start=1):
                for column, cell in enumerate(row.values()):
                    _write(sheet, line, column, cell, day)
    return held.getvalue()


def _write(sheet: Any, line: int, column: int, cell: Any, day: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, bool) or not isinstance(cell, int | float | date):
        sheet.write_string(line, column, "".join(one for one in str(cell) if one >= " " or one in "\t\n")[:LONGEST])
    elif isinstance(cell, date):
        sheet.write_datetime(line, column, cell, day)
    else:
        sheet.write_number(line, column, cell)


def _sheet_name(name: str, number: int) -> str:
    """At most 31 characters, none that a workbook forbids, and no two alike."""
    return f"{number} " + "".join(one for one in name if one not in "[]:*?/\\'")[:28]


def cases(conn: Connection, filters: Filters, by: Person) -> list[dict[str, Any]]:
    """The rows of a list as it leaves: up to 20,000, as this person may see them; those about a person are logged (R64)."""
    rows = board.page(conn, filters, by, size=MOST).rows
    db.run(conn, "export.log_some", ids=[row.id for row in rows], viewer=by.id)
    return [
        {"Request number": row.request_no, "Kind": row.kind, "State": row.state.replace("_", " "), "About": row.title, "Category": row.category,
         "Came by": row.channel, "Received": row.received_on, "Due": row.due_on, "Answered": row.responded_on, "Business days taken": row.days_taken if row.responded_on else None,
         "Overdue": "yes" if row.is_overdue else "no", "With": row.owner, "Team": row.team}
        for row in rows
    ]  # fmt: skip
