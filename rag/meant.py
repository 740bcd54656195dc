"""Question + the reports that were found → which of their patients it means.

A question about one report may point ('the older one', 'she'); one to the whole library can only
describe ('the 58-year-old', 'the beekeeper').
"""

from __future__ import annotations

from collections.abc import Mapping

from rag.library import Library
from rag.reader.person_words import PersonWords, person_words
from rag.reader.refer import patient_meant, singled_out
from rag.resolve import Resolved
from rag.schema import Report


def meant_in_one(
    library: Library, question: str, resolved: Resolved, reports: Mapping[str, Report]
) -> int | None:
    """The number of the patient meant, where there is one report, and it has several."""
    if len(reports) != 1:
        return None
    (report,) = reports.values()
    if report.patients < 2:
        return None
    return patient_meant(question, report.cases, resolved.patient, _words(library, report))


def meant_among(library: Library, question: str, reports: Mapping[str, Report]) -> dict[str, int]:
    """Report id → the patient whom the question describes, for those where it does."""
    found = {
        report.id: singled_out(question, report, _words(library, report))
        for report in reports.values()
        if report.patients > 1
    }
    return {report_id: number for report_id, number in found.items() if number is not None}


def _words(library: Library, report: Report) -> PersonWords:
    return person_words(library.report_passages(report.id))
