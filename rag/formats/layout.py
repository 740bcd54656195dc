"""Headings and paragraphs in reading order → one canonical text and its sections.

Every reader builds its report's text here, so that all texts look alike: paragraphs separated by
one blank line, a heading on a line of its own, list items as lines '- item', no markup, one line
end at the end. Figure legends and references stand behind the body, wherever the file has them.
"""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.formats.headings import classify, unnumbered
from rag.schema import Section, SectionKind

Turns = Sequence[tuple[int, int]]
"""Offsets in a text at which it goes on on another page, ascending, each with that page."""

LEGENDS = "Figure legends"
REFERENCES = "References"

_SLUGS: dict[SectionKind, str] = {
    "front": "front",
    "summary": "summary",
    "background": "background",
    "case": "case",
    "methods": "methods",
    "results": "results",
    "discussion": "discussion",
    "legend": "legends",
    "references": "references",
}
_UNTITLED = "text"

_LINK = re.compile(
    r"!?\[([^\[\]\n]*)\]\("
    # An address, or '[3](5)' and '[CK](high)' would lose what they say.
    r"(?:[a-z]+://|mailto:|www\.|#|\.{0,2}/|10\.\d{4,9}/|[\w/-]+\.(?:html?|png|jpe?g|gif|svg|md|pdf)\b)"
    r"(?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"\n]*\")?\)"
)
# A mark that touches a word on its outer side is no emphasis: 'HLA-B*08', 'P < 0.05*', 'a_b'.
_EMPHASIS = re.compile(
    r"(?<![\w*])(\*{1,3})(?=[^\s*])([^*\n]*[^\s*])\1(?![\w*])"
    r"|(?<![\w_])(_{1,3})(?=[^\s_])([^_\n]*[^\s_])\3(?![\w_])"
)
_HASHES = re.compile(r"^ {0,3}#{1,6} +(?=\S)|(?<=\S) +#{1,6}$", re.MULTILINE)


@dataclass(slots=True)
class _Open:
    """A section being written."""

    heading: str
    kind: SectionKind
    patient: int | None = None
    # False for a heading of ours, which goes where nothing stands under it.
    written: bool = True
    paragraphs: list[str] = field(default_factory=list)
    pages: list[int | None] = field(default_factory=list)
    # Where a paragraph goes on on another page: its number, the offset in it, and that page.
    turns: list[tuple[int, int, int]] = field(default_factory=list)

    def add(self, text: str, page: int | None, turns: Turns = ()) -> None:
        """Add the paragraphs of `text`, which begin on `page`; `turns` are of a single one."""
        found = _paragraphs(text)
        if found == [text]:
            self.turns += [(len(self.paragraphs), at, other) for at, other in turns]
        self.paragraphs += found
        self.pages += [page] * len(found)


