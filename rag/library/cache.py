"""What questions read of a library again and again, kept in memory as of one revision.

A question looks at some 400 passages, several times each, and at some 20 reports, and the next
question at many of the same. Nothing here outlives a change: the next call after one reads the
file again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

import numpy as np

from rag.library.library import Library
from rag.library.recorded import recorded
from rag.library.records import Vectors
from rag.schema import Report

KEPT_PASSAGES = 20_000
"""Passages that are remembered, with their vectors some 40 MB; beyond that all are forgotten."""
KEPT_REPORTS = 500
"""Reports that are remembered: of case reports some 5 MB of text."""


class Revision:
    """Tells when the library is no longer what it was at the last look."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._seen: tuple[sqlite3.Connection, int] | None = None

    def changed(self) -> bool:
        """Whether there was another revision, or another opening of the file, since last asked."""
        before, self._seen = self._seen, (self._library.db, self._library.revision)
        return before is None or before[0] is not self._seen[0] or before[1] != self._seen[1]


class PassageCache:
    """Rows, places and vectors of one library's passages. Read it inside a snapshot."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._revision = Revision(library)
        self._vectors: dict[int, Vectors] = {}
        self._places: dict[int, str] = {}
        self._rows: dict[str, int] = {}

    def vectors(self, rows: Iterable[int]) -> tuple[list[int], Vectors]:
        """The stored vectors of the rows that exist, sorted by row."""
        self._follow()
        wanted = sorted(set(rows))
        missing = [row for row in wanted if row not in self._vectors]
        if missing:
            self._vectors.update(zip(*self._library.vectors(missing), strict=True))
        found = [row for row in wanted if row in self._vectors]
        if not found:
            return [], np.zeros((0, 0), dtype=np.float32)
        return found, np.stack([self._vectors[row] for row in found])

    def places(self, rows: Sequence[int]) -> dict[int, str]:
        """Row → the passage's id, for the rows that exist."""
        self._follow()
        missing = [row for row in rows if row not in self._places]
        if missing:
            self._remember(self._library.places(missing))
        return {row: self._places[row] for row in rows if row in self._places}

    def rows_at(self, places: Sequence[str]) -> dict[str, int]:
        """Place → row, for the places that exist."""
        self._follow()
        missing = [place for place in places if place not in self._rows]
        if missing:
            self._remember({r: place for place, r in self._library.rows_at(missing).items()})
        return {place: self._rows[place] for place in places if place in self._rows}

    def _remember(self, places: dict[int, str]) -> None:
        self._places |= places
        self._rows |= {place: row for row, place in places.items()}

    def _follow(self) -> None:
        if self._revision.changed() or max(len(self._vectors), len(self._places)) > KEPT_PASSAGES:
            self._vectors, self._places, self._rows = {}, {}, {}


class ReportCache:
    """One library's reports, their patients as they are known. Read it inside a snapshot."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._revision = Revision(library)
        self._reports: dict[str, Report] = {}

    def reports(self, ids: Iterable[str]) -> dict[str, Report]:
        """The reports with these ids, in their order. Raises ReportNotFound."""
        if self._revision.changed() or len(self._reports) > KEPT_REPORTS:
            self._reports = {}
        wanted = list(dict.fromkeys(ids))
        for report_id in wanted:
            if report_id not in self._reports:
                self._reports[report_id] = recorded(self._library, report_id)
        return {report_id: self._reports[report_id] for report_id in wanted}
