"""An answer from the records, put together: a line and a row for each record, all of it cited.

Whatever is counted stands in the table and among the citations, even where the text stops early.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from rag.cases.grouping import NOT_REPORTED, values_of
from rag.cases.quoting import Cited
from rag.cases.table import Table, row_of
from rag.cases.wish import Wish
from rag.cases.wording import (
    SELECTED,
    UNKNOWN,
    case_words,
    group_words,
    groups_words,
    reviews_words,
    who_words,
)
from rag.cite import short_name
from rag.records.record import CaseRecord, GroupRecord, Span
from rag.schema import Citation

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


def responses_words(cases: Sequence[CaseRecord]) -> str:
    """'2 complete, 1 no response, 3 not reported'."""
    said = [value for case in cases for value in values_of(case, "response")]
    order = ("complete", "partial", "none", "worsened", "died", NOT_REPORTED)
    words = {"none": "no response"}
    return ", ".join(f"{said.count(v)} {words.get(v, v)}" for v in order if v in said)


def apart_line(groups: Sequence[GroupRecord]) -> list[str]:
    """'Not added: 3 series with 31 patients, described as groups.'; nothing without groups."""
    parts = [part for part in (groups_words(groups), reviews_words(groups)) if part]
    return [f"Not added: {'; '.join(parts)}."] if parts else []


def record_lines(
    cases: Sequence[CaseRecord],
    groups: Sequence[GroupRecord],
    wishes: Sequence[Wish],
    cited: Cited,
    effects: Mapping[str, tuple[str, Span]] = MappingProxyType({}),
) -> tuple[list[str], list[dict[str, object]]]:
    """A line of text and a row of the table for each record, patients before groups.

    `effects`: see `rag.cases.effect_in_series.effects_told`.
    """
    lines: list[str] = []
    rows: list[dict[str, object]] = []
    records: list[CaseRecord | GroupRecord] = [*cases, *groups]
    for record in records:
        numbers = cited.add(record, wishes)
        report = cited.reports[record.report_id]
        effect = effects.get(record.id, ("", (0, 0)))
        if effect[0]:
            numbers = [*dict.fromkeys([*numbers, cited.add_sentence(report, effect[1])])]
        row = row_of(record, numbers)
        rows.append(row | {"outcomes": effect[0]} if effect[0] else row)
        marks = " ".join(f"[{number}]" for number in numbers)
        if isinstance(record, CaseRecord):
            number = f"patient {record.number}" if report.patients > 1 else ""
            who = who_words(record)
            named = [part for part in (number, who if who != UNKNOWN or not number else "") if part]
            words = f", {', '.join(named)}: {case_words(record, wishes)}"
        else:
            words = f", {group_words(record, effect[0])}"
        lines.append(f"{short_name(report)}{words} {marks}")
    return lines, rows


def composed(first: Sequence[str], lines: Sequence[str], last: Sequence[str]) -> str:
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


def told(text: str, short: str, cited: Cited, table: Table) -> Told:
    """The answer with its citations, and what kind of evidence it is."""
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
