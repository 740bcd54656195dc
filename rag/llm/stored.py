"""The evidence of an answer → the vectors of its sentences that the library has stored.

Checking compares what a model writes with the sentences that it cites. When a report was added, the
reader stored their vectors; to make them again is most of what the encoder would have to do.
"""

from __future__ import annotations

from rag.answer import Consulted
from rag.library import Library
from rag.sentences import sentence_spans
from rag.verify.vectors import Array


def stored_vectors(library: Library, consulted: Consulted) -> dict[str, Array]:
    """Sentence, blanks folded → its vector, for the evidence whose passages have them stored."""
    found = library.sentence_vectors(sorted({e.passage.id for e in consulted.evidence}))
    known: dict[str, Array] = {}
    for one in consulted.evidence:
        vectors = found.get(one.passage.id)
        report = consulted.reports.get(one.passage.report_id)
        if vectors is None or report is None:
            continue
        spans = sentence_spans(report.text, one.passage.start, one.passage.end)
        if len(spans) == len(vectors) and (one.start, one.end) in spans:
            row = vectors[spans.index((one.start, one.end))]
            known[" ".join(report.text[one.start : one.end].split())] = row
    return known
