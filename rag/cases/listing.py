"""Conditions → the list of all who fit: counts, rows with links and quotations, groups apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.cases.answering import OUTCOMES, first_line
from rag.cases.asking import Asked
from rag.cases.grouping import GroupKey, group_row, grouped
from rag.cases.quoting import Cited
from rag.cases.shelf import Count, Shelf, count
from rag.cases.table import row_of
from rag.cases.told import apart_line
from rag.cases.wish import Key, Wish
from rag.lexicon import lexicon
from rag.records.record import CaseRecord, GroupRecord
from rag.render import link_of
from rag.schema import Citation, Report


@dataclass(frozen=True, slots=True)
class Listing:
    """All who fit. `rows` have every column; patients come first, then groups.

    `about` are the ids of reports on the topic that give no record; `groups` are the counted
    groups of patients, where they were asked for.
    """

    lines: tuple[str, ...]
    count: Count
    rows: tuple[dict[str, object], ...]
    citations: tuple[Citation, ...]
    about: tuple[str, ...]
    groups: tuple[dict[str, object], ...] = ()


def listing(
    shelf: Shelf,
    reports: Mapping[str, Report],
    wishes: Sequence[Wish],
    *,
    by: GroupKey | None = None,
    among: Sequence[str] | None = None,
) -> Listing:
    """Everybody who fits `wishes`; a response is counted among those who fit the others."""
    asked = tuple(w for w in wishes if w.key in OUTCOMES)
    others = tuple(w for w in wishes if w not in asked)
    question = Asked("list", others, asked) if asked else Asked("list", (), others)
    result = count(shelf, question.population, question.asked, among)
    cited = Cited(reports)
    cases = shelf.cases(result.found)
    groups = shelf.group_records(result.groups)
    rows = []
    records: list[CaseRecord | GroupRecord] = [*cases, *groups]
    for record in records:
        numbers = cited.add(record, wishes)
        quotes = [" ".join(cited.evidence[number - 1].text.split()) for number in numbers]
        row = row_of(record, numbers)
        report = reports[record.report_id]
        rows.append(row | {"link": link_of(report) or "", "quotations": " | ".join(quotes)})
    return Listing(
        (
            first_line(question, shelf, result),
            *apart_line(groups),
            *(() if result.found or result.groups else _unknown(wishes)),
        ),
        result,
        tuple(rows),
        tuple(cited.citations()),
        tuple(shelf.reports(shelf.about(wishes, among))),
        tuple(group_row(group) for group in grouped(cases, by)) if by else (),
    )


_NAMED: tuple[Key, ...] = ("treatment", "prior", "drug", "feature", "subtype", "antibody")


def _unknown(wishes: Sequence[Wish]) -> tuple[str, ...]:
    """A line for each name that the lexicon does not have: it may be misspelt."""
    names = [
        wish.said
        for wish in wishes
        if wish.key in _NAMED and lexicon().concept(wish.said.lower()) is None
    ]
    return tuple(
        f"'{name}' is not in Casebook's vocabulary: only these very words were looked for."
        for name in names
    )
