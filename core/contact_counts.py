"""How many contacts each person had in a month, from a CSV file: praise is counted beside them.

Columns email, month (2026-11) and contacts. All of a file is taken, or nothing; a month that is loaded again is replaced.
"""

import csv
import io
import json
import re

from sqlalchemy import Connection, Row

from core import db
from core.errors import BadInput, NotAllowed
from core.kinds import SUPERVISORS, Role
from core.people import Person, as_of_now

MOST_ROWS, MOST_CONTACTS = 100_000, 1_000_000
COLUMNS = ("email", "month", "contacts")


class MayNotLoad(NotAllowed):
    """Contact counts are loaded by supervisors, managers, directors and administrators."""


class NotACountFile(BadInput):
    """The file has to be a CSV in UTF-8 with the columns email, month and contacts; this one has {found}."""


class WrongLine(BadInput):
    """Nothing was loaded. {problems}"""


def load(conn: Connection, content: bytes, by: Person) -> int:
    """Takes the counts of this file; how many. Refuses the whole file when a line is wrong, and says which and why."""
    if as_of_now(conn, by).role not in SUPERVISORS | {Role.ADMINISTRATOR}:
        raise MayNotLoad
    known = {row.email: row.id for row in db.rows(conn, "contact_counts.staff")}
    counted: dict[tuple[int, str], int] = {}
    problems = []
    for number, line in enumerate(_lines(content), start=2):
        try:
            person, month, contacts = _read(line, known)
        except ValueError as error:
            problems.append(f"Line {number:,}: {error}.")
            continue
        if (person, month) in counted:
            problems.append(f"Line {number:,}: {line['email']} has a count of {month[:7]} already.")
        counted[person, month] = contacts
    if problems:
        more = f" And {len(problems) - 5:,} more." if len(problems) > 5 else ""
        raise WrongLine(problems=" ".join(problems[:5]) + more)
    rows = [{"staff_id": person, "month": month, "contacts": count} for (person, month), count in counted.items()]
    return db.run(conn, "contact_counts.load", counts=json.dumps(rows), by=by.id)


def loaded(conn: Connection) -> list[Row]:
    """The months that have counts: people, contacts, and who loaded them last."""
    return db.rows(conn, "contact_counts.months")


def _lines(content: bytes) -> list[dict[str, str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotACountFile(found="other bytes") from None
    try:
        reader = csv.DictReader(io.StringIO(text.replace("\x00", ""), newline=""), strict=True)
        names = [name.strip().casefold() for name in reader.fieldnames or ()]
        if not set(COLUMNS) <= set(names):
            raise NotACountFile(found=", ".join(names)[:200] or "none")
        reader.fieldnames = names
        lines = [{name: (line.get(name) or "").strip() for name in COLUMNS} for line in reader]
    except csv.Error:
        raise NotACountFile(found="lines that are no CSV") from None
    if not lines or len(lines) > MOST_ROWS:
        raise NotACountFile(found=f"{len(lines):,} lines")
    return lines


def _read(line: dict[str, str], known: dict[str, int]) -> tuple[int, str, int]:
    email = line["email"].casefold()
    if email not in known:
        raise ValueError(f"nobody here has the email {line['email'][:80] or 'that is missing'}")
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", line["month"]):
        raise ValueError(f"“{line['month'][:20]}” is not a month such as 2026-11")
    if not re.fullmatch(r"[0-9]{1,7}", line["contacts"]) or int(line["contacts"]) > MOST_CONTACTS:
        raise ValueError(f"“{line['contacts'][:20]}” is not a number of contacts")
    return known[email], f"{line['month']}-01", int(line["contacts"])
