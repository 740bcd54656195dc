"""A passage → the vectors of its sentences, the same whoever asks for them and when."""

from __future__ import annotations

from collections.abc import Sequence
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

    They are the same whether they were stored when the report was added or made for a question, in
    this process or another (`vectors_of_all`).
    """
    (found,) = vectors_of_all([(text, passage)], encoder)
    return found


def vectors_of_all(
    passages: Sequence[tuple[str, Passage]], encoder: Encodes
) -> list[Vectors | None]:
    """For each report's text and passage its sentences' vectors; None for one without sentences.

    Where what else stands in a batch changes the last bits of a vector, the sentences of one
    passage are encoded together, and with nothing else. An encoder that says `any_batch` gives the
    same bits in any company: it reads all of them in one go, which a network does sooner.
    """
    sentences = [_sentences(text, passage) for text, passage in passages]
    if not getattr(encoder, "any_batch", False):  # of a foreign encoder nothing is known
        return [encoder.encode(own) if own else None for own in sentences]
    every = tuple(sentence for own in sentences for sentence in own)
    rows = iter(np.split(encoder.encode(every), np.cumsum([len(own) for own in sentences])[:-1]))
    return [own if len(own) else None for own in rows] if every else [None] * len(passages)


def _sentences(text: str, passage: Passage) -> tuple[str, ...]:
    if passage.kind == "front":
        return ()
    return tuple(text[a:b] for a, b in sentence_spans(text, passage.start, passage.end))
