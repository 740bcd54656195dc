"""One of several, or none: the weights that `rag.training.choosing` fits."""

from __future__ import annotations

import numpy as np

from rag.records.linear import chances
from rag.training.choosing import fitted


def test_what_marks_the_right_one_weighs_more() -> None:
    """In ten stories 'improved' is meant and 'given' is not; in two nothing is meant."""
    rows = np.array([[1.0, 0.0], [0.0, 1.0]] * 10 + [[0.0, 1.0]] * 2)
    story = np.array([n for n in range(10) for _ in range(2)] + [10, 11])
    right = np.array([True, False] * 10 + [False] * 2)
    constant, improved, given = fitted(rows, story, right, strength=1.0)
    assert improved > 0 > given
    weights = {"": constant, "improved": improved, "given": given}
    both = chances([{"improved"}, {"given"}], weights)
    assert both[0] > 0.5 > 1 - sum(both) > both[1]
    assert chances([{"given"}], weights)[0] < 0.5  # 'none of them' is likelier


def test_which_of_two_right_ones_is_meant_is_left_open() -> None:
    """Both are right; together they take what the chance of none leaves."""
    story, right = np.array([0, 0, 1, 1]), np.array([True] * 4)
    constant, weight = fitted(np.array([[1.0], [0.0]] * 2), story, right, strength=1.0)
    assert abs(weight) < 0.1
    assert sum(chances([{"x"}, set()], {"": constant, "x": weight})) > 0.9
