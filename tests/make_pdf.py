"""A case text or a digest → a PDF that looks like a page of a journal, in several designs.

The typesetter is small on purpose, but does what the readers stumble over: columns, a content
stream that alternates between them, hyphens, ligatures, raised reference marks, running heads,
footnotes, tables with and without rules, figures. `python tests/make_pdf.py FOLDER` writes all.
"""

from __future__ import annotations

import io
import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import reportlab
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from rag.formats.markdown import read_markdown
from rag.formats.text import read_text
from rag.schema import Report

ROOT = Path(__file__).parents[1]
_SYMBOLS = "αβγδκλμΔ≥≤→×±−"
_VOWEL = re.compile(r"[aeiouy]+[bcdfghjklmnpqrstvwxz]?(?=[bcdfghjklmnpqrstvwxz][aeiouy])")
_MARKS = re.compile(r"(?<=[A-Za-z)][.,;])(\d{1,2}(?:[,–-]\d{1,2})*)(?=\s|$)")
_SETS = {
    "times": ("Times-Roman", "Times-Bold", "Times-Italic"),
    "sans": ("Helvetica", "Helvetica-Bold", "Helvetica-Oblique"),
    "vera": ("Vera", "VeraBd", "VeraIt"),
}

TABLE = (
    "Table 1. Course of the values in the patients described",
    (
        ("Visit", "CK (U/L)", "CDASI activity", "Prednisolone"),
        ("Baseline", "2,140", "31", "40 mg daily"),
        ("Week 6", "310", "17", "20 mg daily"),
        ("Month 14", "88", "9", "none"),
    ),
)
FIGURE = "Fig. 1. Left hand before the treatment. Papules over the knuckles and dilated capillaries at the nail folds."


@dataclass(frozen=True)
class Design:
    """How the paper is set."""

    columns: int = 2
    fonts: str = "times"
    size: float = 9.5
    interleaved: bool = False
    spaced: bool = True  # the file has space characters, not gaps alone
    indented: bool = True
    justified: bool = True
    hyphenated: bool = True
    raised: bool = True
    ligatures: bool = False
    heads: str = "author"  # author, journal, foot, none
    headings: str = "bold"  # bold, caps, large, italic, plain
    table: str = ""  # rules, spaces
    wide_table: bool = False
    figure: bool = False
    notes: bool = False
    citation: bool = True
    wide_abstract: bool = True
    small_references: bool = True
    info: bool = False
    run_in: bool = False
    gutter: float = 18
    first_page: int = 41


@dataclass
class Paper:
    """What is set, as it should be read again."""

    report: Report
    title: str
    authors: tuple[str, ...]
    journal: str
    year: int
    doi: str
    sections: list[tuple[str, str, list[str]]]  # kind, heading, paragraphs
    marked: bool = False

    @property
    def body(self) -> str:
        """Headings and paragraphs in reading order, without legends and references."""
        parts = []
        for kind, heading, paragraphs in self.sections:
            if kind not in ("legend", "references", "front"):
                parts += [heading, *map(unmarked, paragraphs)]
        return "\n".join(part for part in parts if part)


def unmarked(text: str) -> str:
    """A paragraph without the reference marks that stand raised in the PDF."""
    return _MARKS.sub("", text)


def load(path: Path) -> Paper:
    """The paper in a case text or a digest of this repository."""
    text = path.read_text("utf-8").replace(
        "\n[Synthetic case text written for Casebook; no person described here exists.]", ""
    )
    text = _settable(text)
    read = read_markdown if path.suffix == ".md" else read_text
    report = read(text, path.name)
    sections = [
        (s.kind, s.heading, report.text[s.start : s.end].split("\n\n")) for s in report.sections
    ]
    return Paper(
        report=report,
        title=report.title,
        authors=report.authors or ("Jane A. Roe", "John B. Doe"),
        journal=report.journal or "Annals of Synthetic Dermatology",
        year=report.year or 2019,
        doi=report.doi or f"10.5555/asd.{abs(hash_of(path.stem)) % 90000 + 10000}",
        sections=_with_fonts(sections),
    )


def hash_of(name: str) -> int:
    """A number that stays the same from run to run."""
    return sum(ord(c) * 31**i for i, c in enumerate(name)) % 1_000_003


def _with_fonts(sections: list) -> list:
    return [(kind, heading, list(filter(None, parts))) for kind, heading, parts in sections]


