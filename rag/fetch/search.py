"""A query → the records that the service finds, page by page; an identifier → its record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rag.errors import FetchError, UnusableAnswer
from rag.fetch.identifiers import Identifier
from rag.fetch.markup import words
from rag.fetch.record import Record, record
from rag.fetch.transport import Service

_PAGE = 100
# Of the records that mention an identifier, the one that has it is among the first.
_CANDIDATES = 5


@dataclass(slots=True)
class Found:
    """What a search found: at most as many records as were asked for, in the service's order.

    `hits` is how many the service has; `stopped` says why it broke off before the end ('' if not).
    """

    records: list[Record] = field(default_factory=list)
    hits: int = 0
    stopped: str = ""


def narrowed(query: str, since: int | None = None, *, open_access: bool = False) -> str:
    """The query as it is sent: as given, with the narrowing conditions beside it."""
    conditions = [f"PUB_YEAR:[{since} TO 3000]"] if since is not None else []
    conditions += ["OPEN_ACCESS:Y"] if open_access else []
    return " AND ".join([f"({query})", *conditions]) if conditions else query


def search(service: Service, query: str, most: int) -> Found:
    """The first `most` records for a query, in the service's own order.

    Raises FetchError when there is no first page; a later failure ends the search and is told.
    """
    found = Found()
    cursor = "*"
    seen = {cursor}
    while len(found.records) < most:
        try:
            page = _page(service, query, cursor, min(_PAGE, most))
        except FetchError as error:
            if not found.records:
                raise
            found.stopped = str(error)
            return found
        results = _results(page)
        found.hits = max(found.hits, _count(page))
        found.records += [known for known in map(record, results) if known is not None]
        # The last page has no next cursor, or the one that led to it.
        cursor = str(page.get("nextCursorMark") or "")
        if not results or not cursor or cursor in seen:
            break
        seen.add(cursor)
    del found.records[most:]
    found.hits = max(found.hits, len(found.records))
    return found


def look_up(service: Service, identifier: Identifier) -> Record | None:
    """The record of one article; None when the service does not know it. Raises FetchError."""
    results = _results(_page(service, identifier.query, "*", _CANDIDATES))
    known = (record(result) for result in results)
    return next((found for found in known if found and found.answers(identifier)), None)


def _page(service: Service, query: str, cursor: str, size: int) -> Mapping[str, Any]:
    """One page of results. Raises FetchError."""
    answer = service.get(
        "search",
        {
            "query": query,
            "format": "json",
            "resultType": "core",
            "pageSize": str(size),
            "cursorMark": cursor,
        },
    )
    try:
        page = json.loads(answer.body)
    except (ValueError, RecursionError):
        page = None
    if isinstance(page, dict) and isinstance(page.get("errMsg"), str):
        raise UnusableAnswer(
            f"{service.base} refuses the search: {words(page['errMsg'])[:300]}; mend the query"
        )
    if not isinstance(page, dict) or not isinstance(page.get("resultList"), dict):
        raise UnusableAnswer(
            f"{service.base}/search sends no list of results ({answer.kind or 'of no kind'}); "
            "check CASEBOOK_EUROPE_PMC, or try again later"
        )
    return page


def _results(page: Mapping[str, Any]) -> list[Any]:
    results = page["resultList"].get("result")
    return results if isinstance(results, list) else []


def _count(page: Mapping[str, Any]) -> int:
    said = page.get("hitCount")
    return said if isinstance(said, int) and said >= 0 else 0
