"""What is asked of the records → an answer: counts first, a line for each report, all of it cited.

Patients who are described alone are counted; groups are named apart and never added to them.
Whatever is counted stands in the table and among the citations, even where the text stops early.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.cases.asking import Asked
from rag.cases.besides import topical_line, worded_line, worded_reports
from rag.cases.grouping import NOT_REPORTED, Group, group_of, grouped, time_words, values_of
from rag.cases.quoting import Cited
from rag.cases.shelf import Count, Shelf, count
from rag.cases.table import COLUMNS, Table, row_of, table_of
from rag.cases.wish import Wish
from rag.cases.wording import (
    SELECTED,
    case_words,
    counted,
    group_words,
    groups_words,
    reviews_words,
    what,
    who_words,
    whom,
)
from rag.cite import short_name
from rag.lexicon import lexicon
from rag.records.record import CaseRecord, GroupRecord, Span
from rag.schema import Citation, Report

OUTCOMES = ("response", "adverse", "relapse")
"""What becomes of patients: of a group only its own words tell it."""

MOST_WORDS = 185
"""Of the text; what does not fit is in the table."""


@dataclass(frozen=True, slots=True)
class Told:
    """An answer from the records, before it is put together with its question."""

    text: str
    short_answer: str
    citations: tuple[Citation, ...]
    table: Table
    notice: str


def tell(
    asked: Asked,
    shelf: Shelf,
    reports: Mapping[str, Report],
    among: Sequence[str] | None = None,
) -> Told | None:
    """The answer, over the reports `among` (all of them if None).

    None when the records know nothing of the matter: then the reports' words are read as usual.
    `reports` gives each report by its id.
    """
    if asked.kind in ("groups", "compare"):
        return _tell_groups(asked, shelf, reports, among)
    wished = () if asked.kind == "responses" else asked.asked
    result = count(shelf, asked.population, wished, among)
    if not result.population:
        # Nobody had it as the treatment reported on: then whoever had it at all.
        wider = replace(asked, population=tuple(_at_all(one) for one in asked.population))
        at_all = count(shelf, wider.population, wished, among)
        asked, result = (wider, at_all) if at_all.population else (asked, result)
    about = shelf.reports(shelf.about((*asked.population, *asked.asked), among))
    topical = [reports[report_id] for report_id in about]
    words = worded_reports(asked, shelf, reports, result, [*about], among)
    fits = result.found or result.groups or words or (asked.population and result.population)
    if not fits:
        return None
    outcome = any(one.key in OUTCOMES for one in asked.asked)
    if not result.population and outcome and len(shelf.reports(result.groups)) < 2:
        return None  # the words of the one series say more than that nobody is described alone
    return _tell_count(asked, shelf, reports, result, topical, words)


def _at_all(one: Wish) -> Wish:
    return replace(one, key="drug") if one.key == "treatment" else one


def _tell_count(
    asked: Asked,
    shelf: Shelf,
    reports: Mapping[str, Report],
    result: Count,
    topical: Sequence[Report],
    worded_in: Sequence[tuple[Report, Span]],
) -> Told:
    cited = Cited(reports)
    wishes = (*asked.asked, *asked.population)
    # Where nobody fits, those of whom it was asked prove it.
    cases = shelf.cases(result.found or result.population if asked.population else result.found)
    groups = shelf.group_records(result.groups)
    lines, rows = _lines(cases, groups, wishes, cited)
    extra = [topical_line(topical, cited)] if topical else []
    extra += [worded_line(worded_in, cited)] if worded_in else []
    first = first_line(asked, shelf, result)
    apart = [*_only_before(asked, shelf, result), *apart_line(groups)]
    found = len(result.found)
    text = _composed([first, *apart], lines, extra)
    short = f"{found} of {len(result.population)}"
    if asked.kind == "any":
        short = f"yes: {counted(found, 'patient')}" if found else "none among single patients"
    if asked.kind == "any" and not found and groups:
        short = f"in {counted(len({g.report_id for g in groups}), 'series', 'series')} only"
    return _told(text, short, cited, table_of(rows))


def first_line(asked: Asked, shelf: Shelf, result: Count) -> str:
    """'7 of 23 single patients given IVIg (5 reports): complete response; 4 not reported.'"""
    of = f"{counted(len(result.population), 'single patient')}{whom(asked.population)}"
    if asked.kind == "responses":
        return f"{of[:1].upper()}{of[1:]}: {_responses(shelf.cases(result.population))}."
    silent = f"; {len(result.silent):,} not reported" if result.silent else ""
    where = f", in {counted(len(shelf.reports(result.found)), 'report')}" if result.found else ""
    if not result.population:
        return f"No single patient{whom(asked.population)} is described."
    if asked.papers and result.found:
        in_reports = counted(len(shelf.reports(result.found)), "report")
        return f"{in_reports} with {len(result.found):,} of {of}: {what(asked.asked)}{silent}."
    if not asked.asked:
        return f"{of}{where}."
    return f"{len(result.found):,} of {of}: {what(asked.asked)}{where}{silent}."


def _only_before(asked: Asked, shelf: Shelf, result: Count) -> list[str]:
    """How many had the drug before the treatment reported on only: their response is no answer."""
    given = [one for one in asked.population if one.key == "treatment" and not one.absent]
    if not given:
        return []
    others = [one for one in asked.population if one not in given]
    earlier = [replace(one, key="drug") for one in given]
    before = shelf.distinct(shelf.patients([*others, *earlier])) - result.population
    if not before:
        return []
    return [f"{counted(len(before), 'more patient')} had it only before the treatment reported on."]


def _responses(cases: Sequence[CaseRecord]) -> str:
    said = [value for case in cases for value in values_of(case, "response")]
    order = ("complete", "partial", "none", "worsened", "died", NOT_REPORTED)
    words = {"none": "no response"}
    return ", ".join(f"{said.count(v)} {words.get(v, v)}" for v in order if v in said)


def apart_line(groups: Sequence[GroupRecord]) -> list[str]:
    """'Not added: 3 series with 31 patients, described as groups.'; nothing without groups."""
    parts = [part for part in (groups_words(groups), reviews_words(groups)) if part]
    return [f"Not added: {'; '.join(parts)}."] if parts else []


def _lines(
    cases: Sequence[CaseRecord],
    groups: Sequence[GroupRecord],
    wishes: Sequence[Wish],
    cited: Cited,
) -> tuple[list[str], list[dict[str, object]]]:
    """A line of text and a row of the table for each record, patients before groups."""
    lines: list[str] = []
    rows: list[dict[str, object]] = []
    records: list[CaseRecord | GroupRecord] = [*cases, *groups]
    for record in records:
        numbers = cited.add(record, wishes)
        rows.append(row_of(record, numbers))
        report = cited.reports[record.report_id]
        marks = " ".join(f"[{number}]" for number in numbers)
        if isinstance(record, CaseRecord):
            number = f", patient {record.number}" if report.patients > 1 else ""
            words = f"{number}, {who_words(record)}: {case_words(record, wishes)}"
        else:
            words = f", {group_words(record)}"
        lines.append(f"{short_name(report)}{words} {marks}")
    return lines, rows


def _composed(first: Sequence[str], lines: Sequence[str], last: Sequence[str]) -> str:
    """The text within its words: what must be said first and last, and the lines that fit."""
    left = MOST_WORDS - sum(len(line.split()) for line in (*first, *last))
    shown: list[str] = []
    for line in lines:
        left -= len(line.split())
        if left < 8:
            break
        shown.append(line)
    more = len(lines) - len(shown)
    rest = [f"… and {more:,} more in the table."] if more else []
    return "\n".join([*first, *shown, *rest, *last])


def _told(text: str, short: str, cited: Cited, table: Table) -> Told:
    citations = cited.citations()
    named = [cited.reports[i] for i in dict.fromkeys(c.report_id for c in citations)]
    parts = [SELECTED]
    digests = [report for report in named if report.source_kind == "digest"]
    if any(report.basis != "full text" for report in named):
        parts.append(
            "Not reported means: not in the part of the report that was read (often the abstract)."
        )
    if digests:
        parts.append(
            "Digest text is Casebook's own wording, not reviewed by a clinician; so are the values."
        )
    return Told(text, short, tuple(citations), table, " ".join(parts))


def _tell_groups(
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
    _, rows = _lines(cases, groups, population, cited)
    numbers = {(row["report_id"], row["patient"]): row["citations"] for row in rows}
    lines = [_group_line(group, numbers) for group in _groups(asked, cases)]
    for record in groups:
        found = [r["citations"] for r in rows if r["group"] and r["report_id"] == record.report_id]
        marks = " ".join(f"[{n}]" for n in found[0]) if found else ""  # type: ignore[attr-defined]
        lines.append(f"{short_name(reports[record.report_id])}, {group_words(record)} {marks}")
    first = f"No single patient{whom(population)} is described."
    if cases:
        where = counted(len(shelf.reports(result.found)), "report")
        first = f"{counted(len(cases), 'single patient')}{whom(population)}, in {where}."
    text = _composed([first, *apart_line(groups)], lines, [])
    return _told(text, counted(len(cases), "patient"), cited, table_of(rows, COLUMNS))


def _group_line(group: Group, numbers: Mapping[tuple[object, object], object]) -> str:
    """'rituximab: 4 patients in 3 reports; 2 complete, 2 partial; median time … (2 stated) [1]'."""
    if not group.patients:
        return f"{group.value}: no single patient"
    time = f"; median time to response {time_words(group.days)} ({group.timed} stated)"
    return (
        f"{group.value}: {counted(len(group.patients), 'patient')} in "
        f"{counted(len(group.reports), 'report')}; {_responses(group.patients)}"
        f"{time if group.timed else ''} {_marks(numbers, group.patients)}"
    )


def _groups(asked: Asked, cases: Sequence[CaseRecord]) -> list[Group]:
    """The groups: the compared values in their order, else all, the largest first.

    A compared value may be a class ('JAK inhibitor'), which its members belong to.
    """
    assert asked.by is not None
    if not asked.values:
        return grouped(cases, asked.by)
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
