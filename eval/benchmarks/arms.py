"""A benchmark set → a real library, and for each query the scores of every arm before fusion.

Library, candidates and scores are the product's own (`rag.index`, `rag.search`); only the last
step, fusion, is caught and done later, so that one search serves every ablation
(`eval.benchmarks.fusion.check` compares that with the product's own order).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

import numpy as np

from eval.benchmarks.cache import CachedEncoder
from eval.benchmarks.sets import BenchmarkSet
from eval.external.shelf import shelve
from rag import index, search
from rag.chat import Casebook
from rag.config import PASSAGE_TOKENS, Settings
from rag.embed import SentenceEncoder
from rag.library import Library
from rag.search import Searcher
from rag.upkeep import refresh_dense

Scores = np.ndarray[Any, np.dtype[np.float64]]

ARMS = ("dense", "lexical", "report")
READ_DEPTH = 100  # passages behind ten documents; the reader reads the first of them


@dataclass(frozen=True, slots=True)
class Found:
    """The candidates of one query, sorted by passage id; what an arm missed is NaN."""

    places: tuple[str, ...]
    scores: Mapping[str, Scores]

    @property
    def documents(self) -> list[str]:
        """The document of each candidate."""
        return [place.partition("#")[0] for place in self.places]


@contextmanager
def built(
    data: BenchmarkSet, folder: Path, encoder: CachedEncoder, tokens: int = PASSAGE_TOKENS
) -> Iterator[Casebook]:
    """A Casebook over a new library of all documents in `folder`, passages of ≤ `tokens` tokens."""
    with (
        Library(folder, create=True) as library,
        patch.object(index, "PASSAGE_TOKENS", tokens),
        # The search does not ask for the vectors of sentences, and they cost most of the time; the
        # reader makes those that it needs.
        patch.object(index, "vectors_of_all", lambda found, _: [None] * len(found)),
    ):
        shelve(data.documents, library, encoder)
    with opened(folder, encoder) as casebook:
        yield casebook


@contextmanager
def opened(folder: Path, encoder: CachedEncoder) -> Iterator[Casebook]:
    """The Casebook of a library folder, its dense index built."""
    with Casebook(folder, Settings(), encoder=cast("SentenceEncoder", encoder)) as casebook:
        refresh_dense(casebook.library, casebook.dense, force=True)
        yield casebook


def warm(encoder: CachedEncoder, queries: Sequence[str]) -> None:
    """Embed all queries in batches, as the search will ask for them one by one."""
    encoder.encode(list(queries))
    encoder.encode([search.expanded_query(q, search.searched_expansions(q)) for q in queries])


def find(searcher: Searcher, query: str, *, expand: bool = True) -> Found:
    """What each arm gave for a query; without `expand`, the lexicon is not asked."""
    caught: dict[str, Mapping[str, float]] = {}

    def keep(arms: Mapping[str, Mapping[str, float]], _: object) -> list[tuple[str, float]]:
        caught.update(arms)
        return []

    known = search.searched_expansions
    with (
        patch.object(search, "normalise", lambda scores, **_: dict(scores)),
        patch.object(search, "score_sum", keep),
        patch.object(search, "searched_expansions", known if expand else lambda _: []),
    ):
        searcher.search(query, 1)
    places = tuple(sorted({place for scores in caught.values() for place in scores}))
    scores = {
        arm: np.asarray([caught.get(arm, {}).get(p, np.nan) for p in places], dtype=np.float64)
        for arm in ARMS
    }
    return Found(places, scores)


def read_documents(casebook: Casebook, queries: Mapping[str, str]) -> dict[str, list[str]]:
    """The ten best documents after the reader has put the passages into its order, by query id."""
    ordered = {}
    for query_id, query in sorted(queries.items()):
        hits = casebook.ask(query, k=READ_DEPTH).hits
        ordered[query_id] = list(dict.fromkeys(hit.passage.report_id for hit in hits))[:10]
    return ordered
