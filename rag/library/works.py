"""Works: which stored reports are editions of one publication, kept as reports come and go.

A work has the id of the edition that was stored first. `rag.works.editions` decides what belongs
together; here its keys are looked up by index, so that adding a report costs the same whatever
the size of the library. Decisions by hand stay when a report goes, and hold again when it is back.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence

from rag.library.tables import has_works
from rag.works.editions import Record, fullness, grouping, keys, near_key, record

_COLUMNS = "id, title, authors, year, doi, pmid"
APART = ""
"""In the place of the second report of a decision: the first is matched by hand only."""


class WorkReader:
    """The part of a library that knows works; `db` is the open file."""

    db: sqlite3.Connection

    def work_of(self, report_id: str) -> str:
        """The work of a report; its own id where nothing else is known of it."""
        return self.works([report_id])[report_id]

    def works(self, report_ids: Iterable[str]) -> dict[str, str]:
        """Report id → work id; a read-only library of an earlier version groups nothing."""
        found = {report_id: report_id for report_id in report_ids}
        if has_works(self.db):
            query = (
                "SELECT w.report_id, w.work FROM json_each(?) wanted "
                "CROSS JOIN works w ON w.report_id = wanted.value"
            )
            found.update(
                (str(row[0]), str(row[1]))
                for row in self.db.execute(query, (json.dumps(list(found)),))
            )
        return found

    def editions(self, work: str) -> tuple[str, ...]:
        """A work's editions, the fullest first (`rag.works.editions.fullness`); () for none."""
        join, bound = (
            ("JOIN works w ON w.report_id = r.id WHERE w.work = ?", work)
            if has_works(self.db)
            else ("WHERE r.id = ?", work)
        )
        query = f"SELECT r.basis, r.source_kind, length(r.text), r.id FROM reports r {join}"
        found = sorted(fullness(*row) for row in self.db.execute(query, (bound,)))
        return tuple(id for *_, id in found)

    def shared_works(self, report_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Work id → its editions, the fullest first, for those of these reports that have more
        than one edition.
        """
        if not report_ids or not has_works(self.db):
            return {}
        query = (
            "SELECT o.work FROM (SELECT DISTINCT w.work FROM json_each(?) wanted "
            "CROSS JOIN works w ON w.report_id = wanted.value) o "
            "CROSS JOIN works e ON e.work = o.work "
            "GROUP BY o.work HAVING count(*) > 1 ORDER BY o.work"
        )
        found = self.db.execute(query, (json.dumps(sorted(report_ids)),)).fetchall()
        return {str(row[0]): self.editions(str(row[0])) for row in found}

    def all_works(self) -> dict[str, str]:
        """Report id → work id of every report, sorted by report."""
        ids = [str(row[0]) for row in self.db.execute("SELECT id FROM reports ORDER BY id")]
        known = (
            dict(self.db.execute("SELECT report_id, work FROM works").fetchall())
            if has_works(self.db)
            else {}
        )
        return {report_id: str(known.get(report_id, report_id)) for report_id in ids}

    def records(self, report_ids: Iterable[str] | None = None) -> list[Record]:
        """What matching knows of these reports (None: of all), sorted by id."""
        query = f"SELECT {_COLUMNS} FROM reports"
        bound: tuple[str, ...] = ()
        if report_ids is not None:
            query += " WHERE id IN (SELECT value FROM json_each(?))"
            bound = (json.dumps(sorted(report_ids)),)
        return [
            record(row[0], row[1], json.loads(row[2]), *row[3:])
            for row in self.db.execute(f"{query} ORDER BY id", bound)
        ]

    def nearly_same_title(self, report_id: str) -> tuple[str, ...]:
        """Other works' reports with this title and first author, but another year or DOI."""
        if not has_works(self.db):
            return ()
        query = (
            "SELECT o.report_id FROM edition_keys k JOIN edition_keys o ON o.key = k.key "
            "JOIN works w ON w.report_id = k.report_id JOIN works v ON v.report_id = o.report_id "
            "WHERE k.report_id = ? AND k.key LIKE 'near:%' AND v.work <> w.work ORDER BY 1"
        )
        return tuple(str(row[0]) for row in self.db.execute(query, (report_id,)))

    def stored_before(self, report_id: str, others: Iterable[str]) -> frozenset[str]:
        """Those of the others that were there when this report was first stored."""
        query = (
            "SELECT o.report_id FROM works w, json_each(?) wanted "
            "CROSS JOIN works o ON o.report_id = wanted.value AND o.added < w.added "
            "WHERE w.report_id = ?"
        )
        found = self.db.execute(query, (json.dumps(sorted(others)), report_id))
        return frozenset(str(row[0]) for row in found)

    def decided_apart(self, report_id: str) -> bool:
        """Whether a report was taken out of its work by hand."""
        query = "SELECT 1 FROM edition_decisions WHERE first = ? AND second = ?"
        return self.db.execute(query, (report_id, APART)).fetchone() is not None


def component(db: sqlite3.Connection, report_ids: Iterable[str]) -> set[str]:
    """These reports and all that hang together with them, by keys or by hand, however remotely."""
    found: set[str] = set()
    waiting = sorted(set(report_ids))
    while waiting:
        report_id = waiting.pop()
        if report_id in found:
            continue
        found.add(report_id)
        near = db.execute(
            "SELECT o.report_id FROM edition_keys k JOIN edition_keys o ON o.key = k.key "
            "WHERE k.report_id = ?1 AND k.key NOT LIKE 'near:%' "
            "UNION SELECT second FROM edition_decisions WHERE first = ?1 "
            "UNION SELECT first FROM edition_decisions WHERE second = ?1 "
            "UNION SELECT o.report_id FROM works w JOIN works o ON o.work = w.work "
            "WHERE w.report_id = ?1",
            (report_id,),
        )
        waiting += [str(row[0]) for row in near if row[0] not in found and row[0] != APART]
    return found


def regroup(db: sqlite3.Connection, report_ids: Iterable[str]) -> None:
    """Group these reports, and what hangs together with them, anew."""
    every = sorted(component(db, report_ids))
    among = json.dumps(every)
    query = "SELECT report_id, added FROM works WHERE report_id IN (SELECT value FROM json_each(?))"
    added: dict[str, int] = dict(db.execute(query, (among,)).fetchall())
    for group in groups_of(db, added):
        first = min(group, key=lambda report_id: (added[report_id], report_id))
        db.executemany(
            "UPDATE works SET work = ? WHERE report_id = ?", [(first, one) for one in group]
        )


def groups_of(db: sqlite3.Connection, report_ids: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """The works that these reports make, with what was decided by hand."""
    among = json.dumps(sorted(report_ids))
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM reports WHERE id IN (SELECT value FROM json_each(?))", (among,)
    )
    records = [record(r[0], r[1], json.loads(r[2]), *r[3:]) for r in rows]
    decided = db.execute(
        "SELECT first, second FROM edition_decisions "
        "WHERE first IN (SELECT value FROM json_each(?))",
        (among,),
    ).fetchall()
    same = sorted((str(a), str(b)) for a, b in decided if b != APART)
    return grouping(records, same, frozenset(str(a) for a, b in decided if b == APART))


def enter(db: sqlite3.Connection, one: Record, added: int | None = None) -> None:
    """Give a stored report its place and its keys; `added` is the place that it had before."""
    if added is None:
        added = int(db.execute("SELECT coalesce(max(added), 0) + 1 FROM works").fetchone()[0])
    db.execute("INSERT INTO works VALUES (?, ?, ?)", (one.id, one.id, added))
    db.executemany(
        "INSERT INTO edition_keys VALUES (?, ?)",
        [(key, one.id) for key in (*keys(one), near_key(one)) if key],
    )


def place(db: sqlite3.Connection, report_id: str) -> int | None:
    """When a report was first stored, as a number that only grows; None for no report."""
    row = db.execute("SELECT added FROM works WHERE report_id = ?", (report_id,)).fetchone()
    return int(row[0]) if row else None


def merge(db: sqlite3.Connection, first: str, second: str) -> None:
    """Join the works of two stored reports by hand."""
    _join(db, first, second)
    regroup(db, (first, second))


def split(db: sqlite3.Connection, report_id: str) -> None:
    """Take a report out of its work by hand; from now on it is matched by hand only."""
    around = component(db, [report_id])
    others = _others(db, report_id)
    db.execute("DELETE FROM edition_decisions WHERE ?1 IN (first, second)", (report_id,))
    db.execute("INSERT INTO edition_decisions VALUES (?, ?)", (report_id, APART))
    keep_together(db, others)
    regroup(db, around)


def keep_together(db: sqlite3.Connection, report_ids: Sequence[str]) -> None:
    """Join reports that were editions of one work, should they fall apart without another one."""
    parts = [
        [report_id for report_id in group if report_id in report_ids]
        for group in groups_of(db, component(db, report_ids) if report_ids else ())
    ]
    parts = [part for part in parts if part]
    for part in parts[1:]:
        _join(db, parts[0][0], part[0])


def _join(db: sqlite3.Connection, first: str, second: str) -> None:
    pair = tuple(sorted((first, second)))
    db.execute("INSERT OR IGNORE INTO edition_decisions VALUES (?, ?)", pair)


def _others(db: sqlite3.Connection, report_id: str) -> list[str]:
    query = (
        "SELECT o.report_id FROM works w JOIN works o ON o.work = w.work "
        "WHERE w.report_id = ?1 AND o.report_id <> ?1 ORDER BY o.added"
    )
    return [str(row[0]) for row in db.execute(query, (report_id,))]


def neighbours(db: sqlite3.Connection, report_id: str) -> tuple[list[str], set[str]]:
    """The other editions of a report's work, and all reports that its going may regroup."""
    return _others(db, report_id), component(db, [report_id]) - {report_id}


def left(db: sqlite3.Connection, others: Sequence[str], around: Iterable[str]) -> None:
    """After a report went: its `neighbours` keep together, and what it kept apart is grouped."""
    keep_together(db, others)
    regroup(db, around)


def complete(db: sqlite3.Connection) -> None:
    """Group the reports that have no place yet: those of a library of an earlier version."""
    query = (
        "SELECT report_id FROM report_rows WHERE report_id NOT IN (SELECT report_id FROM works) "
        "ORDER BY row"
    )
    if db.execute(f"{query} LIMIT 1").fetchone() is None:
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        missing = [str(row[0]) for row in db.execute(query)]
        for report_id in missing:
            row = db.execute(
                f"SELECT {_COLUMNS} FROM reports WHERE id = ?", (report_id,)
            ).fetchone()
            enter(db, record(row[0], row[1], json.loads(row[2]), *row[3:]))
        for report_id in missing:
            regroup(db, [report_id])
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
