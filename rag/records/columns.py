"""A table whose columns are patients ('| Patient 1 | Patient 2 |') → the cells of each patient.

Its rows are what was noted: 'Age (years) | 49 | 63'. A cell says little without the label of its
row, so that both go together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.records.record import Span

_BETWEEN = " | "
_HEAD = re.compile(r"(?:Patient|Case|Pt\.?|No\.?) ?(?P<number>\d{1,2})", re.IGNORECASE)
_FEWEST = 2
_MARK = 2


@dataclass(frozen=True, slots=True)
class Cell:
    """What a table says of a patient in the row of a label: ``[start, end)`` of the report."""

    label: str
    start: int
    end: int
    text: str

    @property
    def span(self) -> Span:
        """Where it stands in the report's text."""
        return self.start, self.end


def cells_of(text: str) -> dict[int, tuple[Cell, ...]]:
    """Patient → the cells of this patient's columns, in the order of the text.

    A table counts whose columns are numbered from 1 without a gap; rows of another length do not.
    """
    found: dict[int, list[Cell]] = {}
    numbers: list[int] = []
    for cells in _rows(text):
        if head := _numbers([cell for cell, _, _ in cells]):
            numbers = head
        elif numbers and len(cells) == len(numbers) + 1:
            label = cells[0][0]
            for number, (said, start, end) in zip(numbers, cells[1:], strict=True):
                found.setdefault(number, []).append(Cell(label, start, end, said))
        else:
            numbers = []
    return {number: tuple(found[number]) for number in sorted(found)}


def _numbers(cells: list[str]) -> list[int]:
    """The numbers of a head row, whose first cell may say what the rows are; [] for another row."""
    for row in (cells, cells[1:]):
        heads = [_HEAD.fullmatch(cell) for cell in row]
        numbers = [int(head["number"]) for head in heads if head]
        if len(numbers) == len(row) >= _FEWEST and numbers == list(range(1, len(numbers) + 1)):
            return numbers
    return []


def _rows(text: str) -> Iterator[list[tuple[str, int, int]]]:
    """The cells of each line, with their places; a line without cells has one."""
    at = 0
    for line in text.split("\n"):
        if line:
            # An empty first cell leaves its mark: '| Patient 1 | Patient 2'.
            row, start = [], at + (_MARK if line.startswith("| ") else 0)
            for cell in line[start - at :].split(_BETWEEN):
                row.append((cell, start, start + len(cell)))
                start += len(cell) + len(_BETWEEN)
            yield row
        at += len(line) + 1
