"""Question + hits → evidence: each candidate sentence with the probability that it answers.

The first reader is small on purpose: two logistic models over named features, trained on the
train split (`rag.training.reader`), their coefficients in `weights.json` for anybody to read.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.config import READ_AT_MOST, READ_HITS, READER_WEIGHT, REPORT_WEIGHT, WHOLE_REPORTS
from rag.embed import SentenceEncoder, Vectors
from rag.fuse import ordered, ranks
from rag.lexicon import lexicon
from rag.reader.ask import asked_part
from rag.reader.asked import asks_for_several
from rag.reader.features import (
    QUESTION_FEATURES,
    SENTENCE_FEATURES,
    Candidate,
    question_features,
    sentence_features,
)
from rag.reader.model import Model, Weights, load_model, sigmoid, threshold, weights_for
from rag.reader.patients import Described, described, passage_fits
from rag.reader.second import (
    ANSWERABLE_FEATURES,
    FINAL_FEATURES,
    SecondReading,
    Short,
    answerable_features,
    passages_to_read_again,
    second_reading,
    shorts_of,
    texts_of,
)
from rag.reader.subject import on_subject
from rag.reader.vectors import sentence_vectors
from rag.schema import Evidence, Hit, Passage, Report
from rag.sentences import sentence_spans

if TYPE_CHECKING:
    from rag.reader.evidence import EvidenceReader

OFF_SUBJECT = 4.0
"""Taken off the score of a report that never mentions the drug asked about. On the 82 validation
questions that name a drug, Success@1 / @3 / @8 went from .40 / .68 / .85 to .42 / .70 / .89; a
question with a false premise may still find the report that contradicts it.
"""

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
        evidence: EvidenceReader | None = None,
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
        second = evidence and self._final and self._answerable
        self.threshold = threshold(weights, "answerable" if second else "question")
        self._seen: dict[tuple[str, str], Vectors] = {}

    def read(
        self,
        question: str,
        hits: Sequence[Hit],
        reports: Mapping[str, Report],
        *,
        query: str = "",
        stored: Mapping[str, Vectors] = MappingProxyType({}),
    ) -> Reading:
        """Evidence from `hits`, ties ending in the place in the text; no hits give no evidence.

        `query` is the question with its conversation (default: the question alone): it says what
        the question is about, the question itself what kind of answer it asks for. `reports` must
        hold the report of every hit; `stored` may hold the sentence vectors of passages, by id.
        """
        query = query or question
        wanted = described(query)
        first = self.first_reading(question, hits, reports, query=query, stored=stored)
        if first is None:
            return Reading(tuple(hits), (), 0.0, wanted, self.threshold)
        if self.evidence is None or self._final is None or self._answerable is None:
            found = evidence_of(first.candidates, first.logits)
            probability = sigmoid(float(self._question.logits(first.question)))
            return Reading(first.hits, found, round(probability, 4), wanted, self.threshold)
        again = self.second_reading(question, query, first, reports)
        final = self._final.logits(again.features)
        features = answerable_features(first.question, self.first_answerable(first), again, final)
        found = evidence_of(
            [first.candidates[row] for row in again.rows], final, shorts_of(again, first.candidates)
        )
        probability = sigmoid(float(self._answerable.logits(features)))
        return Reading(first.hits, found, round(probability, 4), wanted, self.threshold)

    def first_reading(
        self,
        question: str,
        hits: Sequence[Hit],
        reports: Mapping[str, Report],
        *,
        query: str = "",
        stored: Mapping[str, Vectors] = MappingProxyType({}),
    ) -> FirstReading | None:
        """What comparing vectors and words says of the hits; None when there is nothing to read."""
        query = query or question
        candidates = candidate_sentences(hits, reports, described(query))
        if not candidates:
            return None
        features = sentence_features(
            question,
            candidates,
            self.query_vector(query),
            self._vectors(candidates, reports, stored),
            query=query,
            ask_vector=self.query_vector(asked_part(question)),
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
            vectors = sentence_vectors(report.text, passage, self._encoder)
            assert vectors is not None  # a title page is never a candidate
            self._seen[key] = vectors
        return self._seen[key]

    def query_vector(self, question: str) -> np.ndarray[Any, np.dtype[np.float32]]:
        """The question as it is compared with sentences: abbreviations spelled out."""
        names = [
            e.name for e in lexicon().expand(question) if e.name.lower() not in question.lower()
        ]
        text = f"{question} ({', '.join(dict.fromkeys(names))})" if names else question
        vector: np.ndarray[Any, np.dtype[np.float32]] = self._encoder.encode([text])[0]
        return vector


def _needed(model: Model | None) -> Model:
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


def reranked(
    hits: Sequence[Hit],
    candidates: Sequence[Candidate],
    logits: Vector,
    report_weight: float,
    fitting: Container[str],
) -> tuple[Hit, ...]:
    """The hits by fused score, best sentence and best passage of their report, ties by id.

    A report that is not `fitting` loses OFF_SUBJECT. A hit that was not read counts as the
    worst one that was. The place by the best sentence alone is added to `ranks` as 'reader'.
    """
    best: dict[str, float] = {}
    for candidate, logit in zip(candidates, logits, strict=True):
        key = candidate.hit.passage.id
        best[key] = max(best.get(key, -60.0), float(logit))
    place = ranks(best)
    worst = min(best.values(), default=0.0)
    by_id = {hit.passage.id: hit for hit in hits}
    own = {key: hit.score + READER_WEIGHT * best.get(key, worst) for key, hit in by_id.items()}
    report: dict[str, float] = {}
    for key, hit in by_id.items():
        report_id = hit.passage.report_id
        report[report_id] = max(report.get(report_id, own[key]), own[key])
    total = {
        key: own[key]
        + report_weight * report[hit.passage.report_id]
        - (0.0 if hit.passage.report_id in fitting else OFF_SUBJECT)
        for key, hit in by_id.items()
    }
    return tuple(
        replace(
            by_id[key],
            score=round(value, 4),
            ranks=by_id[key].ranks | ({"reader": place[key]} if key in place else {}),
        )
        for key, value in ordered(total)
    )


def candidate_sentences(
    hits: Sequence[Hit], reports: Mapping[str, Report], wanted: Described
) -> list[Candidate]:
    """The sentences of the hits to read, in the order of the hits and of the text within each.

    A title page ('front') is never evidence: it names the subject and answers nothing.
    """
    found: list[Candidate] = []
    for place in places_to_read(hits):
        hit = hits[place]
        report = reports[hit.passage.report_id]
        suits = passage_fits(hit.passage, report, wanted)
        for start, end in sentence_spans(report.text, hit.passage.start, hit.passage.end):
            found.append(Candidate(hit, place, start, end, report.text[start:end], suits))
    return found


def places_to_read(hits: Sequence[Hit]) -> list[int]:
    """Which hits are read: the first READ_HITS, and all of the WHOLE_REPORTS best reports."""
    read = [i for i, hit in enumerate(hits) if hit.passage.kind != "front"]
    best = list(dict.fromkeys(hit.passage.report_id for hit in hits))[:WHOLE_REPORTS]
    wanted = [i for i in read if i < READ_HITS or hits[i].passage.report_id in best]
    return wanted[:READ_AT_MOST]
