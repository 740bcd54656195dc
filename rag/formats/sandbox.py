"""Reading a file in a process of its own, which can be stopped: `parse_apart`.

One process reads many files, one after another; it is replaced when it broke, hung, or has read
many. What it sends back is data, checked before it is a Report. What a text orders stays text.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, cast

from rag.config import DEFAULT_LIMITS, Limits
from rag.errors import FileError, InvalidReport, UnknownFormat, UnreadableFile
from rag.formats import APART, read_bytes, reader, refuse_special
from rag.formats.frames import receive, report_of_json, send
from rag.schema import Report

# What leaks from the libraries of formats must not add up.
FILES_PER_PROCESS = 500

# A text of at most this many bytes is read where it is asked for: however it was made, that took
# five seconds at most. A larger one could be made to hang, and a process can be stopped.
READ_HERE = 100_000

CHILD = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from rag.formats.worker import main; main()"
)
"""What the process runs: with this process's path, or a checkout would read with another's code."""

# No key or token of the user's environment reaches the process.
_ENVIRONMENT = (
    "PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR",
)  # fmt: skip
# A character is at most six in JSON; the rest is sections, patients and metadata.
_JSON_PER_CHARACTER = 12
_JSON_BESIDE = 20_000_000

_COMPLAINTS: dict[str, type[FileError]] = {
    kind.__name__: kind for kind in (UnknownFormat, UnreadableFile, InvalidReport)
}
_TO_DO = "save it again with another program, or convert it to text first"

_DEFAULTS = DEFAULT_LIMITS


class _Broken(Exception):
    """The process is gone or sends nonsense; the message says how, for the user."""


class _Child:
    """A running reader, for one limit of memory."""

    def __init__(self, memory: int) -> None:
        self.memory = memory
        self.files = 0
        self.owner = os.getpid()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", CHILD, json.dumps(_search_path()), str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            # Ctrl-C is for the process that asked; it stops this one itself.
            start_new_session=True,
        )
        self._stdin = cast(IO[bytes], self._process.stdin)
        self._stdout = cast(IO[bytes], self._process.stdout)

    def ask(self, request: dict[str, object], data: bytes, seconds: float, most: int) -> bytes:
        """The answer to one request. Raises _Broken and TimeoutError; the child is dead then."""
        self.files += 1
        late = threading.Event()

        def interrupt() -> None:
            late.set()
            self._process.kill()

        timer = threading.Timer(seconds, interrupt)
        timer.start()
        try:
            answer = self._exchange(request, data, most)
        except BaseException:
            self.stop()  # Ctrl-C too: a half-read answer would be taken for that of the next file
            raise
        finally:
            timer.cancel()
            timer.join()
        if late.is_set():
            self.stop()
            raise TimeoutError
        if answer is None:
            raise _Broken(self._ended())
        return answer

    def usable(self, memory: int) -> bool:
        return (
            self._process.poll() is None
            and self.memory == memory
            and self.files < FILES_PER_PROCESS
            and self.owner == os.getpid()
        )

    def stop(self) -> None:
        """End the process; that of a parent who forked is left to the parent."""
        if self.owner != os.getpid():
            return
        self._process.kill()
        self._process.wait()
        for stream in (self._stdin, self._stdout):
            with contextlib.suppress(OSError):
                stream.close()

    def _ended(self) -> str:
        """How a process ended that closed its side; one that sends nonsense is stopped."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        self.stop()
        code = self._process.returncode
        if code >= 0:
            return f"exit status {code}"
        try:
            return f"signal {signal.Signals(-code).name}"
        except ValueError:
            return f"signal {-code}"

    def _exchange(self, request: dict[str, object], data: bytes, most: int) -> bytes | None:
        try:
            send(self._stdin, json.dumps(request).encode("ascii"))
            send(self._stdin, data)
        except OSError:
            return None
        return receive(self._stdout, most)


_lock = threading.Lock()
_warm: list[_Child] = []


def original(path: Path, limits: Limits = _DEFAULTS) -> bytes:
    """The bytes of a file of a known kind, unless there are too many. Raises FileError."""
    reader(path)
    try:
        refuse_special(path)
        _refuse_large(path.stat().st_size, path, limits)
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(path, f"cannot be read ({error.strerror}); check the path") from error
    except ValueError as error:  # a name with a NUL
        raise UnreadableFile(path, f"is no name of a file ({error}); check the path") from error


