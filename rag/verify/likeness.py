"""How near a claim is to its spans in meaning, by a sentence encoder; for words nobody lists.

An encoder does not see a 'not' or a changed number, so it has no say on those. It tells whether
two sentences speak of the same thing in other words, and whether a citation is of something else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Protocol

Likeness = Callable[[str, Sequence[str]], float]
"""(claim, cited slices) → the cosine, -1 to 1, of the claim with the nearest of them."""


class Encoder(Protocol):
    """What encodes texts as vectors of length 1; LangChain's `Embeddings` do."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector for each text."""


def likeness(encoder: Encoder) -> Likeness:
    """A `Likeness` by this encoder. Each text is encoded once; the last 500 are kept."""

    @lru_cache(maxsize=500)
    def vector(text: str) -> Any:  # noqa: ANN401 - a numpy array
        import numpy as np

        return np.asarray(encoder.embed_documents([text])[0], dtype=np.float32)

    def nearest(claim: str, slices: Sequence[str]) -> float:
        texts = [*slices, " ".join(slices)] if len(slices) > 1 else [*slices]
        return max(float(vector(claim) @ vector(text)) for text in texts)

    return nearest
