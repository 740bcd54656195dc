"""An item of a JATS list → the lines that it makes."""

from __future__ import annotations

from rag.formats.citation_marks import literal
from rag.formats.jats_text import Element, children, element, local


def list_items(item: Element) -> list[str]:
    """The text of an item, and those of the items of the lists inside it."""
    own, below = [literal(item.text or "")], []
    for part in children(item):
        if local(part) == "list":
            below += [line for inner in children(part, "list-item") for line in list_items(inner)]
            continue
        lists = children(part, "list") if local(part) == "p" else []
        for inner in (inner for found in lists for inner in children(found, "list-item")):
            below += list_items(inner)
        if local(part) != "label":
            own.append(_without_lists(part))
    return [" ".join(own), *below]


def _without_lists(part: Element) -> str:
    text = [literal(part.text or "")]
    for below in part:
        text.append("" if local(below) == "list" else element(below))
        text.append(literal(below.tail or ""))
    return "".join(text)
