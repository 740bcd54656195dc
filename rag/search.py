"""Query + filters → hits: dense and word search, fused by score, the same for every caller.

Candidates come from Chroma, from the passages that are newer than Chroma's generation, and from
FTS5; every candidate then gets its exact cosine and its BM25, so that the approximate index can
cost a candidate but never change a score.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np

from rag.config import (
    CANDIDATES,
    EXACT_FILTERED_UP_TO,
    SEARCHED_SYNONYMS,
    WEIGHT_DENSE,
    WEIGHT_LEXICAL,
    WEIGHT_REPORT,
)
from rag.dense import PROBES, DenseIndex, DenseUnavailable
from rag.embed import SentenceEncoder
from rag.filters import AllowedRows, Filters
from rag.fuse import DECIMALS, normalise, ranks, score_sum
from rag.generic_names import with_generic_names
from rag.lexicon import Expansion, lexicon
from rag.library import Library
from rag.library.cache import PassageCache
from rag.library.phrases import PhraseScores
from rag.library.vectors import VectorCache
from rag.library.words import Rows, WordScores, best_first, match_phrases, query_words
from rag.schema import Hit
from rag.works.fullest import fullest_first, said_by_fuller

log = logging.getLogger(__name__)

Vectors = np.ndarray[Any, np.dtype[np.float32]]

OVERFETCH = 2
"""How many times more than it needs is asked of Chroma: HNSW misses some of the last ones."""
COPIED_SHARE = 5
"""Of all vectors a fifth at most is copied out to be compared."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each arm counts: cosine, the passage's BM25, the whole report's BM25."""

    dense: float = WEIGHT_DENSE
    lexical: float = WEIGHT_LEXICAL
    report: float = WEIGHT_REPORT


