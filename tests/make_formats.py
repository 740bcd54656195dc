"""The shipped digests and the development case texts in every format, for the benchmarks.

`PYTHONPATH=.:tests python tests/make_formats.py FOLDER` writes FOLDER/FORMAT/REPORT_ID.SUFFIX (the
originals as `original`), and in FOLDER/truth what the body of each PDF says, in reading order.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

import markup_papers
from designs import DESIGNS
from docx import Document
from make_html import DESIGNS as PAGES
from make_jats import jats
from make_pdf import make
from places import ROOT
from typeset_papers import Paper, load

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


def write(folder: Path) -> None:
    """Write every report in every format."""
    for number, path in enumerate(sources()):
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
        for place, data in made.items():
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).write_bytes(data)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
