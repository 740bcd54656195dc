"""Question + hits → evidence: each candidate sentence with the probability that it answers.

Two readings. The first compares vectors and words: small networks over named features, trained on
the validation split (`rag.training.reader`), their numbers in `weights.json` for anybody to read.
Its best sentences are then read again together with the question
(`rag.reader.networks.evidence`), and further small networks weigh both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.config import REPORT_WEIGHT
from rag.embed import SentenceEncoder, Vectors
from rag.lexicon import lexicon
from rag.reader.networks.again import (
    AGAIN_FEATURES,
    ANSWERABLE_FEATURES,
    Introduced,
    again_features,
    answerable_features,
    common_scale,
    nobody,
    rows_to_read_again,
    texts_of,
    with_each_side,
    with_the_rest,
)
from rag.reader.networks.vectors import sentence_vectors
from rag.reader.question.ask import asked_before, asked_part
from rag.reader.question.asked import asks_for_several
from rag.reader.question.subject import on_subject
from rag.reader.weighing.candidates import candidate_sentences
from rag.reader.weighing.features import (
    SENTENCE_FEATURES,
    Candidate,
    QuestionVectors,
    sentence_features,
)
from rag.reader.weighing.model import (
    Model,
    Networks,
    Weights,
    load_model,
    sigmoid,
    threshold,
    weights_for,
)
from rag.reader.weighing.question_features import QUESTION_FEATURES, question_features
from rag.reader.weighing.rerank import reranked
from rag.reader.whom.patients import Described, Sides, described
from rag.reader.whom.which_report import losses
from rag.schema import Evidence, Hit, Passage, Report

if TYPE_CHECKING:
    from rag.reader.networks.evidence import Place, Scores
    from rag.reader.networks.reading_again import Reads
    from rag.reader.networks.spans import ReadSentence

KEPT_PASSAGES = 4096
"""Passages whose sentence vectors are kept in memory: about 40 MB."""

Vector = np.ndarray[Any, np.dtype[np.float64]]
Matrix = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: evidence best first, and the probability that the reports answer at all.

    `hits` are all hits, in the order that reading gave them. Below the `threshold` (set on the
    validation split) the probability is too low to answer. `read` has where short answers may
    stand in the sentences that were read again.
    """

    hits: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]
    answerable: float
    wanted: Described
    threshold: float = 0.5
    read: Mapping[Place, ReadSentence] = field(default_factory=lambda: {})