@dataclass(frozen=True, slots=True)
class _Placed:
    """Where each arm ranked the places that it found, and how near they are to the query."""

    ranks: dict[str, dict[str, int]] = field(default_factory=dict)
    cosine: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query in the forms that the arms take, and the rows that may be found (None: all)."""

    vector: Vectors
    words: WordScores
    reports: dict[str, float]
    allowed: Rows | None


class Searcher:
    """Searches one library. Every call sees what is stored by then, in whatever process."""

    def __init__(
        self,
        library: Library,
        encoder: SentenceEncoder,
        dense: DenseIndex,
        *,
        weights: Weights = Weights(),
        exact_up_to: int = 0,
    ) -> None:
        """A library of at most `exact_up_to` passages is searched without `dense`."""
        self.library = library
        self.encoder = encoder
        self.dense = dense
        self.weights = weights
        self._exact_up_to = exact_up_to
        self.dense_problem = ""
        self._checked = 0
        self._tail = VectorCache(library)
        self._all = VectorCache(library)
        self._passages = PassageCache(library)
        self._allowed = AllowedRows(library)
        self._words = PhraseScores(library)

    def search(
        self,
        query: str,
        k: int,
        filters: Filters | None = None,
        *,
        whole_reports: int = 0,
        without: Collection[str] = (),
    ) -> list[Hit]:
        """The `k` best hits, best first; ties end in the passage id. A blank query gives none.

        The remaining passages of the `whole_reports` best reports (of all their editions) follow,
        so that these can be read in full. What an edition says that a fuller one says, too, is
        found in that (`rag.works.fullest`). Reports `without` are not searched. Raises FilterError.
        """
        if not query.strip() or k < 1:
            return []
        rows = self._allowed.of(filters or {}, without)
        if rows is not None and not len(rows):
            return []
        known = searched_expansions(query)
        vector = self.encoder.encode([expanded_query(with_generic_names(query), known)])[0]
        phrases = match_phrases(query_words(query), searched_wordings(known))
        words, reports = self._words.search(phrases, CANDIDATES, rows)
        asked = _Asked(vector, words, reports, rows)
        found = {*words.best(CANDIDATES), *self._nearest(vector, rows)}
        order, placed = self._ranked(asked, sorted(found), k)
        if whole_reports and order:
            best = self._best_reports(order, whole_reports)
            added = self._rest_of(best, [place for place, _ in order], rows)
            if added:
                order, placed = self._ranked(asked, sorted({*found, *added}), k, best)
            order = _cut(order, k, best)
        else:
            order = order[:k]
        return self._hits(order, placed)

    def _ranked(
        self, asked: _Asked, rows: list[int], k: int, whole: Collection[str] = ()
    ) -> tuple[list[tuple[str, float]], _Placed]:
        """As `_fused`, with the fullest edition of each work first among the `k` best and the
        passages of the `whole` reports.
        """
        order, placed = self._fused(asked, rows)
        shown = [place for place, _ in _cut(order, k, whole)]
        shared = self.library.shared_works({place.partition("#")[0] for place in shown})
        if not shared:
            return order, placed
        said = said_by_fuller(self.library, shown, shared, asked.allowed)
        fuller = {place for told in said.values() for place in told.by} - {p for p, _ in order}
        if fuller:
            rows = sorted({*rows, *self._passages.rows_at(sorted(fuller)).values()})
            order, placed = self._fused(asked, rows)
        return fullest_first(order, said), placed

    def _best_reports(self, order: Sequence[tuple[str, float]], number: int) -> list[str]:
        """The reports of the best works: those that were found, and the other editions."""
        ids = list(dict.fromkeys(place.partition("#")[0] for place, _ in order))
        works = self.library.works(ids)
        best = list(dict.fromkeys(works[report_id] for report_id in ids))[:number]
        found = [report_id for report_id in ids if works[report_id] in best]
        others = [one for ids in self.library.shared_works(found).values() for one in ids]
        return list(dict.fromkeys([*found, *others]))

    def _rest_of(
        self, report_ids: Sequence[str], known: Sequence[str], rows: Rows | None
    ) -> list[int]:
        """The rows of these reports' passages that are not known yet and pass the filters."""
        places = [
            passage.id
            for report_id in report_ids
            for passage, _ in self.library.report_passages(report_id)
        ]
        missing = sorted(set(places) - set(known))
        found = sorted(self.library.rows_at(missing).values())
        if rows is None:
            return found
        wanted = np.asarray(found, dtype=np.int64)
        return cast("list[int]", wanted[np.isin(wanted, rows)].tolist())

    def _fused(self, asked: _Asked, rows: list[int]) -> tuple[list[tuple[str, float]], _Placed]:
        """Places with their fused score, best first; and what is known of each place."""
        rows, vectors = self._passages.vectors(rows)
        if not rows:
            return [], _Placed()
        places = self._passages.places(rows)
        scores = (vectors @ asked.vector).tolist()
        cosine = {places[row]: score for row, score in zip(rows, scores, strict=True)}
        lexical = {places[row]: score for row, score in asked.words.of(rows).items()}
        owners = {place: place.partition("#")[0] for place in cosine}
        whole = {
            place: asked.reports[owner] for place, owner in owners.items() if owner in asked.reports
        }
        arms = {
            "dense": normalise(cosine),
            "lexical": normalise(lexical, floor=0.0),
            "report": normalise(whole, floor=0.0),
        }
        weights = {
            "dense": self.weights.dense,
            "lexical": self.weights.lexical,
            "report": self.weights.report,
        }
        placed = {arm: ranks(scores) for arm, scores in (("dense", cosine), ("lexical", lexical))}
        return score_sum(arms, weights), _Placed(placed, cosine)

    def _hits(self, order: list[tuple[str, float]], placed: _Placed) -> list[Hit]:
        row_of = self._passages.rows_at([place for place, _ in order])
        found = self.library.passages([row_of[place] for place, _ in order])
        works = self.library.works({place.partition("#")[0] for place, _ in order})
        hits: list[Hit] = []
        for place, score in order:
            passage, text = found[row_of[place]]
            where = {arm: at[place] for arm, at in placed.ranks.items() if place in at}
            near = round(placed.cosine[place], 4)
            hits.append(
                Hit(passage, text, round(score, 4), where, works[passage.report_id], cosine=near)
            )
        return hits

    # -- dense candidates -----------------------------------------------------------------------

    def _nearest(self, vector: Vectors, rows: Rows | None) -> list[int]:
        """Rows of the passages nearest to `vector`: exactly, or from Chroma and its tail."""
        exact_up_to = self._exact_up_to if rows is None else EXACT_FILTERED_UP_TO
        if exact_up_to and self.library.count_passages() <= exact_up_to:
            return _top(*self._all.since(0), vector, rows)
        generation = int(self.library.meta("generation", "0"))
        built = int(self.library.meta("generation_revision", "0"))
        found = _top(*self._tail.since(built), vector, rows)
        if generation == 0:
            return found
        try:
            found += self._from_chroma(generation, built, vector, rows)
            self.dense_problem = ""
        except DenseUnavailable as error:
            if not self.dense_problem:
                log.warning("the dense index does not answer (%s); search is exact", error)
            self.dense_problem = str(error) or "no answer"
            self._checked = 0
            return _top(*self._all.since(0), vector, rows)
        # The same candidates wherever a passage lies, in the generation or beside it.
        return _top(*self._passages.vectors(found), vector, None)

    def _from_chroma(
        self, generation: int, built: int, vector: Vectors, rows: Rows | None
    ) -> list[int]:
        if self._checked != generation:
            self.dense.verify(generation, *self.library.sample(built, PROBES))
            self._checked = generation
        places = None
        if rows is not None:
            # Chroma refuses ids that it does not hold, such as those of newer passages.
            places = sorted(self.library.places(rows.tolist(), until=built).values())
        # Removed passages stay in a generation until the next one: ask for as many more.
        inside = self.library.count_passages() - self.library.count_passages(since=built)
        gone = max(0, int(self.library.meta("generation_size", "0")) - inside)
        near = self.dense.query(generation, vector, OVERFETCH * CANDIDATES + gone, places)
        return list(self._passages.rows_at(near).values())


