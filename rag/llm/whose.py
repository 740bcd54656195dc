"""Words of a report that a model copied → whether they are about the patient, and were done.

That a quotation stands in the report is not enough: 'Her mother, aged 61, took azathioprine' and
'Rituximab was planned' stand there, too. The rules are those by which records are read from text.
"""

from __future__ import annotations

from rag.lexicon import lexicon
from rag.records.context import LITERATURE, of_relative
from rag.records.given import given
from rag.records.record import Span
from rag.schema import Report
from rag.sentences import sentence_spans


def of_patient(report: Report, span: Span) -> bool:
    """Whether the clause up to the end of `span` is neither about a relative nor the literature."""
    sentence, _, end = _within(report, span)
    return not LITERATURE.search(sentence) and not of_relative(sentence, end)


def was_given(report: Report, span: Span, drug: str) -> bool:
    """Whether the sentence of `span` says that the patient got the drug which `span` names."""
    sentence, start, end = _within(report, span)
    if LITERATURE.search(sentence):
        return False
    return any(given(sentence, a, b) > 0 for a, b in _places(sentence, start, end, drug))


def _within(report: Report, span: Span) -> tuple[str, int, int]:
    """The sentence in which a span ends, and the part of the span in it, counted from its start."""
    section = next((s for s in report.sections if s.start <= span[0] and span[1] <= s.end), None)
    bounds = (section.start, section.end) if section else (0, len(report.text))
    for start, end in sentence_spans(report.text, *bounds):
        if start < span[1] <= end:
            return report.text[start:end], max(span[0] - start, 0), span[1] - start
    return report.text[slice(*span)], 0, span[1] - span[0]


def _places(sentence: str, start: int, end: int, drug: str) -> list[Span]:
    """Where the sentence names the drug between two places; the whole part where it has no name."""
    concept = lexicon().concept(drug.strip())
    named = [
        (m.start, m.end)
        for m in lexicon().find(sentence)
        if start <= m.start and m.end <= end and concept and m.concept.name == concept.name
    ]
    at = sentence.lower().find(drug.strip().lower(), start, end)
    if not named and at >= 0:
        named = [(at, at + len(drug.strip()))]
    return named or [(start, end)]
