"""Hits and evidence of several editions of one work → those to show: the fullest edition first.

The rule, for every work of which more than one edition is stored:

1. The fullest edition leads (`rag.works.editions.fullness`); every other one is a *lesser* edition.
2. A sentence of a lesser edition is *said* by a passage of a fuller one that has all its numbers
   and known terms (drugs, signs, antibodies …), a negation if it has one, and at least SAID of its
   other words.
3. A hit of a lesser edition gives its place to the fuller passages that say it, and goes when all
   of its sentences are said. With a sentence that nothing fuller says, it stays, right behind them.
4. A sentence of a lesser edition, as evidence, gives its place to the best sentence of a fuller
   passage that says it, if that was read and has all its numbers; else it stays: an answer that
   only a digest holds is not lost.
5. But it does not come before the fullest edition's best sentence, when that is at least LIKELY as
   likely to answer: a digest's words are shorter and plainer, and are not the authors'.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.lexicon import lexicon
from rag.library import Library
from rag.library.words import STOP_WORDS, Rows, as_array
from rag.number_words import CARDINALS, spelt
from rag.schema import Evidence, Passage, Report
from rag.sentences import sentence_spans

SAID = 0.6
"""The share of a sentence's other words that a fuller passage must have. A digest never has all:
its wording is its own."""

LIKELY = 0.5
"""Beside the lesser edition's sentence."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W\d_]{3,}")
_SPELT = {word: str(CARDINALS[word]) for word in spelt(2, 12)}
_NEGATION = re.compile(
    r"\b(?:no|not|nor|none|never|without|neither|cannot|absent|denied|negative)\b|n't\b",
    re.IGNORECASE,
)
_STEM = 5
"""Letters by which two forms of a word are one: 'healed' and 'healing'."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What a stretch of text says: its numbers, its known terms, its other words."""

    numbers: frozenset[str]
    terms: frozenset[str]
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Said:
    """Which fuller passages (ids) say sentences of a lesser one, and whether they say it all."""

    by: tuple[str, ...]
    whole: bool


@lru_cache(maxsize=8192)
def saying(text: str) -> Saying:
    """What a text says, for comparing it with other wordings of the same."""
    mentions = lexicon().find(text)
    terms = {m.concept.name for m in mentions if m.concept.kind != "shorthand"}
    if _NEGATION.search(text):
        terms.add("no")
    rest = list(text)
    for mention in mentions:
        if mention.concept.kind != "shorthand":
            rest[mention.start : mention.end] = " " * (mention.end - mention.start)
    words = [word.lower() for word in _WORD.findall("".join(rest))]
    worded = {_SPELT[word] for word in words if word in _SPELT}
    found = {number.replace(",", "") for number in _NUMBER.findall(text)}
    kept = {
        word[:_STEM]
        for word in words
        if not (word in STOP_WORDS or word in _SPELT or _NEGATION.fullmatch(word))
    }
    return Saying(frozenset(found | worded), frozenset(terms), frozenset(kept))


def says(fuller: Saying, sentence: Saying) -> bool:
    """Whether a passage says what a sentence of another edition says (rule 2)."""
    return (
        sentence.numbers <= fuller.numbers
        and sentence.terms <= fuller.terms
        and len(sentence.words & fuller.words) >= SAID * len(sentence.words)
    )


def said(passage: Passage, text: str, fuller: Sequence[tuple[Passage, str]]) -> Said:
    """Where a passage's sentences are said in the fuller editions' passages, fullest first."""
    known = [
        (other.id, saying(words))
        for other, words in fuller
        if other.kind != "front" and _may_be_one_patient(passage, other)
    ]
    by: dict[str, None] = {}
    whole = bool(known)
    for start, end in sentence_spans(text):
        sentence = saying(text[start:end])
        if not (sentence.numbers or sentence.terms or sentence.words):
            continue
        place = next((id for id, words in known if says(words, sentence)), None)
        whole = whole and place is not None
        if place is not None:
            by[place] = None
    return Said(tuple(by), whole)


def _may_be_one_patient(a: Passage, b: Passage) -> bool:
    return a.patient is None or b.patient is None or a.patient == b.patient


