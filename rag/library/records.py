"""Rows of the tables ↔ the values that flow: reports with their parts, passages."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from rag.schema import Case, Passage, Report, Section, Treatment

Vectors = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage ready to be stored: its words to search, apart from its text, and its vector.

    `sentences` holds a vector for each of its sentences, in order; without them a reader encodes
    the sentences when it needs them.
    """

    passage: Passage
    context: str
    vector: Vectors
    sentences: Vectors | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """A value that filters ask for; `patient` 0 stands for the report as a whole."""

    key: str
    value: str
    patient: int = 0


def retrievable(report: Report) -> str:
    """The text that may be found: every section but the references."""
    return "\n".join(
        report.text[s.start : s.end] for s in report.sections if s.kind != "references"
    )


REPORT_COLUMNS = (
    "id", "title", "authors", "journal", "year", "doi", "pmid", "article_type", "source_kind",
    "basis", "not_in_source", "sections", "cases", "text", "source", "original", "original_hash",
    "licence",
)  # fmt: skip


def report_row(report: Report, original: bytes) -> tuple[object, ...]:
    """The values of a report's row in the order of REPORT_COLUMNS."""
    return (
        report.id, report.title, json.dumps(report.authors, ensure_ascii=False), report.journal,
        report.year, report.doi, report.pmid, report.article_type, report.source_kind,
        report.basis, json.dumps(report.not_in_source),
        json.dumps([_section_json(s) for s in report.sections], ensure_ascii=False),
        json.dumps([asdict(c) for c in report.cases], ensure_ascii=False),
        report.text, report.source, original, hashlib.sha256(original).hexdigest(),
        report.licence,
    )  # fmt: skip


def as_report(row: sqlite3.Row) -> Report:
    """The report of a row."""
    return Report(
        id=row["id"],
        title=row["title"],
        text=row["text"],
        sections=tuple(_section(section) for section in json.loads(row["sections"])),
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
        # A read-only file of an earlier version cannot be given the column.
        licence=row["licence"] if "licence" in row.keys() else None,  # noqa: SIM118 (not a dict)
    )


def _section_json(section: Section) -> dict[str, Any]:
    """A section's fields; `turns` only where there are some, as in files of earlier versions."""
    fields = asdict(section)
    if not section.turns:
        del fields["turns"]
    return fields


def _section(stored: dict[str, Any]) -> Section:
    turns = tuple((int(start), int(page)) for start, page in stored.get("turns", ()))
    return Section(**{**stored, "turns": turns})


def _case(stored: dict[str, Any]) -> Case:
    fields = dict(stored)
    for key in ("prior_treatments", "treatment"):
        fields[key] = tuple(Treatment(**treatment) for treatment in fields[key])
    for key in ("antibodies", "features"):
        fields[key] = tuple(fields[key])
    return Case(**fields)


def as_passage(row: sqlite3.Row) -> Passage:
    """The passage of a row."""
    names = ("report_id", "section", "number", "start", "end", "kind", "patient", "page")
    return Passage(**{name: row[name] for name in names})
