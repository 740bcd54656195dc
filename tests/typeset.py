"""The parts of a paper → lines of words in type: a small typesetter for test documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import reportlab
from designs import Design
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from typeset_papers import MARKS, SYMBOLS, Paper, Part, unmarked

_VOWEL = re.compile(r"[aeiouy]+[bcdfghjklmnpqrstvwxz]?(?=[bcdfghjklmnpqrstvwxz][aeiouy])")
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
FIGURE = (
    "Fig. 1. Left hand before the treatment. Papules over the knuckles and dilated capillaries at "
    "the nail folds."
)


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
    for part in re.findall(rf"[{SYMBOLS}]+|[^{SYMBOLS}]+", bit.text):
        yield part, "Symbol" if part[0] in SYMBOLS else bit.font


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


class Setter:
    """Sets the parts of one paper in one design as lines."""

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

    def is_wide(self, section: Part) -> bool:
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
            "Correspondence: Jane Roe, Department of Dermatology, St. Example Hospital, Example"
            "ton; e-mail jane.roe@example.org. Received 3 May 2018; accepted 9 January 2019."
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
            match = MARKS.search(word) if self.design.raised else None
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
