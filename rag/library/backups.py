"""A library → a copy of its file while others use it, and a library from such a copy.

A copy of the file by other means may catch half a change. The copy made here is one state of the
library, checked before it takes its place; what stood there before stays until then.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from rag.errors import LibraryDamaged, LibraryError, LibraryMissing
from rag.library import database
from rag.library.contents import changed_contents
from rag.library.library import Library
from rag.library.lock import writer


def back_up(library: Library, path: Path) -> int:
    """Copy the library's file to `path` as it is at this moment; the number of reports.

    A file that is there is replaced once the copy is complete and sound. Others may read and write
    meanwhile. Raises LibraryError.
    """
    if path.is_dir():
        raise LibraryError(f"{path} is a folder; name the file that the backup shall be")
    if path.resolve().parent == library.folder.resolve():
        raise LibraryError(
            f"{path} lies in the library's own folder; name a place that is not lost with it"
        )
    draft = path.with_name(f"{path.name}.checked")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        library.back_up(draft)
        reports = _require_sound(draft)
        _to_disk(draft)
        os.replace(draft, path)
    except OSError as error:
        raise LibraryError(
            f"The backup {path} cannot be written ({error}); choose another place, or free some "
            "space; the library is unchanged"
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return reports


def restore(folder: Path, backup: Path) -> tuple[int, Path | None]:
    """Make `backup` the library in `folder`: the number of reports, and what stood there before.

    Nothing is deleted: a file that stood there is kept beside it under another name. The dense
    index is forgotten, since its generations were made of another state; `refresh_dense` makes a
    new one, and until then search is exact. Raises LibraryMissing, LibraryDamaged when the backup
    is not sound, LibraryBusy, LibraryReadOnly.
    """
    if not backup.is_file():
        raise LibraryMissing(
            f"There is no backup {backup}; make one with: casebook backup FILE --library {folder}"
        )
    _require_sound(backup)
    folder.mkdir(parents=True, exist_ok=True)
    with writer(folder, read_only=not os.access(folder, os.W_OK)):
        draft = folder / f"{database.FILE}.restored"
        try:
            shutil.copyfile(backup, draft)
            reports = _require_sound(draft)
            _forget_dense_index(draft)
            _to_disk(draft)
        except OSError as error:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise LibraryDamaged(
                f"The backup cannot be copied to {folder} ({error}); free some space; what stood "
                "there is unchanged"
            ) from error
        kept = database.put_aside(folder, "replaced") if database.exists(folder) else None
        draft.rename(folder / database.FILE)
        _to_disk(folder)
    return reports, kept


def _require_sound(path: Path) -> int:
    """The number of reports in a library's file. Raises LibraryDamaged for any other file."""
    try:
        with closing(_read_only(path)) as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
            problems = ([] if found == ["ok"] else found) or changed_contents(connection)
            reports = int(connection.execute("SELECT count(*) FROM reports").fetchone()[0])
    except sqlite3.DatabaseError as error:
        raise LibraryDamaged(
            f"{path} is no sound library file ({error}); use another backup"
        ) from error
    if problems:
        raise LibraryDamaged(f"{path} is damaged ({'; '.join(problems)}); use another backup")
    return reports


def _read_only(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    connection.row_factory = sqlite3.Row
    return connection


def _forget_dense_index(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(
            "UPDATE meta SET value = '0' WHERE key IN "
            "('generation', 'generation_revision', 'generation_size')"
        )


def _to_disk(path: Path) -> None:
    """Force a file, or a folder's names, to the disk: renaming must not outlive the content."""
    if path.is_dir() and os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
