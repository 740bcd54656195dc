"""What a web page says of its article, in its head (tags, JSON-LD) and on its face → Metadata."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup, Tag

from rag.formats import front, people
from rag.formats.assemble import Metadata
from rag.formats.html_page import REFERENCES, names
from rag.formats.html_text import attribute, inline
from rag.formats.outline import plain

_ARTICLES = re.compile(
    r"(?:Medical)?ScholarlyArticle|(?:Scholarly|Tech|News)?Article|BlogPosting|Report|Publication"
)
_DATES = (
    "citation_publication_date", "citation_date", "citation_online_date", "citation_cover_date",
    "citation_year", "prism.publicationdate", "dc.date", "dcterms.issued", "dc.date.issued",
    "article:published_time",
)  # fmt: skip
_DOIS = ("citation_doi", "prism.doi", "dc.identifier", "dc.identifier.doi", "bepress_citation_doi")
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_TAGS = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_BYLINE = re.compile(r"(?:^|-)(?:authors?|author-name|contrib(?:utors?)?|byline)(?:-|$)")
_NAME = re.compile(r"(?:^|-)(?:author-name|author|name|contrib)(?:-|$)")
_GIVEN = re.compile(r"(?:^|-)(?:given-names?|first-name)(?:-|$)")
_FAMILY = re.compile(r"(?:^|-)(?:sur-?name|family-name|last-name)(?:-|$)")
# 'Title | Journal', 'Title - PMC', and never a hyphen inside the title.
_SITE = re.compile(r"\s+(?:[|»·]|[–—-]{1,2})\s+[^|»·–—]{2,80}$")
_NO_JOURNAL = re.compile(
    r"\b(?:article|issue|published|received|accepted|online|Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep"
    r"|Oct|Nov|Dec)\w*$",
    re.IGNORECASE,
)
_LONGEST = 500
_DEEPEST = 6


@dataclass(slots=True)
class Said:
    """The tags of a page's head by lower-case name, and the article of its JSON-LD."""

    tags: dict[str, list[str]] = field(default_factory=dict)
    linked: dict[str, Any] = field(default_factory=dict)

    def first(self, *names: str) -> str:
        """The first text under the first of these names that has one; else ''."""
        return next((text for name in names for text in self.tags.get(name, ()) if text), "")

    @property
    def is_paper(self) -> bool:
        """Whether the page calls itself a journal's article."""
        scholarly = "ScholarlyArticle" in str(self.linked.get("@type"))
        return scholarly or any(name.startswith("citation_") for name in self.tags)


def said_by(soup: BeautifulSoup) -> Said:
    """What the page says outside its text; to be called before the page is cut."""
    said = Said()
    for tag in soup.find_all("meta"):
        name = (attribute(tag, "name") or attribute(tag, "property")).lower()
        text = plain(_TAGS.sub("", html.unescape(attribute(tag, "content"))))
        if name and text:
            said.tags.setdefault(name, []).append(text[:_LONGEST])
    for script in soup.find_all("script", type=re.compile(r"^\s*application/ld\+json", re.I)):
        try:
            found = next(_articles(json.loads(script.get_text()), 0), None)
        except (ValueError, RecursionError):
            continue
        if found and not said.linked:
            said.linked = found
    return said


def metadata(said: Said, soup: BeautifulSoup, above: list[str]) -> Metadata:
    """The metadata of a page; `above` are the lines above the article's first sentence.

    Title and authors can be empty.
    """
    early = "\n\n".join(above)
    journal, year = front.citation(early)
    journal = None if journal and _NO_JOURNAL.search(journal) else journal
    title = title_of(said, soup)
    lines = (line for line in above if line.lower() != title.lower())
    return Metadata(
        title=title,
        authors=_authors(said, soup) or _named(lines),
        journal=_journal(said) or journal or said.first("og:site_name") or None,
        year=_year(said) or year,
        doi=_doi(said, soup) or front.doi(early),
        pmid=said.first("citation_pmid") or front.pmid(early),
    )


def _articles(value: object, depth: int) -> Iterator[dict[str, Any]]:
    """The articles in a JSON-LD value, outermost first."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for part in value:
            yield from _articles(part, depth + 1)
    elif isinstance(value, dict):
        if any(_ARTICLES.fullmatch(str(kind)) for kind in _listed(value.get("@type"))):
            yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _articles(value.get(key), depth + 1)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _text(value: object) -> str:
    """A JSON-LD text, or the name of a JSON-LD thing; '' for anything else."""
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, list):
        value = next((part for part in value if isinstance(part, str)), "")
    return plain(_TAGS.sub("", html.unescape(value)))[:_LONGEST] if isinstance(value, str) else ""


def title_of(said: Said, soup: BeautifulSoup) -> str:
    """The title (or '') without a mark at its end; a heading before the window's name."""
    named = said.first("citation_title", "dc.title", "dcterms.title", "prism.title")
    named = named or _text(said.linked.get("headline")) or _text(said.linked.get("name"))
    window = said.first("og:title", "twitter:title") or _window(soup)
    headings = [plain(inline(heading)) for heading in soup.find_all("h1")]
    for heading in headings:
        if not named and heading and (not window or heading.lower() in window.lower()):
            named = heading
    named = named or _SITE.sub("", window) or next(filter(None, headings), "")
    return named.rstrip("*†‡ ").removesuffix(".")


