"""Lines in cells → the rows of a table, 'a | b | c'; where on a page tables run across columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.formats.pdf.columns import Gutter, has_cells, rows
from rag.formats.pdf.lines import Cell, Line
from rag.formats.pdf.page import Box
from rag.formats.pdf.words import Word

_CAPTION = re.compile(r"(?:Supplementary )?Table ?(?:S?\d{1,2}|[IVX]{1,5})\b", re.IGNORECASE)
_ABOVE = 60
_CLEAR = 3.0
_FEWEST_ROWS = 3
_FEWEST_CELLS = 3


@dataclass(frozen=True, slots=True)
class Zone:
    """Lines [start, end) of a region that are a table; the caption above is not part of it."""

    start: int
    end: int


def is_caption(text: str) -> bool:
    """Whether a line begins with 'Table 1'."""
    return _CAPTION.match(text) is not None


def wide_tables(
    words: list[Word], rules: Sequence[Box], gutter: Gutter | None, body: float
) -> list[Box]:
    """The places of tables that run across the `gutter`; `body` is the size of running text."""
    if gutter is None:
        return []
    level = sorted(
        (r for r in rules if r.left < gutter.left - 20 and r.right > gutter.right + 20),
        key=lambda r: r.top,
    )
    captions = [line[0] for line in rows(words) if is_caption(" ".join(w.text for w in line[:2]))]
    found: list[Box] = []
    for number, rule in enumerate(level):
        if any(box.bottom >= rule.top for box in found):
            continue
        caption = next((c for c in captions if -4 <= rule.top - c.base <= _ABOVE), None)
        if not caption:
            continue
        end = rule
        for below in level[number + 1 :]:
            if _is_prose_between(words, end, below, gutter):
                break
            end = below
        if end is not rule:
            found.append(Box(rule.left, caption.base - 4, rule.right, end.bottom))
    return found + _unruled(words, gutter, body)


def _unruled(words: list[Word], gutter: Gutter, body: float) -> list[Box]:
    """The places of tables without rules: below a caption, rows of its small type on both sides.

    Beside a table of one column stands running text, in larger type.
    """
    lines = rows(words)
    found: list[Box] = []
    for number, line in enumerate(lines):
        size = line[0].size
        if not is_caption(" ".join(w.text for w in line[:2])) or abs(size - body) < 0.04 * body:
            continue
        end = number
        while end + 1 < len(lines) and _is_in_type(lines[end], lines[end + 1], size):
            end += 1
        below = lines[number + 1 : end + 1]
        both = sum(row[0].left < gutter.left and row[-1].right > gutter.right for row in below)
        if both >= _FEWEST_ROWS:
            edges = line[0].base - 4, lines[end][0].base + 2
            found.append(Box(line[0].left, edges[0], gutter.right, edges[1]))
    return found


def _is_in_type(above: list[Word], line: list[Word], size: float) -> bool:
    near = line[0].base - above[0].base <= 2.2 * size
    return near and all(abs(word.size - size) <= 0.06 * size for word in line)


def _is_prose_between(words: list[Word], upper: Box, lower: Box, gutter: Gutter) -> bool:
    inner = [w for w in words if upper.bottom < w.base < lower.top]
    return any(
        len(rows(side)) > 1 and len(side) / len(rows(side)) > 5 and _is_filled(side, edges)
        for side, edges in (
            ([w for w in inner if w.middle < gutter.middle], (upper.left, gutter.left)),
            ([w for w in inner if w.middle >= gutter.middle], (gutter.right, upper.right)),
        )
    )


def _is_filled(words: list[Word], edges: tuple[float, float]) -> bool:
    """Whether lines go from edge to edge without the gaps that part cells."""
    if 2 * sum(map(has_cells, rows(words))) > len(rows(words)):
        return False
    width = sum(max(w.right for w in line) - line[0].left for line in rows(words))
    return width > 0.8 * len(rows(words)) * (edges[1] - edges[0])


def find_zones(lines: Sequence[Line], rules: Sequence[Box]) -> list[Zone]:
    """The tables among the lines of a region: below a caption, between rules, or by their cells."""
    zones: list[Zone] = []
    place = 0
    while place < len(lines):
        zone = None
        if is_caption(lines[place].text):
            zone = _ruled(lines, place, rules) or _spaced(lines, place)
        elif len(lines[place].cells) >= _FEWEST_CELLS:
            zone = _bare(lines, place)
        if zone:
            zones.append(zone)
        place = zone.end if zone else place + 1
    return zones


def _ruled(lines: Sequence[Line], caption: int, rules: Sequence[Box]) -> Zone | None:
    """From the first rule below the caption to the last one with rows in cells above it."""
    line = lines[caption]
    below = sorted(
        (
            rule
            for rule in rules
            if rule.top > line.base - line.size
            and rule.left < line.left + 0.5 * (line.margin - line.edge)
            and rule.right > line.left
        ),
        key=lambda rule: rule.top,
    )
    if not below or below[0].top > line.base + _ABOVE:
        return None
    bottom = below[0].bottom
    for rule in below[1:]:
        between = [x for x in lines if bottom - 1 < x.base < rule.top + 1]
        if between and not any(len(x.cells) > 1 for x in between):
            break
        bottom = rule.bottom
    start = next((i for i in range(caption + 1, len(lines)) if lines[i].base > below[0].top), None)
    if start is None or bottom == below[0].bottom:
        return None
    end = start
    while end < len(lines) and lines[end].base < bottom + 1:
        end += 1
    return Zone(start, end) if end - start >= 2 else None


def _spaced(lines: Sequence[Line], caption: int) -> Zone | None:
    """From the first line in cells below the caption, as long as lines stay in its columns."""
    start = caption + 1
    while start < len(lines) and start < caption + 4 and len(lines[start].cells) < 2:
        start += 1
    if start == len(lines) or len(lines[start].cells) < 2:
        return None
    end = start + 1
    starts = [cell.left for cell in lines[start].cells]
    while end < len(lines) and _is_next(lines[end - 1], lines[end], starts):
        end += 1
    while end > start and len(lines[end - 1].cells) < 2 and lines[end - 1].indent < 1:
        end -= 1
    return Zone(start, end) if end - start >= 2 else None


def _is_next(above: Line, line: Line, starts: list[float]) -> bool:
    if not 0 < line.base - above.base <= 2.2 * line.size:
        return False
    if abs(line.size - above.size) > 0.08 * line.size or is_caption(line.text):
        return False
    return len(line.cells) > 1 or any(abs(line.left - start) < 3 for start in starts[1:])


def _bare(lines: Sequence[Line], start: int) -> Zone | None:
    """Rows without a caption: at least three lines of three cells that begin at one place."""
    end = start + 1
    first = lines[start].cells
    while end < len(lines) and len(lines[end].cells) >= _FEWEST_CELLS:
        if abs(lines[end].cells[-1].left - first[-1].left) > 30:
            break
        end += 1
    return Zone(start, end) if end - start >= _FEWEST_ROWS else None


def table_rows(lines: Sequence[Line], rules: Sequence[Box]) -> list[str]:
    """The rows of a table from the top, cells of several lines joined."""
    columns = _columns(lines)
    filled: list[list[str]] = []
    above: Line | None = None
    for line in lines:
        cells = [""] * len(columns)
        for cell in line.cells:
            place = _column(columns, cell)
            cells[place] = f"{cells[place]} {cell.text}".strip()
        if above and filled and _same_row(filled[-1], cells, above, line, lines, rules):
            filled[-1] = [_joined(a, b) for a, b in zip(filled[-1], cells, strict=True)]
        else:
            filled.append(cells)
        above = line
    return [" | ".join(cells) for cells in filled]


def _columns(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """The columns as the strips that cells fill; a cell across several of them does not count."""
    most = max(len(line.cells) for line in lines)
    usual = [line for line in lines if len(line.cells) >= max(2, most - 1)] or list(lines)
    spans: list[list[float]] = []
    for cell in sorted((c for line in usual for c in line.cells), key=lambda c: c.left):
        if spans and cell.left < spans[-1][1] + _CLEAR:
            spans[-1][1] = max(spans[-1][1], cell.right)
        else:
            spans.append([cell.left, cell.right])
    return [(a, b) for a, b in spans]


def _column(columns: list[tuple[float, float]], cell: Cell) -> int:
    overlaps = [min(cell.right, b) - max(cell.left, a) for a, b in columns]
    # What runs across several columns belongs where it begins.
    inside = [i for i, overlap in enumerate(overlaps) if overlap > 0]
    return inside[0] if inside else max(range(len(columns)), key=lambda i: overlaps[i])


def _same_row(
    row: list[str],
    cells: list[str],
    above: Line,
    line: Line,
    lines: Sequence[Line],
    rules: Sequence[Box],
) -> bool:
    """Whether a line goes on the row above: no rule between, and nothing new in its first cell."""
    if any(above.base < rule.top < line.base for rule in rules):
        return False
    if not cells[0]:
        return True
    gaps = sorted(b.base - a.base for a, b in zip(lines, lines[1:], strict=False))
    tight = line.base - above.base
    # Rows are set apart wider than the lines of one cell.
    if tight > 1.3 * line.size or gaps[-1] < 1.25 * tight:
        return cells[0][:1].islower() and sum(map(bool, cells)) < sum(map(bool, row))
    return True


def _joined(left: str, right: str) -> str:
    if left.endswith("-") and right[:1].islower():
        return left + right
    return f"{left} {right}".strip()
