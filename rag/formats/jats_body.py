"""Abstract, body, floats and back matter of a JATS article → an Outline."""

from __future__ import annotations

from collections.abc import Sequence

from rag.formats.cells import Cell, grid, span
from rag.formats.citation_marks import literal
from rag.formats.headings import classify
from rag.formats.jats_lists import list_items
from rag.formats.jats_references import entry
from rag.formats.jats_text import (
    Element,
    child,
    children,
    descendants,
    element,
    inline,
    local,
    words,
)
from rag.formats.outline import Outline
from rag.schema import SectionKind

_NO_ABSTRACT = {"graphical", "toc", "teaser", "precis", "web-summary", "graphic", "video"}
_FLOATS = {"fig", "fig-group", "table-wrap", "table-wrap-group", "supplementary-material"}
_LISTS = {"list", "def-list"}
_BLOCKS = _FLOATS | _LISTS | {"disp-quote", "boxed-text", "verse-group", "statement"}
_SILENT = {
    "title", "label", "object-id", "alt-text", "long-desc", "graphic", "media", "permissions",
    "bio", "sec-meta", "kwd-group", "processing-meta",
}  # fmt: skip
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# What the type of a section says (the list of JATS), where its title says nothing.
_TYPES: dict[str, SectionKind] = {
    "intro": "background", "cases": "case", "materials": "methods", "methods": "methods",
    "subjects": "methods", "results": "results", "discussion": "discussion",
    "conclusions": "discussion",
}  # fmt: skip
_BACK = {"ack": "Acknowledgements", "fn-group": "Notes", "notes": "Notes", "glossary": "Glossary"}


