"""Question + candidate sentences → the numbers that the reader weighs.

Everything is relative to the candidates of one question, so that a terse question and a vignette
are read on the same scale.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rag.lexicon import lexicon
from rag.library.words import STOP_WORDS
from rag.reader.ask import asked_before, asked_part
from rag.reader.asked import asked, shown
from rag.reader.within import centred_cosine, rare_concepts, within_reports
from rag.reader.words import WORD, concept_names, concept_overlap, stem, stems, word_overlap
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
    "patient_fits", "report_words", "report_concepts", "report_cosine",
    "ask_cosine", "ask_cosine_within", "ask_passage",
    "ask_words", "ask_words_within", "ask_concepts_within", "before_cosine", "before_cosine_within",
    "around_cosine", "follows", "announces", "own_patient", "discussion_section", "case_section",
    "legend_section", "opens_passage", "length", "ask_length",
    "report_score", "report_first", "one_report", "report_near_gap", "report_near", "report_lead",
)  # fmt: skip

QUESTION_FEATURES = (
    "best_cosine", "best_words", "best_concepts", "best_logit", "logit_gap", "mean_cosine",
    "kinds_met", "hit_cosine_rank", "unknown_words", "dose_unmet", "time_unmet", "number_unmet",
    "one_report", "best_ask",
    "sum_logit", "three_best", "second_gap", "top_ask_cosine", "top_ask_cosine_within",
    "top_ask_words", "top_ask_concepts_within", "top_concepts", "top_report_near",
    "top_report_lead", "top_follows", "top_ask_length", "top_own_patient", "top_kind_missing",
    "top_report_cosine", "top_around_cosine", "top_before_cosine_within", "max_ask_cosine",
    "candidates", "max_ask_words", "max_ask_concepts_within",
)  # fmt: skip


# 'We report two women who …' is near to every question about them and answers none.
_ANNOUNCES = re.compile(
    r"\b(?:we|this (?:paper|report|article|letter|case)|herein|here) (?:here |now |herein )?"
    r"(?:report|describe|present|document|discuss)\w*\b|^to the editor|^dear (?:sir|editor)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class QuestionVectors:
    """A question's vectors: with its conversation, its asking part, and the one asked before it."""

    query: Vectors
    ask: Vectors
    before: Vectors | None = None


_ASK_WITHIN = SENTENCE_FEATURES.index("ask_cosine_within")


def _places(prefix: str) -> list[int]:
    """Where the sentence features stand whose value at the best sentence, or greatest, counts."""
    named = (name.removeprefix(prefix) for name in QUESTION_FEATURES if name.startswith(prefix))
    return [SENTENCE_FEATURES.index(name) for name in named]


_AT_THE_BEST, _GREATEST = _places("top_"), _places("max_")


def sentence_features(
    question: str,
    candidates: Sequence[Candidate],
    asking: QuestionVectors,
    vectors: Vectors,
    *,
    query: str = "",
) -> Matrix:
    """Shape (candidates, SENTENCE_FEATURES); rows follow `candidates`.

    `query` is the question with what its conversation adds (default: the question alone);
    `vectors` are the candidates' own, unit length.
    """
    query = query or question
    cosine = (vectors @ asking.query).astype(np.float64)
    texts = [c.text for c in candidates]
    words = word_overlap(query, texts)
    concepts = concept_overlap(query, texts)
    owners = [c.hit.passage.report_id for c in candidates]
    inside = within_reports(query, texts, owners, asking.query, vectors)
    ask = _ask_features(candidates, owners, asking.ask, vectors)
    more = _more_features(question, query, candidates, owners, asking, vectors)
    reports = _report_features(candidates, owners, cosine)
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
                *inside[i],
                *ask[i],
                *more[i],
                *reports[i],
            ]
        )
    return np.asarray(rows, dtype=np.float64).reshape(len(candidates), len(SENTENCE_FEATURES))


def _ask_features(
    candidates: Sequence[Candidate], owners: Sequence[str], ask: Vectors, vectors: Vectors
) -> Matrix:
    """Shape (candidates, 3): how near each sentence is to the asking part of the question.

    By cosine; by cosine within its report; and by that of its passage, taken as the mean of the
    passage's sentences.
    """
    found = np.zeros((len(candidates), 3), dtype=np.float64)
    found[:, 0] = vectors @ ask
    for owner in dict.fromkeys(owners):
        at = [i for i, own in enumerate(owners) if own == owner]
        found[at, 1] = centred_cosine(ask, vectors[at])
    places = [c.place for c in candidates]
    for place in dict.fromkeys(places):
        at = [i for i, own in enumerate(places) if own == place]
        mean = vectors[at].mean(axis=0)
        found[at, 2] = float(mean @ ask) / max(float(np.linalg.norm(mean)), 1e-9)
    return found


