"""Plain text of a paper, a letter or a note → Report; the body of a digest → text and sections.

The text is data: nothing that it says is obeyed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from rag.clean import drop_citations, drop_marks, join_lines, normalise_characters, vocabulary
from rag.errors import InvalidReport
from rag.formats.assemble import Metadata, assemble
from rag.formats.blocks import Block, read_blocks
from rag.formats.front import Front, citation, doi, pmid, read_front
from rag.formats.headings import classify, goes_on_with_case, is_marked, level, title_of
from rag.formats.layout import Layout, slugify, strip_markup
from rag.formats.pubmed import read_pubmed
from rag.formats.running_heads import PAGE_BREAK, drop_running_heads
from rag.formats.tables import mark_tables
from rag.schema import Report, Section, SectionKind, SourceKind

_RECOGNISED: tuple[SectionKind, ...] = (
    "summary", "background", "case", "methods", "results", "discussion", "references",
)  # fmt: skip
_NOTHING_STATED = Metadata(title="")
# '3. Roe J, Doe K. Ulcers. J Derm 2003; 12: 4-7.', of a list that nothing announces.
_CITATION = re.compile(
    r"\[?\d{1,3}[.)\]]\s*[A-Z].*(?:\b(?:19|20)\d\d\b ?[;:,(].{0,20}\d"
    r"|\d ?(?:\(\d+\))?[:,] ?[A-Za-z]?\d+.{0,12}\((?:19|20)\d\d\))",
    re.DOTALL,
)
_LONGEST_CITATION = 600
_ENTRY = re.compile(r"\[?(\d{1,3})(?:[.)\]]|(?= [^\W\d_]))\s*(?=[^\W\d_])")


def read_text(text: str, name: str) -> Report:
    """The report in a plain text; `name` is the file's base name, from which the id comes.

    Page heads go, legends and references move behind the body, and what a page or a line end cut
    is joined. The year is that of a citation; failing that, four digits in the file name. A text
    without headings is one section 'text'. Raises InvalidReport when there is nothing to quote.
    """
    if not any(character.isalpha() for character in text):
        raise InvalidReport(name, "there are no words in this file; add the text of a report")
    if found := read_pubmed(text, name, report_slug(name)):
        return found
    pages = (normalise_characters(mark_tables(page)) for page in text.split(PAGE_BREAK))
    body, heads = drop_running_heads(f"\n{PAGE_BREAK}\n".join(pages))
    return report_of(read_blocks(body), name, vocabulary(body), beside=heads)


def report_of(
    blocks: list[Block],
    name: str,
    words: frozenset[str],
    *,
    beside: Sequence[str] = (),
    stated: Metadata = _NOTHING_STATED,
) -> Report:
    """The report in the blocks of a file named `name`, from whatever format they were read.

    `words` are the document's vocabulary; `beside` is what stood outside the text (page heads) and
    may cite it; `stated` is what the file says of itself elsewhere, which counts where the text
    and the file name say nothing. Raises InvalidReport when there is nothing to quote.
    """
    blocks, cited = _without_references(blocks)
    front = read_front(blocks)
    writer = Writer(words)
    writer.write(blocks, front)
    for entry in cited:
        writer.layout.reference(join_lines(entry, words))
    canonical, sections = writer.layout.build()
    if not sections:
        raise InvalidReport(name, "there are headings only; add the text of the report below them")
    early = "\n".join((*_beginning(canonical, sections), *front.paragraphs, *beside))
    journal, year = citation(early)
    metadata = Metadata(
        title=front.title or stated.title or title_from(name),
        authors=front.authors or stated.authors,
        journal=journal or stated.journal,
        year=year or year_in(name) or stated.year,
        doi=doi(early) or stated.doi,
        pmid=pmid(early) or stated.pmid,
    )
    return assemble(
        report_slug(name),
        name,
        canonical,
        sections,
        metadata,
        source_kind=source_kind(front, writer.announced, metadata),
        unnumbered=writer.unnumbered,
    )


def read_body(markdown: str) -> tuple[str, tuple[Section, ...]]:
    """The canonical text and sections of a digest's Markdown body, word for word.

    Only characters are normalised and markup goes: nothing is taken for a page head or a legend,
    and hyphens at line ends stay. A blank body gives ('', ()).
    """
    writer = Writer(frozenset())
    lines: list[str] = []
    for line in [*normalise_characters(markdown).split("\n"), ""]:
        if line.strip() and not is_marked(line):
            lines.append(line)
            continue
        writer.verbatim("\n".join(lines))
        lines = []
        if is_marked(line):
            writer.heading(title_of(line), level(line))
    return writer.layout.build()


def report_slug(name: str) -> str:
    """The id of a report from its file's base name: lower-case ASCII words joined by '-'.

    A name without such words gives 'report'.
    """
    return slugify(PurePath(name).stem) or "report"


class Writer:
    """Writes blocks to a layout and notes what the headings say about the report."""

    def __init__(self, words: frozenset[str]) -> None:
        self.layout = Layout()
        self.announced: set[SectionKind] = set()
        self.unnumbered: list[str] = []
        self._words = words
        self._kind: SectionKind = "front"
        self._parent: tuple[int, SectionKind, int | None] = (0, "other", None)

    def write(self, blocks: list[Block], front: Front) -> None:
        """Write front matter, then the body; without any heading all is one section."""
        body = blocks[front.end :]
        headless = not any(block.kind == "heading" for block in body)
        if headless and not front.letter:
            self._untitled("other")
        for paragraph in front.paragraphs:
            self.layout.paragraph(join_lines(paragraph, self._words))
        if headless and front.letter:
            self._untitled("other")
        elif not headless and body[0].kind != "heading":
            self._untitled(_opening_kind(body, front))
        for block in body:
            self.layout.page = block.page
            self._block(block)

    def heading(self, text: str, marks: int) -> None:
        """Begin a section; one below a known section (more '#') belongs to that section.

        So does a step of a patient's story ('Treatment') right behind a case section of its level.
        """
        kind, patient = classify(text)
        _, above_kind, above_patient = self._parent
        if kind != "other":
            self.announced.add(kind)
            self._parent = (marks, kind, patient)
            if kind == "case" and patient is None:
                self.unnumbered.append(text)
        elif self._belongs(text, marks):
            kind, patient = above_kind, above_patient
        else:
            self._parent = (marks, kind, None)
        self._kind = kind
        self.layout.heading(text, kind, patient)

    def _belongs(self, heading: str, marks: int) -> bool:
        """Whether a heading of an unknown name begins a part of the section before it."""
        above, kind, _ = self._parent
        if above == marks:
            return kind == "case" and goes_on_with_case(heading)
        return 0 < above < marks and kind not in ("legend", "references")

    def verbatim(self, paragraph: str) -> None:
        """Add a paragraph without judging its hyphens and marks."""
        if not paragraph:
            return
        if self._kind == "front":
            self._untitled("other")
        self.layout.paragraph(join_lines(paragraph, mend=False))

    def _untitled(self, kind: SectionKind) -> None:
        self._kind = kind
        self.layout.heading("", kind)

    def _block(self, block: Block) -> None:
        if block.kind == "heading":
            self.heading(block.text, block.level)
        elif block.kind == "legend":
            self.layout.legend(self._prose(block.text))
        elif block.kind == "table":
            self.layout.legend(strip_markup(block.text))
        elif self._kind == "references":
            for entry in _entries(block.lines):
                self.layout.reference(join_lines(entry, self._words))
        else:
            text = self._prose(block.text)
            self.layout.paragraph(text, self._turns(block, text))

    def _turns(self, block: Block, text: str) -> list[tuple[int, int]]:
        """Where in a paragraph's joined text its later pages begin: behind what its lines before
        the turn give when they are joined alone, but for the hyphen at which a word was cut.
        """
        found: list[tuple[int, int]] = []
        for line, page in block.turns:
            before = self._prose("\n".join(block.lines[:line]))
            if not text.startswith(before):
                before = before[:-1]
            if text.startswith(before):
                at = len(before)
                found.append((at + (text[at : at + 1] in (" ", "\n")), page))
        return found

    def _prose(self, lines: str) -> str:
        return drop_marks(drop_citations(strip_markup(join_lines(lines, self._words))))


def _opening_kind(body: list[Block], front: Front) -> SectionKind:
    """What the text above the first heading is: an abstract, when an introduction follows it."""
    kinds = [classify(block.text)[0] for block in body if block.kind == "heading"]
    if all(kind == "other" for kind in kinds):
        return "other"
    return "summary" if "background" in kinds and not front.letter else "background"


def _entries(lines: list[str]) -> list[str]:
    """The entries of a list of references: by ascending numbers, or lines that end in a stop."""
    if not _ENTRY.match(lines[0]) and all(line.endswith(".") for line in lines):
        return lines
    entries: list[list[str]] = []
    last: int | None = None
    for line in lines:
        match = _ENTRY.match(line)
        if match and (last is None or int(match[1]) == last + 1):
            last = int(match[1])
            entries.append([])
        if not entries:
            entries.append([])
        entries[-1].append(line)
    return ["\n".join(entry) for entry in entries]


def _without_references(blocks: list[Block]) -> tuple[list[Block], list[str]]:
    """The blocks, and the entries of a list of references at their end that no heading announces.

    Letters often have such a list; its entries are numbered and end like citations.
    """
    if any(block.kind == "heading" and classify(block.text)[0] == "references" for block in blocks):
        return blocks, []
    end = len(blocks)
    while end > 1 and _cites(blocks[end - 1]):
        end -= 1
    return blocks[:end], [entry for block in blocks[end:] for entry in _entries(block.lines)]


def _cites(block: Block) -> bool:
    if block.kind != "text" or len(block.text) > _LONGEST_CITATION * len(block.lines):
        return False
    return all(
        len(entry) <= _LONGEST_CITATION and _CITATION.match(entry)
        for entry in _entries(block.lines)
    )


def source_kind(front: Front, announced: set[SectionKind], known: Metadata) -> SourceKind:
    """A title and two sections that papers have make a paper; so do authors and a place in print.

    A letter has no sections, but says where it was printed; `known` is what was found of that.
    """
    structured = len(announced.intersection(_RECOGNISED)) > 1
    printed = bool(front.authors and (known.doi or (known.journal and known.year)))
    return "paper" if front.title and (structured or printed) else "user file"


def _beginning(text: str, sections: tuple[Section, ...]) -> list[str]:
    """Front matter and abstract: a citation further down is that of another paper."""
    return [text[s.start : s.end] for s in sections if s.kind in ("front", "summary")]


def year_in(name: str) -> int | None:
    """The year in a file's name, if there is one."""
    match = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", name)
    return int(match[0]) if match else None


def title_from(name: str) -> str:
    """The title of last resort: the words of a file's name."""
    words = re.sub(r"[\s_-]+", " ", normalise_characters(PurePath(name).stem)).strip()
    return words or normalise_characters(name)
