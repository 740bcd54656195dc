"""Rankings + judgements → figures, by ir-measures where it has the measure.

nDCG@k, R@k and Success@k are those of trec_eval (by ir-measures); what a ranking leaves out counts
as zero. AUROC is our own.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from typing import Any

from rag.errors import CasebookError


class MeasuresMissing(CasebookError):
    """The package ir-measures is not installed."""


@dataclass(frozen=True, slots=True)
class Result:
    """The figures of one task on one set: arm → measure → value, all over the same `n` questions.

    `left_out` questions could not be judged; `why` says for what reason.
    """

    set: str
    task: str
    n: int
    figures: Mapping[str, Mapping[str, float]]
    left_out: int = 0
    why: str = ""


class Judge:
    """The judgements of some queries, ready for any number of rankings."""

    def __init__(self, measures: Sequence[str], relevant: Mapping[str, Mapping[str, int]]) -> None:
        """`measures` as ir-measures names them; `relevant`: query → document or place → grade.

        Raises MeasuresMissing.
        """
        self._ir = ir_measures()
        self.measures = tuple(measures)
        self.queries = tuple(sorted(relevant))
        judgements = [
            self._ir.Qrel(query, document, grade)
            for query in self.queries
            for document, grade in sorted(relevant[query].items())
        ]
        parsed = [self._ir.parse_measure(name) for name in self.measures]
        self._evaluator = self._ir.evaluator(parsed, judgements)

    def each(self, rankings: Mapping[str, Sequence[str]]) -> dict[str, dict[str, float]]:
        """Measure → query → value for one ranking per query, best first; a missing one is 0."""
        run = [
            self._ir.ScoredDoc(query, document, -place)
            for query in self.queries
            for place, document in enumerate(rankings.get(query, ()))
        ]
        values = {name: dict.fromkeys(self.queries, 0.0) for name in self.measures}
        for metric in self._evaluator.iter_calc(run):
            values[str(metric.measure)][metric.query_id] = float(metric.value)
        return values

    def means(self, rankings: Mapping[str, Sequence[str]]) -> dict[str, float]:
        """Measure → its mean over all judged queries; nothing over no query."""
        if not self.queries:
            return {}
        each = self.each(rankings)
        return {name: sum(found.values()) / len(found) for name, found in each.items()}


def ir_measures() -> Any:  # noqa: ANN401 — the package has no types
    """The package ir-measures. Raises MeasuresMissing, naming the line that installs it."""
    try:
        import ir_measures as package
    except ImportError:
        raise MeasuresMissing(
            "`casebook eval external` needs ir-measures, which is not installed; run: "
            "pip install 'ir-measures>=0.4.3,<0.5'"
        ) from None
    return package


def auroc(high: Iterable[float], low: Iterable[float]) -> float | None:
    """The chance that a score of `high` is above one of `low`, a tie counting one half.

    The Mann-Whitney statistic (Hanley & McNeil 1982). None where either is empty.
    """
    rising, asked = sorted(low), list(high)
    if not rising or not asked:
        return None
    # Twice the wins, so that ties stay whole numbers and the sum is exact.
    wins = sum(bisect_left(rising, score) + bisect_right(rising, score) for score in asked)
    return wins / (2 * len(asked) * len(rising))


def chance(right: int, among: int, k: int) -> float:
    """Success@k of a random order of `among` things of which `right` are right (without return)."""
    return 1.0 - comb(among - right, k) / comb(among, k) if k <= among else float(right > 0)
