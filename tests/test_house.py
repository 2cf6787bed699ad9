"""The house rules that a machine can keep: who may use whom, where SQL lives, how files are named."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from core import db, migrate
from core.errors import CONSTRAINTS
from core.settings import ROOT

#: pages → dashboard → core → sql. Nothing looks up.
STAIRS = ["pages", "dashboard", "core"]
FILES = [path for step in STAIRS for path in sorted((ROOT / step).rglob("*.py"))]
#: The few that speak to the database about itself, in SQL that belongs to no noun.
PLUMBING = {"core/db.py", "core/migrate.py", "core/embedded.py"}
#: Only as it is written here, in lower case: "Select all" is a button.
SQL = re.compile(
    r"\s*(select\s.*\bfrom\s|select\s+\w+\(|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|with\s+\w+\s+as\s*\("
    r"|(create|alter|drop|truncate)\s+(table|view|index|function|role)\s+\w)",
    re.DOTALL,
)

every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))


def imported(path: Path) -> Iterator[str]:
    """The modules that a file uses, wherever in it they are imported."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def words(path: Path) -> Iterator[str]:
    """Every string in a file that is not a docstring."""
    tree = ast.parse(path.read_text())
    docs = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


@every_file
def test_nothing_looks_up_the_stairs(path):
    step = STAIRS.index(path.relative_to(ROOT).parts[0])
    above = {*STAIRS[:step], "tests", "bench"}
    assert not {name for name in imported(path) if name.split(".")[0] in above}


@pytest.mark.parametrize("path", [path for path in FILES if ROOT / "core" in path.parents], ids=lambda path: path.name)
def test_there_is_no_streamlit_in_core(path):
    assert "streamlit" not in {name.split(".")[0] for name in imported(path)}


@every_file
def test_sql_lives_in_sql(path):
    if str(path.relative_to(ROOT)) not in PLUMBING:
        assert not [word for word in words(path) if SQL.match(word)]


@every_file
def test_only_whoever_opened_a_transaction_ends_it(path):
    if str(path.relative_to(ROOT)) not in PLUMBING:
        ends = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        assert "commit" not in ends


#: Where HTML is written: the day strip, whose words are escaped.
HTML = {"dashboard/day_strip.py"}


@every_file
def test_nothing_is_shown_as_html(path):
    """What a customer wrote could be in it: st.html where it is written, and nowhere a way around."""
    tree = ast.parse(path.read_text())
    asked = {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)}
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not asked & {"unsafe_allow_html", "unsafe_allow_javascript"}
    assert not [name for name in called if re.search(r"\bcomponents\b|\biframe\b|_repr_html_", name)]
    assert "st.html" not in called or str(path.relative_to(ROOT)) in HTML


#: A default that psycopg quotes, and what the catalog wrote about its own indexes.
SENDS = {"core/intake/importing.py", "core/intake/indexes.py"}


@every_file
def test_values_go_to_the_database_as_parameters(path):
    """Statements come by name from sql/: only db.py makes one of text, and no other room sends one by itself."""
    if str(path.relative_to(ROOT)) in PLUMBING:
        return
    tree = ast.parse(path.read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
             for alias in node.names}  # fmt: skip
    sent = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("execute", "executemany", "exec_driver_sql", "scalar", "scalars")]  # fmt: skip
    assert not names & {"text", "literal_column", "TextClause"}
    assert not sent or str(path.relative_to(ROOT)) in SENDS


@every_file
def test_every_upload_says_which_kinds_of_file(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.file_uploader":
            assert "type" in {keyword.arg for keyword in node.keywords}


def test_no_file_of_the_dashboard_hides_another_module():
    """Streamlit puts dashboard/ first on the path: a file named calendar.py there would be everybody's calendar."""
    names = {path.stem for path in (ROOT / "dashboard").glob("*.py")} - {"__init__"}
    assert not names & (set(sys.stdlib_module_names) | {"core", "pages", "streamlit", "pandas", "plotly", "sqlalchemy"})


def test_migrations_are_numbered_nouns():
    assert all(re.fullmatch(r"\d{4}_[a-z_]+\.sql", file.name) for file in migrate.migrations())


@pytest.mark.parametrize("path", sorted(db.QUERIES.glob("*.sql")), ids=lambda path: path.name)
def test_every_query_says_what_it_is_for(path):
    found = db.blocks(path.read_text())
    assert len(found) == path.read_text().count("-- name:") > 0
    assert all(sql and len(purpose.split()) > 1 for _, purpose, sql in found), "one line, a sentence, then the SQL"
    assert len({name for name, _, _ in found}) == len(found), "two queries have one name"


def test_every_query_that_is_asked_for_is_there():
    known = tuple(db.queries())
    assert not [name for name in asked() if not any(query == name or _begins(query, name) for query in known)]


def test_every_query_is_asked_for():
    assert not [query for query in db.queries() if not any(query == name or _begins(query, name) for name in asked())]


@cache
def asked() -> set[str]:
    """The names of queries in the code; one that is put together there is its beginning: "board." or "imports.clear_"."""
    name = re.compile(rf"({nouns()})\.\w*")
    return {word for path in FILES for word in words(path) if name.fullmatch(word)}


def _begins(query: str, beginning: str) -> bool:
    return beginning[-1] in "._" and query.startswith(beginning)


def nouns() -> str:
    return "|".join(path.stem for path in db.QUERIES.glob("*.sql"))


def test_every_constraint_with_a_sentence_is_in_the_database(conn: Connection):
    known = conn.execute(
        text("select conname from pg_constraint union select relname from pg_class where relkind = 'i'")
    )
    assert set(CONSTRAINTS) <= set(known.scalars())


def test_every_table_says_what_it_is(conn: Connection):
    silent = conn.execute(
        text("""
        select relname from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'v') and obj_description(oid) is null""")
    )
    assert not list(silent.scalars())


def test_the_history_can_only_be_added_to(conn: Connection):
    """R63, twice: the role that the dashboard works as may not, and the table itself refuses."""
    may = conn.execute(
        text("""
        select current_user, has_column_privilege('case_events', 'note', 'insert'), has_table_privilege('case_events', 'update'),
               has_table_privilege('case_events', 'delete'), has_table_privilege('case_events', 'truncate')""")
    ).one()
    assert tuple(may) == ("dashboard_system", True, False, False, False)
