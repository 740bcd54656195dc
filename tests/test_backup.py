"""Backups: made while others write, refused when unsound, and a library again afterwards."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from commands import typed
from fakes import WordEncoder
from places import ROOT
from shelves import NOTES, dense_of, note, public_folder, stocked, unwritable

from rag.errors import LibraryDamaged, LibraryError, LibraryMissing, LibraryReadOnly
from rag.index import add, refresh_dense
from rag.library import Library, database
from rag.library.backups import back_up, restore

WORDY = {f"r{i}": f"Some words about rash {i} and what healed it. " * 60 for i in range(8)}


@pytest.fixture
def folder(tmp_path) -> Path:
    return stocked(tmp_path / "library", dense=True)


def reports(folder: Path) -> list[str]:
    with Library(folder) as library:
        assert library.check() == []
        return library.report_ids()


def test_a_backup_is_a_library_again(folder, tmp_path):
    """In another folder, with the same reports, and a dense index of its own."""
    with Library(folder) as library:
        assert back_up(library, tmp_path / "far" / "backup.sqlite3") == len(NOTES)
    assert restore(tmp_path / "new", tmp_path / "far" / "backup.sqlite3") == (len(NOTES), None)
    assert reports(tmp_path / "new") == sorted(NOTES)
    with Library(tmp_path / "new") as library:
        assert library.meta("generation") == "0"
        index = dense_of(library)
        assert refresh_dense(library, index, force=True)
        assert index.count(1) == library.count_passages()
        index.close()


def test_a_backup_is_one_state_while_another_process_writes(tmp_path):
    """Each report in it is whole; what is written meanwhile comes in whole or not at all."""
    folder = stocked(tmp_path / "library")
    ended = threading.Event()

    def write() -> None:
        with Library(folder) as own:
            for number in range(12):
                list(add([note(tmp_path / "more", f"m{number}", "Words.")], own, WordEncoder()))
        ended.set()

    writer = threading.Thread(target=write)
    writer.start()
    counts = []
    with Library(folder) as library:
        while not ended.is_set() or not counts:
            counts.append(back_up(library, tmp_path / "backup.sqlite3"))
    writer.join()
    assert counts == sorted(counts) and counts[0] >= len(NOTES)
    restore(tmp_path / "new", tmp_path / "backup.sqlite3")
    assert len(reports(tmp_path / "new")) == counts[-1]


def test_what_stood_there_is_kept(folder, tmp_path):
    """Restoring an older state loses nothing: the newer file has another name."""
    with Library(folder) as library:
        back_up(library, tmp_path / "backup.sqlite3")
        list(add([note(tmp_path, "new", "New words.")], library, WordEncoder()))
    _, kept = restore(folder, tmp_path / "backup.sqlite3")
    assert reports(folder) == sorted(NOTES)
    assert kept is not None and kept.name == "casebook.replaced-1.sqlite3"
    with closing(sqlite3.connect(kept)) as old:
        assert old.execute("SELECT count(*) FROM reports").fetchone() == (len(NOTES) + 1,)


def test_an_old_dense_index_is_not_taken_for_the_restored_one(folder, tmp_path):
    """Its generation was made of another state: search is exact until a new one stands."""
    with Library(folder) as library:
        back_up(library, tmp_path / "backup.sqlite3")
        list(add([note(tmp_path, "new", "New words.")], library, WordEncoder()))
        index = dense_of(library)
        assert refresh_dense(library, index, force=True)
        index.close()
    restore(folder, tmp_path / "backup.sqlite3")
    with Library(folder) as library:
        index = dense_of(library)
        assert refresh_dense(library, index, force=True)
        assert (library.meta("generation"), index.count(1)) == ("1", len(NOTES))
        index.close()


def damaged_sector(data: bytes, dice: random.Random) -> bytes:
    """A sector of noise, as a failing disk leaves it, somewhere behind the first page.

    One that is in use: a small library has many pages with hardly anything in them.
    """
    used = [at for at in range(4096, len(data), 512) if bytes(64) not in data[at : at + 512]]
    at = dice.choice(used)
    return data[:at] + dice.randbytes(512) + data[at + 512 :]


def test_a_damaged_sector_is_found(tmp_path):
    """SQLite's own check passes over texts and vectors, which are most of the file."""
    path = stocked(tmp_path / "library", WORDY) / database.FILE
    whole, dice = path.read_bytes(), random.Random(1)
    found = 0
    for _ in range(40):
        for end in ("-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
        path.write_bytes(damaged_sector(whole, dice))
        try:
            with Library(path.parent) as library:
                found += bool(library.check())
        except LibraryDamaged:
            found += 1
    assert found >= 34, found


CHANGES = {
    "a byte of a file": ("UPDATE reports SET original = original || 'x' WHERE id = 'ivig'", "file"),
    "a word of a text": ("UPDATE reports SET text = replace(text, 'men', 'fig')", "words"),
    "a vector": ("UPDATE passages SET vector = zeroblob(length(vector)) WHERE row = 1", "vector"),
    "half a vector": ("UPDATE passages SET vector = substr(vector, 1, 8) WHERE row = 1", "vector"),
}


@pytest.mark.parametrize(("change", "seen"), CHANGES.values(), ids=CHANGES)
def test_a_changed_content_is_found_and_never_backed_up(folder, tmp_path, change, seen):
    """The good backup stays; the doctor's message says how to bring it back."""
    with Library(folder) as library:
        back_up(library, tmp_path / "backup.sqlite3")
        before = (tmp_path / "backup.sqlite3").read_bytes()
        library.db.execute(change)
        assert len(library.check()) == 1 and seen in library.check()[0]
        with pytest.raises(LibraryDamaged, match="is damaged"):
            back_up(library, tmp_path / "backup.sqlite3")
    assert (tmp_path / "backup.sqlite3").read_bytes() == before
    assert os.listdir(tmp_path).count("backup.sqlite3.checked") == 0


def test_a_torn_backup_is_refused(folder, tmp_path):
    """And the library stays as it is."""
    backup = tmp_path / "backup.sqlite3"
    with Library(folder) as library:
        back_up(library, backup)
    backup.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
    with pytest.raises(LibraryDamaged, match="use another backup"):
        restore(folder, backup)
    assert reports(folder) == sorted(NOTES)


def test_what_is_no_backup_is_refused(folder, tmp_path):
    """A missing file, another program's, and a place inside the library itself."""
    with pytest.raises(LibraryMissing, match="casebook backup FILE"):
        restore(folder, tmp_path / "none.sqlite3")
    (tmp_path / "other.sqlite3").write_bytes(b"not a database" * 100)
    with pytest.raises(LibraryDamaged, match="use another backup"):
        restore(folder, tmp_path / "other.sqlite3")
    with Library(folder) as library, pytest.raises(LibraryError, match="own folder"):
        back_up(library, folder / "backup.sqlite3")
    assert reports(folder) == sorted(NOTES)


def test_a_full_disk_leaves_backup_and_library_as_they_were(tmp_path):
    """The limit stands for the disk: no file may grow beyond it."""
    folder = stocked(tmp_path / "library", WORDY)
    target = tmp_path / "backup.sqlite3"
    target.write_bytes(b"an older backup")
    code = (
        "import sys, resource, signal; from pathlib import Path\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from rag.library import Library; from rag.library.backups import back_up\n"
        "from rag.errors import LibraryError\n"
        "with Library(Path(sys.argv[1])) as library:\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, resource.RLIM_INFINITY))\n"
        "    try: back_up(library, Path(sys.argv[2]))\n"
        "    except LibraryError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder), str(target)],
        capture_output=True, text=True, cwd=ROOT, check=True,
    )  # fmt: skip
    assert "free some space" in done.stdout
    assert target.read_bytes() == b"an older backup"
    assert sorted(os.listdir(tmp_path)) == ["backup.sqlite3", "library"]
    assert reports(folder) == sorted(WORDY)


def test_a_folder_that_cannot_be_written_is_named():
    """Restoring there is refused before anything is touched; a backup of it can be made."""
    with public_folder() as public:
        folder = stocked(public / "library")
        (public / "elsewhere").mkdir(mode=0o777)
        (public / "elsewhere").chmod(0o777)
        backup = public / "elsewhere" / "backup.sqlite3"
        with unwritable(folder):
            with Library(folder) as library:
                assert back_up(library, backup) == len(NOTES)
            with pytest.raises(LibraryReadOnly, match="cannot be written"):
                restore(folder, backup)
        assert reports(folder) == sorted(NOTES)


def test_the_commands(folder, tmp_path, monkeypatch, capsys):
    """Backup, damage, doctor's advice, restore, doctor again."""
    call = typed(monkeypatch, capsys)
    backup = tmp_path / "backup.sqlite3"
    assert call("backup", backup, "--library", folder)[0] == 0
    path = folder / database.FILE
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE reports SET text = replace(text, 'men', 'fig')")
    status, out, _ = call("doctor", "--library", folder)
    assert status == 1 and "casebook restore FILE" in out
    status, _, err = call("restore", backup, "--library", folder)
    assert status == 0 and "casebook.replaced-1.sqlite3" in err and "3 reports" in err
    assert call("doctor", "--library", folder)[0] == 0
