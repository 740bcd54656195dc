"""Gold item + answer → record: one flat set of figures per question, only those that apply.

A figure that does not apply (retrieval for a question without evidence) is absent; one that
applies and was missed is 0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eval.gold import HAS_EVIDENCE, GoldError, Item, Judgement, work
from eval.metrics import facts_found, holds, ndcg, overlap_grades, recall, success
from rag.config import DEFAULT_K
from rag.library import Library
from rag.schema import Answer, Citation

DEPTH = 10
"""Passages asked for: nDCG@10 needs ten. The answer does not depend on it, nor do the first
`DEFAULT_K` passages, the ones that a user is shown."""

Measure = Callable[[Sequence[str], Mapping[str, int], int], float]
_RETRIEVAL: tuple[tuple[str, Measure, int], ...] = (
    ("Success@1", success, 1),
    (f"Success@{DEFAULT_K}", success, DEFAULT_K),
    (f"R@{DEFAULT_K}", recall, DEFAULT_K),
    ("nDCG@10", ndcg, 10),
)


@dataclass(frozen=True, slots=True)
class Record:
    """What one question came to. `passages` are the ids of the ten best, `cited` report ids."""

    id: str
    verdict: str
    kind: str
    style: str
    status: str
    passages: tuple[str, ...]
    cited: tuple[str, ...]
    inexact_citations: int
    figures: dict[str, float]


def measure(item: Item, answer: Answer, library: Library) -> Record:
    """The record of one answered question.

    Raises GoldError when the library's report does not hold a gold quote: another version of it.
    """
    figures = _retrieval(item, answer, library) | _facts(item, answer)
    if item.forbidden:
        said = [answer.text, answer.short_answer or "", *(c.quote for c in answer.citations)]
        figures["no forbidden fact"] = float(not holds(said, item.forbidden))
    return Record(
        id=item.id,
        verdict=item.verdict,
        kind=item.kind,
        style=item.style,
        status=answer.status,
        passages=tuple(hit.passage.id for hit in answer.hits),
        cited=tuple(citation.report_id for citation in answer.citations),
        inexact_citations=sum(not is_exact(c, library) for c in answer.citations),
        figures=figures,
    )


def is_exact(citation: Citation, library: Library) -> bool:
    """Whether a citation quotes ``text[start:end]`` of the stored report, and not nothing."""
    if citation.report_id not in library.report_ids():
        return False
    text = library.report(citation.report_id).text
    inside = 0 <= citation.start < citation.end <= len(text)
    return inside and text[citation.start : citation.end] == citation.quote


def passage_grades(item: Item, library: Library) -> dict[str, int]:
    """Passage id → grade, for the passages of the library that hold a gold quote.

    Empty for an item whose evidence names reports only. Raises GoldError for a quote not found.
    """
    grades: dict[str, int] = {}
    for report_id in dict.fromkeys(judgement.report for judgement in item.evidence):
        text = library.report(report_id).text
        spans = [
            (*span, judgement.grade)
            for judgement in item.evidence
            if judgement.report == report_id
            for span in _places(item, judgement, text)
        ]
        passages = [(p.id, p.start, p.end) for p, _ in library.report_passages(report_id)]
        grades |= overlap_grades(passages, spans)
    return grades


def _places(item: Item, judgement: Judgement, text: str) -> list[tuple[int, int]]:
    if judgement.quote is None:
        return []
    found = [match.span() for match in re.finditer(re.escape(judgement.quote), text)]
    if not found:
        raise GoldError(
            f"{item.id}: the library's {judgement.report} does not hold the gold quote; it was "
            "made from another version of the report: build it anew, or leave out --library"
        )
    return found


def _retrieval(item: Item, answer: Answer, library: Library) -> dict[str, float]:
    if item.verdict not in HAS_EVIDENCE:
        return {}
    figures: dict[str, float] = {}
    if item.evidence[0].quote is not None:
        ranking = [hit.passage.id for hit in answer.hits]
        grades = passage_grades(item, library)
        figures |= {f"passage {name}": of(ranking, grades, k) for name, of, k in _RETRIEVAL}
    works = list(dict.fromkeys(work(hit.passage.report_id) for hit in answer.hits))
    by_work: dict[str, int] = {}
    for judgement in item.evidence:
        name = work(judgement.report)
        by_work[name] = max(judgement.grade, by_work.get(name, 0))
    return figures | {f"report {name}": of(works, by_work, k) for name, of, k in _RETRIEVAL}


def _facts(item: Item, answer: Answer) -> dict[str, float]:
    """Whether ALL facts stand in what was shown, and in what was quoted, of any or a right report.

    Only the right report proves something: '1 year' in another patient's story is no answer.
    """
    if not item.facts:
        return {}
    hits = answer.hits[:DEFAULT_K]
    shown = [hit.text for hit in hits]
    shown_right = [hit.text for hit in hits if work(hit.passage.report_id) in item.works]
    quoted = [citation.quote for citation in answer.citations]
    quoted_right = [c.quote for c in answer.citations if work(c.report_id) in item.works]
    texts = {
        f"facts in top {DEFAULT_K}": shown,
        f"facts in top {DEFAULT_K}, right report": shown_right,
        "facts in answer": quoted,
        "facts in answer, right report": quoted_right,
    }
    wanted = len(item.facts)
    return {name: float(facts_found(of, item.facts) == wanted) for name, of in texts.items()}
