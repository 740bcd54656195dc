"""The words of a page → regions in reading order: the columns, and what runs across them.

A gutter is a strip that no word enters over many lines with prose on both sides. Lines that cross
it (a title, a wide table) separate bands; inside a band the left column is read before the right.
"""

from __future__ import annotations

import bisect
import statistics
from dataclasses import dataclass

from rag.formats.pdf.page import Box
from rag.formats.pdf.words import Word

_STEP = 2.0
# A strip is looked for where both columns are at least this part of the page's width.
_MARGIN = 0.2
_FEWEST_LINES = 5
_FEWEST_BESIDE = 2
_NARROWEST = 0.8
# Cells of a table have fewer words on a line than prose.
_WORDS_PER_LINE = 3.2
_CELL_GAP = 1.3
_MOST_CELLS = 0.4
_LONGEST_TABLE = 12
_FOLLOWS = 1.6


@dataclass(slots=True)
class Region:
    """Words that are read together, between the edges of their column."""

    words: list[Word]
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Gutter:
    """An empty strip between two columns, and how much of the page's height it takes."""

    left: float
    right: float
    height: float = 0.0

    @property
    def middle(self) -> float:
        """Half way between the columns."""
        return (self.left + self.right) / 2


def find_gutter(words: list[Word]) -> Gutter | None:
    """The widest-reaching strip between two columns of prose; None on a page of one column."""
    if len(words) < 30:
        return None
    left, right = min(w.left for w in words), max(w.right for w in words)
    if right - left < 150:
        return None
    ordered = sorted(words, key=lambda word: word.base)
    place = left + _MARGIN * (right - left)
    found: list[Gutter] = []
    while place < right - _MARGIN * (right - left):
        gutter = _strip(ordered, place)
        if gutter:
            found.append(gutter)
        place += _STEP
    return max(found, key=lambda g: (g.height, g.right - g.left), default=None)


def _strip(words: list[Word], place: float) -> Gutter | None:
    """The best run of lines that leave `place` empty, if these are columns of prose."""
    crossing = [word for word in words if word.left < place < word.right]
    ends = sorted(word.base for word in crossing)
    cuts = [words[0].base - 1, *ends, words[-1].base + 1]
    total, best = 0.0, []
    bases = [word.base for word in words]
    for upper, lower in zip(cuts, cuts[1:], strict=False):
        if lower - upper < 4 * words[0].size:
            continue
        inner = words[bisect.bisect_right(bases, upper + 1) : bisect.bisect_left(bases, lower - 1)]
        sides = [w for w in inner if w.right <= place], [w for w in inner if w.left >= place]
        if _are_columns(*sides):
            total += lower - upper
            best.append(sides)
    if not best:
        return None
    inner_left = max(w.right for left, _ in best for w in left)
    inner_right = min(w.left for _, right in best for w in right)
    size = statistics.median(w.size for w in words)
    # Spaces of a few lines of one column may meet by chance, but not over such a width.
    if inner_right - inner_left < _NARROWEST * size:
        return None
    return Gutter(inner_left, inner_right, total)


def _are_columns(left: list[Word], right: list[Word]) -> bool:
    """Whether both sides hold several lines of prose."""
    lines = [rows(side) for side in (left, right)]
    counts = sorted(map(len, lines))
    if counts[0] < _FEWEST_BESIDE or counts[1] < _FEWEST_LINES:
        return False
    return all(
        len(side) / len(of_side) >= _WORDS_PER_LINE
        and (
            # Over many lines such gaps are another gutter, of a page of three columns.
            len(of_side) > _LONGEST_TABLE
            or sum(map(has_cells, of_side)) <= _MOST_CELLS * len(of_side)
        )
        for side, of_side in zip((left, right), lines, strict=True)
    )


def has_cells(line: list[Word]) -> bool:
    """Whether a line has a gap as those between the cells of a table."""
    pairs = zip(line, line[1:], strict=False)
    return any(right.left - left.right > _CELL_GAP * right.size for left, right in pairs)


def rows(words: list[Word]) -> list[list[Word]]:
    """Words grouped by the line on which they stand, from the top; each from left to right."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (word.base, word.left)):
        if lines and word.base - lines[-1][0].base <= 0.4 * min(word.size, lines[-1][0].size):
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.left) for line in lines]


def read_regions(words: list[Word], gutter: Gutter | None, wide: list[Box]) -> list[Region]:
    """The regions of a page in reading order; `wide` are the places of tables across columns."""
    if not words:
        return []
    left, right = min(w.left for w in words), max(w.right for w in words)
    if gutter is None or not left < gutter.middle < right:
        return [Region(words, left, right)]
    across = _across(words, gutter, wide)
    regions: list[Region] = []
    band: list[Word] = []
    wide_words: list[Word] = []
    for line in rows(words):
        if any(id(word) in across for word in line):
            _close(regions, band, gutter, left, right)
            band = []
            wide_words.extend(line)
        else:
            if wide_words:
                regions.append(Region(wide_words, left, right))
                wide_words = []
            band.extend(line)
    if wide_words:
        regions.append(Region(wide_words, left, right))
    _close(regions, band, gutter, left, right)
    return regions


def _close(
    regions: list[Region], band: list[Word], gutter: Gutter, left: float, right: float
) -> None:
    """Add the two columns of a band, each of which may have columns itself."""
    sides = (
        ([w for w in band if w.middle < gutter.middle], left, gutter.left),
        ([w for w in band if w.middle >= gutter.middle], gutter.right, right),
    )
    for words, a, b in sides:
        if not words:
            continue
        inner = find_gutter(words) if b - a > 0.5 * (right - left) else None
        if inner:
            regions.extend(read_regions(words, inner, []))
        else:
            regions.append(Region(words, a, b))


def _across(words: list[Word], gutter: Gutter, wide: list[Box]) -> set[int]:
    """The words (by identity) of lines that run across the gutter, whole lines of them."""
    across: set[int] = set()
    previous: list[Word] | None = None
    for line in rows(words):
        if _crosses(line, gutter, wide) or (previous and _ends(previous, line, gutter)):
            across.update(map(id, line))
            previous = line
        else:
            previous = None
    return across


def _crosses(line: list[Word], gutter: Gutter, wide: list[Box]) -> bool:
    if any(box.top - 2 <= line[0].base <= box.bottom + 2 for box in wide):
        return True
    if any(word.left < gutter.middle < word.right for word in line):
        return True
    before = [word for word in line if word.right <= gutter.middle]
    after = [word for word in line if word.left >= gutter.middle]
    if not before or not after:
        return False
    # Text that runs on through the strip leaves a mere word space there.
    entered = before[-1].right > gutter.left + 1 or after[0].left < gutter.right - 1
    return entered and after[0].left - before[-1].right < 0.8 * (gutter.right - gutter.left)


def _ends(previous: list[Word], line: list[Word], gutter: Gutter) -> bool:
    """Whether a line is the short last one of a paragraph that runs across the gutter."""
    word, above = line[0], previous[0]
    return (
        all(w.right <= gutter.right for w in line)
        and abs(word.size - above.size) < 0.05 * word.size
        and word.base - above.base <= _FOLLOWS * word.size
        and abs(word.left - above.left) <= word.size
        and previous[-1].right > gutter.right
    )
