"""The shipped digests and the development case texts in every format, for the benchmarks.

`PYTHONPATH=.:tests python tests/make_formats.py FOLDER [SOURCE…]` writes
FOLDER/FORMAT/REPORT_ID.SUFFIX (the originals as `original`), in FOLDER/truth what the body of each
PDF says, in reading order, and in FOLDER/truth/FORMAT/REPORT_ID.json what a reader must find.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import markup_papers
from designs import DESIGNS
from docx import Document
from make_html import DESIGNS as PAGES
from make_jats import jats
from make_pdf import make
from places import ROOT
from typeset_papers import Paper, load, unmarked

LOOKS = tuple(DESIGNS)


def sources() -> list[Path]:
    """All digests, and the case texts whose questions are development gold."""
    texts = sorted((ROOT / "eval" / "texts").glob("syn-a*.txt"))
    return [*sorted((ROOT / "corpus" / "reports").glob("*.md")), *texts]


def plain(paper: Paper) -> str:
    """The paper as a plain text."""
    front = f"{paper.title}\n\n{', '.join(paper.authors)}\n\n{citation(paper)}"
    sections = [
        "\n\n".join(filter(None, (heading, *paragraphs)))
        for kind, heading, paragraphs in paper.sections
        if kind != "front"
    ]
    return "\n\n".join((front, *sections)) + "\n"


def citation(paper: Paper) -> str:
    return f"{paper.journal} {paper.year}; 12: 41-48. doi: {paper.doi}"


def word(paper: Paper) -> bytes:
    """The paper as a Word file with the styles that Word offers."""
    document = Document()
    document.add_heading(paper.title, 0)
    document.add_paragraph(", ".join(paper.authors))
    document.add_paragraph(citation(paper))
    for kind, heading, paragraphs in paper.sections:
        if kind == "front":
            continue
        if heading:
            document.add_heading(heading, 1)
        for paragraph in paragraphs:
            document.add_paragraph(paragraph)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def told(paper: Paper) -> dict[str, Any]:
    """What a reader must find in the text, the PDF and the Word file of a paper."""
    asides = ("front", "legend", "references")
    return {
        "title": paper.title,
        "authors": paper.authors,
        "journal": paper.journal,
        "year": paper.year,
        "doi": paper.doi,
        "paragraphs": [
            unmarked(text)
            for kind, _, paragraphs in paper.sections
            if kind not in asides
            for text in paragraphs
        ],
        "sections": [
            (s.kind, s.heading, s.patient)
            for s in paper.report.sections
            if s.kind not in ("front", "legend")
        ],
        "patients": [(case.age, case.sex) for case in paper.report.cases],
    }


def marked_told(paper: markup_papers.Paper, patients: list[Any]) -> dict[str, Any]:
    """The same of its XML and its web page, which know a structured abstract."""
    texts = [*paper.abstract, *(text for part in paper.parts for text in part.paragraphs)]
    named = [s for s in paper.sections if s.kind != "summary"]
    return {
        "title": paper.title,
        "authors": paper.authors,
        "journal": paper.journal,
        "year": paper.year,
        "doi": paper.doi,
        "paragraphs": texts,
        "sections": [(s.kind, s.heading, s.patient) for s in named],
        "patients": patients,
        "labels": [f"{label}: " for label in markup_papers.LABELS],
    }


def write(folder: Path, paths: Iterable[Path]) -> None:
    """Write every report in every format."""
    for number, path in enumerate(paths):
        paper = load(path)
        marked = markup_papers._paper(path, number)
        name = paper.report.id
        looks = LOOKS[number % len(LOOKS)]
        made = {
            f"original/{name}{path.suffix}": path.read_bytes(),
            f"text/{name}.txt": plain(paper).encode(),
            f"pdf/{name}.pdf": make(paper, DESIGNS[looks]),
            f"jats/{name}.xml": jats(marked, number % 4).encode(),
            f"html/{name}.html": list(PAGES.values())[number % len(PAGES)](marked, number),
            f"word/{name}.docx": word(paper),
            f"truth/{name}.txt": paper.body.encode(),
        }
        known = told(paper)
        if path.suffix == ".md":  # the records of a digest say more than its text
            known["patients"] = []
        marked_known = marked_told(marked, known["patients"])
        for form in ("text", "pdf", "word", "jats", "html"):
            found = marked_known if form in ("jats", "html") else known
            made[f"truth/{form}/{name}.json"] = json.dumps(found, ensure_ascii=False).encode()
        for place, data in made.items():
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).write_bytes(data)


if __name__ == "__main__":
    write(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]] or sources())
