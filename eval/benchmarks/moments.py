"""When to kill a process that builds a library: at a time, or while Chroma saves its index."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from pathlib import Path

from rag.dense import folders

# A torn HNSW file has been seen to grow to terabytes of apparent size.
FILE_LIMIT = 1 << 30

Moment = Callable[[float, Path], bool]
"""(seconds since the start, library folder) → whether to kill now."""


def at(moment: float) -> Moment:
    """True from `moment` seconds after the start."""
    return lambda elapsed, _: elapsed >= moment


def saving(delay: float) -> Moment:
    """True `delay` seconds after Chroma began to write over its first, empty vector files."""
    watched: list[tuple[Path, tuple[int, int]]] = []

    def hit(_: float, folder: Path) -> bool:
        if not watched:
            path = vector_file(folder)
            if path is not None:
                watched.append((path, state_of(path)))
            return False
        # Nothing but one `stat` a round: the whole save takes milliseconds.
        for _ in range(10_000):
            if state_of(watched[0][0]) != watched[0][1]:
                time.sleep(delay)
                return True
        return False

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


def state_of(path: Path) -> tuple[int, int]:
    """Size and time of the last change; a file that is replaced counts as changed."""
    try:
        state = path.stat()
    except OSError:
        return 0, 0
    return state.st_size, state.st_mtime_ns


def victim() -> None:
    """Runs in the process to be killed: small files, and behind whoever aims at it."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT, FILE_LIMIT))
    os.nice(5)
