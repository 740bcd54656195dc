"""What a page of a PDF shows, as plain values: glyphs, drawn rules, pictures.

All places are in points from the top left corner of the page.
"""

from __future__ import annotations

from dataclasses import dataclass, field


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
