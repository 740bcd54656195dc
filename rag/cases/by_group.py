"""Patients by treatment (antibody, sex …) in an answer: lists of treatments, and comparisons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.cases.asking import Asked
from rag.cases.besides import topical_line
from rag.cases.grouping import (
    NOT_REPORTED,
    Group,
    group_of,
    grouped,
    spelling,
    time_words,
    values_of,
)
from rag.cases.quoting import Cited, sentence_evidence
from rag.cases.shelf import Shelf, count
from rag.cases.table import COLUMNS, table_of
from rag.cases.told import Told, apart_line, composed, record_lines, responses_words, told
from rag.cases.wish import Wish
from rag.cases.wording import counted, group_words, shortened, whom
from rag.cite import short_name
from rag.lexicon import lexicon
from rag.records.record import CaseRecord, GroupRecord
from rag.schema import Report

_NAMED = 3
"""Groups named in a short answer."""


def tell_groups(
    asked: Asked,
    shelf: Shelf,
    reports: Mapping[str, Report],
    among: Sequence[str] | None,
) -> Told | None:
    """Patients by treatment (antibody …): each group's number, reports and responses."""
    assert asked.by is not None
    population = list(asked.population)
    if asked.values:
        key = "treatment" if asked.by == "treatment" else asked.by
        population.append(Wish(key, " or ".join(asked.values), asked.values))
    result = count(shelf, population, (), among)
    cases = shelf.cases(result.found)
    groups = shelf.group_records(result.groups)
    if not cases and not groups:
        return None
    cited = Cited(reports)
    _, rows = record_lines(cases, groups, population, cited)
    numbers = {(row["report_id"], row["patient"]): row["citations"] for row in rows}
    by_value = _groups(asked, cases)
    lines = [_group_line(group, numbers) for group in by_value]
    for record in groups:
        found = [r["citations"] for r in rows if r["group"] and r["report_id"] == record.report_id]
        marks = " ".join(f"[{n}]" for n in found[0]) if found else ""  # type: ignore[attr-defined]
        name = short_name(reports[record.report_id])
        own = (
            _by_treatment(record, reports[record.report_id], cited)
            if asked.by == "treatment"
            else ""
        )
        lines.append(f"{name}: {own}" if own else f"{name}, {group_words(record)} {marks}")
    first = f"No single patient{whom(population)} is described."
    if cases:
        where = counted(len(shelf.reports(result.found)), "report")
        first = f"{counted(len(cases), 'single patient')}{whom(population)}, in {where}."
    about = [reports[report_id] for report_id in shelf.reports(shelf.about(population, among))]
    last = [topical_line(about, cited)] if about else []
    text = composed([first, *apart_line(groups)], lines, last)
    return told(text, _in_short(asked, by_value, len(cases)), cited, table_of(rows, COLUMNS))


def _in_short(asked: Asked, groups: Sequence[Group], patients: int) -> str:
    """'alendronate', 'prednisone, IVIg and 4 more'; of those compared, how many had each."""
    if asked.values:
        said = ", ".join(f"{spelling(group.value)} {len(group.patients):,}" for group in groups)
        return f"{said} {'patient' if patients == 1 else 'patients'}"
    named = [spelling(group.value) for group in groups if group.value != NOT_REPORTED]
    if not named:
        return counted(patients, "patient")
    more = f" and {len(named) - _NAMED:,} more" if len(named) > _NAMED else ""
    return f"{', '.join(named[:_NAMED])}{more}"


def _by_treatment(record: GroupRecord, report: Report, cited: Cited) -> str:
    """What came of which treatment in a group, in the report's words; '' where it names none.

    'A partial response in 9 of 17' alone leaves out to what.
    """
    found: dict[str, int] = {}
    for outcome in record.outcomes:
        said = [sentence_evidence(report, span, None) for span in outcome.spans[:1]]
        for item in said:
            words = " ".join(item.text.split())
            if any(m.concept.kind == "drug" for m in lexicon().find(words)):
                found.setdefault(words, cited.add_sentence(report, (item.start, item.end)))
    told = list(found.items())[:MOST_OUTCOMES]
    return " ".join(f"{shortened(words, MOST_OF_ONE)} [{number}]" for words, number in told)


MOST_OUTCOMES, MOST_OF_ONE = 2, 24
"""Outcomes of a group that are told, and words of each."""


def _group_line(group: Group, numbers: Mapping[tuple[object, object], object]) -> str:
    """'rituximab: 4 patients in 3 reports; 2 complete, 2 partial; median time … (2 stated) [1]'."""
    if not group.patients:
        return f"{spelling(group.value)}: no single patient"
    time = f"; median time to response {time_words(group.days)} ({group.timed} stated)"
    return (
        f"{spelling(group.value)}: {counted(len(group.patients), 'patient')} in "
        f"{counted(len(group.reports), 'report')}; {responses_words(group.patients)}"
        f"{time if group.timed else ''} {_marks(numbers, group.patients)}"
    )


def _groups(asked: Asked, cases: Sequence[CaseRecord]) -> list[Group]:
    """The groups: the compared values in their order, else all, the largest first.

    A compared value may be a class ('JAK inhibitor'), which its members belong to.
    """
    assert asked.by is not None
    if not asked.values:
        return grouped(cases, asked.by, asked.within)
    found = []
    for value in asked.values:
        wider = {value, *(name.lower() for name in lexicon().narrower(_name(value)))}
        fits = [c for c in cases if wider & {v.lower() for v in values_of(c, asked.by)}]
        found.append(group_of(value, fits))
    return found


def _name(value: str) -> str:
    concept = lexicon().concept(value)
    return concept.name if concept else value


def _marks(numbers: Mapping[tuple[object, object], object], cases: Sequence[CaseRecord]) -> str:
    found: list[int] = []
    for case in cases:
        known = numbers[(case.report_id, case.number)]
        found += [n for n in known if n not in found]  # type: ignore[attr-defined]
    return "".join(f"[{number}]" for number in found[:12]) + (" …" if len(found) > 12 else "")
