"""The doctor: each finding when all is well, when it is not, and after the repair."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fakes import WordEncoder
from shelves import NOTES, dense_of, note, notes, public_folder, stocked, unwritable
from test_library import broken_words, torn

import rag.derivation
import rag.doctor
import rag.index
from rag.dense import DenseUnavailable
from rag.doctor import Finding, examine
from rag.index import add, remove
from rag.library import Library

ALL = [
    "SQLite file", "embedding model", "cleaning and chunking", "dense index", "a real question",
]  # fmt: skip


@contextmanager
def patient(folder: Path) -> Iterator[tuple]:
    with Library(folder) as library:
        dense = dense_of(library)
        yield library, dense
        dense.close()


def findings(folder: Path, *, repair: bool = False, model: str = "words-1") -> list[Finding]:
    with patient(folder) as (library, dense):
        return examine(library, WordEncoder(model), dense, repair=repair)


def failed(found: list[Finding]) -> list[str]:
    return [finding.what for finding in found if not finding.ok]


def detail(found: list[Finding], what: str) -> str:
    return next(finding.detail for finding in found if finding.what == what)


@pytest.fixture
def folder(tmp_path) -> Path:
    return stocked(tmp_path / "library", dense=True)


def test_a_sound_library_passes_every_check(folder):
    """And says what it saw."""
    found = findings(folder)
    assert [finding.what for finding in found] == ALL
    assert failed(found) == []
    assert "3 reports" in detail(found, "SQLite file")
    assert "3 of 3 vectors in use, 0 newer ones" in detail(found, "dense index")


def test_what_is_newer_or_gone_is_counted(folder, tmp_path):
    """Neither is a fault."""
    with Library(folder) as library:
        list(add([note(tmp_path, "new", "New words.")], library, WordEncoder()))
        remove("ivig", library)
    found = findings(folder)
    assert failed(found) == []
    assert "2 of 3 vectors in use, 1 newer ones" in detail(found, "dense index")


@pytest.mark.parametrize("dense", [True, False], ids=["with generation", "without"])
def test_an_empty_library_is_sound(tmp_path, dense):
    """Nothing to ask, nothing to find, no error."""
    folder = stocked(tmp_path / "library", {"only": "One."}, dense=dense)
    with Library(folder) as library:
        remove("only", library)
    found = findings(folder)
    assert failed(found) == []
    assert detail(found, "a real question") == "no reports to ask"


def test_a_library_that_never_had_a_report_is_sound(tmp_path):
    """Just made."""
    Library(tmp_path, create=True).close()
    assert failed(findings(tmp_path)) == []


def test_a_small_library_without_generation_is_sound(tmp_path):
    """Exact search is as good; a large one should have a generation."""
    folder = stocked(tmp_path / "library")
    assert "search is exact" in detail(findings(folder), "dense index")


def test_a_large_library_without_generation_gets_one(tmp_path, monkeypatch):
    """It was killed before, or the server was away."""
    monkeypatch.setattr(rag.doctor, "TAIL_LIMIT", 2)
    folder = stocked(tmp_path / "library")
    assert failed(findings(folder)) == ["dense index"]
    assert failed(findings(folder, repair=True)) == []
    assert "generation 1" in detail(findings(folder), "dense index")


def torn_index(folder: Path) -> None:
    (path,) = (folder / "chroma").rglob("link_lists.bin")
    path.write_bytes(b"")


def lost_index(folder: Path) -> None:
    shutil.rmtree(folder / "chroma")


@pytest.mark.parametrize("damage", [torn_index, lost_index], ids=["torn", "lost"])
def test_a_dense_index_that_does_not_answer_is_built_again(folder, damage):
    """Named with the way out; after the repair the old complaint is still told."""
    damage(folder)
    found = findings(folder)
    assert failed(found) == ["dense index"]
    assert "--repair" in detail(found, "dense index")
    repaired = findings(folder, repair=True)
    assert failed(repaired) == []
    assert "repaired; was: generation 1" in detail(repaired, "dense index")
    assert failed(findings(folder)) == []


def test_a_repair_that_does_not_help_is_not_called_one(folder, monkeypatch):
    """The server is still away."""
    lost_index(folder)

    def refuse(*_: object) -> None:
        raise DenseUnavailable("still away")

    monkeypatch.setattr("rag.dense.DenseIndex.build", refuse)
    found = findings(folder, repair=True)
    assert failed(found) == ["dense index"]
    assert "repaired" not in detail(found, "dense index")


def test_a_broken_word_index_is_rebuilt(folder):
    """Derived from texts that the library has."""
    broken_words(folder)
    found = findings(folder)
    assert failed(found) == ["SQLite file"]
    assert "word index passage_words" in detail(found, "SQLite file")
    assert "--repair" in detail(found, "SQLite file")
    assert failed(findings(folder, repair=True)) == []
    assert failed(findings(folder)) == []


def test_a_torn_file_ends_the_examination(tmp_path):
    """Nothing else can be relied on; the remedy is a backup or a new build, not --repair."""
    folder = stocked(tmp_path, {f"r{i}": "Some words about a rash. " * 200 for i in range(5)})
    torn(folder)
    for repair in (False, True):
        found = findings(folder, repair=repair)
        assert [finding.what for finding in found] == failed(found) == ["SQLite file"]
        assert "restore a backup" in found[0].detail


def test_another_model_ends_the_examination(folder):
    """Its vectors cannot be compared with the stored ones."""
    found = findings(folder, model="other-model")
    assert [finding.what for finding in found] == ALL[:2]
    assert failed(found) == ["embedding model"]
    assert "--replace" in found[-1].detail


def test_other_versions_are_brought_up_to_date(folder, monkeypatch):
    """From the stored originals."""
    monkeypatch.setattr(rag.derivation, "CLEANING_VERSION", "newer")
    found = findings(folder)
    assert failed(found) == ["cleaning and chunking"]
    assert failed(findings(folder, repair=True)) == []
    assert failed(findings(folder)) == []


def test_a_question_without_answer_is_a_finding(folder, monkeypatch):
    """Every part may be sound and the whole not."""
    monkeypatch.setattr("rag.search.Searcher.search", lambda *_, **__: [])
    assert failed(findings(folder)) == ["a real question"]


def test_a_read_only_library_is_examined_and_left_alone(monkeypatch):
    """Exact search is no fault there; a repair of what is one is not tried."""
    with public_folder() as folder:
        stocked(folder, dense=True)
        with unwritable(folder):
            found = findings(folder, repair=True)
            with monkeypatch.context() as patch:
                patch.setattr(rag.derivation, "CLEANING_VERSION", "newer")
                assert failed(findings(folder, repair=True)) == ["cleaning and chunking"]
        assert failed(found) == []
        assert "read-only" in detail(found, "SQLite file")
        assert "search is exact" in detail(found, "dense index")
        assert failed(findings(folder)) == []


def test_the_examination_changes_nothing(tmp_path):
    """Without --repair."""
    folder = stocked(tmp_path / "library", NOTES, dense=True)
    with Library(folder) as library:
        before = (library.revision, library.meta("generation"))
    findings(folder)
    with Library(folder) as library:
        assert (library.revision, library.meta("generation")) == before
        assert library.report_ids() == sorted(path.stem for path in notes(tmp_path / "in"))
