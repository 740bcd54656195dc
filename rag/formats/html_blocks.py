"""The article of a web page → headings, paragraphs, lists, legends and tables in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from bs4 import Tag
from bs4.element import PageElement

from rag.formats.cells import Cell, grid, span
from rag.formats.headings import classify, is_heading, is_legend
from rag.formats.html_page import REFERENCES, names
from rag.formats.html_text import attribute, inline, linked_share, piece
from rag.formats.outline import plain
from rag.schema import SectionKind

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = {
    *_HEADINGS, "p", "div", "section", "article", "main", "header", "footer", "ul", "ol", "dl",
    "table", "figure", "figcaption", "blockquote", "pre", "hr", "center", "details", "summary",
    "address", "fieldset", "form", "aside", "nav", "body", "dt", "dd", "li", "td", "th", "tr",
    "caption", "tbody", "thead", "tfoot",
}  # fmt: skip
_ABSTRACT = re.compile(r"(?:^|-)abstract(?:s|\d+)?(?:-|$)")
_NOTES = re.compile(r"(?:^|-)(?:fn-group|foot-?notes|author-notes)(?:-|$)")
# 'Fig 1 . Hands', where the label stands in a tag of its own.
_LABEL_END = re.compile(r"(?<=\w)\s+([.:])(?=\s)")
_KEYWORDS = re.compile(r"(?:^|-)(?:kwd-group|keywords?(?:-section)?)(?:-|$)")
# Sites that style a box as a heading: '<div class="h3 section-title">'.
_LEVEL = re.compile(r"h([1-6])")
_LONGEST_HEADING = 150
_FIGURE = re.compile(r"(?:^|-)(?:fig|figure|tw|table-?wrap(?:per)?|article-table)(?:-|$)")
# Below the headings of a page that has any.
_BOLD = 7
# A box that holds more was only called after what is in it.
_LONGEST_LEGEND = 4000
_LONGEST_ABSTRACT = 8000
_LONGEST_CELL = 1000
_LINKED = 0.8


@dataclass(slots=True)
class Block:
    """One part of the page; `text` holds marks for `citation_marks`.

    `abstract` and `references` say that it stands in a box of that name, `linked` that it is
    nothing but links.
    """

    kind: Literal["heading", "text", "items", "legend", "rows"]
    text: str = ""
    level: int = 0
    items: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    numbered: bool = False
    abstract: bool = False
    references: bool = False
    linked: bool = False


def blocks(root: Tag) -> list[Block]:
    """The blocks below `root` in the order of the page, none of them empty."""
    return list(_Walker().walk(root))


class _Walker:
    def __init__(self) -> None:
        self._abstract = False
        self._references = False
        self._figure = False

    def walk(self, parent: Tag) -> Iterator[Block]:
        """The blocks of a box; text that stands in it without a tag makes paragraphs."""
        loose: list[PageElement] = []
        for child in parent.children:
            if isinstance(child, Tag) and (child.name in _BLOCKS or child.find(_BLOCKS)):
                yield from self._loose(loose)
                loose = []
                yield from self._block(child)
            elif not (self._figure and isinstance(child, Tag) and child.name == "a"):
                loose.append(child)
        yield from self._loose(loose)

    def _loose(self, parts: list[PageElement]) -> Iterator[Block]:
        said = [part for part in parts if part.get_text().strip()]
        linked = all(isinstance(part, Tag) and part.name == "a" for part in said)
        yield from self._texts("".join(map(piece, parts)), linked=linked)

    def _block(self, tag: Tag) -> Iterator[Block]:
        if level := _level(tag):
            yield from self._heading(tag, level)
        elif tag.name == "p" and not tag.find(_BLOCKS):
            if _is_bold_heading(tag):
                yield self._made(Block("heading", inline(tag), _BOLD))
            elif not (self._figure and linked_share(tag) > _LINKED):
                yield from self._texts(inline(tag), linked=linked_share(tag) > _LINKED)
        elif tag.name in ("ul", "ol"):
            yield from self._list(tag)
        elif tag.name == "dl":
            yield from self._definitions(tag)
        elif tag.name == "table" and not _is_layout(tag):
            yield from self._table(tag)
        elif tag.name == "figure" or (not self._figure and _is_figure(tag)):
            yield from self._legend(tag)
        else:
            yield from self._box(tag)

    def _box(self, tag: Tag) -> Iterator[Block]:
        """A box without a meaning of its own, an abstract or a list of references."""
        before = self._abstract, self._references
        named = names(tag) if tag.name not in ("body", "main", "article") else ""
        if _KEYWORDS.search(named) and len(tag.get_text()) < _LONGEST_HEADING * 4:
            return
        if _ABSTRACT.search(named) and len(tag.get_text()) < _LONGEST_ABSTRACT:
            self._abstract = True
        if REFERENCES.search(named) and not _announced(tag) - {"references", "other"}:
            self._references = True
        if _NOTES.search(named) and not _announced(tag) and plain(inline(tag)):
            # What stands below the text without a heading is none of its last section.
            yield self._made(Block("heading", "Notes", 1))
        if not (linked_share(tag) > _LINKED and (self._figure or self._references)):
            yield from self.walk(tag)
        self._abstract, self._references = before

    def _heading(self, tag: Tag, level: int) -> Iterator[Block]:
        text = inline(tag)
        if plain(text):
            yield self._made(Block("heading", text, level))

    def _texts(self, text: str, *, linked: bool = False) -> Iterator[Block]:
        """Paragraphs, which an empty line (two <br>) separates; a legend is known by its words."""
        for part in re.split(r"\n\s*\n", text):
            said = plain(part)
            if said:
                kind: Literal["legend", "text"] = "legend" if is_legend(said) else "text"
                shown = _LABEL_END.sub(r"\1", part) if kind == "legend" else part
                yield self._made(Block(kind, shown, linked=linked))

    def _list(self, tag: Tag) -> Iterator[Block]:
        """A list of texts; one of links is a menu, one of boxes is no list."""
        entries = [entry for entry in tag.children if isinstance(entry, Tag)]
        if any(entry.find(tuple(_HEADINGS)) or entry.find("table") for entry in entries):
            yield from self.walk(tag)
            return
        citing = self._references or REFERENCES.search(names(tag)) is not None
        if not citing and linked_share(tag) > _LINKED:
            return
        for links in [box for entry in entries if citing for box in entry.find_all(_is_links)]:
            links.decompose()
        items = [item for entry in entries for item in _items(entry)]
        if any(map(plain, items)):
            block = Block("items", items=items, numbered=tag.name == "ol")
            block.references = citing
            yield self._made(block)

    def _definitions(self, tag: Tag) -> Iterator[Block]:
        items: list[str] = []
        for part in tag.find_all(["dt", "dd"]):
            if part.name == "dd" and items:
                items[-1] += ("" if plain(items[-1]).endswith(":") else ":") + f" {inline(part)}"
            else:
                items.append(inline(part))
        if any(map(plain, items)):
            yield self._made(Block("items", items=items))

    def _table(self, tag: Tag) -> Iterator[Block]:
        caption = tag.find("caption")
        if isinstance(caption, Tag) and plain(inline(caption)):
            yield self._made(Block("legend", inline(caption)))
        rows = grid(
            [
                Cell(inline(cell), span(cell.get("colspan")), span(cell.get("rowspan")))
                for cell in row.find_all(["td", "th"])
            ]
            for row in tag.find_all("tr")
        )
        if any(plain(cell) for row in rows for cell in row):
            yield self._made(Block("rows", rows=rows))

    def _legend(self, tag: Tag) -> Iterator[Block]:
        """A figure's or table's box: label and caption as one legend, rows, what stands below."""
        self._figure = True
        parts = list(self.walk(tag))
        self._figure = False
        said = ""
        for part in parts:
            if part.kind == "rows":
                if said:
                    yield self._made(Block("legend", _LABEL_END.sub(r"\1", said)))
                said = ""
                yield part
                continue
            text = " ".join(part.items) if part.kind == "items" else part.text
            said += f"{'. ' if plain(said)[-1:].isalnum() else ' ' if said else ''}{text}"
        if said:
            yield self._made(Block("legend", _LABEL_END.sub(r"\1", said)))

    def _made(self, block: Block) -> Block:
        block.abstract = block.abstract or self._abstract
        block.references = block.references or self._references
        return block


def _level(tag: Tag) -> int:
    """The level of a heading, also of a short box that is styled or marked as one; else 0."""
    if tag.name in _HEADINGS:
        return _HEADINGS[tag.name]
    if tag.name not in ("div", "p") or tag.find(_BLOCKS) or len(tag.get_text()) > _LONGEST_HEADING:
        return 0
    if attribute(tag, "role") == "heading":
        told = attribute(tag, "aria-level")
        return int(told) if told in "123456" and told else 2
    classes = attribute(tag, "class").split()
    return next((int(m[1]) for name in classes if (m := _LEVEL.fullmatch(name))), 0)


def _is_bold_heading(tag: Tag) -> bool:
    """Whether a paragraph is nothing but a section's name in bold, as on pages without headings."""
    said = plain(inline(tag))
    bold = [plain(inline(part)) for part in tag.find_all(["b", "strong"])]
    return said in bold and is_heading(said) and not is_legend(said)


