"""Tables in a plain text → rows that are seen as rows: 'cell | cell | cell'.

In a plain text a table is only spacing. Whoever joins its lines makes one long sentence of it, in
which no value can be told from its neighbour; so its rows are marked before anything else looks at
the lines, and leave the running text for a place of their own, as legends do.
"""

from __future__ import annotations

import itertools
import re

_GAP = re.compile(r"(?<=\S)(?:\t+ *| {2,})(?=\S)")
_RULE = re.compile(r"[\s|:+=-]+")
_CELLS = 3
"""Fewer columns than this, told apart by spaces alone, may be anything."""


def mark_tables(text: str) -> str:
    """`text` with the cells of aligned columns separated by ' | ', other lines as they are.

    A table is two or more lines in a row with at least three cells each.
    """
    lines = text.split("\n")
    rows = {i: cells for i, line in enumerate(lines) if (cells := _aligned(line))}
    filled = [i for i, line in enumerate(lines) if line.strip()]
    # A blank line between two rows is spacing, too.
    beside = {i for i, after in itertools.pairwise(filled) if i in rows and after in rows}
    beside |= {after for i, after in itertools.pairwise(filled) if i in beside and after in rows}
    return "\n".join(" | ".join(rows[i]) if i in beside else line for i, line in enumerate(lines))


def _aligned(line: str) -> list[str] | None:
    cells = _GAP.split(line.strip())
    return cells if len(cells) >= _CELLS and not is_row(line) else None


def is_row(line: str) -> bool:
    """Whether a line is a table's row: '| a | b |' or 'a | b | c'."""
    inner = line.strip().strip("|")
    return " | " in inner and (line.strip().startswith("|") or inner.count(" | ") >= _CELLS - 1)


def is_rule(line: str) -> bool:
    """Whether a line only draws a table ('|---|---|')."""
    return "|" in line and _RULE.fullmatch(line) is not None


def row(line: str) -> str:
    """A row without the marks at its ends, one blank on either side of the others."""
    return " | ".join(cell.strip() for cell in line.strip().strip("|").split("|"))
