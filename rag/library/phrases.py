"""BM25 of a query put together from that of its words, which the next question often shares.

FTS5's `bm25()` is a sum over the phrases of an expression, in their order (its source, ext/fts5/
fts5_aux.c). So each phrase is scored by itself, once while the library stays, and the sums are
those of `rag.library.words` to the last bit: over 100,000 passages the common words of questions
('old', 'improved') stand in every second passage, and scoring them took 100 ms at each question.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from rag.library.cache import Revision
from rag.library.library import Library
from rag.library.words import (
    Rows,
    WordScores,
    best_reports,
    expression_of,
    score_passages,
    score_reports,
    search_reports,
)

BY_PHRASE_UP_TO = 500_000
"""Passages of a library that is scored by phrases; the common ones of a larger one are not kept."""
KEPT_SCORES = 2_000_000
"""Scores that are remembered, 16 bytes each; before there are more, all are forgotten."""


class PhraseScores:
    """The word search of one library. Read it inside a snapshot.

    The first query of a process is scored in one go: a process that asks one question has nobody
    to remember for, and two common words cost twice as much apart.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._revision = Revision(library)
        self._passages: dict[str, WordScores] = {}
        self._reports: dict[str, WordScores] = {}
        self._queries = 0

    def search(
        self, phrases: Sequence[str], limit: int, rows: Collection[int] | Rows | None = None
    ) -> tuple[WordScores, dict[str, float]]:
        """The scores of all passages (among `rows`) with one of the phrases, and of the reports.

        As `score_passages` and, for the `limit` best, `search_reports` give them.
        """
        if self._revision.changed():
            self._passages, self._reports = {}, {}
        self._queries += 1
        db, phrases = self._library.db, list(dict.fromkeys(phrases))
        if self._queries == 1 or self._library.count_passages() > BY_PHRASE_UP_TO:
            expression = expression_of(phrases)
            return score_passages(db, expression, rows), search_reports(db, expression, limit)
        self._make_room()
        for phrase in phrases:
            if phrase not in self._passages:
                self._passages[phrase] = score_passages(db, phrase)
                self._reports[phrase] = score_reports(db, phrase)
        passages = _sum([self._passages[phrase] for phrase in phrases])
        reports = _sum([self._reports[phrase] for phrase in phrases])
        return passages.among(rows), best_reports(db, reports, limit)

    def _make_room(self) -> None:
        kept = (*self._passages.values(), *self._reports.values())
        if sum(len(scores.rows) for scores in kept) > KEPT_SCORES:
            self._passages, self._reports = {}, {}


def _sum(scores: Sequence[WordScores]) -> WordScores:
    """The sum of each row's scores, added in their order, as FTS5 adds them."""
    last = max((int(one.rows[-1]) for one in scores if len(one.rows)), default=-1)
    total, found = np.zeros(last + 1), np.zeros(last + 1, dtype=np.bool_)
    for one in scores:
        total[one.rows] += one.scores
        found[one.rows] = True
    rows = np.flatnonzero(found)
    return WordScores(rows, total[rows])
