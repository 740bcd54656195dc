"""Report → passages: runs of whole sentences that fit the embedding model, none across patients.

Passages never cross a section (so never a patient), together hold every sentence of every section
but the references, and are about equally long within a section: a last passage of one sentence
would be a poor thing to embed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.config import PASSAGE_TOKENS
from rag.schema import Passage, Report, Section
from rag.sentences import sentence_spans

CountTokens = Callable[[Sequence[str]], list[int]]
"""Texts → the number of word pieces of each, special tokens not counted."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence (or a part of an overlong one), its tokens, and those of the mark before it."""

    span: Span
    tokens: int
    mark: int


def split(report: Report, count_tokens: CountTokens, limit: int = PASSAGE_TOKENS) -> list[Passage]:
    """The passages of `report` in reading order, each of at most `limit` tokens."""
    passages: list[Passage] = []
    for section in report.sections:
        if section.kind == "references":
            continue
        spans = sentence_spans(report.text, section.start, section.end)
        pieces = _fitting(report.text, spans, count_tokens, limit)
        runs = _runs(pieces, limit)
        passages.extend(
            _passage(report.id, section, number, run) for number, run in enumerate(runs, 1)
        )
    return passages


def _passage(report_id: str, section: Section, number: int, span: Span) -> Passage:
    return Passage(
        report_id=report_id,
        section=section.slug,
        number=number,
        start=span[0],
        end=span[1],
        kind=section.kind,
        patient=section.patient,
        page=section.page_at(span[0]),
    )


def _runs(pieces: list[_Piece], limit: int) -> list[Span]:
    """Neighbouring pieces packed into as few runs as can be, these as equal in length as can be.

    Exact: among all ways to cut that keep every run within `limit`, the one with the fewest runs,
    and of those the one with the smallest sum of squared lengths. Cutting greedily left last
    passages of one sentence.
    """
    # Runs, sum of squares, and minus the begin of the last run: of equals the earlier is longer.
    best: list[tuple[int, int, int]] = [(0, 0, 0)]
    for end in range(1, len(pieces) + 1):
        found: list[tuple[int, int, int]] = []
        length = 0
        for start in range(end - 1, -1, -1):
            # The list mark before a piece counts once it stands inside a passage.
            length += pieces[start].tokens + (pieces[start + 1].mark if start + 1 < end else 0)
            if length > limit and start < end - 1:
                break
            runs, squares, _ = best[start]
            found.append((runs + 1, squares + length * length, -start))
        best.append(min(found))
    spans: list[Span] = []
    end = len(pieces)
    while end:
        start = -best[end][2]
        spans.append((pieces[start].span[0], pieces[end - 1].span[1]))
        end = start
    return spans[::-1]


def _fitting(
    text: str, spans: Sequence[Span], count_tokens: CountTokens, limit: int
) -> list[_Piece]:
    """Each sentence with its length; one longer than `limit` is cut at the mildest place."""
    before = [a for a, _ in spans[:1]] + [b for _, b in spans[:-1]]
    lengths = count_tokens([text[a:b] for a, b in spans])
    marks = count_tokens([text[end:a] for end, (a, _) in zip(before, spans, strict=True)])
    pieces: list[_Piece] = []
    for span, length, mark in zip(spans, lengths, marks, strict=True):
        parts = [(span, length)] if length <= limit else _cut(text, span, count_tokens, limit)
        for number, (part, tokens) in enumerate(parts):
            pieces.append(_Piece(part, tokens, 0 if number else mark))
    return pieces


def _cut(text: str, span: Span, count_tokens: CountTokens, limit: int) -> list[tuple[Span, int]]:
    """A sentence that no passage can hold (a table row, an OCR run), in parts that fit.

    Cut after ';', else after ',', else between words, else anywhere: the model would otherwise
    drop its end without a word.
    """
    # A comma counts with a blank behind it only: '1,000 mg' must not become '000 mg'.
    for pattern in (r".+?(?:;\s+|\Z)", r".+?(?:,\s+|\Z)", r"\S+\s*", r"."):
        parts = [
            (span[0] + m.start(), span[0] + m.end())
            for m in re.finditer(pattern, text[span[0] : span[1]], re.DOTALL)
        ]
        lengths = count_tokens([text[a:b] for a, b in parts])
        if len(parts) > 1 and max(lengths) <= limit:
            break
    merged: list[tuple[Span, int]] = []
    for (a, b), length in zip(parts, lengths, strict=True):
        if merged and merged[-1][1] + length <= limit:
            merged[-1] = ((merged[-1][0][0], b), merged[-1][1] + length)
        else:
            merged.append(((a, b), length))
    return [(_trimmed(text, part), length) for part, length in merged]


def _trimmed(text: str, span: Span) -> Span:
    piece = text[span[0] : span[1]]
    return (span[0] + len(piece) - len(piece.lstrip()), span[0] + len(piece.rstrip()))
