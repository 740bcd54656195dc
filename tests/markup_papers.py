"""Synthetic papers with a known truth, and how much of one a reader found in a file made of it.

The texts are those written for Casebook (eval/texts, corpus/training/texts, corpus/reports); what
`rag.formats` reads from them is the truth for files of other formats made from them.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

import yaml

from rag.formats import read_bytes
from rag.schema import Report, Section

ROOT = Path(__file__).parents[1]
TEXTS = (
    *sorted((ROOT / "eval/texts").glob("syn-a0*.txt")),
    *sorted((ROOT / "corpus/training/texts").glob("syn-t*.txt")),
)
DIGESTS = sorted((ROOT / "corpus/reports").glob("*.md"))[::8]
# Headings of the readers and of the makers, which no paper has.
OURS = {"Abstract", "Figure legends", "References", "Case reports", "Course"}
LABELS = ("Background", "Case presentation", "Conclusions")
_LABEL = re.compile(rf"^(?:(?:{'|'.join(LABELS)}): )+")
_POWERS = str.maketrans("²³⁴⁵⁶⁷⁸⁹", "23456789")


@dataclass(slots=True)
class Part:
    """A section of the body: its paragraphs, lists as lines '- item'."""

    heading: str
    kind: str
    patient: int | None
    paragraphs: list[str]


@dataclass(slots=True)
class Paper:
    """What a file is made of; `tables` are captions with rows.

    `patients` are those that the plain text gives, `listed` those of the hand-made record.
    """

    name: str
    title: str
    authors: tuple[str, ...]
    journal: str
    year: int
    doi: str
    pmid: str
    patients: int
    listed: int
    abstract: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    tables: list[tuple[str, list[list[str]]]] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    sections: tuple[Section, ...] = ()


def papers() -> list[Paper]:
    """All of them, in a fixed order: texts in every style, then digests."""
    return [_paper(path, number) for number, path in enumerate((*TEXTS, *DIGESTS), 1)]


def truth(paper: Paper) -> str:
    """Abstract, body, captions and references, one after the other."""
    body = [text for part in paper.parts for text in (part.heading, *part.paragraphs)]
    captions = [*paper.figures, *(caption for caption, _ in paper.tables)]
    lines = "\n".join((*paper.abstract, *body, *captions, *paper.references)).split("\n")
    return "\n".join(_LABEL.sub("", line) for line in lines)


def found(report: Report) -> str:
    """The report's text without front matter, rows of tables and the makers' own words."""
    start = next((s.end for s in report.sections if s.kind == "front"), 0)
    lines = [line for line in report.text[start:].split("\n") if " | " not in line]
    return "\n".join(_LABEL.sub("", line) for line in lines if line not in OURS)


def recovered(paper: Paper, report: Report) -> tuple[float, float]:
    """The share of the paper's characters that are in the report in order, and the reverse."""
    want, got = _words(truth(paper)), _words(found(report))
    match = SequenceMatcher(None, want, got, autojunk=False)
    same = sum(len(w) for m in match.get_matching_blocks() for w in want[m.a : m.a + m.size])
    return same / sum(map(len, want)), same / max(1, sum(map(len, got)))


def sections_found(paper: Paper, report: Report) -> tuple[int, int]:
    """How many of the paper's sections the report has (kind, heading, patient), of how many."""
    want = Counter(map(_named, paper.sections))
    return (want & Counter(map(_named, report.sections))).total(), want.total()


def metadata_found(paper: Paper, report: Report) -> tuple[int, int]:
    """How many of title, authors, journal, year and DOI are right, of how many."""
    right = [
        report.title == paper.title,
        set(report.authors) == set(paper.authors),
        report.journal == paper.journal,
        report.year == paper.year,
        report.doi == paper.doi,
    ]
    return sum(right), len(right)


def _named(section: Section) -> tuple[str, str, int | None]:
    """What a section is; abstracts have several headings, and a letter's opening has none."""
    if section.kind == "summary":
        return "summary", "", None
    opening = section.kind == "background" and not section.heading
    return "other" if opening else section.kind, section.heading.lower(), section.patient


def _words(text: str) -> list[str]:
    lines = (re.sub(r"^(?:- |\[?\d{1,3}[.)\]] )", "", line) for line in text.split("\n"))
    return re.findall(r"\w+|[^\w\s]", "\n".join(lines))


def _paper(path: Path, number: int) -> Paper:
    report = read_bytes(path.read_bytes(), path)
    records = path.with_name(f"{path.stem}.patients.yaml")
    known = {s.patient for s in report.sections if s.patient is not None}
    listed = len(yaml.safe_load(records.read_text("utf-8"))) if records.exists() else len(known)
    paper = Paper(
        name=path.stem,
        title=report.title,
        authors=tuple(dict.fromkeys(report.authors)) or ("Jana Roe", "Karl van Doe"),
        journal=report.journal or f"Journal of Made Dermatology {chr(65 + number % 26)}",
        year=report.year or 1990 + number % 35,
        doi=report.doi or f"10.5555/made.{number}",
        pmid=report.pmid or str(30_000_000 + number),
        patients=len(known),
        listed=listed,
        sections=tuple(
            s for s in report.sections if s.kind not in ("front", "legend", "references")
        ),
    )
    for section in report.sections:
        paragraphs = _powers(report.text[section.start : section.end]).split("\n\n")
        _add(paper, section, [text for text in paragraphs if text != paper.title])
    return paper


def _add(paper: Paper, section: Section, paragraphs: list[str]) -> None:
    if section.kind == "summary":
        paper.abstract += paragraphs
    elif section.kind == "references":
        paper.references += paragraphs
    elif section.kind == "legend":
        for paragraph in paragraphs:
            _legend(paper, paragraph)
    elif section.kind != "front":
        heading = "" if section.heading == paper.title else section.heading
        if heading or not paper.parts:
            paper.parts.append(Part(heading, section.kind, section.patient, []))
        paper.parts[-1].paragraphs += paragraphs


def _legend(paper: Paper, paragraph: str) -> None:
    rows = [line.split(" | ") for line in paragraph.split("\n") if " | " in line]
    if rows and paper.tables:
        paper.tables[-1][1].extend(rows)
    elif rows:
        paper.tables.append(("", rows))
    elif paragraph.lower().startswith("table"):
        paper.tables.append((paragraph, []))
    else:
        paper.figures.append(paragraph)


def _powers(text: str) -> str:
    """Plain 'm2' as the papers print it; every format must keep the small 2."""
    return re.sub(r"(?<=[/ cm])m([23])\b", lambda m: "m" + "²³"[int(m[1]) - 2], text)


def pieces(text: str) -> list[str]:
    """A paragraph cut at its raised digits: plain, raised, plain, … ('2' for '²')."""
    return [piece.translate(_POWERS) for piece in re.split(r"([²³⁴⁵⁶⁷⁸⁹]+)", text)]


def labelled(paragraphs: list[str]) -> list[tuple[str, str]]:
    """An abstract's paragraphs under the labels of a structured one, as evenly as can be."""
    sentences = [s for p in paragraphs for s in re.split(r"(?<=[a-z)]\.) (?=[A-Z])", p)]
    size = -(-len(sentences) // len(LABELS))
    cuts = [sentences[n : n + size] for n in range(0, len(sentences), size)]
    return [(label, " ".join(cut)) for label, cut in zip(LABELS, cuts, strict=False)]


def course(part: Part) -> int:
    """Where a long case is cut for a subsection 'Course'; its length where it is not."""
    long = part.kind == "case" and part.heading and len(part.paragraphs) > 2
    return 1 if long else len(part.paragraphs)
