"""Bytes of a PDF → its pages as glyphs and shapes: the only module that knows pdfium.

pdfium is not thread safe, so that one lock is held from opening a file to closing it. Everything
that leaves this module is plain values, in points, measured from the top left corner of the page.
"""

from __future__ import annotations

import ctypes
import math
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as raw

from rag.errors import UnreadableFile

MAX_PAGES = 400
MAX_GLYPHS = 1_500_000

_LOCK = threading.Lock()
_BOLD_NAMES = ("bold", "black", "heavy", "semibold", "demi", "medi")
_ITALIC_NAMES = ("ital", "obliq", "slant")
_SMALLEST, _LARGEST = 1.0, 400.0
_FORCE_BOLD = 1 << 18
_ITALIC = 1 << 6
_BOLD_WEIGHT = 600
# pdfium writes this where a hyphen ends a line; which hyphens stay is judged later, by the words.
_HYPHENS = {0x02: "-", 0xFFFE: "-"}
# Symbol fonts without a table put their glyphs, by code, into the private use area.
_SYMBOLS = dict(
    zip(
        (*range(0xF061, 0xF07B), 0xF0A3, 0xF0A7, 0xF0B0, 0xF0B1, 0xF0B3, 0xF0B4, 0xF0B7, 0xF02D),
        "αβχδεφγηιϕκλμνοπθρστυϖωξψζ≤▪°±≥×•−",
        strict=True,
    )
)
_SIDEWAYS = (0, 90, 180, 270)


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character as drawn: `left` to `right` on the line `base`, in type of `size` points.

    `apart` says that pdfium takes the gap before it for a space; `font` is a name, which may say
    nothing ('AdvTT5235d5a9').
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    italic: bool
    apart: bool = False
    font: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: a line that was drawn, or a picture."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(slots=True)
class Page:
    """One page: glyphs in the order of the file, drawn rules (level ones) and pictures.

    `label` is the page's printed number where the file gives one; `unmapped` counts glyphs of
    which the file does not say which letter they are.
    """

    number: int
    width: float
    height: float
    label: str = ""
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    unmapped: int = 0


@dataclass(frozen=True, slots=True)
class _Type:
    """How the glyphs of one text object are set: size, angle in quarter turns, weight, slope."""

    size: float
    turn: int | None
    bold: bool
    italic: bool
    font: str


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
    if count > MAX_PAGES:
        document.close()
        raise UnreadableFile(
            path, f"{count} pages are more than the {MAX_PAGES} that a report may have; split it"
        )
    return document


def _damaged(path: Path) -> UnreadableFile:
    return UnreadableFile(path, "the PDF is damaged; open and save it anew, or download it again")


def _information(document: Any) -> dict[str, str]:  # noqa: ANN401
    return {key: value.strip() for key, value in document.get_metadata_dict().items() if value}


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
            _read_glyphs(page, text, _View(left, top, right, bottom))
        _read_shapes(page, handle, left, top)
        return page
    finally:
        text.close()
        handle.close()


@dataclass(slots=True)
class _View:
    """The visible part of a page in pdfium's coordinates, which grow upwards."""

    left: float
    top: float
    right: float
    bottom: float


def _read_glyphs(page: Page, text: Any, view: _View) -> None:  # noqa: ANN401
    """Add the glyphs of the page that stand upright, or all sideways ones on a turned page."""
    found: list[tuple[int | None, Glyph]] = []
    types: dict[int, _Type] = {}
    x, y = ctypes.c_double(), ctypes.c_double()
    box = raw.FS_RECTF()
    apart = False
    for i in range(raw.FPDFText_CountChars(text)):
        code = raw.FPDFText_GetUnicode(text, i)
        if raw.FPDFText_IsGenerated(text, i) == 1 and code not in _HYPHENS:
            apart = True
            continue
        character = _HYPHENS.get(code) or _SYMBOLS.get(code) or _character(code)
        if raw.FPDFText_HasUnicodeMapError(text, i) == 1 or _is_private(ord(character or " ")):
            page.unmapped += 1
        kind = _type(text, i, types)
        if not character or kind is None:
            continue
        raw.FPDFText_GetCharOrigin(text, i, x, y)
        raw.FPDFText_GetLooseCharBox(text, i, box)
        place = _turned(kind.turn, x.value, y.value, box, view)
        if place and _is_sound(place, kind.size):
            glyph = Glyph(character, *place, kind.size, kind.bold, kind.italic, apart, kind.font)
            apart = False
            found.append((kind.turn, glyph))
    turns = [turn for turn, glyph in found if turn is not None]
    main = max(_SIDEWAYS, key=turns.count) if turns else 0
    if main in (90, 270):
        page.width, page.height = page.height, page.width
    page.glyphs = [glyph for turn, glyph in found if turn == main]


