"""A library → what is wrong with it, and the repair of what can be derived again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rag.dense import DenseIndex, DenseUnavailable
from rag.embed import SentenceEncoder
from rag.index import is_outdated, rederive, refresh_dense
from rag.library import Library
from rag.search import Searcher


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, whether it is well, and what was seen."""

    what: str
    ok: bool
    detail: str


def examine(
    library: Library, encoder: SentenceEncoder, dense: DenseIndex, *, repair: bool = False
) -> list[Finding]:
    """Every check in turn; with `repair`, what fails is mended and checked again."""
    findings = [_file(library, repair), _model(library, encoder)]
    if not findings[-1].ok:
        return findings  # nothing below can be judged with another model
    findings.append(_mended(lambda: _versions(library), lambda: rederive(library, encoder), repair))
    findings.append(
        _mended(
            lambda: _dense_index(library, dense),
            lambda: refresh_dense(library, dense, force=True),
            repair,
        )
    )
    findings.append(_question(library, encoder, dense))
    return findings


def _mended(check: Callable[[], Finding], mend: Callable[[], object], repair: bool) -> Finding:
    finding = check()
    if finding.ok or not repair:
        return finding
    mend()
    again = check()
    return Finding(again.what, again.ok, f"{again.detail} (repaired; was: {finding.detail})")


def _file(library: Library, repair: bool) -> Finding:
    problems = library.check()
    if problems and repair and all("word index" in problem for problem in problems):
        with library.writer(), library.transaction():
            library.rebuild_words()
        problems = library.check()
    detail = "; ".join(problems) or (
        f"{len(library.report_ids())} reports, {library.count_passages()} passages, "
        f"{'read-only' if library.read_only else 'writable'}"
    )
    return Finding("SQLite file", not problems, detail)


def _model(library: Library, encoder: SentenceEncoder) -> Finding:
    stored = library.meta("model_hash")
    same = stored in ("", encoder.hash)
    detail = f"{library.meta('model_name') or encoder.name} {stored}"
    return Finding(
        "embedding model", same, detail if same else f"made with {detail}, now {encoder.hash}"
    )


def _versions(library: Library) -> Finding:
    if is_outdated(library):
        return Finding("cleaning and chunking", False, "made by other versions; use --repair")
    return Finding("cleaning and chunking", True, "up to date")


def _dense_index(library: Library, dense: DenseIndex) -> Finding:
    """Chroma against SQLite: each probed vector of the generation must find itself."""
    what = "dense index"
    number = int(library.meta("generation", "0"))
    built = int(library.meta("generation_revision", "0"))
    if number == 0:
        return Finding(what, library.count_passages() == 0, "no generation yet; search is exact")
    try:
        held = dense.count(number)
        dense.query(number, library.vectors_since(0)[1][0], 1)
        rows, vectors = library.vectors_since(0)
        newer = set(library.vectors_since(built)[0])
        inside = [(row, i) for i, row in enumerate(rows) if row not in newer]
        places = library.places([row for row, _ in inside])
        step = max(1, len(inside) // 50)
        for row, i in inside[::step]:
            if places[row] not in dense.query(number, vectors[i], 10):
                raise DenseUnavailable(f"{places[row]} is not found by its own vector")
    except DenseUnavailable as error:
        return Finding(what, False, f"generation {number}: {error}; use --repair")
    waiting = len(newer)
    return Finding(
        what, True, f"generation {number}, {held} vectors, {waiting} newer ones beside it"
    )


def _question(library: Library, encoder: SentenceEncoder, dense: DenseIndex) -> Finding:
    if not library.count_passages():
        return Finding("a real question", True, "no reports to ask")
    hits = Searcher(library, encoder, dense).search("How was the rash treated?", 3)
    return Finding("a real question", bool(hits), f"{len(hits)} passages found")
