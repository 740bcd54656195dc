"""Question + sentence → the rows that a small transformer reads; numbers only, without torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rag.embed import special_tokens
from rag.reader.networks.text import Text

if TYPE_CHECKING:
    from tokenizers import Tokenizer

QUESTION_TOKENS = 72
HEADER_TOKENS = 96
SENTENCE_TOKENS = 256
"""What is read of each part; a longer question keeps its end, which is where it asks."""

Matrix = np.ndarray[Any, np.dtype[np.int64]]


class Tokenised(NamedTuple):
    """One (question, sentence): token ids, segment ids, the sentence's own places, characters.

    `own` are the places of the sentence's tokens in `ids`, `characters` where each of those stands
    in the sentence.
    """

    ids: list[int]
    segments: list[int]
    own: range
    characters: tuple[tuple[int, int], ...]


class Padded(NamedTuple):
    """Whole numbers of shape (pairs, tokens)."""

    ids: Matrix
    mask: Matrix
    segments: Matrix


class Tokeniser:
    """Texts → what a network reads."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        """`tokenizer` neither cuts nor pads."""
        self._tokenizer = tokenizer
        self._start, self._stop, self._padding = special_tokens(tokenizer)

    def _pieces(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        read = self._tokenizer.encode(text, add_special_tokens=False)
        return read.ids, read.offsets

    def pair(self, question: str, text: Text) -> Tokenised:
        """One question with one sentence; what is beyond SENTENCE_TOKENS is not read."""
        asked = self._pieces(question)[0][-QUESTION_TOKENS:]
        header = self._pieces(text.header)[0][:HEADER_TOKENS]
        first = [self._start, *asked, self._stop]
        ids = [*first, *header, self._stop]
        tokens, offsets = self._pieces(text.sentence)
        tokens, offsets = tokens[:SENTENCE_TOKENS], offsets[:SENTENCE_TOKENS]
        segments = [0] * len(first) + [1] * (len(header) + 1 + len(tokens) + 1)
        own = range(len(ids), len(ids) + len(tokens))
        return Tokenised([*ids, *tokens, self._stop], segments, own, tuple(offsets))

    def padded(self, read: Sequence[Tokenised]) -> Padded:
        """Several pairs, padded to the longest."""
        longest = max(len(one.ids) for one in read)

        def rows(values: Sequence[list[int]], filling: int) -> Matrix:
            full = [row + [filling] * (longest - len(row)) for row in values]
            return np.array(full, dtype=np.int64)

        return Padded(
            rows([one.ids for one in read], self._padding),
            rows([[1] * len(one.ids) for one in read], 0),
            rows([one.segments for one in read], 1),
        )
