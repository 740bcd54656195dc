"""The write spine: what is stored, refused, replaced, brought up to date, and found at once."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest
from fakes import WordEncoder
from places import ROOT, SMALL
from shelves import NOTES, best, dense_of, note, notes, python, searching, stocked

import rag.index
import rag.search
from rag import intake, upkeep
from rag.errors import (
    LibraryBusy,
    LibraryDamaged,
    LibraryError,
    LibraryMismatch,
    LibraryNotEmpty,
    LibraryReadOnly,
    ReportNotFound,
    UnreadableFile,
)
from rag.index import add, index, is_outdated, rederive, refresh_dense, remove
from rag.library import Library


def outcomes(folder: Path, *paths: Path, encoder: WordEncoder | None = None) -> list[tuple]:
    with Library(folder, create=True) as library:
        return [(o.status, o.report_id) for o in add(paths, library, encoder or WordEncoder())]


def messages(folder: Path, *paths: Path) -> list[str]:
    with Library(folder, create=True) as library:
        return [o.message for o in add(paths, library, WordEncoder()) if o.status == "refused"]


def ids(folder: Path) -> list[str]:
    with Library(folder) as library:
        assert library.check() == []
        return library.report_ids()


# -- adding ------------------------------------------------------------------------------------


def test_folders_are_read_in_order_without_what_is_hidden_or_unknown(tmp_path):
    """Below a folder; a path that is named is read whatever it is called."""
    (tmp_path / "in" / "sub").mkdir(parents=True)
    texts = {"b": "Two.", "a": "One.", ".hidden": "No.", "sub/c": "Three."}
    made = notes(tmp_path / "in", texts)
    (tmp_path / "in" / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "in" / ".git").mkdir()
    note(tmp_path / "in" / ".git", "config", "No.")
    found = list(intake.files([tmp_path / "in", made[2]]))
    names = [path.relative_to(tmp_path / "in").as_posix() for path in found]
    assert names == ["a.txt", "b.txt", "sub/c.txt", ".hidden.txt"]


def test_a_bad_file_is_refused_and_the_others_go_on(tmp_path):
    """Each refusal says why; nothing of the bad files is stored."""
    notes(tmp_path / "in", {"a": "One rash.", "z": "Two rashes."})
    (tmp_path / "in" / "empty.md").write_text("")
    (tmp_path / "in" / "latin.txt").write_bytes("Köbner".encode("latin-1"))
    (tmp_path / "in" / "binary.txt").write_bytes(b"PK\x00\x00")
    folder = tmp_path / "library"
    with Library(folder, create=True) as library:
        found = list(add([tmp_path / "in", tmp_path / "missing.txt"], library, WordEncoder()))
    status = {o.path.name: o.status for o in found}
    assert status == {
        "a.txt": "added", "z.txt": "added", "empty.md": "refused", "latin.txt": "refused",
        "binary.txt": "refused", "missing.txt": "refused",
    }  # fmt: skip
    assert all(o.message for o in found if o.status == "refused")
    assert ids(folder) == ["a", "z"]


def test_a_report_is_stored_before_it_is_acknowledged(tmp_path, monkeypatch):
    """Whoever reads 'added' finds the report, in whatever process."""
    monkeypatch.setattr(intake, "GROUP_CHARACTERS", 1)
    paths = notes(tmp_path / "in")
    with Library(tmp_path / "library", create=True) as writer, Library(writer.folder) as other:
        acknowledged = []
        for outcome in add(paths, writer, WordEncoder()):
            acknowledged.append(outcome.report_id)
            assert outcome.report_id in other.report_ids()
            assert other.passage_counts()[outcome.report_id] == outcome.passages > 0
        assert acknowledged == list(NOTES)


def test_adding_again_changes_nothing(tmp_path):
    """Not even the revision, so that nobody reads anything anew; nothing is embedded either."""
    folder = stocked(tmp_path / "library")
    with Library(folder) as library:
        before = library.revision
        encoder = WordEncoder()
        found = [o.status for o in add([folder / "files"], library, encoder)]
        assert found == ["unchanged"] * 3
        assert library.revision == before
        assert encoder.encoded == []


def test_indexing_twice_stores_what_indexing_once_does(tmp_path):
    """And so does adding in another order, one by one."""
    paths = notes(tmp_path / "in")

    def content(name: str, *groups: list[Path]) -> list[tuple]:
        with Library(tmp_path / name, create=True) as library:
            for group in groups:
                list(add(group, library, WordEncoder()))
            return [
                (passage, text, library.vectors([row])[1].tobytes())
                for report_id in library.report_ids()
                for passage, text in library.report_passages(report_id)
                for row in library.rows_at([passage.id]).values()
            ]

    once = content("once", paths)
    assert content("twice", paths, paths) == once
    assert content("backwards", *[[path] for path in reversed(paths)]) == once


def test_an_edited_file_under_the_same_id_is_refused(tmp_path):
    """The old content stays; the message names the id, the file and both ways out."""
    folder = stocked(tmp_path / "library")
    (message,) = messages(folder, note(tmp_path, "ivig", "Edited."))
    assert "'ivig' belongs to 'ivig.txt' with different content" in message
    assert "casebook remove ivig" in message
    assert "another id" in message
    with Library(folder) as library:
        assert "healed the ulcers" in library.report("ivig").text


def test_two_files_that_clash_are_both_named(tmp_path):
    """The first is stored, the second refused, in one run."""
    first, second = note(tmp_path / "a", "same", "One."), note(tmp_path / "b", "same", "Two.")
    with Library(tmp_path / "library", create=True) as library:
        one, two = add([first, second], library, WordEncoder())
    assert (one.status, two.status) == ("added", "refused")
    assert two.path == second
    assert str(first) in two.message


@pytest.mark.parametrize("together", [True, False], ids=["in one run", "later"])
def test_the_same_content_under_another_name_is_refused(tmp_path, together):
    """Else every answer would cite it twice; the message names both files."""
    first = note(tmp_path / "a", "report", "One.")
    copy = tmp_path / "a" / "report (1).txt"
    shutil.copy(first, copy)
    folder = tmp_path / "library"
    runs = [[first, copy]] if together else [[first], [copy]]
    found = [message for run in runs for message in messages(folder, *run)]
    assert len(found) == 1
    assert "report.txt" in found[0]
    assert "under the id 'report'" in found[0]
    assert ids(folder) == ["report"]


def test_the_same_file_named_twice_is_stored_once(tmp_path):
    """The second time it is unchanged."""
    path = note(tmp_path, "a", "One rash.")
    assert outcomes(tmp_path / "library", path, path, tmp_path / "a.txt") == [
        ("added", "a"), ("unchanged", "a"), ("unchanged", "a"),
    ]  # fmt: skip


def test_removing_an_unknown_report_names_the_nearest(tmp_path):
    """And removes nothing."""
    folder = stocked(tmp_path / "library")
    with Library(folder) as library, pytest.raises(ReportNotFound, match="nearest: dapsone"):
        remove("dapson", library)
    assert ids(folder) == sorted(NOTES)


# -- building anew -----------------------------------------------------------------------------


def test_a_library_with_reports_is_not_built_over(tmp_path):
    """The message names both commands that may be meant."""
    folder = stocked(tmp_path / "library")
    with Library(folder) as library, pytest.raises(LibraryNotEmpty, match="add.*--replace"):
        list(index(notes(tmp_path / "new", {"x": "New."}), library, WordEncoder()))
    assert ids(folder) == sorted(NOTES)


def test_replacing_leaves_only_the_new_reports(tmp_path):
    """Acknowledged when the whole is stored."""
    folder = stocked(tmp_path / "library", dense=True)
    with Library(folder) as library, Library(folder) as other:
        for outcome in index([note(tmp_path, "x", "New.")], library, WordEncoder(), replace=True):
            assert outcome.status == "added"
            assert other.report_ids() == ["x"]
    with searching(folder) as searcher:
        assert best(searcher, "dapsone ulcers erythema new") == ["x"]


class FailingEncoder(WordEncoder):
    """Fails at its second batch."""

    def encode(self, texts):
        if self.encoded:
            raise MemoryError("no memory left")
        return super().encode(texts)


@pytest.mark.parametrize("case", ["all refused", "nothing there", "fails half-way"])
def test_a_failed_replacement_keeps_the_old_library(tmp_path, monkeypatch, case):
    """Its reports, its words and its dense index."""
    monkeypatch.setattr(intake, "GROUP_CHARACTERS", 1)
    folder = stocked(tmp_path / "library", dense=True)
    (tmp_path / "new").mkdir()
    if case == "all refused":
        (tmp_path / "new" / "bad.md").write_text("")
    if case == "fails half-way":
        notes(tmp_path / "new", {"x": "New.", "y": "Newer."})
    expected = (
        pytest.raises(MemoryError)
        if case == "fails half-way"
        else pytest.raises(LibraryError, match="No report could be read")
    )
    with Library(folder) as library, expected:
        list(index([tmp_path / "new"], library, FailingEncoder(), replace=True))
    assert ids(folder) == sorted(NOTES)
    with searching(folder) as searcher:
        assert best(searcher, "ulcers of two men")[0] == "ivig"
        assert searcher.dense_problem == ""


def test_an_index_of_nothing_readable_says_so_and_stores_nothing(tmp_path):
    """Each file's refusal first, then one line; a second try with good files succeeds."""
    (tmp_path / "bad.md").write_text("")
    seen = []
    with Library(tmp_path / "library", create=True) as library:
        with pytest.raises(LibraryError, match=r"No report could be read.*bad\.md"):
            seen.extend(index([tmp_path / "bad.md"], library, WordEncoder()))
        assert library.report_ids() == []
        assert library.meta("model_hash") == ""
        found = list(index(notes(tmp_path / "in"), library, WordEncoder("another model")))
        assert [o.status for o in found] == ["added"] * 3


