"""Stored contents → what has changed since it was stored, which SQLite itself does not look at.

SQLite's own check sees torn pages and broken trees; a byte that a disk changed inside a text or a
vector it takes for stored. So what the library holds twice is compared: a file's bytes with their
SHA-256, a passage's words with their place in the report's text. A vector must have length 1.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from itertools import islice

import numpy as np

MOST = 5
"""Findings that are told; more say no more."""
TOLERANCE = 1e-3  # of a stored vector's length; float32 rounding stays below 1e-6


def changed_contents(connection: sqlite3.Connection) -> list[str]:
    """What is not as it was stored, at most MOST findings. Raises sqlite3.Error."""
    return list(islice(_changes(connection), MOST))


def _changes(connection: sqlite3.Connection) -> Iterator[str]:
    for report_id, text, original, wanted in connection.execute(
        "SELECT id, text, original, original_hash FROM reports ORDER BY id"
    ):
        if hashlib.sha256(_bytes(original)).hexdigest() != wanted:
            yield f"{report_id}: its original file is not as it was"
        yield from _of_passages(connection, report_id, text)


def _of_passages(connection: sqlite3.Connection, report_id: str, text: str) -> Iterator[str]:
    """Words and vectors of one report's passages."""
    query = (
        "SELECT number, section, start, end, vector, body, vectors FROM passages "
        "LEFT JOIN passage_words ON passage_words.rowid = passages.row "
        "LEFT JOIN passage_sentences ON passage_sentences.row = passages.row "
        "WHERE report_id = ? ORDER BY passages.row"
    )
    for number, section, start, end, vector, body, vectors in connection.execute(
        query, (report_id,)
    ):
        place = f"{report_id}#{section}/{number}"
        if body is not None and body != str(text)[start:end]:
            yield f"{place}: its words are not those of the report"
        vector, both = _bytes(vector), _bytes(vector) + _bytes(vectors)
        if not vector or len(vector) % 4 or len(both) % len(vector) or not _unit(both, len(vector)):
            yield f"{place}: a vector is not as it was"


def _bytes(value: object) -> bytes:
    """A stored value as bytes: in a damaged row it may be of any kind."""
    return value if isinstance(value, bytes) else b"" if value is None else str(value).encode()


def _unit(stored: bytes, width: int) -> bool:
    """Whether these vectors of `width` bytes each have length 1."""
    rows = np.frombuffer(stored, dtype="<f4").reshape(-1, width // 4)
    with np.errstate(invalid="ignore", over="ignore"):  # damaged numbers may be none
        lengths = np.linalg.norm(rows.astype(np.float64), axis=1)
    return bool(np.all(np.abs(lengths - 1) < TOLERANCE))
