"""Question + hits → evidence: each candidate sentence with the probability that it answers.

The first reader is small on purpose: two logistic models over named features, trained on the
train split (`rag.training.reader`), their coefficients in `weights.json` for anybody to read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.config import REPORT_WEIGHT
from rag.embed import SentenceEncoder, Vectors
from rag.lexicon import lexicon
from rag.reader.ask import asked_before, asked_part
from rag.reader.asked import asks_for_several
from rag.reader.candidates import candidate_sentences
from rag.reader.features import (
    SENTENCE_FEATURES,
    Candidate,
    QuestionVectors,
    sentence_features,
)
from rag.reader.model import Model, Networks, Weights, load_model, sigmoid, threshold, weights_for
from rag.reader.patients import Described, described
from rag.reader.question_features import QUESTION_FEATURES, question_features
from rag.reader.rerank import read_again, reranked
from rag.reader.second import (
    ANSWERABLE_FEATURES,
    FINAL_FEATURES,
    SecondReading,
    Short,
    answerable_features,
    common_scale,
    passages_to_read_again,
    second_reading,
    shorts_of,
    texts_of,
)
from rag.reader.subject import on_subject
from rag.reader.vectors import sentence_vectors
from rag.schema import Evidence, Hit, Passage, Report

if TYPE_CHECKING:
    from rag.reader.foreign import Reads

KEPT_PASSAGES = 4096
"""Passages whose sentence vectors are kept in memory: about 40 MB."""

Vector = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: evidence best first, and the probability that the reports answer at all.

    `hits` are all hits, in the order that reading gave them. Below the `threshold` (set on the
    validation split) the probability is too low to answer.
    """

    hits: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]
    answerable: float
    wanted: Described
    threshold: float = 0.5


@dataclass(frozen=True, slots=True)
class FirstReading:
    """Candidates with their log-odds, the question's features, and the hits in a new order."""

    candidates: tuple[Candidate, ...]
    logits: Vector
    question: Vector
    hits: tuple[Hit, ...]


