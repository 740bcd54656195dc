"""A text page of pdfium → glyphs with their place, size and style, as the reader sees them."""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as raw

from rag.formats.pdf.page import Glyph, Page

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
class _Type:
    """How the glyphs of one text object are set: size, angle in quarter turns, weight, slope."""

    size: float
    turn: int | None
    bold: bool
    italic: bool
    font: str


@dataclass(slots=True)
class View:
    """The visible part of a page in pdfium's coordinates, which grow upwards."""

    left: float
    top: float
    right: float
    bottom: float


def read_glyphs(page: Page, text: Any, view: View) -> None:  # noqa: ANN401
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
    view: View,
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
