"""The pages of words → the pages without running heads, page numbers and imprints.

On a printed page these stand at the upper or lower edge, set apart from the text. A line there
goes when other pages have the same one in the same place, when it carries the page's number, or
when it is an imprint; in doubt it stays.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from rag.formats.pdf.columns import rows
from rag.formats.pdf.lines import body_size, text_of
from rag.formats.pdf.page import Box
from rag.formats.pdf.words import Word
from rag.formats.running_heads import is_imprint, is_page_number

_DEPTH = 3
_LONGEST = 160
_NUMBER = re.compile(r"(?<![\d.,/-])\d{1,5}(?![\d/-]|[.,]\d)")
_OTHERS = re.compile(r"\bet al\b", re.IGNORECASE)


@dataclass(slots=True)
class Sheet:
    """A page of words; `heads` are the lines taken off it, `printed` the number found in them."""

    number: int
    words: list[Word]
    width: float
    height: float
    rules: list[Box] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    printed: int | None = None


@dataclass(slots=True)
class _Edge:
    """A line at the edge of a page: `depth` 0 is the outermost.

    It stands `apart` by a gap from the text, and is `distinct` by that or by its type.
    """

    sheet: Sheet
    words: list[Word]
    text: str
    upper: bool
    depth: int
    apart: bool
    distinct: bool

    @property
    def shape(self) -> str:
        return re.sub(r"\d+", "#", re.sub(r"\s+", "", self.text.casefold()))

    @property
    def cells(self) -> list[str]:
        """Its parts between wide gaps: '159' and 'ROE ET AL.'; none when it is in one piece."""
        wide = [
            n
            for n in range(1, len(self.words))
            if self.words[n].left - self.words[n - 1].right > 2 * self.words[n].size
        ]
        cuts = [0, *wide, len(self.words)]
        pairs = zip(cuts, cuts[1:], strict=False)
        return [text_of(self.words[a:b]) for a, b in pairs] if wide else []

    @property
    def numbers(self) -> list[int]:
        """The number behind 'Page', else those at either end of the line."""
        named = re.search(r"\bpage (\d{1,5})\b", self.text, re.IGNORECASE)
        if named:
            return [int(named[1])]
        found = list(_NUMBER.finditer(self.text))
        last = len(self.text) - 1
        return [int(m[0]) for m in found if m.start() <= 1 or m.end() >= last]


def drop_furniture(sheets: list[Sheet]) -> None:
    """Take running heads, page numbers and imprints off `sheets`."""
    edges = [edge for sheet in sheets for edge in _edges(sheet)]
    offset = _offset(edges, len(sheets))
    shapes = Counter((edge.upper, edge.shape) for edge in edges)
    known = _Known(sheets)
    gone: set[int] = set()
    for edge in sorted(edges, key=lambda edge: edge.depth):
        outer_gone = edge.depth == 0 or _outer(edge, edges) in gone
        if outer_gone and _is_furniture(edge, edges, shapes, offset, known):
            gone.add(id(edge))
            _take_off(edge, offset)
    for sheet in sheets:
        sheet.printed = sheet.number + offset if offset is not None else None


def _edges(sheet: Sheet) -> list[_Edge]:
    lines = rows(sheet.words)
    body = body_size(sheet.words)
    found: list[_Edge] = []
    for upper, order in ((True, lines), (False, lines[::-1])):
        for depth, line in enumerate(order[:_DEPTH]):
            text = text_of(line)
            other = abs(line[0].size - body) > 0.04 * body
            apart = any(_gap(order, inner) for inner in range(depth, _DEPTH))
            if len(text) <= _LONGEST:
                found.append(_Edge(sheet, line, text, upper, depth, apart, apart or other))
    return found


def _gap(order: list[list[Word]], depth: int) -> bool:
    """Whether there is a gap behind the line at `depth` (a head may have two lines)."""
    if depth + 1 >= len(order):
        return depth + 1 == len(order)
    line, inner = order[depth], order[depth + 1]
    return abs(inner[0].base - line[0].base) > 1.7 * max(word.size for word in line)


def _outer(edge: _Edge, edges: list[_Edge]) -> int | None:
    return next(
        (
            id(other)
            for other in edges
            if other.sheet is edge.sheet
            and other.upper == edge.upper
            and other.depth == edge.depth - 1
        ),
        None,
    )


def _offset(edges: list[_Edge], pages: int) -> int | None:
    """Printed number minus place in the file, where most page numbers agree on it."""
    seen: dict[int, set[int]] = {}
    for edge in edges:
        for number in edge.numbers if edge.distinct else ():
            seen.setdefault(number - edge.sheet.number, set()).add(edge.sheet.number)
    best = max(seen, key=lambda offset: (len(seen[offset]), -abs(offset)), default=None)
    if best is None or best < -1:
        return None
    enough = len(seen[best]) >= max(2, pages / 3)
    return best if enough else None


def _is_furniture(
    edge: _Edge,
    edges: list[_Edge],
    shapes: Counter[tuple[bool, str]],
    offset: int | None,
    known: _Known,
) -> bool:
    numbered = offset is not None and edge.sheet.number + offset in edge.numbers
    if is_page_number(edge.text) and (numbered or edge.apart or edge.depth == 0):
        return True
    if is_imprint(edge.text) and edge.apart:
        return True
    if numbered and edge.distinct and (_numbered_elsewhere(edge, edges, offset or 0)):
        return True
    # At either end of the line, or the last row of a table ('Rituximab  24  none') would go.
    ends = [edge.cells[0], edge.cells[-1]] if len(edge.cells) in (2, 3) else []
    if edge.apart and any(map(is_page_number, ends)) and (numbered or offset is None):
        return True
    if shapes[edge.upper, edge.shape] > 1 and len(edge.text) > 3 and _repeats(edge, edges):
        return True
    return edge.apart and edge.sheet.number > 1 and _names_paper(edge, known)


def _repeats(edge: _Edge, edges: list[_Edge]) -> bool:
    """Whether another page has such a line in the same place."""
    return any(
        other.sheet is not edge.sheet
        and other.upper == edge.upper
        and other.shape == edge.shape
        and abs(other.words[0].base - edge.words[0].base) <= 6
        for other in edges
    )


def _numbered_elsewhere(edge: _Edge, edges: list[_Edge], offset: int) -> bool:
    """Whether the line of another page's number is in the same place ('3 Methods' is no head)."""
    return any(
        other.sheet is not edge.sheet
        and other.upper == edge.upper
        and other.sheet.number + offset in other.numbers
        and abs(other.words[0].base - edge.words[0].base) <= 8
        for other in edges
    )


