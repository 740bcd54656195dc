"""Inline elements of a web page → text, with citation marks set apart for `citation_marks`."""

from __future__ import annotations

import html.entities
import re

from bs4 import Tag
from bs4.element import CData, NavigableString, PageElement

from rag.formats.citation_marks import literal, reference, superscript

_SILENT = {"script", "style", "template", "annotation", "annotation-xml", "rp", "rt", "wbr", "head"}
_CITING = re.compile(r"\b(?:bibr|xref|ref|refs|reference|citation|cite|footnote)\b|-ref\b|Ref\b")
_CITED = re.compile(r"ref|bib|cit|note|\bCR\d|\b[BRrb][-_]?\d", re.IGNORECASE)
_SHOWN = re.compile(
    r"(?:f|fig|figure|t|tab|tbl|table|s|sec|section|eq|supp|app|scheme|video|box)[-_.]?\d",
    re.IGNORECASE,
)
# Old pages show Greek letters as pictures.
_GREEK = re.compile(
    r"[{\[&]?((?:al|be|gam|del|kap|lamb|sig|ome|the|ep)\w{2,5}|mu|chi|pi|tau)[}\];]?", re.IGNORECASE
)
_LABELS = {"label", "bullet"}
_APART = {"p", "div", "li", "td", "th", "tr", "dt", "dd", "figcaption", "section", "blockquote"}


def inline(node: Tag) -> str:
    """The text in a tag, for `citation_marks.settle`; <br> is a line end, all else are blanks."""
    return "".join(map(piece, node.children))


def piece(node: PageElement) -> str:
    """The text of one child; comments, scripts and declarations have none."""
    if not isinstance(node, Tag):
        # Scripts, comments and the like are strings of other classes.
        said = type(node) in (NavigableString, CData)
        return re.sub(r"\s+", " ", literal(str(node))) if said else ""
    name = node.name
    if name in _SILENT:
        return ""
    if name == "br":
        return "\n"
    if name == "img":
        return _letter(str(node.get("alt") or ""))
    if name == "msup":
        return _power(node)
    inner = inline(node)
    if name == "sup":
        return superscript(inner)
    if name == "a" and _cites(node):
        return reference(inner)
    if name == "q":
        return f'"{inner}"'
    labels = name == "span" and _LABELS.intersection(attribute(node, "class").split())
    return f" {inner} " if name in _APART or labels else inner


def attribute(tag: Tag, name: str) -> str:
    """An attribute as one text ('' when absent); classes are joined by blanks."""
    value = tag.get(name)
    return " ".join(value) if isinstance(value, list) else str(value or "")


def linked_share(tag: Tag) -> float:
    """How much of a tag's text is links (0 to 1)."""
    everything = len("".join(tag.get_text().split()))
    links = sum(len("".join(link.get_text().split())) for link in tag.find_all("a"))
    return links / everything if everything else 0.0


def _letter(alternative: str) -> str:
    match = _GREEK.fullmatch(alternative.strip())
    return html.entities.html5.get(f"{match[1]};", "") if match else ""


def _power(node: Tag) -> str:
    """MathML's base and exponent."""
    parts = [part for part in node.children if isinstance(part, Tag)]
    if len(parts) != 2:
        return inline(node)
    return inline(parts[0]).strip() + superscript(inline(parts[1]))


def _cites(link: Tag) -> bool:
    """Whether a link goes to an entry of the references, not to a figure or another page."""
    page, _, place = attribute(link, "href").partition("#")
    if place and _SHOWN.match(place) and not _CITED.search(place):
        return False
    if _CITING.search(attribute(link, "class")) or attribute(link, "role") == "doc-biblioref":
        return True
    return bool(place) and (not page or _CITED.search(place) is not None)
