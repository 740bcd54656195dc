"""Question + proposed stretches → the numbers by which they are weighed.

What the network says of a stretch, whether it is of the kind asked for, how it stands in its
sentence, and how likely that sentence is to be evidence.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from rag.lexicon import lexicon
from rag.reader.choose import asks_for_list
from rag.reader.question.ask import asked_part
from rag.reader.question.asked import AGE, DOSE, NUMBER, TIME, asked, is_yes_no, shown
from rag.reader.question.subject import named_drugs
from rag.reader.short.clauses import clause_of, is_turned
from rag.reader.short.proposals import Candidate, Sentence
from rag.reader.short.shorten import FREQUENCY
from rag.reader.words import WORD, concept_names, mentions, stems

FEATURES = (
    "share", "over_nothing", "first", "share_gap", "words", "whole", "taken_along", "turned",
    "opens_clause", "closes_clause", "after_label", "after_preposition", "said_before",
    "fits", "misfits", "time", "dose", "age", "number", "drug", "antibody", "why", "list",
    "yes_no", "other_drug", "evidence", "evidence_gap", "sentence_first", "by_rule", "proper_end",
    "question_words", "near_question_words", "follows", "of_group", "same_concept", "concept",
    "item", "near_concepts", "nearest", "nearest_concept",
)  # fmt: skip

Matrix = np.ndarray[Any, np.dtype[np.float64]]

_WHY = re.compile(
    r"\bwhy\b|\breasons?\b|\bcauses?\b|\bbecause\b|\bwhat (?:made|led|forced|prompted)\b", re.I
)
_BECAUSE = re.compile(
    r"\b(?:because|due to|owing to|since|so that|to (?!\d)\w+|for fear|as a)\b", re.I
)
_SITE = re.compile(r"\b(?:where|which sites?|what sites?|body part|location|which limb)\b", re.I)
_PREPOSITION = re.compile(
    r"\b(?:of|in|on|at|by|with|after|before|for|from|to|was|were|is|are|had|has|showed|revealed|"
    r"disclosed|received|given|the|an?)\s+$",
    re.IGNORECASE,
)
_LABEL = re.compile(r":\s*$")
_HALF = re.compile(
    r"\b(?:of|in|on|at|by|with|and|or|to|the|a|an|from|for|than|was|were|is|are)$", re.I
)
_NUMBER_LIKE = re.compile(r"\d")


def features(
    question: str,
    query: str,
    sentences: Sequence[Sentence],
    proposed: Sequence[Candidate],
) -> Matrix:
    """Shape (candidates, FEATURES); rows follow `proposed`."""
    part = asked_part(question)
    wanted = asked(part) or asked(question)
    words = frozenset(stems(query))
    drugs = named_drugs(query)
    groups = _groups(part)
    best = max((c.share for c in proposed), default=0.0)
    top = max((_logit(s.probability) for s in sentences), default=0.0)
    rows = []
    for one in proposed:
        text = sentences[one.sentence].text
        span = text[one.start : one.end]
        left, right = clause_of(text, one.start, one.end)
        own = [s for s in stems(span)]
        repeated = sum(s in words for s in own) / len(own) if own else 1.0
        beside = stems(text[left : one.start] + " " + text[one.end : right])
        first = max((c.share for c in proposed if c.sentence == one.sentence), default=0.0)
        count = len(span.split())
        logit = _logit(sentences[one.sentence].probability)
        rows.append(
            (
                one.share,
                one.share - one.nothing,
                float(one.share == first),
                one.share - best,
                math.log(1 + count),
                count / max(1, len(text.split())),
                float(one.taken_along),
                float(is_turned(text, one.start, one.end)),
                float(one.start == left),
                float(one.end >= right or text[one.end : one.end + 1] in ",;.:"),
                float(bool(_LABEL.search(text[: one.start]))),
                float(bool(_PREPOSITION.search(text[: one.start]))),
                repeated,
                *_fit(part, wanted, span, words),
                float("time" in wanted),
                float("dose" in wanted),
                float("age" in wanted),
                float("number" in wanted),
                float("drug" in wanted),
                float("antibody" in wanted),
                float(bool(_WHY.search(part))),
                float(asks_for_list(part)),
                float(is_yes_no(part)),
                float(of_other_drug(text, one.start, one.end, drugs)),
                logit,
                logit - top,
                float(one.sentence == 0),
                float(one.by_rule),
                float(not _HALF.search(span)),
                math.log(1 + len(part.split())),
                sum(s in words for s in beside) / (1 + len(beside)),
                float(query != question),
                *_concepts(span, groups),
                float(
                    text[: one.start].rstrip()[-1:] in (",", ";")
                    or bool(_JOINS.search(text[: one.start]))
                ),
                *_nearness(text, (one.start, one.end), (left, right), words, groups[0]),
            )
        )
    return np.asarray(rows, dtype=np.float64).reshape(len(proposed), len(FEATURES))


FAR = 120
"""Characters: what stands further off from a stretch says nothing about it."""


def _nearness(
    text: str,
    span: tuple[int, int],
    clause: tuple[int, int],
    words: frozenset[str],
    names: frozenset[str],
) -> tuple[float, float, float]:
    """How near a stretch stands to what the question speaks of, in whatever words.

    The concepts of the question beside it in its clause; the distance to the nearest word of the
    question and to the nearest of its concepts, as a share of FAR.
    """
    told = [m for m in mentions(text) if m.concept.name in names]
    outside = [(m.start, m.end) for m in told if m.end <= span[0] or m.start >= span[1]]
    beside = [place for place in outside if clause[0] <= place[0] and place[1] <= clause[1]]
    spoken = [m.span() for m in WORD.finditer(text) if any(s in words for s in stems(m[0]))]
    spoken = [place for place in spoken if place[1] <= span[0] or place[0] >= span[1]]

    def nearest(places: Sequence[tuple[int, int]]) -> float:
        gaps = [max(a - span[1], span[0] - b, 0) for a, b in places]
        return min([FAR, *gaps]) / FAR

    return float(len(beside)), nearest([*spoken, *outside]), nearest(outside)


_JOINS = re.compile(r"(?:[,;]|\b(?:and|or))\s+$")


@lru_cache(maxsize=1024)
def _groups(part: str) -> tuple[frozenset[str], frozenset[str]]:
    """The concepts that a question names, and all that fall under them."""
    names = concept_names(part, typos=True, shorthand=True)
    below = frozenset(b for name in names for b in lexicon().narrower(name))
    return names, below - names


def _concepts(
    span: str, groups: tuple[frozenset[str], frozenset[str]]
) -> tuple[float, float, float]:
    """Whether a stretch names a kind of what is asked about; the very thing; anything at all.

    'tacrolimus' is a kind of 'calcineurin inhibitor'.
    """
    names, below = groups
    told = concept_names(span, shorthand=True)
    return float(bool(told & below)), float(bool(told & names)), float(bool(told))


def _fit(
    part: str, wanted: frozenset[str], span: str, words: frozenset[str]
) -> tuple[float, float]:
    """Whether a stretch is of a kind that is asked for; whether it is of none of them."""
    kinds = set()
    if "dose" in wanted and (DOSE.search(span) or FREQUENCY.search(span)):
        kinds.add("dose")
    if "time" in wanted and (
        TIME.search(span) or re.search(r"\b(?:1[89]|20)\d\d\b|\bday\b|\bweek\b|\bmonth\b", span)
    ):
        kinds.add("time")
    if "number" in wanted and NUMBER.search(span):
        kinds.add("number")
    if "age" in wanted and (AGE.search(span) or _NUMBER_LIKE.search(span)):
        kinds.add("age")
    named = {m.concept.kind for m in mentions(span)}
    kinds |= wanted & named
    if "sex" in wanted and shown(span) & {"sex"}:
        kinds.add("sex")
    if _WHY.search(part) and _BECAUSE.search(span):
        kinds.add("why")
    if _SITE.search(part) and named & {"site", "sign"}:
        kinds.add("site")
    strict = wanted & {"dose", "time", "number", "age", "drug", "antibody", "sex"}
    return float(bool(kinds)), float(bool(strict) and not kinds & strict)


def of_other_drug(sentence: str, start: int, end: int, drugs: frozenset[str]) -> bool:
    """Whether a dose belongs to a drug that the question does not name, though it names one.

    The drug of a dose stands before it ('dapsone 100 mg'), or behind it with 'of' or no word
    between ('100 mg of dapsone').
    """
    span = sentence[start:end]
    if not drugs or not (DOSE.search(span) or FREQUENCY.search(span)):
        return False
    found = [m for m in mentions(sentence) if m.concept.kind == "drug"]
    inside = [m for m in found if m.start < end and m.end > start]
    if inside:
        return not any(m.concept.name in drugs for m in inside)
    behind = [m for m in found if m.start >= end and sentence[end : m.start].strip() in ("", "of")]
    before = [m for m in found if m.end <= start]
    near = behind[:1] or before[-1:]
    return bool(near) and near[0].concept.name not in drugs


def _logit(probability: float) -> float:
    kept = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(kept / (1 - kept))