def said_by_fuller(
    library: Library,
    places: Sequence[str],
    shared: Mapping[str, Sequence[str]],
    allowed: Collection[int] | Rows | None,
) -> dict[str, Said]:
    """What the fuller editions say of the passages at `places`, for those of lesser editions.

    `shared` holds works with their editions, fullest first; of `allowed` rows only (None: all).
    """
    rank = {report_id: (ids, at) for ids in shared.values() for at, report_id in enumerate(ids)}
    wanted = sorted(place for place in places if rank.get(place.partition("#")[0], ((), 0))[1])
    at = library.rows_at(wanted)
    texts = library.passages(sorted(at.values()))
    own: dict[str, list[tuple[Passage, str]]] = {}
    found: dict[str, Said] = {}
    for place in wanted:
        ids, number = rank[place.partition("#")[0]]
        for report_id in ids[:number]:
            if report_id not in own:
                own[report_id] = _allowed_passages(library, report_id, allowed)
        fuller = [item for report_id in ids[:number] for item in own[report_id]]
        found[place] = said(*texts[at[place]], fuller)
    return found


def _allowed_passages(
    library: Library, report_id: str, allowed: Collection[int] | Rows | None
) -> list[tuple[Passage, str]]:
    found = library.report_passages(report_id)
    if allowed is None:
        return found
    row = library.rows_at([passage.id for passage, _ in found])
    rows = set(as_array(allowed).tolist())
    return [(passage, text) for passage, text in found if row[passage.id] in rows]


def fullest_first(
    order: Sequence[tuple[str, float]], found: Mapping[str, Said]
) -> list[tuple[str, float]]:
    """Places with scores, best first, after rule 3; `found` tells of the lesser places."""
    own = dict(order)
    score = dict(order)
    for place, told in found.items():
        for fuller in told.by:
            if place in own and fuller in own:
                score[fuller] = max(score[fuller], own[place])
    kept = [place for place in score if not (place in found and found[place].whole)]
    # At equal scores the fuller passage first, then the id.
    kept.sort(key=lambda place: (-score[place], place in found, place))
    return [(place, score[place]) for place in kept]


def quoting_fullest(
    evidence: Sequence[Evidence],
    reports: Mapping[str, Report],
    shared: Mapping[str, Sequence[str]],
) -> tuple[Evidence, ...]:
    """Evidence, best first, after rules 4 and 5.

    `shared` holds works with their editions, fullest first. The sentence that takes another's
    place also takes its probability, when that is higher.
    """
    rank = {report_id: at for ids in shared.values() for at, report_id in enumerate(ids)}
    work = {report_id: name for name, ids in shared.items() for report_id in ids}
    kept = {(item.passage.report_id, item.start): item for item in evidence}
    lesser = [item for item in evidence if rank.get(item.passage.report_id, 0) > 0]
    for item in lesser:
        own = work[item.passage.report_id]
        others = [
            other
            for other in kept.values()
            if work.get(other.passage.report_id) == own
            and rank[other.passage.report_id] < rank[item.passage.report_id]
            and _may_be_one_patient(other.passage, item.passage)
        ]
        better = _best_wording(item, others, reports)
        if better is None:
            continue
        del kept[item.passage.report_id, item.start]
        raised = replace(better, probability=max(better.probability, item.probability))
        kept[better.passage.report_id, better.start] = raised
    found = _behind_the_fullest(list(kept.values()), rank, work)
    return tuple(
        sorted(
            found,
            key=lambda e: (
                -e.probability, rank.get(e.passage.report_id, 0), e.passage.report_id, e.start,
            ),
        )
    )  # fmt: skip


def _behind_the_fullest(
    evidence: Sequence[Evidence], rank: Mapping[str, int], work: Mapping[str, str]
) -> list[Evidence]:
    """Evidence after rule 5: a lesser edition's is no likelier than the fullest one's best."""
    best: dict[str, float] = {}
    for item in evidence:
        name = work.get(item.passage.report_id)
        if name is not None and rank[item.passage.report_id] == 0:
            best[name] = max(best.get(name, 0.0), item.probability)
    found = []
    for item in evidence:
        fullest = best.get(work.get(item.passage.report_id, ""), 0.0)
        lesser = rank.get(item.passage.report_id, 0) > 0
        if lesser and item.probability > fullest >= LIKELY * item.probability:
            item = replace(item, probability=fullest)
        found.append(item)
    return found


def _best_wording(
    item: Evidence, others: Sequence[Evidence], reports: Mapping[str, Report]
) -> Evidence | None:
    """The sentence that says best what `item` says; None when none has its numbers."""
    wanted = saying(item.text)
    best: tuple[int, float, str, int] | None = None
    found: Evidence | None = None
    for other in others:
        passage = other.passage
        around = reports[passage.report_id].text[passage.start : passage.end]
        own = saying(other.text)
        shared = len(wanted.words & own.words) + len(wanted.terms & own.terms)
        if not (shared and wanted.numbers <= own.numbers and says(saying(around), wanted)):
            continue
        key = (-shared, -other.probability, passage.report_id, other.start)
        if best is None or key < best:
            best, found = key, other
    return found
