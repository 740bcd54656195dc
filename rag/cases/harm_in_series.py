"""'Side effects of methotrexate?' → what reports on groups given the drug say of its harm.

A series has no record of each patient's harm; its words are quoted, a line for each series.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.cases.asking import Asked
from rag.cases.blamed import blamed_drugs
from rag.cases.quoting import Cited
from rag.cases.shelf import Count, Shelf
from rag.cases.told_in_series import best_sentence, quoted
from rag.cite import short_name
from rag.records.record import Span
from rag.schema import Report, SectionKind

_HARM = re.compile(
    r"\bside[- ]effects?\b|\badverse\b|\btoxic\w*|\btolera\w+|\bsafe(?:ty)?\b|\binfections?\b|"
    r"\breactions?\b|\beruptions?\b",
    re.IGNORECASE,
)
_PLAINLY = re.compile(r"\bside[- ]effects?\b|\badverse\b|\btoxic\w*", re.IGNORECASE)


def harm_in_words(report: Report, drugs: frozenset[str]) -> Span | None:
    """The sentence in which a report on a group tells of the harm of these drugs; None for none."""
    return best_sentence(report, drugs, _of_harm)


def _of_harm(text: str, kind: SectionKind, own: bool) -> int | None:
    if not _HARM.search(text):
        return None
    return 4 * bool(_PLAINLY.search(text)) + 2 * own + any(map(str.isdigit, text))


def harm_lines(
    asked: Asked,
    shelf: Shelf,
    reports: Mapping[str, Report],
    among: Sequence[str] | None,
    result: Count,
    cited: Cited,
) -> list[str]:
    """What series of patients given a drug say of its harm, a line each, in their words."""
    drugs = blamed_drugs((*asked.asked, *asked.population))
    if not drugs:
        return []
    lines = []
    told = set(shelf.reports([*result.found, *result.groups]))
    given = [replace(one, key="treatment") for one in asked.population if one.key == "drug"]
    for report_id in shelf.reports(shelf.groups(given or asked.population, among)):
        span = None if report_id in told else harm_in_words(reports[report_id], drugs)
        if span:
            report = reports[report_id]
            number = cited.add_sentence(report, span)
            lines.append(f"{short_name(report)}: {quoted(report, span)} [{number}]")
    return lines
