"""What is kept of a library in memory is what its file says, whoever changed it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fakes import WordEncoder
from shelves import note, stocked

from rag import filters as filtering
from rag.errors import FilterError, ReportNotFound
from rag.filters import AllowedRows, allowed_rows
from rag.index import add, remove
from rag.library import Library
from rag.library import cache as caching
from rag.library.cache import PassageCache, ReportCache
from rag.library.vectors import VectorCache


def rows_of(library: Library) -> list[int]:
    return [int(row[0]) for row in library.db.execute("SELECT row FROM passages ORDER BY row")]


def test_passages_are_what_the_library_says(tmp_path: Path) -> None:
    """Rows, places and vectors, asked for the first time and the second; unknown ones are left."""
    with Library(stocked(tmp_path)) as library:
        cache, rows = PassageCache(library), rows_of(library)
        places = library.places(rows)
        for _ in range(2):
            found, vectors = cache.vectors([*reversed(rows), 10_000])
            expected, stored = library.vectors(rows)
            assert found == expected == rows
            assert np.array_equal(vectors, stored)
            assert cache.places([*rows, 10_000]) == places
            at = cache.rows_at([*places.values(), "nobody#text/1"])
            assert at == {place: row for row, place in places.items()}
        assert cache.vectors([10_000])[0] == []


def test_a_change_by_another_process_is_seen(tmp_path: Path) -> None:
    """A removed report's passages are gone, an added one's are there."""
    folder = stocked(tmp_path / "library")
    with Library(folder) as library, Library(folder) as writer:
        cache, reports = PassageCache(library), ReportCache(library)
        rows, (first, *_) = rows_of(library), library.report_ids()
        gone = cache.places(rows)
        cache.vectors(rows)
        assert reports.reports([first])[first].id == first
        remove(first, writer)
        list(add([note(tmp_path / "new", "another", "The rash faded.")], writer, WordEncoder()))
        assert cache.vectors(rows)[0] == library.vectors(rows)[0] != rows
        left = {row: place for row, place in gone.items() if not place.startswith(f"{first}#")}
        assert cache.places(rows) == left
        assert cache.rows_at([p for p in gone.values() if p not in left.values()]) == {}
        assert list(cache.places(rows_of(library)).values())[-1].startswith("another#")
        with pytest.raises(ReportNotFound):
            reports.reports([first])
        assert reports.reports(["another"])["another"].text.strip().endswith("The rash faded.")


def test_a_report_is_read_once_a_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no more than so many are kept."""
    with Library(stocked(tmp_path)) as library:
        read: list[str] = []
        report = library.report
        monkeypatch.setattr(library, "report", lambda i: read.append(i) or report(i))
        reports, ids = ReportCache(library), library.report_ids()
        assert list(reports.reports([ids[1], ids[0], ids[1]])) == [ids[1], ids[0]]
        reports.reports(ids[:2])
        assert read == [ids[1], ids[0]]
        monkeypatch.setattr(caching, "KEPT_REPORTS", 1)
        reports.reports(ids[:1])
        assert read == [ids[1], ids[0], ids[0]]


def test_filters_are_worked_out_once_a_revision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other filters, other reports left out and other revisions are others; a bad one is told."""
    folder = stocked(tmp_path / "library")
    with Library(folder) as library, Library(folder) as writer:
        asked: list[object] = []
        monkeypatch.setattr(
            filtering, "allowed_rows", lambda *own: asked.append(own[1:]) or allowed_rows(*own)
        )
        allowed, (first, second, *_) = AllowedRows(library), library.report_ids()
        one = {"report": [first]}
        for _ in range(2):
            assert allowed.of(one, ()).tolist() == allowed_rows(library, one)
            assert allowed.of({}, [second]).tolist() == allowed_rows(library, {}, [second])
            assert allowed.of({}, ()) is None
        assert asked == [(one, ()), ({}, [second]), ({}, ())]
        remove(first, writer)
        assert allowed.of(one, ()).tolist() == []
        with pytest.raises(FilterError):
            allowed.of({"colour": ["red"]}, ())


def test_all_vectors_follow_changes_and_only_new_ones_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After removals, additions and replacements they are what the file says."""
    folder = stocked(tmp_path / "library")
    with Library(folder) as library, Library(folder) as writer:
        cache, read = VectorCache(library), []

        def agree() -> None:
            rows, vectors = cache.since(0)
            expected, stored = Library.vectors_since(library, 0)
            assert rows.tolist() == expected == rows_of(library)
            assert vectors.tolist() == stored.tolist()

        agree()
        monkeypatch.setattr(library, "vectors_since", lambda *_: pytest.fail("all read again"))
        given = library.vectors
        monkeypatch.setattr(library, "vectors", lambda rows: read.append(rows) or given(rows))
        first, *others = library.report_ids()
        remove(first, writer)
        agree()
        new = note(tmp_path / "new", "another", "The rash faded.")
        list(add([new], writer, WordEncoder()))
        agree()
        assert read == [rows_of(library)[-1:]]
        for report_id in (*others, "another"):
            remove(report_id, writer)
        agree()
        list(add([new], writer, WordEncoder()))
        agree()
        monkeypatch.undo()
        built = library.revision
        assert cache.since(built)[0].tolist() == []
        list(add([note(tmp_path / "new", "last", "It came back.")], writer, WordEncoder()))
        assert cache.since(built)[0].tolist() == rows_of(library)[-1:]


def test_vectors_come_in_slices(tmp_path: Path) -> None:
    """Slices hold at most so many passages, and together all of them, in the order of rows."""
    with Library(stocked(tmp_path)) as library:
        slices = list(library.vector_slices(0, 2))
        assert [len(rows) for rows, _ in slices] == [2, 1]
        rows, vectors = library.vectors_since(0)
        assert [row for own, _ in slices for row in own] == rows
        assert np.array_equal(np.concatenate([own for _, own in slices]), vectors)
        assert library.vectors_since(library.revision)[0] == []
