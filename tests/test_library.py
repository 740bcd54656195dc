"""Reports, passages, words and vectors in the library: stored whole, read back exactly."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import WordEncoder
from places import ROOT
from shelves import NOTES, note, stocked

from rag.errors import LibraryDamaged, LibraryMismatch, ReportNotFound
from rag.formats import read_file
from rag.index import add
from rag.library import Entry, Facet, Library, database
from rag.schema import Passage, Report, Section

TEXT = (
    "TIF1\u03b3 was found. A \U0001d518-shaped ulcer, K\u00f6bner\u2019s sign (e\u0301). No cancer."
)
REPORT = Report(
    id="odd-signs",
    title="Odd signs",
    text=TEXT,
    sections=(Section("case", "Case", "case", 0, 40), Section("end", "End", "references", 40, 63)),
    source="odd.txt",
    source_kind="user file",
    basis="excerpt",
)


def entries(report: Report, *spans: tuple[int, int]) -> list[Entry]:
    vectors = WordEncoder().encode([report.text[a:b] for a, b in spans])
    return [
        Entry(Passage(report.id, "case", number, a, b, "case", 1, 7), "context", vector)
        for number, ((a, b), vector) in enumerate(zip(spans, vectors, strict=True), 1)
    ]


def put(library: Library, report: Report, *spans: tuple[int, int], facets=()) -> None:
    with library.transaction():
        library.put(report, b"original", entries(report, *spans), facets)


@pytest.fixture
def library(tmp_path):
    with Library(tmp_path / "library", create=True) as opened:
        yield opened


@pytest.mark.parametrize(
    "path", sorted((ROOT / "corpus" / "reports").glob("*.md"))[::12], ids=lambda path: path.stem
)
def test_a_report_comes_back_as_it_went_in(library, path):
    """Every field of a digest: sections, cases with their treatments, what the source lacks."""
    report, original = read_file(path)
    with library.transaction():
        library.put(report, original, [], [])
    assert library.report(report.id) == report
    assert library.reports() == [report]
    assert library.original(report.id)[:2] == (path.name, path.read_bytes())


def test_passage_texts_are_slices_counted_in_code_points(library):
    """Characters beyond 16 bits and combining ones count as Python counts them."""
    spans = [(0, 16), (17, 40), (41, len(TEXT))]
    put(library, REPORT, *spans)
    found = library.report_passages(REPORT.id)
    assert [text for _, text in found] == [TEXT[a:b] for a, b in spans]
    assert found[0][0] == Passage("odd-signs", "case", 1, 0, 16, "case", 1, 7)


def test_removing_a_report_leaves_no_trace(library):
    """Not in any table, the word index included."""
    put(library, REPORT, (0, 16), (17, 40), facets=[Facet("drug", "dapsone", 1)])
    assert library.delete(REPORT.id)
    counts = {
        table: library.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in (
            "reports", "passages", "facets", "report_rows", "passage_words", "report_words",
        )
    }  # fmt: skip
    assert set(counts.values()) == {0}, counts
    assert not library.delete(REPORT.id)
    assert library.check() == []


def test_a_report_stored_again_replaces_the_older_one(library):
    """The old passages, words and facets are gone."""
    put(library, REPORT, (0, 16), (17, 40), facets=[Facet("drug", "dapsone")])
    put(library, replace(REPORT, title="New"), (41, 50), facets=[Facet("drug", "ivig")])
    assert library.passage_counts() == {"odd-signs": 1}
    assert library.report("odd-signs").title == "New"
    assert not library.has_facet("drug", "dapsone")
    assert library.has_facet("drug", "IVIG")
    matches = "SELECT count(*) FROM report_words WHERE report_words MATCH 'odd'"
    assert library.db.execute(matches).fetchone()[0] == 0


def test_words_of_references_are_not_searched(library):
    """A reference list is kept in the text, and never found."""
    put(library, REPORT, (0, 16))
    query = "SELECT count(*) FROM report_words WHERE report_words MATCH ?"
    assert library.db.execute(query, ("ulcer",)).fetchone()[0] == 1
    assert library.db.execute(query, ("cancer",)).fetchone()[0] == 0


def test_each_change_raises_the_revision(library):
    """This is how open processes see that something is new."""
    seen = [library.revision]
    put(library, REPORT, (0, 16))
    seen.append(library.revision)
    library.delete(REPORT.id)
    seen.append(library.revision)
    library.clear()
    seen.append(library.revision)
    assert seen == sorted(set(seen))


def test_places_and_rows_are_two_names_of_a_passage(library):
    """Unknown ones are left out; `until` leaves out what is newer."""
    put(library, REPORT, (0, 16), (17, 40))
    before = library.revision
    put(library, replace(REPORT, id="newer"), (0, 16))
    places = library.places(range(100))
    assert sorted(places.values()) == ["newer#case/1", "odd-signs#case/1", "odd-signs#case/2"]
    assert library.rows_at([*places.values(), "gone#case/1", "odd-signs#case/9"]) == {
        place: row for row, place in places.items()
    }
    older = library.places(range(100), until=before)
    assert sorted(older.values()) == ["odd-signs#case/1", "odd-signs#case/2"]


def test_vectors_come_back_exactly_and_in_the_order_of_rows(library):
    """Each row once, however often it is asked for; more rows than SQLite takes variables."""
    spans = [(i % 10, 20 + i % 20) for i in range(1203)]
    put(library, REPORT, *spans)
    wanted = np.stack([entry.vector for entry in entries(REPORT, *spans)])
    rows, vectors = library.vectors_since(0)
    assert rows == sorted(rows)
    assert np.array_equal(vectors, wanted)
    again, picked = library.vectors([*reversed(rows), *rows, *rows, 99_999])
    assert again == rows
    assert np.array_equal(picked, wanted)
    assert library.vectors([])[0] == []


def test_a_sample_is_spread_over_what_was_stored_by_then(library):
    """Places with their own vectors."""
    put(library, REPORT, *[(i, i + 10) for i in range(50)])
    until = library.revision
    put(library, replace(REPORT, id="newer"), (0, 16))
    places, vectors = library.sample(until, 10)
    assert places == [f"odd-signs#case/{number}" for number in range(1, 51, 5)]
    rows = library.rows_at(places)
    assert np.array_equal(vectors, library.vectors(list(rows.values()))[1])
    assert library.sample(0, 10)[0] == []


def test_a_snapshot_sees_one_state(tmp_path):
    """Another process's commit is seen after it, not within."""
    folder = stocked(tmp_path)
    with Library(folder) as reader, Library(folder) as writer:
        with reader.snapshot():
            before = reader.report_ids()
            list(add([note(tmp_path / "new", "more", "Another report.")], writer, WordEncoder()))
            with reader.snapshot():  # a snapshot within one is the same
                assert reader.report_ids() == before
        assert reader.report_ids() == sorted([*before, "more"])


