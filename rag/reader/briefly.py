"""The sentences of an answer → its short answer: a stretch of one of them, or none.

The network of `rag.reader.spans` proposes stretches of each sentence, the rules of
`rag.reader.shorten` some more; `rag.reader.clauses` takes along what belongs to them. Small
networks over what is known of each weigh them and say how probable it is that the best one answers
(`rag.training.short`). Below the threshold there is no short answer: a wrong one is worse than
none.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from rag.lexicon import lexicon
from rag.reader.ask import asked_part
from rag.reader.asked import AGE, DOSE, NUMBER, TIME, asked, is_yes_no, shown
from rag.reader.choose import asks_for_list
from rag.reader.clauses import clause_of, is_turned, standing_alone
from rag.reader.model import Networks, load_networks, sigmoid
from rag.reader.polarity import polarity
from rag.reader.shorten import FREQUENCY, short_answer
from rag.reader.spans import SpanReader, shipped_spans
from rag.reader.subject import named_drugs
from rag.reader.words import stems
from rag.schema import Evidence

WEIGHTS = "short.json"
FEATURES = (
    "share", "over_nothing", "first", "share_gap", "words", "whole", "taken_along", "turned",
    "opens_clause", "closes_clause", "after_label", "after_preposition", "said_before",
    "fits", "misfits", "time", "dose", "age", "number", "drug", "antibody", "why", "list",
    "yes_no", "other_drug", "evidence", "evidence_gap", "sentence_first", "by_rule", "proper_end",
    "question_words", "near_question_words", "follows",
)  # fmt: skip
NOTHING_SHARE = -12.0
"""The log of the share of a stretch that only a rule proposes."""

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


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the answer, with the probability that it is evidence."""

    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """``text[start:end]`` of the sentence of this number may be the short answer."""

    sentence: int
    start: int
    end: int
    share: float
    nothing: float
    by_rule: bool = False
    taken_along: bool = False


@dataclass(frozen=True, slots=True)
class ShortAnswer:
    """The words shown, the number of the sentence that they stand in, and how probable they are.

    `words` is ``sentence[start:end]``, after 'Yes: ' or 'No: ' where that is sure.
    """

    words: str
    sentence: int
    start: int
    end: int
    probability: float


def candidates(
    question: str, query: str, sentences: Sequence[Sentence], reader: SpanReader
) -> list[Candidate]:
    """The stretches that may answer, each with what belongs to it; in order of sentence, place."""
    found: dict[tuple[int, int, int], Candidate] = {}
    read = reader.read(query, [sentence.text for sentence in sentences])
    for number, (sentence, spans) in enumerate(zip(sentences, read, strict=True)):
        nothing = spans[0].nothing if spans else 0.0
        proposed = [(span.start, span.end, span.share, False) for span in spans]
        if words := short_answer(question, sentence.text):
            start = sentence.text.find(words)
            proposed.append((start, start + len(words), NOTHING_SHARE, True))
        for start, end, share, by_rule in proposed:
            whole = standing_alone(sentence.text, start, end)
            if whole is None or _is_idle(sentence.text[slice(*whole)]):
                continue
            place = (number, *whole)
            before = found.get(place)
            along = whole != (start, end)
            new = Candidate(number, *whole, share, nothing, by_rule, along)
            found[place] = _joined(before, new) if before else new
    return [found[place] for place in sorted(found)]


def _joined(one: Candidate, other: Candidate) -> Candidate:
    """Two proposals of the same stretch."""
    share = float(np.logaddexp(one.share, other.share))
    return replace(
        one,
        share=share,
        by_rule=one.by_rule or other.by_rule,
        taken_along=one.taken_along and other.taken_along,
    )


def _is_idle(words: str) -> bool:
    """Whether a stretch says nothing by itself: 'the', 'was', an odd bracket."""
    return not stems(words) and not re.search(r"\w{2,}|\d", words)


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
            )
        )
    return np.asarray(rows, dtype=np.float64).reshape(len(proposed), len(FEATURES))


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
    named = {m.concept.kind for m in lexicon().find(span)}
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
    found = [m for m in lexicon().find(sentence) if m.concept.kind == "drug"]
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


@dataclass(frozen=True, slots=True)
class Weighing:
    """The small networks that weigh candidates, and the least probability that is shown."""

    networks: Networks
    threshold: float


@cache
def shipped_weighing() -> Weighing | None:
    """The weights that come with Casebook; None when they are missing."""
    path = files("rag.reader").joinpath(WEIGHTS)
    return weighing(json.loads(path.read_text("utf-8"))) if path.is_file() else None


def weighing(stored: Mapping[str, Any]) -> Weighing:
    """The networks as short.json holds them. Raises ValueError for other features."""
    return Weighing(load_networks(stored, "short", FEATURES), float(stored["threshold"]))


def briefly(
    question: str,
    query: str,
    sentences: Sequence[Sentence],
    reader: SpanReader,
    weighing: Weighing,
) -> ShortAnswer | None:
    """The short answer to `question`, read as `query`, in the sentences that are shown."""
    proposed = candidates(question, query, sentences, reader)
    if not proposed:
        return None
    rows = features(question, query, sentences, proposed)
    logits = weighing.networks.logits(rows)
    best = max(range(len(proposed)), key=lambda i: (round(float(logits[i]), 6), -i))
    probability = round(sigmoid(float(logits[best])), 4)
    one = proposed[best]
    text = sentences[one.sentence].text
    if probability < weighing.threshold or of_other_drug(
        text, one.start, one.end, named_drugs(query)
    ):
        return None
    words = text[one.start : one.end]
    said = polarity(question, text, one.start, one.end)
    words = f"{said}: {words}" if said else words
    return ShortAnswer(words, one.sentence, one.start, one.end, probability)


def short_of(question: str, query: str, told: Sequence[Evidence]) -> str | None:
    """The short answer to `question`, read as `query`, in sentences of one report, best first.

    None where none is sure enough, or where the weights are missing. Raises ModelError.
    """
    reader, weighing = shipped_spans(), shipped_weighing()
    if reader is None or weighing is None:
        return None
    sentences = [Sentence(item.text, item.probability) for item in told]
    found = briefly(question, query, sentences, reader, weighing)
    return found.words if found else None
