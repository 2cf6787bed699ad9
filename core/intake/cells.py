"""Cells that a spreadsheet would run as a formula, made safe, so that they come back exactly as they were.

One apostrophe is put before anything that starts with apostrophes (or none) and a sign of a formula; coming back, one is
taken away from exactly these. The same rule is formula_safe() in SQL.
"""

import re

_RUN = re.compile(r"'*[=+\-@\t\r\n|%＝＋－＠]")
_MADE_SAFE = re.compile(r"'+[=+\-@\t\r\n|%＝＋－＠]")


def safe(cell: str) -> str:
    """The cell as it may stand in a file for spreadsheets."""
    return f"'{cell}" if _RUN.match(cell) else cell


def as_it_was(cell: str) -> str:
    """The cell before safe()."""
    return cell[1:] if _MADE_SAFE.match(cell) else cell
