"""The lines of a text → the lines without page numbers, running heads and footers.

A line goes only on evidence: it stands alone (between blank lines or at the edge of a page), has
the look of a head, and is repeated, names the journal or the authors, or cuts a sentence in two.
In doubt it stays: an odd line in the text does less harm than a lost dose.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rag.formats.facing_pages import facing
from rag.formats.headings import classify, is_heading, is_legend

PAGE_BREAK = "\f"
"""Stands, as a line of its own, where a page ended or a dropped line stood."""

# Lines at the top of a file among which the title stands; none of them is called a running head.
_FRONT_LINES = 12
# A run of more lone lines than head, number and footer is a table or a list.
_LONGEST_RUN = 3
_PROSE = 60
_LONGEST_HEAD = 90

_PAGE = re.compile(
    r"(?:page|pg\.?|p\.) ?\d{1,4}(?: ?(?:of|/) ?\d{1,4})?|[-–—|] ?\d{1,4} ?[-–—|]", re.IGNORECASE
)
_NUMBER = re.compile(r"[\[(]?\d{1,4}[\])]?")
_EDGE_NUMBER = re.compile(r"\d{1,4} ?(?:/|of) ?\d{1,4}")
_IMPRINT = re.compile(
    r"©.*|copyright\b.*|downloaded (?:from|by)\b.*|(?:e-?|p-?)?issn\b.*|all rights reserved.*"
    r"|(?:https?://(?:dx\.)?doi\.org/|doi: ?)10\.\S+",
    re.IGNORECASE,
)
# 'Ann Dermatol 23(3) 348~351', 'Ann Dermatol Vol. 23, No. 3, 2011'; a year in front of the volume
# ('Acta Derm Venereol 2006; 86: 158') is how people cite, in a note of their own as well.
_ISSUE = re.compile(
    r"(?:\d{1,4} )?(?:[A-Z][A-Za-z.&]*(?: [A-Za-z.&]+){0,6},? \d{1,3} ?\(\d{1,3}\)"
    r"|(?:[A-Z][A-Za-z.&]*(?: [A-Za-z.&]+){0,6},? )?Vol\.? ?\d{1,3},? (?:No|Issue)\.? ?\d{1,3})"
    r"[\d\s():;,.~–-]*"
)
_NUMBERED = re.compile(r"(?P<before>\d{1,4}) (?P<words>\D+)|(?P<words2>\D+) (?P<after>\d{1,4})")
_PAGED = re.compile(rf"(?:{_PAGE.pattern}) (?P<behind>.+)|(?P<ahead>.+?) (?:{_PAGE.pattern})", re.I)
_AND_OTHERS = re.compile(r"(?:\S+ ){1,3}et al\.?")
_SMALL = frozenset(("a", "and", "by", "et", "al", "al.", "for", "in", "of", "on", "the", "with"))


@dataclass(slots=True)
class _Lone:
    """A line that stands alone: at the edge of a page, between blank lines, or both.

    It `cuts` when the text before it goes on behind it, and is `amid` when there is prose (or a
    heading, or nothing) on both sides.
    """

    line: int
    text: str
    edge: bool = False
    cuts: bool = False
    amid: bool = False

    @property
    def shape(self) -> str:
        return re.sub(r"\d+", "#", self.text.casefold())


def drop_running_heads(text: str) -> tuple[str, tuple[str, ...]]:
    """`text` with page furniture replaced by PAGE_BREAK lines, and the dropped lines.

    A form feed in `text` must be a line of its own. A text of lone lines only (a list, a table)
    comes back as it is.
    """
    lines = text.split("\n")
    front = _front(lines)
    lone = _lone_lines(lines[: _references(lines)])
    words = frozenset(re.findall(r"\w{4,}", " ".join(lines[i].casefold() for i in front)))
    often = Counter(one.shape for one in lone)
    edges = Counter(one.shape for one in lone if one.edge)
    proven = {
        one.shape
        for one in lone
        if one.line not in front and _is_head(one, words, often[one.shape], edges[one.shape])
    }
    dropped = {one.line for one in lone if one.shape in proven and one.line not in front}
    aside = [one for one in lone if one.line not in front]
    dropped.update(aside[n].line for n in facing([one.text for one in aside]))
    dropped.update(
        one.line
        for one in lone
        if _is_page_number(one) or (one.line not in front and is_imprint(one.text))
    )
    dropped.update(_inside(lines, proven))
    kept = [PAGE_BREAK if i in dropped else line for i, line in enumerate(lines)]
    return "\n".join(kept), tuple(lines[i] for i in sorted(dropped))


def unfinished(text: str) -> bool:
    """Whether a stretch of text stops inside a sentence: no full stop, or a bracket still open."""
    tail = text[-200:]
    if tail.rfind("(") > tail.rfind(")"):
        return True
    return re.search(r"[.!?:][\"')\]]*$", tail) is None or tail.endswith(("Fig.", "et al.", "vs."))


def is_imprint(text: str) -> bool:
    """Whether a line is a copyright, an ISSN, a bare DOI or a journal's name with its issue."""
    return bool(_IMPRINT.fullmatch(text) or _ISSUE.fullmatch(text))


def is_page_number(text: str) -> bool:
    """Whether a line is nothing but a page number ('159', '- 3 -', 'Page 2 of 5', '2/5')."""
    return any(form.fullmatch(text) for form in (_PAGE, _NUMBER, _EDGE_NUMBER))


