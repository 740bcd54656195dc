"""The library: reports, passages, words and vectors in one SQLite file, the only copy that counts.

Everything else (Chroma) is derived from here and can be thrown away. A report is stored whole or
not at all; each change raises `revision`, which tells open processes that something is new.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import LibraryMismatch, ReportNotFound
from rag.library import database
from rag.schema import Case, Passage, Report, Section, Treatment

Vectors = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage ready to be stored: its words to search, apart from its text, and its vector."""

    passage: Passage
    context: str
    vector: Vectors


@dataclass(frozen=True, slots=True)
class Facet:
    """A value that filters ask for; `patient` 0 stands for the report as a whole."""

    key: str
    value: str
    patient: int = 0


class Library:
    """An open library folder. Close it, or use it as a context manager."""

    def __init__(self, folder: Path | str, *, create: bool = False) -> None:
        """Open `folder`; with `create`, make the library when there is none.

        Raises LibraryMissing, LibraryReadOnly, LibraryDamaged.
        """
        self.folder = Path(folder)
        self.db, self.read_only = database.connect(self.folder, create=create)

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; further use is an error."""
        self.db.close()

    def writer(self, wait: float = 10.0) -> AbstractContextManager[None]:
        """The one writer's place in this folder. Raises LibraryBusy or LibraryReadOnly."""
        return database.writer(self.folder, read_only=self.read_only, wait=wait)

    def transaction(self) -> AbstractContextManager[None]:
        """Several changes as one: all are stored, or none."""
        return database.transaction(self.db, self.folder)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Within the block all reads see one state, whatever other processes commit."""
        if self.db.in_transaction:
            yield
            return
        self.db.execute("BEGIN")
        try:
            yield
        finally:
            if self.db.in_transaction:
                self.db.execute("COMMIT")

    # -- settings and fingerprint ---------------------------------------------------------------

    def meta(self, key: str, default: str = "") -> str:
        """A stored setting."""
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else default

    def set_meta(self, **values: str | int) -> None:
        """Store settings (inside the caller's transaction, when one is open)."""
        self.db.executemany(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [(key, str(value)) for key, value in sorted(values.items())],
        )

    @property
    def revision(self) -> int:
        """Raised by each change of the stored reports."""
        return int(self.meta("revision", "0"))

    def require_model(self, model_hash: str, name: str) -> None:
        """Bind an empty library to a model; refuse another one than it was made with."""
        stored = self.meta("model_hash")
        if stored and stored != model_hash:
            raise LibraryMismatch(
                f"The library {self.folder} was made with the embedding model "
                f"'{self.meta('model_name')}' ({stored}), not with '{name}' ({model_hash}); set "
                "CASEBOOK_MODEL back, or build it again with: casebook index PATH… "
                f"--library {self.folder} --replace"
            )
        if not stored and not self.read_only:
            self.set_meta(model_hash=model_hash, model_name=name)

    # -- reports --------------------------------------------------------------------------------

    def put(
        self, report: Report, original: bytes, entries: Sequence[Entry], facets: Iterable[Facet]
    ) -> None:
        """Store one report with its passages; an older version of it goes first.

        Call it inside `transaction()`.
        """
        self.delete(report.id)
        revision = self.revision + 1
        self.db.execute(
            f"INSERT INTO reports VALUES ({', '.join('?' * 17)})", _report_row(report, original)
        )
        for entry in entries:
            self._put_passage(report, entry, revision)
        cursor = self.db.execute("INSERT INTO report_rows (report_id) VALUES (?)", (report.id,))
        self.db.execute(
            "INSERT INTO report_words (rowid, body) VALUES (?, ?)",
            (cursor.lastrowid, f"{report.title}\n{_retrievable(report)}"),
        )
        self.db.executemany(
            "INSERT OR IGNORE INTO facets VALUES (?, ?, ?, ?)",
            [(report.id, facet.patient, facet.key, facet.value) for facet in facets],
        )
        self.set_meta(revision=revision)

    def _put_passage(self, report: Report, entry: Entry, revision: int) -> None:
        p = entry.passage
        cursor = self.db.execute(
            "INSERT INTO passages (report_id, section, number, start, end, kind, patient, page, "
            "revision, vector) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                p.report_id, p.section, p.number, p.start, p.end, p.kind, p.patient, p.page,
                revision, entry.vector.astype("<f4").tobytes(),
            ),
        )  # fmt: skip
        self.db.execute(
            "INSERT INTO passage_words (rowid, body, context) VALUES (?, ?, ?)",
            (cursor.lastrowid, report.text[p.start : p.end], entry.context),
        )

    def delete(self, report_id: str) -> bool:
        """Remove a report and all that hangs on it; False when there was none."""
        rows = self.db.execute("SELECT row FROM passages WHERE report_id = ?", (report_id,))
        self.db.executemany(
            "DELETE FROM passage_words WHERE rowid = ?", [tuple(row) for row in rows.fetchall()]
        )
        self.db.execute(
            "DELETE FROM report_words WHERE rowid IN "
            "(SELECT row FROM report_rows WHERE report_id = ?)",
            (report_id,),
        )
        gone = self.db.execute("DELETE FROM reports WHERE id = ?", (report_id,)).rowcount > 0
        if gone:
            self.set_meta(revision=self.revision + 1)
        return gone

    def report(self, report_id: str) -> Report:
        """One report. Raises ReportNotFound, naming the nearest ids."""
        row = self.db.execute("SELECT * FROM reports WHERE id = ?", (report_id,)).fetchone()
        if row is None:
            raise ReportNotFound(_not_found(report_id, self.report_ids()))
        return _report(row)

    def reports(self) -> list[Report]:
        """All reports, sorted by id."""
        return [_report(row) for row in self.db.execute("SELECT * FROM reports ORDER BY id")]

    def report_ids(self) -> list[str]:
        """All ids, sorted."""
        return [str(row[0]) for row in self.db.execute("SELECT id FROM reports ORDER BY id")]

    def original(self, report_id: str) -> tuple[str, bytes, str]:
        """Base name, bytes and SHA-256 of the file that a report came from, or empty values."""
        row = self.db.execute(
            "SELECT source, original, original_hash FROM reports WHERE id = ?", (report_id,)
        ).fetchone()
        return (str(row[0]), bytes(row[1]), str(row[2])) if row else ("", b"", "")

    def clear(self) -> None:
        """Remove every report (inside the caller's transaction)."""
        for table in ("passage_words", "report_words", "reports"):
            self.db.execute(f"DELETE FROM {table}")
        self.db.execute("DELETE FROM meta WHERE key IN ('model_hash', 'model_name')")
        self.set_meta(revision=self.revision + 1)

    # -- passages -------------------------------------------------------------------------------

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
                "SELECT p.*, substr(r.text, p.start + 1, p.end - p.start) AS words "
                f"FROM passages p JOIN reports r ON r.id = p.report_id WHERE p.row IN ({marks})"
            )
            for row in self.db.execute(query, chunk):
                found[int(row["row"])] = (_passage(row), str(row["words"]))
        return found

    def report_passages(self, report_id: str) -> list[tuple[Passage, str]]:
        """The passages of one report in reading order, with their texts."""
        query = "SELECT row FROM passages WHERE report_id = ? ORDER BY start, row"
        rows = [int(row[0]) for row in self.db.execute(query, (report_id,))]
        found = self.passages(rows)
        return [found[row] for row in rows]

    def places(self, rows: Sequence[int]) -> dict[int, str]:
        """Row → the passage's id (its place), for the rows that exist."""
        found: dict[int, str] = {}
        for chunk in _chunks(rows):
            marks = ", ".join("?" * len(chunk))
            query = f"SELECT row, report_id, section, number FROM passages WHERE row IN ({marks})"
            for row in self.db.execute(query, chunk):
                found[int(row[0])] = f"{row[1]}#{row[2]}/{row[3]}"
        return found

    def rows_at(self, places: Sequence[str]) -> dict[str, int]:
        """Place → row, for the places that exist."""
        found: dict[str, int] = {}
        for chunk in _chunks(places, 250):
            keys = [_place_key(place) for place in chunk]
            marks = ", ".join(["(?, ?, ?)"] * len(keys))
            query = (
                "SELECT row, report_id, section, number FROM passages "
                f"WHERE (report_id, section, number) IN (VALUES {marks})"
            )
            for row in self.db.execute(query, [value for key in keys for value in key]):
                found[f"{row[1]}#{row[2]}/{row[3]}"] = int(row[0])
        return found

    def vectors(self, rows: Sequence[int]) -> tuple[list[int], Vectors]:
        """The stored vectors of the rows that exist, sorted by row."""
        found: list[tuple[int, bytes]] = []
        for chunk in _chunks(sorted(rows)):
            marks = ", ".join("?" * len(chunk))
            query = f"SELECT row, vector FROM passages WHERE row IN ({marks}) ORDER BY row"
            found.extend((int(row[0]), bytes(row[1])) for row in self.db.execute(query, chunk))
        return _matrix(found)

    def vectors_since(self, revision: int) -> tuple[list[int], Vectors]:
        """The vectors of every passage stored after `revision`, sorted by row."""
        query = "SELECT row, vector FROM passages WHERE revision > ? ORDER BY row"
        return _matrix([(int(r[0]), bytes(r[1])) for r in self.db.execute(query, (revision,))])

    def count_passages(self, *, since: int = 0) -> int:
        """The number of passages stored after a revision."""
        query = "SELECT count(*) FROM passages WHERE revision > ?"
        return int(self.db.execute(query, (since,)).fetchone()[0])

    def has_facet(self, key: str, value: str) -> bool:
        """Whether any report or patient has this filter value."""
        query = "SELECT 1 FROM facets WHERE key = ? AND value = ? LIMIT 1"
        return self.db.execute(query, (key, value.lower())).fetchone() is not None

    def check(self) -> list[str]:
        """SQLite's own verdict on the file: an empty list when all is well."""
        found = [str(row[0]) for row in self.db.execute("PRAGMA integrity_check(5)")]
        problems = [] if found == ["ok"] else found
        try:
            for table in ("passage_words", "report_words"):
                if not self.read_only:
                    self.db.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
        except sqlite3.DatabaseError as error:
            problems.append(f"word index: {error}")
        return problems

    def rebuild_words(self) -> None:
        """Build the word index again from the stored texts (they are kept in the index tables)."""
        for table in ("passage_words", "report_words"):
            self.db.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")