def _more_features(
    question: str,
    query: str,
    candidates: Sequence[Candidate],
    owners: Sequence[str],
    asking: QuestionVectors,
    vectors: Vectors,
) -> Matrix:
    """Shape (candidates, 15): from 'ask_words' to 'ask_length' of SENTENCE_FEATURES."""
    part = asked_part(question)
    texts = [c.text for c in candidates]
    found = np.zeros((len(candidates), 15), dtype=np.float64)
    found[:, 0] = word_overlap(part, texts)
    if asking.before is not None:
        found[:, 3] = vectors @ asking.before
    for owner in dict.fromkeys(owners):
        at = [i for i, own in enumerate(owners) if own == owner]
        own_texts = [texts[i] for i in at]
        found[at, 1] = word_overlap(part, own_texts)
        found[at, 2] = rare_concepts(part, own_texts)
        if asking.before is not None:
            found[at, 4] = centred_cosine(asking.before, vectors[at])
    asks = vectors @ asking.ask
    wordy = math.log(1 + len(part.split()))
    for i, candidate in enumerate(candidates):
        passage = candidate.hit.passage
        near = [j for j in (i - 1, i + 1) if 0 <= j < len(candidates)]
        near = [j for j in near if candidates[j].hit is candidate.hit]
        found[i, 5:] = (
            max((float(asks[j]) for j in near), default=0.0),
            float(asked_before(query) != ""),
            float(bool(_ANNOUNCES.search(candidate.text))),
            float(passage.patient is not None and candidate.patient_fits),
            float(passage.kind == "discussion"),
            float(passage.kind == "case"),
            float(passage.kind == "legend"),
            float(i - 1 not in near),
            math.log(1 + len(candidate.text.split())),
            wordy,
        )
    return found


NEAREST = 3
"""Sentences of a report by whose mean cosine it is near to the question."""


def _report_features(
    candidates: Sequence[Candidate], owners: Sequence[str], cosine: Matrix
) -> Matrix:
    """Shape (candidates, 6): how well each sentence's report was found, beside the others.

    The score of its best passage, as a share of the best of all; whether that is the best; whether
    there is one report only; how near its nearest sentences are, less the nearest report's; the
    same as it is; and by how much it leads the next report, or trails the first.
    """
    top = max((c.hit.score for c in candidates), default=1.0) or 1.0
    best: dict[str, float] = {}
    near: dict[str, float] = {}
    for owner in dict.fromkeys(owners):
        at = [i for i, own in enumerate(owners) if own == owner]
        best[owner] = max(0.0, max(candidates[i].hit.score for i in at)) / top
        near[owner] = float(np.sort(cosine[at])[-NEAREST:].mean())
    order = sorted(best, key=lambda owner: (-best[owner], owner))
    second = best[order[1]] if len(order) > 1 else 0.0
    found = np.zeros((len(candidates), 6), dtype=np.float64)
    for i, owner in enumerate(owners):
        first = owner == order[0]
        found[i] = (
            best[owner],
            float(first),
            float(len(order) == 1),
            near[owner] - max(near.values()),
            near[owner],
            best[owner] - second if first else best[owner] - 1,
        )
    return found


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
            # Asked of one report, a terse question is near to nothing and may yet be answered.
            float(len({c.hit.passage.report_id for c in candidates}) == 1),
            features[:, _ASK_WITHIN].max(),
            np.logaddexp.reduce(logits),
            float((1 / (1 + np.exp(-np.clip(logits[top], -60, 60)))).sum()),
            logits[order[0]] - logits[order[min(1, len(order) - 1)]],
            *features[order[0], _AT_THE_BEST],
            features[:, _GREATEST[0]].max(),
            math.log(len(candidates)),
            *(features[:, place].max() for place in _GREATEST[1:]),
        ],
        dtype=np.float64,
    )


def _unknown_share(question: str, texts: str) -> float:
    """The share of the question's content words that no candidate passage holds.

    A word that the lexicon knows counts as held when any of its wordings is.
    """
    held = set(stems(texts))
    names = concept_names(texts)
    mentions = lexicon().find(question, typos=True)
    known = [m for m in mentions if m.concept.name in names]
    words = [
        stem(m.group())
        for m in WORD.finditer(question.lower())
        if m.group() not in STOP_WORDS and not any(k.start <= m.start() < k.end for k in known)
    ]
    return sum(word not in held for word in words) / max(1, len(words))


def _meets(kind: str, wanted: frozenset[str], kinds: frozenset[str]) -> float:
    if kind not in wanted:
        return 0.0
    return 1.0 if kind in kinds else -1.0
