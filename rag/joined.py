"""The answers to the parts of one question → one answer.

The part that the reports answer is given, the other one is named as not answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from rag.answer import Consulted, compose
from rag.conversation.turns import turn
from rag.reader.choose import MAX_WORDS, repeats
from rag.refusals import NEAREST, NOT_ANSWERED
from rag.render import proof_mark
from rag.schema import Answer, Citation

MOST = 4
"""Sentences; the best of each part, and more where there is room."""


def joined(whole: Consulted, parts: Sequence[tuple[str, Consulted]]) -> Consulted:
    """One answer to a question that was read as a whole and in parts; the parts in their order.

    Where no part is answered the whole stands. What the whole cites stays as far as there is room:
    it may answer a part that alone is too short to be understood. The short answer is that of the
    first part: it is read as the answer to what was asked first.
    """
    answered = [one for _, one in parts if one.answer.status == "answered"]
    if not answered:
        return whole
    known = whole.answer.status == "answered"
    found = [*answered, *([whole] if known else [])]
    told = [_best(one) for one in found]
    if (patient := turn(whole.answer).patient) is not None:
        # Who was meant by the whole is meant by each part.
        told = [[c for c in cited if c.patient in (None, patient)] for cited in told]
    citations = _in_order(_fitting(told))
    silent = [_silence(part, one, known) for part, one in parts]
    remarks = tuple(
        dict.fromkeys(r for r in (*(r for one in answered for r in one.remarks), *silent) if r)
    )
    first = parts[0][1] if parts[0][1] in answered else whole
    evidence = [item for one in found for item in one.evidence]
    return Consulted(
        replace(
            whole.answer,
            status="answered",
            text="\n".join([compose(citations), *remarks]),
            short_answer=_short(first.answer, citations),
            citations=citations,
            notice=answered[0].answer.notice,
        ),
        tuple({(e.passage.report_id, e.start): e for e in evidence}.values()),
        remarks,
        {**whole.reports, **{k: v for one in answered for k, v in one.reports.items()}},
        answered[0].provenance,
    )


def _best(one: Consulted) -> list[Citation]:
    """What an answer cites, likeliest first."""
    places = {(e.passage.report_id, e.start): n for n, e in enumerate(one.evidence)}
    last = len(places)
    cited = one.answer.citations
    return sorted(cited, key=lambda c: (places.get((c.report_id, c.start), last), c.number))


def _fitting(found: Sequence[Sequence[Citation]]) -> list[Citation]:
    """The best sentence of each, then the second of each, as far as there is room."""
    kept: dict[tuple[str, int], Citation] = {}
    room = MAX_WORDS
    for one in (c for rank in zip_longest(*found) for c in rank if c is not None):
        length = len(one.quote.split())
        if len(kept) >= MOST or kept and length > room:
            break
        if not any(repeats(one.quote, other.quote) for other in kept.values()):
            kept[one.report_id, one.start] = one
            room -= length
    return list(kept.values())


def _in_order(citations: Sequence[Citation]) -> tuple[Citation, ...]:
    """Citations in reading order, numbered from 1; the reports in the order of their first one."""
    reports = list(dict.fromkeys(c.report_id for c in citations))
    told = sorted(citations, key=lambda c: (reports.index(c.report_id), c.start))
    return tuple(replace(one, number=number) for number, one in enumerate(told, 1))


def _silence(part: str, one: Consulted, known: bool) -> str:
    """Which part is not answered, and why, where that is known; else ''.

    A part that alone is thought unanswered may be answered by what the whole cites (`known`).
    """
    if one.answer.status == "answered":
        return ""
    reason = one.answer.text.removesuffix(NEAREST).strip()
    if one.answer.text == NOT_ANSWERED or not reason:
        asked = part.rpartition(": ")[2]
        return "" if known else f"Not answered by this report, as it was read: {asked}?"
    return reason


def _short(answer: Answer, citations: Sequence[Citation]) -> str | None:
    """The short answer of a part, where a sentence that proves it is shown."""
    shown = {(c.report_id, c.start) for c in citations}
    kept = [c for c in answer.citations if (c.report_id, c.start) in shown]
    return answer.short_answer if proof_mark(replace(answer, citations=tuple(kept))) else None
