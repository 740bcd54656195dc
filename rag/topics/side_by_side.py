"""'Compare Kuwano 2006 and Müller 2025' → whether named reports are to be set side by side.

Whoever asks a matter of them ('compare the dose in …') is answered by reading each.
"""
# ruff: noqa: E501  (a table of words reads best in one line)

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.reader.kinds.overview import overview
from rag.schema import Evidence, Report
from rag.topics.quoting import sentences_of

REMARK = "Each report in short; their patients are different ones."
MOST_REPORTS, MOST_SENTENCES = 3, 3
"""Reports that are set side by side, and sentences of each."""
_COMPARES = re.compile(
    r"^(?:please )?(?:compare|contrast)\b|\b(?:vs\.?|versus|compared (?:to|with))\b|\bdifferences? between\b",
    re.IGNORECASE,
)
_NO_MATTER = re.compile(
    r"\b(?:please|compare|contrast|vs|versus|compared|to|with|what|are|is|the|differences?|between|and|reports?|papers?|"
    r"cases?|stud(?:y|ies)|et|al|of|by|from|in|'s|s)\b|\d+|\W+",
    re.IGNORECASE,
)


def compares_reports(question: str, authors: Sequence[str], reports: int) -> bool:
    """Whether a question sets so many `reports` of these `authors` side by side, and no more."""
    if not 2 <= reports <= MOST_REPORTS or len(authors) < 2:
        return False
    rest = question
    for name in authors:
        rest = rest.replace(name, " ")
    return bool(_COMPARES.search(question)) and not _NO_MATTER.sub("", rest)


def each_in_short(reports: Sequence[Report]) -> list[list[Evidence]]:
    """For each report the first sentences of what it says in short; one without text has none."""
    found = [sentences_of(report) for report in reports]
    return [overview(own)[:MOST_SENTENCES] for own in found if own]
