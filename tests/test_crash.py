"""SIGKILL at chosen steps: what was acknowledged is there, and the rest repairs itself.

The victim is a process of its own that kills itself where it is told to; the random version of
this, with the real model and the real commands, is eval/benchmarks/crash.py.
"""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest
from fakes import WordEncoder
from shelves import NOTES, best, dense_of, note, notes, python, searching, stocked

from rag.doctor import examine
from rag.index import add, is_outdated, rederive
from rag.library import Library, exists
from rag.upkeep import dense_trouble, refresh_dense

# `die(before=…)` makes a function kill the process at its n-th call, before or after its work.
VICTIM = """
import os, sys
from pathlib import Path
import rag.derivation, rag.index, rag.intake
from fakes import WordEncoder
from rag.index import add, index, rederive, refresh_dense
from rag.library import Library
from shelves import dense_of

rag.intake.GROUP_CHARACTERS = 1  # each report is committed by itself

def die(owner, name, call=1, *, before=False):
    real, calls = getattr(owner, name), []
    def dying(*args, **kwargs):
        calls.append(name)
        if before and len(calls) == call:
            os.kill(os.getpid(), 9)
        result = real(*args, **kwargs)
        if len(calls) == call:
            os.kill(os.getpid(), 9)
        return result
    setattr(owner, name, dying)

def say(outcomes):
    for outcome in outcomes:
        print(outcome.status, outcome.report_id, flush=True)

folder, files = Path(sys.argv[1]), [Path(path) for path in sys.argv[2:]]
"""

INDEX = "say(index(files, Library(folder, create=True), WordEncoder()))"
ADD = "say(add(files, Library(folder), WordEncoder()))"
REPLACE = "say(index(files, Library(folder), WordEncoder(), replace=True))"
BUILD = "library = Library(folder); refresh_dense(library, dense_of(library), force=True)"
MIGRATE = "rag.derivation.CLEANING_VERSION = 'newer'; rederive(Library(folder), WordEncoder())"


def killed(steps: str, folder: Path, *files: Path) -> set[str]:
    """Run the victim until it dies; the reports that it acknowledged before."""
    done = python(VICTIM + steps, folder, *files)
    assert done.returncode == -signal.SIGKILL, done.stderr
    return {line.split()[1] for line in done.stdout.splitlines() if line.startswith("added ")}


def check(folder: Path, *, expected: set[str]) -> None:
    """The library opens, is sound, holds exactly these reports whole, and answers from each."""
    with searching(folder) as searcher:
        assert searcher.library.check() == []
        assert set(searcher.library.report_ids()) == expected
        for report_id in expected:
            assert best(searcher, f"About {report_id}", report=report_id) == [report_id]


def goes_on(folder: Path, *files: Path) -> None:
    """The same command again finishes the work, and the dense index holds everything."""
    with Library(folder) as library:
        assert {o.status for o in add(files, library, WordEncoder())} <= {"added", "unchanged"}
        dense = dense_of(library)
        assert refresh_dense(library, dense, force=True)
        assert all(finding.ok for finding in examine(library, WordEncoder(), dense))
        dense.close()
    check(folder, expected={path.stem for path in files})


@pytest.mark.parametrize(
    ("step", "acknowledged"),
    [
        pytest.param("die(Library, 'put', 2)", {"dapsone"}, id="inside the second transaction"),
        pytest.param(
            "die(Library, 'put', 2, before=True)", {"dapsone"}, id="before the second report"
        ),
        pytest.param("die(Library, '_put_passage', 1)", set(), id="between passage and words"),
        pytest.param("die(rag.index, '_prepared', 3)", {"dapsone", "ivig"}, id="while embedding"),
        pytest.param("die(Library, 'bind_model')", set(), id="before anything is stored"),
    ],
)
def test_a_killed_index_keeps_what_it_acknowledged(tmp_path, step, acknowledged):
    """No more and no less, since each report is committed before it is told."""
    files = notes(tmp_path / "in")
    folder = tmp_path / "library"
    assert killed(f"{step}; {INDEX}", folder, *files) == acknowledged
    check(folder, expected=acknowledged)
    goes_on(folder, *files)


DIE_AFTER_SECOND_COMMIT = """
from contextlib import contextmanager
real, calls = Library.transaction, []
@contextmanager
def dying(library):
    with real(library):
        yield
    calls.append(library)
    if len(calls) == 2:
        os.kill(os.getpid(), 9)
Library.transaction = dying
"""


def test_a_kill_between_the_commit_and_the_word_loses_nothing(tmp_path):
    """More may be stored than was told, never less."""
    files = notes(tmp_path / "in")
    folder = tmp_path / "library"
    assert killed(f"{DIE_AFTER_SECOND_COMMIT}{INDEX}", folder, *files) == {"dapsone"}
    check(folder, expected={"dapsone", "ivig"})
    goes_on(folder, *files)


def test_a_kill_while_the_file_is_made_leaves_no_library(tmp_path):
    """Neither half a schema nor a lock that stays."""
    files = notes(tmp_path / "in")
    folder = tmp_path / "library"
    steps = "import rag.library.tables as tables; die(tables.os, 'replace', before=True); "
    assert killed(steps + INDEX, folder, *files) == set()
    assert not exists(folder)
    with Library(folder, create=True):
        pass
    goes_on(folder, *files)


