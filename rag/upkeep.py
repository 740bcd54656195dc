"""The dense index kept up with the library: how a generation is judged, when one is built."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from rag.config import TAIL_LIMIT
from rag.dense import PROBES, DenseIndex, DenseUnavailable, Slice
from rag.errors import LibraryBusy
from rag.library import Library
from rag.library.lock import LOCK_SECONDS

log = logging.getLogger(__name__)


def refresh_dense(
    library: Library, dense: DenseIndex, *, force: bool = False, wait: float = LOCK_SECONDS
) -> bool:
    """Build a new dense generation when the current one is not good enough; True when built.

    It is not when it does not answer, when too many passages wait outside it, or when too many
    inside it are gone. One that cannot be built is no loss (search is then exact): that is
    logged, and False comes back, as it does when another process writes for `wait` seconds.
    Raises LibraryReadOnly, LibraryDamaged.
    """
    if not force and not _is_needed(library, dense):
        return False
    try:
        with library.writer(wait):
            if not force and not _is_needed(library, dense):
                return False  # another process was faster
            _build_next(library, dense)
            return True
    except (DenseUnavailable, LibraryBusy) as error:
        log.warning("no new dense index was built (%s); search is exact without it", error)
        return False


def dense_trouble(library: Library, dense: DenseIndex, probes: int = PROBES) -> str:
    """Why the current generation cannot be relied on; '' when it answers, or there is none."""
    number = int(library.meta("generation", "0"))
    built = int(library.meta("generation_revision", "0"))
    if number == 0:
        return ""
    try:
        dense.verify(number, *library.sample(built, probes))
    except DenseUnavailable as error:
        return str(error)
    return ""


def _is_needed(library: Library, dense: DenseIndex) -> bool:
    return _is_behind(library) or bool(dense_trouble(library, dense))


def _is_behind(library: Library) -> bool:
    built = int(library.meta("generation_revision", "0"))
    size = int(library.meta("generation_size", "0"))
    waiting = library.count_passages(since=built)
    gone = size - (library.count_passages() - waiting)
    return waiting > max(TAIL_LIMIT, size // 10) or gone > max(100, size // 4)


def _build_next(library: Library, dense: DenseIndex) -> None:
    """Build a generation of all that is stored, and point to it. Raises DenseUnavailable."""
    trouble = dense_trouble(library, dense)
    number = int(library.meta("generation", "0")) + 1
    revision = library.revision
    size = library.count_passages()
    dense.build(number, size, _slices(library))
    with library.transaction():
        library.set_meta(generation=number, generation_revision=revision, generation_size=size)
    if trouble:
        log.warning("the dense index did not answer (%s) and was built again", trouble)
    dense.prune(number)


def _slices(library: Library) -> Iterator[Slice]:
    """All passages, some at a time, with what is kept beside each vector for other programs."""
    for rows, vectors in library.vector_slices(0):
        spans = library.spans(rows)
        found = [spans[row] for row in rows]
        yield Slice([place for place, _ in found], vectors, [about for _, about in found])