def test_only_the_model_of_the_stored_vectors_is_accepted(tmp_path):
    """The message names both models and the command that repairs it."""
    with Library(stocked(tmp_path)) as library:
        library.require_model("words-1", "words")
        with pytest.raises(LibraryMismatch, match="casebook index PATH… .*--replace") as caught:
            library.require_model("other-hash", "other")
        assert "'words' (words-1)" in str(caught.value)
        assert "'other' (other-hash)" in str(caught.value)


def test_a_library_of_the_shipped_reports_is_built_again_without_a_path(tmp_path):
    """Nobody knows where the shipped reports lie, and 'casebook index' finds them by itself."""
    with Library(stocked(tmp_path)) as library:
        library.set_meta(complete="yes")
        with pytest.raises(LibraryMismatch) as caught:
            library.require_model("other-hash", "other")
    assert f"shipped reports with: casebook index --library {tmp_path}" in str(caught.value)
    assert "casebook index PATH…" not in str(caught.value)


def test_looking_binds_no_model(library):
    """An empty library may take any model, until reports are stored."""
    library.require_model("one", "One")
    library.require_model("two", "Two")
    with library.transaction():
        library.bind_model("two", "Two")
        library.put(REPORT, b"", entries(REPORT, (0, 16)), [])
    with pytest.raises(LibraryMismatch):
        library.bind_model("one", "One")
    library.delete(REPORT.id)
    with library.transaction():
        library.bind_model("one", "One")
    assert library.meta("model_name") == "One"


def test_an_unknown_id_names_the_nearest(library):
    """A typo is told."""
    put(library, REPORT, (0, 16))
    with pytest.raises(ReportNotFound, match="nearest: odd-signs"):
        library.report("od-signs")
    with pytest.raises(ReportNotFound, match="casebook list"):
        library.report("zzz")


