"""Fusion is arithmetic that can be done by hand, and its order never depends on chance."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.fuse import normalise, ordered, ranks, score_sum

ROOT = Path(__file__).parents[1]

NORMALISED = {
    "lowest is 0, best is 1": (
        {"a": 2.0, "b": 4.0, "c": 3.0},
        None,
        {"a": 0.0, "b": 1.0, "c": 0.5},
    ),
    "from a floor": ({"a": 2.0, "b": 4.0}, 0.0, {"a": 0.5, "b": 1.0}),
    "cosines may be negative": ({"a": -0.5, "b": 0.5}, None, {"a": 0.0, "b": 1.0}),
    "all equal": ({"a": 3.0, "b": 3.0}, None, {"a": 1.0, "b": 1.0}),
    "all at the floor": ({"a": 0.0}, 0.0, {"a": 1.0}),
    "nothing": ({}, None, {}),
}


@pytest.mark.parametrize(("scores", "floor", "expected"), NORMALISED.values(), ids=NORMALISED)
def test_scores_move_to_between_0_and_1(scores, floor, expected) -> None:
    """The best is 1; the lowest, or the floor, is 0."""
    assert normalise(scores, floor) == expected


def test_the_sum_is_weighted_and_a_missing_arm_gives_nothing() -> None:
    """a: 0.5·1.0 + 0.3·0.5 = 0.65; b: 0.5·0.2 + 0.3·1.0 = 0.4; c: 0.3·0.1 = 0.03."""
    arms = {"dense": {"a": 1.0, "b": 0.2}, "lexical": {"a": 0.5, "b": 1.0, "c": 0.1}}
    assert score_sum(arms, {"dense": 0.5, "lexical": 0.3}) == [("a", 0.65), ("b", 0.4), ("c", 0.03)]


def test_an_arm_without_a_weight_is_an_error() -> None:
    """Silently leaving an arm out would change every ranking."""
    with pytest.raises(KeyError):
        score_sum({"dense": {"a": 1.0}}, {"lexical": 1.0})


def test_ties_end_in_the_id() -> None:
    """Equal scores come in the order of their ids, and so do those equal to six decimals."""
    assert ordered({"b": 0.5, "a": 0.5, "c": 0.7}) == [("c", 0.7), ("a", 0.5), ("b", 0.5)]
    assert ordered({"b": 0.50000001, "a": 0.5}) == [("a", 0.5), ("b", 0.5)]
    assert ordered({"b": 0.500001, "a": 0.5}) == [("b", 0.500001), ("a", 0.5)]


def test_ranks_count_from_1() -> None:
    """Ties have the ranks of their ids, so that no two share one."""
    assert ranks({"b": 0.5, "a": 0.5, "c": 0.7}) == {"c": 1, "a": 2, "b": 3}


def test_the_order_is_the_same_under_every_hash_seed() -> None:
    """Sets and dicts of texts iterate by hash seed; forty tied ids come out alike all the same."""
    code = (
        "from rag.fuse import score_sum\n"
        "ids = {f'r{n}#case/1' for n in range(40)}\n"
        "arms = {'dense': {i: 1.0 for i in ids}, 'lexical': {i: 0.5 for i in ids}}\n"
        "print(score_sum(arms, {'dense': 0.5, 'lexical': 0.3}))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2", "3")
    }
    assert len(outputs) == 1
    assert "('r0#case/1', 0.65), ('r1#case/1', 0.65), ('r10#case/1', 0.65)" in outputs.pop()


@given(
    st.dictionaries(st.text("ab", min_size=1, max_size=4), st.floats(-1, 1), max_size=8),
    st.dictionaries(st.text("ab", min_size=1, max_size=4), st.floats(0, 30), max_size=8),
)
def test_fusion_keeps_every_id_once_and_stays_in_range(dense, lexical) -> None:
    """Nothing is lost or doubled; with weights that sum to 1 no score leaves 0…1."""
    arms = {"dense": normalise(dense), "lexical": normalise(lexical, 0.0)}
    fused = score_sum(arms, {"dense": 0.6, "lexical": 0.4})
    assert sorted(key for key, _ in fused) == sorted({*dense, *lexical})
    assert all(0 <= score <= 1 for _, score in fused)
    assert fused == sorted(fused, key=lambda pair: (-pair[1], pair[0]))
