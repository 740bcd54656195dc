"""styles.xml and numbering.xml → what paragraphs are for, how words look, how lists count."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from docx.oxml.ns import qn

from rag.formats.docx_archive import Element

Role = Literal["", "title", "authors", "abstract", "heading", "legend", "reference", "contents"]
"""What a style says that its paragraphs are; '' where it says nothing."""

# Names as Word, LibreOffice, EndNote and publishers' templates ('MDPI_2.1_heading1') have them;
# Word stores the names of built-in styles in English in every language.
_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("contents", re.compile(r"^(?:toc|contents|table of figures|index)\b", re.IGNORECASE)),
    ("legend", re.compile(r"caption|legend", re.IGNORECASE)),
    ("authors", re.compile(r"(?:^|[\W_\d])authors?(?:[ _]?names?)?$", re.IGNORECASE)),
    ("abstract", re.compile(r"(?:^|[\W_\d])abstract$", re.IGNORECASE)),
    ("reference", re.compile(r"bibliograph|\breferences?\b|_references?$", re.IGNORECASE)),
    (
        "title",
        re.compile(
            r"^(?!.*(?:running|short|table|fig|section|chapter|sub))(?:.*[\W_\d])?(?:article|paper)?title$",
            re.IGNORECASE,
        ),
    ),
)
_HEADING = re.compile(r"heading[ _-]?(\d)?|^h([1-6])$|(\d)(?:st|nd|rd|th)order-head", re.IGNORECASE)
_NO_HEADING = re.compile(r"heading char|toc heading|header", re.IGNORECASE)
_OFF = frozenset(("0", "false", "off", "none"))
# Styles may be based on each other in a circle, in a damaged file.
_DEEPEST = 12


@dataclass(slots=True)
class Look:
    """How words look: what one level of the styles says, None where it says nothing."""

    bold: bool | None = None
    underline: bool | None = None
    raised: bool | None = None
    hidden: bool | None = None

    def over(self, below: Look) -> Look:
        """This look where it says something, `below` for the rest."""
        return Look(
            below.bold if self.bold is None else self.bold,
            below.underline if self.underline is None else self.underline,
            below.raised if self.raised is None else self.raised,
            below.hidden if self.hidden is None else self.hidden,
        )


@dataclass(slots=True)
class _Style:
    name: str
    based_on: str | None
    look: Look
    outline: int | None = None
    numbering: tuple[str, int] | None = None


@dataclass(slots=True)
class Styles:
    """The styles of a document by their ids, and the kinds of its lists."""

    default: str = ""
    _styles: dict[str, _Style] = field(default_factory=dict)
    _lists: dict[str, tuple[str, bool]] = field(default_factory=dict)
    _formats: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)

    def role(self, style: str | None) -> tuple[Role, int]:
        """What paragraphs of a style are, and the level where that is a heading (else 0)."""
        for one in self._chain(style):
            if _NO_HEADING.search(one.name):
                return ("contents" if "toc" in one.name.lower() else ""), 0
            for role, name in _ROLES:
                if name.search(one.name):
                    return role, 0
            match = _HEADING.search(one.name)
            if match:
                level = next((group for group in match.groups() if group), None)
                return "heading", int(level or (one.outline or 0) + 1)
            if one.outline is not None:
                return "heading", one.outline + 1
        return "", 0

    def look(self, style: str | None) -> Look:
        """How words of a paragraph or character style look."""
        look = Look()
        for one in self._chain(style):
            look = look.over(one.look)
        return look

    def numbering(self, style: str | None) -> tuple[str, int] | None:
        """(list, level) that a style makes its paragraphs items of."""
        return next((one.numbering for one in self._chain(style) if one.numbering), None)

    def counts(self, item: tuple[str, int]) -> tuple[str, int]:
        """How a list counts at a level ('bullet', 'decimal' …), and from which number."""
        return self._formats.get(item, ("bullet", 1))

    def series(self, key: str) -> str:
        """The series in which a list counts: several lists may continue one another."""
        definition, own = self._lists.get(key, (key, True))
        return key if own else f"of {definition}"

    def _chain(self, style: str | None) -> list[_Style]:
        """The style and those that it is based on, itself first."""
        chain: list[_Style] = []
        name: str | None = style or self.default
        while name in self._styles and len(chain) < _DEEPEST:
            chain.append(self._styles[name])
            name = chain[-1].based_on
        return chain


def read_styles(styles: Element | None, numbering: Element | None) -> Styles:
    """The styles and lists of a document; a missing part says nothing."""
    found = Styles()
    for style in _children(styles, "w:style"):
        key = style.get(qn("w:styleId")) or ""
        paragraph = style.find(qn("w:pPr"))
        found._styles[key] = _Style(
            value(style, "w:name") or key,
            value(style, "w:basedOn"),
            look(style.find(qn("w:rPr"))),
            outline(paragraph),
            list_of(paragraph),
        )
        is_default = (style.get(qn("w:default")) or "0") not in _OFF
        if is_default and style.get(qn("w:type")) == "paragraph":
            found.default = key
    abstract = {
        definition.get(qn("w:abstractNumId")): _levels(definition)
        for definition in _children(numbering, "w:abstractNum")
    }
    for one in _children(numbering, "w:num"):
        key = one.get(qn("w:numId")) or ""
        definition = value(one, "w:abstractNumId")
        restarts = one.find(f".//{qn('w:startOverride')}") is not None
        found._lists[key] = (definition or "", restarts)
        for level, counted in abstract.get(definition, {}).items():
            found._formats[key, level] = counted
    return found


def look(properties: Element | None) -> Look:
    """What a w:rPr says of its words."""
    if properties is None:
        return Look()
    raised = value(properties, "w:vertAlign")
    underline = value(properties, "w:u")
    return Look(
        _flag(properties, "w:b"),
        None if underline is None else underline not in _OFF,
        None if raised is None else raised == "superscript",
        _flag(properties, "w:vanish"),
    )


def outline(properties: Element | None) -> int | None:
    """The outline level (from 0) that a w:pPr gives; None for body text."""
    level = number(value(properties, "w:outlineLvl"))
    return level if level is not None and level < 9 else None


def list_of(properties: Element | None) -> tuple[str, int] | None:
    """(list, level) of a w:pPr; the list '0' takes a paragraph out of its style's list."""
    numbers = properties.find(qn("w:numPr")) if properties is not None else None
    key = value(numbers, "w:numId")
    return None if key is None else (key, number(value(numbers, "w:ilvl")) or 0)


def value(element: Element | None, child: str) -> str | None:
    """The w:val of a child element, or None."""
    found = element.find(qn(child)) if element is not None else None
    return None if found is None else found.get(qn("w:val"))


def _levels(definition: Element) -> dict[int, tuple[str, int]]:
    return {
        number(level.get(qn("w:ilvl"))) or 0: (
            value(level, "w:numFmt") or "decimal",
            1 if (start := number(value(level, "w:start"))) is None else start,
        )
        for level in _children(definition, "w:lvl")
    }


def _children(element: Element | None, tag: str) -> list[Element]:
    return [] if element is None else element.findall(qn(tag))


def _flag(element: Element, tag: str) -> bool | None:
    found = element.find(qn(tag))
    return None if found is None else (found.get(qn("w:val")) or "1") not in _OFF


def number(text: str | None) -> int | None:
    """A whole number as XML has it; None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else None
