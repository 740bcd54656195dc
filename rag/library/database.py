"""One SQLite file: how it is opened, locked, changed as a whole, and put aside when damaged.

WAL, so that readers go on while one process writes; the rollback journal where the file system
cannot share memory (a network share); ``immutable=1`` where the folder cannot be written.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from rag.errors import LibraryMissing, LibraryReadOnly
from rag.library import tables, works
from rag.library.failures import as_library_error, damaged, is_busy, is_passing, translated
from rag.library.lock import locked, writer

log = logging.getLogger(__name__)

FILE = "casebook.sqlite3"
BUSY_SECONDS = 30.0
"""How long SQLite waits for a lock that another connection holds."""


def exists(folder: Path) -> bool:
    """Whether a library stands in `folder`."""
    return (folder / FILE).is_file()


def connect(folder: Path, *, create: bool = False) -> tuple[sqlite3.Connection, bool]:
    """An open connection and whether the library is read-only.

    With `create`, a missing folder and file are made. Raises LibraryMissing, LibraryReadOnly,
    LibraryMismatch (made by a newer Casebook), LibraryBusy or LibraryDamaged.
    """
    path = folder / FILE
    if not path.is_file():
        if not create:
            raise LibraryMissing(
                f"There is no library in {folder}; make one with: "
                f"casebook index PATH… --library {folder}"
            )
        _create(folder)
    read_only = not (_writable(path) and _writable(folder))
    try:
        return _open(path, read_only), read_only
    except sqlite3.Error as error:
        if read_only and _holds_journal(path):
            raise LibraryReadOnly(
                f"The library {folder} holds changes that only its journal has yet, and it cannot "
                "be written; open it once from where it can be, or copy the folder"
            ) from error
        raise (as_library_error(error, folder) or damaged(folder, error)) from error


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK)


def _open(path: Path, read_only: bool) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?{_read_only_mode(path) if read_only else 'mode=rw'}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        # Before anything is changed: the file may be another program's.
        _check_schema(connection, path.parent, read_only)
        if not read_only:
            _journal(connection, path.parent)
            tables.complete(connection)
            works.complete(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _read_only_mode(path: Path) -> str:
    """``immutable=1`` needs no lock files, but would pass over what only the journal has yet."""
    return "mode=ro" if _holds_journal(path) else "mode=ro&immutable=1"


def _holds_journal(path: Path) -> bool:
    journals = (path.with_name(f"{path.name}{end}") for end in ("-wal", "-journal"))
    return any(journal.is_file() and journal.stat().st_size for journal in journals)


def state(folder: Path) -> tuple[int, ...]:
    """Changes when the file does: its size and time, and whether a journal holds changes."""
    path = folder / FILE
    try:
        found = path.stat()
        return found.st_ino, found.st_size, found.st_mtime_ns, _holds_journal(path)
    except OSError:
        return ()


def _check_schema(connection: sqlite3.Connection, folder: Path, read_only: bool) -> None:
    try:
        tables.check_schema(connection, folder)
    except sqlite3.OperationalError as error:
        if read_only or is_busy(error) or not is_passing(error):
            raise
        # Perhaps a WAL file that was moved to a network share. Without shared memory SQLite opens
        # it for one connection by itself, which can bring it back to the rollback journal
        # (https://sqlite.org/wal.html, 'Use of WAL Without Shared-Memory').
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA locking_mode = NORMAL")
        tables.check_schema(connection, folder)  # lets go of the exclusive lock, too


def _journal(connection: sqlite3.Connection, folder: Path) -> None:
    """WAL where it works; else the rollback journal, which is as safe, with a notice."""
    # FULL: an acknowledged report survives a power cut, not only a killed process.
    connection.execute("PRAGMA synchronous = FULL")
    try:
        mode = str(connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]).lower()
    except sqlite3.OperationalError as error:
        if is_busy(error):
            return  # others are using it in the mode that it has
        mode = ""
    if mode != "wal":
        log.warning(
            "the file system of %s does not support SQLite's write-ahead log (a network share?); "
            "the library uses a rollback journal: as safe, but readers wait for writers",
            folder,
        )


@contextmanager
def transaction(connection: sqlite3.Connection, folder: Path) -> Iterator[None]:
    """All or nothing. Raises LibraryBusy; a full or failing disk becomes LibraryDamaged."""
    with translated(folder):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            _rollback(connection)
            raise


def _rollback(connection: sqlite3.Connection) -> None:
    # SQLite has often rolled back by itself; a second failure must not hide the first.
    if connection.in_transaction:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")


def _create(folder: Path) -> None:
    """Make the library, unless another process was faster.

    Without the lock, the later of two would put its file over one that holds reports already.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not _writable(folder):
            raise PermissionError("no permission to write")
        with locked(folder):
            if not exists(folder):
                tables.create(folder / FILE)
    except (OSError, sqlite3.OperationalError) as error:
        raise LibraryReadOnly(
            f"A library cannot be made in {folder} ({error}); choose a folder that you may write"
        ) from error


def set_aside_damaged(folder: Path) -> Path | None:
    """Rename a file that cannot be a library any more; its new name, or None when all is well.

    Nothing is deleted: what can still be saved from the file stays beside the new library.
    Raises LibraryBusy, LibraryReadOnly, LibraryMismatch, LibraryDamaged when the disk refuses.
    """
    if not exists(folder):
        return None
    may_write = _writable(folder) and _writable(folder / FILE)
    if may_write and _is_sound(folder):
        return None
    with writer(folder, read_only=not may_write):
        return put_aside(folder, "damaged")


def put_aside(folder: Path, why: str) -> Path:
    """Rename the library's file to ``casebook.WHY-N.sqlite3``; its new name. Call it as writer."""
    number = 1
    while (kept := folder / f"casebook.{why}-{number}.sqlite3").exists():
        number += 1
    # The file itself last: a new library must not be made beside an old one's journal.
    for end in (*tables.SIDE_FILES, ""):
        part = folder / f"{FILE}{end}"
        if part.exists():
            part.rename(kept.with_name(f"{kept.name}{end}"))
    return kept


def _is_sound(folder: Path) -> bool:
    """Whether SQLite finds nothing wrong; a disk that refuses says nothing about the file."""
    try:
        with closing(_open(folder / FILE, read_only=False)) as connection:
            return bool(connection.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok")
    except sqlite3.Error as error:
        if is_passing(error):
            raise (as_library_error(error, folder) or error) from error
        return False
