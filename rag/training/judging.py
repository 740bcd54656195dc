"""How patients fared, with the sentences that may say so → weights of stories and of sentences.

A response is likely for what holds of the whole story, and for the sentence that tells of it, which
nobody has marked: the chances of a value are summed over the sentences, so that the fit finds out
which of them speak (a mixture of conditional logits).
"""

from __future__ import annotations

from typing import Any

import numpy as np

Matrix = np.ndarray[Any, np.dtype[np.float64]]
Numbers = np.ndarray[Any, np.dtype[np.int64]]

_STEPS = 120
"""Steps of the fit, which is not convex: cross-validation was made with as many."""


def fitted(
    stories: Matrix, sentences: Matrix, of: Numbers, values: Numbers, strengths: tuple[float, float]
) -> tuple[Matrix, Matrix]:
    """(constants and weights of the stories' features, weights of the sentences'), each by value.

    `of` is the story of each sentence, every story having one at least; `values` the number of each
    story's response. `strengths` are the inverse penalties on squared weights of stories and of
    sentences; constants are free.
    """
    from scipy.optimize import minimize

    columns = np.hstack([np.ones((len(stories), 1)), stories])
    kinds, wide = int(values.max()) + 1, columns.shape[1]
    meant = np.zeros((len(stories), kinds))
    meant[np.arange(len(stories)), values] = 1
    penalty = np.full((wide + sentences.shape[1], kinds), 1 / strengths[0])
    penalty[0], penalty[wide:] = 0.0, 1 / strengths[1]

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        weights = flat.reshape(-1, kinds)
        power, total = _powers(sentences @ weights[wide:], of, len(stories))
        chances = _chances(columns @ weights[:wide] + np.log(total))
        value = -np.log((chances * meant).sum(1) + 1e-12).sum()
        off = chances - meant
        slope = np.vstack([columns.T @ off, sentences.T @ (power / total[of] * off[of])])
        slope += penalty * weights
        return float(value + 0.5 * (penalty * weights**2).sum()), slope.ravel()

    start = np.zeros(penalty.size)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    weights: Matrix = found.x.reshape(-1, kinds)
    return weights[:wide], weights[wide:]


def judged(
    stories: Matrix, sentences: Matrix, of: Numbers, weights: tuple[Matrix, Matrix]
) -> Numbers:
    """The number of the likeliest response of each story."""
    columns = np.hstack([np.ones((len(stories), 1)), stories])
    _, total = _powers(sentences @ weights[1], of, len(stories))
    likeliest: Numbers = (columns @ weights[0] + np.log(total)).argmax(1)
    return likeliest


_FAR = 30.0


def _powers(sums: Matrix, of: Numbers, stories: int) -> tuple[Matrix, Matrix]:
    power = np.exp(np.clip(sums, -_FAR, _FAR))
    total = np.zeros((stories, sums.shape[1]))
    np.add.at(total, of, power)
    return power, total


def _chances(sums: Matrix) -> Matrix:
    power = np.exp(sums - sums.max(1, keepdims=True))
    chances: Matrix = power / power.sum(1, keepdims=True)
    return chances