def test_content_is_known_by_its_hash(library):
    """The first id that has it, or none."""
    put(library, REPORT, (0, 16))
    digest = library.original(REPORT.id)[2]
    assert library.id_of_content(digest) == "odd-signs"
    assert library.id_of_content("0" * 64) is None


# -- upkeep ------------------------------------------------------------------------------------


def broken_words(folder: Path) -> None:
    """Take from the word index what it knows of one text, behind its back."""
    with closing(sqlite3.connect(folder / database.FILE)) as db, db:
        db.execute("UPDATE passage_words_content SET c0 = 'entirely different' WHERE id = 1")


def test_a_word_index_that_lost_its_texts_is_reported_and_rebuilt(tmp_path):
    """SQLite's own check of the file does not see it; FTS5's does."""
    folder = stocked(tmp_path)
    broken_words(folder)
    with Library(folder) as library:
        assert [problem.split(":")[0] for problem in library.check()] == [
            "word index passage_words"
        ]
        with library.transaction():
            library.rebuild_words()
        assert library.check() == []


def torn(folder: Path) -> None:
    """Overwrite the second half of the file, but not its first pages."""
    path = folder / database.FILE
    data = bytearray(path.read_bytes())
    data[len(data) // 2 :] = b"\xa5" * (len(data) - len(data) // 2)
    path.write_bytes(data)


def test_a_torn_file_is_a_finding_of_the_check(tmp_path):
    """The check says what it sees; it does not fail itself."""
    folder = stocked(tmp_path, {f"r{i}": "Some words about a rash. " * 200 for i in range(5)})
    torn(folder)
    with Library(folder) as library:
        assert library.check() != []


def test_damage_met_while_reading_is_one_line_for_the_user(tmp_path):
    """In a snapshot and at the end of a `with Library`, SQLite's error becomes LibraryDamaged."""
    folder = stocked(tmp_path, {f"r{i}": "Some words about a rash. " * 200 for i in range(5)})
    torn(folder)
    with pytest.raises(LibraryDamaged, match="restore a backup"), Library(folder) as library:
        library.reports()
    with Library(folder) as library:  # noqa: SIM117 (the inner one is meant)
        with pytest.raises(LibraryDamaged), library.snapshot():
            library.reports()


def test_a_backup_is_a_whole_library(tmp_path):
    """What a killed backup left is replaced."""
    folder = stocked(tmp_path / "library")
    copy = tmp_path / "copy" / database.FILE
    copy.parent.mkdir()
    copy.with_name(f"{copy.name}.new").write_text("half a copy")
    with Library(folder) as library:
        library.back_up(copy)
    with Library(copy.parent) as library:
        assert library.report_ids() == sorted(NOTES)
        assert library.check() == []
    assert not copy.with_name(f"{copy.name}.new").exists()


def test_clearing_forgets_reports_and_model_but_not_the_library(library):
    """Its id and its generation stay, so that no old dense index is taken for a new one."""
    put(library, REPORT, (0, 16))
    library.set_meta(generation=4, model_hash="one", model_name="One")
    identity = library.meta("library_id")
    with library.transaction():
        library.clear()
    assert library.report_ids() == []
    assert library.count_passages() == 0
    assert library.meta("model_hash") == ""
    assert (library.meta("library_id"), library.meta("generation")) == (identity, "4")


def test_a_licence_comes_back_as_it_went_in(library):
    """And a report without one has none."""
    put(library, replace(REPORT, licence="CC BY-NC 4.0"), (0, 15))
    put(library, replace(REPORT, id="without"), (0, 15))
    assert [report.licence for report in library.reports()] == ["CC BY-NC 4.0", None]
    assert library.sources() == [
        ("odd-signs", "odd.txt", None, None), ("without", "odd.txt", None, None),
    ]  # fmt: skip


def test_a_library_of_an_earlier_version_gets_a_place_for_licences(tmp_path):
    """Its reports stay, without one; new reports bring theirs."""
    folder = stocked(tmp_path, {"dapsone": NOTES["dapsone"]})
    with closing(sqlite3.connect(folder / database.FILE)) as old:
        old.execute("ALTER TABLE reports DROP COLUMN licence")
        old.commit()
    with Library(folder) as library:
        put(library, replace(REPORT, licence="CC0 1.0"), (0, 15))
        assert [report.licence for report in library.reports()] == [None, "CC0 1.0"]
        assert "Dapsone cleared" in library.report("dapsone").text
