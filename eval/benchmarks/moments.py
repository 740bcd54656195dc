"""When to kill a process that builds a library: at a time, or while Chroma saves its index."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from pathlib import Path

from rag.dense import folders

# A torn HNSW file has been seen to grow to terabytes of apparent size.
FILE_LIMIT = 1 << 30
# Chroma's vector file has room for 100 vectors of 384 numbers before anything is saved.
EMPTY_FILE = 500_000

Moment = Callable[[float, Path], bool]
"""(seconds since the start, library folder) → whether to kill now."""


def at(moment: float) -> Moment:
    """True from `moment` seconds after the start."""
    return lambda elapsed, _: elapsed >= moment


def saving(delay: float) -> Moment:
    """True `delay` seconds after Chroma began to save: its vector file is larger than an empty one.

    The files are there, empty, from the first vector on, and written over at the last.
    """
    began: list[float] = []

    def hit(elapsed: float, folder: Path) -> bool:
        path = vector_file(folder)
        if not began and path is not None and size_of(path) > EMPTY_FILE:
            began.append(elapsed)
        return bool(began) and elapsed >= began[0] + delay

    return hit


def unfinished(folder: Path) -> Path | None:
    """The folder of the generation under construction, or None."""
    chroma = folder / "chroma"
    newest = max(chroma.iterdir(), default=None) if chroma.is_dir() else None
    return None if newest is None or (newest / folders.SEAL).exists() else newest


def vector_file(folder: Path) -> Path | None:
    """The largest file of the vector index under construction, once it is there."""
    found = unfinished(folder)
    return next(iter(found.glob("*/data_level0.bin")), None) if found else None


def size_of(path: Path) -> int:
    """Bytes, 0 for a file that has just gone."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def victim() -> None:
    """Runs in the process to be killed: small files, and behind whoever aims at it."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT, FILE_LIMIT))
    os.nice(5)
