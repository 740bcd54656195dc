"""The XML of PubMed Central and of journals (JATS) → Report.

The file is data: no entity of its own is resolved, nothing outside it is opened, and nothing that
it says is obeyed.
"""

from __future__ import annotations

import html.entities
from dataclasses import replace
from pathlib import Path

from lxml import etree

from rag.clean import normalise_characters
from rag.errors import InvalidReport, UnreadableFile
from rag.formats.assemble import Metadata, assemble
from rag.formats.jats_body import LANGUAGE, Body
from rag.formats.jats_front import metadata, pmcid
from rag.formats.jats_text import Element, child, local
from rag.formats.outline import Outline
from rag.formats.text import report_slug
from rag.schema import Report

# Articles nest some 20 deep; Python's own stack ends at about 1,000.
_DEEPEST = 100


def read_jats(data: bytes, path: Path) -> Report:
    """The article in a JATS file: 'full text', or 'abstract' where it has no body.

    The id comes from the name of the file. Raises UnreadableFile (no XML, nested too deep, entities
    of its own) and InvalidReport (no article, several, or one without any text).
    """
    article = _article(_parsed(data, path), path)
    outline = Outline()
    front = metadata(article)
    for line in _front_lines(front, pmcid(article)):
        outline.front(line)
    body = Body(outline)
    abstract = body.abstract(child(child(article, "front"), "article-meta"), article.get(LANGUAGE))
    full = body.body(child(article, "body"))
    if not abstract and not full:
        raise InvalidReport(
            path, "this record has neither an abstract nor a text; add the article's full-text XML"
        )
    body.back(child(article, "back"), child(article, "floats-group"))
    text, sections = outline.build()
    return assemble(
        report_slug(path.name),
        path.name,
        text,
        sections,
        replace(front, title=front.title or normalise_characters(path.stem)),
        source_kind="paper",
        unnumbered=outline.unnumbered,
        basis="full text" if full else "abstract",
    )


def _parsed(data: bytes, path: Path) -> Element:
    """The root of the file. Raises UnreadableFile."""
    if not data.strip():
        raise UnreadableFile(path, "the file is empty; nothing to add")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UnreadableFile(path, f"no sound XML ({reason}); download it again") from None
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST:
            raise UnreadableFile(
                path, f"its elements nest more than {_DEEPEST} deep, as no article does; mend it"
            )
    unknown = next(filter(None, map(_unknown, root.iter(etree.Entity))), None)
    if unknown:
        raise UnreadableFile(
            path,
            f"it uses an entity of its own (&{unknown};), which is not resolved; save the file "
            "with its entities written out",
        )
    return root


def _unknown(node: Element) -> str | None:
    """The name of an entity that is none of HTML's."""
    return None if f"{node.name};" in html.entities.html5 else str(node.name)[:40]


def _article(root: Element, path: Path) -> Element:
    """The one article in the file. Raises InvalidReport."""
    found = [node for node in root.iter() if local(node) == "article"]
    if not found:
        raise InvalidReport(
            path,
            f"no article in the JATS format, but <{(local(root) or 'nothing')[:40]}>; add the XML "
            "that PubMed Central gives for the article, or its page as .html",
        )
    if len(found) > 1:
        raise InvalidReport(
            path, f"there are {len(found)} articles in this file; save each as a file of its own"
        )
    return found[0]


def _front_lines(front: Metadata, number: str | None) -> list[str]:
    """Title, authors, and where the article was published."""
    where = " ".join(str(part) for part in (front.journal, front.year) if part)
    ids = (("doi", front.doi), ("PMID", front.pmid), ("PMCID", number))
    published = (where, *(f"{name}: {said}" for name, said in ids if said))
    return [front.title, ", ".join(front.authors), ". ".join(filter(None, published))]