class _Known:
    """The words of title and authors, which running heads are made of."""

    def __init__(self, sheets: list[Sheet]) -> None:
        words = sheets[0].words if sheets else []
        body = body_size([word for sheet in sheets for word in sheet.words])
        large = [word.text for word in words if word.size > 1.06 * body]
        self.title = frozenset(_tokens(" ".join(large)))
        self.names = frozenset(_tokens(" ".join(word.text for word in words[:400])))


def _tokens(text: str) -> list[str]:
    return re.findall(r"\w{2,}", text.casefold())


def _names_paper(edge: _Edge, known: _Known) -> bool:
    """Whether a line gives authors or title of the paper, as running heads do."""
    words = _tokens(edge.text)
    if _OTHERS.search(edge.text):
        return len(edge.text) <= 90 and not known.names.isdisjoint({*words} - {"et", "al"})
    if re.match(r"\d{1,2}\.", edge.text):
        return False  # '4. The treatment of …' is a heading
    if len(words) < 3 or edge.text.endswith((".", ":", ";", ",")):
        return False
    return known.title.issuperset(words)


def _take_off(edge: _Edge, offset: int | None) -> None:
    taken = set(map(id, edge.words))
    edge.sheet.words = [word for word in edge.sheet.words if id(word) not in taken]
    edge.sheet.heads.append(edge.text)
