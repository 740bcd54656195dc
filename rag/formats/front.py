"""The blocks above a paper's first sentence → title, authors, journal, year, DOI."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rag.clean import join_lines
from rag.formats.blocks import Block
from rag.formats.headings import classify
from rag.formats.layout import strip_markup
from rag.formats.people import AFFILIATION, names

_LONGEST_TITLE = 300
_MOST_TITLE_LINES = 4
# More without a single sentence is a list or a table, not a front page.
_MOST_BLOCKS = 30
_MOST_LINES = 60

# What a journal prints above a title.
_LABEL = re.compile(
    r"(?:case (?:reports?|letters?|series|stud(?:y|ies))|letters?(?: to the editors?)?"
    r"|original (?:article|paper|contribution|research)|(?:brief|short|rapid|clinical)"
    r" (?:report|communication|letter|note)s?|correspondence|research letters?"
    r"|(?:hhs|nih|nih-pa|va|cdc) public access|(?:author|accepted) manuscript"
    r"|(?:europe pmc|wellcome trust) (?:funders group|author manuscripts)"
    r"|accepted article|journal pre-?proof|(?:review|research) article|review|editorial"
    r"|open access|images? in \w+(?: \w+)?)[.:]?",
    re.IGNORECASE,
)
# What authors write before it on the title page of a manuscript.
TITLE_LABEL = re.compile(r"^(?:(?:article|manuscript|full) )?title ?: *", re.IGNORECASE)
# 'Editors: Jane Roe, Ann Doe' names people and addresses nobody.
_SALUTATION = re.compile(
    r"(?!editors?: ?[^\W\d_])(?:(?:dear )?(?:sirs?|editors?|madam)(?:(?:,| or| and|/) ?madam)?"
    r"|to the editors?)"
    r"\s*(?:[,:;.—–-]|$)",
    re.IGNORECASE,
)
_FORMALITY = re.compile(
    r"(?:accepted|received|revised|published|correspond\w*|address\b|reprints?|e-?mail|key ?words?"
    r"|from the|departments?|presented at|this (?:work|study) was supported|doi)\b",
    re.IGNORECASE,
)
_WORD = r"[A-ZÀ-Ž][A-Za-zÀ-ž&.-]*"
# 'Drug Design, Development and Therapy', 'Rheumatology (Oxford)'; a comma behind a short word is
# one between names and their initials.
_JOURNAL = (
    rf"(?P<journal>{_WORD}(?:(?:(?<=[a-z]{{3}}),)?"
    rf" (?:{_WORD}|&|of|the|and|in|for|et|de|der|für|und))*"
    r"(?: \([A-Z][A-Za-zÀ-ž .]{2,30}\))?)"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_PAGES = r"[A-Za-z]?\d+(?: ?[-~–] ?[A-Za-z]?\d+)?"
_MONTH = r"(?: (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?(?: \d{1,2})?)?"
_CITATIONS = (
    rf"{_JOURNAL}[.,]? (?:Vol\.? ?)?\d{{1,4}} ?(?:\([\w –-]+\))?,? ?[:,;]? ?(?:pp?\.? ?)?{_PAGES}"
    rf"(?:, ?| ?\()(?:\w+ )?{_YEAR}\)?",
    rf"{_JOURNAL}[.,]? {_YEAR}{_MONTH} ?; ?\d{{1,4}} ?(?:\([\w –-]+\))?(?: ?[:,] ?{_PAGES})?",
    rf"{_JOURNAL}[.,]? Vol\.? ?\d{{1,4}},? (?:No|Issue)\.? ?\d{{1,3}},? (?:\w+ )?{_YEAR}",
)
# What PubMed and publishers set behind a citation: 'doi: 10.…', 'PMID: 1', an address of the DOI.
_IDENTIFIED = (
    r"(?:[.;,]? ?(?:doi:? ?|(?:doi: ?)?https?://(?:dx\.)?doi\.org/)10\.\d{4,9}/\S+"
    r"|[.;,]? ?(?:PMID|PMCID):? ?(?:PMC)?\d+){0,3}"
)
_CITING = r"(?:\d{1,4} |[Cc]ite(?:d| this article)? as:? |[Cc]itation:? )?"
# A citation in brackets or filling a line; one inside a sentence may be another paper's.
_CITED = [
    re.compile(form, re.MULTILINE)
    for cited in _CITATIONS
    for form in (
        rf"\({cited}{_IDENTIFIED}\)",
        rf"^{_CITING}{cited}{_IDENTIFIED}\.?$",
    )
]
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]{1,200}")
_PMID = re.compile(r"\bPMID:? ?(\d{4,8})\b")


@dataclass(frozen=True, slots=True)
class Front:
    """Title and authors as found (or empty), and the number of blocks that are front matter.

    `paragraphs` are these blocks with title, authors and affiliation apart (lines not joined);
    `letter` says that the text begins with a salutation ('Sir,').
    """

    end: int
    title: str = ""
    authors: tuple[str, ...] = ()
    paragraphs: tuple[str, ...] = ()
    letter: bool = False


def read_front(blocks: list[Block]) -> Front:
    """What stands above the first section or sentence; a text that begins at once has none."""
    start = _after_label(blocks)
    if start == len(blocks) or _announces(blocks[start]):
        return Front(0)
    label, title, rest = _title(blocks[start], named=_are_named(blocks[start + 1 :]))
    if not title:
        return Front(0, letter=_is_salutation(blocks[start]))
    above = [block.text for block in blocks[:start]] + label
    return _front(title, above, rest, blocks, start)


def front_below(title: str, above: list[str], blocks: list[Block]) -> Front:
    """The front matter of a file that shows what its title is (by its type, or by a tag).

    `above` are the paragraphs above the title, `blocks` what follows it; the front's `end` counts
    these.
    """
    front = _front([title], above, [], [Block("text", [title]), *blocks], 0)
    return replace(front, end=max(front.end - 1, 0))


def is_salutation(text: str) -> bool:
    """Whether a line is how a letter begins ('Dear Editor,')."""
    return len(text) < 40 and _SALUTATION.match(text) is not None


def is_label(text: str) -> bool:
    """Whether a line is what a journal prints above a title ('CASE REPORT')."""
    return _LABEL.fullmatch(text) is not None


def _front(
    title: list[str], above: list[str], rest: list[str], blocks: list[Block], start: int
) -> Front:
    """The front matter around a title in block `start`, whose lines below the title are `rest`."""
    end = start + 1
    while end < len(blocks) and blocks[end].kind == "text" and not _is_body(blocks[end]):
        end += 1
        if end - start > _MOST_BLOCKS:
            return Front(0)
    below = (rest, *(block.lines for block in blocks[start + 1 : end]))
    parts = [part for lines in below for part in _parts(lines)]
    authors = next((found for part in parts if (found := names(part))), ())
    return Front(
        end,
        TITLE_LABEL.sub("", strip_markup(join_lines("\n".join(title))))
        .rstrip("*†‡ ")
        .removesuffix("."),
        authors,
        (*above, *("\n".join(part) for part in (title, *parts))),
        letter=end < len(blocks) and _is_salutation(blocks[end]),
    )


def citation(text: str) -> tuple[str | None, int | None]:
    """Journal and year of the first citation that is in brackets or fills a line, else None."""
    found = [match for pattern in _CITED if (match := pattern.search(text))]
    if not found:
        return None, None
    first = min(found, key=lambda match: match.start())
    return first["journal"].strip(" .,"), int(first["year"])


def doi(text: str) -> str | None:
    """The first DOI in `text`, without the punctuation behind it."""
    match = _DOI.search(text)
    return match[0].rstrip(".,;:)]'") if match else None


def pmid(text: str) -> str | None:
    """The first PubMed number in `text`."""
    match = _PMID.search(text)
    return match[1] if match else None


def opens_letter(line: str) -> bool:
    """Whether a line begins with a salutation ('Sir,', 'To the Editor: …')."""
    return _SALUTATION.match(line) is not None


def _after_label(blocks: list[Block]) -> int:
    """The number of blocks that a journal prints above a title ('CASE REPORT', its own name)."""
    above = 0
    while above < min(len(blocks) - 2, 4) and _is_above(blocks[above].text):
        if _announces(blocks[above]) and not _is_label(blocks[above:]):
            break
        above += 1
    return above


def _is_label(blocks: list[Block]) -> bool:
    """Whether a first heading 'CASE REPORT' stands above a title, not above a case."""
    # A case section would not be followed by a title, nor by an introduction or another case.
    more = {classify(b.text)[0] for b in blocks[2:] if b.kind == "heading"}
    below = blocks[1]
    title_like = not _announces(below) and len(" ".join(_title(below, named=False)[1]).split()) >= 4
    signed = len(blocks) > 2 and blocks[2].kind == "text" and bool(names(blocks[2].lines))
    return title_like and (signed or not more.isdisjoint(("summary", "background", "case")))


def _are_named(below: list[Block]) -> bool:
    """Whether what follows begins with nothing but names: of those who wrote what stands above."""
    if not below or below[0].kind != "text":
        return False
    lines = below[0].lines
    end = next((n for n, line in enumerate(lines) if n and is_formal(line)), len(lines))
    return bool(names(lines[:end]))


def _title(block: Block, *, named: bool) -> tuple[list[str], list[str], list[str]]:
    """Lines above the title, the title's lines and the lines below it; none when there is none.

    `named` says that authors follow: then a question, or two sentences, are a title as well.
    """
    asked = named and len(block.lines) <= _MOST_TITLE_LINES and block.kind == "text"
    if block.kind == "legend" or len(block.lines) > _MOST_LINES:
        return [], [], []
    if _is_body(block) and not (asked and not (_announces(block) or _is_salutation(block))):
        return [], [], []
    lines = block.lines
    start = 0
    while start < min(len(lines) - 1, 5) and _is_above(lines[start]):
        start += 1
    end = start + 1
    while end < len(lines) and not _is_below(lines[end : end + 12]):
        end += 1
    title = " ".join(lines[start:end])
    sentence = title.endswith((".", ";", ",", ":")) and end == len(lines)
    if len(title) > _LONGEST_TITLE or sentence or not re.search(r"[^\W\d_]{2}", title):
        return [], [], []
    return lines[:start], lines[start:end], lines[end:]


def _is_above(line: str) -> bool:
    return _LABEL.fullmatch(line) is not None or any(cited.fullmatch(line) for cited in _CITED)


def _is_below(lines: list[str]) -> bool:
    # A title's last line may look like a first name: 'One Valley⏎Jane A. Roe, John Doe'.
    return is_formal(lines[0]) or (
        re.search(r"[,;&]| and ", lines[0]) is not None and len(names(lines)) > 1
    )


def is_formal(line: str) -> bool:
    """Whether a line is an address, a date of receipt or the like."""
    return AFFILIATION.search(line) is not None or _FORMALITY.match(line) is not None


def _parts(lines: list[str]) -> list[list[str]]:
    """Lines below a title, cut where an affiliation or a date begins."""
    parts: list[list[str]] = []
    for line in lines:
        # An address runs over several lines, of which only the first is sure to be known.
        if not parts or _FORMALITY.match(line) or (is_formal(line) and names(parts[-1])):
            parts.append([])
        parts[-1].append(line)
    return parts


def _announces(block: Block) -> bool:
    return block.kind == "heading" and classify(block.text)[0] != "other"


def _is_salutation(block: Block) -> bool:
    return block.kind == "text" and opens_letter(block.lines[0])


def _is_body(block: Block) -> bool:
    return _announces(block) or _is_salutation(block) or (block.kind == "text" and _is_prose(block))


def _is_prose(block: Block) -> bool:
    """Whether a block holds a sentence: mostly lower-case words and a full stop."""
    text = " ".join(block.lines[:40])[:3000]
    words = re.findall(r"[^\W\d_][\w'-]*", text)
    low = sum(word[0].islower() for word in words)
    ends = re.search(r"[\w)\]\"'%][.!?](?:\s|$)", text) is not None
    return len(words) >= 6 and low >= 0.6 * len(words) and ends and not _FORMALITY.match(text)
