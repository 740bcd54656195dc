"""An answer's text → its sentences, each cut into parts that rest on their own citations.

'A fell [1], whereas B rose [2].' has two parts: what stands before a marker rests on that marker
alone, so that a wrong number behind the second half is seen. A tail behind the last marker belongs
to the last part. Markers are '[1]', '[1][2]', '[1, 2]' and '[1-3]'.

A sentence without a marker that stands before a marked one in the same paragraph (line) may rest
on that one's citations: writers often put one marker behind two sentences. It is checked against
them, and called uncited, not unsupported, when they do not say it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.sentences import sentence_spans

_MARKER = re.compile(r"\[(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\]")
_MARKERS = re.compile(rf"{_MARKER.pattern}(?:[ ,;]{{0,2}}{_MARKER.pattern})*")
_RANGE = re.compile(r"(\d+)\s*[–-]\s*(\d+)")
_LONGEST_RANGE = 20


@dataclass(frozen=True, slots=True)
class Part:
    """``answer[start:end]`` without its markers, and the citation numbers it rests on."""

    start: int
    end: int
    cited: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer; `borrowed` says that its parts rest on a later marker."""

    start: int
    end: int
    parts: tuple[Part, ...]
    borrowed: bool = False


def claims(answer: str) -> tuple[Claim, ...]:
    """The sentences of an answer in order; a marker behind the full stop belongs to the sentence.

    Headings ('## …') and lines without a letter are no claims.
    """
    found: list[Claim] = []
    for start, end in _lines(answer):
        spans = _with_trailing_markers(
            answer, _unbroken(answer, sentence_spans(answer, start, end))
        )
        line = [Claim(a, b, _parts(answer, a, b)) for a, b in spans]
        found.extend(_borrowing(line))
    return tuple(found)


def _lines(answer: str) -> list[tuple[int, int]]:
    return [
        (m.start(), m.end())
        for m in re.finditer(r"[^\n]+", answer)
        if re.search(r"[^\W\d_]", m.group()) and not m.group().lstrip().startswith("#")
    ]


def _unbroken(answer: str, spans: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Sentences joined while a quotation is open, so that it can be checked as one."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and answer.count('"', *joined[-1]) % 2:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def _with_trailing_markers(
    answer: str, spans: tuple[tuple[int, int], ...]
) -> list[tuple[int, int]]:
    """'It fell. [1] It rose. [2]': the marker goes to the sentence before it."""
    kept: list[tuple[int, int]] = []
    for start, end in spans:
        leading = _MARKERS.match(answer, start)
        if leading and leading.end() <= end and kept and not _marked(answer, *kept[-1]):
            kept[-1] = (kept[-1][0], leading.end())
            start = leading.end()
            start += len(answer[start:end]) - len(answer[start:end].lstrip(" .,;"))
        if start < end:
            kept.append((start, end))
    return kept


def _marked(answer: str, start: int, end: int) -> bool:
    return bool(_MARKER.search(answer, start, end))


def _parts(answer: str, start: int, end: int) -> tuple[Part, ...]:
    parts: list[Part] = []
    at = start
    for found in _MARKERS.finditer(answer, start, end):
        if re.search(r"\w", answer[at : found.start()]):
            parts.append(Part(at, found.start(), _numbers(found.group())))
        at = found.end()
    if not parts:
        return (Part(start, end, ()),)
    if re.search(r"\w", answer[at:end]):
        parts.append(Part(at, end, parts[-1].cited))
    return tuple(parts)


def _numbers(markers: str) -> tuple[int, ...]:
    numbers: list[int] = []
    for group in _MARKER.finditer(markers):
        for piece in re.split(r"[,;]", group[1]):
            if run := _RANGE.search(piece):
                first, last = int(run[1]), int(run[2])
                numbers.extend(range(first, min(last, first + _LONGEST_RANGE) + 1))
            else:
                numbers.append(int(piece))
    return tuple(dict.fromkeys(numbers))


def _borrowing(line: list[Claim]) -> list[Claim]:
    """The sentences of a line; those without a marker get the numbers of the next marked one."""
    lent: tuple[int, ...] = ()
    given: list[Claim] = []
    for claim in reversed(line):
        if claim.parts[0].cited:
            lent = claim.parts[0].cited
            given.append(claim)
        else:
            part = Part(claim.start, claim.end, lent)
            given.append(Claim(claim.start, claim.end, (part,), borrowed=bool(lent)))
    return given[::-1]
