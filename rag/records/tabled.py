"""Patients who are told apart by a table alone ('1  F/33  Mi-2  rituximab') → who is told where.

The rows number the patients; the sentences of the text name them ('Patient 4, on the contrary').
"""
# ruff: noqa: E501  (a pattern reads best on one line)

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.schema import Report, SectionKind
from rag.sentences import sentence_spans

ROW = re.compile(
    r"^(?:Patient |Case |No\.? ?)?(?P<number>\d{1,2})[\s|.]+(?:(?:F|M|(?:fe)?male|(?:wo)?man|girl|boy)[/, |]*\d{1,3}|\d{1,3} ?[/,|]? ?(?:F|M|female|male))\b",
    re.IGNORECASE | re.MULTILINE,
)
"""A row of a table or list of patients: number, sex and age ('2 F/33', '2. Man, 44: …')."""

_NAMED = re.compile(
    r"\b(?:patients?|cases?) (?:nos?\.? ?)?(?P<numbers>\d{1,2}(?:(?:,? and |, |-)\d{1,2})*)\b(?! ?(?:%|mg|of\b|years))",
    re.IGNORECASE,
)
_FORMER = re.compile(r"\b(?:the former|the first)\b", re.IGNORECASE)
_TOLD: tuple[SectionKind, ...] = (
    "case",
    "results",
    "methods",
    "other",
    "summary",
    "legend",
    "front",
)


def rows(report: Report) -> tuple[int, ...]:
    """The numbers of the patients in a table, when it numbers them from 1 without a gap."""
    found = [int(match["number"]) for match in ROW.finditer(report.text)]
    return tuple(found) if len(found) > 1 and found == list(range(1, len(found) + 1)) else ()


def told_of(report: Report) -> Iterator[tuple[int, int, SectionKind, frozenset[int]]]:
    """(start, end, kind of section, patients) of each sentence that is about some of them.

    A sentence that names nobody goes on about the only patient named before it in its paragraph.
    """
    for section in report.sections:
        if section.kind not in _TOLD:
            continue
        kind: SectionKind = "case" if section.kind in ("legend", "front") else section.kind
        for paragraph in re.finditer(r"[^\n]+", report.text[section.start : section.end]):
            start, end = section.start + paragraph.start(), section.start + paragraph.end()
            if row := ROW.match(report.text[start:end]):
                yield start, end, kind, frozenset({int(row["number"])})
                continue
            yield from _sentences(report.text, start, end, kind)


def _sentences(
    text: str, start: int, end: int, kind: SectionKind
) -> Iterator[tuple[int, int, SectionKind, frozenset[int]]]:
    current: frozenset[int] = frozenset()
    first = 0
    for a, b in sentence_spans(text, start, end):
        named = [int(n) for m in _NAMED.finditer(text[a:b]) for n in _numbers(m["numbers"])]
        if named:
            current, first = frozenset(named), named[0]
        elif len(current) > 1 and _FORMER.search(text[a:b]):
            current = frozenset({first})
        elif len(current) > 1:
            current = frozenset()
        if current:
            yield a, b, kind, current


def _numbers(words: str) -> list[str]:
    found = re.findall(r"\d{1,2}", words)
    if "-" in words and len(found) == 2:
        return [str(n) for n in range(int(found[0]), int(found[1]) + 1)]
    return found
