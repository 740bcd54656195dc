"""One SQLite file: how it is opened, created, locked and brought up to date.

WAL, so that readers go on while one process writes; the rollback journal where the file system
cannot share memory (a network share); ``immutable=1`` where the folder cannot be written.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import LibraryBusy, LibraryDamaged, LibraryMissing, LibraryReadOnly

FILE = "casebook.sqlite3"
LOCK = "casebook.lock"
SCHEMA_VERSION = "1"

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
    original_hash TEXT NOT NULL
) WITHOUT ROWID;
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
CREATE TABLE facets (
    report_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    patient INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (key, value, report_id, patient)
) WITHOUT ROWID;
CREATE INDEX facets_by_report ON facets (report_id);
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


def exists(folder: Path) -> bool:
    """Whether a library stands in `folder`."""
    return (folder / FILE).is_file()


def connect(folder: Path, *, create: bool = False) -> tuple[sqlite3.Connection, bool]:
    """An open connection and whether the library is read-only.

    With `create`, a missing folder and file are made. Raises LibraryMissing, LibraryReadOnly or
    LibraryDamaged.
    """
    path = folder / FILE
    if not path.is_file():
        if not create:
            raise LibraryMissing(
                f"There is no library in {folder}; make one with: "
                f"casebook index PATH… --library {folder}"
            )
        _create(folder)
    read_only = not (os.access(path, os.W_OK) and os.access(folder, os.W_OK))
    mode = "immutable=1&mode=ro" if read_only else "mode=rw"
    try:
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?{mode}",
            uri=True,
            timeout=30,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        if not read_only:
            _journal(connection)
        connection.execute("SELECT value FROM meta").fetchone()
    except sqlite3.Error as error:
        raise LibraryDamaged(
            f"The library {path} cannot be read ({error}); restore a backup of the folder, or "
            f"build it again with: casebook index PATH… --library {folder} --replace"
        ) from error
    return connection, read_only


def _create(folder: Path) -> None:
    """Make the file under another name first: a killed `index` must not leave half a schema."""
    draft = folder / f"{FILE}.{os.getpid()}.new"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        connection = sqlite3.connect(draft, isolation_level=None)
        _require_fts5(connection)
        connection.executescript(f"BEGIN; {_TABLES} COMMIT;")
        connection.executemany(
            "INSERT INTO meta VALUES (?, ?)",
            [
                ("library_id", secrets.token_hex(8)),
                ("schema", SCHEMA_VERSION),
                ("revision", "0"),
                ("generation", "0"),
                ("generation_revision", "0"),
            ],
        )
        connection.close()
        os.replace(draft, folder / FILE)
    except (OSError, sqlite3.OperationalError) as error:
        raise LibraryReadOnly(
            f"A library cannot be made in {folder} ({error}); choose a folder that you may write"
        ) from error


def _require_fts5(connection: sqlite3.Connection) -> None:
    options = {row[0] for row in connection.execute("PRAGMA compile_options")}
    if "ENABLE_FTS5" not in options:
        raise LibraryDamaged(
            f"This Python's SQLite {sqlite3.sqlite_version} lacks FTS5, which Casebook's word "
            "search needs; use a Python whose sqlite3 was built with FTS5"
        )


def _journal(connection: sqlite3.Connection) -> None:
    """WAL where it works; a network share answers with another mode, which is as safe."""
    try:
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    except sqlite3.OperationalError:
        mode = ""
    if mode.lower() != "wal":
        connection.execute("PRAGMA journal_mode = DELETE")
    # FULL: an acknowledged report survives a power cut, not only a killed process.
    connection.execute("PRAGMA synchronous = FULL")


@contextmanager
def transaction(connection: sqlite3.Connection, where: Path) -> Iterator[None]:
    """All or nothing; a full or failing disk becomes LibraryDamaged with nothing stored changed."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        _rollback(connection)
        if "locked" in str(error):
            raise LibraryBusy(
                f"Another process is writing to the library {where}; try again when it is done"
            ) from error
        raise LibraryDamaged(
            f"The library {where} could not be written ({error}); what was stored before is "
            "unchanged: free some space or mend the disk, then repeat the command"
        ) from error
    except BaseException:
        _rollback(connection)
        raise


def _rollback(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")


@contextmanager
def writer(folder: Path, *, read_only: bool, wait: float = 10.0) -> Iterator[None]:
    """The one writer's place. Raises LibraryBusy after `wait` seconds, or LibraryReadOnly."""
    from filelock import FileLock, Timeout

    if read_only:
        raise LibraryReadOnly(
            f"The library {folder} cannot be written; copy the folder to a place of your own"
        )
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=wait)
    except Timeout as error:
        raise LibraryBusy(
            f"Another process is writing to the library {folder}; try again when it is done"
        ) from error
    try:
        yield
    finally:
        lock.release()