def _settable(text: str) -> str:
    """Characters that the standard fonts lack as their nearest letter."""
    kept = []
    for c in text:
        if c in _SYMBOLS or c.encode("cp1252", "ignore"):
            kept.append(c)
        else:
            plain = unicodedata.normalize("NFKD", c).encode("ascii", "ignore").decode()
            kept.append(plain or {"ł": "l", "Ł": "L", "ı": "i"}.get(c, "?"))
    return "".join(kept)


@dataclass
class Bit:
    """A word or a mark: text, font, size, rise; `tight` when no space stands before it."""

    text: str
    font: str
    size: float
    rise: float = 0.0
    tight: bool = False
    hyphen: bool = False

    @property
    def width(self) -> float:
        return sum(pdfmetrics.stringWidth(t, f, self.size) for t, f in runs(self))


def runs(bit: Bit) -> Iterator[tuple[str, str]]:
    """The text in stretches of one font: Greek and signs come from Symbol."""
    for part in re.findall(rf"[{_SYMBOLS}]+|[^{_SYMBOLS}]+", bit.text):
        yield part, "Symbol" if part[0] in _SYMBOLS else bit.font


@dataclass
class Item:
    """A line to draw: bits, indent, and the space above."""

    bits: list[Bit]
    indent: float
    leading: float
    above: float = 0.0
    stretch: bool = False
    centred: bool = False
    rule: str = ""
    cells: list[tuple[float, str]] = field(default_factory=list)
    keep: bool = False
    wide: bool = False


