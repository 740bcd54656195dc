"""A saved page of a journal or of PubMed Central → Report.

The page is data: nothing in it is run, fetched or obeyed, and what it hides is not read.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from rag.clean import normalise_characters
from rag.errors import InvalidReport
from rag.formats.assemble import Metadata, assemble
from rag.formats.html_blocks import blocks
from rag.formats.html_decode import decode_page
from rag.formats.html_metadata import metadata, said_by, title_of
from rag.formats.html_page import article, parse_page
from rag.formats.html_write import Writer, front_end
from rag.formats.outline import plain
from rag.formats.text import report_slug
from rag.schema import Report, SectionKind, SourceKind

_AFFILIATION = re.compile(
    r"\b(?:departments?|divisions?|universit\w+|hospitals?|institut\w+|school of|faculty of"
    r"|medical (?:cent(?:er|re)|college)|klinik\w*|h[ôo]pital)\b",
    re.IGNORECASE,
)
_LONGEST_LINE = 1500
_RECOGNISED: set[SectionKind] = {
    "summary", "background", "case", "methods", "results", "discussion", "references",
}  # fmt: skip


def read_html(data: bytes, path: Path) -> Report:
    """The article of a page: 'full text', or 'abstract' where it shows no more than that.

    The id comes from the name of the file. Raises UnreadableFile (empty, binary, a broken encoding,
    nested too deep) and InvalidReport (a page without an article).
    """
    soup = parse_page(decode_page(data, path), path)
    said = said_by(soup)
    found = blocks(article(soup))
    start = front_end(found, title_of(said, soup))
    above = [plain(block.text) for block in found[:start]]
    front = metadata(said, soup, above)
    front = replace(front, title=front.title or normalise_characters(path.stem))
    writer = Writer(front.title)
    for line in _front_lines(front, above):
        writer.outline.front(line)
    writer.write(found[start:])
    text, sections = writer.outline.build()
    if not writer.outline.paragraphs:
        raise InvalidReport(
            path, "there is no article's text in this page; open the full text and save that page"
        )
    told = {s.kind for s in sections if s.kind not in ("front", "legend", "references")}
    announced = writer.outline.announced & _RECOGNISED
    kind: SourceKind = "paper" if said.is_paper or len(announced) > 1 else "user file"
    return assemble(
        report_slug(path.name),
        path.name,
        text,
        sections,
        front,
        source_kind=kind,
        unnumbered=writer.outline.unnumbered,
        basis="abstract" if told == {"summary"} else "full text",
    )


def _front_lines(front: Metadata, above: list[str]) -> list[str]:
    """Title, authors, their hospitals, and where the article was published."""
    where = " ".join(str(part) for part in (front.journal, front.year) if part)
    ids = ("doi", front.doi), ("PMID", front.pmid)
    published = (where, *(f"{name}: {said}" for name, said in ids if said))
    hospitals = [line for line in above if _AFFILIATION.search(line) and len(line) < _LONGEST_LINE]
    hospitals = [line for line in hospitals if line.lower() != front.title.lower()]
    return [front.title, ", ".join(front.authors), *hospitals, ". ".join(filter(None, published))]
