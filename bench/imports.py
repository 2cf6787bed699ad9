"""Importing real casework with all checks: against pandas.to_sql and against a bare COPY of the same rows.

All three read the same gzip file of real records (../shared/data, 341,299 rows; `--rows` takes the first so many) on the
same server, with its settings as they are; nothing about durability is changed.

- ours: what `python -m core import` does in one transaction: gunzip, csv, dates and texts, COPY into a temporary table,
  every check, the promise of each row, cases with their constraints, six indexes and the index of words, the history,
  the refused rows with their originals, the account.
- to_sql: pandas reads the file as text, and `to_sql` with its own defaults writes the same rows into a bare table.
- bare COPY, rows: psycopg writes the rows that the csv module reads, one by one, into a bare table of text columns: no key,
  no index, no check. The peer of `ours_to_copy`, because it too takes any encoding, delimiter and quoting.
- bare COPY, bytes: the unpacked bytes as they are, for the server to part: possible where a file is clean UTF-8. The floor.

Before each of our turns the cases are emptied and the same file imported as into a new database: the indexes are made
after the rows, inside the transaction and inside our time. to_sql and COPY find a new table at each turn too.
"""

import csv
import gzip
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import pandas as pd
import psycopg
from sqlalchemy import create_engine

from bench.measure import interleaved, ratio, show, temporary_database
from core import db
from core.intake import importing, source
from core.settings import ROOT

NAME = "import"
ROWS = 341_299
FILE = ROOT.parent / "shared" / "data" / "nyc_council_constituent_cases_full.csv.gz"
OURS, TO_SQL, BY_ROWS, BY_BYTES = "ours, every check", "pandas.to_sql", "bare COPY, rows", "bare COPY, bytes"
PIECE = 1 << 18


def run(rows: int) -> dict[str, float]:
    """Ratios: to_sql's time to ours, ours to a bare COPY of rows, ours to a bare COPY of bytes."""
    with TemporaryDirectory() as folder, temporary_database() as address:
        file = _first(rows, Path(folder))
        columns = next(_records(file))
        accounts: list[importing.Account] = []
        seconds = interleaved({
            TO_SQL: lambda: _to_sql(file, address),
            BY_ROWS: lambda: _by_rows(file, address, columns),
            BY_BYTES: lambda: _by_bytes(file, address, columns),
            "emptying": lambda: _empty(address),
            OURS: lambda: accounts.append(_ours(file)),
        }, rounds=3)  # fmt: skip
    read = accounts[-1].rows_read
    assert all(account.added + account.refused == read for account in accounts), "a row is missing"
    show(
        f"{accounts[-1].in_words}",
        ["way", "median seconds", "rows per second", "to ours"],
        [[name, f"{median(seconds[name]):.2f}", f"{read / median(seconds[name]):,.0f}", f"{ratio(seconds[name], seconds[OURS]):.2f}"]
         for name in (TO_SQL, BY_ROWS, BY_BYTES, OURS)],
    )  # fmt: skip
    return {
        "to_sql_to_ours": ratio(seconds[TO_SQL], seconds[OURS]),
        "ours_to_copy": ratio(seconds[OURS], seconds[BY_ROWS]),
        "ours_to_copy_of_bytes": ratio(seconds[OURS], seconds[BY_BYTES]),
    }


def _first(rows: int, folder: Path) -> Path:
    """The file itself, or one of its first rows."""
    if rows >= ROWS:
        return FILE
    part = folder / "part.csv.gz"
    with gzip.open(FILE, "rb") as whole, gzip.open(part, "wb") as written:
        written.writelines(line for _, line in zip(range(rows + 1), whole, strict=False))
    return part


def _records(file: Path) -> Iterator[list[str]]:
    with gzip.open(file) as unpacked, TextIOWrapper(unpacked, "utf-8", newline="") as text:
        yield from csv.reader(text)


def _ours(file: Path) -> importing.Account:
    with db.owner_engine().begin() as conn:
        return importing.run_path(conn, file, source.find("nyc_council"))


def _empty(address: str) -> None:
    with psycopg.connect(address) as conn:
        conn.execute("set session_replication_role = 'replica'")  # history refuses to be emptied
        conn.execute(
            "truncate cases, imports, figures_log, figures_ended, figures_open, figures_taken, figures_flow cascade"
        )


def _to_sql(file: Path, address: str) -> None:
    engine = create_engine(db.as_url(address))
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    frame.to_sql("bare", engine, if_exists="replace", index=False)
    engine.dispose()


def _by_rows(file: Path, address: str, columns: list[str]) -> None:
    with psycopg.connect(address) as conn, conn.cursor() as cursor:
        _bare(cursor, columns)
        records = _records(file)
        next(records)
        with cursor.copy("copy bare from stdin") as copy:
            for record in records:
                copy.write_row(record)


def _by_bytes(file: Path, address: str, columns: list[str]) -> None:
    with psycopg.connect(address) as conn, conn.cursor() as cursor:
        _bare(cursor, columns)
        with cursor.copy("copy bare from stdin with (format csv, header)") as copy, gzip.open(file, "rb") as unpacked:
            while piece := unpacked.read(PIECE):
                copy.write(piece)


def _bare(cursor: psycopg.Cursor, columns: list[str]) -> None:
    cursor.execute("drop table if exists bare")
    cursor.execute(f"create table bare ({', '.join(f'{column} text' for column in columns)})".encode())
