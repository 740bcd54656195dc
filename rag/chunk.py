"""Report → passages: runs of whole sentences that fit the embedding model, none across patients.

Passages never cross a section (so never a patient), together hold every sentence of every section
but the references, and are about equally long within a section: a last passage of one sentence
would be a poor thing to embed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.config import PASSAGE_TOKENS
from rag.schema import Passage, Report, Section
from rag.sentences import sentence_spans

CountTokens = Callable[[Sequence[str]], list[int]]
"""Texts → the number of word pieces of each, special tokens not counted."""

Span = tuple[int, int]


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
        page=section.page,
    )


def _runs(pieces: list[tuple[Span, int]], limit: int) -> list[Span]:
    """Neighbouring pieces packed into runs of about equal length, none above `limit`."""
    total = sum(tokens for _, tokens in pieces)
    if not total:
        return []
    target = total / -(-total // limit)
    runs: list[tuple[Span, int]] = []
    for span, tokens in pieces:
        if runs and runs[-1][1] + tokens <= limit and runs[-1][1] + tokens / 2 <= target:
            (start, _), length = runs[-1]
            runs[-1] = ((start, span[1]), length + tokens)
        else:
            runs.append((span, tokens))
    return [span for span, _ in runs]


def _fitting(
    text: str, spans: Sequence[Span], count_tokens: CountTokens, limit: int
) -> list[tuple[Span, int]]:
    """Each sentence with its length; one longer than `limit` is cut at the mildest place."""
    lengths = count_tokens([text[a:b] for a, b in spans]) if spans else []
    pieces: list[tuple[Span, int]] = []
    for span, length in zip(spans, lengths, strict=True):
        if length <= limit:
            pieces.append((span, length))
        else:
            pieces.extend(_cut(text, span, count_tokens, limit))
    return pieces


def _cut(text: str, span: Span, count_tokens: CountTokens, limit: int) -> list[tuple[Span, int]]:
    """A sentence that no passage can hold (a table row, an OCR run), in parts that fit.

    Cut after ';', else after ',', else between words, else anywhere: the model would otherwise
    drop its end without a word.
    """
    for pattern in (r"[^;]+;?\s*", r"[^,]+,?\s*", r"\S+\s*", r"."):
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
