"""Vectors → a generation of the dense index, and a query → the ids of the nearest in it."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.dense.errors import DenseUnavailable, unavailable
from rag.dense.folders import Folders

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

    from rag.dense.server import Server

log = logging.getLogger(__name__)

Vectors = np.ndarray[Any, np.dtype[np.float32]]

# Chroma's HNSW settings: wider than the defaults (16, 100, 100), because a missed neighbour costs
# an answer and the index is small. Of the exact best 200 among 12,744 passages of PubMedQA and
# COVID-QA, 400 candidates miss 57 in 60,000 with ef_search 400, and 6 with 800.
HNSW = {"space": "cosine", "max_neighbors": 32, "ef_construction": 200, "ef_search": 800}
KEEP_GENERATIONS = 2
PROBES = 10
"""Stored vectors that a generation is asked for, to see whether it answers."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Some passages: their ids, their vectors, and what Chroma keeps beside each."""

    ids: list[str]
    vectors: Vectors
    metadata: Sequence[Mapping[str, str | int]]


class DenseIndex:
    """The generations of one library, embedded in its folder or on a Chroma server."""

    def __init__(self, folder: Path, library_id: str, url: str = "") -> None:
        """`url`: '' for embedded Chroma, else e.g. ``http://127.0.0.1:8000``.

        Raises ConfigError for a `url` that is none.
        """
        os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
        self._place = _server(url, library_id) if url else Folders(folder / "chroma")
        self._open: tuple[int, ClientAPI, Collection] | None = None
        self._held = 0

    def build(self, number: int, size: int, slices: Iterable[Slice]) -> None:
        """Make generation `number` of `size` passages from scratch and prove that it answers.

        They come in slices, none of which is held longer than Chroma needs to take it. Raises
        DenseUnavailable when it does not answer, or when the disk or the server refuses; what was
        built until then is removed.
        """
        self.close()
        with unavailable():
            try:
                probes = self._fill(number, size, slices)
                self._place.settle(number)
                self.verify(number, *probes)
            except BaseException:
                self.close()
                self._place.discard(number)
                raise

    def verify(self, number: int, ids: Sequence[str], vectors: Vectors) -> None:
        """Check that generation `number` finds these passages of its own. Raises DenseUnavailable.

        Chroma counts its vectors even when its index is torn, so they must find themselves.
        """
        with self._queried(number) as collection:
            if not ids:
                return
            found = collection.query(
                query_embeddings=np.asarray(vectors, dtype=np.float32),
                n_results=min(10, collection.count()),
                include=["distances"],
            )
        distances = found["distances"] or []
        for place, nearest, distance in zip(ids, found["ids"], distances, strict=True):
            # Equal texts have equal vectors, so a twin may come first; its distance is 0, too.
            if place not in nearest and (not distance or distance[0] > 1e-4):
                raise DenseUnavailable(f"{place} is not found by its own vector")

    def count(self, number: int) -> int:
        """The number of vectors that generation `number` says it holds. Raises DenseUnavailable."""
        with self._queried(number) as collection:
            return int(collection.count())

    def query(
        self, number: int, vector: Vectors, limit: int, ids: Sequence[str] | None = None
    ) -> list[str]:
        """The ids of about the `limit` nearest passages (HNSW is approximate), nearest first.

        `ids` restricts the search to these, which must all be in the generation. Raises
        DenseUnavailable.
        """
        with self._queried(number) as collection:
            limit = min(limit, len(ids) if ids is not None else limit, self._held)
            if limit < 1:
                return []
            found = collection.query(
                query_embeddings=np.asarray([vector], dtype=np.float32),
                n_results=limit,
                ids=list(ids) if ids is not None else None,
                include=[],
            )
        return [str(place) for place in found["ids"][0]]

    def prune(self, current: int) -> None:
        """Remove generations that no process can still need.

        The one before the current stays: another process may be in the middle of a question.
        """
        self._place.prune(current - KEEP_GENERATIONS + 1, current)

    def close(self) -> None:
        """Let go of the open generation."""
        if self._open is not None:
            _close(self._open[1])
            self._open = None

    def _fill(self, number: int, size: int, slices: Iterable[Slice]) -> tuple[list[str], Vectors]:
        """Hand all slices to Chroma; some PROBES of their passages, evenly taken, come back."""
        # One save, of everything, at the last vector: what Chroma has not saved, each process that
        # opens the generation would index again, and write.
        hnsw: dict[str, Any] = {**HNSW, "sync_threshold": max(2, size)}
        ids: list[str] = []
        vectors: list[Vectors] = []
        client = self._place.make(number)
        try:
            collection = client.create_collection(
                self._place.name(number),
                metadata={"size": size},
                # Chroma's default one fetches a model from the network at the first text.
                embedding_function=None,
                configuration={"hnsw": hnsw},  # type: ignore[arg-type]
            )
            step, first = max(1, size // PROBES), 0
            for own in slices:
                collection.add(ids=own.ids, embeddings=own.vectors, metadatas=list(own.metadata))
                probes = slice(-first % step, None, step)
                ids += own.ids[probes]
                vectors.append(own.vectors[probes].copy())
                first += len(own.ids)
        finally:
            _close(client)
        return ids, np.concatenate(vectors) if vectors else np.zeros((0, 0), dtype=np.float32)

    @contextmanager
    def _queried(self, number: int) -> Iterator[Collection]:
        """The collection of a generation; after a failure it is opened afresh the next time."""
        with unavailable():
            try:
                yield self._collection(number)
            except Exception:
                self.close()
                raise

    def _collection(self, number: int) -> Collection:
        if self._open is not None and self._open[0] == number:
            return self._open[2]
        self.close()
        client = self._place.open(number)
        try:
            collection = client.get_collection(self._place.name(number), embedding_function=None)
            held, wanted = collection.count(), (collection.metadata or {}).get("size")
            if held != wanted:
                raise DenseUnavailable(f"it holds {held} of {wanted} vectors")
        except BaseException:
            _close(client)
            raise
        self._open = (number, client, collection)
        self._held = held  # generations never change: counting again would cost what a query does
        return collection


def _server(url: str, library_id: str) -> Server:
    from rag.dense.server import Server  # and what speaks HTTP

    return Server(url, library_id)


def _close(client: ClientAPI) -> None:
    try:
        client.close()  # type: ignore[attr-defined]  # the class has it, its interface does not
    except Exception as error:
        log.debug("Chroma client did not close: %s", error)


def load_chroma() -> None:
    """Import Chroma now instead of at the first question (0.3 s)."""
    import chromadb  # noqa: F401
