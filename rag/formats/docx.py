"""A Word file (.docx, .docm) → Report. The text is data: nothing that it says is obeyed."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

from docx.oxml.coreprops import CT_CoreProperties
from docx.oxml.ns import qn

from rag.clean import normalise_characters, vocabulary
from rag.errors import InvalidReport, UnreadableFile
from rag.formats.assemble import Metadata
from rag.formats.blocks import Block
from rag.formats.docx_archive import Archive, Element
from rag.formats.docx_blocks import blocks_of
from rag.formats.docx_items import Item, read_items
from rag.formats.docx_styles import Styles, read_styles
from rag.formats.headings import classify
from rag.formats.text import report_of
from rag.schema import Report

# A note that cites: a year, and volume and pages or a DOI.
_CITES = re.compile(
    r"\b(?:19|20)\d\d\b(?=.*\d ?(?:\(\d+\))? ?[:;,] ?[A-Za-z]?\d)|\bdoi\b|\b10\.\d{4,9}/"
)
# What programs and their set-up write into the properties on nobody's behalf.
_NOBODY = re.compile(
    r"\b(?:microsoft|windows|office|user|admin\w*|owner|python-docx|libreoffice|unknown|author"
    r"|test|inc|ltd|hp|dell|lenovo|acer|asus|pc|laptop|default|apache poi|aspose\S*)\b",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(
    r"(?:microsoft word|untitled|document ?\d*|word document|manuscript|title)\b(?: - .*)?"
    r"|.*\.(?:docx?|docm|dotx?|rtf|odt|pdf|tmp)",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){1,4}")
_YEARS = range(1980, 2101)
# That of the empty document which python-docx starts from.
_TEMPLATE = date(2013, 12, 23)


def read_docx(data: bytes, path: Path) -> Report:
    """The report in the bytes of a Word file; `path` gives the name and stands in messages.

    Headings are those of Word's styles and bold lines on their own; tables become rows with the
    legends; tracked deletions are left out; reference marks go; foot- and endnotes stand behind
    the text. Title, authors and year of the file's properties count where the text has none.
    Raises UnreadableFile (no Word file, damaged, protected, a bomb) and InvalidReport (no words).
    """
    archive = Archive(data, path)
    try:
        return _report(archive, path)
    except RecursionError:
        raise UnreadableFile(
            path, "its tables and boxes nest too deep to be read; save its text in a new document"
        ) from None


def _report(archive: Archive, path: Path) -> Report:
    root = archive.xml(archive.main)
    styles = read_styles(_part(archive, "styles"), _part(archive, "numbering"))
    body = root.find(qn("w:body")) if root is not None else None
    blocks = blocks_of(read_items(body, styles)) if body is not None else []
    if not any(any(map(str.isalpha, block.text)) for block in blocks):
        raise InvalidReport(
            path,
            "there are no words in this document, perhaps only pictures of pages; make the text "
            "readable (OCR) first",
        )
    blocks += _notes(archive, styles, blocks)
    words = vocabulary("\n".join(block.text for block in blocks))
    heads = [
        item.text
        for kind in ("header", "footer")
        for name in archive.related(kind)
        for item in _items(archive.xml(name), styles)
    ]
    return report_of(blocks, path.name, words, beside=heads, stated=_stated(archive))


def _notes(archive: Archive, styles: Styles, blocks: list[Block]) -> list[Block]:
    """Foot- and endnotes as blocks for the end: those that cite go with the references."""
    notes = []
    for kind in ("footnote", "endnote"):
        for name in archive.related(f"{kind}s"):
            root = archive.xml(name)
            for note in root.findall(qn(f"w:{kind}")) if root is not None else ():
                # The lines that separate notes from the text are notes of a type of their own.
                if note.get(qn("w:type")) in (None, "normal"):
                    text = " ".join(item.text for item in _items(note, styles))
                    notes.append(text.strip())
    cited = [note for note in notes if _CITES.search(note)]
    others = [note for note in notes if note and note not in cited]
    found = []
    if cited:
        own = next((b.text for b in blocks if b.kind == "heading" and _is_references(b)), None)
        found.append(Block("heading", [own or "References"], 1))
        found += [Block("text", [note]) for note in cited]
    if others:
        found.append(Block("heading", ["Notes"], 1))
        found += [Block("text", [note]) for note in others]
    return found


def _is_references(block: Block) -> bool:
    return classify(block.text)[0] == "references"


def _items(element: Element | None, styles: Styles) -> list[Item]:
    return [] if element is None else read_items(element, styles)


def _part(archive: Archive, kind: str) -> Element | None:
    """The first part of a kind; None where there is none."""
    return next((archive.xml(name) for name in archive.related(kind)), None)


def _stated(archive: Archive) -> Metadata:
    """What the properties of the file say of it, without what programs write there."""
    found = archive.properties()
    if not isinstance(found, CT_CoreProperties):
        return Metadata(title="")
    title = _one_line(found.title_text)
    created = _created(found)
    if created is None or created.date() == _TEMPLATE or created.year not in _YEARS:
        year = None
    else:
        year = created.year
    return Metadata(
        title="" if _NO_TITLE.fullmatch(title) else title,
        authors=_people(_one_line(found.author_text)),
        year=year,
    )


def _created(found: CT_CoreProperties) -> datetime | None:
    """When the file was made; None where it says nothing, or nothing that is a date."""
    try:
        return found.created_datetime
    except (TypeError, ValueError, OverflowError):  # python-docx takes an empty element for text
        return None


def _people(author: str) -> tuple[str, ...]:
    """The names in the property 'author'; () when one of them is no person's."""
    names = [name for name in re.split(r"\s*[;,]\s*(?:and\s+)?|\s+(?:and|&)\s+", author) if name]
    if _NOBODY.search(author) or not all(_NAME.fullmatch(name) for name in names):
        return ()
    return tuple(names)


def _one_line(text: str) -> str:
    return " ".join(normalise_characters(text).split())
