"""Chroma: the dense index, derived from the library's vectors, in immutable generations.

A generation is built into a folder (or, on a server, a collection) of its own, asked a question
whose answer is known, and only then pointed to; it is never changed afterwards. Chroma overwrites
its index in place while saving, so a process killed at that moment leaves it unqueryable (seen in
6 of 6 aimed kills); a generation that nobody points to yet can be lost without loss.

This module alone imports chromadb. Distances stay inside: scores leave it as cosines.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from rag.errors import ConfigError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

log = logging.getLogger(__name__)

Vectors = np.ndarray[Any, np.dtype[np.float32]]

COLLECTION = "passages"
# Chroma's HNSW settings: wider than the defaults (16, 100, 100), because a missed neighbour costs
# an answer and the index is small. Recall@200 of the exact order is checked by a test.
HNSW = {"space": "cosine", "max_neighbors": 32, "ef_construction": 200, "ef_search": 400}
BATCH = 1000
KEEP_GENERATIONS = 2


@dataclass(frozen=True, slots=True)
class Generation:
    """One finished dense index: its number and how many vectors it was built with."""

    number: int
    size: int


class DenseUnavailable(Exception):
    """The generation cannot be queried. Callers search exactly instead; users never see this."""


class DenseIndex:
    """The generations of one library, embedded in its folder or on a Chroma server."""

    def __init__(self, folder: Path, library_id: str, url: str = "") -> None:
        """`url`: '' for embedded Chroma, else e.g. ``http://127.0.0.1:8000``."""
        self._root = folder / "chroma"
        self._library_id = library_id
        self._url = url
        self._open: tuple[int, ClientAPI, Collection] | None = None

    def build(
        self,
        number: int,
        ids: Sequence[str],
        vectors: Vectors,
        metadata: Sequence[dict[str, str | int]],
    ) -> None:
        """Make generation `number` from scratch and prove that it answers.

        Raises DenseUnavailable when the self-query fails or the server does not answer.
        """
        self.close()
        self._discard(number)
        try:
            client = self._client(number)
            try:
                collection = client.create_collection(
                    self._collection_name(number),
                    embedding_function=None,
                    configuration={"hnsw": HNSW},  # type: ignore[arg-type]
                )
                for at in range(0, len(ids), BATCH):
                    collection.add(
                        ids=list(ids[at : at + BATCH]),
                        embeddings=vectors[at : at + BATCH],
                        metadatas=list(metadata[at : at + BATCH]),
                    )
                _self_query(collection, ids, vectors)
            finally:
                _close(client)
        except DenseUnavailable:
            raise
        except Exception as error:  # chromadb raises many kinds; none may lose the library
            raise DenseUnavailable(str(error)) from error

    def verify(self, number: int, ids: Sequence[str], vectors: Vectors) -> None:
        """Ask generation `number` for passages that it must hold. Raises DenseUnavailable."""
        collection = self._collection(number)
        try:
            _self_query(collection, ids, vectors)
        except DenseUnavailable:
            raise
        except Exception as error:
            raise DenseUnavailable(str(error)) from error

    def count(self, number: int) -> int:
        """The number of vectors that generation `number` says it holds."""
        try:
            return int(self._collection(number).count())
        except DenseUnavailable:
            raise
        except Exception as error:
            raise DenseUnavailable(str(error)) from error

    def query(
        self, number: int, vector: Vectors, limit: int, ids: Sequence[str] | None = None
    ) -> list[str]:
        """The ids of about the `limit` nearest passages (HNSW is approximate), nearest first.

        `ids` restricts the search to these. Raises DenseUnavailable.
        """
        collection = self._collection(number)
        try:
            limit = min(limit, len(ids) if ids is not None else limit, collection.count())
            if limit < 1:
                return []
            found = collection.query(
                query_embeddings=np.asarray([vector], dtype=np.float32),
                n_results=limit,
                ids=list(ids) if ids is not None else None,
                include=[],
            )
        except Exception as error:
            raise DenseUnavailable(str(error)) from error
        return [str(place) for place in found["ids"][0]]

    def prune(self, current: int) -> None:
        """Remove generations that no process can still need.

        The one before the current stays: another process may be in the middle of a question.
        """
        if self._url or not self._root.is_dir():
            return
        for path in sorted(self._root.glob("generation-*")):
            number = int(path.name.rpartition("-")[2])
            if number <= current - KEEP_GENERATIONS or number > current:
                shutil.rmtree(path, ignore_errors=True)

    def close(self) -> None:
        """Let go of the open generation."""
        if self._open is not None:
            _close(self._open[1])
            self._open = None

    def _collection(self, number: int) -> Collection:
        if self._open is not None and self._open[0] == number:
            return self._open[2]
        self.close()
        if not self._url and not (self._folder(number) / "chroma.sqlite3").is_file():
            raise DenseUnavailable(f"generation {number} is missing")
        try:
            client = self._client(number)
            collection = client.get_collection(
                self._collection_name(number), embedding_function=None
            )
        except Exception as error:
            raise DenseUnavailable(str(error)) from error
        self._open = (number, client, collection)
        return collection

    def _client(self, number: int) -> ClientAPI:
        os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        if not self._url:
            folder = self._folder(number)
            folder.mkdir(parents=True, exist_ok=True)
            return chromadb.PersistentClient(path=str(folder), settings=settings)
        host, port, ssl = _address(self._url)
        return chromadb.HttpClient(host=host, port=port, ssl=ssl, settings=settings)

    def _folder(self, number: int) -> Path:
        return self._root / f"generation-{number:06d}"

    def _collection_name(self, number: int) -> str:
        if not self._url:
            return COLLECTION
        return f"casebook-{self._library_id}-{number:06d}"

    def _discard(self, number: int) -> None:
        """Clear what a killed build left behind under this number."""
        if not self._url:
            shutil.rmtree(self._folder(number), ignore_errors=True)
            return
        try:
            client = self._client(number)
            client.delete_collection(self._collection_name(number))
        except ConfigError:
            raise
        except Exception as error:  # nothing there to discard, or no server: build() will say
            log.debug("nothing discarded: %s", error)


