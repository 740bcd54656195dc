"""A table with a column or a row for each patient → the cells of each patient, with their labels.

In one the rows are what was noted ('Age (years) | 49 | 63' under '| Patient 1 | Patient 2'), in the
other the columns are ('1 | 67/F | 60 mg' under 'Patient | Age/sex | Prednisolone'). A cell says
little without its label, so that both go together. A table without patients that lists what was
given, one drug to the row, is that of a report's only patient.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.records.record import Span

_BETWEEN = " | "
_HEAD = re.compile(r"(?:Patient|Case|Pt\.?|No\.?) ?(?P<number>\d{1,2})", re.IGNORECASE)
_FEWEST = 2
_MARK = 2

GIVEN = "Treatment"
"""The label of what a list of treatments has in its last row, or says to go on."""
GIVEN_BEFORE = "Previous treatment"
"""The label of what stands above that."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a table says of a patient under a label: ``[start, end)`` of the report.

    `head` is where the label stands; `dose` is the cell behind it, where that has the dose of what
    this one names.
    """

    label: str
    start: int
    end: int
    text: str
    head: Span = (0, 0)
    dose: Cell | None = None

    @property
    def span(self) -> Span:
        """Where it stands in the report's text."""
        return self.start, self.end


_Row = list[tuple[str, int, int]]


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
            label, *place = cells[0]
            for number, (said, start, end) in zip(numbers, cells[1:], strict=True):
                cell = Cell(label, start, end, said, (place[0], place[1]))
                found.setdefault(number, []).append(cell)
        else:
            numbers = []
    return {number: tuple(found[number]) for number in sorted(found)}


def rows_of(text: str) -> dict[int, tuple[Cell, ...]]:
    """Patient → the cells of this patient's row; empty where no table has a row for each.

    The rows are numbered from 1 without a gap. Columns that name authors or years list the cases of
    others.
    """
    for head, rows in _tables(text):
        numbers = [_number(row[0][0]) for row in rows]
        if (
            len(rows) >= _FEWEST
            and numbers == list(range(1, len(rows) + 1))
            and _PATIENT.fullmatch(head[0][0])
            and not any(_OF_OTHERS.search(label) for label, _, _ in head)
        ):
            return {
                n: _with_doses(_under(head, row)) for n, row in zip(numbers, rows, strict=True) if n
            }
    return {}


def given_to_the_only(text: str) -> tuple[Cell, ...]:
    """The drugs of a table that has one to the row, with their doses and labels.

    It counts where a column or the caption says that they were given: their duration, what came of
    them. Those above the last row came before it.
    """
    for head, rows in _tables(text):
        labels = [label for label, _, _ in head]
        told = f"{_caption(text, head[0][1])} {' '.join(labels)}"
        if not (_DRUG.fullmatch(labels[0]) and _COURSE.search(told)) or _OF_OTHERS.search(told):
            continue
        found = [_with_doses(_under(head, row))[0] for row in rows]
        goes_on = [any(_GOES_ON.search(cell) for cell, _, _ in row) for row in rows]
        last = len(rows) - 1
        return tuple(
            replace(cell, label=GIVEN if at == last or goes_on[at] else GIVEN_BEFORE)
            for at, cell in enumerate(found)
        )
    return ()


_PATIENT = re.compile(r"(?:patients?|cases?|pt|subjects?|no\.?|nr\.?|#|n)?(?: ?(?:no\.?|number|#|id))?", re.I)  # fmt: skip
_DRUG = re.compile(
    r"(?:(?:systemic|previous|prior|immunosuppressive|topical) )?(?:drugs?|treatments?|therap(?:y|ies)|medications?|medicines?|agents?|regimens?)(?: (?:given|tried|used))?",
    re.IGNORECASE,
)
_DOSE = re.compile(
    r"(?:\w+ )?(?:doses?|dosages?|posology|doses? and (?:route|schedule|frequency))\b",
    re.IGNORECASE,
)
_COURSE = re.compile(
    r"\b(?:response|outcomes?|effects?|results?|duration|dates?|from|until|started|stopped|reasons?|benefit|given|received|tried|course|side effects)\b",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(
    r"\b(?:authors?|references?|refs?\.?|stud(?:y|ies)|years? of publication|literature|published|reported (?:cases|patients|doses)|reviews?|evidence|recommended|usual|guidelines?|options|cohorts?|n ?=|patients \(n\)|number of patients|trial)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"\b(?:ongoing|continu\w+|current(?:ly)?|to date|present)\b", re.IGNORECASE)
_ROW = re.compile(r"(?:Patient|Case|Pt\.?|No\.?)? ?(?P<number>\d{1,2})\.?", re.IGNORECASE)


def _number(words: str) -> int | None:
    match = _ROW.fullmatch(words.strip())
    return int(match["number"]) if match else None


def _under(head: _Row, row: _Row) -> list[Cell]:
    return [
        Cell(label, start, end, said, (begin, stop))
        for (label, begin, stop), (said, start, end) in zip(head, row, strict=True)
    ]


def _with_doses(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """The cells, each with the next one as its dose where that one's label says so."""
    following = [*cells[1:], None]
    return tuple(
        replace(one, dose=after) if after and _DOSE.match(after.label) else one
        for one, after in zip(cells, following, strict=True)
    )


def _caption(text: str, start: int) -> str:
    """The line of words above a table."""
    above = [line for line in text[:start].split("\n") if line.strip(" |")]
    return above[-1] if above and _BETWEEN not in above[-1] else ""


def _tables(text: str) -> Iterator[tuple[_Row, list[_Row]]]:
    """(head, rows) of each table whose rows have as many cells as its head."""
    table: list[_Row] = []
    for cells in [*_rows(text), []]:
        if table and len(cells) == len(table[0]):
            table.append(cells)
            continue
        if len(table) > 1:
            yield table[0], table[1:]
        table = [cells] if len(cells) >= _FEWEST else []


def _numbers(cells: list[str]) -> list[int]:
    """The numbers of a head row, whose first cell may say what the rows are; [] for another row."""
    for row in (cells, cells[1:]):
        heads = [_HEAD.fullmatch(cell) for cell in row]
        numbers = [int(head["number"]) for head in heads if head]
        if len(numbers) == len(row) >= _FEWEST and numbers == list(range(1, len(numbers) + 1)):
            return numbers
    return []


def _rows(text: str) -> Iterator[_Row]:
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
