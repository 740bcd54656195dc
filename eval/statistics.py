"""Paired samples → interval, p value, and p values corrected for many measures.

Both runs answered the same questions, so a question is compared with itself: that takes its own
difficulty out. Every result depends on the seed and on the multiset of differences only, never on
the order of the questions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

SEED = 1979
"""The seed of all comparisons: nobody can ask again with another until the answer pleases."""

EXACT_UP_TO = 14
"""So many non-zero differences are enumerated: 2^14 sign patterns cost as much as sampling."""

_DECIMALS = 12
# Sums in another order differ in their last bits; two sums this close are one value.
_SAME = 1e-9

Alternative = Literal["two-sided", "less"]
Values = Sequence[tuple[float, float]]
"""The (before, after) of each question."""

_Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean difference (after - before) and the ends of its confidence interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Means:
    """The means of one measure over the `n` paired questions that have it in both runs."""

    n: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Row:
    """One measure over paired questions.

    `interval` holds the mean difference after - before with 95 % bounds, `p` is two-sided and
    `adjusted` is Holm's, over all rows.
    """

    measure: str
    means: Means
    interval: Interval
    p: float
    adjusted: float


def paired_bootstrap(
    before: Sequence[float],
    after: Sequence[float],
    *,
    seed: int,
    resamples: int = 10_000,
    level: float = 0.95,
) -> Interval:
    """The mean of after - before, in the figures' unit, with its percentile bootstrap interval.

    Questions are drawn with replacement (Efron & Tibshirani 1993, ch. 13). Raises ValueError for
    samples that are empty, of unequal length or not finite, or a level outside 0–1.
    """
    differences = _differences(before, after)
    if not 0 < level < 1:
        raise ValueError(f"a level lies between 0 and 1, not {level}")
    # How often each distinct difference is drawn is multinomial; most questions share a few.
    values, counts = np.unique(np.round(differences, _DECIMALS), return_counts=True)
    n = len(differences)
    draws = np.random.default_rng(seed).multinomial(n, counts / n, size=resamples)
    tail = (1 - level) / 2
    low, high = np.quantile(draws @ values / n, [tail, 1 - tail])
    return Interval(float(differences.mean()), float(low), float(high))


def permutation_p(
    before: Sequence[float],
    after: Sequence[float],
    *,
    seed: int,
    rounds: int = 20_000,
    alternative: Alternative = "two-sided",
) -> float:
    """The p value of the mean of after - before under random signs; 'less': that it fell.

    Fisher's paired randomisation test (Smucker et al. 2007 for retrieval): were the runs alike,
    each difference might as well have the other sign. Exact for at most 14 non-zero differences;
    beyond, (hits + 1) / (rounds + 1) of random patterns (Phipson & Smyth 2010). 1 when nothing
    differs. Raises ValueError as `paired_bootstrap` does.
    """
    moved = _differences(before, after)
    moved = moved[np.abs(moved) > _SAME]
    if not len(moved):
        return 1.0
    exact = len(moved) <= EXACT_UP_TO
    totals = _all_totals(moved) if exact else _random_totals(moved, seed, rounds)
    observed = moved.sum()
    if alternative == "less":
        hits = int((totals <= observed + _SAME).sum())
    else:
        hits = int((np.abs(totals) >= abs(observed) - _SAME).sum())
    return hits / len(totals) if exact else (hits + 1) / (rounds + 1)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Name → p value adjusted for their number (Holm 1979), in the given order.

    Refusing those below alpha makes one false refusal or more with a chance of at most alpha,
    however the measures depend on each other. Raises ValueError for a p value outside 0–1.
    """
    wrong = [name for name, p in p_values.items() if not 0 <= p <= 1]
    if wrong:
        raise ValueError(f"no p value between 0 and 1: {', '.join(wrong)}")
    adjusted: dict[str, float] = {}
    highest = 0.0
    for rank, name in enumerate(sorted(p_values, key=lambda name: (p_values[name], name))):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[name]))
        adjusted[name] = highest
    return {name: adjusted[name] for name in p_values}


def rows(samples: Mapping[str, Values], *, seed: int) -> tuple[Row, ...]:
    """Measure → its pairs, as rows in the given order. Raises ValueError for an empty sample."""
    pairs = {measure: tuple(zip(*values, strict=True)) for measure, values in samples.items()}
    p = {measure: permutation_p(*pair, seed=seed) for measure, pair in pairs.items()}
    adjusted = holm(p)
    return tuple(
        Row(m, means(samples[m]), paired_bootstrap(*pair, seed=seed), p[m], adjusted[m])
        for m, pair in pairs.items()
    )


def means(values: Values) -> Means:
    """The means of pairs; at least one is needed."""
    n = len(values)
    return Means(n, sum(old for old, _ in values) / n, sum(new for _, new in values) / n)


def _differences(before: Sequence[float], after: Sequence[float]) -> _Floats:
    if len(before) != len(after):
        raise ValueError(f"pairs are of equal length, not {len(before)} and {len(after)}")
    if not len(before):
        raise ValueError("there is nothing to compare: no pair")
    found = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    if not np.isfinite(found).all():
        raise ValueError("a figure is not a finite number")
    return found


def _all_totals(moved: _Floats) -> _Floats:
    signs = np.array(list(product((-1.0, 1.0), repeat=len(moved))))
    totals: _Floats = signs @ np.abs(moved)
    return totals


def _random_totals(moved: _Floats, seed: int, rounds: int) -> _Floats:
    # Of m differences of one size, a binomial number keeps its sign: one draw instead of m.
    sizes, counts = np.unique(np.round(np.abs(moved), _DECIMALS), return_counts=True)
    kept = np.random.default_rng(seed).binomial(counts, 0.5, size=(rounds, len(counts)))
    totals: _Floats = (2 * kept - counts) @ sizes
    return totals
