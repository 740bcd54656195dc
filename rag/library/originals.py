"""The files that reports came from: their bytes, their hashes, and where they were."""

from __future__ import annotations

import sqlite3


class OriginalReader:
    """The part of a library that knows the files; `db` is the open database."""

    db: sqlite3.Connection

    def original(self, report_id: str) -> tuple[str, bytes, str]:
        """Base name, bytes and SHA-256 of the file that a report came from, or empty values."""
        row = self.db.execute(
            "SELECT source, original, original_hash FROM reports WHERE id = ?", (report_id,)
        ).fetchone()
        return (str(row[0]), bytes(row[1]), str(row[2])) if row else ("", b"", "")

    def place(self, report_id: str) -> str:
        """Where the file of a report was when it was added, as `put` was told; '' if unknown."""
        query = "SELECT place FROM report_places WHERE report_id = ?"
        row = self.db.execute(query, (report_id,)).fetchone()
        return str(row[0]) if row else ""

    def id_of_content(self, digest: str) -> str | None:
        """The id of the report that was read from a file with this SHA-256, or None."""
        query = "SELECT id FROM reports WHERE original_hash = ? ORDER BY id LIMIT 1"
        row = self.db.execute(query, (digest,)).fetchone()
        return str(row[0]) if row else None
