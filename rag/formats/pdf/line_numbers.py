"""The numbers of the lines that a manuscript or preprint carries in its margin → gone.

They stand left of all text, under one another, and count on by one (or by five) from line to line.
In doubt they stay: a table's first column can count, too, but not over most lines of the pages.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from rag.formats.pdf.columns import rows
from rag.formats.pdf.furniture import Sheet
from rag.formats.pdf.words import Word

_FEWEST = 5
_ALIGNED = 3.0
"""Points by which the right edges of such numbers may differ."""
_COUNTING = 0.9
_MOST_LINES = 0.6
_STEPS = (1, 5)


def drop_line_numbers(sheets: Sequence[Sheet]) -> None:
    """Take the numbers of lines off `sheets`, where most pages with text have them."""
    found = [(sheet, _numbers(sheet.words)) for sheet in sheets if sheet.words]
    if sum(bool(numbers) for _, numbers in found) * 2 <= len(found):
        return
    for sheet, numbers in found:
        gone = set(map(id, numbers))
        sheet.words = [word for word in sheet.words if id(word) not in gone]


def _numbers(words: list[Word]) -> list[Word]:
    """The line numbers of a page; none where these do not hold for most of its lines."""
    lines = rows(words)
    first = [line[0] for line in lines if line[0].text.isdecimal() and len(line[0].text) < 5]
    if len(first) < _FEWEST:
        return []
    edge = statistics.median(word.right for word in first)
    numbers = [word for word in first if abs(word.right - edge) <= _ALIGNED]
    counted = [int(word.text) for word in numbers]
    text = [line for line in lines if len(line) > 1 or line[0] not in numbers]
    inside = [word for line in lines for word in line[1:] if word.left < edge + 1]
    if len(numbers) < _FEWEST or len(inside) > len(lines) // 10:
        return []
    pairs = list(zip(counted, counted[1:], strict=False))
    for step in _STEPS:
        even = sum(after - before == step for before, after in pairs)
        enough = len(numbers) * step >= _MOST_LINES * len(text)
        if even >= _COUNTING * len(pairs) and enough:
            return numbers
    return []