@pytest.mark.parametrize(
    "step",
    [
        pytest.param("die(Library, 'clear')", id="after the old reports went"),
        pytest.param("die(Library, 'put', 2)", id="among the new reports"),
    ],
)
def test_a_killed_replacement_keeps_the_old_library(tmp_path, step):
    """Its dense index, too."""
    folder = stocked(tmp_path / "library", dense=True)
    new = notes(tmp_path / "new", {"x": "New.", "y": "Newer."})
    assert killed(f"{step}; {REPLACE}", folder, *new) == set()
    check(folder, expected=set(NOTES))
    with Library(folder) as library:
        dense = dense_of(library)
        assert dense_trouble(library, dense) == ""
        dense.close()


def test_a_killed_removal_removes_all_or_nothing(tmp_path):
    """Passages, words and the report itself go together."""
    folder = stocked(tmp_path / "library", dense=True)
    killed("from rag.index import remove; die(Library, 'delete')\n"
           "remove('ivig', Library(folder))", folder)  # fmt: skip
    check(folder, expected=set(NOTES))


BUILDING = [
    pytest.param("die(DenseIndex, '_fill', before=True)", id="before"),
    pytest.param("die(Folders, 'make')", id="folder made"),
    pytest.param("die(Collection, 'add', before=True)", id="before the vectors"),
    pytest.param("die(Collection, 'add')", id="after the vectors"),
    pytest.param("die(Folders, 'settle', before=True)", id="before the seal"),
    pytest.param("die(Folders, 'settle')", id="sealed"),
    pytest.param("die(DenseIndex, 'build')", id="proved, not pointed to"),
    pytest.param("die(Library, 'set_meta')", id="inside the pointer's transaction"),
]
IMPORTS = (
    "from rag.dense.generations import DenseIndex; from rag.dense.folders import Folders\n"
    "from chromadb.api.models.Collection import Collection\n"
)


@pytest.mark.parametrize("step", BUILDING)
def test_a_kill_while_a_generation_is_built_leaves_the_one_before(tmp_path, step):
    """It answers as if nothing had happened; the next build clears what was left."""
    folder = stocked(tmp_path / "library", dense=True)
    killed(f"{IMPORTS}{step}; {BUILD}", folder)
    with searching(folder) as searcher:
        assert searcher.library.meta("generation") == "1"
        assert best(searcher, "ulcers of two men")[0] == "ivig"
        assert searcher.dense_problem == ""
    goes_on(folder, *(folder / "files").iterdir())
    left = sorted(path.name for path in (folder / "chroma").iterdir())
    assert left == ["generation-000001", "generation-000002"]


def test_a_kill_after_the_pointer_moved_leaves_the_new_generation(tmp_path):
    """Only the old folders remain to be tidied."""
    folder = stocked(tmp_path / "library", dense=True)
    killed(f"{IMPORTS}die(Folders, 'prune', before=True); {BUILD}", folder)
    with searching(folder) as searcher:
        assert searcher.library.meta("generation") == "2"
        assert best(searcher, "ulcers of two men")[0] == "ivig"
        assert searcher.dense_problem == ""


@pytest.mark.parametrize(
    "step",
    [
        pytest.param("die(Library, 'back_up')", id="after the backup"),
        pytest.param("die(Library, 'put', 2)", id="among the reports"),
        pytest.param("die(rag.index, '_remember')", id="before the commit"),
    ],
)
def test_a_killed_migration_is_done_again(tmp_path, monkeypatch, step):
    """The library is the old one until the new one is complete."""
    folder = stocked(tmp_path / "library")
    killed(f"{step}; {MIGRATE}", folder)
    check(folder, expected=set(NOTES))
    monkeypatch.setattr("rag.derivation.CLEANING_VERSION", "newer")
    with Library(folder) as library:
        assert is_outdated(library, WordEncoder())
        assert rederive(library, WordEncoder()) == len(NOTES)
    check(folder, expected=set(NOTES))


def test_a_killed_backup_is_not_taken_for_one(tmp_path, monkeypatch):
    """Half a copy would be worth nothing when it is needed."""
    folder = stocked(tmp_path / "library")
    killed(f"import rag.library.library as l; die(l.os, 'replace', before=True); {MIGRATE}", folder)
    assert not list(folder.glob("casebook.backup-*.sqlite3"))
    monkeypatch.setattr("rag.derivation.CLEANING_VERSION", "newer")
    with Library(folder) as library:
        rederive(library, WordEncoder())
    (backup,) = folder.glob("casebook.backup-*.sqlite3")
    (tmp_path / "old").mkdir()
    shutil.copy(backup, tmp_path / "old" / "casebook.sqlite3")
    check(tmp_path / "old", expected=set(NOTES))


def test_a_killed_add_keeps_what_was_there(tmp_path):
    """Old reports, the acknowledged new ones, and the generation beside which they wait."""
    folder = stocked(tmp_path / "library", dense=True)
    more = [note(tmp_path / "more", f"m{n}", f"More words, number {n}.") for n in range(3)]
    acknowledged = killed(f"die(Library, 'put', 3); {ADD}", folder, *more)
    assert acknowledged == {"m0", "m1"}
    check(folder, expected={*NOTES, "m0", "m1"})
    goes_on(folder, *more, *(folder / "files").iterdir())
