"""The write spine: files → reports → passages → vectors → library → dense generation.

A report counts as added once its text, words and vectors are committed to SQLite in one
transaction; only then is its outcome yielded. Chroma comes after and may fail without loss.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rag.chunk import split
from rag.clean import CLEANING_VERSION
from rag.config import CHUNKER_VERSION, PASSAGE_TOKENS, TAIL_LIMIT, fingerprint
from rag.dense import DenseIndex, DenseUnavailable
from rag.embed import SentenceEncoder
from rag.errors import DuplicateReport, FileError, LibraryNotEmpty, ReportNotFound
from rag.formats import READERS, read_bytes, read_file
from rag.library import Entry, Facet, Library
from rag.schema import Report
from rag.search_text import SEARCH_TEXT_VERSION, contexts, embedded, facets

log = logging.getLogger(__name__)

Status = Literal["added", "unchanged", "refused"]

# Reports are embedded and committed in groups of about this many passages: large enough for full
# batches, small enough that a killed build loses seconds.
GROUP_PASSAGES = 256


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file; `message` says why when it was refused."""

    path: Path
    status: Status
    report_id: str
    passages: int = 0
    message: str = ""


@dataclass(frozen=True, slots=True)
class _Draft:
    path: Path
    report: Report
    original: bytes


def derivation() -> dict[str, str]:
    """The versions that decide how texts and passages are derived from original files."""
    return {
        "cleaning": CLEANING_VERSION,
        "chunker": f"{CHUNKER_VERSION}/{PASSAGE_TOKENS}",
        "search_text": SEARCH_TEXT_VERSION,
    }


def index(
    paths: Sequence[Path], library: Library, encoder: SentenceEncoder, *, replace: bool = False
) -> Iterator[Outcome]:
    """Build the library from these paths alone, yielding each file's outcome.

    A library with reports is refused unless `replace`; then the old reports go and the new come
    in one transaction, so that a failure leaves the old ones. Raises LibraryNotEmpty, LibraryError.
    """
    if not replace:
        if library.report_ids():
            raise LibraryNotEmpty(
                f"The library {library.folder} holds {len(library.report_ids())} reports; add to "
                "it with 'casebook add', or build it anew with --replace"
            )
        yield from add(paths, library, encoder)
        return
    with library.writer():
        outcomes: list[Outcome] = []
        with library.transaction():
            library.clear()
            library.require_model(encoder.hash, encoder.name)
            _remember_derivation(library, encoder)
            for group in _groups(paths, library, outcomes):
                outcomes.extend(_store(group, library, encoder))
            if not any(outcome.status == "added" for outcome in outcomes):
                raise _nothing_usable(outcomes, library)
        yield from outcomes


def add(paths: Sequence[Path], library: Library, encoder: SentenceEncoder) -> Iterator[Outcome]:
    """Add files and folders to the library, yielding each file's outcome after it is stored.

    A file that cannot be read, or whose id is taken by other content, is refused and the rest go
    on. A library of an older Casebook is brought up to date first. Raises LibraryError.
    """
    if is_outdated(library):
        rederive(library, encoder)
    with library.writer():
        library.require_model(encoder.hash, encoder.name)
        if not stored_derivation(library):
            _remember_derivation(library, encoder)
        refused: list[Outcome] = []
        for group in _groups(paths, library, refused):
            with library.transaction():
                outcomes = _store(group, library, encoder)
            yield from outcomes
            yield from _drained(refused)
        yield from _drained(refused)


def remove(report_id: str, library: Library) -> None:
    """Remove one report. Raises ReportNotFound, naming the nearest ids."""
    with library.writer(), library.transaction():
        if not library.delete(report_id):
            library.report(report_id)  # raises, with the nearest ids
            raise ReportNotFound(report_id)


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files to read: each path, and below each folder every file with a known suffix."""
    for path in paths:
        if path.is_dir():
            yield from (
                found
                for found in sorted(path.rglob("*"))
                if found.suffix.lower() in READERS
                and found.is_file()
                and not any(part.startswith(".") for part in found.relative_to(path).parts)
            )
        else:
            yield path


def refresh_dense(library: Library, dense: DenseIndex, *, force: bool = False) -> bool:
    """Build a new dense generation when the current one has fallen behind; True when built.

    It has when too many passages wait outside it, or too many inside it are gone. A generation
    that cannot be built is no loss (search is then exact): it is logged, and False comes back.
    """
    with library.writer():
        if not force and not _behind(library):
            return False
        number = int(library.meta("generation", "0")) + 1
        rows, vectors = library.vectors_since(0)
        revision = library.revision
        places = library.places(rows)
        passages = library.passages(rows)
        metadata: list[dict[str, str | int]] = [
            {
                "report_id": passages[row][0].report_id,
                "section": passages[row][0].section,
                "start": passages[row][0].start,
                "end": passages[row][0].end,
            }
            for row in rows
        ]
        try:
            dense.build(number, [places[row] for row in rows], vectors, metadata)
        except DenseUnavailable as error:
            log.warning("no dense index was built (%s); search stays exact", error)
            return False
        with library.transaction():
            library.set_meta(
                generation=number, generation_revision=revision, generation_size=len(rows)
            )
        dense.prune(number)
        return True


def rederive(library: Library, encoder: SentenceEncoder) -> int:
    """Read every stored original again with today's cleaning and chunking; the number of reports.

    The database is first copied beside itself (``casebook.backup-<fingerprint>.sqlite3``). All
    reports change in one transaction, or none does. Raises LibraryError, FileError.
    """
    with library.writer():
        old = fingerprint(stored_derivation(library))
        backup = library.folder / f"casebook.backup-{old}.sqlite3"
        if not backup.exists():
            library.db.execute("VACUUM INTO ?", (str(backup),))
        with library.transaction():
            ids = library.report_ids()
            for report_id in ids:
                source, original, _ = library.original(report_id)
                report = read_bytes(original, Path(source))
                _store([_Draft(Path(source), report, original)], library, encoder)
                if report.id != report_id:
                    library.delete(report_id)
            _remember_derivation(library, encoder)
        return len(ids)


def stored_derivation(library: Library) -> dict[str, str]:
    """The versions that the library was made with; empty before the first report."""
    return {key: value for key in derivation() if (value := library.meta(f"made_{key}"))}


def is_outdated(library: Library) -> bool:
    """Whether the library was derived by other versions than today's."""
    stored = stored_derivation(library)
    return bool(stored) and stored != derivation()


