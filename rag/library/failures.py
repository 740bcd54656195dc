"""SQLite's errors → what they mean to the user: busy, damaged, or a disk that refuses."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import LibraryBusy, LibraryDamaged, LibraryError

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)
_CORRUPT = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_REFUSED = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
)


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection stood in the way."""
    return _code(error) in _BUSY


def is_passing(error: sqlite3.Error) -> bool:
    """Whether another connection or the disk is to blame, and the file may be sound."""
    return _code(error) in (*_BUSY, *_REFUSED)


def as_library_error(error: sqlite3.Error, folder: Path) -> LibraryError | None:
    """The LibraryError for an error of SQLite; None when it is a fault of the program."""
    code = _code(error)
    if code in _BUSY:
        return busy(folder)
    # Without a code, an OperationalError is Python's own: a stored text that is no UTF-8.
    if code in _CORRUPT or (code == 0 and isinstance(error, sqlite3.OperationalError)):
        return damaged(folder, error)
    if code in _REFUSED:
        return LibraryDamaged(
            f"The library {folder} could not be read or written ({error}); what was stored before "
            "is unchanged: free some space or mend the disk, then repeat the command"
        )
    return None


def busy(folder: Path, who: str = "") -> LibraryBusy:
    """The complaint about another writer; `who` it is, in brackets, where that is known."""
    return LibraryBusy(
        f"Another process is writing to the library {folder}{who}; try again when it is done"
    )


def damaged(folder: Path, error: Exception) -> LibraryDamaged:
    """The complaint about a file that is no library (any more)."""
    return LibraryDamaged(
        f"The library {folder} is damaged ({error}); restore a backup with: casebook restore "
        f"FILE --library {folder}, or build it again with: casebook index PATH… --library {folder} "
        "--replace (the damaged file is kept under another name)"
    )


@contextmanager
def translated(folder: Path) -> Iterator[None]:
    """Within the block, SQLite's complaints about the file become LibraryErrors."""
    try:
        yield
    except sqlite3.Error as error:
        known = as_library_error(error, folder)
        if known is None:
            raise
        raise known from error


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 for an error that Python's module raised by itself."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
