"""Question + candidate sentences → the numbers that the reader weighs.

Everything is relative to the candidates of one question, so that a terse question and a vignette
are read on the same scale.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from rag.lexicon import lexicon
from rag.library.words import STOP_WORDS
from rag.reader.asked import asked, shown
from rag.schema import Hit, SectionKind

Vectors = np.ndarray[Any, np.dtype[np.float32]]
Matrix = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer, with the hit it stands in and that hit's place (from 0)."""

    hit: Hit
    place: int
    start: int
    end: int
    text: str
    patient_fits: bool


SENTENCE_FEATURES = (
    "cosine", "cosine_gap", "cosine_before", "cosine_after", "words", "words_gap", "concepts",
    "hit_score", "hit_first", "kind_shown", "kind_missing", "dose_shown", "time_shown",
    "number_shown", "conclusion_section", "background_section", "summary_section", "long", "short",
    "patient_fits",
)  # fmt: skip

QUESTION_FEATURES = (
    "best_cosine", "best_words", "best_concepts", "best_logit", "logit_gap", "mean_cosine",
    "kinds_met", "hit_cosine_rank", "unknown_words", "dose_unmet", "time_unmet", "number_unmet",
)  # fmt: skip


def sentence_features(
    question: str,
    candidates: Sequence[Candidate],
    query_vector: Vectors,
    vectors: Vectors,
    *,
    query: str = "",
) -> Matrix:
    """Shape (candidates, SENTENCE_FEATURES); rows follow `candidates`.

    `query` is the question with what its conversation adds (default: the question alone).
    """
    query = query or question
    cosine = (vectors @ query_vector).astype(np.float64)
    words = word_overlap(query, [c.text for c in candidates])
    concepts = concept_overlap(query, [c.text for c in candidates])
    wanted = asked(question)
    top_score = max((c.hit.score for c in candidates), default=1.0) or 1.0
    rows = []
    for i, c in enumerate(candidates):
        kinds = shown(c.text)
        same = [
            cosine[j] if 0 <= j < len(candidates) and candidates[j].hit is c.hit else 0.0
            for j in (i - 1, i + 1)
        ]
        section: SectionKind = c.hit.passage.kind
        rows.append(
            [
                cosine[i],
                cosine[i] - cosine.max(),
                *same,
                words[i],
                words[i] - words.max(),
                concepts[i],
                c.hit.score / top_score,
                float(c.place == 0),
                float(len(wanted & kinds)) / max(1, len(wanted)),
                float(bool(wanted) and not wanted & kinds),
                _meets("dose", wanted, kinds),
                _meets("time", wanted, kinds),
                _meets("number", wanted, kinds),
                float("conclusion" in wanted and section == "discussion"),
                float(section == "background"),
                float(section == "summary"),
                float(len(c.text) > 300),
                float(len(c.text) < 30),
                float(c.patient_fits),
            ]
        )
    return np.asarray(rows, dtype=np.float64).reshape(len(candidates), len(SENTENCE_FEATURES))


def question_features(
    question: str,
    candidates: Sequence[Candidate],
    features: Matrix,
    logits: Matrix,
    *,
    query: str = "",
) -> Matrix:
    """What decides whether the best sentences answer at all; shape (QUESTION_FEATURES,)."""
    order = np.argsort(-logits, kind="stable")
    top = order[:3]
    wanted = asked(question)
    kinds: set[str] = set()
    for i in top:
        kinds |= shown(candidates[i].text)
    texts = " ".join(dict.fromkeys(candidates[i].hit.text for i in order[:20]))
    unknown = _unknown_share(query or question, texts)
    return np.asarray(
        [
            features[:, 0].max(),
            features[top, 4].max(),
            features[top, 6].max(),
            logits[order[0]],
            logits[order[0]] - logits[order[min(3, len(order) - 1)]],
            float(np.mean(np.sort(features[:, 0])[-5:])),
            len(wanted & kinds) / max(1, len(wanted)),
            float(features[order[0], 8]),
            unknown,
            float("dose" in wanted and "dose" not in kinds),
            float("time" in wanted and "time" not in kinds),
            float("number" in wanted and "number" not in kinds),
        ],
        dtype=np.float64,
    )


def word_overlap(question: str, texts: Sequence[str]) -> Matrix:
    """For each text the share of the question's word weight that it holds, in 0…1.

    A word's weight falls with the number of texts that hold it; inflections count as one word.
    """
    held = [set(stems(text)) for text in texts]
    counts = Counter(word for words in held for word in words)
    weights = {
        word: math.log(1 + len(texts) / (0.5 + counts[word]))
        for word in dict.fromkeys(stems(question))
    }
    total = sum(weights.values()) or 1.0
    return np.asarray(
        [sum(w for word, w in weights.items() if word in words) / total for words in held],
        dtype=np.float64,
    )


def concept_overlap(question: str, texts: Sequence[str]) -> Matrix:
    """For each text the share of the question's lexicon concepts that it names, in 0…1."""
    wanted = _concepts(question, typos=True)
    if not wanted:
        return np.zeros(len(texts), dtype=np.float64)
    return np.asarray(
        [len(wanted & _concepts(text)) / len(wanted) for text in texts], dtype=np.float64
    )


_WORD = re.compile(r"\w+", re.UNICODE)
_ENDINGS = ("ations", "ation", "ingly", "ings", "ing", "edly", "ies", "ed", "es", "s", "ly")


@lru_cache(maxsize=50_000)
def stems(text: str) -> tuple[str, ...]:
    """The content words of a text without their commonest English endings, in order."""
    return tuple(_stem(word) for word in _WORD.findall(text.lower()) if word not in STOP_WORDS)


def _stem(word: str) -> str:
    if word.isdigit():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=50_000)
def _concepts(text: str, *, typos: bool = False) -> frozenset[str]:
    return frozenset(
        mention.concept.name
        for mention in lexicon().find(text, typos=typos)
        if mention.concept.kind != "shorthand"
    )


def _unknown_share(question: str, texts: str) -> float:
    """The share of the question's content words that no candidate passage holds.

    A word that the lexicon knows counts as held when any of its wordings is.
    """
    held = set(stems(texts))
    names = _concepts(texts)
    mentions = lexicon().find(question, typos=True)
    known = [m for m in mentions if m.concept.name in names]
    words = [
        _stem(m.group())
        for m in _WORD.finditer(question.lower())
        if m.group() not in STOP_WORDS and not any(k.start <= m.start() < k.end for k in known)
    ]
    return sum(word not in held for word in words) / max(1, len(words))


def _meets(kind: str, wanted: frozenset[str], kinds: frozenset[str]) -> float:
    if kind not in wanted:
        return 0.0
    return 1.0 if kind in kinds else -1.0
