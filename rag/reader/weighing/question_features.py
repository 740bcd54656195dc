"""Question + scored sentences → the numbers by which the reader decides whether any answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from rag.lexicon import lexicon
from rag.library.words import STOP_WORDS
from rag.reader.question.ask import asked_part
from rag.reader.question.asked import asked, shown
from rag.reader.weighing.features import SENTENCE_FEATURES, Candidate
from rag.reader.weighing.lacking import lacking
from rag.reader.words import WORD, concept_names_of_all, stem, stems_of_all

Matrix = np.ndarray[Any, np.dtype[np.float64]]

QUESTION_FEATURES = (
    "best_cosine", "best_words", "best_concepts", "best_logit", "logit_gap", "mean_cosine",
    "kinds_met", "hit_cosine_rank", "unknown_words", "dose_unmet", "time_unmet", "number_unmet",
    "one_report", "best_ask",
    "sum_logit", "three_best", "second_gap", "top_ask_cosine", "top_ask_cosine_within",
    "top_ask_words", "top_ask_concepts_within", "top_concepts", "top_report_near",
    "top_report_lead", "top_follows", "top_ask_length", "top_own_patient", "top_kind_missing",
    "top_report_cosine", "top_around_cosine", "top_before_cosine_within", "max_ask_cosine",
    "candidates", "max_ask_words", "max_ask_concepts_within", "lacks", "lacks_or_false",
    "nearest_passage", "nearest_three", "nearest_eight", "nearest_of_report",
    "nearest_of_report_three",
)  # fmt: skip

_ASK_WITHIN = SENTENCE_FEATURES.index("ask_cosine_within")


def _places(prefix: str) -> list[int]:
    """Where the sentence features stand whose value at the best sentence, or greatest, counts."""
    named = (name.removeprefix(prefix) for name in QUESTION_FEATURES if name.startswith(prefix))
    return [SENTENCE_FEATURES.index(name) for name in named]


_AT_THE_BEST, _GREATEST = _places("top_"), _places("max_")


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
    texts = tuple(dict.fromkeys(candidates[i].hit.text for i in order[:20]))
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
            *lacking(asked_part(question), question, _said_of(candidates[order[0]], candidates)),
            *_nearest(candidates[order[0]], candidates),
        ],
        dtype=np.float64,
    )


def _nearest(best: Candidate, candidates: Sequence[Candidate]) -> tuple[float, ...]:
    """How near the read passages are to the query: one, three, eight; one and three of a report.

    By the encoder that finds, which knows other subjects better than the one that reads. The
    report is that of the best sentence.
    """
    hits = {c.hit.passage.id: c.hit for c in candidates}.values()
    every = sorted((hit.cosine for hit in hits), reverse=True)
    report = best.hit.passage.report_id
    own = sorted((h.cosine for h in hits if h.passage.report_id == report), reverse=True)
    return (
        every[0], float(np.mean(every[:3])), float(np.mean(every[:8])), own[0],
        float(np.mean(own[:3])),
    )  # fmt: skip


def _said_of(best: Candidate, candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """What is read of the best sentence's patient and of nobody in particular, in its report."""
    passage = best.hit.passage
    own = [c for c in candidates if c.hit.passage.report_id == passage.report_id]
    if passage.patient is not None:
        own = [c for c in own if c.hit.passage.patient in (None, passage.patient)]
    return tuple(c.text for c in own)


def _unknown_share(question: str, texts: Sequence[str]) -> float:
    """The share of the question's content words that no candidate passage holds.

    A word that the lexicon knows counts as held when any of its wordings is.
    """
    held = stems_of_all(texts)
    names = concept_names_of_all(texts)
    mentions = lexicon().find(question, typos=True)
    known = [m for m in mentions if m.concept.name in names]
    words = [
        stem(m.group())
        for m in WORD.finditer(question.lower())
        if m.group() not in STOP_WORDS and not any(k.start <= m.start() < k.end for k in known)
    ]
    return sum(word not in held for word in words) / max(1, len(words))
