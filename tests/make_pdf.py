"""A case text or a digest → a PDF that looks like a page of a journal, in several designs.

It does what readers of PDF stumble over: columns, a content stream that alternates between them,
hyphens, ligatures, raised reference marks, running heads, footnotes, tables with and without
rules, figures. `python tests/make_pdf.py FOLDER` writes all of them.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from designs import DESIGNS, ROOT, SOURCES, Design
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas
from typeset import Item, Setter, runs
from typeset_papers import Paper, load


class Press(Setter):
    """Draws one paper in one design."""

    def set(self) -> bytes:
        """The PDF."""
        buffer = io.BytesIO()
        self.canvas = Canvas(buffer, pagesize=A4, invariant=1, pageCompression=0)
        if self.design.info:
            self.canvas.setTitle(self.paper.title)
            self.canvas.setAuthor(", ".join(self.paper.authors))
            self.canvas.setSubject(
                f"{self.paper.journal} {self.paper.year}.12:41-48. doi:{self.paper.doi}"
            )
        self.page = 1
        head, body = self.front(), self.body()
        y = self.draw_wide(head, self.top)
        notes = self.notes() if self.design.notes else []
        while body:
            body = self.draw_columns(body, y, notes)
            notes = []
            self.furniture()
            self.canvas.showPage()
            self.page += 1
            y = self.top
        self.canvas.save()
        return buffer.getvalue()

    def draw_wide(self, items: list[Item], y: float) -> float:
        if self.design.citation:
            p = self.paper
            self.canvas.setFont(self.roman, 8)
            self.canvas.drawString(
                self.left, self.height - 45, f"{p.journal} {p.year}; 12: 41–48. doi: {p.doi}"
            )
        for item in items:
            y -= item.above + item.leading
            self.draw(item, self.left, y, self.right - self.left)
        return y

    def draw_columns(self, items: list[Item], top: float, notes: list[Item]) -> list[Item]:
        """Fill the columns of a page from `top`; what is left over comes back."""
        if items[0].wide:  # a wide table that waits for a page stands on top of it
            for item in (item for item in items if item.wide):
                top -= item.above + item.leading
                self.draw(item, self.left, top, self.right - self.left)
            items = [item for item in items if not item.wide]
        waiting = [item for item in items if item.wide]
        items = [item for item in items if not item.wide]
        drawn: list[tuple[Item, float, float]] = []
        for number in range(self.design.columns):
            foot = sum(note.leading for note in notes) + 14 if notes and not number else 0
            column = self.fill(items, top, self.bottom + foot)
            x = self.left + number * (self.column + self.design.gutter)
            drawn += [(item, x, y) for item, y in column]
            items = items[len(column) :]
        if self.design.interleaved:
            drawn.sort(key=lambda one: -one[2])
        for item, x, y in drawn:
            self.draw(item, x, y, self.column)
        y = self.bottom + sum(note.leading for note in notes)
        for note in notes:
            y -= note.leading
            self.draw(note, self.left, y, self.column)
        return waiting + items

    def fill(self, items: list[Item], y: float, bottom: float) -> list[tuple[Item, float]]:
        """The items that fit between `y` and `bottom`; those to be kept together stay so."""
        column: list[tuple[Item, float]] = []
        while items:
            group = 1
            while group < len(items) and items[group - 1].keep:
                group += 1
            if column and y - sum(one.above + one.leading for one in items[:group]) < bottom:
                break
            for item in items[:group]:
                y -= item.above + item.leading
                column.append((item, y))
            items = items[group:]
        return column

    def draw(self, item: Item, x: float, y: float, width: float) -> None:
        canvas = self.canvas
        if item.rule == "above":
            canvas.line(x, y + item.leading, x + width, y + item.leading)
        if item.rule == "box":
            canvas.rect(x + 10, y, width - 20, item.leading)
        for start, text in item.cells:
            canvas.setFont(self.roman, item.leading / 1.35)
            canvas.drawString(x + start, y + 2, text)
        if not item.bits:
            return
        gaps = [n for n, bit in enumerate(item.bits) if n and not bit.tight]
        space = pdfmetrics.stringWidth(" ", self.roman, max(bit.size for bit in item.bits))
        used = item.indent + sum(bit.width for bit in item.bits) + len(gaps) * space
        if item.stretch and gaps:
            space += max(0.0, width - used) / len(gaps)
        x += item.indent
        for number, bit in enumerate(item.bits):
            if number in gaps:
                if self.design.spaced:
                    canvas.setFont(bit.font, bit.size)
                    canvas.drawString(x, y, " ")
                x += space
            for text, font in runs(bit):
                canvas.setFont(font, bit.size)
                canvas.drawString(x, y + bit.rise, text)
                x += pdfmetrics.stringWidth(text, font, bit.size)

    def furniture(self) -> None:
        style, c = self.design.heads, self.canvas
        number = str(self.page + self.design.first_page - 1)
        c.setFont(self.roman, 8)
        if style == "foot" or (style == "author" and self.page == 1):
            c.drawCentredString(self.width / 2, 40, number)
        elif style == "author":
            name = self.paper.authors[0].split()[-1].upper()
            left, right = (number, f"{name} ET AL.") if self.page % 2 == 0 else (self.short, number)
            c.drawString(self.left, self.height - 45, left)
            c.drawRightString(self.right, self.height - 45, right)
        elif style == "journal":
            if self.page > 1:
                c.drawString(self.left, self.height - 45, f"{self.paper.authors[0]} et al.")
            c.drawString(self.left, 42, f"{self.paper.journal}, Vol. 12, {self.paper.year}")
            c.drawRightString(self.right, 42, f"Page {self.page} of 9")

    @property
    def short(self) -> str:
        return " ".join(self.paper.title.split()[:5])


def make(paper: Paper, design: Design) -> bytes:
    """The PDF of a paper in a design."""
    return Press(paper, design).set()


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for source in SOURCES:
        for name, design in DESIGNS.items():
            stem = Path(source).stem
            (folder / f"{stem}-{name}.pdf").write_bytes(make(load(ROOT / source), design))
