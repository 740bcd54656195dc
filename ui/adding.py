"""Uploaded files → what they would become, and then reports of the library."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rag.cli.works import proposed
from rag.errors import FileError, LibraryBusy
from rag.formats.quality import Quality, quality
from rag.formats.sandbox import read_apart
from rag.index import add, refresh_dense, remove
from rag.intake import Outcome
from rag.library import Library
from ui.opened import Opened

PATIENCE = 10.0
"""Seconds that a visitor waits while another one changes the library."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as the browser sent it: its base name and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Checked:
    """How a file would be read; `reason` says why it cannot be."""

    name: str
    title: str = ""
    quality: Quality | None = None
    reason: str = ""


def checked(upload: Upload, opened: Opened) -> Checked:
    """Read a file apart, within limits, and judge the text; nothing is stored."""
    with _written([upload]) as paths:
        try:
            report, _ = read_apart(paths[0], opened.settings.limits)
        except FileError as error:
            return Checked(upload.name, reason=error.reason)
        return Checked(upload.name, report.title, quality(report))


def added(uploads: Sequence[Upload], opened: Opened) -> Iterator[Outcome]:
    """Add files to the library, yielding what became of each once it is stored.

    Raises LibraryError; LibraryBusy also when another visitor is adding.
    """
    with alone(opened), _written(uploads) as paths, Library(opened.folder) as library:
        coming = add(paths, library, opened.casebook.encoder, opened.settings.limits)
        try:
            yield from with_the_model(coming, opened)
        finally:
            with opened.encoding:
                refresh_dense(library, opened.casebook.dense)


def with_the_model(coming: Iterator[Outcome], opened: Opened) -> Iterator[Outcome]:
    """What is coming; between two of them, visitors' questions have their turn at the model."""
    while True:
        with opened.encoding:
            outcome = next(coming, None)
        if outcome is None:
            return
        yield outcome


def removed(report_id: str, opened: Opened) -> None:
    """Remove a report. Raises ReportNotFound, LibraryError."""
    with alone(opened), Library(opened.folder) as library:
        remove(report_id, library)


def told(outcome: Outcome) -> str:
    """What became of a file, in a line."""
    said = {
        "added": f"added as {outcome.report_id} ({outcome.passages} passages)",
        "replaced": f"took the place of the older {outcome.report_id}",
        "unchanged": f"is stored already as {outcome.report_id}",
        "refused": outcome.message,
    }[outcome.status]
    more = [f"another edition of {outcome.edition_of}"] if outcome.edition_of else []
    more += [proposed(outcome.report_id, one) for one in outcome.looks_like]
    return "; ".join([f"{outcome.path.name}: {said}", *more])


@contextmanager
def alone(opened: Opened) -> Iterator[None]:
    """One visitor at a time changes the library. Raises LibraryBusy for who comes second."""
    if not opened.writing.acquire(timeout=PATIENCE):
        raise LibraryBusy("Another visitor is changing the library; try again in a minute")
    try:
        yield
    finally:
        opened.writing.release()


@contextmanager
def _written(uploads: Sequence[Upload]) -> Iterator[list[Path]]:
    """Uploads as files of a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="casebook-") as folder:
        paths = []
        for number, upload in enumerate(uploads):
            # Two files may have one name; the base name alone, so that none leaves the folder.
            place = Path(folder) / str(number)
            place.mkdir()
            path = place / (Path(upload.name.replace("\\", "/")).name or "file")
            path.write_bytes(upload.data)
            paths.append(path)
        yield paths
