"""The one writer's place in a library folder: a lock of the operating system, and who holds it."""

from __future__ import annotations

import json
import logging
import os
import socket
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from rag.errors import LibraryReadOnly
from rag.library.failures import busy

log = logging.getLogger(__name__)

LOCK = "casebook.lock"
HOLDER = "casebook.writer.json"
"""Says who holds the lock. It means nothing while nobody does: a killed writer leaves it behind."""
LOCK_SECONDS = 10.0
"""How long a writer waits for another one."""


@contextmanager
def writer(folder: Path, *, read_only: bool, wait: float = LOCK_SECONDS) -> Iterator[None]:
    """The one writer's place. Raises LibraryBusy after `wait` seconds, or LibraryReadOnly.

    A wait is announced with who is in the way. It is not to be entered twice: the inner one would
    wait for the outer one.
    """
    try:
        if read_only:
            raise PermissionError("no permission to write")
        lock = locked(folder, wait)
    except OSError as error:
        raise LibraryReadOnly(
            f"The library {folder} cannot be written ({error}); copy the folder to a place of "
            "your own"
        ) from error
    with lock:
        _sign(folder)
        try:
            yield
        finally:
            with suppress(OSError):
                (folder / HOLDER).unlink()


def locked(folder: Path, wait: float = LOCK_SECONDS) -> AbstractContextManager[object]:
    """The writer's lock, taken. Raises LibraryBusy, naming who has it, or OSError."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / LOCK)
    try:
        with suppress(Timeout):
            return lock.acquire(timeout=0)
        if wait > 0:
            log.warning(
                "another process is writing to the library %s%s; waiting up to %g s for it",
                folder,
                _in_brackets(folder),
                wait,
            )
        return lock.acquire(timeout=wait)
    except Timeout as error:
        raise busy(folder, _in_brackets(folder)) from error
    except NotImplementedError as error:  # a file system without locks
        raise OSError(str(error)) from error


def _sign(folder: Path) -> None:
    """Leave word who is writing; that it cannot be left is no reason not to write."""
    said = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime()),
    }
    draft = folder / f"{HOLDER}.new"
    with suppress(OSError):
        draft.write_text(json.dumps(said), "utf-8")
        draft.replace(folder / HOLDER)


def _in_brackets(folder: Path) -> str:
    """' (process 12 on ward-3, since 2026-05-03 10:00:00 UTC)', or '' where nobody says so."""
    try:
        said = json.loads((folder / HOLDER).read_text("utf-8"))
        pid, host, since = int(said["pid"]), str(said["host"]), str(said["since"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    # Another program may have written the file: what it says must not steer a terminal.
    shown = (part[:60] for part in (host, since) if part.isprintable())
    return f" (process {pid} on {', since '.join(shown)})"
