"""Scores of the arms → one ranking of documents, by every method that we compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from eval.benchmarks.arms import ARMS, Found, find
from rag.search import Searcher, Weights

Scores = np.ndarray[Any, np.dtype[np.float64]]

DEPTH = 10
RRF_K = 60  # Cormack, Clarke & Büttcher, SIGIR 2009

FLOORS: dict[str, dict[str, float | None]] = {
    # None: the lowest score among the candidates becomes 0.
    "BM25 floor 0, cosine min-max": {"dense": None, "lexical": 0.0, "report": 0.0},
    "all min-max": {"dense": None, "lexical": None, "report": None},
    "BM25 floor 0, cosine floor 0": {"dense": 0.0, "lexical": 0.0, "report": 0.0},
    # The theoretical minima (Bruch, Gai & Ingber, TOIS 2023).
    "BM25 floor 0, cosine floor -1": {"dense": -1.0, "lexical": 0.0, "report": 0.0},
}
PRODUCT_FLOORS = "BM25 floor 0, cosine min-max"


@dataclass(frozen=True, slots=True)
class System:
    """A way to fuse; `method` 'sum' adds normalised scores, 'rrf' reciprocal ranks."""

    name: str
    weights: Mapping[str, float]
    method: str = "sum"
    floors: str = PRODUCT_FLOORS
    expand: bool = True


def weighted(dense: float, lexical: float, report: float) -> dict[str, float]:
    """Weights by arm."""
    return dict(zip(ARMS, (dense, lexical, report), strict=True))


def product_weights() -> dict[str, float]:
    """The weights that the product ships with."""
    shipped = Weights()
    return weighted(shipped.dense, shipped.lexical, shipped.report)


PRODUCT = System("score sum of three (product)", product_weights())

SYSTEMS = (
    System("dense", weighted(1, 0, 0)),
    System("BM25 passage", weighted(0, 1, 0)),
    System("BM25 report", weighted(0, 0, 1)),
    System("score sum, dense + BM25 passage", weighted(0.5, 0.5, 0)),
    System("score sum, dense + BM25 report", weighted(0.5, 0, 0.5)),
    PRODUCT,
    System("RRF, dense + BM25 passage", weighted(1, 1, 0), "rrf"),
    System("RRF, dense + BM25 report", weighted(1, 0, 1), "rrf"),
    System("RRF of three", weighted(1, 1, 1), "rrf"),
    System("dense, no expansion", weighted(1, 0, 0), expand=False),
    System("BM25 passage, no expansion", weighted(0, 1, 0), expand=False),
    System("BM25 report, no expansion", weighted(0, 0, 1), expand=False),
    System("product, no expansion", product_weights(), expand=False),
)


def fused(found: Found, system: System) -> Scores:
    """The fused score of each candidate passage, in the order of `found.places`."""
    total = np.zeros(len(found.places))
    for arm in ARMS:
        weight = system.weights[arm]
        if not weight or np.isnan(found.scores[arm]).all():
            continue
        if system.method == "rrf":
            part = _reciprocal_ranks(found.scores[arm])
        else:
            part = _normalised(found.scores[arm], FLOORS[system.floors][arm])
        total += weight * part
    return total


def documents(found: Found, system: System, depth: int = DEPTH) -> list[str]:
    """The best documents, each by its best passage, ties by id.

    A document that no weighted arm found is left out.
    """
    used = [arm for arm in ARMS if system.weights[arm]]
    known = ~np.all([np.isnan(found.scores[arm]) for arm in used], axis=0)
    best: dict[str, float] = {}
    rows = zip(found.documents, np.round(fused(found, system), 6), known, strict=True)
    for document, score, seen in rows:
        if seen and score > best.get(document, -1.0):
            best[document] = float(score)
    return sorted(best, key=lambda document: (-best[document], document))[:depth]


def check(searcher: Searcher, queries: Sequence[str]) -> None:
    """Raises ValueError where our fusion of caught scores is not the product's own order."""
    for query in queries:
        found = find(searcher, query)
        scores = np.round(fused(found, PRODUCT), 6)
        order = sorted(range(len(scores)), key=lambda i: (-scores[i], found.places[i]))[:DEPTH]
        own = [hit.passage.id for hit in searcher.search(query, DEPTH)]
        ours = [found.places[i] for i in order]
        if own != ours:
            raise ValueError(f"rag.search fuses otherwise now: {own} is not {ours} for '{query}'")


def _normalised(scores: Scores, floor: float | None) -> Scores:
    low = np.nanmin(scores) if floor is None else floor
    width = np.nanmax(scores) - low
    if width <= 0:
        return np.where(np.isnan(scores), 0.0, 1.0)
    values: Scores = np.nan_to_num((scores - low) / width, nan=0.0)
    return values


def _reciprocal_ranks(scores: Scores) -> Scores:
    """1 / (60 + rank); equal scores (all passages of a report in its arm) share the best rank."""
    values = np.where(np.isnan(scores), -np.inf, scores)
    distinct = np.unique(values)[::-1]
    ranks = np.searchsorted(-distinct, -values) + 1
    return np.where(np.isnan(scores), 0.0, 1.0 / (RRF_K + ranks))
