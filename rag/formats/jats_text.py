"""Inline elements of a JATS article → text, with citation marks set apart for `citation_marks`."""

from __future__ import annotations

import html.entities
import re
from typing import Any

from rag.formats.citation_marks import literal, reference, superscript
from rag.formats.outline import plain

Element = Any
"""An lxml element; lxml comes without types."""

# Not words of the article: pictures, formulas in TeX beside MathML, index marks, notes at the foot
# (which the body writes after the paragraph).
_SILENT = {
    "tex-math", "graphic", "inline-graphic", "media", "object-id", "alt-text", "long-desc",
    "index-term", "annotation", "annotation-xml", "fn", "processing-meta", "permissions",
}  # fmt: skip
_CITING = {"bibr", "fn", "table-fn", "aff", "corresp", "author-notes", "contrib", "other-ref"}
_CITED_ID = re.compile(r"(?:b|r|ref|bib|bibr|cr|cit|c|en)[-_.]?\w*\d", re.IGNORECASE)
_BREAKS = {
    "break", "p", "title", "label", "list", "list-item", "def-item", "disp-formula", "disp-quote",
    "tr", "td", "th", "caption", "sec",
}  # fmt: skip


def local(node: Element) -> str:
    """The name of an element without its namespace; '' for comments, entities and instructions."""
    tag = node.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def children(node: Element, *names: str) -> list[Element]:
    """The child elements of these names (all elements without one), in order."""
    return [child for child in node if (name := local(child)) and (not names or name in names)]


def child(node: Element | None, name: str) -> Element | None:
    """The first child element of this name."""
    return next(iter(children(node, name)), None) if node is not None else None


def descendants(node: Element | None, name: str) -> list[Element]:
    """All elements of this name below `node`, in order."""
    return [found for found in node.iter() if local(found) == name] if node is not None else []


def words(node: Element | None) -> str:
    """The text of an element in one line, marks and raised numbers as they are ('' for None)."""
    return plain(inline(node)) if node is not None else ""


def inline(node: Element) -> str:
    """The text in `node`, for `citation_marks.settle`; what stands behind it is not part of it."""
    parts = [literal(node.text or "")]
    for below in node:
        parts.append(element(below))
        parts.append(literal(below.tail or ""))
    return "".join(parts)


def element(node: Element) -> str:
    """A child of a paragraph as text."""
    name = local(node)
    if not name:
        return entity(node)
    if name in _SILENT:
        return ""
    if name == "alternatives":
        return _alternatives(node)
    inner = inline(node)
    if name in ("sup", "msup"):
        return superscript(inner) if name == "sup" else _power(node)
    if name == "xref":
        return reference(inner) if _cites(node) else inner
    return f" {inner} " if name in _BREAKS else inner


def entity(node: Element) -> str:
    """The character of a named entity of HTML and JATS ('&alpha;'); '' for what is no entity.

    Others do not get here: `jats` refuses them.
    """
    return html.entities.html5.get(f"{node.name};", "") if is_entity(node) else ""


def is_entity(node: Element) -> bool:
    """Whether a node is a reference to an entity that was not resolved."""
    return not isinstance(node.tag, str) and hasattr(node, "name")


def _alternatives(node: Element) -> str:
    """The readable one of several forms of the same formula or table."""
    forms = [form for form in children(node) if local(form) not in _SILENT]
    return inline(forms[0]) if forms else ""


def _power(node: Element) -> str:
    """MathML's base and exponent."""
    parts = children(node)
    if len(parts) != 2:
        return inline(node)
    return inline(parts[0]).strip() + superscript(inline(parts[1]))


def _cites(node: Element) -> bool:
    """Whether a cross-reference points to the literature or a footnote, not to a figure."""
    kind = node.get("ref-type")
    return kind in _CITING if kind else _CITED_ID.fullmatch(node.get("rid", "")) is not None
