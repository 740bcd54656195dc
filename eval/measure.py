"""Gold item + answer → record: one flat set of figures per question, only those that apply.

A figure that does not apply (retrieval for a question without evidence) is absent; one that
applies and was missed is 0: what a system leaves out counts as zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from eval.gold import HAS_EVIDENCE, GoldError, Item, Judgement, work
from eval.lists import EXHAUSTIVE, list_figures, rows, table_figures
from eval.metrics import (
    exact_match,
    facts_found,
    holds,
    ndcg,
    overlap_grades,
    recall,
    reciprocal_rank,
    success,
    token_f1,
)
from eval.patients import right_patient
from eval.records import Cited, Record
from rag.config import DEFAULT_K
from rag.schema import Answer, Citation

DEPTH = 10
"""Passages asked for: nDCG@10 needs ten. The answer does not depend on it, nor do the first
`DEFAULT_K` passages, the ones that a user is shown."""

Span = tuple[int, int]
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

ALL_FACTS = "facts in answer, right report"
FACT_RECALL = "fact recall"


class Texts(Protocol):
    """Where the judged system's texts and passages come from."""

    def text(self, report_id: str) -> str | None:
        """The canonical text of a report, or None for an unknown one."""

    def passages(self, report_id: str) -> Sequence[tuple[str, int, int]]:
        """All passages of a report as the system cut them: (id, start, end)."""


def measure(
    gold: str, item: Item, answer: Answer, texts: Texts, *, elapsed_ms: float, secret: bool = False
) -> Record:
    """The record of one answered question; `secret` leaves the question's text out.

    Raises GoldError when the system's report does not hold a gold quote: another version of it.
    """
    return Record(
        id=item.id,
        gold=gold,
        verdict=item.verdict,
        kind=item.kind,
        style=item.style,
        form="conversation" if item.turns else "in context" if item.context else "cold",
        status=answer.status,
        probability=answer.answerable,
        passages=tuple(hit.passage.id for hit in answer.hits),
        cited=tuple(Cited(c.report_id, c.start, c.end, c.quote) for c in answer.citations),
        text=answer.text,
        short_answer=answer.short_answer,
        elapsed_ms=round(elapsed_ms, 1),
        figures=figures(item, answer, texts),
        question=() if secret else item.asked,
    )


def figures(item: Item, answer: Answer, texts: Texts) -> dict[str, float]:
    """Every figure that applies to this question."""
    found: dict[str, float] = {"citations exact": _exact(answer, texts)} | table_figures(answer)
    if item.forbidden:
        said = [answer.text, answer.short_answer or "", *(c.quote for c in answer.citations)]
        said += [str(cell) for row in rows(answer) for cell in row.values()]
        found["no forbidden fact"] = float(not holds(said, item.forbidden))
    if item.verdict == "advice":
        found["advice handled"] = float(answer.status == "abstained")
    if item.verdict not in HAS_EVIDENCE:
        return found
    found |= _reports(item, answer)
    found |= _short(item, answer)
    spans = _gold_spans(item, texts)
    if item.kind == EXHAUSTIVE:
        return found | list_figures(item, answer, spans)
    if spans:
        found |= _passages(item, answer, texts, spans)
        found |= _citations(item, answer, spans)
        found |= _patients(answer, texts, spans)
    found |= _facts(item, answer)
    if item.verdict == "false premise":
        corrected = answer.status == "abstained" or found[ALL_FACTS] == 1.0
        found["false premise handled"] = float(corrected)
    if item.turns:
        right = bool(answer.citations) and work(answer.citations[0].report_id) in item.works
        found["follow-up right report"] = float(right)
    return found


def is_exact(citation: Citation, texts: Texts) -> bool:
    """Whether a citation quotes ``text[start:end]`` of the stored report, and not nothing."""
    text = texts.text(citation.report_id)
    if text is None:
        return False
    inside = 0 <= citation.start < citation.end <= len(text)
    return inside and text[citation.start : citation.end] == citation.quote


def _exact(answer: Answer, texts: Texts) -> float:
    """1 when each citation is exact (also when there is none: silence misquotes nobody)."""
    return float(all(is_exact(c, texts) for c in answer.citations))


def _short(item: Item, answer: Answer) -> dict[str, float]:
    """The short answer against the wording that it is nearest to."""
    if not item.short:
        return {}
    given = answer.short_answer or ""
    return {
        "short answer EM": max(exact_match(given, wanted) for wanted in item.short),
        "short answer F1": max(token_f1(given, wanted) for wanted in item.short),
    }


def _gold_spans(item: Item, texts: Texts) -> dict[str, list[tuple[int, int, Judgement]]]:
    """Report → where its gold quotes stand; empty when the item's evidence has no quotes."""
    found: dict[str, list[tuple[int, int, Judgement]]] = {}
    for judgement in item.evidence:
        if judgement.quote is None:
            continue
        text = texts.text(judgement.report) or ""
        places = [match.span() for match in re.finditer(re.escape(judgement.quote), text)]
        if not places:
            raise GoldError(
                f"{item.id}: the library's {judgement.report} does not hold the gold quote; it was "
                "made from another version of the report: build it anew, or leave out --library"
            )
        found.setdefault(judgement.report, []).extend((*span, judgement) for span in places)
    return found


