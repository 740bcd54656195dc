"""The library: reports, passages, words and vectors in one SQLite file, the only copy that counts.

Everything else (Chroma) is derived from here and can be thrown away. A report is stored whole or
not at all; each change raises `revision`, which tells open processes that something is new.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from rag.errors import LibraryError, LibraryMismatch, ReportNotFound
from rag.library import database, lock, works
from rag.library.case_rows import CaseRows, has_cases
from rag.library.contents import changed_contents
from rag.library.failures import as_library_error, translated
from rag.library.originals import OriginalReader
from rag.library.passages import PassageReader
from rag.library.records import (
    REPORT_COLUMNS,
    Entry,
    Facet,
    as_report,
    report_row,
    retrievable,
)
from rag.library.tables import WORD_TABLES
from rag.library.works import WorkReader
from rag.schema import Report
from rag.works.editions import record


class Library(PassageReader, OriginalReader, WorkReader):
    """An open library folder. Close it, or use it as a context manager.

    One thread at a time: whoever writes while another thread reads opens a Library of its own.
    """

    def __init__(self, folder: Path | str, *, create: bool = False) -> None:
        """Open `folder`; with `create`, make the library when there is none.

        Raises LibraryMissing, LibraryReadOnly, LibraryMismatch, LibraryBusy, LibraryDamaged.
        """
        self.folder = Path(folder)
        self.db, self.read_only = database.connect(self.folder, create=create)
        self._state = database.state(self.folder)

    def __enter__(self) -> Library:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self.close()
        if isinstance(error, sqlite3.Error):
            known = as_library_error(error, self.folder)
            if known is not None:
                raise known from error

    def close(self) -> None:
        """Close the file; further use is an error."""
        self.db.close()

    def writer(self, wait: float = lock.LOCK_SECONDS) -> AbstractContextManager[None]:
        """The one writer's place in this folder. Raises LibraryBusy or LibraryReadOnly."""
        return lock.writer(self.folder, read_only=self.read_only, wait=wait)

    def transaction(self) -> AbstractContextManager[None]:
        """Several changes as one: all are stored, or none."""
        return database.transaction(self.db, self.folder)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Within the block all reads see one state, whatever other processes commit.

        Raises LibraryDamaged when the file turns out to be.
        """
        with translated(self.folder):
            if self.db.in_transaction:
                yield
                return
            if self.read_only:
                self._follow()
            self.db.execute("BEGIN")
            try:
                yield
            finally:
                if self.db.in_transaction:
                    self.db.execute("COMMIT")

    def _follow(self) -> None:
        """Open a read-only file again when its owner has changed it: SQLite would not notice."""
        state = database.state(self.folder)
        if state != self._state:
            self.db.close()
            self.db, self.read_only = database.connect(self.folder)
            self._state = state

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
        """Raises LibraryMismatch when reports are stored that another model embedded."""
        stored = self.meta("model_hash")
        if stored not in ("", model_hash) and self.count_passages():
            raise LibraryMismatch(
                f"The library {self.folder} was made with the embedding model "
                f"'{self.meta('model_name')}' ({stored}), not with '{name}' ({model_hash}); set "
                f"CASEBOOK_MODEL back, or {self._built_again()}"
            )

    def _built_again(self) -> str:
        """How to build this library again: one of the shipped reports needs no path to them."""
        again = f"--library {self.folder} --replace"
        if self.meta("complete") != "yes":
            return f"build it again with: casebook index PATH… {again}"
        return (
            f"build it again from the shipped reports with: casebook index {again} (then your own, "
            f"if it held any, with: casebook add PATH… --library {self.folder})"
        )

    def bind_model(self, model_hash: str, name: str) -> None:
        """Remember the model of the vectors that are about to be stored. Raises LibraryMismatch.

        Call it inside `transaction()`.
        """
        self.require_model(model_hash, name)
        if self.meta("model_hash") != model_hash:
            self.set_meta(model_hash=model_hash, model_name=name)

    # -- reports --------------------------------------------------------------------------------

    def put(
        self,
        report: Report,
        original: bytes,
        entries: Sequence[Entry],
        facets: Iterable[Facet],
        *,
        place: str = "",
    ) -> None:
        """Store one report with its passages; an older version of it goes first.

        `place` says where its file was (`rag.intake`). It is grouped with the other editions of
        its work. Call it inside `transaction()`.
        """
        before = works.place(self.db, report.id)
        _, around = works.neighbours(self.db, report.id)
        self._delete(report.id)
        revision = self.revision + 1
        self.db.execute(
            f"INSERT INTO reports ({', '.join(REPORT_COLUMNS)}) "
            f"VALUES ({', '.join('?' * len(REPORT_COLUMNS))})",
            report_row(report, original),
        )
        for entry in entries:
            self._put_passage(report, entry, revision)
        cursor = self.db.execute("INSERT INTO report_rows (report_id) VALUES (?)", (report.id,))
        self.db.execute(
            "INSERT INTO report_words (rowid, body) VALUES (?, ?)",
            (cursor.lastrowid, f"{report.title}\n{retrievable(report)}"),
        )
        self.db.executemany(
            "INSERT OR IGNORE INTO facets (key, value, report_id, patient) VALUES (?, ?, ?, ?)",
            [(facet.key, facet.value, report.id, facet.patient) for facet in facets],
        )
        found = record(
            report.id, report.title, report.authors, report.year, report.doi, report.pmid
        )
        works.enter(self.db, found, before)
        works.regroup(self.db, {report.id, *around})
        if place:
            self.db.execute("INSERT INTO report_places VALUES (?, ?)", (report.id, place))
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
        if entry.sentences is not None:
            self.db.execute(
                "INSERT INTO passage_sentences VALUES (?, ?)",
                (cursor.lastrowid, entry.sentences.astype("<f4").tobytes()),
            )

    def delete(self, report_id: str) -> bool:
        """Remove a report and all that hangs on it; False when there was none.

        The other editions of its work stay together. Call it inside `transaction()`.
        """
        others, around = works.neighbours(self.db, report_id)
        gone = self._delete(report_id)
        if gone:
            works.left(self.db, others, around)
        return gone

    def _delete(self, report_id: str) -> bool:
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

    def merge(self, first: str, second: str) -> None:
        """Join the works of two reports by hand, for good. Raises ReportNotFound, LibraryError.

        Call it inside `transaction()`, as `split`.
        """
        if first == second:
            raise LibraryError(f"'{first}' is one report; name two that are editions of one work")
        for report_id in (first, second):
            self.report(report_id)
        works.merge(self.db, first, second)
        self.set_meta(revision=self.revision + 1)

    def split(self, report_id: str) -> None:
        """Take a report out of its work by hand, for good. Raises ReportNotFound."""
        self.report(report_id)
        works.split(self.db, report_id)
        self.set_meta(revision=self.revision + 1)

    def report(self, report_id: str) -> Report:
        """One report. Raises ReportNotFound, naming the nearest ids."""
        row = self.db.execute("SELECT * FROM reports WHERE id = ?", (report_id,)).fetchone()
        if row is None:
            raise ReportNotFound(_not_found(report_id, self.report_ids()))
        return as_report(row)

    def reports(self) -> list[Report]:
        """All reports, sorted by id."""
        return [as_report(row) for row in self.db.execute("SELECT * FROM reports ORDER BY id")]

    def report_ids(self) -> list[str]:
        """All ids, sorted."""
        return [str(row[0]) for row in self.db.execute("SELECT id FROM reports ORDER BY id")]

    def sources(self) -> list[tuple[str, str, str | None, str | None]]:
        """Id, base name of the file, DOI and PMID of every report, sorted by id."""
        query = "SELECT id, source, doi, pmid FROM reports ORDER BY id"
        return [(str(row[0]), str(row[1]), row[2], row[3]) for row in self.db.execute(query)]

    def bylines(self) -> list[tuple[str, list[str], int | None]]:
        """Id, authors and year of every report, sorted by id."""
        query = "SELECT id, authors, year FROM reports ORDER BY id"
        return [(str(row[0]), json.loads(row[1]), row[2]) for row in self.db.execute(query)]

    def clear(self) -> None:
        """Remove every report (inside the caller's transaction)."""
        for table in (*WORD_TABLES, "reports"):
            self.db.execute(f"DELETE FROM {table}")
        self.db.execute("DELETE FROM meta WHERE key IN ('model_hash', 'model_name')")
        self.set_meta(revision=self.revision + 1)

    def has_facet(self, key: str, value: str) -> bool:
        """Whether any report or patient has this filter value."""
        query = "SELECT 1 FROM facets WHERE key = ? AND value = ? LIMIT 1"
        return self.db.execute(query, (key, value.lower())).fetchone() is not None

    def facet_values(self, key: str) -> list[tuple[str, int]]:
        """The values of a filter with the number of reports that have each, sorted by value."""
        query = (
            "SELECT value, count(DISTINCT report_id) FROM facets WHERE key = ? "
            "GROUP BY value ORDER BY value"
        )
        return [(str(row[0]), int(row[1])) for row in self.db.execute(query, (key,))]

    def case_rows(self) -> CaseRows | None:
        """The stored patients and groups; None in a file of an earlier version."""
        return CaseRows(self.db) if has_cases(self.db) else None

    # -- upkeep -----------------------------------------------------------------------------------

    def check(self) -> list[str]:
        """What is wrong with the file: torn pages, and contents that are not as they were stored.

        Nothing when all is well. The word index is checked where the library can be written.
        Raises LibraryBusy.
        """
        try:
            found = [str(row[0]) for row in self.db.execute("PRAGMA integrity_check(5)")]
        except sqlite3.DatabaseError as error:
            return [str(error)]
        problems = ([] if found == ["ok"] else found) + self._check_words()
        try:
            # Of torn pages, or by a broken word index, nothing can be said of contents.
            return problems or changed_contents(self.db)
        except sqlite3.DatabaseError as error:
            return [str(error)]

    def _check_words(self) -> list[str]:
        if self.read_only:
            return []
        problems = []
        with self.writer():  # FTS5's check is a kind of INSERT
            for table in WORD_TABLES:
                try:
                    self.db.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
                except sqlite3.DatabaseError as error:
                    problems.append(f"word index {table}: {error}")
        return problems

    def rebuild_words(self) -> None:
        """Build the word index again from the texts of the reports.

        Call it inside `transaction()`.
        """
        # What the index keeps of the texts is mended first: it may be what is broken.
        self.db.execute(
            "UPDATE passage_words_content SET c0 = (SELECT substr(text, start + 1, end - start) "
            "FROM passages JOIN reports ON reports.id = report_id WHERE passages.row = "
            "passage_words_content.id)"
        )
        self.db.executemany(
            "UPDATE report_words_content SET c0 = ? WHERE id = "
            "(SELECT row FROM report_rows WHERE report_id = ?)",
            [(f"{r.title}\n{retrievable(r)}", r.id) for r in self.reports()],
        )
        for table in WORD_TABLES:
            self.db.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")

    def back_up(self, path: Path) -> None:
        """Copy the whole file to `path`, complete or not at all. Raises LibraryDamaged."""
        draft = path.with_name(f"{path.name}.new")
        draft.unlink(missing_ok=True)
        try:
            with translated(self.folder):
                self.db.execute("VACUUM INTO ?", (str(draft),))
            os.replace(draft, path)
        finally:
            draft.unlink(missing_ok=True)


def _not_found(report_id: str, known: list[str]) -> str:
    from rapidfuzz import process

    near = [match[0] for match in process.extract(report_id, known, limit=3, score_cutoff=60)]
    hint = f"; nearest: {', '.join(near)}" if near else ""
    return f"No report has the id '{report_id}'{hint}; see: casebook list"
