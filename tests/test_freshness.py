"""What is added or removed is found or gone at once, and the same reports give the same hits."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fakes import WordEncoder
from places import ROOT, SMALL
from shelves import NOTES, best, dense_of, note, python, searching, stocked

import rag.index
import rag.search
from rag.errors import (
    LibraryDamaged,
    LibraryMismatch,
    LibraryReadOnly,
)
from rag.index import add, index, refresh_dense, remove
from rag.library import Library


@pytest.mark.parametrize("dense", [False, True], ids=["without generation", "with generation"])
def test_an_open_searcher_finds_what_another_connection_added(tmp_path, dense):
    """At the next question, also under a filter, and without building anything."""
    folder = stocked(tmp_path / "library", dense=dense)
    with searching(folder) as searcher, Library(folder) as writer:
        assert "new" not in best(searcher, "stiff hands")
        list(add([note(tmp_path, "new", "Rituximab for stiff hands.")], writer, WordEncoder()))
        for filters, expected in (
            ({}, "new"),
            ({"report": "new"}, "new"),
            ({"report": "ivig"}, "ivig"),
        ):
            assert best(searcher, "stiff hands", **filters)[0] == expected
            assert searcher.dense_problem == ""


def test_an_open_searcher_finds_what_another_process_added(tmp_path):
    """A real second process adds and builds a new generation; the open one follows."""
    folder = stocked(tmp_path / "library", dense=True)
    code = (
        "import sys; from pathlib import Path; from fakes import WordEncoder\n"
        "from rag.index import add, refresh_dense, remove; from rag.library import Library\n"
        "from shelves import dense_of\n"
        "with Library(Path(sys.argv[1])) as library:\n"
        "    list(add([Path(sys.argv[2])], library, WordEncoder())); remove('ivig', library)\n"
        "    assert refresh_dense(library, dense_of(library), force=True)\n"
    )
    with searching(folder) as searcher:
        assert best(searcher, "ulcers of two men")[0] == "ivig"
        done = python(code, folder, note(tmp_path, "new", "Rituximab for stiff hands."))
        assert done.returncode == 0, done.stderr
        assert best(searcher, "stiff hands")[0] == "new"
        assert "ivig" not in best(searcher, "ulcers of two men")
        assert searcher.dense_problem == ""
        assert searcher.library.meta("generation") == "2"


def test_an_open_searcher_follows_many_generations(tmp_path):
    """The folder of the one that it holds open is deleted meanwhile."""
    folder = stocked(tmp_path / "library", dense=True)
    with searching(folder) as reader, Library(folder) as writer:
        dense = dense_of(writer)
        for number in range(4):
            assert best(reader, "ulcers of two men")[0] == "ivig"
            text = f"Rituximab for stiff hands, case {number}."
            list(add([note(tmp_path, f"new-{number}", text)], writer, WordEncoder()))
            assert refresh_dense(writer, dense, force=True)
        assert len(best(reader, "Rituximab stiff hands")) >= 4
        assert reader.dense_problem == ""
        dense.close()
    kept = sorted(path.name for path in (folder / "chroma").iterdir())
    assert kept == ["generation-000004", "generation-000005"]


def test_a_removed_report_never_comes_back(tmp_path):
    """It is still in the generation; neither the dense nor the word search gives it."""
    folder = stocked(tmp_path / "library", dense=True)
    with searching(folder) as searcher, Library(folder) as writer:
        remove("ivig", writer)
        assert "ivig" not in best(searcher, "ulcers of two men healed by immunoglobulin")
        assert best(searcher, "ulcers", report="ivig") == []
        assert len(best(searcher, "ulcers")) == 2


def test_a_report_added_again_with_other_content_is_right(tmp_path):
    """The generation has the old vector under the same place; text and score are the new ones."""
    folder = stocked(tmp_path / "library", dense=True)
    fresh = stocked(tmp_path / "fresh", {**NOTES, "ivig": "Rituximab for stiff hands."})
    with searching(folder) as searcher, Library(folder) as writer:
        remove("ivig", writer)
        list(add([fresh / "files" / "ivig.txt"], writer, WordEncoder()))
        for query in ("stiff hands", "ulcers of two men"):
            with searching(fresh) as expected:
                assert searcher.search(query, 5) == expected.search(query, 5)
        assert searcher.dense_problem == ""


def test_an_open_casebook_finds_a_report_that_another_added(tmp_path, encoder):
    """The whole path, with the real model, in two open Casebooks."""
    from rag.chat import Casebook
    from rag.config import Settings

    folder = tmp_path / "library"
    paths = [ROOT / "corpus" / "reports" / f"{name}.md" for name in SMALL[:2]]
    with Library(folder, create=True) as library:
        list(index(paths, library, encoder))
    question = "Which drug stopped the hiccups?"
    with (
        Casebook(folder, Settings(), encoder=encoder) as reader,
        Casebook(folder, Settings(), encoder=encoder) as writer,
    ):
        assert "hiccups" not in reader.ask(question).text
        path = note(tmp_path, "hiccups", "Baclofen 10 mg stopped the hiccups of the woman.")
        assert [o.status for o in add([path], writer.library, encoder)] == ["added"]
        assert "Baclofen" in reader.ask(question).text
        remove("hiccups", writer.library)
        assert "Baclofen" not in reader.ask(question).text


def test_a_casebook_of_another_model_is_refused(tmp_path, encoder):
    """Opening says so, before any question."""
    from rag.chat import Casebook
    from rag.config import Settings

    folder = stocked(tmp_path / "library")
    with pytest.raises(LibraryMismatch, match="--replace"):
        Casebook(folder, Settings(), encoder=encoder)


# -- always the same ---------------------------------------------------------------------------

QUERIES = ("dapsone for a rash", "What healed the ulcers?", "anti-MDA5", "children", "CK was high")


@pytest.fixture(autouse=True)
def few_candidates(request, monkeypatch) -> None:
    """So few that the arms of the search have to choose, in a library of a hundred passages."""
    if "corpus" in request.fixturenames:
        monkeypatch.setattr(rag.search, "CANDIDATES", 20)


def hits(folder: Path) -> list:
    with searching(folder) as searcher:
        return [searcher.search(query, 8) for query in QUERIES]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Path:
    """Thirty of the shipped digests with a generation; tests must not change it."""
    return corpus_library(tmp_path_factory.mktemp("corpus"))


def corpus_library(folder: Path) -> Path:
    paths = sorted((ROOT / "corpus" / "reports").glob("*.md"))[::4]
    with Library(folder, create=True) as library:
        list(index(paths, library, WordEncoder()))
        dense = dense_of(library)
        assert refresh_dense(library, dense, force=True)
        dense.close()
    return folder


def test_two_separate_builds_give_the_same_hits(corpus, tmp_path):
    """HNSW is never built twice alike; the scores are exact all the same."""
    assert hits(corpus_library(tmp_path / "again")) == hits(corpus)


def test_it_does_not_matter_where_a_passage_lies(corpus, tmp_path):
    """In the generation, beside it, or with no dense index at all: the same hits and scores."""
    expected = hits(corpus)
    copy = tmp_path / "copy"
    shutil.copytree(corpus, copy)
    shutil.rmtree(copy / "chroma")
    assert hits(copy) == expected
    with Library(copy) as library, library.transaction():
        library.set_meta(generation=0, generation_revision=0)
    assert hits(copy) == expected
    paths = sorted((ROOT / "corpus" / "reports").glob("*.md"))[::4]
    half = tmp_path / "half"
    with Library(half, create=True) as library:
        list(add(paths[::2], library, WordEncoder()))
        dense = dense_of(library)
        assert refresh_dense(library, dense, force=True)
        list(add(paths[1::2], library, WordEncoder()))
        dense.close()
    assert hits(half) == expected


def test_read_only_folders_are_asked_for_nothing_more_than_reading(tmp_path, monkeypatch):
    """Upkeep of a library that cannot be written is refused, not tried."""
    with Library(stocked(tmp_path / "library")) as library:
        library.read_only = True
        with pytest.raises(LibraryReadOnly):
            refresh_dense(library, dense_of(library), force=True)
        with pytest.raises(LibraryReadOnly):
            remove("ivig", library)


def test_a_read_error_is_not_taken_for_an_empty_library(tmp_path):
    """What cannot be read is not answered from."""
    folder = stocked(tmp_path / "library", {f"r{i}": "Words of a rash. " * 300 for i in range(6)})
    path = folder / "casebook.sqlite3"
    data = bytearray(path.read_bytes())
    data[len(data) // 3 :] = b"\xa5" * (len(data) - len(data) // 3)
    path.write_bytes(data)
    with pytest.raises(LibraryDamaged), searching(folder) as searcher:
        best(searcher, "rash")
