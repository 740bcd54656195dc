"""The measures that stand first: means, intervals, and the baseline over shared questions."""

from __future__ import annotations

import pytest

from eval.headline import MEASURES, ablation, headline
from eval.records import Record, Run


def record(
    name: str, *, verdict: str = "answerable", status: str = "answered", **figures
) -> Record:
    return Record(
        id=name, gold="made", verdict=verdict, kind="dose", style="terse", form="cold",
        status=status, probability=None, passages=(), cited=(), text="", short_answer=None,
        elapsed_ms=1.0, figures={key.replace("_", " "): value for key, value in figures.items()},
    )  # fmt: skip


def run(system: str, recalls: list[float], *more: Record) -> Run:
    made = [record(f"a-{n:03d}", fact_recall=value) for n, value in enumerate(recalls)]
    return Run({"system": system}, (*made, *more))


DECLINED = record("b-001", verdict="unanswerable", status="abstained", citations_exact=1.0)


def test_only_what_was_measured_has_a_row_in_the_order_of_the_measures():
    """Mean over the questions that have it; answered and declined come from the status."""
    rows = headline(run("casebook", [0.0, 1.0, 1.0, 1.0], DECLINED))
    assert [(row.measure, row.n, row.value) for row in rows] == [
        ("fact recall", 4, 0.75),
        ("citations exact", 1, 1.0),
        ("answered when answerable", 4, 1.0),
        ("declined when unanswerable", 1, 1.0),
    ]
    order = [MEASURES.index(row.measure) for row in rows]
    assert order == sorted(order)
    assert all(row.baseline is None and row.p is None for row in rows)
    assert headline(Run({}, ())) == ()


def test_the_interval_holds_the_mean_and_narrows_with_the_questions():
    """The same in every call; equal values leave nothing open."""
    few, many = (headline(run("x", [0.0, 1.0] * n))[0] for n in (10, 200))
    for row in (few, many):
        assert 0 < row.low < row.value == 0.5 < row.high < 1
    assert many.high - many.low < (few.high - few.low) / 3
    uneven = run("x", [n * n / 900 for n in range(30)])
    assert headline(uneven) == headline(uneven)
    same = headline(run("x", [0.25] * 10))[0]
    assert (same.low, same.high) == pytest.approx((0.25, 0.25))


def test_the_baseline_is_compared_over_the_questions_that_both_have():
    """A question that is new counts for the mean, not for the difference."""
    before = run("x", [0.0] * 10)
    after = run("x", [0.0] * 2 + [1.0] * 8, record("new-001", fact_recall=1.0))
    row = headline(after, before)[0]
    assert (row.measure, row.n, row.value) == ("fact recall", 11, pytest.approx(9 / 11))
    assert row.baseline == 0.0
    assert row.p is not None and row.p < 0.05
    (still,) = (r for r in headline(before, before) if r.measure == "fact recall")
    assert (still.baseline, still.p) == (0.0, 1.0)


def test_a_measure_that_is_new_has_no_baseline():
    """A dash, not a zero."""
    rows = {row.measure: row for row in headline(run("x", [1.0], DECLINED), run("x", [1.0]))}
    assert (rows["citations exact"].baseline, rows["citations exact"].p) == (None, None)
    assert rows["fact recall"].baseline == 1.0


def test_the_table_of_systems_has_a_row_for_each_run():
    """Every headline measure is a column; a system without a figure has None there."""
    made = ablation([run("casebook", [1.0, 0.5], DECLINED), Run({}, (DECLINED,))])
    assert made.measures == MEASURES
    assert [name for name, _ in made.rows] == ["casebook", "?"]
    first, second = (dict(zip(MEASURES, means, strict=True)) for _, means in made.rows)
    assert (first["fact recall"], first["declined when unanswerable"]) == (0.75, 1.0)
    assert (second["fact recall"], second["citations exact"]) == (None, 1.0)
    assert first["exhaustive recall"] is None
