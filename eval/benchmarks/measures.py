"""Rankings + judgements → nDCG@10 and R@10 per query, their means, and paired differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.external import measures
from eval.external.retrieval import MEASURES

RESAMPLES = 5000
SEED = 2026


@dataclass(frozen=True, slots=True)
class Measured:
    """Both measures for each query, in the order of `queries`."""

    queries: tuple[str, ...]
    ndcg: tuple[float, ...]
    recall: tuple[float, ...]

    def mean(self, measure: str) -> float:
        """The mean of 'ndcg' or 'recall'."""
        return float(np.mean(self.ndcg if measure == "ndcg" else self.recall))


class Judge:
    """The judgements of one set of queries; what a system leaves out counts as zero."""

    def __init__(self, relevant: Mapping[str, Mapping[str, int]], queries: Sequence[str]) -> None:
        self._judge = measures.Judge(MEASURES, {query: relevant[query] for query in queries})
        self.queries = self._judge.queries

    def measure(self, rankings: Mapping[str, Sequence[str]]) -> Measured:
        """The measures of one ranking per query, best document first."""
        each = self._judge.each(rankings)
        ndcg, recall = (tuple(each[name][query] for query in self.queries) for name in MEASURES)
        return Measured(self.queries, ndcg, recall)


def difference(one: Measured, other: Measured) -> tuple[float, float, float]:
    """Mean of `one` − `other` in nDCG@10 and its 95 % interval (paired bootstrap, percentile)."""
    from scipy.stats import bootstrap

    if one.queries != other.queries:
        raise ValueError("the two systems were measured on different queries")
    gaps = np.asarray(one.ndcg) - np.asarray(other.ndcg)
    if not gaps.any():
        return 0.0, 0.0, 0.0
    interval = bootstrap(
        (gaps,),
        np.mean,
        n_resamples=RESAMPLES,
        batch=250,
        method="percentile",
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    return float(gaps.mean()), float(interval.low), float(interval.high)
