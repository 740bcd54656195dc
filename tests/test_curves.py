"""Curves over records: small cases by hand, and scikit-learn as an oracle for AUROC."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import pytest
from sklearn.metrics import roc_auc_score

from eval.curves import Bin, CurveError, Latency, auroc, latency, reliability, right, risk_coverage
from eval.measure import ALL_FACTS
from eval.records import Record


def record(
    name: str,
    probability: float | None,
    *,
    verdict: str = "answerable",
    good: bool | None = True,
    elapsed_ms: float = 10.0,
) -> Record:
    return Record(
        id=name,
        gold="digests",
        verdict=verdict,
        kind="dose",
        style="terse",
        form="cold",
        status="answered",
        probability=probability,
        passages=(),
        cited=(),
        text="",
        short_answer=None,
        elapsed_ms=elapsed_ms,
        figures={} if good is None or verdict != "answerable" else {ALL_FACTS: float(good)},
    )


@pytest.mark.parametrize(
    ("verdict", "good", "expected"),
    [
        ("answerable", True, True),
        ("answerable", False, False),
        ("answerable", None, None),
        ("unanswerable", None, False),
        ("out of domain", None, False),
        ("false premise", None, None),
        ("advice", None, None),
    ],
)
def test_what_counts_as_a_right_answer(
    verdict: str, good: bool | None, expected: bool | None
) -> None:
    """Answering what the reports do not answer is wrong; a false premise is counted apart."""
    assert right(record("a", 0.5, verdict=verdict, good=good)) is expected


# -- risk and coverage --------------------------------------------------------------------------


def test_the_surest_questions_are_answered_first() -> None:
    """right, wrong, right, wrong: the risks are 0, 1/2, 1/3, 1/2 and the area is their mean."""
    found = risk_coverage(
        [
            record("d", 0.2, verdict="unanswerable"),
            record("a", 0.9),
            record("c", 0.5),
            record("b", 0.7, good=False),
        ]
    )
    assert found.points == ((0.25, 0.0), (0.5, 1 / 2), (0.75, 1 / 3), (1.0, 1 / 2))
    assert found.area == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_questions_of_one_probability_go_by_id() -> None:
    """The order of the records does not matter."""
    records = [record("b", 0.5), record("a", 0.5, good=False), record("c", 0.5)]
    expected = ((1 / 3, 1.0), (2 / 3, 1 / 2), (1.0, 1 / 3))
    for order in (records, records[::-1]):
        assert risk_coverage(order).points == expected


def test_what_cannot_be_ranked_or_judged_is_counted() -> None:
    """Without a probability: left out; a false premise and a list of reports: apart."""
    found = risk_coverage(
        [
            record("a", 0.5),
            record("b", None),
            record("c", 0.9, verdict="false premise"),
            record("d", 0.9, good=None),
        ]
    )
    assert (found.points, found.left_out, found.apart) == (((1.0, 0.0),), 1, 2)


# -- AUROC --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("decimals", [1, 17], ids=["many ties", "hardly any"])
def test_auroc_is_that_of_scikit_learn(seed: int, decimals: int) -> None:
    """To 1e-9, ties included; other verdicts and missing probabilities take no part."""
    draw = Random(seed)
    records = [
        record(
            f"q-{number}",
            None if draw.random() < 0.1 else round(draw.random(), decimals),
            verdict=draw.choice(["answerable", "unanswerable", "false premise", "advice"]),
        )
        for number in range(draw.randint(40, 120))
    ]
    found = auroc(records, against="unanswerable")
    asked = [r for r in records if r.verdict in ("answerable", "unanswerable")]
    known = [r for r in asked if r.probability is not None]
    wanted = roc_auc_score(
        [r.verdict == "answerable" for r in known], [r.probability for r in known]
    )
    assert found.value == pytest.approx(wanted, abs=1e-9)
    assert found.answerable + found.other == len(known)
    assert found.left_out == len(asked) - len(known)


def test_auroc_needs_both_kinds() -> None:
    """No out-of-domain question was asked: there is nothing to tell apart."""
    found = auroc([record("a", 0.9)], against="out of domain")
    assert (found.value, found.answerable, found.other) == (None, 1, 0)


# -- reliability --------------------------------------------------------------------------------


def test_bins_hold_nearly_equal_counts() -> None:
    """Two bins of two: means 0.3 and 0.8, shares 0.5 and 1; the error weighs both distances."""
    found = reliability(
        [record("a", 0.2, good=False), record("b", 0.4), record("c", 0.7), record("d", 0.9)], 2
    )
    assert [b.n for b in found.bins] == [2, 2]
    assert [b.right for b in found.bins] == [0.5, 1.0]
    assert [b.probability for b in found.bins] == pytest.approx([0.3, 0.8])
    assert found.error == pytest.approx((2 * 0.2 + 2 * 0.2) / 4)


def test_one_probability_is_never_split() -> None:
    """Ten questions at 0.5, half of them right, are one calibrated bin, whatever their ids."""
    records = [record(f"q-{n}", 0.5, good=n < 5) for n in range(10)]
    found = reliability([*records, record("z", 1.0)])
    assert found.bins == (Bin(10, 0.5, 0.5), Bin(1, 1.0, 1.0))
    assert found.error == 0.0


@pytest.mark.parametrize("count", [1, 7, 10, 11, 95])
def test_each_question_is_in_one_bin(count: int) -> None:
    """Few questions make few bins, none is empty, and counts differ by one at most."""
    draw = Random(count)
    found = reliability([record(f"q-{n}", draw.random()) for n in range(count)])
    sizes = [b.n for b in found.bins]
    assert sum(sizes) == count
    assert len(sizes) == min(count, 10)
    assert max(sizes) - min(sizes) <= 1
    assert [b.probability for b in found.bins] == sorted(b.probability for b in found.bins)


def test_no_question_no_figure() -> None:
    """Nothing to divide by is None, not zero."""
    assert risk_coverage([]).area is None
    assert reliability([record("a", None)]).error is None
    assert reliability([record("a", None)]).left_out == 1
    assert latency([]) is None
    with pytest.raises(ValueError, match="at least 1"):
        reliability([], 0)


@pytest.mark.parametrize("value", [1.01, -0.1, float("nan"), float("inf")])
def test_a_score_that_is_no_probability_is_refused(value: float) -> None:
    """A log-odds score would be drawn off the page; the question is named."""
    for curve in (risk_coverage, reliability, lambda rs: auroc(rs, against="advice")):
        with pytest.raises(CurveError, match=r"dose-007: .* not between 0 and 1"):
            curve([record("dose-007", value)])


# -- latency ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "p50", "p95"),
    [([7], 7, 7), ([2, 1], 1, 2), (range(1, 21), 10, 19), (range(1, 22), 11, 20)],
    ids=["one", "two", "95 % of twenty", "95 % of twenty-one"],
)
def test_percentiles_are_times_that_were_measured(times: Iterable[int], p50: int, p95: int) -> None:
    """Nearest rank: the smallest time that at least so many per cent do not exceed."""
    found = latency([record(f"q-{ms}", None, elapsed_ms=float(ms)) for ms in times])
    assert found == Latency(p50, p95, len(list(times)))
