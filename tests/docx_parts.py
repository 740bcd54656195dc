"""Word files of a few paragraphs or pieces of XML, and such whose parts were changed by hand."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from rag.formats.docx import read_docx

W = nsdecls("w")
PATH = Path("paper.docx")
PROSE = "A 40-year-old woman with dermatomyositis was treated with dapsone and improved in weeks."


def edited(data: bytes, edit: Callable[[dict[str, bytes]], None]) -> bytes:
    """A Word file whose parts (name → bytes) were changed by `edit`."""
    with zipfile.ZipFile(BytesIO(data)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    edit(parts)
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in parts.items():
            target.writestr(name, part)
    return stream.getvalue()


def with_part(data: bytes, name: str, kind: str, xml: str) -> bytes:
    """A Word file with one more part of the document, related by `kind` ('footnotes')."""

    def edit(parts: dict[str, bytes]) -> None:
        parts[f"word/{name}"] = xml.encode()
        link = (
            f'<Relationship Id="rIdX{len(parts)}" Target="{name}" Type="http://schemas.openxml'
            f'formats.org/officeDocument/2006/relationships/{kind}"/></Relationships>'
        )
        rels = "word/_rels/document.xml.rels"
        parts[rels] = parts[rels].replace(b"</Relationships>", link.encode())

    return edited(data, edit)


def saved(document) -> bytes:
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def of_paragraphs(*texts: str, style: str | None = None) -> bytes:
    document = Document()
    for text in texts:
        document.add_paragraph(text, style=style)
    return saved(document)


def of_xml(*paragraphs: str) -> bytes:
    """A document whose body is this XML."""
    document = Document()
    for xml in paragraphs:
        document.element.body.insert_element_before(parse_xml(xml), "w:sectPr")
    return saved(document)


def p(inner: str) -> str:
    return f"<w:p {W}>{inner}</w:p>"


def r(text: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def text_of(data: bytes) -> str:
    return read_docx(data, PATH).text