class Layout:
    """Collects the parts of a report; `build` gives its text and sections.

    Paragraphs before the first heading are front matter. What stands under a heading of the kind
    'legend' or 'references' goes behind the body, as `legend` and `reference` do. A reader that
    knows pages sets `page` before it adds what begins there.
    """

    def __init__(self) -> None:
        self._body = [_Open("", "front")]
        self._legends = _Open(LEGENDS, "legend", written=False)
        self._references = _Open(REFERENCES, "references", written=False)
        self._current = self._body[0]
        self.page: int | None = None
        self._begins: list[tuple[int, int | None]] = []

    def heading(
        self, text: str, kind: SectionKind | None = None, patient: int | None = None
    ) -> None:
        """Begin a section; kind and patient are read off `text` where they are not given.

        An empty `text` begins a section that has no heading line in the report.
        """
        text = _one_line(strip_markup(text))
        says = classify(text)
        kind = kind or says[0]
        if patient is None and kind == "case":
            patient = says[1]
        if kind in ("legend", "references"):
            self._current = self._legends if kind == "legend" else self._references
            if text:
                self._current.heading, self._current.written = text, True
            return
        self._current = _Open(text, kind, patient)
        self._body.append(self._current)

    def paragraph(self, text: str, turns: Turns = ()) -> None:
        """Add a paragraph (or, separated by blank lines, several) to the current section.

        A single one may go on on other pages, at `turns`.
        """
        self._current.add(text, self.page, turns)

    def legend(self, text: str) -> None:
        """Add the legend of a figure or table."""
        self._legends.add(text, self.page)

    def reference(self, text: str) -> None:
        """Add an entry of the list of references."""
        self._references.add(text, self.page)

    def build(self) -> tuple[str, tuple[Section, ...]]:
        """The canonical text and its sections in order; a heading without text has no section.

        Nothing collected gives ('', ()).
        """
        pieces: list[str] = []
        sections: list[Section] = []
        self._begins = []
        taken: dict[str, int] = {}
        place = 0
        for part in (*self._body, self._legends, self._references):
            if part.heading and (part.paragraphs or part.written):
                pieces.append(part.heading)
                place += len(part.heading) + 2
            if not part.paragraphs:
                continue
            body = "\n\n".join(part.paragraphs)
            slug = _unique(_slug(part, taken), taken)
            end, page = place + len(body), part.pages[0]
            sections.append(Section(slug, part.heading, part.kind, place, end, part.patient, page))
            self._note_pages(part, place)
            pieces.append(body)
            place += len(body) + 2
        return ("\n\n".join(pieces) + "\n" if pieces else ""), tuple(sections)

    def page_of(self, offset: int) -> int | None:
        """The page on which `offset` of the built text stands."""
        begun = bisect.bisect_right(self._begins, offset, key=lambda begin: begin[0])
        return self._begins[begun - 1][1] if begun else None

    def turns_within(self, start: int, end: int) -> list[tuple[int, int]]:
        """The offsets in ``(start, end)`` of the built text from which on the page is another."""
        found: list[tuple[int, int]] = []
        page = self.page_of(start)
        for at, begun in self._begins:
            if start < at < end and begun is not None and begun != page:
                found.append((at, begun))
                page = begun
        return found

    def _note_pages(self, part: _Open, place: int) -> None:
        turns: dict[int, list[tuple[int, int]]] = {}
        for number, at, other in part.turns:
            turns.setdefault(number, []).append((at, other))
        for number, (paragraph, page) in enumerate(zip(part.paragraphs, part.pages, strict=True)):
            self._begins.append((place, page))
            self._begins += [(place + at, other) for at, other in turns.get(number, ())]
            place += len(paragraph) + 2


def slugify(text: str) -> str:
    """Lower-case ASCII letters and digits of `text`, joined by '-'; '' when it has none.

    Accents go ('Käsbohrer' → 'kasbohrer'); other scripts have no ASCII form.
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain))


def strip_markup(text: str) -> str:
    """`text` without Markdown's '#', emphasis marks and link addresses; the words stay.

    Asterisks that say something ('HLA-B*08', 'P < 0.05*') stay too.
    """
    for _ in range(3):  # an emphasised link in bold; what is nested deeper is no prose
        text = _EMPHASIS.sub(_inner, _LINK.sub(r"\1", text))
    return _HASHES.sub("", text)


def _inner(match: re.Match[str]) -> str:
    return match[2] or match[4]


def _paragraphs(text: str) -> list[str]:
    lines = (line.strip() for line in strip_markup(text).split("\n"))
    return [part for part in re.split(r"\n{2,}", "\n".join(lines).strip()) if part]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _slug(part: _Open, taken: dict[str, int]) -> str:
    """The name of a section before it is made unique."""
    if part.kind == "case" and part.patient is not None:
        return f"case-{part.patient}"
    # A second unnumbered case must not become 'case-2', the name of the second patient.
    own = slugify(unnumbered(part.heading))
    if part.kind == "case" and "case" in taken:
        return own or "case-report"
    return _SLUGS.get(part.kind) or own or _UNTITLED


def _unique(slug: str, taken: dict[str, int]) -> str:
    name = slug
    while name in taken:
        taken[slug] += 1
        name = f"{slug}-{taken[slug]}"
    taken[name] = 1
    return name
