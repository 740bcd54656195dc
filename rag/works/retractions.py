"""A CSV with the columns of Retraction Watch → what journals said afterwards of which paper.

Only four columns are needed (`NEEDED`); the others of the published file are read where they are
there. One paper may have several lines: a reinstatement takes back what came before it, and of
the rest the gravest stands.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from rag.errors import RetractionsError
from rag.schema import EditorialNotice, Nature
from rag.works.editions import Record, normal_doi, normal_pmid

NEEDED = ("OriginalPaperDOI", "OriginalPaperPubMedID", "RetractionNature")
_MORE = ("RetractionDate", "Reason", "RetractionDOI", "Record ID")

_NATURES: dict[str, Nature | None] = {
    "retraction": "Retraction",
    "expression of concern": "Expression of concern",
    "correction": "Correction",
    "reinstatement": None,
}
_GRAVITY: tuple[Nature, ...] = ("Correction", "Expression of concern", "Retraction")

_NOTICES = ("correction", "retraction")
"""Kinds of notes (`rag.works.editions.note_kind`) with the DOI of the paper that they correct."""

# '3/14/2021 0:00' (Retraction Watch, month first) or '2021-03-14'.
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\b|(\d{4})-(\d\d)-(\d\d)\b")


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the file: what was said, when, and which line it is."""

    day: str
    number: int
    nature: Nature | None
    reason: str
    doi: str


@dataclass(frozen=True, slots=True)
class Retractions:
    """The notices by 'doi:…' and 'pmid:…'; `problems` are the lines that could not be used."""

    lines: Mapping[str, tuple[_Line, ...]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def of(self, records: Iterable[Record], works: Mapping[str, str]) -> dict[str, EditorialNotice]:
        """Report id → the notice that stands for it, for those that have one, sorted by id.

        What is said of one edition holds for all editions of its work. A retraction notice or a
        correction that bears the paper's DOI is not that paper.
        """
        found: dict[str, set[_Line]] = {}
        of_work: dict[str, list[str]] = {}
        for one in records:
            work = works.get(one.id, one.id)
            of_work.setdefault(work, []).append(one.id)
            for key in (f"doi:{one.doi}", f"pmid:{one.pmid}"):
                if key in self.lines and one.note not in _NOTICES:
                    found.setdefault(work, set()).update(self.lines[key])
        standing = {
            report_id: notice
            for work, lines in found.items()
            if (notice := _standing(lines))
            for report_id in of_work[work]
        }
        return dict(sorted(standing.items()))


def read_retractions(path: Path) -> Retractions:
    """The file's notices; read again only when its time or size has changed.

    Raises RetractionsError, naming the file and the column, when it is missing or no such table.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise _refused(path, f"cannot be read ({error.strerror})") from error
    return _read(path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=4)
def _read(path: Path, _time: int, _size: int) -> Retractions:
    try:
        # A name in another encoding must not cost the table: what is matched is ASCII.
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise _refused(path, f"cannot be read ({error.strerror})") from error
    rows = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [name.strip() for name in next(rows, [])]
        at = {name: header.index(name) for name in (*NEEDED, *_MORE) if name in header}
        for name in NEEDED:
            if name not in at:
                raise _refused(path, f"has no column '{name}'")
        return _table(path, rows, at)
    except csv.Error as error:
        raise _refused(path, f"is no CSV (line {rows.line_num}: {error})") from error


def _table(path: Path, rows: Iterator[list[str]], at: Mapping[str, int]) -> Retractions:
    lines: dict[str, list[_Line]] = {}
    problems: list[str] = []
    longest = max(at[name] for name in NEEDED)
    for number, row in enumerate(rows, 2):
        if not any(row):
            continue
        if len(row) <= longest:
            problems.append(f"{path}: row {number} has {len(row)} columns; it was left out")
            continue
        nature = row[at["RetractionNature"]].strip()
        if nature.casefold() not in _NATURES:
            problems.append(
                f"{path}: row {number}, column 'RetractionNature': '{nature[:40]}' is not known; "
                "it was left out"
            )
            continue
        said = {name: row[at[name]].strip() for name in _MORE if at.get(name, len(row)) < len(row)}
        line = _Line(
            _day(said.get("RetractionDate", "")),
            number,
            _NATURES[nature.casefold()],
            _reason(said.get("Reason", "")),
            normal_doi(said.get("RetractionDOI", "")),
        )
        doi = normal_doi(row[at["OriginalPaperDOI"]])
        pmid = normal_pmid(row[at["OriginalPaperPubMedID"]])
        for key in (f"doi:{doi}" if doi else "", f"pmid:{pmid}" if pmid else ""):
            if key:
                lines.setdefault(key, []).append(line)
    return Retractions({key: tuple(found) for key, found in lines.items()}, tuple(problems))


def _standing(lines: Iterable[_Line]) -> EditorialNotice | None:
    """The gravest notice since the last reinstatement; of equals the latest."""
    ordered = sorted(lines, key=lambda line: (line.day, line.number))
    back = max((at for at, line in enumerate(ordered) if line.nature is None), default=-1)
    standing = [(_GRAVITY.index(line.nature), at) for at, line in enumerate(ordered)
                if line.nature is not None and at > back]  # fmt: skip
    if not standing:
        return None
    line = ordered[max(standing)[1]]
    assert line.nature is not None  # as filtered above
    return EditorialNotice(line.nature, line.day, line.reason, line.doi)


def _day(text: str) -> str:
    match = _DATE.match(text)
    if not match:
        return ""
    month, day, year, *iso = match.groups()
    try:
        return str(date(int(year or iso[0]), int(month or iso[1]), int(day or iso[2])))
    except ValueError:
        return ""


def _reason(text: str) -> str:
    """'+Concerns/Issues About Data;+Error;' → 'Concerns/Issues About Data; Error'."""
    return "; ".join(part.strip().lstrip("+") for part in text.split(";") if part.strip(" +"))


def _refused(path: Path, why: str) -> RetractionsError:
    return RetractionsError(
        f"The list of retractions {path} {why}; answers do not know of retractions until "
        f"CASEBOOK_RETRACTIONS names a CSV with the columns {', '.join(NEEDED)}"
    )
