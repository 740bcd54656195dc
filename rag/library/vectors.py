"""The vectors of all passages that are newer than a revision, kept in memory for exact search."""

from __future__ import annotations

import sqlite3

import numpy as np

from rag.library.library import Library
from rag.library.records import Vectors
from rag.library.words import Rows


class VectorCache:
    """Rows and vectors of one library's passages. Read it inside a snapshot.

    After a change only what is new is read: rows are never given twice, and the vector of a row
    never changes.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._seen: tuple[sqlite3.Connection, int, int] | None = None
        self._rows: Rows = np.zeros(0, dtype=np.int64)
        self._vectors: Vectors = np.zeros((0, 0), dtype=np.float32)

    def since(self, revision: int) -> tuple[Rows, Vectors]:
        """The rows stored after `revision`, ascending, and their vectors."""
        library = self._library
        now = library.db, library.revision, revision
        if self._seen is None or self._seen[0] is not now[0] or self._seen[2] != revision:
            rows, self._vectors = library.vectors_since(revision)
            self._rows = np.asarray(rows, dtype=np.int64)
        elif self._seen[1] != now[1]:
            self._follow(np.asarray(library.rows_since(revision), dtype=np.int64))
        self._seen = now
        return self._rows, self._vectors

    def _follow(self, rows: Rows) -> None:
        """Let go of the rows that are gone, and read those that are new."""
        kept = np.isin(self._rows, rows)
        if not kept.all():
            self._rows, self._vectors = self._rows[kept], self._vectors[kept]
        new = rows[~np.isin(rows, self._rows)]
        if len(new):
            known, vectors = self._library.vectors(new.tolist())
            held = self._vectors if len(self._rows) else vectors[:0]
            # A new row has the highest number of all.
            self._rows = np.concatenate([self._rows, np.asarray(known, dtype=np.int64)])
            self._vectors = np.concatenate([held, vectors])
