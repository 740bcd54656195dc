"""Hits → the sentences to read: of the first hits, and all of the best reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.config import READ_AT_MOST, READ_HITS, WHOLE_REPORTS
from rag.reader.weighing.features import Candidate
from rag.reader.whom.patients import Described, passage_fits
from rag.schema import Hit, Report
from rag.sentences import sentence_spans


def candidate_sentences(
    hits: Sequence[Hit], reports: Mapping[str, Report], wanted: Described
) -> list[Candidate]:
    """The sentences of the hits to read, in the order of the hits and of the text within each.

    A title page ('front') is never evidence: it names the subject and answers nothing.
    """
    found: list[Candidate] = []
    for place in places_to_read(hits):
        hit = hits[place]
        report = reports[hit.passage.report_id]
        suits = passage_fits(hit.passage, report, wanted)
        for start, end in sentence_spans(report.text, hit.passage.start, hit.passage.end):
            found.append(Candidate(hit, place, start, end, report.text[start:end], suits))
    return found


def places_to_read(hits: Sequence[Hit]) -> list[int]:
    """Which hits are read: the first READ_HITS, and all of the WHOLE_REPORTS best works."""
    read = [i for i, hit in enumerate(hits) if hit.passage.kind != "front"]
    best = list(dict.fromkeys(hit.of_work for hit in hits))[:WHOLE_REPORTS]
    wanted = [i for i in read if i < READ_HITS or hits[i].of_work in best]
    return wanted[:READ_AT_MOST]
