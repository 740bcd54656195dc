"""Stand-ins that mean something: an encoder without a model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np

_WORD = re.compile(r"\w+")


class WordEncoder:
    """A hashed bag of words with the face of `rag.embed.SentenceEncoder`.

    Texts that share words are near, so assertions about ranking mean something; the same text
    gives the same vector in every process. A token is a word.
    """

    name = "words"
    dtype = "float32"
    dimensions = 64
    max_tokens = 254
    adapted = False

    def __init__(self, hash: str = "words-1") -> None:
        self.hash = hash
        self.encoded: list[str] = []

    @property
    def reading(self) -> WordEncoder:
        return self

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(_WORD.findall(text)) for text in texts]

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.encoded.extend(texts)
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in _WORD.findall(text.lower()):
                digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
                number = int.from_bytes(digest, "big")
                vectors[row, number % self.dimensions] += 1.0 if number >> 63 else -1.0
            vectors[row, 0] += 1e-3  # no text is without a direction
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self.encode(texts).tolist()

    def embed_query(self, text: str) -> list[float]:
        return self.encode([text])[0].tolist()
