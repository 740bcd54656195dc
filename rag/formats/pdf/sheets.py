"""Pages of glyphs → sheets of words without furniture → the lines of their columns in order."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path

from rag.errors import UnreadableFile
from rag.formats.pdf.abstract_box import beside_abstract
from rag.formats.pdf.columns import Gutter, Region, find_gutter, read_regions
from rag.formats.pdf.furniture import Sheet, drop_furniture
from rag.formats.pdf.grids import wide_tables
from rag.formats.pdf.line_numbers import drop_line_numbers
from rag.formats.pdf.lines import Line, body_size, read_lines
from rag.formats.pdf.page import Box, Page
from rag.formats.pdf.words import Word, read_words

_FEWEST_LETTERS = 25
_MOST_UNMAPPED = 0.2
_WHOLE_PAGE = 0.6


def check_text(pages: Sequence[Page], path: Path) -> None:
    """Raise UnreadableFile when the pages hold no text, or letters that cannot be told."""
    glyphs = sum(len(page.glyphs) for page in pages)
    letters = sum(glyph.text.isalpha() for page in pages for glyph in page.glyphs)
    unmapped = sum(page.unmapped for page in pages)
    if unmapped > _MOST_UNMAPPED * max(glyphs, 1) and unmapped > _FEWEST_LETTERS:
        raise UnreadableFile(
            path,
            "its fonts do not say which letters they draw; run text recognition (OCR) over the "
            "PDF and add the result",
        )
    if letters < _FEWEST_LETTERS:
        pictures = any(page.pictures for page in pages)
        what = "the pages are pictures without a text layer" if pictures else "there is no text"
        raise UnreadableFile(
            path, f"{what}; run text recognition (OCR) over the PDF and add the result"
        )


def read_sheets(pages: Sequence[Page]) -> list[Sheet]:
    """The pages as words, without running heads, page numbers and the words in pictures."""
    sheets = [
        Sheet(page.number, _words(page), page.width, page.height, rules=page.rules)
        for page in pages
    ]
    drop_line_numbers(sheets)
    drop_furniture(sheets)
    labels = [page.label for page in pages]
    if all(label.isdigit() for label in labels) and sheets and sheets[0].printed is None:
        for sheet, label in zip(sheets, labels, strict=True):
            sheet.printed = int(label)
    return sheets


def _words(page: Page) -> list[Word]:
    """The words of a page outside its pictures; a scanned page is one picture."""
    area = page.width * page.height
    pictures = [
        p for p in page.pictures if (p.right - p.left) * (p.bottom - p.top) < _WHOLE_PAGE * area
    ]
    words = read_words(page.glyphs)
    words = [
        word
        for word in words
        if not any(
            p.left < word.middle < p.right and p.top < word.base - 1 < p.bottom - 1
            for p in pictures
        )
    ]
    return _with_capitals(words)


def _with_capitals(words: list[Word]) -> list[Word]:
    """The words with a capital that is several lines high put before the word it begins."""
    size = body_size(words)
    for capital in [w for w in words if len(w.text) == 1 and w.size >= 1.8 * size > 0]:
        beside = [
            w
            for w in words
            if w is not capital
            and w.size < 1.3 * size
            and capital.top - 0.6 * size < w.top
            and w.base <= capital.base + 0.2 * size
            and -2 < w.left - capital.right < 1.5 * size
        ]
        if not beside or not capital.text.isalpha():
            continue
        first = min(beside, key=lambda w: (w.base, w.left))
        if first.text[:1].islower() or first.text[:1].isupper():
            first.text = capital.text + ("" if first.text[:1].islower() else " ") + first.text
            for word in beside:
                word.left = capital.left
            words = [w for w in words if w is not capital]
    return words


def read_columns(sheets: Sequence[Sheet]) -> list[tuple[list[Line], Sheet]]:
    """The lines of each column and of what runs across, in reading order, with their sheets."""
    gutters = {sheet.number: find_gutter(sheet.words) for sheet in sheets}
    usual = _usual([gutter for gutter in gutters.values() if gutter])
    body = body_size([word for sheet in sheets for word in sheet.words])
    found: list[tuple[list[Line], Sheet]] = []
    for sheet in sheets:
        gutter = gutters[sheet.number] or _fitting(usual, sheet, len(sheets))
        wide = wide_tables(sheet.words, sheet.rules, gutter, body)
        for region in _regions(sheet, gutter, wide):
            lines = read_lines(region, sheet.number)
            if lines:
                found.append((lines, sheet))
    return found


def _regions(sheet: Sheet, gutter: Gutter | None, wide: list[Box]) -> list[Region]:
    """The regions of a page; a first page may have keywords beside its abstract."""
    beside = beside_abstract(sheet.words, sheet.rules) if sheet.number == 1 else None
    if beside is None:
        return read_regions(sheet.words, gutter, wide)
    above, left, right, below = beside
    inner = [
        Region(side, min(w.left for w in side), max(w.right for w in side))
        for side in (left, right)
    ]
    return [*read_regions(above, None, []), *inner, *read_regions(below, gutter, wide)]


def _usual(gutters: list[Gutter]) -> Gutter | None:
    """The gutter that most pages share."""
    if not gutters:
        return None
    middle = statistics.median(gutter.middle for gutter in gutters)
    return min(gutters, key=lambda gutter: abs(gutter.middle - middle))


def _fitting(usual: Gutter | None, sheet: Sheet, pages: int) -> Gutter | None:
    """The usual gutter for a page with too little text to show one, if hardly a word enters it."""
    if usual is None or pages < 2 or not sheet.words:
        return None
    entering = [w for w in sheet.words if w.left < usual.middle < w.right]
    left = [w for w in sheet.words if w.right <= usual.middle]
    return usual if len(entering) <= 0.02 * len(sheet.words) + 1 and len(left) > 10 else None
