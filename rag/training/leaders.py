"""Stories with their times to response → the weights by which a leading time is called right.

How sure a model is of what it was fitted on says nothing, so that each leader is that of a fit
which did not see its text (stacking, Wolpert 1992).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from rag.records.chosen_time import leader_values, ranked
from rag.records.linear import Weights
from rag.records.timing import Candidate

STRENGTH = 0.05
"""The inverse of the penalty: of .02, .05 and .1 the recall at a precision of .90 in
cross-validation by text was .62, .62 and .63, and .36, .42 and .39 in the longer texts."""
_FOLDS = 6
_SEEN = 5
"""A feature that holds for fewer leaders is left out."""

Leader = tuple[dict[str, float], bool]
"""The values of a leading time, and whether it is right."""


def leaders(
    texts: Sequence[str],
    found: Sequence[Sequence[Candidate]],
    is_right: Callable[[int, Candidate], bool],
    choose: Callable[[Sequence[int]], Weights],
) -> list[Leader]:
    """The leading time of each story that has times, by a fit on other texts.

    `texts` names the text of each story; `is_right` says whether a time of the story at a place is
    the noted one; `choose` fits the weights of times on the stories at some places.
    """
    fold = {text: n % _FOLDS for n, text in enumerate(sorted(set(texts)))}
    told: list[Leader] = []
    for part in range(_FOLDS):
        weights = choose([at for at, text in enumerate(texts) if fold[text] != part])
        for at, text in enumerate(texts):
            if fold[text] == part and found[at]:
                ranking = ranked(found[at], weights)
                right = is_right(at, found[at][ranking.times[0][1]])
                told.append((leader_values(found[at], ranking), right))
    return told


def fitted(told: Sequence[Leader]) -> dict[str, float]:
    """Feature → weight, '' for the constant."""
    from sklearn.linear_model import LogisticRegression

    names = _names(values for values, _ in told)
    rows = np.array([[values.get(name, 0.0) for name in names] for values, _ in told])
    model = LogisticRegression(C=STRENGTH, max_iter=3000)
    model.fit(rows, [right for _, right in told])
    weights = zip(names, map(float, model.coef_[0]), strict=True)
    return {"": round(float(model.intercept_[0]), 3)} | {
        name: round(weight, 3) for name, weight in weights if abs(weight) > _LEAST
    }


_LEAST = 0.001


def _names(rows: Iterable[dict[str, float]]) -> list[str]:
    seen = Counter(name for values in rows for name in values)
    return sorted(name for name, times in seen.items() if times >= _SEEN)
