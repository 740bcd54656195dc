"""A table → the bytes of an Excel workbook."""

from __future__ import annotations

import io

from rag.cases.table import Table, cell_text


def to_excel(table: Table, title: str = "Casebook") -> bytes:
    """A workbook of one sheet: bold headings, a frozen first line, every text a text.

    What begins with '=' is stored as words, never as a formula.
    """
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    sheet.title = title
    rows = [tuple(table), *zip(*table.values(), strict=True)]
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column)
            if isinstance(value, int | float) and not isinstance(value, bool):
                cell.value = value
            elif text := ILLEGAL_CHARACTERS_RE.sub("", cell_text(value)):
                cell.value = text
                cell.data_type = "s"
            if number == 1:
                cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
