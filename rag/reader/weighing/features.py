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

from rag.reader.question.ask import asked_before, asked_part
from rag.reader.question.asked import asked, shown
from rag.reader.weighing.within import centred_cosine, rare_concepts, within_reports
from rag.reader.words import concept_overlap, word_overlap
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
    part = asked_part(question)
    wording = _wording_features(part, texts, owners, asking.before, vectors)
    places = _place_features(
        candidates,
        vectors @ asking.ask,
        follows=asked_before(query) != "",
        ask_words=len(part.split()),
    )
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
                *wording[i],
                *places[i],
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


def _wording_features(
    part: str,
    texts: Sequence[str],
    owners: Sequence[str],
    before: Vectors | None,
    vectors: Vectors,
) -> Matrix:
    """Shape (candidates, 5): from 'ask_words' to 'before_cosine_within' of SENTENCE_FEATURES.

    Words and concepts of the asking `part`, and the question asked before a follow-up.
    """
    found = np.zeros((len(texts), 5), dtype=np.float64)
    found[:, 0] = word_overlap(part, texts)
    if before is not None:
        found[:, 3] = vectors @ before
    for owner in dict.fromkeys(owners):
        at = [i for i, own in enumerate(owners) if own == owner]
        own_texts = [texts[i] for i in at]
        found[at, 1] = word_overlap(part, own_texts)
        found[at, 2] = rare_concepts(part, own_texts)
        if before is not None:
            found[at, 4] = centred_cosine(before, vectors[at])
    return found


def _place_features(
    candidates: Sequence[Candidate], asks: Vectors, *, follows: bool, ask_words: int
) -> Matrix:
    """Shape (candidates, 10): from 'around_cosine' to 'ask_length' of SENTENCE_FEATURES.

    Where a sentence stands and what kind it is; `asks` are the cosines with the asking part.
    """
    rows = []
    for i, candidate in enumerate(candidates):
        passage = candidate.hit.passage
        near = [j for j in (i - 1, i + 1) if 0 <= j < len(candidates)]
        near = [j for j in near if candidates[j].hit is candidate.hit]
        rows.append(
            (
                max((float(asks[j]) for j in near), default=0.0),
                float(follows),
                float(bool(_ANNOUNCES.search(candidate.text))),
                float(passage.patient is not None and candidate.patient_fits),
                float(passage.kind == "discussion"),
                float(passage.kind == "case"),
                float(passage.kind == "legend"),
                float(i - 1 not in near),
                math.log(1 + len(candidate.text.split())),
                math.log(1 + ask_words),
            )
        )
    return np.asarray(rows, dtype=np.float64).reshape(len(candidates), 10)


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


def _meets(kind: str, wanted: frozenset[str], kinds: frozenset[str]) -> float:
    if kind not in wanted:
        return 0.0
    return 1.0 if kind in kinds else -1.0
