"""One report more, changed or gone: the others' rows, vectors and generation are not touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import WordEncoder
from shelves import best, dense_of, note, notes, searching, stocked

import rag.derivation
import rag.index
from rag import intake
from rag.errors import LibraryDamaged
from rag.index import add, refresh_dense, remove
from rag.intake import Outcome
from rag.library import Library

MANY = {
    f"r{n:03}": f"A rash treated with drug{n} in ward{n * 7} healed after day{n * 13} or so."
    for n in range(300)
}


def take(folder: Path, *paths: Path, encoder: WordEncoder | None = None) -> list[Outcome]:
    with Library(folder) as library:
        return list(add(paths, library, encoder or WordEncoder()))


def rows(library: Library, table: str = "passages") -> dict[int, tuple]:
    """Everything of a table but the rows of the report 'new'."""
    query = f"SELECT * FROM {table}"
    found = [tuple(row) for row in library.db.execute(query)]
    return {row[0]: row for row in found if "new" not in row}


def test_one_report_more_writes_only_its_own_rows(tmp_path):
    """Of 301: no other row changes, nothing is embedded again, no generation is built."""
    folder = stocked(tmp_path / "library", MANY, dense=True)
    encoder = WordEncoder()
    with Library(folder) as library:
        dense = dense_of(library)
        before, texts = rows(library), rows(library, "passage_sentences")
        revision = library.revision
        written = library.db.total_changes
        list(add([note(tmp_path, "new", "Rituximab for stiff hands.")], library, encoder))
        # Report, its words (FTS5's own tables included), passage, sentences, place, settings.
        assert library.db.total_changes - written < 40
        assert not refresh_dense(library, dense)
        assert rows(library) == before
        assert {k: v for k, v in rows(library, "passage_sentences").items() if k in texts} == texts
        assert library.revision == revision + 1
        assert library.meta("generation") == "1"
        assert library.count_passages(since=revision) == 1
        dense.close()
    assert not [text for text in encoder.encoded if "A rash treated" in text]
    with searching(folder) as searcher:
        assert best(searcher, "stiff hands")[0] == "new"


def test_one_report_less_leaves_no_trace_in_search(tmp_path):
    """Neither by words nor by vector, with the generation that still holds it."""
    folder = stocked(tmp_path / "library", MANY, dense=True)
    with searching(folder) as searcher:
        assert best(searcher, MANY["r017"])[0] == "r017"
        before = rows(searcher.library)
        with Library(folder) as other:
            remove("r017", other)
        assert "r017" not in best(searcher, MANY["r017"])
        assert best(searcher, MANY["r017"], report="r017") == []
        after = rows(searcher.library)
        assert after == {row: before[row] for row in after}
        assert len(before) - len(after) == 1
        for table in ("report_rows", "facets", "report_places", "passages"):
            query = f"SELECT count(*) FROM {table} WHERE report_id = 'r017'"
            assert searcher.library.db.execute(query).fetchone()[0] == 0
        assert searcher.library.meta("generation") == "1"
        assert searcher.dense_problem == ""


def test_an_unchanged_file_is_not_even_parsed(tmp_path, monkeypatch):
    """Its hash says that it is known."""
    files = notes(tmp_path / "in")
    folder = stocked(tmp_path / "library")
    monkeypatch.setattr(intake, "parse_safely", lambda *_: pytest.fail("it was parsed"))
    assert {outcome.status for outcome in take(folder, *files)} == {"unchanged"}


def test_an_edited_file_replaces_its_older_version(tmp_path):
    """The old words are gone, the new ones found, the id is the same; the rest stays."""
    folder = stocked(tmp_path / "library", MANY, dense=True)
    file = folder / "files" / "r017.txt"
    with searching(folder) as searcher:
        before = rows(searcher.library)
        file.write_text("About r017\n\nRituximab for stiff hands.\n", "utf-8")
        (outcome,) = take(folder, file)
        assert (outcome.status, outcome.report_id) == ("replaced", "r017")
        assert best(searcher, "stiff hands")[0] == "r017"
        text = searcher.library.report("r017").text
        assert "Rituximab" in text and "rash" not in text
        kept = {row: found for row, found in rows(searcher.library).items() if row in before}
        assert kept == {row: found for row, found in before.items() if "r017" not in found}
        assert searcher.library.check() == []
    assert take(folder, file)[0].status == "unchanged"


def test_a_failed_replacement_keeps_the_older_version(tmp_path, monkeypatch):
    """Old and new are exchanged in one transaction."""
    folder = stocked(tmp_path / "library")
    file = note(folder / "files", "ivig", "Edited words.")

    def fails(*_):
        raise LibraryDamaged("the disk is full")

    monkeypatch.setattr(Library, "_put_passage", fails)
    with pytest.raises(LibraryDamaged):
        take(folder, file)
    monkeypatch.undo()
    with searching(folder) as searcher:
        assert "healed the ulcers" in searcher.library.report("ivig").text
        assert best(searcher, "immunoglobulin ulcers")[0] == "ivig"
        assert searcher.library.check() == []


@pytest.mark.parametrize("words", [b"", b"\xff\xfe\x00", b"1 2 3"])
def test_an_edited_file_that_is_no_report_any_more_keeps_the_older_version(tmp_path, words):
    """It is refused; what is stored is not lost by bad input."""
    folder = stocked(tmp_path / "library")
    (folder / "files" / "ivig.txt").write_bytes(words)
    assert take(folder, folder / "files" / "ivig.txt")[0].status == "refused"
    with Library(folder) as library:
        assert "healed the ulcers" in library.report("ivig").text


def test_another_file_of_the_same_name_replaces_nothing(tmp_path):
    """'notes.txt' of another folder is another report: it is refused, with the ways out."""
    folder = stocked(tmp_path / "library")
    (outcome,) = take(folder, note(tmp_path / "elsewhere", "ivig", "Other words."))
    assert outcome.status == "refused"
    assert "casebook remove ivig" in outcome.message


def test_an_edited_file_is_known_by_any_path_to_it(tmp_path, monkeypatch):
    """Relative or through a link; the library holds a hash of the place, not the place."""
    folder = stocked(tmp_path / "library")
    note(folder / "files", "ivig", "Edited words.")
    monkeypatch.chdir(folder / "files")
    assert take(folder, Path("ivig.txt"))[0].status == "replaced"
    assert str(tmp_path).encode() not in (folder / "casebook.sqlite3").read_bytes()


def test_a_place_survives_a_new_reading_and_an_older_file_lacks_it(tmp_path, monkeypatch):
    """After `rederive` an edit is still an edit; a file of an earlier Casebook says nothing."""
    folder = stocked(tmp_path / "library")
    with Library(folder) as library:
        place = library.place("ivig")
        monkeypatch.setattr(rag.derivation, "CLEANING_VERSION", "newer")
        rag.index.rederive(library, WordEncoder())
        assert library.place("ivig") == place != ""
        library.db.execute("DROP TABLE report_places")
    assert take(folder, note(folder / "files", "ivig", "Edited."))[0].status == "refused"
    with Library(folder) as library:
        assert library.place("ivig") == ""
