"""`eval.verification`: what each kind of reason flags alone, and the thresholds of the fit."""

from __future__ import annotations

import numpy as np

from eval.verification.answers import Sample
from eval.verification.fit import Example, fit
from eval.verification.measure import OURS, STRUCK, Judged, alone


def judged(number: int, kind: str, kinds: set[str], flagged: set[str]) -> Judged:
    """One sample with the reasons that it was given."""
    true = kind == "paraphrase"
    sample = Sample(f"p{number}", "r", "development", kind, true, "", ())
    return Judged(sample, frozenset(flagged), 0.001, frozenset(kinds))


ROWS = [
    judged(1, "paraphrase", {"content"}, {OURS}),
    judged(2, "paraphrase", {"content", "number"}, {OURS, STRUCK}),
    judged(3, "dose", {"number"}, {OURS, STRUCK}),
    judged(4, "retelling", {"content"}, {OURS, STRUCK}),
    judged(5, "retelling", set(), set()),
]


def test_what_a_check_flags_alone_is_counted_by_truth() -> None:
    """Any / alone: of true sentences, of one-change falsehoods, of those in words of their own."""
    lines = {" ".join(line.split()) for line in alone(ROWS).splitlines()}
    assert "content 2 / 1 0 / 0 1 / 1" in lines
    assert "number 1 / 0 1 / 1 0 / 0" in lines


def test_what_is_struck_out_is_told_from_what_is_marked() -> None:
    lines = {" ".join(line.split()) for line in alone(ROWS).splitlines()}
    assert "paraphrase 2 2 (100.0%) 1 (50.0%)" in lines
    assert "retelling 2 1 (50.0%) 1 (50.0%)" in lines


def test_the_remark_asks_for_less_than_standing_and_for_more_than_a_wrong_citation() -> None:
    """One feature tells all: true parts lie at 1, false ones at .5, wrong citations at 0."""
    rng = np.random.default_rng(7)
    examples = [
        Example(
            f"r{at % 10}", np.asarray([value + rng.normal(0, 0.05), 0.0, 0.0, 0.0]), true, wrong
        )
        for at, (value, true, wrong) in enumerate(
            [(1.0, True, False)] * 40 + [(0.5, False, False)] * 40 + [(0.0, False, True)] * 40
        )
    ]
    made, _ = fit(examples)
    assert 0 < made["remark"] < made["least"] < 1
    at = made["coefficients"][0]
    wrong, middle = (1 / (1 + np.exp(-(at * x + made["intercept"]))) for x in (0.0, 0.5))
    assert wrong < made["remark"]
    assert middle < made["least"]
