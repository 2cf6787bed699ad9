"""Migrations: numbered files, forward only, whoever runs them and how many at once."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from core.migrate import SQL, ChangedMigration, MisnamedMigration, MissingMigration, migrate, migrations
from core.settings import ROOT
from tests import databases
from tests.databases import Addresses

TREES = "create table trees (name text); insert into trees values ('50% oak : 50%% elm')"
LEAVES = "create table leaves (tree text)"
VIEW = "create view tall as select name from trees"


@pytest.fixture
def empty(addresses: Addresses) -> Iterator[str]:
    """The address of a database with nothing in it."""
    with databases.made(addresses) as name:
        yield addresses(name)


@pytest.fixture
def sql(tmp_path: Path) -> Path:
    """A folder with one migration and one view."""
    (tmp_path / "migrations").mkdir()
    (tmp_path / "views").mkdir()
    (tmp_path / "migrations/0001_trees.sql").write_text(TREES)
    (tmp_path / "views/10_tall.sql").write_text(VIEW)
    return tmp_path


def ask(address: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(address) as conn:
        return conn.execute(query).fetchall()


def test_the_first_run_applies_every_file_and_the_second_does_nothing(empty, sql):
    assert migrate(empty, sql) == ["0001_trees.sql", "10_tall.sql"]
    assert migrate(empty, sql) == []


def test_a_file_is_sent_as_it_stands(empty, sql):
    migrate(empty, sql)
    assert ask(empty, "select name from tall") == [("50% oak : 50%% elm",)]


def test_a_new_file_is_applied_alone_and_the_views_are_made_again(empty, sql):
    migrate(empty, sql)
    (sql / "migrations/0002_leaves.sql").write_text(LEAVES)
    assert migrate(empty, sql) == ["0002_leaves.sql", "10_tall.sql"]


def test_a_changed_view_is_made_again_without_a_migration(empty, sql):
    migrate(empty, sql)
    (sql / "views/10_tall.sql").write_text(VIEW + " where name > ''")
    assert migrate(empty, sql) == ["10_tall.sql"]


def test_a_view_whose_file_is_gone_is_gone_too(empty, sql):
    migrate(empty, sql)
    (sql / "views/10_tall.sql").rename(sql / "views/10_high.sql")
    (sql / "views/10_high.sql").write_text(VIEW.replace("tall", "high"))
    migrate(empty, sql)
    assert ask(empty, "select to_regclass('tall'), to_regclass('high')::text") == [(None, "high")]


def test_a_file_that_changed_after_it_was_applied_is_refused_by_name(empty, sql):
    migrate(empty, sql)
    (sql / "migrations/0001_trees.sql").write_text(LEAVES)
    with pytest.raises(ChangedMigration, match=r"0001_trees\.sql was applied to this database and has changed since"):
        migrate(empty, sql)


def test_a_database_of_a_newer_program_is_refused(empty, sql):
    (sql / "migrations/0002_leaves.sql").write_text(LEAVES)
    migrate(empty, sql)
    (sql / "migrations/0002_leaves.sql").unlink()
    with pytest.raises(MissingMigration, match=r"0002_leaves\.sql"):
        migrate(empty, sql)


def test_a_migration_that_fails_leaves_nothing_and_can_be_mended(empty, sql):
    (sql / "migrations/0002_leaves.sql").write_text(LEAVES + "; select 1/0")
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(empty, sql)
    assert ask(empty, "select to_regclass('leaves')") == [(None,)]
    (sql / "migrations/0002_leaves.sql").write_text(LEAVES)
    assert migrate(empty, sql) == ["0002_leaves.sql", "10_tall.sql"]


@pytest.mark.parametrize("name", ["leaves.sql", "0003_leaves.sql", "0001_leaves.sql", "2_leaves.sql"])
def test_a_file_without_the_next_number_is_refused(sql, name):
    (sql / "migrations" / name).write_text(LEAVES)
    with pytest.raises(MisnamedMigration, match="four digits and a noun"):
        migrations(sql)


def test_several_processes_at_once_all_succeed_and_each_file_is_applied_once(empty):
    command = [
        sys.executable,
        "-c",
        "import sys; from core.migrate import migrate; print(*migrate(sys.argv[1]))",
        empty,
    ]
    at_once = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [process.communicate(timeout=60)[0].split() for process in at_once]
    assert [process.returncode for process in at_once] == [0, 0, 0]
    assert sorted(name for names in said for name in names) == sorted(
        path.name for folder in ("migrations", "views") for path in (SQL / folder).glob("*.sql")
    )
