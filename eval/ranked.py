"""How passages rank, against gold spans and gold reports; and what every measure reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from eval.gold import Item, Judgement, work
from eval.metrics import ndcg, overlap_grades, recall, reciprocal_rank, success
from rag.config import DEFAULT_K
from rag.schema import Answer

DEPTH = 10
"""Passages asked for: nDCG@10 needs ten. The answer does not depend on it, nor do the first
`DEFAULT_K` passages, the ones that a user is shown."""

Span = tuple[int, int]
GoldSpans = Mapping[str, Sequence[tuple[int, int, Judgement]]]
"""Report → where its gold quotes stand, with their judgements."""

Measure = Callable[[Sequence[str], Mapping[str, int], int], float]

_PASSAGES: tuple[tuple[str, Measure, int], ...] = (
    ("Success@1", success, 1),
    ("Success@3", success, 3),
    (f"Success@{DEFAULT_K}", success, DEFAULT_K),
    (f"R@{DEFAULT_K}", recall, DEFAULT_K),
    ("RR@10", reciprocal_rank, 10),
    ("nDCG@10", ndcg, 10),
)
_REPORTS = tuple(m for m in _PASSAGES if m[0] in ("Success@1", f"Success@{DEFAULT_K}", "nDCG@10"))


class Texts(Protocol):
    """Where the judged system's texts and passages come from."""

    def text(self, report_id: str) -> str | None:
        """The canonical text of a report, or None for an unknown one."""

    def passages(self, report_id: str) -> Sequence[tuple[str, int, int]]:
        """All passages of a report as the system cut them: (id, start, end)."""


def passage_figures(answer: Answer, texts: Texts, spans: GoldSpans) -> dict[str, float]:
    """How the passages rank: against the system's own passages, and against the gold spans."""
    grades: dict[str, int] = {}
    for report_id, places in spans.items():
        graded = [(start, end, j.grade) for start, end, j in places]
        grades |= overlap_grades(texts.passages(report_id), graded)
    ranking = [hit.passage.id for hit in answer.hits]
    found = {f"passage {name}": of(ranking, grades, k) for name, of, k in _PASSAGES}
    return found | _evidence(answer, spans)


def _evidence(answer: Answer, spans: GoldSpans) -> dict[str, float]:
    """How soon the gold spans themselves are shown: a span counts at the first passage with it.

    A passage that holds two of them is worth the better one, and the other is found as well.
    """
    grades = {
        f"{report_id} {start}": judgement.grade
        for report_id, places in spans.items()
        for start, _, judgement in places
    }
    seen: set[str] = set()
    ranking: list[str] = []
    held_by: list[int] = []
    for rank, hit in enumerate(answer.hits, 1):
        own = (hit.passage.start, hit.passage.end)
        held = [
            f"{hit.passage.report_id} {start}"
            for start, end, _ in spans.get(hit.passage.report_id, ())
            if overlap((start, end), own) > 0.5
        ]
        new = sorted((name for name in held if name not in seen), key=lambda n: (-grades[n], n))
        seen.update(new)
        held_by += [rank] * len(new)
        ranking.append(new[0] if new else hit.passage.id)
    found = {
        f"evidence R@{k}": sum(rank <= k for rank in held_by) / len(grades) for k in (3, DEPTH)
    }
    found["evidence RR@10"] = reciprocal_rank(ranking, grades, DEPTH)
    found["evidence nDCG@10"] = ndcg(ranking, grades, DEPTH)
    return found


def report_figures(item: Item, answer: Answer) -> dict[str, float]:
    """How the reports rank, as passages name them; a paper and its digest are one."""
    works = list(dict.fromkeys(work(hit.passage.report_id) for hit in answer.hits))
    grades: dict[str, int] = {}
    for judgement in item.evidence:
        name = work(judgement.report)
        grades[name] = max(judgement.grade, grades.get(name, 0))
    return {f"report {name}": of(works, grades, k) for name, of, k in _REPORTS}


def overlap(inner: Span, outer: Span) -> float:
    """The share of `inner` that lies in `outer`."""
    return max(0, min(inner[1], outer[1]) - max(inner[0], outer[0])) / (inner[1] - inner[0])