def _is_sound(place: tuple[float, float, float], size: float) -> bool:
    """Whether a glyph can be seen; damaged files have sizes of nothing and of millions."""
    return _SMALLEST <= size <= _LARGEST and all(map(math.isfinite, place))


def _character(code: int) -> str:
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def _is_private(code: int) -> bool:
    return 0xE000 <= code < 0xF900 or code == 0xFFFD


def _turned(
    turn: int | None,
    x: float,
    y: float,
    box: Any,  # noqa: ANN401
    view: _View,
) -> tuple[float, float, float] | None:
    """Left, right and base as they are when the reader turns the page; None outside the page."""
    inside = view.left <= (box.left + box.right) / 2 <= view.right and view.bottom <= y <= view.top
    if turn is None or not inside:
        return None
    if turn == 90:
        return box.bottom - view.bottom, box.top - view.bottom, x - view.left
    if turn == 270:
        return view.top - box.top, view.top - box.bottom, view.right - x
    if turn == 180:
        return view.right - box.right, view.right - box.left, y - view.bottom
    return box.left - view.left, box.right - view.left, view.top - y


def _type(text: Any, i: int, types: dict[int, _Type]) -> _Type | None:  # noqa: ANN401
    obj = raw.FPDFText_GetTextObject(text, i)
    if not obj:
        return None
    key = ctypes.cast(obj, ctypes.c_void_p).value or 0
    if key not in types:
        types[key] = _read_type(text, i, raw.FPDFTextObj_GetFont(obj))
    return types[key]


def _read_type(text: Any, i: int, font: Any) -> _Type:  # noqa: ANN401
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(text, i, matrix)
    # The size in the file counts only together with the matrix that scales the text.
    size = raw.FPDFText_GetFontSize(text, i) * math.hypot(matrix.c, matrix.d)
    angle = math.degrees(math.atan2(matrix.b, matrix.a)) % 360
    turn = next((t for t in (*_SIDEWAYS, 360) if abs(angle - t) < 3), None)
    name, flags, weight = "", 0, 400
    if font:
        buffer = ctypes.create_string_buffer(200)
        raw.FPDFFont_GetBaseFontName(font, buffer, 200)
        name = buffer.value.decode("latin-1").lower()
        flags, weight = raw.FPDFFont_GetFlags(font), raw.FPDFFont_GetWeight(font)
    bold = any(word in name for word in _BOLD_NAMES) or weight >= _BOLD_WEIGHT
    italic = any(word in name for word in _ITALIC_NAMES) or bool(flags & _ITALIC)
    turned = None if turn is None else turn % 360
    return _Type(size, turned, bold or bool(flags & _FORCE_BOLD), italic, name.split("+")[-1])


def _read_shapes(page: Page, handle: Any, left: float, top: float) -> None:  # noqa: ANN401
    kinds = [raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE]
    for shape in handle.get_objects(filter=kinds, max_depth=1):
        a, b, c, d = shape.get_bounds()
        box = Box(a - left, top - d, c - left, top - b)
        if shape.type == raw.FPDF_PAGEOBJ_IMAGE:
            page.pictures.append(box)
        elif box.bottom - box.top <= 2.5 and box.right - box.left >= 30:
            page.rules.append(box)
