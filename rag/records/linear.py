"""Features of something → how likely it is, by the weights that were fitted for the question.

The weights stand in `course.json`; `rag.training.course` fits them on the case texts and digests
that are for training. They are plain sums, so that a record is the same on every machine.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Literal

Question = Literal["response", "sentence", "time to response", "follow-up"]
"""What is asked of a story; 'sentence' is which of its sentences tells of the response."""

Weights = Mapping[str, float]
"""Feature → weight; '' is the constant."""

_FAR = 30.0
"""Sums are cut here: the exponential of more says nothing and may overflow."""


@cache
def models(question: Question) -> dict[str, dict[str, float]]:
    """Value → its weights; a question of yes or no has the one value 'yes'."""
    text = (files("rag.records") / "course.json").read_text("utf-8")
    fitted: dict[str, dict[str, dict[str, float]]] = json.loads(text)
    return fitted[question]


def likelihood(features: Iterable[str], weights: Weights) -> float:
    """How likely something is, judged by its features alone: the logistic model's answer."""
    return 1 / (1 + math.exp(-_sum(features, weights)))


def chances(rows: Sequence[Iterable[str]], weights: Weights) -> list[float]:
    """How likely each of several is the one that is meant, by their features.

    None of them may be: what the chances lack of 1 is its chance (a conditional logit, McFadden
    1974, whose weight for none is 0).
    """
    powers = [math.exp(_sum(features, weights)) for features in rows]
    total = 1 + math.fsum(powers)
    return [power / total for power in powers]


def shares(
    story: frozenset[str], told: Sequence[frozenset[str]]
) -> list[tuple[float, str, tuple[float, ...]]]:
    """(likelihood, value, what each sentence adds to it) of each response, the likeliest first.

    `told` are the features of the sentences under treatment. The likelihoods sum to 1; so do the
    parts of the sentences, which say which of them tells of the response.
    """
    said = models("sentence")
    found = []
    for value, weights in models("response").items():
        powers = [math.exp(_sum(one, said[value])) for one in told]
        total = math.fsum(powers) or 1.0  # nothing told says nothing
        found.append((math.exp(_sum(story, weights)) * total, value, [p / total for p in powers]))
    whole = math.fsum(power for power, _, _ in found)
    return sorted(((p / whole, value, tuple(each)) for p, value, each in found), reverse=True)


def _sum(features: Iterable[str], weights: Weights) -> float:
    # fsum is exact: the order in which a set gives its features doesn't matter.
    total = math.fsum([weights.get("", 0.0), *(weights.get(name, 0.0) for name in features)])
    return max(-_FAR, min(_FAR, total))