class Reader:
    """Reads hits for a question. Holds no state but its weights and the encoder."""

    def __init__(
        self,
        encoder: SentenceEncoder,
        evidence: Reads | None = None,
        weights: Weights | None = None,
    ) -> None:
        """Without `evidence`, the network, the first reading alone decides.

        `weights` are others than those that come with Casebook for this encoder.
        """
        self._encoder = encoder
        weights = weights or weights_for(encoder)
        self._sentence = _needed(load_model(weights, "sentence", SENTENCE_FEATURES))
        self._question = _needed(load_model(weights, "question", QUESTION_FEATURES))
        self._final = load_model(weights, "final", FINAL_FEATURES)
        self._answerable = load_model(weights, "answerable", ANSWERABLE_FEATURES)
        self.evidence = evidence
        self._fitted = bool(evidence and evidence.fitted and self._final and self._answerable)
        self.threshold = threshold(weights, "answerable" if self._fitted else "question")
        self._seen: dict[tuple[str, str], Vectors] = {}

    def read(
        self,
        question: str,
        hits: Sequence[Hit],
        reports: Mapping[str, Report],
        *,
        query: str = "",
        stored: Mapping[str, Vectors] = MappingProxyType({}),
        patient: int | None = None,
        among: Mapping[str, int] = MappingProxyType({}),
    ) -> Reading:
        """Evidence from `hits`, ties ending in the place in the text; no hits give no evidence.

        `query` is the question with its conversation (default: the question alone): it says what
        the question is about, the question itself what kind of answer it asks for. `reports` must
        hold the report of every hit; `stored` may hold the sentence vectors of passages, by id.
        `patient` is the number of the patient who is meant, where that is known; `among` who is
        meant in a report of several patients, by the report's id.
        """
        query = query or question
        wanted = described(query) if patient is None else Described(number=patient)
        wanted = replace(wanted, among=among)
        first = self.first_reading(
            question, hits, reports, query=query, stored=stored, wanted=wanted
        )
        if first is None:
            return Reading(tuple(hits), (), 0.0, wanted, self.threshold)
        if self.evidence is None:
            found = evidence_of(first.candidates, first.logits)
            return self._reading(first, found, self.first_answerable(first), wanted)
        again = self.second_reading(question, query, first, reports)
        final = self._weighed(again)
        overall = self.first_answerable(first)
        if self._fitted and self._answerable:
            overall = self._answerable.logits(
                answerable_features(first.question, overall, again, final)
            )
        chosen = [first.candidates[row] for row in again.rows]
        found = evidence_of(chosen, final, shorts_of(again, first.candidates))
        relevant = {name: scores.relevant for name, scores in again.scores.items()}
        hits = read_again(first.hits, relevant) if self._fitted else first.hits
        return self._reading(replace(first, hits=hits), found, overall, wanted)

    def _weighed(self, again: SecondReading) -> Vector:
        """The log-odds of the sentences that were read again, from both readings."""
        if self._fitted and self._final:
            return self._final.logits(again.features)
        return common_scale(again)

    def _reading(
        self, first: FirstReading, found: tuple[Evidence, ...], overall: Vector, wanted: Described
    ) -> Reading:
        probability = round(sigmoid(float(overall)), 4)
        return Reading(first.hits, found, probability, wanted, self.threshold)

    def first_reading(
        self,
        question: str,
        hits: Sequence[Hit],
        reports: Mapping[str, Report],
        *,
        query: str = "",
        stored: Mapping[str, Vectors] = MappingProxyType({}),
        wanted: Described | None = None,
    ) -> FirstReading | None:
        """What comparing vectors and words says of the hits; None when there is nothing to read."""
        query = query or question
        candidates = candidate_sentences(hits, reports, wanted or described(query))
        if not candidates:
            return None
        features = sentence_features(
            question,
            candidates,
            question_vectors(self._encoder, question, query),
            self._vectors(candidates, reports, stored),
            query=query,
        )
        logits = self._sentence.logits(features)
        return FirstReading(
            tuple(candidates),
            logits,
            question_features(question, candidates, features, logits, query=query),
            reranked(
                hits,
                candidates,
                logits,
                0.0 if asks_for_several(question) else REPORT_WEIGHT,
                on_subject(query, reports),
            ),
        )

    def first_answerable(self, first: FirstReading) -> Vector:
        """The first reading's log-odds that the reports answer."""
        return self._question.logits(first.question)

    def second_reading(
        self, question: str, query: str, first: FirstReading, reports: Mapping[str, Report]
    ) -> SecondReading:
        """The best passages of the first reading, read by the network."""
        assert self.evidence is not None
        again = passages_to_read_again(
            first.hits, first.candidates, spread=asks_for_several(question)
        )
        scores = self.evidence.read(query, texts_of(again, first.candidates, reports))
        return second_reading(again, scores, first.candidates, first.logits)

    def _vectors(
        self,
        candidates: Sequence[Candidate],
        reports: Mapping[str, Report],
        stored: Mapping[str, Vectors],
    ) -> Vectors:
        """The candidates' vectors: as stored with the library, else made now and kept."""
        rows = []
        for _, group in groupby(candidates, key=lambda c: c.place):
            own = list(group)
            passage = own[0].hit.passage
            vectors = stored.get(passage.id)
            if vectors is None or len(vectors) != len(own):
                vectors = self._made(passage, reports[passage.report_id])
            rows.append(vectors)
        return np.vstack(rows)

    def _made(self, passage: Passage, report: Report) -> Vectors:
        key = (passage.id, report.text[passage.start : passage.end])
        if key not in self._seen:
            if len(self._seen) >= KEPT_PASSAGES:
                self._seen.pop(next(iter(self._seen)))
            vectors = sentence_vectors(report.text, passage, self._encoder.reading)
            assert vectors is not None  # a title page is never a candidate
            self._seen[key] = vectors
        return self._seen[key]


def question_vectors(encoder: SentenceEncoder, question: str, query: str) -> QuestionVectors:
    """A question's vectors, made in one go; `query` is it with its conversation."""
    texts = [spelled_out(query), spelled_out(asked_part(question))]
    if before := asked_before(query):
        texts.append(spelled_out(before))
    made = encoder.reading.encode(texts)
    return QuestionVectors(made[0], made[1], made[2] if before else None)


def spelled_out(question: str) -> str:
    """A question as it is compared with sentences: abbreviations are spelled out behind it."""
    names = [e.name for e in lexicon().expand(question) if e.name.lower() not in question.lower()]
    return f"{question} ({', '.join(dict.fromkeys(names))})" if names else question


def _needed(model: Model | Networks | None) -> Model | Networks:
    if model is None:
        raise ValueError("weights.json lacks the first reading; train again")
    return model


def evidence_of(
    candidates: Sequence[Candidate], logits: Vector, shorts: Sequence[Short | None] = ()
) -> tuple[Evidence, ...]:
    """The candidates with their probabilities, best first, ties by place in the text."""
    found = [
        Evidence(c.hit.passage, c.start, c.end, c.text, round(sigmoid(float(logit)), 4), short)
        for c, logit, short in zip(
            candidates, logits, shorts or [None] * len(candidates), strict=True
        )
    ]
    return tuple(sorted(found, key=lambda e: (-e.probability, e.passage.report_id, e.start)))