def _self_query(collection: Collection, ids: Sequence[str], vectors: Vectors) -> None:
    """Every probed vector must find itself: `count()` answers even when the index is torn."""
    if collection.count() != len(ids):
        raise DenseUnavailable(f"{collection.count()} of {len(ids)} vectors arrived")
    if not ids:
        return
    step = max(1, len(ids) // 10)
    probes = list(range(0, len(ids), step))
    found = collection.query(
        query_embeddings=np.asarray(vectors[probes], dtype=np.float32),
        n_results=min(10, len(ids)),
        include=["distances"],
    )
    distances = found["distances"] or []
    for i, nearest, distance in zip(probes, found["ids"], distances, strict=True):
        # Equal texts have equal vectors, so a twin may come first; the distance must still be 0.
        if ids[i] not in nearest and distance[0] > 1e-4:
            raise DenseUnavailable(f"the index does not find {ids[i]} by its own vector")


def _address(url: str) -> tuple[str, int, bool]:
    parts = urlsplit(url if "//" in url else f"//{url}")
    if not parts.hostname or parts.scheme not in ("", "http", "https"):
        raise ConfigError(
            f"CASEBOOK_CHROMA_URL: '{url}' is not an address such as http://127.0.0.1:8000"
        )
    ssl = parts.scheme == "https"
    return parts.hostname, parts.port or (443 if ssl else 8000), ssl


def _close(client: ClientAPI) -> None:
    try:
        client.close()  # type: ignore[attr-defined]  # the class has it, its interface does not
    except Exception as error:
        log.debug("Chroma client did not close: %s", error)
