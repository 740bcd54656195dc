"""Answers that list: are the reports that belong named, their sentences cited, each row proved?"""

from __future__ import annotations

from collections.abc import Mapping

from eval.gold import Item, work
from eval.metrics import facts_found, precision, recall
from eval.ranked import GoldSpans
from rag.schema import Answer

EXHAUSTIVE = "exhaustive"


def list_figures(item: Item, answer: Answer, spans: GoldSpans) -> dict[str, float]:
    """How complete and how right a list over all reports is; an abstention has 0 throughout.

    exhaustive recall, precision: of the reports that belong in full (grade 2) the share cited, of
    the reports cited the share that belong at all. exhaustive F1: their harmonic mean. exhaustive
    evidence: of the reports that belong in full, the share of which a gold sentence is cited, by
    half of the shorter one. exhaustive facts: the share of the facts that stand in the quotations
    from reports that belong, or in their rows of the table.
    """
    cited = list(dict.fromkeys(work(c.report_id) for c in answer.citations))
    every = {work(j.report): j.grade for j in item.evidence}
    main = {work(j.report) for j in item.evidence if j.grade == 2} or set(every)
    full = recall(cited, dict.fromkeys(main, 1), len(cited)) if cited else 0.0
    right = precision(cited, every)
    said = [c.quote for c in answer.citations if work(c.report_id) in every]
    said += [
        str(value)
        for row in rows(answer)
        if work(str(row["report_id"])) in every
        for value in row.values()
    ]
    found = {
        "exhaustive recall": full,
        "exhaustive precision": right,
        "exhaustive F1": 2 * full * right / (full + right) if full + right else 0.0,
        "exhaustive facts": facts_found(said, item.facts) / len(item.facts),
    }
    if spans:
        touched = {name for name in main if _cites_gold(name, answer, spans)}
        found["exhaustive evidence"] = len(touched) / len(main)
    return found


def table_figures(answer: Answer) -> dict[str, float]:
    """Of an answer with a table: the share of its rows that are proved, and of reports in rows.

    rows cited: a row's marks are citations of the answer, at least one, all from its own report.
    reports in rows: of the reports cited, the share that has a row. Nothing without a row.
    """
    table = rows(answer)
    if not table:
        return {}
    by_number = {c.number: c.report_id for c in answer.citations}
    named = {str(row["report_id"]) for row in table}
    cited = {c.report_id for c in answer.citations}
    return {
        "rows cited": sum(_is_cited(row, by_number) for row in table) / len(table),
        "reports in rows": len(cited & named) / len(cited) if cited else 0.0,
    }


def rows(answer: Answer) -> list[dict[str, object]]:
    """The rows of an answer's table, of one that names its reports; none without a table."""
    table = answer.table or {}
    if "report_id" not in table:
        return []
    return [dict(zip(table, cells, strict=True)) for cells in zip(*table.values(), strict=True)]


def _is_cited(row: Mapping[str, object], by_number: Mapping[int, str]) -> bool:
    marks = row.get("citations")
    numbers = list(marks) if isinstance(marks, list | tuple) else []
    return bool(numbers) and all(by_number.get(n) == row["report_id"] for n in numbers)


def _cites_gold(name: str, answer: Answer, spans: GoldSpans) -> bool:
    return any(
        2 * (min(end, c.end) - max(start, c.start)) > min(end - start, c.end - c.start)
        for report_id, places in spans.items()
        if work(report_id) == name
        for start, end, _ in places
        for c in answer.citations
        if c.report_id == report_id
    )
