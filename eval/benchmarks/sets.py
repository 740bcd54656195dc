"""A folder of a public benchmark → documents, queries and judgements; queries in two halves.

One format: ``docs.jsonl`` (id, title, text), ``queries.jsonl`` (id, text) and ``qrels.tsv`` (query,
document, grade), or the document's id as ``para`` of each query.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from rag.formats.layout import slugify

Half = Literal["tune", "report"]


@dataclass(frozen=True, slots=True)
class Document:
    """One document; its id is safe as a report id."""

    id: str
    title: str
    text: str


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
    documents are all among them: a smaller library is an easier task. Raises FileNotFoundError,
    ValueError.
    """
    documents = [
        Document(slugify(row["id"]), row["title"], row["text"])
        for row in _lines(folder / "docs.jsonl")
    ]
    if len({document.id for document in documents}) < len(documents):
        raise ValueError(f"{folder}/docs.jsonl: two documents share an id once it is a slug")
    rows = _lines(folder / "queries.jsonl")
    relevant = _judgements(folder, rows)
    queries = {row["id"]: row["text"] for row in rows if relevant.get(row["id"])}
    whole = BenchmarkSet(folder.name, tuple(documents), queries, relevant, len(documents))
    return _limited(whole, limit_docs) if limit_docs else whole


def half(query_id: str) -> Half:
    """The half that a query is in, by a hash of its id: settings are chosen on 'tune' alone."""
    return "tune" if hashlib.sha256(query_id.encode()).digest()[0] % 2 == 0 else "report"


def _lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as stream:
        return [json.loads(line) for line in stream if line.strip()]


def _judgements(folder: Path, rows: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    path = folder / "qrels.tsv"
    if not path.is_file():
        return {row["id"]: {slugify(row["para"]): 1} for row in rows}
    relevant: dict[str, dict[str, int]] = {}
    for line in path.read_text("utf-8").splitlines():
        query, document, grade = line.split("\t")
        if int(grade) > 0:
            relevant.setdefault(query, {})[slugify(document)] = int(grade)
    return relevant


def _limited(data: BenchmarkSet, limit: int) -> BenchmarkSet:
    documents = data.documents[:limit]
    kept = {document.id for document in documents}
    queries = {q: text for q, text in data.queries.items() if kept.issuperset(data.relevant[q])}
    return replace(data, documents=documents, queries=queries)
