"""The write spine: files → reports → passages → vectors → library → dense generation.

A report counts as added once its text, words and vectors are committed to SQLite in one
transaction; only then is its outcome yielded. Chroma comes after (`rag.upkeep`) and may fail
without loss.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from pathlib import Path
from typing import TYPE_CHECKING

from rag.cases import keeping
from rag.chunk import split
from rag.config import DEFAULT_LIMITS, PASSAGE_TOKENS, Limits, fingerprint
from rag.derivation import (
    derivation,
    has_older_adapter,
    is_outdated,
    remember_records,
    require_model,
    stored_derivation,
)
from rag.errors import FileError, LibraryError, LibraryNotEmpty, ReportNotFound
from rag.formats import READERS
from rag.formats.sandbox import parse_safely
from rag.intake import Draft, Outcome, Status, files, groups
from rag.library import Entry, Facet, Library
from rag.reader.networks.vectors import vectors_of_all
from rag.search_text import contexts, embedded, facets
from rag.upkeep import dense_trouble, refresh_dense
from rag.works.alike import alike

if TYPE_CHECKING:
    from rag.embed import SentenceEncoder

__all__ = [
    "Draft", "Outcome", "add", "dense_trouble", "derivation", "files", "index", "is_outdated",
    "keep", "merge_works", "rederive", "refresh_dense", "remove", "require_model", "split_work",
    "store", "stored_derivation",
]  # fmt: skip

log = logging.getLogger(__name__)


def index(
    paths: Sequence[Path],
    library: Library,
    encoder: SentenceEncoder,
    *,
    replace: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[Outcome]:
    """Build the library from these paths alone, yielding each file's outcome.

    A library with reports is refused unless `replace`; then the old reports go and the new come
    in one transaction, so that a failure leaves the old ones. Raises LibraryNotEmpty, and
    LibraryError when no file gave a report.
    """
    if not replace and library.report_ids():
        raise LibraryNotEmpty(
            f"The library {library.folder} holds {len(library.report_ids())} reports; add to "
            "it with 'casebook add', or build it anew with --replace"
        )
    outcomes: list[Outcome] = []
    for outcome in (_replaced if replace else add)(paths, library, encoder, limits):
        outcomes.append(outcome)
        yield outcome
    if not any(outcome.status == "added" for outcome in outcomes):
        raise _nothing_usable(outcomes, library)


def _replaced(
    paths: Sequence[Path], library: Library, encoder: SentenceEncoder, limits: Limits
) -> Iterator[Outcome]:
    with library.writer():
        outcomes: list[Outcome] = []
        with library.transaction():
            library.clear()
            _remember(library, encoder)
            for group in groups(paths, library, outcomes, limits):
                outcomes.extend(_matched(store(group, library, encoder), library))
            if not any(outcome.status == "added" for outcome in outcomes):
                raise _nothing_usable(outcomes, library)
        yield from outcomes


def add(
    paths: Sequence[Path],
    library: Library,
    encoder: SentenceEncoder,
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[Outcome]:
    """Add files and folders to the library, yielding each file's outcome after it is stored.

    A file that cannot be read, or whose id or content is taken, is refused and the rest go on; one
    that was added before and has changed takes the place of its older version, in one transaction.
    A library of an older Casebook is brought up to date first. Raises LibraryError.
    """
    require_model(library, encoder)
    if is_outdated(library, encoder):
        rederive(library, encoder, limits)
    keeping.bring_up_to_date(library)
    with library.writer():
        others: list[Outcome] = []
        for group in groups(paths, library, others, limits):
            prepared = _prepared(group, encoder)  # seconds: before the file is locked
            if prepared:
                with library.transaction():
                    _remember(library, encoder)
                    outcomes = _matched(_put(prepared, library), library)
                yield from outcomes
            yield from others
            others.clear()


def keep(draft: Draft, library: Library, encoder: SentenceEncoder) -> Outcome:
    """Store one report that is read already, in place of what the library has under its id.

    For reports that do not come from the user's files (`casebook fetch`): 'unchanged' when these
    bytes are stored already, under whatever id. Raises LibraryError.
    """
    require_model(library, encoder)
    if is_outdated(library, encoder):
        rederive(library, encoder)
    keeping.bring_up_to_date(library)
    with library.writer():
        known = library.id_of_content(hashlib.sha256(draft.original).hexdigest())
        if known is not None:
            return Outcome(draft.path, "unchanged", known)
        prepared = _prepared([draft], encoder)  # seconds: before the file is locked
        with library.transaction():
            _remember(library, encoder)
            return _put(prepared, library)[0]


def remove(report_id: str, library: Library) -> None:
    """Remove one report. Raises ReportNotFound, naming the nearest ids."""
    with library.writer(), library.transaction():
        if not library.delete(report_id):
            library.report(report_id)  # raises, with the nearest ids
            raise ReportNotFound(report_id)


def _matched(outcomes: Sequence[Outcome], library: Library) -> list[Outcome]:
    """Outcomes of new reports with the editions that they joined, and those that look like it."""
    found: list[Outcome] = []
    for outcome in outcomes:
        work = library.work_of(outcome.report_id)
        found.append(
            changed(
                outcome,
                edition_of=work if work != outcome.report_id else "",
                looks_like=alike(library, outcome.report_id),
            )
        )
    return found


def merge_works(first: str, second: str, library: Library) -> None:
    """Make two reports editions of one work, by hand. Raises ReportNotFound, LibraryError."""
    with library.writer(), library.transaction():
        library.merge(first, second)


def split_work(report_id: str, library: Library) -> None:
    """Take a report out of its work, by hand. Raises ReportNotFound, LibraryError."""
    with library.writer(), library.transaction():
        library.split(report_id)


def rederive(library: Library, encoder: SentenceEncoder, limits: Limits = DEFAULT_LIMITS) -> int:
    """Read every stored original again with today's cleaning, chunking and adapter.

    The number of reports.

    The database is first copied beside itself (``casebook.backup-<fingerprint>.sqlite3``). All
    reports change in one transaction, or none does; one that today's readers refuse stays as it
    was, with a warning. Raises LibraryError.
    """
    with library.writer():
        if not is_outdated(library, encoder):
            return 0  # another process was faster
        require_model(library, encoder)
        old = fingerprint(stored_derivation(library) | {"model": library.meta("model_hash")})
        library.back_up(library.folder / f"casebook.backup-{old}.sqlite3")
        with library.transaction():
            older = has_older_adapter(library, encoder)
            if older:
                library.set_meta(model_hash=encoder.hash)
            ids = library.report_ids()
            for report_id in ids:
                draft = _draft_again(report_id, library, limits)
                if draft is None and older:
                    draft = _draft_as_it_is(report_id, library)
                if draft is not None:
                    store([draft], library, encoder)
            _remember(library, encoder)
        return len(ids)


def _draft_again(report_id: str, library: Library, limits: Limits) -> Draft | None:
    source, original, _ = library.original(report_id)
    path = Path(source)
    try:
        report = parse_safely(original, path, limits)
    except FileError as error:
        log.warning("%s stays as an older Casebook read it: %s", report_id, error.reason)
        return None
    # An id is what users cite, so it stays, whatever today's reader would make of the file name. A
    # licence that only Europe PMC named stays, too.
    licence = report.licence or library.report(report_id).licence
    return Draft(
        path, changed(report, id=report_id, licence=licence), original, library.place(report_id)
    )


def _draft_as_it_is(report_id: str, library: Library) -> Draft:
    """A report that is only to be embedded anew."""
    source, original, _ = library.original(report_id)
    return Draft(Path(source), library.report(report_id), original, library.place(report_id))


def _remember(library: Library, encoder: SentenceEncoder) -> None:
    """Store what the vectors and texts are made with (inside the caller's transaction)."""
    library.bind_model(encoder.hash, encoder.name)
    versions = {f"made_{key}": value for key, value in derivation().items()}
    library.set_meta(**versions, compute_dtype=encoder.dtype)
    remember_records(library)


@dataclass(frozen=True, slots=True)
class _Prepared:
    draft: Draft
    entries: list[Entry]


def store(drafts: Sequence[Draft], library: Library, encoder: SentenceEncoder) -> list[Outcome]:
    """Embed and store reports whatever the library has under their ids.

    Call it inside `library.transaction()`.
    """
    return _put(_prepared(drafts, encoder), library)


def _prepared(drafts: Sequence[Draft], encoder: SentenceEncoder) -> list[_Prepared]:
    """Drafts with their passages and vectors, embedded together in full batches."""
    limit = min(PASSAGE_TOKENS, encoder.max_tokens)  # another model may read less
    passages = [split(draft.report, encoder.count_tokens, limit) for draft in drafts]
    parts = [contexts(d.report, found) for d, found in zip(drafts, passages, strict=True)]
    texts = [
        embedded(
            part,
            draft.report.text[passage.start : passage.end],
            encoder.count_tokens,
            encoder.max_tokens,
        )
        for draft, found, about in zip(drafts, passages, parts, strict=True)
        for passage, part in zip(found, about, strict=True)
    ]
    vectors = iter(encoder.encode(texts))
    sentences = iter(
        vectors_of_all(
            [
                (d.report.text, one)
                for d, found in zip(drafts, passages, strict=True)
                for one in found
            ],
            encoder.reading,
        )
    )
    return [
        _Prepared(
            draft,
            [
                Entry(
                    passage,
                    "\n".join(part),
                    next(vectors),
                    next(sentences),
                )
                for passage, part in zip(found, about, strict=True)
            ],
        )
        for draft, found, about in zip(drafts, passages, parts, strict=True)
    ]


def _put(prepared: Sequence[_Prepared], library: Library) -> list[Outcome]:
    """Store reports that are ready, inside the caller's transaction."""
    outcomes: list[Outcome] = []
    for draft, entries in ((p.draft, p.entries) for p in prepared):
        values = [Facet(key, value, patient) for key, value, patient in facets(draft.report)]
        library.put(draft.report, draft.original, entries, values, place=draft.place)
        keeping.keep([draft.report], library)
        status: Status = "replaced" if draft.replaces else "added"
        outcomes.append(Outcome(draft.path, status, draft.report.id, len(entries)))
    return outcomes


def _nothing_usable(outcomes: Sequence[Outcome], library: Library) -> LibraryError:
    known = ", ".join(sorted(READERS))
    reasons = "; ".join(f"{o.path}: {o.message or o.status}" for o in outcomes[:3])
    return LibraryError(
        f"No report could be read, so the library {library.folder} stays as it was "
        f"({reasons or f'no file of a known kind was found: {known}'})"
    )