def _place_key(place: str) -> tuple[str, str, int]:
    report_id, _, rest = place.partition("#")
    section, _, number = rest.rpartition("/")
    return report_id, section, int(number)


def _chunks(rows: Sequence[Any], size: int = 500) -> Iterable[Sequence[Any]]:
    """SQLite takes a limited number of variables per statement."""
    return (rows[i : i + size] for i in range(0, len(rows), size))


def _matrix(found: list[tuple[int, bytes]]) -> tuple[list[int], Vectors]:
    if not found:
        return [], np.zeros((0, 0), dtype=np.float32)
    joined = np.frombuffer(b"".join(blob for _, blob in found), dtype="<f4")
    return [row for row, _ in found], joined.reshape(len(found), -1).astype(np.float32)


def _retrievable(report: Report) -> str:
    return "\n".join(
        report.text[s.start : s.end] for s in report.sections if s.kind != "references"
    )


def _report_row(report: Report, original: bytes) -> tuple[object, ...]:
    return (
        report.id, report.title, json.dumps(report.authors, ensure_ascii=False), report.journal,
        report.year, report.doi, report.pmid, report.article_type, report.source_kind,
        report.basis, json.dumps(report.not_in_source),
        json.dumps([asdict(s) for s in report.sections], ensure_ascii=False),
        json.dumps([asdict(c) for c in report.cases], ensure_ascii=False),
        report.text, report.source, original, hashlib.sha256(original).hexdigest(),
    )  # fmt: skip