def test_an_index_of_a_folder_without_known_files_names_the_known_kinds(tmp_path):
    """An empty folder is most often a wrong folder."""
    (tmp_path / "in").mkdir()
    with (
        Library(tmp_path / "library", create=True) as library,
        pytest.raises(LibraryError, match=r"\.markdown, \.md, \.txt"),
    ):
        list(index([tmp_path / "in"], library, WordEncoder()))


def test_a_full_disk_while_replacing_keeps_the_old_library(tmp_path):
    """The file may not grow: a real limit of the operating system, in a process of its own."""
    folder = stocked(tmp_path / "library")
    long = note(tmp_path, "long", "Many words about a rash of the skin. " * 2000)
    code = (
        "import resource, sys; from pathlib import Path; from fakes import WordEncoder\n"
        "from rag.errors import LibraryDamaged; from rag.index import add, index\n"
        "from rag.library import Library\n"
        "library = Library(Path(sys.argv[1]))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "for write in (add, lambda *a: index(*a, replace=True)):\n"
        "    try:\n"
        "        list(write([Path(sys.argv[2])], library, WordEncoder()))\n"
        "    except LibraryDamaged as error:\n"
        "        print(error)\n"
    )
    done = python(code, folder, long)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 2
    assert done.stdout.count("what was stored before is unchanged: free some space") == 2
    assert ids(folder) == sorted(NOTES)


