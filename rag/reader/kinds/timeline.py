"""'Timeline?', 'the clinical course?' → the sentences of the report that say when, in their order.

Asked of one patient or report: no single sentence answers, and the summary seldom says when.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.reader.kinds.overview import SUMMARIES
from rag.reader.question.asked import TIME
from rag.schema import Evidence

MOST_SENTENCES, MOST_WORDS = 6, 160
_LEAST = 2
"""Sentences that say when: fewer are no course of events."""

_COURSE = (
    r"time-? ?line|chronology|(?:clinical |disease )?course|(?:sequence|order) of (?:the )?events|"
    r"time course|history of events"
)
_ASKS = re.compile(
    r"^(?:(?:and|so|ok|please|pls|hm+)\b[\s,]*)*"
    r"(?:(?:(?:what|how)(?:['’]?s| is| was)|(?:can|could) (?:you|i|u) (?:get|give me|have|see|show me)|"
    r"(?:give|show|write|get|draw) (?:me |us )?)\s*)?(?:(?:an?|the|his|her|their|its) )?"
    rf"(?:{_COURSE})"
    r"(?: (?:of|in|for) (?:it|this|that|h(?:er|im)|them|(?:the |this |that )?(?:case|patient|pt|report|"
    r"story|illness|disease|woman|man|girl|boy|child|lady|first|second|third)(?: [\w-]+)?))?"
    r"(?:,? (?:please|pls|thanks))?\s*[?.!]*$|"
    r"\bwhat happened when\s*[?.!]*$|\bin (?:what|which) order did (?:it|things|events|everything)\b|"
    r"\bstep by step\b",
    re.IGNORECASE,
)
_WHEN = re.compile(
    rf"{TIME.pattern}|\b(?:19|20)\d\d\b|\b(?:day|week|month|year) \d+\b|"
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b|"
    r"\b(?:then|afterwards|thereafter|subsequently|meanwhile|finally|eventually|later|at last)\b|"
    r"\b(?:first|second|third|last|final)[\w -]{0,20}:|\b(?:before|after|until|during|when) ",
    re.IGNORECASE,
)


def asks_for_timeline(question: str) -> bool:
    """Whether a question wants the course of events, and nothing else."""
    return bool(_ASKS.search(" ".join(question.split())))


def timeline(evidence: Sequence[Evidence], patient: int | None = None) -> list[Evidence]:
    """What the best one's report says of when things happened, in the order of its text.

    `evidence` is best first and not empty; of a report of several patients `patient` is the one to
    tell of. Empty where fewer than two sentences say when. Where there are too many, those that
    answer likeliest stay, and how the story begins and ends.
    """
    best = evidence[0].passage.report_id
    told = [
        item
        for item in sorted(evidence, key=lambda item: item.start)
        if item.passage.report_id == best
        and item.passage.section not in SUMMARIES
        and item.passage.kind in ("case", "results", "methods", "other")
        and (patient is None or item.passage.patient == patient)
        and _WHEN.search(item.text)
    ]
    if len(told) < _LEAST:
        return []
    ends = {told[0].start: told[0], told[-1].start: told[-1]}
    kept = list(ends.values())
    for item in sorted(told, key=lambda item: (-item.probability, item.start)):
        words = sum(len(one.text.split()) for one in (*kept, item))
        if item.start not in ends and len(kept) < MOST_SENTENCES and words <= MOST_WORDS:
            kept.append(item)
    return sorted(kept, key=lambda item: item.start)