def _report(row: sqlite3.Row) -> Report:
    return Report(
        id=row["id"],
        title=row["title"],
        text=row["text"],
        sections=tuple(Section(**section) for section in json.loads(row["sections"])),
        source=row["source"],
        source_kind=row["source_kind"],
        basis=row["basis"],
        article_type=row["article_type"],
        authors=tuple(json.loads(row["authors"])),
        journal=row["journal"],
        year=row["year"],
        doi=row["doi"],
        pmid=row["pmid"],
        cases=tuple(_case(case) for case in json.loads(row["cases"])),
        not_in_source=tuple(json.loads(row["not_in_source"])),
    )


def _case(stored: dict[str, Any]) -> Case:
    fields = dict(stored)
    for key in ("prior_treatments", "treatment"):
        fields[key] = tuple(Treatment(**treatment) for treatment in fields[key])
    for key in ("antibodies", "features"):
        fields[key] = tuple(fields[key])
    return Case(**fields)


def _passage(row: sqlite3.Row) -> Passage:
    names = ("report_id", "section", "number", "start", "end", "kind", "patient", "page")
    return Passage(**{name: row[name] for name in names})


def _not_found(report_id: str, known: list[str]) -> str:
    from rapidfuzz import process

    near = [match[0] for match in process.extract(report_id, known, limit=3, score_cutoff=60)]
    hint = f"; nearest: {', '.join(near)}" if near else ""
    return f"No report has the id '{report_id}'{hint}; see: casebook list"
