"""Reports beside the counted patients: those on the topic, and those that say it in words only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.cases.asking import Asked
from rag.cases.quoting import Cited
from rag.cases.said import worded
from rag.cases.shelf import Count, Shelf
from rag.cite import short_name
from rag.records.record import Span
from rag.schema import Report

MOST_WORDED = 12
"""Reports that are named for their words alone."""


def topical_line(topical: Sequence[Report], cited: Cited) -> str:
    """A line that names reports on the topic which give no record, each with its citation."""
    named = [
        f"{short_name(report)} {' '.join(f'[{n}]' for n in cited.add_report(report))}"
        for report in topical
    ]
    return f"On the topic, without a record of patients: {', '.join(named)}."


def worded_reports(
    asked: Asked,
    shelf: Shelf,
    reports: Mapping[str, Report],
    result: Count,
    about: Sequence[str],
    among: Sequence[str] | None,
) -> list[tuple[Report, Span]]:
    """The reports that say in words only what was asked, each with the sentence; at most a few."""
    wishes = (*asked.population, *asked.asked)
    named = {*about, *shelf.reports(result.groups), *shelf.reports(result.found)}
    found: list[tuple[Report, Span]] = []
    for report_id in shelf.reports(shelf.said(wishes, among)):
        if report_id not in named and len(found) < MOST_WORDED:
            span = worded(reports[report_id], wishes)
            found += [(reports[report_id], span)] if span else []
    return found


def worded_line(found: Sequence[tuple[Report, Span]], cited: Cited) -> str:
    """A line that names such reports, each with its citation."""
    named = [f"{short_name(report)} [{cited.add_sentence(report, span)}]" for report, span in found]
    return f"Named in words, without a count of patients: {', '.join(named)}."
