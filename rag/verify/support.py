"""How likely a claim is what its spans say, where a rule flags it on weak grounds.

Rules read words: of 'the combination carries a bad prognosis' the span 'ovarian cancer with
dermatomyositis has a poor outlook' has none. How many words there are, how near an encoder finds
claim and spans, and whether it finds the contrary of the claim nearer still, are weighed by a small
logistic model (`eval.verification.fit`). It has no say on facts: numbers, units, drugs, routes,
frequencies, antibodies, ages, sexes, patients, citations and quotations stay with the rules.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from rag.verify.contrary_claims import contraries
from rag.verify.grounds import Grounds
from rag.verify.sense import coverage
from rag.verify.vectors import Vectors
from rag.verify.verdict import Kind, Reason, Verdict
from rag.verify.words import words

FILE = "support.json"
WEAK: tuple[Kind, ...] = ("content", "finding")
"""Kinds of reasons that say no more than that a word is not there. Denials, outcomes and directions
are not among them: there the same model keeps the false ones it should not (eval/verification)."""

FEATURES = ("nearest", "contrary", "coverage", "uncovered")
"""What is weighed; `features` says what each is."""

Support = Callable[[str, Grounds], Verdict]
"""(claim that rules flag on weak grounds, its grounds) → 'supported' where these support it all the
same, 'partly' where they speak of the same thing and no more can be said, else 'unsupported'."""

Array = np.ndarray[Any, np.dtype[np.float64]]


def is_weak(reasons: Collection[Reason]) -> bool:
    """Whether everything that flags a claim is of a kind that may be weighed."""
    return bool(reasons) and all(reason.kind in WEAK for reason in reasons)


def is_of_words(reasons: Collection[Reason]) -> bool:
    """Whether a claim is flagged for no more than that its words are not in its spans."""
    return bool(reasons) and all(reason.kind == "content" for reason in reasons)


def features(claim: str, proof: Grounds, vectors: Vectors) -> Array:
    """Shape (FEATURES,): the cosine of the claim with the nearest of its spans (one of them, or
    all as one); how much nearer to that the nearest contrary of the claim is; the share of its
    words, names and numbers that the spans have, and how many of its telling words they have not.
    """
    said = " ".join(claim.split()).strip(" ,;.")
    against = contraries(said)
    spans = [*proof.quotes, *([" ".join(proof.quotes)] if len(proof.quotes) > 1 else [])]
    rows = vectors.of([said, *against, *spans]).astype(np.float64)
    own, contrary, told = rows[0], rows[1 : 1 + len(against)], rows[1 + len(against) :]
    best = told[int(np.argmax(told @ own))]
    nearest = float(best @ own)
    stems = {w.stem for w in words(proof.text)}
    return np.asarray(
        [
            nearest,
            float((contrary @ best).max()) - nearest if len(contrary) else 0.0,
            coverage(claim, proof),
            sum(w.telling and w.stem not in stems for w in words(claim)),
        ]
    )


@dataclass(frozen=True, slots=True)
class Weights:
    """`support.json`: a logistic model of FEATURES, and from which probability a claim
    stands: `least` as it is, `remark` with a remark.
    """

    coefficients: Array
    intercept: float
    least: float
    remark: float

    def probability(self, row: Array) -> float:
        """The probability that a claim with these features is supported."""
        return 1 / (1 + math.exp(-float(row @ self.coefficients) - self.intercept))


@cache
def shipped() -> Weights:
    """The weights that come with Casebook. Raises ValueError for those of other features."""
    stored = json.loads(files("rag.verify").joinpath(FILE).read_text("utf-8"))
    if stored["features"] != [*FEATURES]:
        raise ValueError(f"{FILE} was fitted to other features; run eval.verification.fit")
    return Weights(
        np.asarray(stored["coefficients"]), stored["intercept"], stored["least"], stored["remark"]
    )  # fmt: skip


def support(vectors: Vectors) -> Support:
    """A `Support` by this encoder and the shipped weights."""
    weights = shipped()

    def supported(claim: str, proof: Grounds) -> Verdict:
        probability = weights.probability(features(claim, proof, vectors))
        if probability >= weights.least:
            return "supported"
        return "partly" if probability >= weights.remark else "unsupported"

    return supported
