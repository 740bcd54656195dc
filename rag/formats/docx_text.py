"""A paragraph of a Word file (w:p) → its words as they are printed.

Tracked insertions count, deletions do not; codes of fields, comments, marks of notes and hidden
words are not printed; text boxes hang on a paragraph and are handed back beside its words.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from docx.oxml.ns import nsmap, qn

from rag.formats.docx_archive import Element
from rag.formats.docx_styles import Look, Styles, look, value
from rag.formats.superscripts import settle

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{" + nsmap.get("m", "http://schemas.openxmlformats.org/officeDocument/2006/math") + "}"
_CHOICES = f"{_MC}AlternateContent"
_BOX = qn("w:txbxContent")
_TEXT = (qn("w:t"), f"{_M}t")
_RUNS = (qn("w:r"), f"{_M}r")
_EXPONENT = f"{_M}sup"
_NOT_PRINTED = frozenset(
    (
        qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:instrText"), qn("w:delText"),
        qn("w:rt"), qn("w:fldData"), qn("w:sdtPr"),
    )
)  # fmt: skip
_SPACES = {
    qn("w:tab"): "\t", qn("w:ptab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}  # fmt: skip
_FIELD = qn("w:fldChar")
_SYMBOL = qn("w:sym")
# Fields whose result only points at pages; it is no part of the text.
_POINTERS = frozenset(("TOC", "INDEX", "PAGE", "NUMPAGES", "PAGEREF", "TOA"))

# What the codes of the font Symbol look like; Word stores them in the private use area.
_LATIN = "abgdezhqiklmnxoprstufcyw"
_GREEK = "αβγδεζηθικλμνξοπρστυφχψω"
_SYMBOLS = {
    **dict(zip(map(ord, _LATIN), _GREEK, strict=True)),
    **{ord(a.upper()): b.upper() for a, b in zip(_LATIN, _GREEK, strict=True)},
    0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°",
    0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈",
    0xA2: "′", 0xB5: "∝", 0xB6: "∂", 0xBA: "≡", 0xC6: "∅", 0xCE: "∈", 0xD0: "∠", 0xD7: "⋅",
    0xD8: "¬", 0xD9: "∧", 0xDA: "∨",
    0xD2: "®", 0xD3: "©", 0xD4: "™", 0xD6: "√", 0x2D: "−", 0x56: "ς",
    **{ord(c): c for c in " !#%()+,./0123456789:;<=>?[]_{|}"},
}  # fmt: skip
_PRIVATE = {0xF000 + code: character for code, character in _SYMBOLS.items()}


@dataclass(slots=True)
class Paragraph:
    """The words of a w:p, and what is known of them.

    `emphasised`: all of them are bold or underlined. `ends` is False where the mark at its end was
    deleted, so that the next paragraph continues it. `boxes` are its text boxes.
    """

    text: str
    style: str | None
    emphasised: bool
    ends: bool
    boxes: list[Element]


@dataclass(slots=True)
class _Words:
    """Collects the printed pieces of one paragraph."""

    styles: Styles
    paragraph: Look
    pieces: list[tuple[str, bool]] = field(default_factory=list)
    plain: bool = False
    boxes: list[Element] = field(default_factory=list)
    # For each open field its code, and whether its result has begun.
    fields: list[tuple[str, bool]] = field(default_factory=list)

    def walk(self, element: Element, raised: bool = False) -> None:
        for child in element:
            tag = child.tag
            if tag == _CHOICES:
                self.walk(_chosen(child), raised)
            elif tag == _BOX:
                self.boxes.append(child)
            elif tag in _RUNS:
                self._run(child, raised)
            elif tag not in _NOT_PRINTED and isinstance(tag, str):
                self.walk(child, raised or tag == _EXPONENT)

    def _run(self, run: Element, raised: bool) -> None:
        properties = run.find(qn("w:rPr"))
        own = look(properties)
        style = value(properties, "w:rStyle")
        seen = own.over(self.styles.look(style)) if style else own
        seen = seen.over(self.paragraph)
        if seen.hidden:
            return
        before = len(self.pieces)
        for child in run:
            self._in_run(child, raised or bool(seen.raised))
        words = "".join(text for text, _ in self.pieces[before:]).strip()
        if words and not (seen.bold or seen.underline):
            self.plain = True

    def _in_run(self, child: Element, raised: bool) -> None:
        tag = child.tag
        if tag == _FIELD:
            self._field(child.get(qn("w:fldCharType")))
        elif tag == qn("w:instrText") and self.fields:
            code, begun = self.fields[-1]
            self.fields[-1] = (code + (child.text or ""), begun)
        elif tag == _CHOICES:
            self.walk(_chosen(child), raised)
        elif tag not in _NOT_PRINTED and not self._in_code():
            if tag in _TEXT:
                self.pieces.append(((child.text or "").translate(_PRIVATE), raised))
            elif tag == _SYMBOL:
                self.pieces.append((_symbol(child), raised))
            elif tag in _SPACES:
                self.pieces.append((_space(child), False))
            elif isinstance(tag, str):
                self.walk(child, raised)

    def _field(self, what: str | None) -> None:
        if what == "begin":
            self.fields.append(("", False))
        elif self.fields and what == "separate":
            self.fields[-1] = (self.fields[-1][0], True)
        elif self.fields and what == "end":
            self.fields.pop()

    def _in_code(self) -> bool:
        """Whether a field's code, or a result that is not wanted, is being read."""
        return any(
            not begun or code.split()[:1] and code.split()[0].upper() in _POINTERS
            for code, begun in self.fields
        )


def read_paragraph(element: Element, styles: Styles) -> Paragraph:
    """The printed words of a w:p, reference marks dropped, and its text boxes."""
    properties = element.find(qn("w:pPr"))
    style = value(properties, "w:pStyle")
    words = _Words(styles, styles.look(style))
    words.walk(element)
    mark = properties.find(qn("w:rPr")) if properties is not None else None
    deleted = mark is not None and mark.find(qn("w:del")) is not None
    return Paragraph(settle(words.pieces), style, not words.plain, not deleted, words.boxes)


def _chosen(choices: Element) -> Element:
    """Of the forms in which a thing is stored (for old and new programs), the first with words."""
    forms = [form for form in choices if isinstance(form.tag, str)]
    return next((form for form in forms if any(True for _ in form.iter(*_TEXT))), choices[:0])


def _symbol(element: Element) -> str:
    code = (element.get(qn("w:char")) or "").lower()
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    if "symbol" in (element.get(qn("w:font")) or "").lower():
        return _SYMBOLS.get(number & 0xFF, "")
    return chr(number) if 0x20 <= number < 0xD800 else _PRIVATE.get(number, "")


def _space(element: Element) -> str:
    # A page's or a column's end is the printer's business.
    if element.get(qn("w:type")) in ("page", "column"):
        return ""
    return _SPACES[element.tag]