class Typesetter:
    """Sets one paper in one design."""

    def __init__(self, paper: Paper, design: Design) -> None:
        self.paper, self.design = paper, design
        if design.fonts == "vera":
            folder = Path(reportlab.__file__).parent / "fonts"
            for name in _SETS["vera"]:
                pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))
        self.roman, self.bold, self.italic = _SETS[design.fonts]
        self.width, self.height = A4
        self.left, self.right = 52.0, A4[0] - 52.0
        self.top, self.bottom = A4[1] - 70.0, 70.0
        if design.columns == 1:
            self.left, self.right = 90.0, A4[0] - 90.0
        self.column = (
            self.right - self.left - design.gutter * (design.columns - 1)
        ) / design.columns

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

    # what is set

    def front(self) -> list[Item]:
        d, size = self.design, self.design.size
        wide = self.right - self.left
        items = self.paragraph("CASE REPORT", self.roman, size - 1, wide, hyphens=False)
        items += self.paragraph(self.paper.title, self.bold, size + 7, wide, above=8, hyphens=False)
        names = self.bits(", ".join(self.paper.authors), self.roman, size + 1.5)
        if d.raised:
            marked = []
            for bit in names:
                end = bit.text.endswith(",") or bit is names[-1]
                text = bit.text.rstrip(",")
                marked.append(replace(bit, text=text))
                if end:
                    marked.append(
                        Bit("1,2" if bit is names[0] else "1", self.roman, size - 2, 4, True)
                    )
                if bit.text.endswith(","):
                    marked.append(Bit(",", self.roman, size + 1.5, 0, True))
            names = marked
        items += self.broken(names, wide, size + 1.5, above=10, stretch=False)
        place = "Department of Dermatology, St. Example Hospital, Exampleton, Norway"
        items += self.paragraph(place, self.italic, size - 0.5, wide, above=4, hyphens=False)
        for _, heading, paragraphs in filter(self.is_wide, self.paper.sections):
            items += self.section(heading, paragraphs, width=wide)
        items.append(Item([], 0, 14))
        return items

    def is_wide(self, section: tuple[str, str, list[str]]) -> bool:
        """Whether a section is an abstract above the columns."""
        short = sum(map(len, section[2])) < 1500
        return self.design.wide_abstract and section[0] == "summary" and short

    def body(self) -> list[Item]:
        items: list[Item] = []
        placed = False
        for kind, heading, paragraphs in self.paper.sections:
            if kind in ("front", "legend") or self.is_wide((kind, heading, paragraphs)):
                continue
            size = self.design.size - 1.5 * (kind == "references" and self.design.small_references)
            items += self.section(
                heading, paragraphs, self.column, size, listed=kind == "references"
            )
            if not placed and kind in ("case", "other", "background") and len(paragraphs) > 0:
                placed = True
                items += self.table() + self.legend()
        return items

    def section(
        self,
        heading: str,
        paragraphs: list[str],
        width: float,
        size: float = 0,
        listed: bool = False,
    ) -> list[Item]:
        d, size = self.design, size or self.design.size
        run_in = d.run_in and heading and len(heading) < 20
        items = [] if run_in or not heading else self.heading(heading, width)
        for number, text in enumerate(paragraphs):
            lines = text.split("\n")
            for line in lines:
                first = (
                    d.indented and not listed and (number > 0 or not heading) and len(lines) == 1
                )
                bits = self.bits(line, self.roman, size)
                if run_in and number == 0 and line is lines[0]:
                    bits = self.bits(f"{heading}.", self.bold, size) + bits
                items += self.broken(
                    bits,
                    width,
                    size,
                    indent=size * 1.2 if first else 0,
                    hang=size * 1.4 if listed else 0,
                    above=0 if d.indented or (number == 0 and heading) else size * 0.7,
                )
        return items

    def heading(self, text: str, width: float) -> list[Item]:
        style, size = self.design.headings, self.design.size
        font = {"italic": self.italic, "plain": self.roman, "caps": self.roman}.get(
            style, self.bold
        )
        text = text.upper() if style == "caps" else text
        size += 2.5 if style == "large" else 0
        items = self.paragraph(text, font, size, width, above=size * 0.9, hyphens=False)
        items[-1].keep = True
        return [*items, Item([], 0, 2, keep=True)]

    def table(self) -> list[Item]:
        d = self.design
        if not d.table:
            return []
        size = d.size - 1.2
        wide = d.wide_table and d.columns == 2
        width = self.right - self.left if wide else self.column
        items = self.paragraph(TABLE[0], self.roman, size, width, above=14, hyphens=False)
        starts = [width * part for part in (0, 0.24, 0.46, 0.72)]
        rule = d.table == "rules"
        for number, row in enumerate(TABLE[1]):
            cells = list(zip(starts, row, strict=True))
            lined = "above" if rule and number < 2 else ""
            items.append(Item([], 0, size * 1.35, 5 * (number == 0), cells=cells, rule=lined))
        if rule:
            items.append(Item([], 0, 3, rule="above"))
        items.append(Item([], 0, 14))
        for item in items:
            item.wide, item.keep = wide, item is not items[-1]
        return items

    def legend(self) -> list[Item]:
        if not self.design.figure:
            return []
        size = self.design.size - 1.2
        box = Item([], 0, 90, 8, rule="box", keep=True)
        items = self.paragraph(FIGURE, self.roman, size, self.column, above=6)
        for item in items[:-1]:
            item.keep = True
        return [box, *items, Item([], 0, 12)]

    def notes(self) -> list[Item]:
        text = (
            "Correspondence: Jane Roe, Department of Dermatology, St. Example Hospital, Exampleton; "
            "e-mail jane.roe@example.org. Received 3 May 2018; accepted 9 January 2019."
        )
        return self.paragraph(text, self.roman, self.design.size - 2, self.column, hyphens=False)

    # lines

    def paragraph(
        self,
        text: str,
        font: str,
        size: float,
        width: float,
        above: float = 0,
        *,
        hyphens: bool = True,
    ) -> list[Item]:
        return self.broken(
            self.bits(text, font, size), width, size, above=above, hyphens=hyphens, stretch=hyphens
        )

    def bits(self, text: str, font: str, size: float) -> list[Bit]:
        found = []
        for word in text.split():
            match = _MARKS.search(word) if self.design.raised else None
            said = word[: match.start()] if match else unmarked(word)
            if self.design.ligatures:
                said = said.replace("fi", "\ufb01").replace("fl", "\ufb02")
            found.append(Bit(said, font, size))
            if match:
                found.append(Bit(match[1], font, size * 0.65, size * 0.35, True))
        return found

    def broken(
        self,
        bits: list[Bit],
        width: float,
        size: float,
        *,
        indent: float = 0,
        hang: float = 0,
        above: float = 0,
        hyphens: bool = True,
        stretch: bool = True,
    ) -> list[Item]:
        space = pdfmetrics.stringWidth(" ", self.roman, size)
        items: list[Item] = []
        line: list[Bit] = []
        used = indent
        queue = list(bits)
        while queue:
            bit = queue.pop(0)
            gap = space if line and not bit.tight else 0
            if used + gap + bit.width <= width or not line:
                line.append(bit)
                used += gap + bit.width
                continue
            if bit.tight:  # a mark stays with its word
                host = line.pop()
                queue[:0] = [host, bit]
            else:
                parts = self.hyphenated(bit, width - used - gap) if hyphens else None
                if parts:
                    line.append(parts[0])
                    queue.insert(0, parts[1])
                else:
                    queue.insert(0, bit)
            items.append(
                Item(
                    line,
                    indent if not items else hang,
                    size * 1.22,
                    stretch=stretch and self.design.justified,
                )
            )
            line, used = [], hang
        if line:
            items.append(Item(line, indent if not items else hang, size * 1.22))
        items[0].above = above
        return items

    def hyphenated(self, bit: Bit, room: float) -> tuple[Bit, Bit] | None:
        """A word cut at a hyphen of its own, or where syllables meet."""
        own = [m.end() for m in re.finditer(r"(?<=[a-zA-Z]{2})-(?=\w{3})", bit.text)]
        word = re.fullmatch(r"([a-z]{7,})[.,;:)]*", bit.text)
        soft = (
            [m.end() for m in _VOWEL.finditer(bit.text)] if word and self.design.hyphenated else []
        )
        soft = [n for n in soft if 3 <= n <= len(word[1]) - 3] if word else []
        for place in sorted({*own, *soft}, reverse=True):
            left = replace(bit, text=bit.text[:place] + ("" if place in own else "-"))
            if left.width <= room:
                return left, replace(bit, text=bit.text[place:])
        return None

    # pages

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
            group = [item for item in items if item.wide]
            items = [item for item in items if not item.wide]
            for item in group:
                top -= item.above + item.leading
                self.draw(item, self.left, top, self.right - self.left)
        waiting = [item for item in items if item.wide]
        items = [item for item in items if not item.wide]
        placed: list[list[tuple[Item, float]]] = []
        for number in range(self.design.columns):
            bottom = self.bottom + (
                sum(n.leading for n in notes) + 14 if notes and not number else 0
            )
            y, column = top, []
            while items:
                group = 1
                while group < len(items) and items[group - 1].keep:
                    group += 1
                if y - sum(item.above + item.leading for item in items[:group]) < bottom and column:
                    break
                for item in items[:group]:
                    y -= item.above + item.leading
                    column.append((item, y))
                items = items[group:]
            placed.append(column)
        x = [self.left + n * (self.column + self.design.gutter) for n in range(len(placed))]
        drawn = [(item, x[n], y) for n, column in enumerate(placed) for item, y in column]
        if self.design.interleaved:
            drawn.sort(key=lambda one: -one[2])
        for item, left, y in drawn:
            self.draw(item, left, y, self.column)
        y = self.bottom + sum(n.leading for n in notes)
        for note in notes:
            y -= note.leading
            self.draw(note, self.left, y, self.column)
        return waiting + items

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


