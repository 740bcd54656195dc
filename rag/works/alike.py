"""A stored report → the reports that look like another edition of it, for a person to decide.

Text that is alike, or a title that is, never merges anything: a later paper of the same authors
may repeat a whole introduction. Candidates come from the word index (a few phrases of the report,
searched as phrases), so that adding a report never reads the whole library; the share of sentences
is then counted in full between the two texts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.library import Library
from rag.library.words import match_expression, search_passages
from rag.schema import Report
from rag.sentences import sentence_spans

ALIKE = 0.6
"""The share of sentences from which two reports are proposed. Reports of one group repeat methods
and introductions, seldom more than half of a text."""
SHINGLE = 3
"""Words in a row that are compared (Broder 1997); `SAME` of a sentence's must be found, so that
a few misread letters do not hide that it is the same sentence."""
SAME = 0.6
LEAST_WORDS = 6
"""Shorter sentences ('She improved.') stand in many reports."""
LEAST_SENTENCES = 3
_FIRST, _SPREAD = 6, 10
"""Phrases are taken from the first sentences (an abstract's, where there is one) and evenly."""
_PHRASE = 6
_CANDIDATES = 60

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Alike:
    """Another report that may be an edition of the same work.

    `share` of the sentences of the shorter one stand in the longer, too; 0 where only title and
    first author agree.
    """

    report_id: str
    share: float = 0.0


def alike(library: Library, report_id: str) -> tuple[Alike, ...]:
    """The reports stored before this one that look like another edition of it, likeliest first,
    one for each work.

    None for a report that was taken out of its work by hand. Those of its own work are left out.
    """
    if library.decided_apart(report_id):
        return ()
    report = library.report(report_id)
    own = library.work_of(report_id)
    sentences = _sentences(report)
    titled = library.nearly_same_title(report_id)
    near = _candidates(library, sentences) | set(titled)
    works = library.works(near)
    found: list[Alike] = []
    for other in sorted(library.stored_before(report_id, near)):
        if works[other] == own or library.decided_apart(other):
            continue
        share = _shared(sentences, _sentences(library.report(other)))
        if share >= ALIKE:
            found.append(Alike(other, round(share, 2)))
        elif other in titled:
            found.append(Alike(other))
    found.sort(key=lambda one: (-one.share, one.report_id))
    of_work: dict[str, Alike] = {}
    for one in found:
        of_work.setdefault(works[one.report_id], one)
    return tuple(of_work.values())


def _sentences(report: Report) -> list[tuple[str, ...]]:
    """The sentences as words, but those of the reference list and the very short ones."""
    found = []
    for section in report.sections:
        if section.kind == "references":
            continue
        for start, end in sentence_spans(report.text, section.start, section.end):
            words = tuple(_WORD.findall(report.text[start:end].casefold()))
            if len(words) >= LEAST_WORDS:
                found.append(words)
    return found


def _candidates(library: Library, sentences: Sequence[tuple[str, ...]]) -> set[str]:
    if len(sentences) < LEAST_SENTENCES:
        return set()
    step = max(1, len(sentences) // _SPREAD)
    probes = dict.fromkeys([*sentences[:_FIRST], *sentences[::step]])
    phrases = [" ".join(_middle(words)) for words in probes]
    rows = search_passages(library.db, match_expression((), phrases), _CANDIDATES)
    return {place.partition("#")[0] for place in library.places(sorted(rows)).values()}


def _middle(words: Sequence[str]) -> Sequence[str]:
    begin = (len(words) - _PHRASE) // 2
    return words[begin : begin + _PHRASE]


def _shared(one: Sequence[tuple[str, ...]], other: Sequence[tuple[str, ...]]) -> float:
    """The share of the sentences of the text with fewer that the other has, too."""
    fewer, more = sorted((one, other), key=len)
    if len(fewer) < LEAST_SENTENCES:
        return 0.0
    held = {shingle for sentence in more for shingle in _shingles(sentence)}
    same = sum(len(held & (own := _shingles(s))) >= SAME * len(own) for s in fewer)
    return same / len(fewer)


def _shingles(words: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}
