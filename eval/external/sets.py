"""A folder of a public set → documents and queries with all that is known to answer them.

One format: ``docs.jsonl`` (id, title, text), ``queries.jsonl`` (id, text) and ``qrels.tsv`` (query,
document, grade), or the document's id as ``para`` of each query. A query may also have ``answers``
([words, where they begin in its document], ``impossible`` when there is none) or ``snippets``
(document, words).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import CasebookError
from rag.formats.layout import slugify

NAMES = ("pubmedqa", "bioasq", "covidqa", "squad2dev")
"""The sets that are known, by the names of their folders."""


class ExternalSetError(CasebookError):
    """A set is unknown, absent or not in the common format."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document; its id is safe as a report id."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """One question. `relevant` holds document id → grade above 0.

    `answers` are (words, offset into the only relevant document), `snippets` (document id, words).
    """

    id: str
    text: str
    relevant: Mapping[str, int]
    answers: tuple[tuple[str, int], ...] = ()
    snippets: tuple[tuple[str, str], ...] = ()
    impossible: bool = False


@dataclass(frozen=True, slots=True)
class ExternalSet:
    """A set as its files have it, in their order."""

    name: str
    documents: tuple[Document, ...]
    queries: tuple[Query, ...]


def folders(data: Path, names: Sequence[str] = ()) -> list[Path]:
    """The folders in `data` of the sets `names`, or of all known sets that are there.

    In the order of NAMES, each once. Raises ExternalSetError when a name is unknown, or nothing
    is there.
    """
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        raise ExternalSetError(f"There is no set '{unknown[0]}'; known: {', '.join(NAMES)}")
    found = [data / name for name in NAMES if (data / name / "docs.jsonl").is_file()]
    missing = [name for name in names if data / name not in found]
    if missing:
        raise ExternalSetError(
            f"{data / missing[0]}: holds no docs.jsonl; put the set there, or leave out "
            f"--set {missing[0]}"
        )
    if not found:
        raise ExternalSetError(
            f"{data}: holds none of the sets {', '.join(NAMES)}; name the folder above theirs "
            "with --data"
        )
    return [folder for folder in found if not names or folder.name in names]


def load(folder: Path) -> ExternalSet:
    """The set in `folder`, named after it. Raises ExternalSetError."""
    documents = tuple(
        Document(slugify(row["id"]), row["title"], row["text"])
        for row in _rows(folder / "docs.jsonl", ("id", "title", "text"))
    )
    known = {document.id for document in documents}
    if len(known) < len(documents):
        raise ExternalSetError(
            f"{folder / 'docs.jsonl'}: two documents share an id (letters and digits alone "
            "count); give each its own"
        )
    grades = _grades(folder / "qrels.tsv")
    queries = tuple(_query(row, grades) for row in _rows(folder / "queries.jsonl", ("id", "text")))
    if len({query.id for query in queries}) < len(queries):
        raise ExternalSetError(
            f"{folder / 'queries.jsonl'}: two queries share an id; give each its own"
        )
    for query in queries:
        unknown = sorted({*query.relevant, *(name for name, _ in query.snippets)} - known)
        if unknown:
            raise ExternalSetError(
                f"{folder}: query {query.id} names the document {unknown[0]}, which docs.jsonl "
                "lacks; add it, or take the query out"
            )
    return ExternalSet(folder.name, documents, queries)


def _query(row: Mapping[str, Any], grades: Mapping[str, Mapping[str, int]] | None) -> Query:
    relevant = {slugify(row["para"]): 1} if grades is None else grades.get(row["id"], {})
    return Query(
        row["id"],
        row["text"],
        relevant,
        tuple((words, int(at)) for words, at in row.get("answers", ())),
        tuple((slugify(one["doc"]), one["text"]) for one in row.get("snippets", ())),
        bool(row.get("impossible", False)),
    )


def _rows(path: Path, needed: Sequence[str]) -> Iterator[dict[str, Any]]:
    wanted = set(needed)
    if path.name == "queries.jsonl" and not path.with_name("qrels.tsv").is_file():
        wanted.add("para")  # nothing else says which document is right
    for number, line in _lines(path):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise ExternalSetError(f"{path}: line {number} is no JSON ({error}); mend it") from None
        missing = sorted(wanted - row.keys()) if isinstance(row, dict) else sorted(wanted)
        if missing:
            raise ExternalSetError(f"{path}: line {number} has no '{missing[0]}'; add it")
        yield row


def _grades(path: Path) -> dict[str, dict[str, int]] | None:
    """Query id → document id → grade above 0; None without the file."""
    if not path.is_file():
        return None
    grades: dict[str, dict[str, int]] = {}
    for number, line in _lines(path):
        query, _, rest = line.partition("\t")
        document, _, grade = rest.partition("\t")
        if not grade.strip().isdigit():
            raise ExternalSetError(
                f"{path}: line {number} is not query, document and grade with tabs between; mend it"
            )
        if int(grade) > 0:
            grades.setdefault(query, {})[slugify(document)] = int(grade)
    return grades


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        # Not splitlines: a text may hold U+2028, which JSON does not escape.
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ExternalSetError(
            f"{path}: cannot be read ({error}); a set has docs.jsonl and queries.jsonl in UTF-8"
        ) from None
    return ((number, line) for number, line in enumerate(lines, 1) if line.strip())
