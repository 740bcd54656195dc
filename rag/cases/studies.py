"""The kind of study that is asked for → the reports that are of that kind, each cited.

What kind of study a report is, its front matter (or its form) says; that a trial was randomised, a
sentence of its own must say, which is then the one quoted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.cases.designs import Design, DesignAsked
from rag.cases.quoting import Cited
from rag.cases.shelf import Works
from rag.cases.table import table_of
from rag.cases.told import Told, composed, told
from rag.cases.wording import counted, shortened
from rag.cite import short_name
from rag.lexicon import lexicon
from rag.records.record import Span
from rag.schema import Report, SectionKind
from rag.sentences import sentence_spans
from rag.topics.finding import summary_of

MOST_QUOTED = 32
"""Words of the sentence that stands for a report."""
_OWN: tuple[SectionKind, ...] = ("summary", "methods", "results", "case", "other", "front")
"""Sections that tell of the study itself; background and discussion tell of others', too."""


def tell_designs(
    asked: DesignAsked, reports: Mapping[str, Report], works: Works, among: Sequence[str]
) -> Told | None:
    """The reports of a kind among those of these ids, else the nearest to it on the same matter.

    None where none of them is about it.

    Editions of one work count once.
    """
    first_of: dict[str, str] = {}
    for report_id in sorted(among):
        first_of.setdefault(works.get(report_id, report_id), report_id)
    known = [reports[report_id] for report_id in first_of.values()]
    typed = [
        report
        for report in known
        if report.article_type in asked.design.types and _is_about(report, asked.about)
    ]
    found = [(report, span) for report in typed if (span := _said(report, asked.design))]
    others = [report for report in known if asked.about and _is_about(report, asked.about)]
    shown = found or [(report, _opening(report)) for report in typed or others]
    if not shown:
        return None
    cited = Cited(reports)
    lines = []
    for report, span in shown:
        words = shortened(" ".join(report.text[slice(*span)].split()), MOST_QUOTED)
        lines.append(f"{short_name(report)}: {words} [{cited.add_sentence(report, span)}]")
    first = _first_line(asked, len(found), len(typed), len(others), len(known))
    text = composed([first], lines, [])
    return told(text, counted(len(found), "report") if found else "none", cited, table_of([]))


def _first_line(asked: DesignAsked, found: int, typed: int, others: int, known: int) -> str:
    """'1 of 120 reports: randomised trial.', or that there is none and what there is."""
    design = asked.design
    on = f" on {' and '.join(asked.about)}" if asked.about else ""
    if found:
        return f"{found:,} of {known:,} reports: {design.one if found == 1 else design.many}{on}."
    none = f"None of {known:,} reports says that it is a {design.one}{on}."
    if typed:
        return f"{none} Trials{on}: {typed:,}."
    return f"{none} Reports of other kinds{on}: {others:,}."


def _is_about(report: Report, names: Sequence[str]) -> bool:
    """Whether title or summary names each of these, or what falls under it."""
    told_of = {m.concept.name for m in lexicon().find(f"{report.title}. {summary_of(report)}")}
    return all(told_of & {name, *lexicon().narrower(name)} for name in names)


def _said(report: Report, design: Design) -> Span | None:
    """The sentence that says of a report what kind of study it is; its opening where none need."""
    if design.proof is None:
        return _opening(report)
    says = design.proof.search
    return next((s for s in _sentences(report) if says(report.text[slice(*s)])), None)


def _opening(report: Report) -> Span:
    return next(iter(_sentences(report)), (0, len(report.text)))


def _sentences(report: Report) -> list[Span]:
    """Of the summary first, then of the rest but for what others did."""
    found: list[Span] = []
    for kind in _OWN:
        for section in report.sections:
            if section.kind == kind:
                found += sentence_spans(report.text, section.start, section.end)
    return found