def _is_links(tag: Tag) -> bool:
    """Whether a box below an entry of the references leads to other sites and says nothing."""
    return tag.name in ("p", "div", "span", "ul") and linked_share(tag) > _LINKED


def _items(entry: Tag) -> Iterator[str]:
    """An item and those of the lists inside it."""
    below: list[str] = []
    while isinstance(inner := entry.find(["ul", "ol"]), Tag):
        inner.extract()
        below += [line for part in inner.find_all(True, recursive=False) for line in _items(part)]
    yield inline(entry)
    yield from below


def _is_figure(tag: Tag) -> bool:
    """Whether a box is called after a figure or table, and is no more than one."""
    if not _FIGURE.search(names(tag)) or not tag.find(["img", "table", "figcaption", "picture"]):
        return False
    tables = sum(len(table.get_text()) for table in tag.find_all("table"))
    return len(tag.get_text()) - tables < _LONGEST_LEGEND and _announced(tag) <= {"other"}


def _announced(tag: Tag) -> set[SectionKind]:
    """What the headings in a box announce."""
    return {classify(plain(inline(heading)))[0] for heading in tag.find_all(tuple(_HEADINGS))}


def _is_layout(table: Tag) -> bool:
    """Whether a table only places parts of the page, as old pages do."""
    if attribute(table, "role") == "presentation" or table.find(["table", *_HEADINGS]):
        return True
    if all(len(row.find_all(["td", "th"])) < 2 for row in table.find_all("tr")):
        return True
    cells = [] if table.find(["th", "caption"]) else table.find_all("td")
    return any(len(cell.get_text()) > _LONGEST_CELL for cell in cells)
