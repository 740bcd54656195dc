"""The front matter of a JATS article → its metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.formats.assemble import Metadata
from rag.formats.jats_text import Element, child, children, descendants, local, words

_YEAR = re.compile(r"(?:1[89]|20)\d\d")
# The address of a Creative Commons licence says which one, and in which version.
_CREATIVE = re.compile(
    r"creativecommons\.org/(?:licenses/(?P<kind>by(?:-nc)?(?:-nd|-sa)?)|publicdomain/(?P<free>zero|mark))"
    r"(?:/(?P<version>\d\.\d))?",
    re.IGNORECASE,
)
_SHORT = re.compile(r"CC[ -][\w-]{1,12}(?: \d\.\d)?", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S{1,200}")


def metadata(article: Element) -> Metadata:
    """What `<front>` says; the title is '' where it says none."""
    front = child(article, "front")
    meta = child(front, "article-meta")
    return Metadata(
        title=_title(meta),
        authors=tuple(_authors(meta)),
        journal=_journal(front),
        year=_year(meta),
        doi=identifier(meta, "doi"),
        pmid=identifier(meta, "pmid"),
        licence=licence(meta),
    )


def licence(meta: Element | None) -> str | None:
    """The licence in short ('CC BY-NC 4.0', 'CC0 1.0'), or its address; None where none is named.

    It is read off the address that `<license>` gives as attribute, as `ali:license_ref`, or in its
    words.
    """
    permissions = child(meta, "permissions")
    for found in children(permissions, "license") if permissions is not None else ():
        for said in _addresses(found):
            if match := _CREATIVE.search(said):
                return _creative(match)
        for said in _addresses(found):
            if _SHORT.fullmatch(said) or _ADDRESS.fullmatch(said):
                return said
    return None


def _addresses(found: Element) -> list[str]:
    links = [value for node in found.iter() for key, value in node.items() if key.endswith("href")]
    refs = [words(ref) for ref in descendants(found, "license_ref")]
    return [said.strip() for said in (*links, *refs, words(found))]


def _creative(match: re.Match[str]) -> str:
    if match["free"]:
        name = "CC0" if match["free"].lower() == "zero" else "Public Domain Mark"
    else:
        name = f"CC {match['kind'].upper()}"
    return f"{name} {match['version']}" if match["version"] else name


def pmcid(article: Element) -> str | None:
    """The number in PubMed Central, 'PMC' in front of it."""
    meta = child(child(article, "front"), "article-meta")
    found = identifier(meta, "pmcid") or identifier(meta, "pmc")
    return f"PMC{found.upper().removeprefix('PMC')}" if found else None


def identifier(meta: Element | None, kind: str) -> str | None:
    """The article-id of a kind ('doi'), without an address in front of it; else None."""
    for found in children(meta, "article-id") if meta is not None else ():
        if found.get("pub-id-type") == kind:
            said = re.sub(r"^(?:https?://\S*?(?=10\.)|doi: ?)", "", words(found))
            return said.replace(" ", "") or None
    return None


def _title(meta: Element | None) -> str:
    group = child(meta, "title-group")
    title = words(child(group, "article-title")).rstrip("*†‡ ").removesuffix(".")
    subtitle = words(child(group, "subtitle"))
    if title and subtitle:
        return f"{title}{' ' if title[-1] in ':?!–—' else ': '}{subtitle}"
    return title or subtitle


def _authors(meta: Element | None) -> Iterator[str]:
    """Names as 'Given Family', in order; groups by their own name."""
    for group in children(meta, "contrib-group") if meta is not None else ():
        for contributor in children(group, "contrib"):
            if contributor.get("contrib-type", "author") == "author":
                name = _name(contributor)
                if name:
                    yield name


def _name(contributor: Element) -> str:
    below = child(contributor, "name-alternatives")
    holder = below if below is not None else contributor
    for form in children(holder, "name", "string-name", "collab"):
        parts = [words(child(form, part)) for part in ("given-names", "surname", "suffix")]
        if local(form) == "collab" or not any(parts):
            # A group may list its members inside its name.
            direct = (form.text or "", *(words(c) for c in children(form, "institution")))
            return " ".join(" ".join(direct).split()) or words(form)
        return " ".join(part for part in parts if part)
    return ""


def _journal(front: Element | None) -> str | None:
    meta = child(front, "journal-meta")
    titles = [*descendants(meta, "journal-title"), *descendants(meta, "abbrev-journal-title")]
    named = [words(title) for title in titles]
    ids = [words(found) for found in descendants(meta, "journal-id")]
    return next((name for name in (*named, *ids) if name), None)


def _year(meta: Element | None) -> int | None:
    """The earliest year of publication."""
    years: list[int] = []
    for date in children(meta, "pub-date") if meta is not None else ():
        said = words(child(date, "year")) or date.get("iso-8601-date", "") or words(date)
        if match := _YEAR.search(said):
            years.append(int(match[0]))
    return min(years, default=None)