def parse_safely(data: bytes, path: Path, limits: Limits = _DEFAULTS) -> Report:
    """The report in a file's bytes, apart where format or size ask for it. Raises FileError."""
    if path.suffix.lower() in APART or len(data) > READ_HERE:
        return parse_apart(data, path, limits)
    _refuse_large(len(data), path, limits)
    return read_bytes(data, path)


def read_apart(path: Path, limits: Limits = _DEFAULTS) -> tuple[Report, bytes]:
    """The report in a file, read in another process, and the file's bytes as they are.

    Raises FileError, as `rag.formats.read_file` and `parse_apart` do.
    """
    data = original(path, limits)
    return parse_apart(data, path, limits), data


def parse_apart(data: bytes, path: Path, limits: Limits = _DEFAULTS) -> Report:
    """The report in the bytes of a file, read in another process within `limits`.

    Raises FileError as `rag.formats.read_bytes` does, and UnreadableFile when reading broke off,
    took too long, needed too much memory, or gave too much.
    """
    _refuse_large(len(data), path, limits)
    with _lock:
        answer = _answer(data, path, limits)
    return _report(answer, path)


def _refuse_large(size: int, path: Path, limits: Limits) -> None:
    if size > limits.bytes:
        raise UnreadableFile(
            path,
            f"{size / 1e6:.1f} MB is more than the {limits.bytes / 1e6:.1f} MB that a report may "
            "have; split the file",
        )


def stop() -> None:
    """End the process that is kept warm; the next file starts another."""
    with _lock:
        while _warm:
            _warm.pop().stop()


atexit.register(stop)


def _answer(data: bytes, path: Path, limits: Limits) -> bytes:
    """What the process sends back. One that has read other files before may be at fault itself."""
    request: dict[str, object] = {
        # A name of the file system may hold bytes that are no text.
        "name": path.name.encode("utf-8", "replace").decode("utf-8"),
        "seconds": limits.seconds,
        "characters": limits.characters,
        "pages": limits.pages,
    }
    most = limits.characters * _JSON_PER_CHARACTER + _JSON_BESIDE
    while True:
        child = _started(limits.memory, path)
        fresh = child.files == 0
        try:
            answer = child.ask(request, data, limits.seconds, most)
        except TimeoutError:
            raise UnreadableFile(
                path,
                f"reading it took longer than {limits.seconds:g} s, so it was stopped; split the "
                "file, or convert it to text first",
            ) from None
        except _Broken as broken:
            if fresh:
                raise UnreadableFile(path, f"reading it broke off ({broken}); {_TO_DO}") from None
            continue
        if answer[:40].startswith(b'{"error": "MemoryError"'):
            child.stop()
            if not fresh:
                continue
            raise UnreadableFile(
                path,
                f"reading it needs more than {limits.memory / 1e9:.1f} GB of memory; split the "
                "file, or convert it to text first",
            )
        return answer


def _started(memory: int, path: Path) -> _Child:
    """The warm process, or a new one in its place."""
    if _warm and not _warm[-1].usable(memory):
        _warm.pop().stop()
    if not _warm:
        try:
            _warm.append(_Child(memory))
        except OSError as error:
            raise UnreadableFile(
                path, f"no process could be started to read it ({error.strerror}); try again later"
            ) from error
    return _warm[-1]


def _report(answer: bytes, path: Path) -> Report:
    """The report in an answer, or the complaint in it raised."""
    if not answer.startswith(b'{"error"'):
        try:
            return report_of_json(answer)
        except ValueError as error:
            raise UnreadableFile(path, f"its reader gave {error}; {_TO_DO}") from None
    try:
        said = json.loads(answer)
        kind, reason = str(said["error"]), " ".join(str(said["reason"]).split())
    except (ValueError, KeyError, RecursionError):
        kind, reason = "", "no complaint"
    if kind in _COMPLAINTS:
        raise _COMPLAINTS[kind](path, reason)
    raise UnreadableFile(path, f"its reader failed ({reason}); {_TO_DO}")


def _search_path() -> list[str]:
    return [entry or os.getcwd() for entry in sys.path]
