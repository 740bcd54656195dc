"""A passage → the vectors of its sentences, the same whoever asks for them and when."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from rag.schema import Passage
from rag.sentences import sentence_spans

Vectors = np.ndarray[Any, np.dtype[np.float32]]


class Encodes(Protocol):
    """Anything that makes unit vectors of texts."""

    def encode(self, texts: tuple[str, ...]) -> Vectors:
        """One row per text."""
        ...


def sentence_vectors(text: str, passage: Passage, encoder: Encodes) -> Vectors | None:
    """A vector for each sentence of `passage` in its report's `text`; None for a title page.

    The sentences of one passage are always encoded together, and with nothing else: what else
    stands in a batch changes the last bits of a vector. So it does not matter whether they were
    stored when the report was added or made for a question, in this process or another.
    """
    if passage.kind == "front":
        return None
    spans = sentence_spans(text, passage.start, passage.end)
    return encoder.encode(tuple(text[a:b] for a, b in spans)) if spans else None