# -- models and versions -----------------------------------------------------------------------


def test_another_model_is_refused_with_the_command(tmp_path):
    """Before anything is embedded; --replace is the way out and works."""
    folder = stocked(tmp_path / "library")
    other = WordEncoder("other-model")
    new = note(tmp_path, "x", "New.")
    with Library(folder) as library:
        with pytest.raises(LibraryMismatch, match="casebook index PATH… .*--replace"):
            list(add([new], library, other))
        assert other.encoded == []
        assert [o.status for o in index([new], library, other, replace=True)] == ["added"]
        library.require_model("other-model", "words")


def test_an_emptied_library_may_take_another_model(tmp_path):
    """No vector of the old one is left to compare with."""
    folder = stocked(tmp_path / "library", {"only": "One."})
    with Library(folder) as library:
        remove("only", library)
    path = note(tmp_path, "x", "New.")
    assert outcomes(folder, path, encoder=WordEncoder("other-model")) == [("added", "x")]


VERSIONS = [
    pytest.param("CLEANING_VERSION", "newer", id="cleaning"),
    pytest.param("CHUNKER_VERSION", "newer", id="chunker"),
    pytest.param("PASSAGE_TOKENS", 7, id="passage length"),
    pytest.param("SEARCH_TEXT_VERSION", "newer", id="search text"),
]


