"""How near a claim is to its spans in meaning, by a sentence encoder; for words nobody lists.

An encoder does not see a 'not' or a changed number, so it has no say on those. It tells whether
two sentences speak of the same thing in other words, and whether a citation is of something else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.verify.vectors import Encode

Likeness = Callable[[str, Sequence[str]], float]
"""(claim, cited slices) → the cosine, -1 to 1, of the claim with the nearest of them."""


def likeness(encode: Encode) -> Likeness:
    """A `Likeness` by this encoder; `Vectors.of` encodes each text once."""

    def nearest(claim: str, slices: Sequence[str]) -> float:
        texts = [*slices, " ".join(slices)] if len(slices) > 1 else [*slices]
        own, *told = encode([claim, *texts])
        return max(float(own @ vector) for vector in told)

    return nearest
