"""A library → what is wrong with it, and the repair of what can be derived again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.config import TAIL_LIMIT
from rag.dense import DenseIndex
from rag.errors import LibraryMismatch
from rag.index import dense_trouble, is_outdated, rederive, refresh_dense, require_model
from rag.library import Library
from rag.search import Searcher

if TYPE_CHECKING:
    from rag.embed import SentenceEncoder

PROBES = 50
"""Stored vectors that the dense index must find."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, whether it is well, and what was seen."""

    what: str
    ok: bool
    detail: str


def examine(
    library: Library, encoder: SentenceEncoder, dense: DenseIndex, *, repair: bool = False
) -> list[Finding]:
    """Every check in turn; with `repair`, what fails is mended and checked again.

    Without a sound file or the right model nothing else is looked at. Raises LibraryError.
    """
    repair = repair and not library.read_only
    findings = [_mended(lambda: _file(library), lambda: _rebuild_words(library), repair)]
    if findings[-1].ok:
        findings.append(_model(library, encoder))
    if not findings[-1].ok:
        return findings
    findings.append(
        _mended(lambda: _versions(library, encoder), lambda: rederive(library, encoder), repair)
    )
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
    if not again.ok:
        return again
    return Finding(again.what, True, f"{again.detail} (repaired; was: {finding.detail})")


def _file(library: Library) -> Finding:
    problems = library.check()
    if problems:
        advice = (
            "use --repair"
            if _only_words(problems)
            else "restore a backup with: casebook restore FILE, or: casebook index PATH… --replace"
        )
        return Finding("SQLite file", False, f"{'; '.join(problems)}; {advice}")
    counts = f"{len(library.report_ids())} reports, {library.count_passages()} passages"
    return Finding(
        "SQLite file", True, f"{counts}, {'read-only' if library.read_only else 'writable'}"
    )


def _rebuild_words(library: Library) -> None:
    if _only_words(library.check()):
        with library.writer(), library.transaction():
            library.rebuild_words()


def _only_words(problems: list[str]) -> bool:
    """Whether only what is derived from sound texts is broken."""
    return all(problem.startswith("word index") for problem in problems)


def _model(library: Library, encoder: SentenceEncoder) -> Finding:
    try:
        require_model(library, encoder)
    except LibraryMismatch as error:
        return Finding("embedding model", False, str(error))
    name = library.meta("model_name") or encoder.name
    return Finding("embedding model", True, f"{name} {library.meta('model_hash')}".rstrip())


def _versions(library: Library, encoder: SentenceEncoder) -> Finding:
    if is_outdated(library, encoder):
        return Finding("cleaning and chunking", False, "made by other versions; use --repair")
    return Finding("cleaning and chunking", True, "up to date")


def _dense_index(library: Library, dense: DenseIndex) -> Finding:
    """Chroma against SQLite: each probed vector of the generation must find itself."""
    what = "dense index"
    number = int(library.meta("generation", "0"))
    built = int(library.meta("generation_revision", "0"))
    passages, newer = library.count_passages(), library.count_passages(since=built)
    if number == 0:
        return Finding(what, passages <= TAIL_LIMIT, "no generation yet; search is exact")
    trouble = dense_trouble(library, dense, PROBES)
    if not trouble:
        inside = f"{passages - newer} of {library.meta('generation_size')} vectors in use"
        return Finding(what, True, f"generation {number}, {inside}, {newer} newer ones beside it")
    if library.read_only:
        return Finding(what, True, f"generation {number}: {trouble}; search is exact")
    return Finding(what, False, f"generation {number}: {trouble}; search is exact until --repair")


def _question(library: Library, encoder: SentenceEncoder, dense: DenseIndex) -> Finding:
    if not library.count_passages():
        return Finding("a real question", True, "no reports to ask")
    hits = Searcher(library, encoder, dense).search("How was the rash treated?", 3)
    return Finding("a real question", bool(hits), f"{len(hits)} passages found")
