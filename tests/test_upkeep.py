"""The dense index is built when it should be, mended when it is torn, and left alone else."""

from __future__ import annotations

import logging
import shutil

import pytest
from fakes import WordEncoder
from shelves import best, dense_of, notes, searching, stocked

from rag import upkeep
from rag.errors import (
    LibraryBusy,
)
from rag.index import add, refresh_dense, remove
from rag.library import Library


@pytest.fixture
def opened(tmp_path):
    """A stocked library with a generation, and its dense index."""
    with Library(stocked(tmp_path / "library", dense=True)) as library:
        dense = dense_of(library)
        yield library, dense
        dense.close()


def test_a_good_generation_is_left_alone(opened):
    """Nothing is built without need."""
    library, dense = opened
    assert not refresh_dense(library, dense)
    assert library.meta("generation") == "1"


@pytest.mark.parametrize("waiting", [2, 3], ids=["at the limit", "past it"])
def test_a_generation_is_built_when_too_much_waits(opened, tmp_path, monkeypatch, waiting):
    """Past a size, and not before; it then holds everything."""
    library, dense = opened
    monkeypatch.setattr(upkeep, "TAIL_LIMIT", 2)
    texts = {f"new-{number}": f"Text number {number}." for number in range(waiting)}
    list(add(notes(tmp_path / "in", texts), library, WordEncoder()))
    assert refresh_dense(library, dense) is (waiting > 2)
    if waiting > 2:
        assert library.meta("generation") == "2"
        assert dense.count(2) == library.count_passages()
        assert library.count_passages(since=int(library.meta("generation_revision"))) == 0


def test_a_generation_is_built_when_too_much_of_it_is_gone(tmp_path):
    """Removed passages take the places of real candidates."""
    texts = {f"r{number}": f"Text number {number} about a rash." for number in range(120)}
    with Library(stocked(tmp_path / "library", texts, dense=True)) as library:
        dense = dense_of(library)
        for number in range(101):
            assert not refresh_dense(library, dense)
            remove(f"r{number}", library)
        assert refresh_dense(library, dense)
        assert dense.count(2) == library.count_passages() == 19
        dense.close()


def test_a_busy_library_gets_no_generation_now(opened, monkeypatch, caplog):
    """What was added is stored; that another process is writing is no error of this command."""
    library, dense = opened

    def busy(wait: float = 0.0):
        raise LibraryBusy("Another process is writing")

    monkeypatch.setattr(library, "writer", busy)
    assert not refresh_dense(library, dense, force=True)
    assert "Another process is writing" in caplog.text


def test_a_torn_generation_is_answered_without_and_built_again(opened, caplog):
    """A message, not an error; the scores are the same."""
    library, dense = opened
    with searching(library.folder) as searcher:
        expected = searcher.search("ulcers of two men", 5)
    (torn,) = (library.folder / "chroma").rglob("data_level0.bin")
    torn.write_bytes(torn.read_bytes()[:100])
    with caplog.at_level(logging.WARNING), searching(library.folder) as searcher:
        assert searcher.search("ulcers of two men", 5) == expected
        assert "search is exact" in caplog.text
        assert refresh_dense(library, dense)
        assert "built again" in caplog.text
        assert searcher.search("ulcers of two men", 5) == expected
        assert searcher.dense_problem == ""
    assert library.meta("generation") == "2"


def test_a_generation_that_answers_wrongly_is_not_asked(opened, monkeypatch):
    """Its files are sound, but they are not of these vectors: nothing finds itself."""
    library, dense = opened
    other = stocked(library.folder.parent / "other", {f"x{n}": "Else." * n for n in range(1, 4)},
                    dense=True)  # fmt: skip
    shutil.rmtree(library.folder / "chroma")
    shutil.copytree(other / "chroma", library.folder / "chroma")
    assert "not found" in upkeep.dense_trouble(library, dense)
    with searching(library.folder) as searcher:
        assert best(searcher, "ulcers of two men")[0] == "ivig"
        assert "not found" in searcher.dense_problem


@pytest.mark.parametrize("lost", ["chroma", "chroma/generation-000001"])
def test_a_deleted_dense_index_is_built_again_without_embedding(opened, lost):
    """It is derived from the stored vectors; the library is the only copy that counts."""
    library, dense = opened
    shutil.rmtree(library.folder / lost)
    assert refresh_dense(library, dense)
    assert upkeep.dense_trouble(library, dense) == ""