def _cut(
    order: Sequence[tuple[str, float]], k: int, whole: Collection[str]
) -> list[tuple[str, float]]:
    """The `k` best places, and after them those of the `whole` reports."""
    return [*order[:k], *(item for item in order[k:] if item[0].partition("#")[0] in whole)]


def searched_expansions(query: str) -> list[Expansion]:
    """What the lexicon knows of a query that is worth searching for.

    General words ('treatment', 'history') are not: their synonyms stand everywhere. Their
    shorthand ('hx', 'f/u') is, since no report uses it.
    """
    found = []
    for expansion in lexicon().expand(query):
        concept = lexicon().concept(expansion.name)
        general = concept is not None and concept.kind == "shorthand"
        if not general or len(expansion.text) <= 3 or "/" in expansion.text:
            found.append(expansion)
    return found


def searched_wordings(expansions: Iterable[Expansion]) -> list[str]:
    """The wordings that are searched for what the lexicon knows of a query, the commonest first."""
    found = (word for e in expansions for word in (e.name, *e.terms[:SEARCHED_SYNONYMS]))
    return list(dict.fromkeys(found))


def expanded_query(query: str, expansions: Iterable[Expansion]) -> str:
    """The query with the preferred names of its abbreviations and synonyms put after it.

    The encoder knows 'creatine kinase' better than 'CK'. Names that the query already has are
    not repeated.
    """
    names = [e.name for e in expansions if e.name.lower() not in query.lower()]
    unique = list(dict.fromkeys(names))
    return f"{query} ({', '.join(unique)})" if unique else query


def _top(
    rows: Rows | Sequence[int],
    vectors: Vectors,
    vector: Vectors,
    allowed: Rows | None,
) -> list[int]:
    """The nearest rows among those allowed (None: all), nearest first, ties by row."""
    if not len(rows):
        return []
    known = np.asarray(rows, dtype=np.int64)
    if allowed is not None:
        held = np.flatnonzero(np.isin(known, allowed))
        # Where few are left, only these are multiplied; copying many would cost more than it saves.
        if len(held) <= len(known) // COPIED_SHARE:
            known, vectors = known[held], vectors[held]
            scores = np.round(vectors @ vector, DECIMALS)
        else:
            scores = np.round(vectors @ vector, DECIMALS)[held]
            known = known[held]
    else:
        scores = np.round(vectors @ vector, DECIMALS)
    order = best_first(scores, CANDIDATES)
    found: list[int] = known[order].tolist()
    return found
