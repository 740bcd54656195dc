"""A case text or a digest of this repository → a paper to typeset, and what a reader must find."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from rag.formats.markdown import read_markdown
from rag.formats.text import read_text
from rag.schema import Report

SYMBOLS = "αβγδκλμΔ≥≤→×±−"
"""Letters and signs that come from the Symbol font."""

MARKS = re.compile(r"(?<=[A-Za-z)][.,;])(\d{1,2}(?:[,–-]\d{1,2})*)(?=\s|$)")
"""Reference numbers behind a word, as OCR glues them; set raised."""

_NOTICE = "\n[Synthetic case text written for Casebook; no person described here exists.]"
_PLAIN = {"ł": "l", "Ł": "L", "ı": "i"}

Part = tuple[str, str, list[str]]
"""Kind, heading and paragraphs of a section."""


@dataclass
class Paper:
    """What is set, as it should be read again."""

    report: Report
    title: str
    authors: tuple[str, ...]
    journal: str
    year: int
    doi: str
    sections: list[Part]

    @property
    def body(self) -> str:
        """Headings and paragraphs in reading order, without legends and references."""
        parts = []
        for kind, heading, paragraphs in self.sections:
            if kind not in ("legend", "references", "front"):
                parts += [heading, *map(unmarked, paragraphs)]
        return "\n".join(part for part in parts if part)


def unmarked(text: str) -> str:
    """A paragraph without the reference marks that stand raised in the PDF."""
    return MARKS.sub("", text)


def load(path: Path) -> Paper:
    """The paper in a case text or a digest of this repository."""
    text = path.read_text("utf-8").replace(_NOTICE, "")
    text = _settable(text)
    read = read_markdown if path.suffix == ".md" else read_text
    report = read(text, path.name)
    sections: list[Part] = [
        (s.kind, s.heading, report.text[s.start : s.end].split("\n\n")) for s in report.sections
    ]
    return Paper(
        report=report,
        title=report.title,
        authors=report.authors or ("Jane A. Roe", "John B. Doe"),
        journal=report.journal or "Annals of Synthetic Dermatology",
        year=report.year or 2019,
        doi=report.doi or f"10.5555/asd.{sum(map(ord, path.stem)) + 10000}",
        sections=sections,
    )


def _settable(text: str) -> str:
    """Characters that the standard fonts lack as their nearest letter."""
    return "".join(c if c in SYMBOLS or c.encode("cp1252", "ignore") else _plain(c) for c in text)


def _plain(letter: str) -> str:
    plain = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
    return plain or _PLAIN.get(letter, "?")
