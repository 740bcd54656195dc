"""The process that reads files for `rag.formats.sandbox`: bytes in, a report or a complaint out.

It knows the readers and nothing else of Casebook: no library, no model, no settings. What it reads
may crash it, fill its memory or make it hang; that ends this process alone.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import IO

from rag.errors import FileError
from rag.formats import read_bytes
from rag.formats.frames import receive, report_as_json, send
from rag.schema import Report

# To end a process that nobody stops any more, because the one that asked was killed.
_SPARE_SECONDS = 5


def main() -> None:
    """Answer requests on stdin until it closes; argv[-1] is the limit of the memory in bytes."""
    incoming = sys.stdin.buffer
    outgoing = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever a library prints must not come between the frames.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    _limit("AS", int(sys.argv[-1]))
    _limit("CORE", 0)
    _limit("FSIZE", 0)  # a reader writes no files
    while (head := receive(incoming)) is not None and (data := receive(incoming)) is not None:
        if not _answer(json.loads(head), data, outgoing):
            return


def _answer(request: dict[str, float | str], data: bytes, outgoing: IO[bytes]) -> bool:
    """Read one file and send what came of it; False when this process should not go on."""
    seconds = time.process_time() + float(request["seconds"]) + _SPARE_SECONDS
    _limit("CPU", int(seconds), final=False)
    fit = True
    try:
        pages = int(request["pages"])
        report = read_bytes(data, Path(str(request["name"])), pages=pages)
        complaint = too_long(report, int(request["characters"]), pages)
        answer = _complaint("UnreadableFile", complaint) if complaint else report_as_json(report)
    except FileError as error:
        answer = _complaint(type(error).__name__, error.reason)
    except MemoryError:
        answer, fit = _complaint("MemoryError", ""), False
    except Exception as error:  # a fault of the reader, which concerns this file alone
        answer = _complaint("Exception", f"{type(error).__name__}: {error}"[:200])
    send(outgoing, answer)
    return fit


def too_long(report: Report, characters: int, pages: int) -> str:
    """What is wrong with the length of a report; '' when it is within the limits."""
    if len(report.text) > characters:
        return (
            f"its text has {len(report.text):,} characters, more than the {characters:,} that a "
            "report may have; split the file"
        )
    numbers = [section.page for section in report.sections if section.page is not None]
    if numbers and max(numbers) - min(numbers) >= pages:
        return f"it has more than the {pages:,} pages that a report may have; split the file"
    return ""


def _complaint(error: str, reason: str) -> bytes:
    return json.dumps({"error": error, "reason": reason}).encode("ascii")


def _limit(name: str, amount: int, *, final: bool = True) -> None:
    """Set a limit of the operating system where there is one; Windows and some others have none."""
    try:
        import resource

        which = getattr(resource, f"RLIMIT_{name}")
        _, most = resource.getrlimit(which)
        if most != resource.RLIM_INFINITY:
            amount = min(amount, most)
        resource.setrlimit(which, (amount, amount if final else most))
    except (ImportError, AttributeError, ValueError, OSError):
        return
