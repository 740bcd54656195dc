"""The tables of a library file: how a file is made, and whether this Casebook can read it."""

from __future__ import annotations

import os
import re
import secrets
import sqlite3
from pathlib import Path

from rag.config import RECORDS_VERSION
from rag.errors import LibraryDamaged, LibraryMismatch
from rag.library.case_rows import CASE_TABLES, has_cases

SCHEMA_VERSION = "1"
SIDE_FILES = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside its file, by the end of the name."""
WORD_TABLES = ("passage_words", "report_words")

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE reports (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    authors TEXT NOT NULL,
    journal TEXT,
    year INTEGER,
    doi TEXT,
    pmid TEXT,
    article_type TEXT NOT NULL,
    source_kind TEXT NOT NULL,
    basis TEXT NOT NULL,
    not_in_source TEXT NOT NULL,
    sections TEXT NOT NULL,
    cases TEXT NOT NULL,
    text TEXT NOT NULL,
    source TEXT NOT NULL,
    original BLOB NOT NULL,
    original_hash TEXT NOT NULL,
    licence TEXT
) WITHOUT ROWID;
CREATE INDEX reports_by_content ON reports (original_hash);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    report_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    section TEXT NOT NULL,
    number INTEGER NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    kind TEXT NOT NULL,
    patient INTEGER,
    page INTEGER,
    revision INTEGER NOT NULL,
    vector BLOB NOT NULL,
    UNIQUE (report_id, section, number)
);
CREATE INDEX passages_by_revision ON passages (revision);
CREATE TABLE passage_sentences (
    row INTEGER PRIMARY KEY REFERENCES passages (row) ON DELETE CASCADE,
    vectors BLOB NOT NULL
);
CREATE TABLE report_places (
    report_id TEXT PRIMARY KEY REFERENCES reports (id) ON DELETE CASCADE,
    place TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE facets (
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    report_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    patient INTEGER NOT NULL,
    PRIMARY KEY (key, value, report_id, patient)
) WITHOUT ROWID;
CREATE INDEX facets_by_report ON facets (report_id);
CREATE TABLE works (
    report_id TEXT PRIMARY KEY REFERENCES reports (id) ON DELETE CASCADE,
    work TEXT NOT NULL,
    added INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX works_by_work ON works (work);
CREATE TABLE edition_keys (
    key TEXT NOT NULL,
    report_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    PRIMARY KEY (key, report_id)
) WITHOUT ROWID;
CREATE INDEX edition_keys_by_report ON edition_keys (report_id);
CREATE TABLE edition_decisions (
    first TEXT NOT NULL, second TEXT NOT NULL, PRIMARY KEY (first, second)
) WITHOUT ROWID;
CREATE INDEX edition_decisions_by_second ON edition_decisions (second);
CREATE VIRTUAL TABLE passage_words USING fts5 (
    body, context, tokenize = "porter unicode61 remove_diacritics 2"
);
CREATE TABLE report_rows (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    report_id TEXT NOT NULL UNIQUE REFERENCES reports (id) ON DELETE CASCADE
);
CREATE VIRTUAL TABLE report_words USING fts5 (
    body, tokenize = "porter unicode61 remove_diacritics 2"
);
"""

# What files of earlier versions lack: everything that is made from one of these names on.
_SINCE = ("passage_sentences", "report_places", "works", "edition_keys", "edition_decisions")


def complete(connection: sqlite3.Connection) -> None:
    """Give a file of an earlier version the tables and columns that came since, empty at first."""
    if not _has_licence(connection):
        _add_licence(connection)
    if not has_cases(connection):
        for statement in CASE_TABLES:
            connection.execute(statement)
    if all(_has(connection, name) for name in _SINCE):
        return
    statements = [part.strip() for part in _TABLES.split(";")]
    added = [
        re.sub(r"^CREATE (TABLE|INDEX)", r"CREATE \1 IF NOT EXISTS", statement)
        for statement in statements
        if (made := _MAKES.match(statement)) and (made[1] or made[2]) in _SINCE
    ]
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in added:
            connection.execute(statement)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