@pytest.mark.parametrize(("constant", "value"), VERSIONS)
def test_a_library_of_other_versions_is_derived_again(tmp_path, monkeypatch, constant, value):
    """From the stored originals: the files are gone. A backup of the old state lies beside."""
    folder = stocked(tmp_path / "library", dense=True)
    shutil.rmtree(folder / "files")
    with Library(folder) as library:
        assert not is_outdated(library)
        assert rederive(library, WordEncoder()) == 0
        before = library.revision
        monkeypatch.setattr(rag.index, constant, value)
        assert is_outdated(library)
        assert rederive(library, WordEncoder()) == len(NOTES)
        assert not is_outdated(library)
        assert library.revision > before
        assert library.report_ids() == sorted(NOTES)
        assert library.check() == []
    (backup,) = folder.glob("casebook.backup-*.sqlite3")
    (tmp_path / "old").mkdir()
    shutil.copy(backup, tmp_path / "old" / "casebook.sqlite3")
    with Library(tmp_path / "old") as old:
        assert old.revision == before
        assert old.report_ids() == sorted(NOTES)
    with searching(folder) as searcher:
        assert best(searcher, "ulcers of two men")[0] == "ivig"


def test_new_passages_are_those_of_the_new_chunker(tmp_path, monkeypatch):
    """The originals are read again; not only the version is written down."""
    folder = stocked(tmp_path / "library", {"long": "A rash was seen. " * 60})
    real = rag.index.split
    with Library(folder) as library:
        before = library.count_passages()
        monkeypatch.setattr(rag.index, "CHUNKER_VERSION", "shorter")
        monkeypatch.setattr(rag.index, "split", lambda report, count, _: real(report, count, 30))
        rederive(library, WordEncoder())
        assert library.count_passages() > before


def test_adding_to_an_older_library_brings_it_up_to_date_first(tmp_path, monkeypatch):
    """One library is never of two versions."""
    folder = stocked(tmp_path / "library")
    monkeypatch.setattr(rag.index, "CLEANING_VERSION", "newer")
    assert outcomes(folder, note(tmp_path, "x", "New.")) == [("added", "x")]
    with Library(folder) as library:
        assert not is_outdated(library)
    assert list(folder.glob("casebook.backup-*.sqlite3"))


def test_an_id_survives_whatever_a_newer_reader_makes_of_the_name(tmp_path, monkeypatch):
    """It is what users cite; and two reports must not become one."""
    folder = stocked(tmp_path / "library")
    real = rag.index.read_bytes

    def renamed(data, path):
        from dataclasses import replace

        return replace(real(data, path), id="all-the-same")

    monkeypatch.setattr(rag.index, "read_bytes", renamed)
    monkeypatch.setattr(rag.index, "CLEANING_VERSION", "newer")
    with Library(folder) as library:
        rederive(library, WordEncoder())
    assert ids(folder) == sorted(NOTES)


def test_a_report_that_a_newer_reader_refuses_stays_as_it_was(tmp_path, monkeypatch, caplog):
    """It was accepted once, and nothing stored is lost."""
    folder = stocked(tmp_path / "library")
    real = rag.index.read_bytes

    def strict(data, path):
        if path.name == "ivig.txt":
            raise UnreadableFile(path, "too strange")
        return real(data, path)

    monkeypatch.setattr(rag.index, "read_bytes", strict)
    monkeypatch.setattr(rag.index, "CLEANING_VERSION", "newer")
    with Library(folder) as library:
        rederive(library, WordEncoder())
        assert not is_outdated(library)
    assert ids(folder) == sorted(NOTES)
    assert "ivig stays as an older Casebook read it: too strange" in caplog.text


def test_a_migration_that_fails_changes_nothing(tmp_path, monkeypatch):
    """It is tried again at the next opening."""
    folder = stocked(tmp_path / "library")
    monkeypatch.setattr(rag.index, "CLEANING_VERSION", "newer")
    with Library(folder) as library:
        before = library.revision
        with pytest.raises(MemoryError):
            rederive(library, FailingEncoder())
        assert library.revision == before
        assert is_outdated(library)
        assert rederive(library, WordEncoder()) == len(NOTES)


# -- the dense index ---------------------------------------------------------------------------


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


# -- found at once -----------------------------------------------------------------------------


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
