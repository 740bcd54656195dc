"""PDF of a paper → Report: the text in reading order, as its type and its place on the page say.

    bytes → pdfium (glyphs) → words → sheets without running heads → columns → lines → parts
          → front matter, headings, paragraphs, legends, tables → the report

A section knows the page on which it begins, and where in it the others do: the printed number
where the pages carry one, else the place in the file.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rag.clean import normalise_characters, vocabulary
from rag.errors import InvalidReport
from rag.formats.assemble import Metadata, assemble
from rag.formats.front import Front
from rag.formats.layout import Layout
from rag.formats.pdf.flow import (
    complete_captions,
    drop_labels,
    fold_abstract,
    mark_notes,
    open_headings,
    rejoin,
    settle_references,
)
from rag.formats.pdf.front import block_of, read_front, read_metadata
from rag.formats.pdf.furniture import Sheet
from rag.formats.pdf.parts import Part, rank_headings, read_setting, split_region
from rag.formats.pdf.pdfium import read_pages
from rag.formats.pdf.sheets import check_text, read_columns, read_sheets
from rag.formats.text import Writer, report_slug, source_kind, title_from, year_in
from rag.schema import Report, Section


def read_pdf(data: bytes, path: Path) -> Report:
    """The report in a PDF; `path` gives the name, from which the id comes.

    Raises UnreadableFile (encrypted, damaged, a scan without a text layer, letters that cannot be
    told, too long) and InvalidReport (nothing to quote).
    """
    pages, info = read_pages(data, path)
    check_text(pages, path)
    sheets = read_sheets(pages)
    parts = _parts(sheets)
    name = path.name
    notes = [part for part in parts if part.kind == "note" and part.page == 1]
    parts = [part for part in parts if not (part.kind == "note" and part.page == 1)]
    front, count = read_front(parts, info)
    below = fold_abstract(rejoin(parts[count:]))
    body = [block_of(part) for part in below]
    words = vocabulary(normalise_characters("\n".join(t for part in parts for t in part.texts)))
    headless = not any(block.kind == "heading" for block in body)
    front = _with_notes(replace(front, letter=front.letter or headless), notes)
    writer = Writer(words)
    writer.layout.page = 1
    writer.write(body, replace(front, end=0))
    text, sections = writer.layout.build()
    if not sections:
        raise InvalidReport(path, "there are headings only; add the text of the report below them")
    summary = [text[s.start : s.end] for s in sections if s.kind in ("front", "summary")]
    early = [line for part in summary for line in part.split("\n")]
    heads = [normalise_characters(head) for sheet in sheets for head in sheet.heads]
    metadata = read_metadata(front, early, heads, info, title_from(name))
    report = assemble(
        report_slug(name),
        name,
        text,
        sections,
        _dated(metadata, name),
        source_kind=source_kind(front, writer.announced, metadata),
        unnumbered=writer.unnumbered,
    )
    printed = {sheet.number: sheet.printed or sheet.number for sheet in sheets}
    return replace(report, sections=_paged(report, writer.layout, printed))


def _paged(report: Report, layout: Layout, printed: dict[int, int]) -> tuple[Section, ...]:
    """The sections with the pages on which they stand, as `printed` tells them by their place."""
    return tuple(
        replace(
            section,
            page=printed.get(layout.page_of(section.start) or 0),
            turns=tuple(
                (at, printed[page])
                for at, page in layout.turns_within(section.start, section.end)
                if page in printed
            ),
        )
        for section in report.sections
    )


def _parts(sheets: list[Sheet]) -> list[Part]:
    """The parts of all pages in reading order."""
    columns = read_columns(sheets)
    setting = read_setting([lines for lines, _ in columns])
    found: list[Part] = []
    for number, (lines, sheet) in enumerate(columns):
        parts = split_region(lines, sheet.rules, setting)
        first = number == 0 or columns[number - 1][1] is not sheet
        last = number + 1 == len(columns) or columns[number + 1][1] is not sheet
        mark_notes(parts, setting, foot=last and not first)
        found += parts
    found = open_headings(complete_captions(drop_labels(found)))
    rank_headings(found)
    settle_references(found)
    return found


def _with_notes(front: Front, notes: list[Part]) -> Front:
    """Front matter with the notes at the foot of the first page (addresses, dates, licence)."""
    said = tuple("\n".join(block_of(note).lines) for note in notes)
    return replace(front, paragraphs=(*front.paragraphs, *said))


def _dated(metadata: Metadata, name: str) -> Metadata:
    return replace(metadata, year=metadata.year or year_in(name))
