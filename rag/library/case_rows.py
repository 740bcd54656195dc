"""Patients and groups as rows: the record as JSON, and one row for each value to filter by.

The same code reads the library's file and, for a file that cannot be written and has no such
tables, a database in memory. What a record holds is the business of `rag.cases`; here it is text.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

RowKind = Literal["patient", "group", "report", "text"]
"""'report' stands for a report that gives no record: its topics are all that is known. 'text' is
what a report says in its own words, under the key 'said'."""

CASE_TABLES = (
    "CREATE TABLE IF NOT EXISTS cases ("
    "row INTEGER PRIMARY KEY, "
    "report_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE, "
    "kind TEXT NOT NULL, number INTEGER NOT NULL, age REAL, record TEXT NOT NULL, "
    "UNIQUE (report_id, kind, number))",
    "CREATE INDEX IF NOT EXISTS cases_by_age ON cases (age)",
    "CREATE INDEX IF NOT EXISTS cases_by_kind ON cases (kind)",
    "CREATE TABLE IF NOT EXISTS case_facets ("
    "key TEXT NOT NULL, value TEXT NOT NULL, "
    "row INTEGER NOT NULL REFERENCES cases (row) ON DELETE CASCADE, "
    "PRIMARY KEY (key, value, row)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS case_facets_by_row ON case_facets (row)",
)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A patient or group ready to be stored: `record` is JSON, `facets` are (key, value)."""

    report_id: str
    kind: RowKind
    number: int
    age: float | None
    record: str
    facets: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row belongs: the report, and the number of the patient or group in it."""

    report_id: str
    kind: RowKind
    number: int


def has_cases(connection: sqlite3.Connection) -> bool:
    """Whether the file has a place for patients and groups."""
    query = "SELECT 1 FROM sqlite_master WHERE name = 'case_facets'"
    return connection.execute(query).fetchone() is not None


class CaseRows:
    """The patients and groups of an open database. Rows are numbers without a meaning."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    @classmethod
    def in_memory(cls, rows: Iterable[CaseRow]) -> CaseRows:
        """The same, of these rows alone and without a file."""
        db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        for statement in CASE_TABLES:
            db.execute(statement)
        found = cls(db)
        found.put(rows)
        return found

    def put(self, rows: Iterable[CaseRow]) -> None:
        """Store rows (inside the caller's transaction); their reports' old rows go first."""
        replaced: set[str] = set()
        for row in rows:
            if row.report_id not in replaced:
                self.delete(row.report_id)
                replaced.add(row.report_id)
            cursor = self.db.execute(
                "INSERT INTO cases (report_id, kind, number, age, record) VALUES (?, ?, ?, ?, ?)",
                (row.report_id, row.kind, row.number, row.age, row.record),
            )
            self.db.executemany(
                "INSERT OR IGNORE INTO case_facets VALUES (?, ?, ?)",
                [(key, value, cursor.lastrowid) for key, value in row.facets],
            )

    def delete(self, report_id: str) -> None:
        """Remove the rows of one report."""
        self.db.execute(
            "DELETE FROM case_facets WHERE row IN (SELECT row FROM cases WHERE report_id = ?)",
            (report_id,),
        )
        self.db.execute("DELETE FROM cases WHERE report_id = ?", (report_id,))

    def clear(self) -> None:
        """Remove every row (inside the caller's transaction)."""
        self.db.execute("DELETE FROM case_facets")
        self.db.execute("DELETE FROM cases")

    def rows(self, kind: RowKind) -> set[int]:
        """All rows of a kind."""
        return _numbers(self.db.execute("SELECT row FROM cases WHERE kind = ?", (kind,)))

    def rows_of(self, report_ids: Sequence[str]) -> set[int]:
        """The rows of these reports."""
        query = "SELECT row FROM cases WHERE report_id IN (SELECT value FROM json_each(?))"
        return _numbers(self.db.execute(query, (json.dumps(list(report_ids)),)))

    def rows_with(self, key: str, values: Sequence[str] = ()) -> set[int]:
        """The rows that have any of these values under a key; without values, any value."""
        if not values:
            return _numbers(self.db.execute("SELECT row FROM case_facets WHERE key = ?", (key,)))
        marks = ", ".join("?" * len(values))
        query = f"SELECT row FROM case_facets WHERE key = ? AND value IN ({marks})"
        return _numbers(self.db.execute(query, (key, *values)))

    def rows_that_say(self, key: str, rows: Iterable[int]) -> set[int]:
        """Those of some rows that have any value under a key: quicker than all for a few rows."""
        query = (
            "SELECT row FROM case_facets WHERE key = ? AND row IN (SELECT value FROM json_each(?))"
        )
        return _numbers(self.db.execute(query, (key, json.dumps(list(rows)))))

    def rows_aged(self, low: float, below: float) -> set[int]:
        """The rows of patients with ``low <= age < below`` (years)."""
        query = "SELECT row FROM cases WHERE age >= ? AND age < ?"
        return _numbers(self.db.execute(query, (low, below)))

    def ages(self, rows: Iterable[int]) -> dict[int, float]:
        """Row → age, where it is known."""
        query = (
            "SELECT row, age FROM cases WHERE age IS NOT NULL AND row IN "
            "(SELECT value FROM json_each(?))"
        )
        found = self.db.execute(query, (json.dumps(sorted(rows)),))
        return {int(row[0]): float(row[1]) for row in found}

    def ages_and_sexes(self, report_id: str) -> dict[int, tuple[float | None, str | None]]:
        """Number of each patient of a report → age in years and sex, None where not known."""
        query = (
            "SELECT number, age, (SELECT value FROM case_facets WHERE case_facets.row = cases.row "
            "AND key = 'sex') FROM cases WHERE report_id = ? AND kind = 'patient' ORDER BY number"
        )
        return {int(row[0]): (row[1], row[2]) for row in self.db.execute(query, (report_id,))}

    def values(self, key: str) -> dict[str, int]:
        """Every value of a key, and how many rows have it."""
        query = "SELECT value, count(*) FROM case_facets WHERE key = ? GROUP BY value"
        return {str(row[0]): int(row[1]) for row in self.db.execute(query, (key,))}

    def places(self, rows: Iterable[int]) -> dict[int, Place]:
        """Row → where it belongs, sorted by report, kind and number."""
        query = (
            "SELECT row, report_id, kind, number FROM cases WHERE row IN "
            "(SELECT value FROM json_each(?)) ORDER BY report_id, kind DESC, number"
        )
        found = self.db.execute(query, (json.dumps(sorted(rows)),))
        return {int(r[0]): Place(str(r[1]), r[2], int(r[3])) for r in found}

    def reports(self, rows: Iterable[int]) -> list[str]:
        """The reports that rows belong to, sorted."""
        query = (
            "SELECT DISTINCT report_id FROM cases WHERE row IN (SELECT value FROM json_each(?)) "
            "ORDER BY report_id"
        )
        return [str(row[0]) for row in self.db.execute(query, (json.dumps(sorted(rows)),))]

    def records(self, rows: Iterable[int]) -> dict[int, str]:
        """Row → the record as JSON, in the order of `places`."""
        query = (
            "SELECT row, record FROM cases WHERE row IN (SELECT value FROM json_each(?)) "
            "ORDER BY report_id, kind DESC, number"
        )
        found = self.db.execute(query, (json.dumps(sorted(rows)),))
        return {int(row[0]): str(row[1]) for row in found}


def _numbers(found: sqlite3.Cursor) -> set[int]:
    found.row_factory = None  # plain tuples: ten thousand of them are to be quick
    return set(chain.from_iterable(found))
