"""Texts → vectors, each text encoded once; what likeness and support look at is the same."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

Encode = Callable[[list[str]], Any]
"""Texts → an array of one vector of length 1 for each."""

Array = np.ndarray[Any, np.dtype[np.float32]]
KEPT = 500  # vectors


class Vectors:
    """The vectors of the last `KEPT` texts; those that are new are encoded together.

    `known` are those that somebody has made before; they are never made again.
    """

    def __init__(self, encode: Encode, known: Mapping[str, Any] | None = None) -> None:
        self._encode = encode
        self._stored = dict(known or {})
        self._known: dict[str, Any] = {}
        self._lock = threading.Lock()

    def of(self, texts: Sequence[str]) -> Array:
        """Shape (texts, dimensions), rows of length 1."""
        with self._lock:
            every = dict.fromkeys(texts)
            new = [text for text in every if text not in self._known and text not in self._stored]
            if new:
                self._known.update(zip(new, self._encode(new), strict=True))
            found = np.stack(
                [self._stored[t] if t in self._stored else self._known[t] for t in texts]
            )
            for text in list(self._known)[:-KEPT]:
                del self._known[text]
            return found
