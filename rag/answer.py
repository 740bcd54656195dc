"""Hits → answer without a language model: the sentences that answer, quoted, cited, in order.

One report answers, unless the question asks for several; then each gives its best sentence on a
line of its own. When nothing answers, the answer says so and cites nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.cite import cite, source_phrase
from rag.evidence_kind import notice
from rag.lexicon import lexicon
from rag.reader.asked import asks_for_advice, asks_for_several
from rag.reader.reader import Reading, threshold
from rag.reader.shorten import short_answer
from rag.schema import Citation, Evidence, Hit, Report

ENGINE = "extractive"

MAX_SENTENCES = 3
MAX_REPORTS = 5
# A further sentence is added when it is nearly as likely to answer as the best one.
KEEP_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before it is put together with its question."""

    status: str
    text: str
    short_answer: str | None
    citations: tuple[Citation, ...]
    notice: str


def extract(
    question: str, hits: Sequence[Hit], reading: Reading, reports: Mapping[str, Report],
    *, known: bool = True,
) -> Draft:  # fmt: skip
    """The extractive answer to a question from what was read.

    `known` is False when the question names a drug or antibody that no report holds.
    """
    refusal = _refusal(question, reading, known)
    if refusal:
        return Draft("abstained", refusal, None, (), notice((), reports, hits))
    chosen = _choose(question, reading.evidence)
    citations = cite(chosen, reports)
    short = short_answer(question, reading.evidence[0].text)
    return Draft(
        "answered",
        compose(citations),
        short,
        tuple(citations),
        notice(citations, reports, hits),
    )


def compose(citations: Sequence[Citation]) -> str:
    """The cited sentences as text: one line per report, who says it first.

    A paper's sentences stand in quotation marks; a digest's never do, they are ours.
    """
    lines: list[str] = []
    for report_id in dict.fromkeys(c.report_id for c in citations):
        group = [c for c in citations if c.report_id == report_id]
        sentences = " ".join(f"{_worded(c)} [{c.number}]" for c in group)
        lines.append(f"{source_phrase(group[0])}: {sentences}")
    return "\n".join(lines)


def _worded(citation: Citation) -> str:
    quote = " ".join(citation.quote.split())
    return quote if citation.source_kind == "digest" else f'"{quote}"'


def _choose(question: str, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The sentences to show: the best report's best ones, or the best one of several reports."""
    best = evidence[0]
    floor = best.probability * KEEP_SHARE
    if asks_for_several(question):
        per_report: dict[str, Evidence] = {}
        for item in evidence:
            if item.probability >= floor:
                per_report.setdefault(item.passage.report_id, item)
        return list(per_report.values())[:MAX_REPORTS]
    same = [
        item
        for item in evidence
        if item.passage.report_id == best.passage.report_id
        and item.probability >= floor
        and _same_patient(item, best)
    ]
    return sorted(same[:MAX_SENTENCES], key=lambda item: item.start)


def _same_patient(one: Evidence, other: Evidence) -> bool:
    """Sentences about two different patients never stand in one answer."""
    a, b = one.passage.patient, other.passage.patient
    return a == b or a is None or b is None


def _refusal(question: str, reading: Reading, known: bool) -> str | None:
    if asks_for_advice(question):
        return (
            "Casebook says what was given to whom in published reports; it does not recommend a "
            "treatment or a dose. The nearest passages are listed below."
        )
    if not known:
        return f"No report in this library mentions {_names(question)}."
    if not reading.evidence or reading.answerable < threshold():
        return "The reports in this library do not answer this. The nearest passages are listed."
    if reading.wanted and not any(c.probability for c in reading.evidence):
        return "No report in this library describes this patient."
    return None


def _names(question: str) -> str:
    names = [
        e.name
        for e in lexicon().expand(question)
        if (c := lexicon().concept(e.name)) is not None and c.kind in ("drug", "antibody")
    ]
    return " and ".join(dict.fromkeys(names)) or "this"
