"""A box of two unequal columns on a first page: keywords and dates beside the abstract.

'A R T I C L E  I N F O' and 'A B S T R A C T' head it, as in many journals of one large publisher.
What is beside is no column of prose, so that the gutter of the page does not tell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.formats.pdf.columns import rows
from rag.formats.pdf.page import Box
from rag.formats.pdf.words import Word

_BESIDE = re.compile(r"(?:article|paper)?(?:info|information|history)|keywords?|highlights")
_ABSTRACT = re.compile(r"abstract|summary")
_FEWEST = 2
_WIDE = 0.7
"""So much of the text's width has a rule that goes across the page."""
_GAP = 4.0

Parts = tuple[list[Word], list[Word], list[Word], list[Word]]


def beside_abstract(words: list[Word], rules: Sequence[Box]) -> Parts | None:
    """The words above the box, its left and right column, and the words below; None without one.

    The box ends at a rule across the page, a wide gap, or a line that runs over its own strip.
    """
    lines = rows(words)
    heads = ((number, edge) for number, line in enumerate(lines) if (edge := _edge(line)))
    start, edge = next(heads, (0, 0.0))
    if not edge:
        return None
    wide = _WIDE * (max(word.right for word in words) - min(word.left for word in words))
    across = [rule.top for rule in rules if rule.right - rule.left >= wide]
    end = start + 1
    while end < len(lines) and not _ends(lines[end - 1], lines[end], edge, across):
        end += 1
    box = [word for line in lines[start:end] for word in line]
    left = [word for word in box if word.right < edge]
    right = [word for word in box if word.right >= edge]
    if end - start < _FEWEST or not left or not right:
        return None
    above = [word for line in lines[:start] for word in line]
    return above, left, right, [word for line in lines[end:] for word in line]


def _ends(before: list[Word], line: list[Word], edge: float, across: Sequence[float]) -> bool:
    """Whether the box is over above `line`."""
    above, base = before[0].base, line[0].base
    if any(above < rule < base for rule in across) or base - above > _GAP * before[0].size:
        return True
    return any(word.left < edge - 1 < word.right for word in line)


def _edge(line: list[Word]) -> float | None:
    """Where the abstract begins, when the line holds the two heads and nothing else."""
    pairs = zip(line, line[1:], strict=False)
    gaps = ((after.left - before.right, after.left) for before, after in pairs)
    _, place = max(gaps, default=(0.0, 0.0))
    left = "".join(word.text for word in line if word.left < place).casefold()
    right = "".join(word.text for word in line if word.left >= place).casefold()
    both = _BESIDE.fullmatch(left.strip(":")) and _ABSTRACT.fullmatch(right.strip(":"))
    return place if both else None
