"""Several candidates of each story, of which one or none is meant → weights of their features.

A conditional logit (McFadden 1974): the candidates of a story and 'none of them', whose weight is
0, share a chance of 1, and the chance of those that are right is raised. Several may be right, as
'at week 8' and 'within 8 weeks' are; which of them is meant is left to the fit.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Matrix = np.ndarray[Any, np.dtype[np.float64]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

_FAR = 30.0
_STEPS = 500


def fitted(rows: Matrix, story: Numbers, right: Flags, strength: float) -> Matrix:
    """The weights, the constant first, that make what is right likeliest.

    `rows` has a row of features for each candidate, `story` the number of its story from 0,
    `right` whether it is meant; a story without a right one has none that is meant. `strength` is
    the inverse of the penalty on squared weights; the constant is free.
    """
    from scipy.optimize import minimize

    columns = np.hstack([np.ones((len(rows), 1)), rows])
    stories = int(story.max()) + 1
    answered = np.zeros(stories, dtype=bool)
    np.logical_or.at(answered, story, right)
    penalty = np.full(columns.shape[1], 1 / strength)
    penalty[0] = 0.0

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        power = np.exp(np.clip(columns @ weights, -_FAR, _FAR))
        total = 1 + np.bincount(story, power, stories)
        good = np.where(answered, np.bincount(story, power * right, stories), 1.0)
        meant = np.where(answered[story], power * right / good[story], 0.0)
        slope = columns.T @ (power / total[story] - meant) + penalty * weights
        value = np.log(total / good).sum() + 0.5 * (penalty * weights**2).sum()
        return float(value), slope

    start = np.zeros(columns.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    weights: Matrix = found.x
    return weights