def _remember_derivation(library: Library, encoder: SentenceEncoder) -> None:
    versions = {f"made_{key}": value for key, value in derivation().items()}
    library.set_meta(**versions, compute_dtype=encoder.dtype)


def _groups(
    paths: Sequence[Path], library: Library, refused: list[Outcome]
) -> Iterator[list[_Draft]]:
    """Readable files in groups; what became of the others is put into `refused`."""
    group: list[_Draft] = []
    taken: dict[str, Path] = {}
    size = 0
    for path in files(paths):
        try:
            report, original = read_file(path)
            known = _already_stored(path, report.id, original, library, taken)
        except FileError as error:
            refused.append(Outcome(path, "refused", "", message=error.reason))
            continue
        if known:
            refused.append(Outcome(path, "unchanged", report.id))
            continue
        taken[report.id] = path
        group.append(_Draft(path, report, original))
        size += len(report.text)
        if size > GROUP_PASSAGES * 800:  # about 800 characters a passage
            yield group
            group, size = [], 0
    if group or refused:
        yield group


def _already_stored(
    path: Path, report_id: str, original: bytes, library: Library, taken: dict[str, Path]
) -> bool:
    """Whether the same bytes are stored under this id. Raises DuplicateReport for other bytes."""
    source, _, stored_hash = library.original(report_id)
    if not stored_hash and report_id in taken:
        other = taken[report_id]
        if other.read_bytes() == original:
            return True
        raise DuplicateReport(path, _clash(report_id, str(other)))
    if not stored_hash:
        return False
    if stored_hash == hashlib.sha256(original).hexdigest():
        return True
    raise DuplicateReport(path, _clash(report_id, source))


def _clash(report_id: str, other: str) -> str:
    return (
        f"the id '{report_id}' belongs to '{other}' with different content; give this file "
        f"another id (front matter 'id:' or file name), or first: casebook remove {report_id}"
    )


def _store(group: Sequence[_Draft], library: Library, encoder: SentenceEncoder) -> list[Outcome]:
    """Embed and store a group of reports, inside the caller's transaction."""
    drafts = [(draft, split(draft.report, encoder.count_tokens)) for draft in group]
    context = [contexts(draft.report, passages) for draft, passages in drafts]
    texts = [
        embedded(
            parts,
            draft.report.text[passage.start : passage.end],
            encoder.count_tokens,
            encoder.max_tokens,
        )
        for (draft, passages), all_parts in zip(drafts, context, strict=True)
        for passage, parts in zip(passages, all_parts, strict=True)
    ]
    vectors = iter(encoder.encode(texts))
    outcomes: list[Outcome] = []
    for (draft, passages), all_parts in zip(drafts, context, strict=True):
        entries = [
            Entry(passage, "\n".join(parts), next(vectors))
            for passage, parts in zip(passages, all_parts, strict=True)
        ]
        values = [Facet(key, value, patient) for key, value, patient in facets(draft.report)]
        library.put(draft.report, draft.original, entries, values)
        outcomes.append(Outcome(draft.path, "added", draft.report.id, len(entries)))
    return outcomes


def _behind(library: Library) -> bool:
    built = int(library.meta("generation_revision", "0"))
    size = int(library.meta("generation_size", "0"))
    waiting = library.count_passages(since=built)
    gone = size - (library.count_passages() - waiting)
    return waiting > max(TAIL_LIMIT, size // 10) or gone > max(100, size // 4)


def _drained(outcomes: list[Outcome]) -> Iterator[Outcome]:
    while outcomes:
        yield outcomes.pop(0)


def _nothing_usable(outcomes: list[Outcome], library: Library) -> LibraryNotEmpty:
    reasons = "; ".join(f"{o.path}: {o.message}" for o in outcomes[:3])
    return LibraryNotEmpty(
        f"No report could be read, so the library {library.folder} stays as it was"
        + (f" ({reasons})" if reasons else "")
    )
