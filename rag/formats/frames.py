"""Reports and bytes between two processes: frames with their length before them, data as JSON.

Nothing that comes from the process that read a file is run or unpickled, only checked.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from typing import IO

from pydantic import TypeAdapter, ValidationError

from rag.schema import Report

_LENGTH = struct.Struct(">Q")
_REPORT: TypeAdapter[Report] = TypeAdapter(Report)


def send(stream: IO[bytes], payload: bytes) -> None:
    """Write one frame. Raises OSError when nobody listens any more."""
    stream.write(_LENGTH.pack(len(payload)))
    stream.write(payload)
    stream.flush()


def receive(stream: IO[bytes], most: int | None = None) -> bytes | None:
    """The next frame; None when the other side is gone, or sends more than `most` bytes."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if most is not None and length > most:
        return None
    payload = stream.read(length)
    return payload if len(payload) == length else None


def report_as_json(report: Report) -> bytes:
    """A report as JSON of ASCII characters."""
    return json.dumps(asdict(report)).encode("ascii")


def report_of_json(payload: bytes) -> Report:
    """The report in `payload`, every type and span checked. Raises ValueError."""
    try:
        report = _REPORT.validate_json(payload, strict=True)
    except ValidationError as error:
        raise ValueError(f"no report: {error.error_count()} wrong values") from None
    place = 0
    for section in report.sections:
        if not place <= section.start <= section.end <= len(report.text):
            raise ValueError(f"section '{section.slug}' does not fit the text")
        begins = [section.start, *(start for start, _ in section.turns), section.end]
        if begins != sorted(begins):
            raise ValueError(f"the pages of section '{section.slug}' do not fit it")
        place = section.end
    return report