def _window(soup: BeautifulSoup) -> str:
    tag = soup.find("title")
    return plain(tag.get_text())[:_LONGEST] if tag else ""


def _authors(said: Said, soup: BeautifulSoup) -> tuple[str, ...]:
    listed = said.tags.get("citation_author") or said.tags.get("dc.creator")
    if not listed and (together := said.first("citation_authors")):
        listed = [name for name in re.split(r"\s*;\s*", together) if name]
    if not listed:
        listed = [_person(person) for person in _listed(said.linked.get("author"))]
    named = [_turned(name) for name in listed if name] or _byline(soup)
    return tuple(dict.fromkeys(named))


def _person(person: object) -> str:
    if isinstance(person, dict) and not _text(person):
        parts = (_text(person.get("givenName")), _text(person.get("familyName")))
        return " ".join(filter(None, parts))
    return _text(person)


def _turned(name: str) -> str:
    """'Roe, Jane A.' → 'Jane A. Roe'."""
    family, _, given = name.partition(", ")
    return f"{given} {family}" if given and "," not in given else name


def _byline(soup: BeautifulSoup) -> list[str]:
    """Names of a line of authors: its links or marked names, else its text."""
    for box in soup.find_all(_is_byline):
        if box.find_parent(_is_list_of_references):
            continue
        if given := _in_parts(box):
            return given
        marked = [tag for tag in box.find_all(_is_name) if not tag.find(_is_name)]
        parts = [plain(inline(tag)) for tag in marked or [box]]
        found = [name for part in parts for name in people.names([part])]
        if found:
            return found
    return []


def _in_parts(box: Tag) -> list[str]:
    """Names whose given name and surname stand in tags of their own, as ScienceDirect has them."""
    found = []
    for given in box.find_all(_is_given_name):
        family = given.find_next_sibling(_is_surname)
        if isinstance(family, Tag):
            found.append(f"{plain(inline(given))} {plain(inline(family))}")
    return [name for name in found if people.names([name])]


def _is_given_name(tag: Tag) -> bool:
    return _GIVEN.search(names(tag)) is not None


def _is_surname(tag: Tag) -> bool:
    return _FAMILY.search(names(tag)) is not None


def _is_list_of_references(tag: Tag) -> bool:
    return REFERENCES.search(names(tag)) is not None


def _is_byline(tag: Tag) -> bool:
    return tag.name != "meta" and _BYLINE.search(names(tag)) is not None


def _is_name(tag: Tag) -> bool:
    return tag.name == "a" or _NAME.search(names(tag)) is not None


def _named(lines: Iterable[str]) -> tuple[str, ...]:
    """The names in the first line that holds nothing else."""
    return next((found for line in lines if (found := people.names([line]))), ())


def _journal(said: Said) -> str:
    named = said.first("citation_journal_title", "prism.publicationname", "dc.source")
    named = named or said.first("citation_journal_abbrev")
    part = said.linked.get("isPartOf")
    for _ in range(_DEEPEST):
        if named or not isinstance(part, (dict, list)):
            break
        part = part[0] if isinstance(part, list) and part else part
        if not isinstance(part, dict):
            break
        kind = str(part.get("@type"))
        volume = "Periodical" not in kind and ("Volume" in kind or "Issue" in kind)
        named, part = "" if volume else _text(part), part.get("isPartOf")
    return named


def _year(said: Said) -> int | None:
    """The earliest year in which the page says that the article was published."""
    dates = [text for name in _DATES for text in said.tags.get(name, ())]
    dates += [_text(said.linked.get("datePublished"))]
    return min((int(match[0]) for text in dates if (match := _YEAR.search(text))), default=None)


def _doi(said: Said, soup: BeautifulSoup) -> str | None:
    texts = [text for name in _DOIS for text in said.tags.get(name, ())]
    for key in ("identifier", "sameAs", "@id", "url"):
        for part in _listed(said.linked.get(key)):
            texts.append(_text(part.get("value") if isinstance(part, dict) else part))
    for link in soup.find_all("link", rel="canonical"):
        texts.append(attribute(link, "href"))
    for text in texts:
        # The end of a tag's DOI is the end of the text: '10.1016/0190-9622(94)70011-2'.
        if match := re.search(r"\b10\.\d{4,9}/\S+", text):
            return match[0]
    return None
