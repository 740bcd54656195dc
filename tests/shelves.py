"""Making small libraries for the storage tests, in this process and in others."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from fakes import WordEncoder
from places import ROOT

from rag.dense import DenseIndex
from rag.index import add, refresh_dense
from rag.library import Library
from rag.search import Searcher

NOTES = {
    "dapsone": "Dapsone cleared the rash of one woman within three weeks.",
    "ivig": "Intravenous immunoglobulin healed the ulcers of two men.",
    "pimecrolimus": "Pimecrolimus cream faded facial erythema in a girl.",
}


def note(folder: Path, name: str, text: str) -> Path:
    """A text file: a title line with the name, then the text."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.txt"
    path.write_text(f"About {name}\n\n{text}\n", "utf-8")
    return path


def notes(folder: Path, texts: Mapping[str, str] = NOTES) -> list[Path]:
    return [note(folder, name, text) for name, text in texts.items()]


def stocked(folder: Path, texts: Mapping[str, str] = NOTES, *, dense: bool = False) -> Path:
    """A library of these texts, with a dense generation if asked for."""
    with Library(folder, create=True) as library:
        outcomes = list(add(notes(folder / "files", texts), library, WordEncoder()))
        assert [o.status for o in outcomes] == ["added"] * len(texts)
        if dense:
            index = dense_of(library)
            assert refresh_dense(library, index, force=True)
            index.close()
    return folder


def dense_of(library: Library, url: str = "") -> DenseIndex:
    return DenseIndex(library.folder, library.meta("library_id"), url)


@contextmanager
def searching(folder: Path, url: str = "") -> Iterator[Searcher]:
    """An open searcher over a library of the word encoder."""
    with Library(folder) as library:
        dense = dense_of(library, url)
        try:
            yield Searcher(library, WordEncoder(), dense)
        finally:
            dense.close()


def best(searcher: Searcher, query: str, **filters: str) -> list[str]:
    """The reports found for a query, best first."""
    hits = searcher.search(query, 10, {key: [value] for key, value in filters.items()})
    return list(dict.fromkeys(hit.passage.report_id for hit in hits))


def python(code: str, *arguments: object, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own that can import `rag` and these modules."""
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**environment(), **settings},
        timeout=240,
    )


def environment() -> dict[str, str]:
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    return {**os.environ, "PYTHONPATH": paths}


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """Within the block the operating system refuses this process every write to the folder.

    Permissions bind everybody but root, so root becomes another user for the while.
    """
    modes = {path: path.stat().st_mode for path in (folder, *folder.rglob("*"))}
    for path in modes:
        path.chmod(0o555 if path.is_dir() else 0o444)
    root = os.geteuid() == 0
    try:
        if root:
            _become_nobody()
        yield
    finally:
        if root:
            os.setresuid(0, 0, 0)  # the saved id is still root's
        for path, mode in modes.items():
            path.chmod(mode)


def _become_nobody() -> None:
    try:
        os.setresuid(65534, 65534, 0)
    except OSError as error:
        pytest.skip(f"this root may not become another user: {error}")


@contextmanager
def public_folder() -> Iterator[Path]:
    """A new folder that any user may enter (pytest's own are closed to others)."""
    with tempfile.TemporaryDirectory(prefix="casebook-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