ONE = Design(columns=1, size=10.5)
DESIGNS = {
    "one": ONE,
    "one-ragged": replace(
        ONE,
        justified=False,
        indented=False,
        hyphenated=False,
        heads="foot",
        fonts="sans",
        headings="large",
        table="spaces",
    ),
    "one-plain": replace(ONE, headings="plain", heads="journal", figure=True, table="rules"),
    "one-ligatures": replace(ONE, fonts="vera", size=9.5, ligatures=True, heads="foot", info=True),
    "two": Design(),
    "two-interleaved": Design(interleaved=True, headings="caps", figure=True),
    "two-interleaved-gaps": Design(
        interleaved=True, spaced=False, indented=False, heads="journal", table="rules"
    ),
    "two-narrow-gutter": Design(gutter=11, spaced=False, notes=True, heads="foot", figure=True),
    "two-sans": Design(
        fonts="sans", size=8.5, headings="large", notes=True, table="spaces", heads="journal"
    ),
    "two-run-in": Design(
        run_in=True, headings="italic", wide_abstract=False, notes=True, interleaved=True
    ),
    "two-wide-table": Design(
        table="rules", wide_table=True, figure=True, headings="large", heads="foot"
    ),
    "two-ligatures": Design(
        fonts="vera",
        size=7.8,
        ligatures=True,
        info=True,
        citation=False,
        heads="none",
        table="rules",
    ),
}
SOURCES = (
    "eval/texts/syn-a01.txt", "eval/texts/syn-a02.txt", "eval/texts/syn-a03.txt",
    "eval/texts/syn-a05.txt", "eval/texts/syn-a06.txt", "corpus/training/texts/syn-t11.txt",
    "corpus/training/texts/syn-t21.txt", "corpus/training/texts/syn-t31.txt",
    "corpus/training/texts/syn-t35.txt", "corpus/training/texts/syn-t41.txt",
    "corpus/reports/kuwano-2006-ivig-ulcers.md", "corpus/reports/ida-2023-tofacitinib-escalation.md",
)  # fmt: skip


def make(paper: Paper, design: Design) -> bytes:
    """The PDF of a paper in a design."""
    return Typesetter(paper, design).set()


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for source in SOURCES:
        for name, design in DESIGNS.items():
            stem = Path(source).stem
            (folder / f"{stem}-{name}.pdf").write_bytes(make(load(ROOT / source), design))
