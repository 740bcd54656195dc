"""Intervals and p values: worked examples, and SciPy as an oracle."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats  # type: ignore[import-untyped]

from eval.statistics import (
    EXACT_UP_TO,
    Alternative,
    Interval,
    holm,
    paired_bootstrap,
    permutation_p,
)

Values = npt.NDArray[np.float64]


def sample(n: int, seed: int, shift: float = 0.0) -> tuple[list[float], list[float]]:
    rng = np.random.default_rng(seed)
    before = rng.random(n)
    return before.tolist(), (before + rng.normal(shift, 0.2, n)).tolist()


def difference(before: Values, after: Values, axis: int) -> Any:
    return np.mean(after - before, axis=axis)


# -- bootstrap ----------------------------------------------------------------------------------


@pytest.mark.parametrize("binary", [False, True])
def test_the_interval_is_scipys(binary: bool) -> None:
    """The percentile interval of the mean difference, within the noise of 10,000 resamples."""
    before, after = (np.array(values) for values in sample(120, seed=1, shift=0.05))
    if binary:
        before, after = before.round(), after.clip(0, 1).round()
    found = paired_bootstrap(before.tolist(), after.tolist(), seed=2)
    theirs = stats.bootstrap(
        (before, after), difference, paired=True, method="percentile",
        n_resamples=10_000, rng=np.random.default_rng(3),
    ).confidence_interval  # fmt: skip
    assert found.mean == pytest.approx(float(np.mean(after - before)))
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=0.004)


def test_a_constant_difference_has_no_width() -> None:
    """When every question moved by the same amount, so does every resample."""
    found = paired_bootstrap([0.0, 0.5, 0.25], [0.5, 1.0, 0.75], seed=0)
    assert found == Interval(0.5, 0.5, 0.5)


def test_a_higher_level_makes_a_wider_interval() -> None:
    """99 % reaches beyond 80 % at both ends."""
    pair = sample(80, seed=4)
    wide = paired_bootstrap(*pair, seed=0, level=0.99)
    narrow = paired_bootstrap(*pair, seed=0, level=0.8)
    assert wide.low < narrow.low < narrow.mean < narrow.high < wide.high


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    """Of 300 samples around a known difference, about 95 % of the intervals hold it."""
    held = 0
    for seed in range(300):
        found = paired_bootstrap(*sample(60, seed, shift=0.1), seed=seed, resamples=500)
        held += found.low <= 0.1 <= found.high
    assert 0.90 <= held / 300 <= 0.98


# -- permutation test ---------------------------------------------------------------------------


@pytest.mark.parametrize("alternative", ["two-sided", "less"])
@pytest.mark.parametrize(
    ("n", "shift", "digits"),
    [(2, 0.1, 6), (6, -0.1, 6), (12, 0.1, 6), (14, -0.1, 6), (12, 0.0, 1)],
    ids=["two pairs", "six", "twelve", "the most enumerated", "tied sums"],
)
def test_the_exact_p_value_is_scipys(
    n: int, shift: float, digits: int, alternative: Alternative
) -> None:
    """All sign patterns: the same p value to 1e-9, ties in the statistic included."""
    before, after = (np.round(values, digits) for values in sample(n, seed=n, shift=shift))
    theirs = stats.permutation_test(
        (before, after), difference, permutation_type="samples", vectorized=True,
        n_resamples=np.inf, alternative=alternative,
    )  # fmt: skip
    found = permutation_p(before.tolist(), after.tolist(), seed=0, alternative=alternative)
    assert found == pytest.approx(float(theirs.pvalue), abs=1e-9)


def test_unmoved_questions_do_not_count() -> None:
    """Signs of zeros change nothing: 100 unmoved questions leave the exact p value as it is."""
    before, after = [1.0] * 5, [0.0] * 5
    still = [1.0] * 100
    p = permutation_p([*before, *still], [*after, *still], seed=0, alternative="less")
    assert p == pytest.approx(1 / 32)
    assert permutation_p(before, after, seed=0) == pytest.approx(2 / 32)


def test_nothing_moved_is_no_evidence() -> None:
    """Two equal runs have the p value 1, either way."""
    assert permutation_p([0.5, 1.0], [0.5, 1.0], seed=0) == 1
    assert permutation_p([0.5, 1.0], [0.5, 1.0], seed=0, alternative="less") == 1


def test_the_one_sided_p_value_knows_the_direction() -> None:
    """A rise is no fall."""
    low, high = [0.0] * 10, [1.0] * 10
    assert permutation_p(high, low, seed=0, alternative="less") == pytest.approx(2**-10)
    assert permutation_p(low, high, seed=0, alternative="less") == 1


@pytest.mark.parametrize("alternative", ["two-sided", "less"])
def test_sampling_agrees_with_the_sign_test(alternative: Alternative) -> None:
    """30 equal differences, 20 of them down: the binomial test knows the p value."""
    before, after = [1.0] * 20 + [0.0] * 10, [0.0] * 20 + [1.0] * 10
    found = permutation_p(before, after, seed=5, alternative=alternative)
    theirs = stats.binomtest(10, 30, alternative=alternative).pvalue
    assert found == pytest.approx(theirs, abs=0.01)


def test_sampling_agrees_with_scipy_on_uneven_differences() -> None:
    """Differences of many sizes, drawn one binomial each."""
    before, after = sample(60, seed=6, shift=-0.03)
    theirs = stats.permutation_test(
        (np.array(before), np.array(after)), difference, permutation_type="samples",
        vectorized=True, n_resamples=20_000, alternative="less", rng=np.random.default_rng(7),
    )  # fmt: skip
    found = permutation_p(before, after, seed=8, alternative="less")
    assert found == pytest.approx(float(theirs.pvalue), abs=0.015)


def test_a_sampled_p_value_is_never_zero() -> None:
    """What was not hit in 99 rounds may still happen: (0 + 1) / (99 + 1)."""
    n = EXACT_UP_TO + 40
    assert permutation_p([1.0] * n, [0.0] * n, seed=0, rounds=99) == pytest.approx(1 / 100)


# -- both ---------------------------------------------------------------------------------------


def test_results_depend_on_the_seed_and_not_on_the_order() -> None:
    """The same questions in another order come to the same figures, bit for bit."""
    before, after = sample(50, seed=9)
    order = np.random.default_rng(1).permutation(50)
    mixed = [before[i] for i in order], [after[i] for i in order]
    assert permutation_p(before, after, seed=1) == permutation_p(*mixed, seed=1)
    found, again = paired_bootstrap(before, after, seed=1), paired_bootstrap(*mixed, seed=1)
    assert (found.low, found.high) == (again.low, again.high)
    assert paired_bootstrap(before, after, seed=2).low != found.low


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ([], [], "no pair"),
        ([1.0], [1.0, 0.0], "equal length"),
        ([1.0], [float("nan")], "finite"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    before: list[float], after: list[float], message: str
) -> None:
    """A NaN would otherwise make every comparison false, and nothing significant."""
    for measured in (paired_bootstrap, permutation_p):
        with pytest.raises(ValueError, match=message):
            measured(before, after, seed=0)


def test_a_level_is_a_share() -> None:
    """95 means .95, and is refused rather than guessed."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        paired_bootstrap([0.0], [1.0], seed=0, level=95)


# -- Holm ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p", "expected"),
    [
        # 4 * .005, 3 * .01, 2 * .03, and .04 kept no lower than the one before it
        ({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005}, dict(a=0.03, b=0.06, c=0.06, d=0.02)),
        ({"a": 0.6, "b": 0.5}, {"a": 1.0, "b": 1.0}),
        ({"a": 0.02}, {"a": 0.02}),
        ({}, {}),
    ],
    ids=["stepwise", "never above 1", "alone", "none"],
)  # fmt: skip
def test_holm_by_hand(p: dict[str, float], expected: dict[str, float]) -> None:
    """Holm (1979): the smallest times m, the next times m - 1, and never falling."""
    assert holm(p) == pytest.approx(expected)
    assert list(holm(p)) == list(p)


def test_holm_refuses_what_is_no_p_value() -> None:
    """A NaN sorts anywhere, so it must not come in."""
    with pytest.raises(ValueError, match="b"):
        holm({"a": 0.1, "b": float("nan")})
