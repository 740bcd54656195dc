"""What was read → the hits in a new order."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from rag.config import READER_WEIGHT
from rag.fuse import ordered, ranks
from rag.reader.weighing.features import Candidate
from rag.schema import Hit

OFF_SUBJECT = 4.0
"""Taken off the score of a report that never mentions the drug asked about. On the 82 validation
questions that name a drug, Success@1 / @3 / @8 went from .40 / .68 / .85 to .42 / .70 / .89; a
question with a false premise may still find the report that contradicts it.
"""

Vector = np.ndarray[Any, np.dtype[np.float64]]


def reranked(
    hits: Sequence[Hit],
    candidates: Sequence[Candidate],
    logits: Vector,
    report_weight: float,
    fitting: Container[str],
) -> tuple[Hit, ...]:
    """The hits by fused score, what their sentences hold, and the best passage of their report.

    The odds of a passage's sentences are added up: two that may answer are worth more than one
    (passage Success@1 on 609 validation questions .688, with the best sentence alone .668). Ties
    end in the id.

    A report that is not `fitting` loses OFF_SUBJECT. A hit that was not read counts as the
    worst one that was. The place by the best sentence alone is added to `ranks` as 'reader'.
    """
    best: dict[str, float] = {}
    for candidate, logit in zip(candidates, logits, strict=True):
        key = candidate.hit.passage.id
        best[key] = float(np.logaddexp(best.get(key, -60.0), float(logit)))
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
