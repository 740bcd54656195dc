"""The write spine: what is stored, refused, replaced, brought up to date, and found at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fakes import WordEncoder
from shelves import NOTES, best, note, notes, python, searching, stocked

import rag.derivation
import rag.index
import rag.search
from rag import intake
from rag.adapter import ADAPTED
from rag.errors import (
    InvalidReport,
    LibraryError,
    LibraryMismatch,
    LibraryNotEmpty,
    ReportNotFound,
    UnreadableFile,
)
from rag.formats.sandbox import parse_safely
from rag.index import add, index, is_outdated, rederive, remove, require_model
from rag.library import Library
from rag.schema import Report


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
        pytest.raises(LibraryError, match=r"\.docm, \.docx, .*\.md, .*\.txt"),
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
        assert not is_outdated(library, WordEncoder())
        assert rederive(library, WordEncoder()) == 0
        before = library.revision
        monkeypatch.setattr(rag.derivation, constant, value)
        assert is_outdated(library, WordEncoder())
        assert rederive(library, WordEncoder()) == len(NOTES)
        assert not is_outdated(library, WordEncoder())
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


def older_and_newer() -> tuple[WordEncoder, WordEncoder]:
    """Two versions of the shipped encoder."""
    pair = WordEncoder("adapter-1"), WordEncoder("adapter-2")
    for encoder in pair:
        encoder.name = ADAPTED
    return pair


def test_an_upgrade_with_another_adapter_embeds_again(tmp_path, monkeypatch):
    """With a backup; also a report that today's reader refuses, whose text stays as it was."""
    old, new = older_and_newer()
    with Library(tmp_path / "library", create=True) as library:
        list(add(notes(tmp_path / "in"), library, old))
        before = [report.text for report in library.reports()]
        assert is_outdated(library, new) and not is_outdated(library, old)

        def refusing(data: bytes, path: Path, *_: object) -> Report:
            if path.name == "ivig.txt":
                raise InvalidReport(path, "refused today")
            return parse_safely(data, path)

        monkeypatch.setattr(rag.index, "parse_safely", refusing)
        added = list(add([note(tmp_path, "x", "New.")], library, new))
        assert [o.status for o in added] == ["added"]
        assert not is_outdated(library, new)
        library.require_model("adapter-2", ADAPTED)
        assert [r.text for r in library.reports() if r.id != "x"] == before
    assert sum("ulcers of two men" in text for text in new.encoded) >= 1
    assert len(list((tmp_path / "library").glob("casebook.backup-*.sqlite3"))) == 1


def test_a_read_only_library_of_an_older_adapter_is_refused(tmp_path):
    """Its vectors cannot be made anew, and must not be compared with others."""
    old, new = older_and_newer()
    with Library(tmp_path, create=True) as library:
        list(add(notes(tmp_path / "in"), library, old))
        library.read_only = True
        with pytest.raises(LibraryMismatch, match="--replace"):
            require_model(library, new)


def test_new_passages_are_those_of_the_new_chunker(tmp_path, monkeypatch):
    """The originals are read again; not only the version is written down."""
    folder = stocked(tmp_path / "library", {"long": "A rash was seen. " * 60})
    real = rag.index.split
    with Library(folder) as library:
        before = library.count_passages()
        monkeypatch.setattr(rag.derivation, "CHUNKER_VERSION", "shorter")
        monkeypatch.setattr(rag.index, "split", lambda report, count, _: real(report, count, 30))
        rederive(library, WordEncoder())
        assert library.count_passages() > before


def test_adding_to_an_older_library_brings_it_up_to_date_first(tmp_path, monkeypatch):
    """One library is never of two versions."""
    folder = stocked(tmp_path / "library")
    monkeypatch.setattr(rag.derivation, "CLEANING_VERSION", "newer")
    assert outcomes(folder, note(tmp_path, "x", "New.")) == [("added", "x")]
    with Library(folder) as library:
        assert not is_outdated(library, WordEncoder())
    assert list(folder.glob("casebook.backup-*.sqlite3"))


def test_an_id_survives_whatever_a_newer_reader_makes_of_the_name(tmp_path, monkeypatch):
    """It is what users cite; and two reports must not become one."""
    folder = stocked(tmp_path / "library")
    real = rag.index.parse_safely

    def renamed(data, path, limits):
        from dataclasses import replace

        return replace(real(data, path, limits), id="all-the-same")

    monkeypatch.setattr(rag.index, "parse_safely", renamed)
    monkeypatch.setattr(rag.derivation, "CLEANING_VERSION", "newer")
    with Library(folder) as library:
        rederive(library, WordEncoder())
    assert ids(folder) == sorted(NOTES)


def test_a_report_that_a_newer_reader_refuses_stays_as_it_was(tmp_path, monkeypatch, caplog):
    """It was accepted once, and nothing stored is lost."""
    folder = stocked(tmp_path / "library")
    real = rag.index.parse_safely

    def strict(data, path, limits):
        if path.name == "ivig.txt":
            raise UnreadableFile(path, "too strange")
        return real(data, path, limits)

    monkeypatch.setattr(rag.index, "parse_safely", strict)
    monkeypatch.setattr(rag.derivation, "CLEANING_VERSION", "newer")
    with Library(folder) as library:
        rederive(library, WordEncoder())
        assert not is_outdated(library, WordEncoder())
    assert ids(folder) == sorted(NOTES)
    assert "ivig stays as an older Casebook read it: too strange" in caplog.text


def test_a_migration_that_fails_changes_nothing(tmp_path, monkeypatch):
    """It is tried again at the next opening."""
    folder = stocked(tmp_path / "library")
    monkeypatch.setattr(rag.derivation, "CLEANING_VERSION", "newer")
    with Library(folder) as library:
        before = library.revision
        with pytest.raises(MemoryError):
            rederive(library, FailingEncoder())
        assert library.revision == before
        assert is_outdated(library, WordEncoder())
        assert rederive(library, WordEncoder()) == len(NOTES)
