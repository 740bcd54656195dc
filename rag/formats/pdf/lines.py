"""The words of a region → its lines as text, with the type they are set in and their cells."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.formats.pdf.columns import Region, rows
from rag.formats.pdf.words import SPACE, Word

# Wider gaps part the cells of a table; justified prose stays below, mostly.
_CELL = 1.15
_WHOLE = 0.85


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of a line between wide gaps."""

    text: str
    left: float
    right: float


@dataclass(slots=True)
class Line:
    """A line of a column that goes from `edge` to `margin`, on a page counted from 1.

    `lead` holds the words at its beginning that are set in another type than the rest; `font` is
    that of the whole line, '' where there are several; `opens` says that it is the first line of
    its region.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    italic: bool
    lead: str
    cells: tuple[Cell, ...]
    font: str
    page: int
    edge: float
    margin: float
    opens: bool = False

    @property
    def full(self) -> bool:
        """Whether it reaches the right edge of its column, so that the next word had no place."""
        return self.margin - self.right <= max(2.5 * self.size, 0.06 * (self.margin - self.edge))

    @property
    def indent(self) -> float:
        """How far it begins from the left edge of its column, in parts of the type size."""
        return (self.left - self.edge) / self.size


def read_lines(region: Region, page: int) -> list[Line]:
    """The lines of a region from the top."""
    lines = [_line(words, page, region) for words in rows(region.words)]
    lines = [line for line in lines if line.text]
    if lines:
        lines[0].opens = True
        _set_edges(lines, region)
    return lines


def text_of(words: Sequence[Word]) -> str:
    """Words from left to right as text; a gap or a space of the file parts them."""
    parts: list[str] = []
    for number, word in enumerate(words):
        if number and _are_apart(words[number - 1], word):
            parts.append(" ")
        parts.append(word.text)
    return _closed("".join(parts))


def body_size(words: Sequence[Word]) -> float:
    """The size in which most characters are set; 0 without words."""
    count: dict[float, int] = {}
    for word in words:
        size = round(word.size * 4) / 4
        count[size] = count.get(size, 0) + len(word.text)
    return max(count, key=lambda size: (count[size], size), default=0.0)


def _line(words: list[Word], page: int, region: Region) -> Line:
    size = body_size(words)
    letters = sum(len(word.text) for word in words)
    bold = sum(len(word.text) for word in words if word.bold) >= _WHOLE * letters
    italic = sum(len(word.text) for word in words if word.italic) >= _WHOLE * letters
    return Line(
        text=text_of(words),
        left=words[0].left,
        right=max(word.right for word in words),
        base=statistics.median(word.base for word in words),
        size=size or words[0].size,
        bold=bold,
        italic=italic,
        lead="" if bold or italic else _lead(words),
        cells=_cells(words, size),
        font=_font(words),
        page=page,
        edge=region.left,
        margin=region.right,
    )


def _set_edges(lines: list[Line], region: Region) -> None:
    """Give lines the edges at which most of them begin and end, where these are clear."""
    edge = _usual([line.left for line in lines])
    margin = _usual([line.right for line in lines])
    for line in lines:
        if edge is not None and edge - region.left < 0.1 * (region.right - region.left):
            line.edge = edge
        if margin is not None and region.right - margin < 0.1 * (region.right - region.left):
            line.margin = margin


def _usual(places: list[float]) -> float | None:
    """The place that at least a third of the lines share, to a point or so."""
    best = max(places, key=lambda place: sum(abs(place - other) <= 1.2 for other in places))
    near = [place for place in places if abs(place - best) <= 1.2]
    return statistics.median(near) if len(near) >= max(2, len(places) / 3) else None


def _are_apart(left: Word, right: Word) -> bool:
    gap = right.left - left.right
    size = max(left.size, right.size)
    if right.text[0] in ",.;:)]" and gap < 0.4 * size:
        return False  # what is left behind a reference mark: 'Roe¹, J'
    return gap > SPACE * size or (right.spaced and gap > -0.3 * size)


def _closed(text: str) -> str:
    """A line whose letters are all set apart ('S U M M A R Y') as words."""
    parts = text.split(" ")
    letters = [part for part in parts if len(part) == 1 and part.isalpha()]
    if len(letters) < 5 or len(letters) < 0.9 * len(parts):
        return text
    return "".join(parts)


def _lead(words: list[Word]) -> str:
    """The words at the beginning in another style than the last; '' when there are none."""
    styles = [(word.bold, word.italic, word.font) for word in words]
    if styles[0] == styles[-1]:
        return ""
    end = next(i for i, style in enumerate(styles) if style != styles[0])
    return text_of(words[:end])


def _font(words: list[Word]) -> str:
    letters = Counter[str]()
    for word in words:
        letters[word.font] += len(word.text)
    font, most = letters.most_common(1)[0]
    return font if most >= _WHOLE * letters.total() else ""


def _cells(words: list[Word], size: float) -> tuple[Cell, ...]:
    groups: list[list[Word]] = []
    for word in words:
        if groups and word.left - groups[-1][-1].right <= _CELL * size:
            groups[-1].append(word)
        else:
            groups.append([word])
    return tuple(Cell(text_of(g), g[0].left, max(w.right for w in g)) for g in groups)
