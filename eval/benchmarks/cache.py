"""The product's encoder with a memory on disk, so that a second ablation embeds nothing again."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.embed import SentenceEncoder

Vectors = np.ndarray[Any, np.dtype[np.float32]]

FOLDER = Path("~/.cache/casebook-benchmarks").expanduser()
GROUP = 1024  # texts encoded between two commits: a killed run loses a minute at most


class CachedEncoder:
    """Answers like the `SentenceEncoder` that it wraps; texts once encoded come from a file."""

    def __init__(self, encoder: SentenceEncoder, folder: Path = FOLDER) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._encoder, self._folder = encoder, folder
        self.name, self.hash, self.dtype = encoder.name, encoder.hash, encoder.dtype
        self.adapted = encoder.adapted
        self.dimensions, self.max_tokens = encoder.dimensions, encoder.max_tokens
        self.count_tokens = encoder.count_tokens
        self._db = sqlite3.connect(
            folder / f"vectors-{encoder.hash}-{encoder.dtype}.sqlite3", isolation_level=None
        )
        self._db.execute("CREATE TABLE IF NOT EXISTS vectors (key TEXT PRIMARY KEY, vector BLOB)")

    @property
    def reading(self) -> CachedEncoder:
        """The encoder of sentences, with a memory of its own."""
        own = self._encoder.reading
        return self if own is self._encoder else CachedEncoder(own, self._folder)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per text, in order, as `SentenceEncoder.encode` gives them."""
        keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        missing = {k: t for k, t in zip(keys, texts, strict=True) if self._stored(k) is None}
        # Sorted by length, so that a batch holds texts of like length and little padding.
        waiting = sorted(missing, key=lambda key: (len(missing[key]), key))
        for at in range(0, len(waiting), GROUP):
            group = waiting[at : at + GROUP]
            vectors = self._encoder.encode([missing[key] for key in group])
            self._db.execute("BEGIN")
            self._db.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                [(key, v.astype("<f4").tobytes()) for key, v in zip(group, vectors, strict=True)],
            )
            self._db.execute("COMMIT")
        found = [self._stored(key) or b"" for key in keys]
        rows = np.frombuffer(b"".join(found), dtype="<f4").astype(np.float32)
        return rows.reshape(len(texts), self.dimensions)

    def _stored(self, key: str) -> bytes | None:
        row = self._db.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
        return bytes(row[0]) if row else None
