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
from rag.cases.wording import shortened
from rag.cite import short_name
from rag.lexicon import lexicon
from rag.records.record import Span
from rag.schema import Report, SectionKind
from rag.sentences import sentence_spans

_OWN: tuple[SectionKind, ...] = ("summary", "methods", "results", "case", "discussion", "other")
_HARM = re.compile(
    r"\bside[- ]effects?\b|\badverse\b|\btoxic\w*|\btolera\w+|\bsafe(?:ty)?\b|\binfections?\b|"
    r"\breactions?\b|\beruptions?\b",
    re.IGNORECASE,
)
_PLAINLY = re.compile(r"\bside[- ]effects?\b|\badverse\b|\btoxic\w*", re.IGNORECASE)


def harm_in_words(report: Report, drugs: frozenset[str]) -> Span | None:
    """The sentence in which a report on a group tells of the harm of these drugs; None for none.

    It names one of them ('immunoglobulin' is intravenous immunoglobulin here), or no drug at all
    where the report's title names one.
    """
    titled = bool(named_drugs(report.title) & drugs)
    best: tuple[int, int, Span] | None = None
    for section in report.sections:
        if section.kind not in _OWN:
            continue
        for start, end in sentence_spans(report.text, section.start, section.end):
            text = report.text[start:end]
            named = named_drugs(text)
            own = any(name in drug for name in named for drug in drugs)
            if text.rstrip().endswith(":") or not _HARM.search(text) or named and not own:
                continue
            if not named and not titled:
                continue
            digits = any(map(str.isdigit, text))
            told = 4 * bool(_PLAINLY.search(text)) + 2 * own + digits
            if best is None or (-told, start) < best[:2]:
                best = (-told, start, (start, end))
    return best[2] if best else None


def named_drugs(words: str) -> set[str]:
    """The drugs that words name, lower case."""
    return {m.concept.name.lower() for m in lexicon().find(words) if m.concept.kind == "drug"}


MOST_HARM = 40
"""Words of a series on the harm of a drug."""


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
            words = shortened(" ".join(report.text[slice(*span)].split()), MOST_HARM)
            lines.append(f"{short_name(report)}: {words} [{cited.add_sentence(report, span)}]")
    return lines
