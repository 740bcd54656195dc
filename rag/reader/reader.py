"""Question + hits → evidence: each candidate sentence with the probability that it answers.

The first reader is small on purpose: two logistic models over named features, trained on the
train split (`rag.training.reader`), their coefficients in `weights.json` for anybody to read.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

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
from rag.reader.model import load_model, sigmoid, threshold, weights_for
from rag.reader.patients import Described, described, passage_fits
from rag.reader.subject import on_subject
from rag.schema import Evidence, Hit, Report
from rag.sentences import sentence_spans

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


class Reader:
    """Reads hits for a question. Holds no state but its weights and the encoder."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self._encoder = encoder
        kind = weights_for(encoder)
        self._sentence = load_model(kind, "sentence", SENTENCE_FEATURES)
        self._question = load_model(kind, "question", QUESTION_FEATURES)
        self.threshold = threshold(kind)
        self._seen: dict[tuple[str, ...], Vectors] = {}

    def read(
        self, question: str, hits: Sequence[Hit], reports: Mapping[str, Report], *, query: str = ""
    ) -> Reading:
        """Evidence from `hits`, ties ending in the place in the text; no hits give no evidence.

        `query` is the question with its conversation (default: the question alone): it says what
        the question is about, the question itself what kind of answer it asks for. `reports` must
        hold the report of every hit.
        """
        query = query or question
        wanted = described(query)
        candidates = candidate_sentences(hits, reports, wanted)
        if not candidates:
            return Reading(tuple(hits), (), 0.0, wanted, self.threshold)
        vectors = self._vectors(candidates)
        features = sentence_features(
            question,
            candidates,
            self.query_vector(query),
            vectors,
            query=query,
            ask_vector=self.query_vector(asked_part(question)),
        )
        logits = self._sentence.logits(features)
        overall = self._question.logits(
            question_features(question, candidates, features, logits, query=query)
        )
        evidence = [
            Evidence(c.hit.passage, c.start, c.end, c.text, round(sigmoid(float(logit)), 4))
            for c, logit in zip(candidates, logits, strict=True)
        ]
        evidence.sort(key=lambda e: (-e.probability, e.passage.report_id, e.start))
        return Reading(
            reranked(
                hits,
                candidates,
                logits,
                0.0 if asks_for_several(question) else REPORT_WEIGHT,
                on_subject(query, reports),
            ),
            tuple(evidence),
            round(sigmoid(float(overall)), 4),
            wanted,
            self.threshold,
        )

    def _vectors(self, candidates: Sequence[Candidate]) -> Vectors:
        """The candidates' vectors; the sentences of one passage are always encoded together.

        What else stands in a batch changes the last bits of a vector: with a fixed batch the same
        question has the same answer in every process, whatever was asked before.
        """
        rows = []
        for _, group in groupby(candidates, key=lambda c: c.place):
            texts = tuple(c.text for c in group)
            if texts not in self._seen:
                if len(self._seen) >= KEPT_PASSAGES:
                    self._seen.pop(next(iter(self._seen)))
                self._seen[texts] = self._encoder.encode(texts)
            rows.append(self._seen[texts])
        return np.vstack(rows)

    def query_vector(self, question: str) -> np.ndarray[Any, np.dtype[np.float32]]:
        """The question as it is compared with sentences: abbreviations spelled out."""
        names = [
            e.name for e in lexicon().expand(question) if e.name.lower() not in question.lower()
        ]
        text = f"{question} ({', '.join(dict.fromkeys(names))})" if names else question
        vector: np.ndarray[Any, np.dtype[np.float32]] = self._encoder.encode([text])[0]
        return vector


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