@dataclass(frozen=True, slots=True)
class FirstReading:
    """The candidates with their features, shape (candidates, SENTENCE_FEATURES), and log-odds."""

    candidates: tuple[Candidate, ...]
    features: Matrix
    logits: Vector


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What was read again: places among the candidates, the network's scores of these, in order.

    `logits` are the log-odds of all candidates after both readings.
    """

    rows: tuple[int, ...]
    scores: Scores
    logits: Vector


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
        self._again = load_model(weights, "again", AGAIN_FEATURES)
        self._answerable = load_model(weights, "answerable", ANSWERABLE_FEATURES)
        self.evidence = evidence
        self._fitted = bool(evidence and evidence.fitted and self._again and self._answerable)
        if evidence and evidence.fitted and not self._fitted:
            self.evidence = None  # these weights know nothing of the network
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
        sides: Sides = MappingProxyType({}),
        introduced: Introduced = nobody,
    ) -> Reading:
        """Evidence from `hits`, ties ending in the place in the text; no hits give no evidence.

        `query` is the question with its conversation (default: the question alone): it says what
        the question is about, the question itself what kind of answer it asks for. `reports` must
        hold the report of every hit; `stored` may hold the sentence vectors of passages, by id.
        `patient` is the number of the patient who is meant, where that is known; `among` who is
        meant in a report of several patients, by the report's id, and `sides` those who are set
        side by side; `introduced` gives the words in which a report introduces its patients, which
        the second reading knows them by.
        """
        query = query or question
        wanted = described(query) if patient is None else Described(number=patient)
        wanted = replace(wanted, among=among, sides=sides)
        first = self.first_reading(
            question, hits, reports, query=query, stored=stored, wanted=wanted
        )
        if first is None:
            return Reading(tuple(hits), (), 0.0, wanted, self.threshold)
        lost = _lost(question, query, first.candidates, reports)
        first = replace(first, logits=first.logits - lost)
        again = self.second_reading(query, first, reports, introduced, sides)
        if again:
            again = replace(again, logits=again.logits - lost)
        overall = self.answerable(question, query, first, again)
        return Reading(
            _ranked(question, query, hits, reports, first.candidates, first.logits),
            evidence_of(first.candidates, again.logits if again else first.logits),
            round(sigmoid(float(overall)), 4),
            wanted,
            self.threshold,
            _stretches(first.candidates, again),
        )

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
        return FirstReading(tuple(candidates), features, self._sentence.logits(features))

    def second_reading(
        self,
        query: str,
        first: FirstReading,
        reports: Mapping[str, Report],
        introduced: Introduced = nobody,
        sides: Sides = MappingProxyType({}),
    ) -> SecondReading | None:
        """The best sentences of the first reading, read by the network; None without one.

        Of patients who are set side by side, some sentences of each are read.
        """
        if self.evidence is None:
            return None
        rows = rows_to_read_again(first.logits)
        if sides:
            rows = with_each_side(rows, first.logits, first.candidates, sides)
        scores = self.evidence.read(query, texts_of(rows, first.candidates, reports, introduced))
        if self._fitted and self._again:
            final = self._again.logits(
                again_features(first.features, first.logits, rows, scores.relevance)
            )
        else:
            final = common_scale(first.logits[rows], scores.relevance)
        return SecondReading(tuple(rows), scores, with_the_rest(first.logits, rows, final))

    def answerable(
        self, question: str, query: str, first: FirstReading, again: SecondReading | None
    ) -> float:
        """The log-odds that the reports answer."""
        fitted = again if self._fitted else None
        logits = fitted.logits if fitted else first.logits
        row = question_features(question, first.candidates, first.features, logits, query=query)
        if fitted is None or self._answerable is None:
            return float(self._question.logits(row))
        final = fitted.logits[list(fitted.rows)]
        return float(
            self._answerable.logits(answerable_features(row, fitted.scores.relevance, final))
        )

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


def _lost(
    question: str, query: str, candidates: Sequence[Candidate], reports: Mapping[str, Report]
) -> Vector:
    """The log-odds that each candidate loses, as another report fits what the question says of it.

    A question to several reports means none of them before the others.
    """
    lost = {} if asks_for_several(question) else losses(query, reports)
    return np.asarray([lost.get(one.hit.passage.report_id, 0.0) for one in candidates])


def _ranked(
    question: str,
    query: str,
    hits: Sequence[Hit],
    reports: Mapping[str, Report],
    candidates: Sequence[Candidate],
    logits: Vector,
) -> tuple[Hit, ...]:
    """The hits in the order that reading gives them."""
    weight = 0.0 if asks_for_several(question) else REPORT_WEIGHT
    return reranked(hits, candidates, logits, weight, on_subject(query, reports))


def _stretches(
    candidates: Sequence[Candidate], again: SecondReading | None
) -> dict[Place, ReadSentence]:
    """How the second reading read its sentences, by their places."""
    if again is None or not again.scores.read:
        return {}
    own = [candidates[row] for row in again.rows]
    places = [(one.hit.passage.report_id, one.start) for one in own]
    return dict(zip(places, again.scores.read, strict=True))


def _needed(model: Model | Networks | None) -> Model | Networks:
    if model is None:
        raise ValueError("weights.json lacks the first reading; train again")
    return model


def evidence_of(candidates: Sequence[Candidate], logits: Vector) -> tuple[Evidence, ...]:
    """The candidates with their probabilities, best first, ties by place in the text."""
    found = [
        Evidence(c.hit.passage, c.start, c.end, c.text, round(sigmoid(float(logit)), 4))
        for c, logit in zip(candidates, logits, strict=True)
    ]
    return tuple(sorted(found, key=lambda e: (-e.probability, e.passage.report_id, e.start)))