class Body:
    """Writes the parts of an article to `outline`, in the order in which they are called."""

    def __init__(self, outline: Outline) -> None:
        self._out = outline

    def abstract(self, meta: Element | None, language: str | None = None) -> bool:
        """Write the abstracts that are in the article's `language` or in English; whether any is.

        Casebook reads English: of an article in Spanish the translated abstract is what it can use.
        """
        found = False
        for abstract in children(meta, "abstract", "trans-abstract") if meta is not None else ():
            other = abstract.get(LANGUAGE, language) not in (language, "en")
            kind = abstract.get("abstract-type")
            if kind in _NO_ABSTRACT or other or not words(abstract):
                continue
            found = True
            self._out.heading(_title(abstract) or "Abstract", 1, "summary")
            self._labelled(abstract)
        return found

    def body(self, body: Element | None) -> bool:
        """Write the text; whether there is any."""
        parts = children(body) if body is not None else []
        before = self._out.paragraphs
        if body is not None and parts and local(parts[0]) != "sec":
            self._out.heading("", 1, "background" if children(body, "sec") else "other")
        for part in parts:
            self._block(part, 1)
        return self._out.paragraphs > before

    def back(self, back: Element | None, floats: Element | None) -> None:
        """Write what stands behind the text, and the figures and tables that were set apart."""
        if floats is not None:
            self._blocks(floats, 1)
        for part in children(back) if back is not None else ():
            if local(part) == "ref-list":
                self._references(part)
            elif local(part) == "app-group":
                self._blocks(part, 1)
            elif local(part) not in _SILENT and words(part):
                title = _title(part) or _BACK.get(local(part), "")
                self._out.heading(title, 1, None if title else "other")
                self._blocks(part, 2)

    def _labelled(self, abstract: Element, *, own: bool = False) -> None:
        """The parts of an abstract or a box: their titles open paragraphs and begin no section.

        With `own` the title of the part itself does.
        """
        if own and (title := _title(abstract)):
            self._out.label(title)
        for part in children(abstract):
            if local(part) == "sec":
                self._out.label(_title(part))
                self._labelled(part)
            elif local(part) not in _SILENT:
                self._block(part, RUN_LEVEL)

    def _blocks(self, parent: Element, level: int) -> None:
        self._blocks_of(children(parent), level)

    def _blocks_of(self, parts: Sequence[Element], level: int) -> None:
        for part in parts:
            self._block(part, level)

    def _block(self, node: Element, level: int) -> None:
        name = local(node)
        if name in ("sec", "app"):
            self._section(node, level)
        elif name == "ref-list":
            self._references(node)
        elif name in _FLOATS:
            self._float(node)
        elif name in _LISTS:
            self._list(node)
        elif name == "p":
            self._paragraph(node, level)
        elif name in _SILENT:
            return
        elif name == "boxed-text":
            self._box(node, level)
        elif name == "disp-quote":
            self._quote(node, level)
        elif any(local(part) in _BLOCKS or local(part) in ("p", "sec") for part in node):
            self._out.paragraph(_title(node))
            self._blocks(node, level)
        else:
            self._out.paragraph(inline(node))

    def _section(self, node: Element, level: int) -> None:
        """A part of the article; its type counts where its title names nothing that is known."""
        title = _title(node)
        known = [_TYPES[name] for name in node.get("sec-type", "").split("|") if name in _TYPES]
        kind = known[0] if known and classify(title)[0] == "other" else None
        if title or kind:
            self._out.heading(title, level, kind)
        self._blocks(node, level + 1)

    def _box(self, node: Element, level: int) -> None:
        """A box inside a section; its titles open paragraphs, or what follows would be its own."""
        caption = child(node, "caption")
        named = [_title(node) or words(child(node, "label")), words(child(caption, "title"))]
        self._out.paragraph(". ".join(filter(None, named)))
        for part in [*(children(caption, "p") if caption is not None else ()), *children(node)]:
            if local(part) == "sec":
                self._labelled(part, own=True)
            elif local(part) != "caption":
                self._block(part, level)

    def _quote(self, node: Element, level: int) -> None:
        """Somebody's words, with the name behind them."""
        by = " ".join(words(part) for part in children(node, "attrib"))
        said = [part for part in children(node) if local(part) != "attrib"]
        if by and said and local(said[-1]) == "p":
            self._blocks_of(said[:-1], level)
            self._out.paragraph(f"{inline(said[-1]).rstrip()} ({by})")
        else:
            self._blocks_of(said, level)

    def _paragraph(self, node: Element, level: int) -> None:
        """A paragraph; a figure in it does not cut it in two, a list does."""
        parts = [literal(node.text or "")]
        floats: list[Element] = []
        notes = descendants(node, "fn")
        for part in node:
            name = local(part)
            if name in _FLOATS:
                floats.append(part)
            elif name in _BLOCKS:
                self._out.paragraph("".join(parts))
                parts = []
                self._block(part, level)
            else:
                parts.append(element(part))
            parts.append(literal(part.tail or ""))
        self._out.paragraph("".join(parts))
        for note in notes:
            self._blocks(note, level)
        for part in floats:
            self._float(part)

    def _list(self, node: Element) -> None:
        if local(node) == "def-list":
            pairs = [(child(d, "term"), children(d, "def")) for d in children(node, "def-item")]
            self._out.items(
                [f"{words(term)}: {' '.join(map(inline, said))}" for term, said in pairs]
            )
            return
        if title := _title(node):
            self._out.paragraph(title)
        items: list[str] = []
        for item in children(node, "list-item"):
            items += list_items(item)
        self._out.items(items, numbered=node.get("list-type") == "order")

    def _float(self, node: Element) -> None:
        """A figure's or table's legend, then the table's rows and what stands below them."""
        label = words(child(node, "label")).rstrip(".: ")
        caption = child(node, "caption")
        said = " ".join(_stopped(part) for part in children(caption)) if caption is not None else ""
        self._out.legend(f"{label}. {said}" if label and said else label or said)
        for table in descendants(node, "table") if local(node) == "table-wrap" else ():
            self._out.rows(_rows(table))
        for foot in children(node, "table-wrap-foot", "attrib"):
            for part in descendants(foot, "p") or [foot]:
                self._out.legend(inline(part))
        for part in children(node, *_FLOATS):
            self._float(part)

    def _references(self, node: Element) -> None:
        self._out.heading(_title(node) or "References", 1, "references")
        for part in children(node):
            if local(part) == "ref":
                self._out.reference(entry(part))
            elif local(part) == "ref-list":
                self._references(part)
            elif local(part) == "p":
                self._out.reference(inline(part))


RUN_LEVEL = 50
"""Deeper than any section of an abstract."""


def _title(node: Element) -> str:
    """The heading of a part, with its number ('2.1. Course')."""
    label, title = words(child(node, "label")), words(child(node, "title"))
    return f"{label} {title}" if label and title else title


def _stopped(part: Element) -> str:
    """A part of a caption, ended by a stop."""
    text = inline(part).strip()
    return f"{text}." if local(part) == "title" and text[-1:].isalnum() else text


def _rows(table: Element) -> list[list[str]]:
    return grid(
        [
            Cell(inline(cell), span(cell.get("colspan")), span(cell.get("rowspan")))
            for cell in children(row, "td", "th")
        ]
        for row in descendants(table, "tr")
    )
