"""The cells of a marked-up table, some of which span rows or columns → rows of equal columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

# A table that claims more is broken or hostile.
_WIDEST = 60
_LONGEST_SPAN = 1000


class Cell(NamedTuple):
    """What a cell says, and how many columns and rows it covers."""

    text: str
    columns: int = 1
    rows: int = 1


def span(said: object) -> int:
    """The number in a colspan or rowspan; 1 for anything else."""
    text = str(said or "")
    number = text.isascii() and text.isdecimal() and len(text) < 9
    return min(max(int(text), 1), _LONGEST_SPAN) if number else 1


def grid(rows: Iterable[list[Cell]]) -> list[list[str]]:
    """Rows with the text of a cell in each place that it covers, so that each row stands alone.

    A cell that fills a row of its own ('Laboratory') is said once. At most 60 columns are kept.
    """
    table: list[list[str]] = []
    below: dict[int, tuple[str, int]] = {}
    for cells in rows:
        if len(cells) == 1 and cells[0].columns > 1 and not below:
            table.append([cells[0].text])
            continue
        table.append(_row(cells, below))
    return table


def _row(cells: list[Cell], below: dict[int, tuple[str, int]]) -> list[str]:
    """One row; `below` are the cells of rows above that reach down, by column."""
    row: list[str] = []
    waiting = list(reversed(cells))
    while len(row) < _WIDEST and (waiting or len(row) in below):
        column = len(row)
        if column in below:
            text, left = below.pop(column)
            if left > 1:
                below[column] = (text, left - 1)
            row.append(text)
            continue
        cell = waiting.pop()
        for place in range(column, min(column + cell.columns, _WIDEST)):
            row.append(cell.text)
            if cell.rows > 1:
                below[place] = (cell.text, cell.rows - 1)
    return row
