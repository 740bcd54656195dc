"""Question → its documents among all of a set: nDCG@10 and R@10 of each arm of the search.

A document is as good as its best passage. A document without a word of the question is not found
by BM25 alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.external.measures import Judge, Result
from eval.external.sets import ExternalSet, Query
from eval.external.shelf import ARMS, LEXICAL, Encoder, Say, searchers, shelve
from rag.config import CANDIDATES
from rag.search import Searcher

MEASURES = ("nDCG@10", "R@10")
DEPTH = 10

EVERY = 2 * CANDIDATES
"""As many hits as the search has candidates: ten documents may have many passages each."""


def retrieval(
    data: ExternalSet, encoder: Encoder, limit: int | None = None, say: Say = lambda _: None
) -> Result:
    """The figures over the first `limit` queries (default: all) among all documents of the set.

    Queries without a relevant document are left out. Raises MeasuresMissing, LibraryError.
    """
    judged = [query for query in data.queries if query.relevant]
    asked = judged[:limit]
    judge = Judge(MEASURES, {query.id: query.relevant for query in asked})
    with searchers(lambda library: shelve(data.documents, library, encoder, say), encoder) as (
        _,
        by_arm,
    ):
        rankings = {arm: _rankings(by_arm[arm], arm, asked, say) for arm in ARMS}
    return Result(
        data.name,
        f"documents: question → its documents among {len(data.documents):,}",
        len(asked),
        {arm: judge.means(found) for arm, found in rankings.items()},
        len(data.queries) - len(judged),
        "no document answers them",
    )


def documents(searcher: Searcher, query: str, *, lexical: bool = False) -> list[str]:
    """The ids of the ten best documents, each by its best passage, best first.

    With `lexical`, only those that BM25 knows.
    """
    hits = searcher.search(query, EVERY)
    known = [hit.passage.report_id for hit in hits if not lexical or "lexical" in hit.ranks]
    return list(dict.fromkeys(known))[:DEPTH]


def _rankings(
    searcher: Searcher, arm: str, asked: Sequence[Query], say: Say
) -> dict[str, list[str]]:
    say(f"{arm}: {len(asked):,} questions …")
    return {query.id: documents(searcher, query.text, lexical=arm == LEXICAL) for query in asked}
