"""A folder of a public benchmark → documents, queries and judgements; queries in two halves.

`eval.external.sets` reads the files and says how they are made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from eval.external.sets import Document
from eval.external.sets import load as read

Half = Literal["tune", "report"]


@dataclass(frozen=True, slots=True)
class BenchmarkSet:
    """`queries` and `relevant` go by query id; `relevant` holds document id → grade above 0."""

    name: str
    documents: tuple[Document, ...]
    queries: Mapping[str, str]
    relevant: Mapping[str, Mapping[str, int]]
    whole: int  # documents before any limit


def load(folder: Path, limit_docs: int | None = None) -> BenchmarkSet:
    """The set in `folder`, named after it.

    With `limit_docs`, the first documents of the file are kept, and the queries whose relevant
    documents are all among them: a smaller library is an easier task. Raises ExternalSetError.
    """
    data = read(folder)
    asked = [query for query in data.queries if query.relevant]
    queries = {query.id: query.text for query in asked}
    relevant = {query.id: query.relevant for query in asked}
    whole = BenchmarkSet(data.name, data.documents, queries, relevant, len(data.documents))
    return _limited(whole, limit_docs) if limit_docs else whole


def half(query_id: str) -> Half:
    """The half that a query is in, by a hash of its id: settings are chosen on 'tune' alone."""
    return "tune" if hashlib.sha256(query_id.encode()).digest()[0] % 2 == 0 else "report"


def _limited(data: BenchmarkSet, limit: int) -> BenchmarkSet:
    documents = data.documents[:limit]
    kept = {document.id for document in documents}
    queries = {q: text for q, text in data.queries.items() if kept.issuperset(data.relevant[q])}
    return replace(data, documents=documents, queries=queries)