def _front(lines: list[str]) -> frozenset[int]:
    """The filled lines down to the first prose (with it) or the second heading (without it)."""
    filled: list[int] = []
    for start, end in _blocks(lines[: 10 * _FRONT_LINES]):
        text = " ".join(lines[start:end])
        if filled and is_heading(text):
            break
        filled.extend(range(start, end))
        if len(text) >= _PROSE and _is_mostly_low(text):
            break
    return frozenset(filled[:_FRONT_LINES])


def _references(lines: list[str]) -> int:
    """Where the list of references begins; there a lone line is the end of an entry."""
    for i in range(len(lines) - 1, -1, -1):
        if is_heading(lines[i]) and classify(lines[i])[0] == "references":
            return i
    return len(lines)


def _lone_lines(lines: list[str]) -> list[_Lone]:
    found: dict[int, _Lone] = {}
    blocks = list(_blocks(lines))
    run: list[int] = []
    before = ""
    for start, end in [*blocks, (len(lines), len(lines))]:
        text = " ".join(lines[start:end])
        if end - start == 1 and _may_be_lone(text):
            run.append(start)
        elif not is_legend(text):
            found.update((i, _lone(lines[i], i, run, before, text)) for i in run)
            run, before = [], text
    for i in (i for i in _edges(lines) if len(lines[i]) <= _LONGEST_HEAD):
        found.setdefault(i, _Lone(i, lines[i])).edge = True
    return [found[i] for i in sorted(found)]


def _may_be_lone(text: str) -> bool:
    """Whether a line between blank lines is no legend and no short paragraph."""
    if (
        len(text) > _LONGEST_HEAD
        or is_legend(text)
        or (len(text) > _PROSE and _is_mostly_low(text))
    ):
        return False
    sentence = text[0].islower() or re.search(r"\w[.!?]$", text)
    return not sentence or text.endswith("et al.") or is_imprint(text) or bool(_PAGE.match(text))


def _is_mostly_low(text: str) -> bool:
    words = text.split()
    return sum(map(str.islower, words)) >= 0.6 * len(words)


def _lone(text: str, line: int, run: list[int], before: str, after: str) -> _Lone:
    beside = (not part or len(part) >= _PROSE for part in (before, after))
    cuts = len(before) >= _PROSE and unfinished(before) and after[:1].islower()
    amid = len(run) <= _LONGEST_RUN and all(beside) and bool(before or after)
    return _Lone(line, text, cuts=cuts, amid=amid)


def _blocks(lines: list[str]) -> Iterator[tuple[int, int]]:
    """[start, end) of the runs of filled lines; a page break ends a run."""
    start: int | None = None
    for i, line in enumerate([*lines, ""]):
        if line.strip() and start is None:
            start = i
        elif not line.strip() and start is not None:
            yield start, i
            start = None


def _edges(lines: list[str]) -> list[int]:
    """The first and last filled line of every page; none where no page ends are marked."""
    filled = [i for i, line in enumerate(lines) if line.strip()]
    if PAGE_BREAK not in lines or not filled:
        return []
    pages = [[filled[0]]]
    for before, i in zip(filled, filled[1:], strict=False):
        if PAGE_BREAK in lines[before + 1 : i]:
            pages.append([])
        pages[-1].append(i)
    # A head may take two lines, one of which is the page number.
    ends = [[page[:2], page[:-3:-1]] for page in pages]
    return sorted(
        {
            i
            for page in ends
            for outer, *inner in page
            for i in (outer, *(inner if _NUMBER.fullmatch(lines[outer]) else ()))
        }
    )


def _is_page_number(one: _Lone) -> bool:
    if _PAGE.fullmatch(one.text):
        return True
    if not _NUMBER.fullmatch(one.text) and not _EDGE_NUMBER.fullmatch(one.text):
        return False
    # '4/5' is a muscle's strength and '7' may be a score, unless the page ends right there.
    return one.edge or (bool(_NUMBER.fullmatch(one.text)) and (one.amid or one.cuts))


def _is_head(one: _Lone, words: frozenset[str], often: int, edges: int) -> bool:
    """Whether a line has the look of a running head and the evidence to be one."""
    if is_heading(one.text):
        return one.cuts  # 'CASE REPORT' on top of each page
    numbered: re.Match[str] | None
    if paged := _PAGED.fullmatch(one.text):
        numbered, body = paged, (paged["behind"] or paged["ahead"]).strip()
    else:
        numbered = _NUMBERED.fullmatch(one.text)
        body = (numbered["words"] or numbered["words2"]).strip() if numbered else one.text
    if one.text.endswith((".", ":", ";", ",")) and not body.endswith("et al."):
        return False
    if re.match(r"[-*•] |\d{1,2}[.)] ", one.text) or not body[:1].isupper():
        return False
    if one.edge and edges > 1:
        return True
    others = bool(_AND_OTHERS.fullmatch(body))
    names = re.findall(r"\w{4,}", body.casefold())
    known = len(names) >= 3 and words.issuperset(names)
    capitals = len(body.split()) >= 2 and all(
        word[0].isupper() or word in _SMALL for word in body.split()
    )
    # A year apart, two doses look alike too ('Prednisone 40', 'Prednisone 30'): hence two words.
    if one.cuts:
        return others or known or (numbered is not None and capitals)
    return (often > 1 or numbered is not None) and (others or known)


def _inside(lines: list[str], proven: set[str]) -> Iterator[int]:
    """Lines inside a paragraph that look like a proven running head with its page number."""
    for i, line in enumerate(lines):
        if not proven or len(line) > _LONGEST_HEAD or line.count(" ") < 2:
            continue
        if _NUMBERED.fullmatch(line) and re.sub(r"\d+", "#", line.casefold()) in proven:
            yield i
