"""What became of each article of `casebook fetch`: rows for --json, lines for people, a summary."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rag.cli.opening import say

if TYPE_CHECKING:
    from rag.fetch.plan import Item

Row = dict[str, Any]
"""One object of `fetch --json` (docs/fetch.md)."""

_EMPTY: Row = {
    "asked": None, "report_id": None, "status": "", "basis": None, "licence": None, "bytes": None,
    "title": None, "year": None, "doi": None, "pmid": None, "pmcid": None, "retracted": False,
    "message": "",
}  # fmt: skip
_ORDER = ("added", "replaced", "unchanged", "nothing", "failed", "would fetch")


def found(item: Item) -> Row:
    """The row of an article that the service knows."""
    known = item.record
    return _EMPTY | {
        "asked": item.asked or None,
        "report_id": item.known or known.report_id,
        "licence": known.licence,
        "title": known.title,
        "year": known.year,
        "doi": known.doi,
        "pmid": known.pmid,
        "pmcid": known.pmcid,
        "retracted": known.retracted,
    }


def stored(asked: str, report_id: str) -> Row:
    """The row of an identifier whose report is in the library."""
    return _EMPTY | {"asked": asked, "report_id": report_id, "status": "unchanged"}


def failed(asked: str, reason: str) -> Row:
    """The row of what was asked for and cannot be fetched."""
    return _EMPTY | {"asked": asked, "status": "failed", "message": reason}


def line(row: Row) -> str:
    """A row of --dry-run for people, without control characters of what was fetched."""
    from rag.render import plain

    size = f"{row['bytes'] / 1000:,.0f} kB" if row["bytes"] else "size not told"
    parts = [row["status"], row["report_id"] or row["asked"]]
    if row["status"] == "would fetch":
        parts += [row["basis"], size, row["licence"] or "no licence named"]
    parts += [str(row["year"] or "----"), row["title"]] if row["title"] else []
    parts += ["RETRACTED"] if row["retracted"] else []
    return plain("  ".join([*parts, *([row["message"]] if row["message"] else [])]))


class Tally:
    """Collects the rows, and says each on stderr with how far the work is.

    `clock` counts seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.rows: list[Row] = []
        self._clock = clock
        self._total = self._done = 0
        self._started = clock()

    @property
    def failures(self) -> int:
        """The number of rows that failed."""
        return sum(row["status"] == "failed" for row in self.rows)

    def begin(self, total: int) -> None:
        """So many articles are to be fetched from now on."""
        self._total, self._done, self._started = total, 0, self._clock()

    def add(self, row: Row, *, counted: bool = False, quiet: bool = False) -> None:
        """Keep a row and say it, unless `quiet`; `counted` rows are steps of the work."""
        from rag.render import plain

        self.rows.append(row)
        self._done += counted
        if not quiet:
            say(plain(f"{self._progress() if counted else ''}{_said(row)}"))
        if row["retracted"]:
            say(plain(f"  ! {row['report_id']} was retracted; read the notice before you use it"))

    def _progress(self) -> str:
        """'[3/50, 0.9 a second, 52 s left] '."""
        spent = self._clock() - self._started
        if spent <= 0 or not self._done:
            return f"[{self._done}/{self._total}] "
        rate = self._done / spent
        left = (self._total - self._done) / rate
        return f"[{self._done}/{self._total}, {rate:.1f} a second, {left:.0f} s left] "

    def summary(self) -> str:
        """'3 added (2 full text, 1 abstract), 40 unchanged, 1 failed'."""
        counts = Counter(row["status"] for row in self.rows)
        said = []
        for status in _ORDER:
            bases = Counter(row["basis"] for row in self.rows if row["status"] == status)
            inside = ", ".join(f"{bases[b]} {b}" for b in ("full text", "abstract") if bases[b])
            if counts[status]:
                said.append(f"{counts[status]} {status}{f' ({inside})' if inside else ''}")
        return ", ".join(said) or "nothing was found"


def _said(row: Row) -> str:
    """One line: what became of it, and what to know or do."""
    named = row["report_id"] or row["asked"]
    if row["asked"] and row["report_id"] and row["asked"].lower() != row["report_id"]:
        named = f"{named} ({row['asked']})"
    parts = [f"{row['status']} {named}"]
    if row["status"] in ("added", "replaced"):
        parts.append(f": {row['basis']}, {row['licence'] or 'no licence named'}")
    message = " ".join(str(row["message"]).split())
    return "".join(parts) + (f"; {message}" if message else "")
