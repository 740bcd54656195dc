"""Reading passages: by row (their number in the file), by place (their id), and their vectors."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing

import numpy as np

from rag.library.records import Vectors, as_passage
from rag.library.tables import has_sentences
from rag.schema import Passage

_NEVER = 2**62  # a revision that is never reached
SLICE = 1000
"""Passages whose vectors are read in one go: 1.5 MB of them."""


class PassageReader:
    """The part of a library that reads passages; `db` is the open file."""

    db: sqlite3.Connection

    def passage_counts(self) -> dict[str, int]:
        """Report id → number of passages."""
        query = "SELECT report_id, count(*) FROM passages GROUP BY report_id ORDER BY report_id"
        return {str(row[0]): int(row[1]) for row in self.db.execute(query)}

    def passages(self, rows: Sequence[int]) -> dict[int, tuple[Passage, str]]:
        """Row → the passage and its text, for the rows that still exist."""
        found: dict[int, tuple[Passage, str]] = {}
        for chunk in _chunks(rows):
            marks = ", ".join("?" * len(chunk))
            query = (
                "SELECT p.row, p.report_id, p.section, p.number, p.start, p.end, p.kind, "
                "p.patient, p.page, substr(r.text, p.start + 1, p.end - p.start) AS words "
                f"FROM passages p JOIN reports r ON r.id = p.report_id WHERE p.row IN ({marks})"
            )
            for row in self.db.execute(query, chunk):
                found[int(row["row"])] = (as_passage(row), str(row["words"]))
        return found

    def report_passages(self, report_id: str) -> list[tuple[Passage, str]]:
        """The passages of one report in reading order, with their texts."""
        query = "SELECT row FROM passages WHERE report_id = ? ORDER BY start, row"
        rows = [int(row[0]) for row in self.db.execute(query, (report_id,))]
        found = self.passages(rows)
        return [found[row] for row in rows]

    def places(self, rows: Sequence[int], *, until: int | None = None) -> dict[int, str]:
        """Row → the passage's id (its place), for the rows that exist.

        With `until`, only for those that were stored up to this revision.
        """
        found: dict[int, str] = {}
        for chunk in _chunks(rows):
            marks = ", ".join("?" * len(chunk))
            query = (
                "SELECT row, report_id, section, number FROM passages "
                f"WHERE row IN ({marks}) AND revision <= ?"
            )
            newest = _NEVER if until is None else until
            for row in self.db.execute(query, (*chunk, newest)):
                found[int(row[0])] = f"{row[1]}#{row[2]}/{row[3]}"
        return found

    def spans(self, rows: Sequence[int]) -> dict[int, tuple[str, dict[str, str | int]]]:
        """Row → the passage's id, and by name its report, section and span in the report's text."""
        found: dict[int, tuple[str, dict[str, str | int]]] = {}
        for chunk in _chunks(rows):
            marks = ", ".join("?" * len(chunk))
            query = (
                "SELECT row, number, report_id, section, start, end "
                f"FROM passages WHERE row IN ({marks})"
            )
            for row, number, *about in self.db.execute(query, chunk):
                named = dict(zip(("report_id", "section", "start", "end"), about, strict=True))
                found[int(row)] = f"{named['report_id']}#{named['section']}/{number}", named
        return found

    def rows_at(self, places: Sequence[str]) -> dict[str, int]:
        """Place → row, for the places that exist."""
        # CROSS JOIN: SQLite shall look up each place, not read all passages for each chunk.
        query = (
            "SELECT p.row, p.report_id, p.section, p.number FROM json_each(?) wanted "
            "CROSS JOIN passages p ON p.report_id = json_extract(wanted.value, '$[0]') "
            "AND p.section = json_extract(wanted.value, '$[1]') "
            "AND p.number = json_extract(wanted.value, '$[2]')"
        )
        keys = json.dumps([_place_key(place) for place in places])
        return {
            f"{row[1]}#{row[2]}/{row[3]}": int(row[0]) for row in self.db.execute(query, (keys,))
        }

    def vectors(self, rows: Sequence[int]) -> tuple[list[int], Vectors]:
        """The stored vectors of the rows that exist, sorted by row."""
        found: list[tuple[int, bytes]] = []
        for chunk in _chunks(sorted(set(rows))):
            marks = ", ".join("?" * len(chunk))
            query = f"SELECT row, vector FROM passages WHERE row IN ({marks}) ORDER BY row"
            found.extend((int(row[0]), bytes(row[1])) for row in self.db.execute(query, chunk))
        return _matrix(found)

    def sentence_vectors(self, places: Sequence[str]) -> dict[str, Vectors]:
        """Place → the vectors of its sentences, for the places that have them stored."""
        if not places or not has_sentences(self.db):
            return {}
        at = {row: place for place, row in self.rows_at(places).items()}
        found: dict[str, Vectors] = {}
        for chunk in _chunks(sorted(at)):
            marks = ", ".join("?" * len(chunk))
            query = (
                "SELECT s.row, s.vectors, length(p.vector) FROM passage_sentences s "
                f"JOIN passages p ON p.row = s.row WHERE s.row IN ({marks})"
            )
            for row, blob, width in self.db.execute(query, chunk):
                vectors = np.frombuffer(blob, dtype="<f4").reshape(-1, width // 4)
                found[at[int(row)]] = vectors.astype(np.float32)
        return found

    def vectors_since(self, revision: int) -> tuple[list[int], Vectors]:
        """The vectors of every passage stored after `revision`, sorted by row."""
        rows: list[int] = []
        found = np.zeros((0, 0), dtype=np.float32)
        for some, vectors in self.vector_slices(revision):
            if not rows:  # room for all at once: joining slices would need it twice
                found = np.empty((self.count_passages(since=revision), vectors.shape[1]), "f4")
            vectors = vectors[: len(found) - len(rows)]  # none that another process has just added
            found[len(rows) : len(rows) + len(vectors)] = vectors
            rows += some[: len(vectors)]
        return rows, found[: len(rows)]

    def vector_slices(
        self, revision: int, size: int = SLICE
    ) -> Iterator[tuple[list[int], Vectors]]:
        """The same in slices of at most `size` passages, so that memory does not grow with them."""
        query = "SELECT row, vector FROM passages WHERE revision > ? ORDER BY row"
        with closing(self.db.execute(query, (revision,))) as cursor:
            while some := cursor.fetchmany(size):
                yield _matrix([(int(row[0]), bytes(row[1])) for row in some])

    def rows_since(self, revision: int) -> list[int]:
        """The rows of every passage stored after `revision`, sorted."""
        query = "SELECT row FROM passages WHERE revision > ? ORDER BY row"
        return [int(row[0]) for row in self.db.execute(query, (revision,))]

    def sample(self, until: int, size: int) -> tuple[list[str], Vectors]:
        """Places and vectors of about `size` passages stored up to a revision, evenly taken."""
        query = "SELECT row FROM passages WHERE revision <= ? ORDER BY row"
        rows = [int(row[0]) for row in self.db.execute(query, (until,))]
        taken, vectors = self.vectors(rows[:: max(1, len(rows) // size)])
        places = self.places(taken)
        return [places[row] for row in taken], vectors

    def count_passages(self, *, since: int = 0) -> int:
        """The number of passages stored after a revision."""
        query = "SELECT count(*) FROM passages WHERE revision > ?"
        return int(self.db.execute(query, (since,)).fetchone()[0])


def _place_key(place: str) -> tuple[str, str, int]:
    report_id, _, rest = place.partition("#")
    section, _, number = rest.rpartition("/")
    return report_id, section, int(number)


def _chunks(rows: Sequence[int], size: int = 500) -> Iterable[Sequence[int]]:
    """SQLite takes a limited number of variables per statement."""
    return (rows[i : i + size] for i in range(0, len(rows), size))


def _matrix(found: list[tuple[int, bytes]]) -> tuple[list[int], Vectors]:
    if not found:
        return [], np.zeros((0, 0), dtype=np.float32)
    joined = np.frombuffer(b"".join(blob for _, blob in found), dtype="<f4")
    return [row for row, _ in found], joined.reshape(len(found), -1).astype(np.float32)
