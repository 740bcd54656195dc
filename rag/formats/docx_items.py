"""The body of a Word file → its paragraphs, list items and tables in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from docx.oxml.ns import qn

from rag.clean import normalise_characters
from rag.formats.docx_archive import Element
from rag.formats.docx_styles import Role, Styles, list_of, number, outline, value
from rag.formats.docx_text import Paragraph, read_paragraph
from rag.formats.tables import row

_P, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_DELETED = (qn("w:del"), qn("w:moveFrom"))
_BULLETS = frozenset(("bullet", "none"))
# Cells of this size on average hold a page's layout, not values.
_LAYOUT = 400
# More columns than a page has.
_WIDEST = 50

Kind = Literal["paragraph", "item", "table"]


@dataclass(slots=True)
class Item:
    """A paragraph, a list item (with its mark) or a table (a line per row).

    `level` is that of a heading, from 1; `blank` says that an empty paragraph stood before.
    """

    kind: Kind
    text: str
    role: Role = ""
    level: int = 0
    emphasised: bool = False
    blank: bool = False


@dataclass(slots=True)
class _Cell:
    """What stands in a cell; `continues` the one above it, over `span` columns."""

    items: list[Item]
    continues: bool
    span: int


@dataclass(slots=True)
class _Items:
    styles: Styles
    _numbers: dict[tuple[str, int], int] = field(default_factory=dict)
    _started: str = ""
    _blank: bool = False

    def read(self, element: Element) -> Iterator[Item]:
        """What stands in a body, a cell or a text box, whatever it is wrapped in."""
        for child in element:
            if child.tag == _P:
                yield from self._paragraph(child)
            elif child.tag == _TABLE:
                yield from self._table(child)
            elif isinstance(child.tag, str) and child.tag not in _DELETED:
                yield from self.read(child)

    def _paragraph(self, element: Element) -> Iterator[Item]:
        read = read_paragraph(element, self.styles)
        text = normalise_characters(self._started + read.text).strip()
        self._started = ""
        if not read.ends and text:
            self._started = f"{self._started}{read.text}"
        elif text:
            yield self._item(element.find(qn("w:pPr")), read, text)
        self._blank = not text
        for box in read.boxes:
            yield from self.read(box)

    def _item(self, properties: Element | None, read: Paragraph, text: str) -> Item:
        role, level = self.styles.role(read.style)
        own = outline(properties)
        if own is not None and not role:
            role, level = "heading", own + 1
        listed = list_of(properties) or self.styles.numbering(read.style)
        if listed and listed[0] != "0" and not role:
            mark = self._mark(listed)
            return Item("item", f"{mark} {text}", blank=self._blank)
        return Item("paragraph", text, role, level, read.emphasised, self._blank)

    def _mark(self, listed: tuple[str, int]) -> str:
        """'-' for a bullet; else the number of the item, counted as Word does."""
        how, first = self.styles.counts(listed)
        series, level = self.styles.series(listed[0]), listed[1]
        for deeper in [key for key in self._numbers if key[0] == series and key[1] > level]:
            del self._numbers[deeper]
        count = self._numbers.get((series, level), first - 1) + 1
        self._numbers[series, level] = count
        return "-" if how in _BULLETS or level else f"{count}."

    def _table(self, element: Element) -> Iterator[Item]:
        rows = [self._cells(one) for one in element.iter(_ROW) if _table_of(one) is element]
        cells = [cell for one in rows for cell in one]
        length = sum(len(item.text) for cell in cells for item in cell.items)
        # A frame around text, or columns side by side: the text goes on, cell by cell.
        if max(map(len, rows), default=0) < 2 or length > _LAYOUT * len(cells):
            for cell in cells:
                yield from cell.items
        elif lines := _lines(rows):
            yield Item("table", "\n".join(lines), blank=self._blank)

    def _cells(self, element: Element) -> list[_Cell]:
        """The cells of a row, none where the row was deleted."""
        properties = element.find(qn("w:trPr"))
        if properties is not None and properties.find(qn("w:del")) is not None:
            return []
        found = []
        for cell in element.iter(_CELL):
            if _ancestor(cell, _ROW) is element:
                merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
                continues = merge is not None and merge.get(qn("w:val")) != "restart"
                span = number(value(cell.find(qn("w:tcPr")), "w:gridSpan")) or 1
                found.append(_Cell(list(self.read(cell)), continues, min(span, _WIDEST)))
        before = number(value(properties, "w:gridBefore")) or 0
        return [_Cell([], False, min(before, _WIDEST)), *found] if before and found else found


def read_items(element: Element, styles: Styles) -> list[Item]:
    """The items of a body, a header or a note, in reading order, empty ones left out."""
    return list(_Items(styles).read(element))


def _lines(rows: list[list[_Cell]]) -> list[str]:
    """A line for each row, its cells in the columns of the table's grid.

    A cell that is merged downwards stands in each of its rows, or these would not say what they
    are about; one that is merged sideways stands in its first column.
    """
    lines = []
    above: list[str] = []
    for cells in rows:
        texts: list[str] = []
        for cell in cells:
            at = len(texts)
            over = cell.continues and at < len(above)
            texts += [above[at] if over else _cell_text(cell.items), *[""] * (cell.span - 1)]
        above = texts
        filled = [place for place, text in enumerate(texts, 1) if text]
        if filled:
            lines.append(row(f"| {' | '.join(texts[: filled[-1]])} |"))
    return lines


def _cell_text(items: list[Item]) -> str:
    # A bar inside a cell would look like two cells.
    return " ".join(item.text.replace("|", "/").replace("\n", " ") for item in items)


def _table_of(element: Element) -> Element:
    return _ancestor(element, _TABLE)


def _ancestor(element: Element, tag: str) -> Element | None:
    return next(element.iterancestors(tag), None)