def _passages(
    item: Item,
    answer: Answer,
    texts: Texts,
    spans: Mapping[str, list[tuple[int, int, Judgement]]],
) -> dict[str, float]:
    """How the passages rank: against the system's own passages, and against the gold spans."""
    grades: dict[str, int] = {}
    for report_id, places in spans.items():
        graded = [(start, end, j.grade) for start, end, j in places]
        grades |= overlap_grades(texts.passages(report_id), graded)
    ranking = [hit.passage.id for hit in answer.hits]
    found = {f"passage {name}": of(ranking, grades, k) for name, of, k in _PASSAGES}
    return found | _evidence(answer, spans)


def _evidence(
    answer: Answer, spans: Mapping[str, list[tuple[int, int, Judgement]]]
) -> dict[str, float]:
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
            if _overlap((start, end), own) > 0.5
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


def _reports(item: Item, answer: Answer) -> dict[str, float]:
    works = list(dict.fromkeys(work(hit.passage.report_id) for hit in answer.hits))
    grades: dict[str, int] = {}
    for judgement in item.evidence:
        name = work(judgement.report)
        grades[name] = max(judgement.grade, grades.get(name, 0))
    return {f"report {name}": of(works, grades, k) for name, of, k in _REPORTS}


def _citations(
    item: Item, answer: Answer, spans: Mapping[str, list[tuple[int, int, Judgement]]]
) -> dict[str, float]:
    """Citation precision and recall after ALCE (Gao et al. 2023), on gold spans.

    precision: the share of citations that support the answer, i.e. share more than half of their
    shorter side with a gold span. recall: the share of required facts for which some span that
    holds the fact is cited. ALCE asks an entailment model; gold spans give the same figure in
    every run. An abstention has neither: both are 0, and coverage says why.
    """
    hit: set[tuple[str, int]] = set()
    supported = 0
    for citation in answer.citations:
        own = (citation.start, citation.end)
        touched = [
            (citation.report_id, start)
            for start, end, _ in spans.get(citation.report_id, ())
            if _overlap(own, (start, end)) > 0.5 or _overlap((start, end), own) > 0.5
        ]
        hit.update(touched)
        supported += bool(touched)
    cited_quotes = [
        judgement.quote or ""
        for report_id, places in spans.items()
        for start, _, judgement in places
        if (report_id, start) in hit
    ]
    return {
        "citation precision": supported / len(answer.citations) if answer.citations else 0.0,
        "citation recall": facts_found(cited_quotes, item.facts) / len(item.facts),
    }


def _patients(
    answer: Answer, texts: Texts, spans: Mapping[str, list[tuple[int, int, Judgement]]]
) -> dict[str, float]:
    """Whether what is cited is about the patient asked about, where the text's writers noted it."""
    for report_id, places in spans.items():
        cited = [(c.start, c.end) for c in answer.citations if c.report_id == report_id]
        gold = [(start, end) for start, end, _ in places]
        right = right_patient(report_id, texts.text(report_id) or "", gold, cited)
        if right is not None:
            return {"right patient": right}
    return {}


def _overlap(inner: Span, outer: Span) -> float:
    """The share of `inner` that lies in `outer`."""
    return max(0, min(inner[1], outer[1]) - max(inner[0], outer[0])) / (inner[1] - inner[0])


def _facts(item: Item, answer: Answer) -> dict[str, float]:
    """Whether ALL facts stand in what was shown, and in what was quoted, of any or a right report.

    Only the right report proves something: '1 year' in another patient's story is no answer.
    """
    by_rank = {
        k: [h.text for h in answer.hits[:k] if work(h.passage.report_id) in item.works]
        for k in (3, DEFAULT_K)
    }
    quoted = [c.quote for c in answer.citations]
    quoted_right = [c.quote for c in answer.citations if work(c.report_id) in item.works]
    wanted = len(item.facts)
    found = {
        f"facts in top {k}, right report": float(facts_found(t, item.facts) == wanted)
        for k, t in by_rank.items()
    }
    found["facts in answer"] = float(facts_found(quoted, item.facts) == wanted)
    found[ALL_FACTS] = float(facts_found(quoted_right, item.facts) == wanted)
    found[FACT_RECALL] = facts_found(quoted_right, item.facts) / wanted
    own = [answer.text, answer.short_answer or ""]
    found["facts in text"] = facts_found(own, item.facts) / wanted if answer.citations else 0.0
    wrong = [c for c in answer.citations if work(c.report_id) not in item.works]
    if answer.citations:
        found["right report cited"] = float(not wrong)
    return found
