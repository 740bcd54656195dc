"""Opening, creating, locking and changing the one SQLite file."""

from __future__ import annotations

import logging
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from fakes import WordEncoder
from shelves import NOTES, best, environment, note, public_folder, searching, stocked, unwritable

from rag.errors import (
    LibraryBusy,
    LibraryDamaged,
    LibraryMismatch,
    LibraryMissing,
    LibraryReadOnly,
)
from rag.index import add
from rag.library import Library, database, exists, set_aside_damaged, tables
from rag.library.failures import as_library_error
from rag.library.lock import LOCK


def files_of(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def no_shared_memory(monkeypatch):
    """SQLite on a file system without shared memory: its VFS `unix-dotfile` has none, either."""
    real = sqlite3.connect

    def connect(path, *args, **kwargs):
        if kwargs.get("uri"):
            return real(f"{path}&vfs=unix-dotfile", *args, **kwargs)
        return real(f"file:{path}?vfs=unix-dotfile", *args, uri=True, **kwargs)

    monkeypatch.setattr(sqlite3, "connect", connect)


def test_a_missing_library_names_the_command_that_makes_one(tmp_path):
    """Nothing is created by only looking."""
    with pytest.raises(LibraryMissing, match="casebook index"):
        Library(tmp_path / "none")
    assert files_of(tmp_path) == []


def test_a_new_library_is_one_complete_file_in_wal_mode(tmp_path):
    """The draft is gone, and the write-ahead log is a property of the file from the start."""
    Library(tmp_path / "new", create=True).close()
    assert files_of(tmp_path / "new") == ["casebook.lock", "casebook.sqlite3"]
    header = (tmp_path / "new" / "casebook.sqlite3").read_bytes()[18:20]
    assert header == b"\x02\x02"


@pytest.mark.parametrize("name", ["plain", "a b", "a#b?c%e", "größe-β"])
def test_any_folder_name_will_do(tmp_path, name):
    """The path becomes part of a URI, where some characters have a meaning."""
    folder = stocked(tmp_path / name)
    with Library(folder) as library:
        assert library.report_ids() == sorted(NOTES)


def test_a_folder_with_other_files_keeps_them(tmp_path):
    """A library may be made beside what is there."""
    (tmp_path / "thesis.md").write_text("mine")
    Library(tmp_path, create=True).close()
    assert (tmp_path / "thesis.md").read_text() == "mine"


def test_what_a_killed_creation_left_is_no_obstacle(tmp_path):
    """A half draft is thrown away, and not taken for a library before."""
    (tmp_path / "casebook.sqlite3.new").write_bytes(b"half a schema")
    assert not exists(tmp_path)
    Library(tmp_path, create=True).close()
    assert "casebook.sqlite3.new" not in files_of(tmp_path)


def test_of_two_creators_the_later_uses_the_library_of_the_earlier(tmp_path, monkeypatch):
    """Else the earlier one would go on writing into a file that nobody can find any more."""
    real = database.locked

    def slower(folder):
        lock = real(folder)
        if not exists(folder):
            tables.create(folder / database.FILE)  # by the other process, just before
            with closing(sqlite3.connect(folder / database.FILE)) as other, other:
                other.execute("UPDATE meta SET value = 'earlier' WHERE key = 'library_id'")
        return lock

    monkeypatch.setattr(database, "locked", slower)
    with Library(tmp_path, create=True) as library:
        assert library.meta("library_id") == "earlier"


def test_the_journal_of_a_lost_file_is_not_played_into_a_new_one(tmp_path):
    """SQLite believes any valid journal of the right name; it is kept under another one."""
    folder = stocked(tmp_path / "library")
    writing = sqlite3.connect(folder / database.FILE)
    writing.execute("UPDATE meta SET value = 'old' WHERE key = 'library_id'")
    writing.commit()
    journal = (folder / "casebook.sqlite3-wal").read_bytes()
    writing.close()
    (folder / database.FILE).unlink()
    (folder / "casebook.sqlite3-wal").write_bytes(journal)
    with Library(folder, create=True) as library:
        assert library.report_ids() == []
        assert library.meta("library_id") != "old"
        assert library.check() == []
    assert (folder / "casebook.sqlite3-wal.orphan").read_bytes() == journal


def other_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE songs (title)")


def torn_library(path: Path) -> None:
    stocked(path.parent)
    path.write_bytes(path.read_bytes()[:5000])


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda path: path.write_text("Dear diary"), id="text"),
        pytest.param(lambda path: path.write_bytes(b""), id="empty"),
        pytest.param(other_database, id="another program's"),
        pytest.param(torn_library, id="cut off"),
    ],
)
def test_a_file_that_is_no_library_is_named_with_the_remedy(tmp_path, make):
    """One line that says what to do, and the file stays as it was."""
    path = tmp_path / database.FILE
    make(path)
    before = path.read_bytes()
    with pytest.raises(LibraryDamaged, match="casebook index PATH… .*--replace") as caught:
        Library(tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert path.read_bytes() == before


def test_a_library_of_a_newer_casebook_is_refused(tmp_path):
    """An old program must not write into tables that it does not know."""
    with Library(tmp_path, create=True) as library:
        library.set_meta(schema="99")
    with pytest.raises(LibraryMismatch, match="newer Casebook"):
        Library(tmp_path)


def test_no_library_is_made_where_nobody_may_write():
    """The message names the folder, and no traceback comes of it."""
    with (
        public_folder() as folder,
        unwritable(folder),
        pytest.raises(LibraryReadOnly, match="cannot be made") as caught,
    ):
        Library(folder / "library", create=True)
    assert str(folder) in str(caught.value)


def test_no_library_is_made_in_place_of_a_file(tmp_path):
    """The folder's name may belong to a file."""
    (tmp_path / "name").write_text("a file")
    with pytest.raises(LibraryReadOnly, match="choose a folder"):
        Library(tmp_path / "name", create=True)


# -- read-only -------------------------------------------------------------------------------------


def test_a_read_only_library_is_searched_exactly_and_left_alone(caplog):
    """No lock file, no journal, no Chroma: nothing in the folder changes."""
    with public_folder() as folder:
        stocked(folder, dense=True)
        before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
        (folder / LOCK).unlink()
        before.pop(folder / LOCK)
        before[folder / "chroma"] = (folder / "chroma").stat().st_mtime_ns
        with caplog.at_level(logging.WARNING), unwritable(folder), searching(folder) as searcher:
            assert searcher.library.read_only
            assert best(searcher, "dapsone rash", report="dapsone") == ["dapsone"]
            assert best(searcher, "immunoglobulin for ulcers")[0] == "ivig"
            assert searcher.library.check() == []
            with pytest.raises(LibraryReadOnly, match="copy the folder"):
                list(add([], searcher.library, WordEncoder()))
        after = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
        assert after == before
    assert "search is exact" in caplog.text


def test_a_read_only_reader_sees_what_the_owner_adds():
    """An immutable file is read as if it never changed, so it is opened again when it has."""
    with public_folder() as folder:
        stocked(folder)
        with unwritable(folder):
            reader = Library(folder)
            assert reader.read_only
        with Library(folder) as owner:
            path = note(folder / "files", "new", "A new report.")
            assert [o.status for o in add([path], owner, WordEncoder())] == ["added"]
        with unwritable(folder), reader, reader.snapshot():
            assert reader.read_only
            assert reader.report_ids() == sorted([*NOTES, "new"])


def killed_while_open(folder: Path, text: str) -> None:
    """Add a report in a process that dies before its write-ahead log is folded in."""
    code = (
        "import os, sys; from pathlib import Path; from fakes import WordEncoder\n"
        "from rag.index import add; from rag.library import Library\n"
        "library = Library(Path(sys.argv[1]))\n"
        "assert [o.status for o in add([Path(sys.argv[2])], library, WordEncoder())] == ['added']\n"
        "os.kill(os.getpid(), 9)"
    )
    path = note(folder / "files", "late", text)
    done = subprocess.run([sys.executable, "-c", code, folder, path], env=environment())
    assert done.returncode == -9


def test_read_only_readers_see_what_is_only_in_the_journal_yet():
    """`immutable` alone would pass over a report that was acknowledged before a kill."""
    with public_folder() as folder:
        stocked(folder)
        killed_while_open(folder, "A late report.")
        with unwritable(folder), Library(folder) as library:
            assert "late" in library.report_ids()


def test_a_journal_that_cannot_be_read_is_not_passed_over_in_silence():
    """Without its shared memory file, SQLite needs to write before it can read the journal."""
    with public_folder() as folder:
        stocked(folder)
        killed_while_open(folder, "A late report.")
        (folder / "casebook.sqlite3-shm").unlink()
        with unwritable(folder), pytest.raises(LibraryReadOnly, match="only its journal has"):
            Library(folder)


# -- journals --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_shared_memory")
def test_without_wal_the_library_works_and_says_so(tmp_path, caplog):
    """A network share gets the rollback journal, and the user a notice."""
    with caplog.at_level(logging.WARNING):
        folder = stocked(tmp_path / "library")
    assert "rollback journal" in caplog.text
    assert str(folder) in caplog.text
    with Library(folder) as library:
        assert library.db.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
        assert library.report_ids() == sorted(NOTES)
    with searching(folder) as searcher:
        assert best(searcher, "dapsone rash")[0] == "dapsone"


def test_a_wal_library_moved_to_a_share_opens_there(tmp_path, request, caplog):
    """The file says WAL, which the share refuses: it is brought back to the rollback journal."""
    folder = stocked(tmp_path / "library")
    request.getfixturevalue("no_shared_memory")
    with Library(folder) as library:
        assert library.report_ids() == sorted(NOTES)
        list(add([note(tmp_path, "more", "Another report.")], library, WordEncoder()))
    with Library(folder) as library:
        assert "more" in library.report_ids()
    assert "rollback journal" in caplog.text


def test_without_wal_a_writer_that_meets_a_reader_says_busy(tmp_path, monkeypatch):
    """In the rollback journal a commit needs the file for itself."""
    folder = stocked(tmp_path / "library")
    with closing(sqlite3.connect(folder / database.FILE)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    monkeypatch.setattr(database, "_journal", lambda *_: None)  # it would go back to WAL
    with Library(folder) as reader, Library(folder) as writer:
        with reader.snapshot():
            assert reader.report_ids()
            with pytest.raises(LibraryBusy):
                list(add([note(tmp_path, "more", "Another report.")], writer, WordEncoder()))
        assert [o.status for o in add([tmp_path / "more.txt"], writer, WordEncoder())] == ["added"]


def test_every_commit_is_forced_to_the_disk(tmp_path):
    """An acknowledged report survives a power cut (synchronous = FULL is 2)."""
    with Library(tmp_path, create=True) as library:
        assert library.db.execute("PRAGMA synchronous").fetchone()[0] == 2


# -- one writer ------------------------------------------------------------------------------------


def test_a_second_writer_waits_or_is_told(tmp_path):
    """A process that holds the place is real here; when it ends, the place is free."""
    stocked(tmp_path)
    code = (
        "import sys; from pathlib import Path; from rag.library import Library\n"
        "with Library(Path(sys.argv[1])) as library, library.writer():\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, tmp_path],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(),
    )  # fmt: skip
    with holder, Library(tmp_path) as library:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LibraryBusy, match="Another process"), library.writer(wait=0.0):
            pass
        holder.stdin.close()  # it lets go …
        with library.writer(wait=60.0):  # … and this one had only to wait
            assert holder.wait(60) == 0


def test_a_killed_writer_does_not_keep_the_place(tmp_path):
    """The lock is the operating system's, not a file that somebody must delete."""
    folder = stocked(tmp_path)
    killed_while_open(folder, "A late report.")
    with Library(folder) as library, library.writer(wait=0.0):
        assert "late" in library.report_ids()


def test_a_statement_that_meets_a_lock_says_busy(tmp_path, monkeypatch):
    """Another program may hold SQLite's own lock."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    stocked(tmp_path)
    with Library(tmp_path) as library, closing(sqlite3.connect(tmp_path / database.FILE)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryBusy), library.transaction():
            pass


# -- all or nothing --------------------------------------------------------------------------------


def test_a_failed_transaction_changes_nothing(tmp_path):
    """Whatever the failure is."""
    stocked(tmp_path)
    with Library(tmp_path) as library:
        with pytest.raises(KeyboardInterrupt), library.transaction():
            library.delete("dapsone")
            raise KeyboardInterrupt
        assert library.report_ids() == sorted(NOTES)


def test_a_full_disk_is_one_line_and_nothing_is_lost(tmp_path):
    """SQLite meets the end of the file at different places; after each the old reports stand."""
    folder = stocked(tmp_path / "library")
    with Library(folder) as library:
        pages = library.db.execute("PRAGMA page_count").fetchone()[0]
        for room in range(4):
            library.db.execute(f"PRAGMA max_page_count = {pages + room}")
            path = note(tmp_path, f"long-{room}", "dapsone and a word. " * 1000)
            with pytest.raises(LibraryDamaged, match="what was stored before is unchanged"):
                list(add([path], library, WordEncoder()))
            assert library.report_ids() == sorted(NOTES)
            assert library.check() == []


def test_a_fault_of_the_program_is_not_blamed_on_the_disk(tmp_path):
    """A wrong statement must surface as what it is."""
    with Library(tmp_path, create=True) as library:
        with pytest.raises(sqlite3.OperationalError, match="no such table"), library.transaction():
            library.db.execute("SELECT * FROM nowhere")
        assert as_library_error(sqlite3.ProgrammingError("closed"), tmp_path) is None


# -- set aside -------------------------------------------------------------------------------------


def test_a_sound_library_is_not_set_aside(tmp_path):
    """`index --replace` keeps it until the new reports are stored."""
    folder = stocked(tmp_path)
    assert set_aside_damaged(folder) is None
    assert set_aside_damaged(tmp_path / "none") is None
    assert exists(folder)


def test_a_damaged_file_is_kept_under_another_name(tmp_path):
    """Twice, so that the second does not overwrite the first."""
    for number in (1, 2):
        (tmp_path / database.FILE).write_text(f"damage {number}")
        kept = set_aside_damaged(tmp_path)
        assert kept == tmp_path / f"casebook.damaged-{number}.sqlite3"
        assert kept.read_text() == f"damage {number}"
    assert not exists(tmp_path)


def test_damage_deep_in_the_file_is_found(tmp_path):
    """The file opens and its settings can be read, yet a page of the reports is gone."""
    folder = stocked(tmp_path, {f"r{i}": "Some words about a rash. " * 400 for i in range(5)})
    data = bytearray((folder / database.FILE).read_bytes())
    data[len(data) // 2 :] = os.urandom(len(data) - len(data) // 2)
    (folder / database.FILE).write_bytes(data)
    assert set_aside_damaged(folder) is not None


def test_a_disk_that_refuses_is_no_reason_to_set_a_library_aside(tmp_path, monkeypatch):
    """A share that is away for a moment says nothing about the file."""
    folder = stocked(tmp_path)

    def refused(*_: object, **__: object) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR
        raise error

    monkeypatch.setattr(database, "_open", refused)
    with pytest.raises(LibraryDamaged, match="mend the disk"):
        set_aside_damaged(folder)
    assert exists(folder)
