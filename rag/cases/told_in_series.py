"""A report on a group → its own sentence on what is asked about a drug: its harm, its effect."""

from __future__ import annotations

from collections.abc import Callable

from rag.lexicon import lexicon
from rag.records.record import Span
from rag.schema import Report, SectionKind
from rag.sentences import sentence_spans

_OWN: tuple[SectionKind, ...] = ("summary", "methods", "results", "case", "discussion", "other")

Telling = Callable[[str, SectionKind, bool], int | None]
"""Sentence, kind of its section and whether it names the drug → how well it tells; None: not."""


def best_sentence(report: Report, drugs: frozenset[str], telling: Telling) -> Span | None:
    """The sentence of a report's own sections that tells best of these drugs; None for none.

    It names one of them ('immunoglobulin' is intravenous immunoglobulin here), or no drug at all
    where the report's title names one. Ties end in the place in the text.
    """
    titled = bool(_named(report.title) & drugs)
    best: tuple[int, int, Span] | None = None
    for section in report.sections:
        if section.kind not in _OWN:
            continue
        for start, end in sentence_spans(report.text, section.start, section.end):
            text = report.text[start:end]
            named = _named(text)
            own = any(name in drug for name in named for drug in drugs)
            if text.rstrip().endswith(":") or not (own if named else titled):
                continue
            told = telling(text, section.kind, own)
            if told is not None and (best is None or (-told, start) < best[:2]):
                best = (-told, start, (start, end))
    return best[2] if best else None


def quoted(report: Report, span: Span) -> str:
    """A whole sentence as it is quoted: in quotation marks, unless it is a digest's, whose words
    are ours. Nothing is cut: what stands at its end may take back what stands before.
    """
    words = " ".join(report.text[slice(*span)].split())
    return words if report.source_kind == "digest" else f'"{words}"'


def _named(words: str) -> set[str]:
    """The drugs that words name, lower case."""
    return {m.concept.name.lower() for m in lexicon().find(words) if m.concept.kind == "drug"}
