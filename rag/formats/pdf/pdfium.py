"""Bytes of a PDF → its pages and what it says of itself.

pdfium is not thread safe, so that one lock is held from opening a file to closing it; only plain
values leave this module.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as raw

from rag.clean import normalise_characters
from rag.errors import UnreadableFile
from rag.formats import most_pages
from rag.formats.pdf.glyphs import View, read_glyphs
from rag.formats.pdf.page import Box, Page

MAX_GLYPHS = 1_500_000

_LOCK = threading.Lock()


def read_pages(data: bytes, path: Path) -> tuple[list[Page], dict[str, str]]:
    """The pages of a PDF and its document information ('Title', 'Author', 'Subject', …).

    Raises UnreadableFile (encrypted, damaged, too many pages or glyphs).
    """
    with _LOCK:
        document = _open(data, path)
        try:
            return _pages(document, path), _information(document)
        except (pypdfium2.PdfiumError, ValueError, ArithmeticError) as error:
            raise _damaged(path) from error
        finally:
            document.close()


def _open(data: bytes, path: Path) -> Any:  # noqa: ANN401 - pypdfium2 is not typed
    if b"%PDF" not in data[:1024]:
        raise UnreadableFile(path, "this is not a PDF (its first bytes say so); check the suffix")
    try:
        document = pypdfium2.PdfDocument(data)
    except (pypdfium2.PdfiumError, ValueError) as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise UnreadableFile(
                path, "the PDF is encrypted; save a copy without a password and add that"
            ) from error
        raise _damaged(path) from error
    count = len(document)
    if count == 0:
        document.close()
        raise _damaged(path)
    if count > (most := most_pages.get()):
        document.close()
        raise UnreadableFile(
            path, f"{count:,} pages are more than the {most:,} that a report may have; split it"
        )
    return document


def _damaged(path: Path) -> UnreadableFile:
    return UnreadableFile(path, "the PDF is damaged; open and save it anew, or download it again")


def _information(document: Any) -> dict[str, str]:  # noqa: ANN401
    said = document.get_metadata_dict().items()
    return {key: " ".join(normalise_characters(value).split()) for key, value in said if value}


def _pages(document: Any, path: Path) -> list[Page]:  # noqa: ANN401
    pages: list[Page] = []
    glyphs = 0
    for index in range(len(document)):
        page = _page(document, index)
        glyphs += len(page.glyphs)
        if glyphs > MAX_GLYPHS:
            raise UnreadableFile(path, "there is more text than a report may have; split the file")
        pages.append(page)
    return pages


def _page(document: Any, index: int) -> Page:  # noqa: ANN401
    handle = document[index]
    text = handle.get_textpage()
    try:
        left, bottom, right, top = handle.get_bbox()
        page = Page(index + 1, right - left, top - bottom, document.get_page_label(index) or "")
        if raw.FPDFText_CountChars(text) <= MAX_GLYPHS:
            read_glyphs(page, text, View(left, top, right, bottom))
        _read_shapes(page, handle, left, top)
        return page
    finally:
        text.close()
        handle.close()


def _read_shapes(page: Page, handle: Any, left: float, top: float) -> None:  # noqa: ANN401
    kinds = [raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE]
    for shape in handle.get_objects(filter=kinds, max_depth=1):
        a, b, c, d = shape.get_bounds()
        box = Box(a - left, top - d, c - left, top - b)
        if shape.type == raw.FPDF_PAGEOBJ_IMAGE:
            page.pictures.append(box)
        elif box.bottom - box.top <= 2.5 and box.right - box.left >= 30:
            page.rules.append(box)
