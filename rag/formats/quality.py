"""How well a file became a report: what a reader can see without the original.

A text layer of a scan, columns read across, a font without a table of its letters: all of these
give text, and answers from it are worth nothing. Here is counted what they leave behind.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from rag.formats.layout import slugify
from rag.formats.text import report_slug
from rag.schema import Report, SectionKind
from rag.sentences import sentence_spans

# Thresholds of the warnings, between what the synthetic texts and digests give (5 % mixed at most)
# and what the same texts give when their columns are read across (10 % at least);
# tests/test_quality.py.
SHORTEST_TEXT = 500
MOST_ODD = 0.002
MOST_MIXED = 0.08
MOST_FRAGMENTS = 0.35
# Fewer sentences of a kind may be chance in a short text.
FEWEST = 3

_PROSE: tuple[SectionKind, ...] = (
    "summary", "background", "case", "methods", "results", "discussion", "other",
)  # fmt: skip
# Fewer words have no room for somebody and what was done.
_VERB_LIKE = 4
# Private use, unassigned, lone halves of characters, controls; and the mark of a lost character.
_ODD_CATEGORIES = frozenset(("Co", "Cn", "Cs", "Cc"))
_REPLACED = "\ufffd"
_ITEM = re.compile(r"(?:[-*•]|\d{1,2}[.)]) ")
_CELLS = " | "

# Where one column's line ends and the other's goes on, words meet that stand beside each other in
# no sentence: 'the of', 'with was', 'he the'.
_BE = "was|were|is|are"
_VERB = f"{_BE}|had|has|have|did|could|would|should"
_PREPOSITION = "of|with|into|for|at|by|from|in|on|during|between|against"
_CLASHES = (
    rf"(?:the|an?|its|their|our|every) (?:the|an?|its|their|our|he|she|they|we|who|which|and|or|but"
    rf"|{_PREPOSITION}|to|than|that|{_VERB}|been)",
    rf"(?:{_PREPOSITION}|to) (?:{_VERB}|been|of|he|she|they|we)(?<!to have)",
    rf"(?:{_BE}) (?:{_VERB})|(?:had|has|have) (?:{_BE}|has|have|did|could|would|should)",
    r"(?:and|or|but) (?:and|or|but|than)",
    r"(?:he|she|they|we) (?:of|the|an?|into|from|he|she|they|we)",
)
_OPENERS = (
    "The|This|These|After|When|He|She|We|They|It|His|Her|Its|Our|There|Two|Three|At|On|For|From|With"
    "|No|Both|Neither|One|Although|Since|Because|However|As|During|By|An|Thus|All"
)
_CLASH = re.compile(
    rf"\b(?<![-/])(?:{'|'.join(_CLASHES)})\b(?![-/'])"
    # 'pred- of': half a word, and no 'two- and three-fold'.
    r"|[a-z]{2}- (?!and\b|or\b|to\b|nor\b|but\b|versus\b)[a-z]"
    # 'late and After the': a sentence that begins behind no other's end.
    rf"|[a-z]{{3,}} (?:{_OPENERS}) [a-z]"
    # 'the fourth. diltiazem': one that ends before no other begins.
    r"|[a-z]\.(?<!\bal\.)(?<!\bvs\.)(?<!\bca\.)(?<!\bcf\.)(?<!\bno\.)(?<!\bpp\.)(?<!\b[a-z]\.)(?<!prox\.)"
    r" (?!mg\b|ml\b)[a-z]{3,}"
)
# A shorter line is a salutation, a label or what a page's head left behind.
_BREAKS_OFF = 60


@dataclass(frozen=True, slots=True)
class Quality:
    """What was counted in a report; shares are from 0 to 1.

    odd: of the characters, those that no font shows (private use, controls, U+FFFD).
    sections, patients: as found; a text without headings has one section.
    missing: the metadata that neither the text nor the file gives.
    mixed: of the sentences of the prose, those that break off or resume in the wrong place, as
        they do where two columns were read across.
    fragments: of these sentences, those too short to hold a verb.
    warnings: what this suggests and what to do; () where nothing is suspicious.
    """

    characters: int
    odd: float
    sections: int
    patients: int
    missing: tuple[str, ...]
    mixed: float
    fragments: float
    warnings: tuple[str, ...]


def quality(report: Report) -> Quality:
    """What can be counted in `report`, and the warnings that follow."""
    sentences = list(_sentences(report))
    count = max(1, len(sentences))
    odd = sum(map(_is_odd, report.text)) / max(1, len(report.text))
    mixed = sum(map(is_mixed, sentences))
    fragments = sum(map(_is_fragment, sentences))
    return Quality(
        characters=len(report.text),
        odd=odd,
        sections=len(report.sections),
        patients=report.patients,
        missing=tuple(_missing(report)),
        mixed=mixed / count,
        fragments=fragments / count,
        warnings=(*_about_text(report, odd), *_about_sentences(count, mixed, fragments)),
    )


def is_mixed(sentence: str) -> bool:
    """Whether a sentence looks as if lines of another text stood in it or its end were lost."""
    starts_low = sentence[0].islower() and not re.match(r"[a-z]?[\w-]*[A-Z\d]", sentence)
    ends = re.search(r"[.!?:;…][\"')\]]*(?:\d[\d,–-]*)?$", sentence) is not None
    breaks_off = not ends and len(sentence) >= _BREAKS_OFF
    return starts_low or breaks_off or _CLASH.search(sentence) is not None


def _sentences(report: Report) -> Iterator[str]:
    """The sentences of the running text: no list items, no rows, no headings."""
    for section in report.sections:
        if section.kind in _PROSE:
            for start, end in sentence_spans(report.text, section.start, section.end):
                line = report.text.rfind("\n", 0, start) + 1
                sentence = report.text[start:end].replace("\n", " ")
                if not _ITEM.match(report.text, line) and _CELLS not in sentence:
                    yield sentence


def _is_odd(character: str) -> bool:
    if character == "\n":
        return False
    return character == _REPLACED or unicodedata.category(character) in _ODD_CATEGORIES


def _is_fragment(sentence: str) -> bool:
    return len(re.findall(r"[^\W\d_]+", sentence)) < _VERB_LIKE


def _missing(report: Report) -> Iterator[str]:
    if slugify(report.title) == report_slug(report.source):
        yield "title"  # it is the file's name
    for name in ("authors", "journal", "year", "doi"):
        if not getattr(report, name):
            yield name


def _about_text(report: Report, odd: float) -> Iterator[str]:
    if len(report.text) < SHORTEST_TEXT:
        yield (
            f"only {len(report.text)} characters of text: if this is a scan or pages of pictures, "
            "make its text readable (OCR) first"
        )
    if odd > MOST_ODD:
        yield (
            f"{odd:.1%} of the characters are none that a font shows: the letters of this file "
            "cannot be told; get another copy, or use OCR"
        )


def _about_sentences(count: int, mixed: int, fragments: int) -> Iterator[str]:
    if mixed >= FEWEST and mixed > MOST_MIXED * count:
        yield (
            f"{mixed / count:.0%} of the sentences break off or resume in the wrong place: columns "
            "may be read across; compare the text with the original"
        )
    if fragments >= FEWEST and fragments > MOST_FRAGMENTS * count:
        yield (
            f"{fragments / count:.0%} of the sentences have fewer than {_VERB_LIKE} words: lines "
            "may be torn apart; compare the text with the original"
        )
