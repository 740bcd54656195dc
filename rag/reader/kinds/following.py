"""'Anaphylaxis to IVIg, what was used instead?': the sentence behind the one that tells of it.

What was done next stands behind what happened, and often shares no word with the question. Where
the sentences chosen name no treatment but those of the question, the next one that does is added.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.lexicon import lexicon
from rag.reader.words import concept_names, mentions
from rag.schema import Evidence, Report
from rag.sentences import sentence_spans

_NEXT = re.compile(
    r"\bwhat (?:then|next|now)\b|\bthen what\b|\binstead\b|\b(?:which|what) (?:\w+ )?(?:came|followed|helped|was (?:used|given|tried|done|started)) (?:next|then|after)\b|"
    r"\bwhat (?:did|was|were|do) (?:\w+ ){0,3}?(?:switch(?:ed)?|change[ds]?|move[ds]?|put) (?:to|on|onto|over to)\b|\bwhat replaced\b|"
    r"\bhow (?:was|were|is|did they) (?:\w+ ){1,4}?(?:managed?|treated?|handled?|dealt with|deal with)\b|\bhow managed\b",
    re.IGNORECASE,
)
MOST_BEHIND = 2
"""Sentences behind the one that tells what happened: further off something else is told."""


def asks_what_next(question: str) -> bool:
    """Whether it is asked what was done then."""
    return bool(_NEXT.search(question))


def with_following(
    question: str, chosen: Sequence[Evidence], reports: Mapping[str, Report]
) -> list[Evidence]:
    """The sentences, and the next one that names a treatment which the question does not.

    As they are for any other question, or where one of them names such a treatment.
    """
    known = concept_names(question, typos=True)
    known |= {name for one in known for name in lexicon().narrower(one)}
    if not asks_what_next(question) or any(_new(item.text, known) for item in chosen):
        return list(chosen)
    for item in sorted(chosen, key=lambda one: (-one.probability, one.start)):
        report = reports[item.passage.report_id]
        spans = sentence_spans(report.text, item.passage.start, item.passage.end)
        behind = [span for span in spans if span[0] >= item.end][:MOST_BEHIND]
        for start, end in behind:
            text = report.text[start:end]
            if _new(text, known):
                found = Evidence(item.passage, start, end, text, item.probability)
                return sorted([*chosen, found], key=lambda one: one.start)
    return list(chosen)


def _new(text: str, known: frozenset[str] | set[str]) -> bool:
    """Whether a sentence names a treatment that is none of the known."""
    return any(m.concept.kind == "drug" and m.concept.name not in known for m in mentions(text))
