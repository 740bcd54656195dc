"""Gold item + answer → record: one flat set of figures per question, only those that apply.

A figure that does not apply (retrieval for a question without evidence) is absent; one that
applies and was missed is 0: what a system leaves out counts as zero.
"""

from __future__ import annotations

import re

from eval.gold import HAS_EVIDENCE, GoldError, Item, Judgement, work
from eval.lists import EXHAUSTIVE, list_figures, rows, table_figures
from eval.metrics import exact_match, facts_found, holds, token_f1
from eval.patients import right_patient
from eval.ranked import GoldSpans, Texts, overlap, passage_figures, report_figures
from eval.records import Cited, Record
from rag.config import DEFAULT_K
from rag.schema import Answer, Citation

ALL_FACTS = "facts in answer, right report"
FACT_RECALL = "fact recall"


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
    found |= report_figures(item, answer)
    found |= _short(item, answer)
    spans = _gold_spans(item, texts)
    if item.kind == EXHAUSTIVE:
        return found | list_figures(item, answer, spans)
    if spans:
        found |= passage_figures(answer, texts, spans)
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


def _citations(item: Item, answer: Answer, spans: GoldSpans) -> dict[str, float]:
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
            if overlap(own, (start, end)) > 0.5 or overlap((start, end), own) > 0.5
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


def _patients(answer: Answer, texts: Texts, spans: GoldSpans) -> dict[str, float]:
    """Whether what is cited is about the patient asked about, where the text's writers noted it."""
    for report_id, places in spans.items():
        cited = [(c.start, c.end) for c in answer.citations if c.report_id == report_id]
        gold = [(start, end) for start, end, _ in places]
        right = right_patient(report_id, texts.text(report_id) or "", gold, cited)
        if right is not None:
            return {"right patient": right}
    return {}


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