_MAKES = re.compile(r"CREATE (?:TABLE (\w+)|INDEX \w+ ON (\w+))")


def has_works(connection: sqlite3.Connection) -> bool:
    """Whether the file knows which reports are editions of one work."""
    query = "SELECT count(*) FROM sqlite_master WHERE name IN ('works', 'edition_decisions')"
    return bool(connection.execute(query).fetchone()[0] == 2)


def _add_licence(connection: sqlite3.Connection) -> None:
    try:
        connection.execute("ALTER TABLE reports ADD COLUMN licence TEXT")
    except sqlite3.OperationalError:
        # Two processes may open the file at once, and SQLite has no ADD COLUMN IF NOT EXISTS.
        if not _has_licence(connection):
            raise


def _has_licence(connection: sqlite3.Connection) -> bool:
    query = "SELECT 1 FROM pragma_table_info('reports') WHERE name = 'licence'"
    return connection.execute(query).fetchone() is not None


def has_sentences(connection: sqlite3.Connection) -> bool:
    """Whether the file has a place for the vectors of sentences."""
    return _has(connection, "passage_sentences")


def _has(connection: sqlite3.Connection, table: str) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE name = ?"
    return connection.execute(query, (table,)).fetchone() is not None


def create(path: Path) -> None:
    """Make an empty library at `path`: under another name first, and moved there when complete.

    A killed `index` thus leaves no half schema. Raises OSError, sqlite3.OperationalError, and
    LibraryDamaged when this Python's SQLite cannot search words.
    """
    draft = path.with_name(f"{path.name}.new")
    for left in (draft, *(draft.with_name(f"{draft.name}{end}") for end in SIDE_FILES)):
        left.unlink(missing_ok=True)
    for end in SIDE_FILES:
        # SQLite would play the journal of a file that is gone into the new one.
        orphan = path.with_name(f"{path.name}{end}")
        if orphan.exists():
            orphan.replace(orphan.with_name(f"{orphan.name}.orphan"))
    connection = sqlite3.connect(draft, isolation_level=None)
    try:
        _require_fts5(connection)
        # WAL is kept in the file's header; to switch to it later, a process must be alone.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(f"BEGIN; {_TABLES} {'; '.join(CASE_TABLES)};")
        connection.executemany(
            "INSERT INTO meta VALUES (?, ?)",
            [
                ("library_id", secrets.token_hex(8)),
                ("schema", SCHEMA_VERSION),
                ("revision", "0"),
                ("generation", "0"),
                ("generation_revision", "0"),
                ("made_records", RECORDS_VERSION),  # of no reports, so far
            ],
        )
        connection.execute("COMMIT")
    finally:
        connection.close()
    os.replace(draft, path)


def _require_fts5(connection: sqlite3.Connection) -> None:
    options = {row[0] for row in connection.execute("PRAGMA compile_options")}
    if "ENABLE_FTS5" not in options:
        raise LibraryDamaged(
            f"This Python's SQLite {sqlite3.sqlite_version} lacks FTS5, which Casebook's word "
            "search needs; use a Python whose sqlite3 was built with FTS5"
        )


def check_schema(connection: sqlite3.Connection, folder: Path) -> None:
    """Raises LibraryMismatch for a newer Casebook's file, sqlite3.Error for another program's."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    if row is None or not str(row[0]).isdigit():
        raise sqlite3.DatabaseError("it holds no schema version")
    if int(row[0]) > int(SCHEMA_VERSION):
        raise LibraryMismatch(
            f"The library {folder} was made by a newer Casebook (schema {row[0]}; this one reads "
            f"{SCHEMA_VERSION}); update Casebook, or name another folder with --library"
        )
