"""A parsed web page → the part of it that is the article, without what surrounds one."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, Tag, XMLParsedAsHTMLWarning
from bs4.exceptions import ParserRejectedMarkup

from rag.errors import UnreadableFile
from rag.formats.headings import classify
from rag.formats.html_text import attribute

# Pages nest some 40 deep, old ones with unclosed tags 100; Python's own stack ends at about 1,000.
_DEEPEST = 150

_NEVER = {
    "script", "style", "noscript", "template", "iframe", "object", "embed", "applet", "svg",
    "canvas", "audio", "video", "button", "input", "select", "textarea", "dialog", "map", "head",
}  # fmt: skip
_AROUND = {"nav", "aside", "form", "header", "footer", "menu"}
_ROLES = {
    "navigation", "banner", "search", "complementary", "contentinfo", "dialog", "alertdialog",
    "alert", "menu", "menubar", "toolbar", "tooltip", "tablist",
}  # fmt: skip
_HIDDEN = re.compile(r"display:none|visibility:hidden|font-size:0(?![.\d])|opacity:0(?![.\d])")
# Words between '-' in the class of a box that stands around or between the parts of an article.
_BOX = re.compile(
    r"(?:^|-)(?:cookies?|gdpr|onetrust|breadcrumbs?|nav|navbar|navigation|menu|sidebar|side-bar"
    r"|related|recommend(?:ed|ations?|er)?|also-(?:like|read)|sharing|social|advert\w*|ads?"
    r"|sponsor\w*|promo\w*|newsletters?|subscri\w+|log-?in|sign-?in|modal|popup|footer)(?:-|$)"
)
# Words that name parts of an article, too ('toc-section'): such a box goes when it has no
# heading and says little.
_SMALL_BOX = re.compile(
    r"(?:^|-)(?:banner|share|toolbar|toc|table-of-contents|pagination|pager|tooltip|metrics"
    r"|alt-?metrics?|skip-?link|skip-?nav|search-?(?:form|box|bar)|comments-(?:area|list|section)"
    r"|disqus|crossmark|downloads?|article-(?:tools|actions)|citation-tools|cite-this|permissions"
    r"|copyright|courtesy-note|licen[cs]e|visually-hidden|sr-only|no-print|print-hide|teaser)(?:-|$)"
)
_LITTLE = 300
_ID = re.compile(
    r"(?:^|-)(?:cookies?|gdpr|onetrust|nav|navbar|navigation|menu|sidebar|breadcrumbs?|footer|toc"
    r"|skip|banner|newsletter|share|advert\w*|ads)(?:-|$)"
)
REFERENCES = re.compile(
    r"(?:^|-)(?:references?|ref-?list|reflist|bibliography|literature-cited|citation-list)(?:-|$)"
)
"""Words in the class of a list of references."""
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# More of a page is not beside the article but around it.
_MOST = 0.4
_ARTICLE = 0.75


def parse_page(text: str, path: Path) -> BeautifulSoup:
    """The page as a tree; nothing in it is run or fetched. Raises UnreadableFile."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        try:
            soup = BeautifulSoup(text, "lxml")
        except (ParserRejectedMarkup, RecursionError, ValueError):
            raise UnreadableFile(path, "no sound HTML; save the page again") from None
    level: list[Tag] = [soup]
    for _ in range(_DEEPEST):
        level = [below for tag in level for below in tag.children if isinstance(below, Tag)]
        if not level:
            return soup
    raise UnreadableFile(
        path, f"its tags nest more than {_DEEPEST} deep, as no article does; save the page again"
    )


def article(soup: BeautifulSoup) -> Tag:
    """The smallest part that holds the article; `soup` loses what is hidden or no article."""
    whole = soup.body or soup
    for tag in whole.find_all("button"):
        if tag.find(_is_surname):  # a name that opens what is known of its bearer
            tag.unwrap()
    for tag in whole.find_all(_NEVER):
        tag.decompose()
    for tag in whole.find_all(_is_hidden):
        tag.decompose()
    total = _size(whole)
    for tag in whole.find_all(_is_around):
        if not tag.decomposed and not _holds_article(tag, total):
            tag.decompose()
    total = _size(whole)
    found = whole.find_all(lambda tag: tag.name in ("article", "main") or tag.get("role") == "main")
    return min((tag for tag in found if _size(tag) >= _ARTICLE * total), key=_size, default=whole)


def names(tag: Tag) -> str:
    """The words of a tag's class and id in lower case, joined by '-'."""
    return _words(f"{attribute(tag, 'class')} {attribute(tag, 'id')}")


def _is_surname(tag: Tag) -> bool:
    return "surname" in attribute(tag, "class").split()


def _is_around(tag: Tag) -> bool:
    if tag.name in (*_HEADINGS, "body", "main", "article", "html"):
        return False
    if tag.name in ("header", "footer") and "courtesy-note" not in attribute(tag, "class"):
        # Inside the article they hold its title or a section's heading.
        return not (tag.find("h1") or tag.find_parent(["article", "main", "section"]))
    if tag.name in _AROUND or tag.get("role") in _ROLES:
        return True
    named = _words(attribute(tag, "class"))
    if _BOX.search(named):
        return True
    if tag.find(_is_surname):  # ScienceDirect has the authors in a 'banner'
        return False
    if _ID.search(_words(attribute(tag, "id"))):
        return True
    small = _SMALL_BOX.search(named) is not None and not tag.find(_HEADINGS)
    return small and _own_words(tag) < _LITTLE


def _own_words(tag: Tag) -> int:
    """How many characters of a box are no links."""
    return _size(tag) - sum(_size(link) for link in tag.find_all("a"))


def _is_hidden(tag: Tag) -> bool:
    if tag.has_attr("hidden"):
        return attribute(tag, "hidden") != "until-found"
    return _HIDDEN.search(re.sub(r"\s+", "", attribute(tag, "style").lower())) is not None


def _holds_article(tag: Tag, total: int) -> bool:
    """Whether a box is too large for what its name says, or has a section of an article in it."""
    if _size(tag) > _MOST * total:
        return True
    headings = tag.find_all(_HEADINGS)
    return any(classify(heading.get_text())[0] != "other" for heading in headings)


def _size(tag: Tag) -> int:
    return len(tag.get_text())


def _words(names: str) -> str:
    """'cookieBanner wide_box' → 'cookie-banner-wide-box'."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", names)
    return "-".join(re.findall(r"[a-z0-9]+", apart.lower()))
