"""Compliments that named staff as they are complained about: the migration brings them over."""

import shutil
from pathlib import Path

import psycopg

from core.migrate import SQL, migrate
from tests import databases

BEFORE = """
insert into staff (name, email, role) values ('Nadia', 'n@example.org', 'coordinator'), ('Luis', 'l@example.org', 'coordinator');
insert into cases (kind, title, channel, received_at, subject_ids, customer_name)
values ('compliment', 'Both were kind', 'phone', now(), array[1, 2]::bigint[], 'Ruth Featherstone'),
       ('compliment', 'Somebody was kind', 'phone', now(), '{}', null);
insert into cases (kind, title, category, channel, received_at, subject_ids, phone, promised_days, due_on, first_due_on)
values ('complaint', 'One was not', 'staff', 'phone', now(), array[1]::bigint[], '+14165550123', 10, '2026-01-07', '2026-01-07')
"""


def test_whom_they_name_becomes_praise_and_a_complaint_stays_as_it_is(addresses, tmp_path: Path):
    shutil.copytree(SQL / "migrations", tmp_path / "migrations")
    (tmp_path / "views").mkdir()
    new = [
        file for file in sorted((tmp_path / "migrations").glob("*.sql")) if "create table praise (" in file.read_text()
    ]
    later = [file for file in sorted((tmp_path / "migrations").glob("*.sql")) if file.name >= new[0].name]
    for file in later:
        file.unlink()
    with databases.made(addresses) as name:
        migrate(addresses(name), tmp_path)
        with psycopg.connect(addresses(name)) as conn:
            conn.execute(BEFORE)
        migrate(addresses(name))
        with psycopg.connect(addresses(name)) as conn:
            cases = conn.execute("select title, subject_ids, praised_ids from cases order by id").fetchall()
            praise = conn.execute(
                "select case_id, staff_id, known_by, handed_at from praise order by staff_id"
            ).fetchall()
            found = conn.execute(
                "select count(*) from cases where search @@ to_tsquery('simple', 'featherstone')"
            ).fetchone()
    assert cases == [("Both were kind", [], [1, 2]), ("Somebody was kind", [], []), ("One was not", [1], [])]
    assert praise == [(1, 1, "named", None), (1, 2, "named", None)] and found == (0,)
