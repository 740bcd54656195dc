"""The second stage of the spine: resolved question → the passages to read.

Retracted reports stay out unless they are wanted; a follow-up looks in its report alone, and drugs
that are compared are each looked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from rag.config import RANKED_HITS, WHOLE_REPORTS
from rag.conversation.resolve import Resolved
from rag.filters import Filters
from rag.library import Library
from rag.reader.kinds.drugs_compared import asked_of_each
from rag.schema import Hit
from rag.search import Searcher
from rag.works.standing import Standing, retracted


class SearchStage:
    """Finds passages in a library; all its methods raise FilterError and LibraryError."""

    def __init__(self, library: Library, searcher: Searcher, standing: Standing) -> None:
        self._library = library
        self._searcher = searcher
        self._standing = standing

    def search(
        self,
        resolved: Resolved,
        k: int,
        filters: Filters,
        *,
        include_retracted: bool,
    ) -> list[Hit]:
        """The passages to read for a resolved question: at least `k`, best first."""
        wanted = dict(filters)
        besides: tuple[str, ...] = ()
        if resolved.report_ids and "report" not in wanted:
            wanted["report"] = self._with_editions(resolved.report_ids)
        if resolved.besides and "report" not in wanted:
            besides = self._with_editions(resolved.besides)
        queries = () if "report" in wanted else asked_of_each(resolved.query)
        found = [
            self.hits(
                query,
                max(k, RANKED_HITS),
                wanted,
                include_retracted,
                whole_reports=WHOLE_REPORTS,
                besides=besides,
            )
            for query in queries or (resolved.query,)
        ]
        return _in_turn(found)[: max(k, RANKED_HITS)] if queries else found[0]

    def hits(
        self,
        query: str,
        k: int,
        filters: Filters,
        include_retracted: bool,
        *,
        whole_reports: int = 0,
        besides: Sequence[str] = (),
    ) -> list[Hit]:
        """The best passages for the words of `query`, with what became of their reports.

        `whole_reports` and more are as for `rag.search.Searcher.search`; `besides` are left out.
        """
        standing = self._standing.now()
        without = [*besides, *([] if include_retracted else self.left_out(filters))]
        hits = self._searcher.search(
            query, k, filters, whole_reports=whole_reports, without=without
        )
        return [replace(hit, editorial=standing.get(hit.passage.report_id)) for hit in hits]

    def left_out(self, filters: Filters) -> list[str]:
        """The retracted reports that no filter names."""
        named = {value.strip().lower() for value in filters.get("report", ())}
        return [i for i in retracted(self._standing.now()) if i not in named]

    def _with_editions(self, report_ids: Sequence[str]) -> tuple[str, ...]:
        """The reports that a follow-up is about, with the other editions of their works.

        A report of several patients stays alone: another edition may number them otherwise.
        """
        ids = dict.fromkeys(report_ids)
        for editions in self._library.shared_works(report_ids).values():
            reports = [self._library.report(report_id) for report_id in editions]
            if all(report.patients < 2 for report in reports):
                ids |= dict.fromkeys(editions)
        return tuple(ids)


def _in_turn(found: Sequence[Sequence[Hit]]) -> list[Hit]:
    """The hits of several searches, the best of each first; each passage once."""
    first: dict[str, Hit] = {}
    for hit in (hit for row in zip_longest(*found) for hit in row if hit is not None):
        first.setdefault(hit.passage.id, hit)
    return list(first.values())


def followed(hits: Sequence[Hit], others: Sequence[Hit]) -> tuple[Hit, ...]:
    """`hits`, and below them those of `others` that are not among them, scored no higher."""
    own = {hit.passage.id for hit in hits}
    lowest = min((hit.score for hit in hits), default=float("inf"))
    below = [h for h in others if h.passage.id not in own]
    return (*hits, *(replace(hit, score=min(hit.score, lowest)) for hit in below))
