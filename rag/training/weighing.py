"""Answers to validation questions → how proposed short answers are weighed, and from when shown.

Each question is answered from its own report as a user's would be; of the stretches that are
proposed in the sentences shown, those that share enough words with the short answer are right.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rag.config import RANKED_HITS, WHOLE_REPORTS
from rag.reader.choose import choose
from rag.reader.networks.evidence import EvidenceReader
from rag.reader.reader import Reader
from rag.reader.short.briefly import as_read
from rag.reader.short.proposals import candidates
from rag.reader.short.span_features import FEATURES, features
from rag.reader.whom.refer import naming
from rag.training.listwise import fit_networks, stored_networks
from rag.training.questions import Question
from rag.training.reader import Asked, patient_of

RIGHT = 0.5
"""Token F1 with the short answer from which a stretch is called right."""
NEAR = 0.2
"""A stretch that is so much worse than the best one of its question is not."""
FOLDS = 5
LEAST_SURE = 0.4
"""Below this probability there is no short answer: on validation a further one is more often wrong
than right. docs/model_card.md has what other thresholds give."""

Matrix = np.ndarray[Any, np.dtype[np.float64]]
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Proposed:
    """The stretches proposed for one question: features, and token F1 with its short answer."""

    report_id: str
    rows: Matrix
    f1: Matrix


def proposed(
    questions: Iterable[Question], asked: Asked, reader: Reader, evidence: EvidenceReader
) -> Iterator[Proposed]:
    """Each question answered from its own report, and the stretches of what would be shown."""
    for question in questions:
        if question.short is None:
            continue
        last, query = question.last, question.text
        report = asked.reports[question.report_id]
        hits = asked.searcher.search(
            query, RANKED_HITS, {"report": [report.id]}, whole_reports=WHOLE_REPORTS
        )
        patient = patient_of(question, asked)
        if patient is not None:
            query = naming(query, report, patient)
        read = reader.read(
            last,
            hits,
            asked.reports,
            query=query,
            patient=patient,
            introduced=asked.introduced,
        )
        if not read.evidence:
            continue
        shown = choose(last, read.evidence, one_patient=bool(read.wanted))
        shown.sort(key=lambda item: (-item.probability, item.start))
        sentences = as_read(query, shown, read.read, evidence)
        found = candidates(last, sentences)
        if not found:
            continue
        wanted = report.text[slice(*question.short)]
        f1 = [token_f1(sentences[c.sentence].text[c.start : c.end], wanted) for c in found]
        rows = features(last, query, sentences, found)
        yield Proposed(report.id, rows, np.asarray(f1))


def token_f1(given: str, wanted: str) -> float:
    """F1 over the words and numbers of both, as SQuAD counts them (Rajpurkar et al. 2016)."""
    mine, theirs = Counter(_tokens(given)), Counter(_tokens(wanted))
    shared = sum((mine & theirs).values())
    return 2 * shared / (mine.total() + theirs.total()) if shared else 0.0


def _tokens(text: str) -> list[str]:
    words = re.findall(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[%/+]", text.casefold())
    return [word for word in words if word not in ("a", "an", "the")]


def fit_weighing(read: Sequence[Proposed], say: Say = print) -> dict[str, Any]:
    """The small networks and the threshold as short.json holds them.

    What they do at several thresholds is said first, of fits without each question's own report.
    """
    chances, scores = _without_own(read)
    for at in (0.0, 0.2, 0.25, 0.3, LEAST_SURE, 0.5, 0.6):
        given = chances >= at
        right = float((scores[given] >= RIGHT).mean()) if given.any() else 0.0
        say(
            f"short answers, validation n={len(read)}, from {at:.2f} on: given {given.mean():.3f}, "
            f"right {right:.3f}, F1 {float((scores * given).mean()):.3f}"
        )
    networks = fit_networks([one.rows for one in read], [labels(one) for one in read])
    return stored_networks(networks, FEATURES) | {"threshold": LEAST_SURE}


def labels(one: Proposed) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """The right stretches: those of F1 RIGHT at least that are nearly the best there is."""
    return one.f1 >= max(RIGHT, float(one.f1.max()) - NEAR)


def _without_own(read: Sequence[Proposed]) -> tuple[Matrix, Matrix]:
    """For each question the probability and the F1 of the stretch that would be chosen."""
    ids = sorted({one.report_id for one in read})
    fold = {report_id: number % FOLDS for number, report_id in enumerate(ids)}
    chances, scores = np.zeros(len(read)), np.zeros(len(read))
    for number in range(FOLDS):
        learn = [one for one in read if fold[one.report_id] != number]
        networks = fit_networks([one.rows for one in learn], [labels(one) for one in learn])
        for i, one in enumerate(read):
            if fold[one.report_id] == number:
                logits = networks.logits(one.rows)
                best = int(np.argmax(logits))
                chances[i] = 1 / (1 + math.exp(-float(logits[best])))
                scores[i] = one.f1[best]
    return chances, scores
