"""What a report says in its own words → which of it answers a question that records do not.

Series and cohorts name signs and antibodies that their records don't hold ('V-neck sign (8/14)').
Such a report is named with the sentence, and nobody in it is counted. So is any report that gives
a figure of something measured, for which records have no place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.cases.facets import Facets
from rag.cases.wish import Wish
from rag.lexicon import lexicon
from rag.records.context import LITERATURE, context
from rag.records.record import Span
from rag.schema import Report, SectionKind
from rag.search_text import with_classes
from rag.sentences import sentence_spans

_FIGURE = re.compile(r"[^.;\d]{0,45}\d")
# What was found, not what was measured: records hold it.
_RESULT = re.compile(r"\b(?:raised|normal|positive|negative|elevated|low|high)\b")
_OWN: tuple[SectionKind, ...] = ("summary", "methods", "results", "case", "other")
_KINDS = ("antibody", "sign", "laboratory", "subtype", "drug")
WORDED = ("feature", "antibody")
"""The conditions that words can meet where no record does; of drugs and forms records tell more."""


def said_in(report: Report) -> Facets:
    """('said', name) of everything that the report says its patients had or were given."""
    return {("said", name) for _, names in _sentences(report) for name in names}


def worded(report: Report, wishes: Sequence[Wish]) -> Span | None:
    """The first sentence that says all of `wishes`, a measurement with its figure; else None."""
    figure = measured(wishes)
    values = {value for one in wishes for value in one.values}
    for span, names in _sentences(report):
        fits = all(names & set(one.values) for one in wishes)
        if fits and (not figure or _with_figure(report.text[slice(*span)], values)):
            return span
    return None


def _with_figure(text: str, values: set[str]) -> bool:
    """Whether a figure stands just behind the name of what was measured."""
    return any(
        _FIGURE.match(text[mention.end :])
        for mention in lexicon().find(text)
        if values & {name.lower() for name in with_classes(mention.concept)}
    )


def measured(wishes: Sequence[Wish]) -> bool:
    """Whether something measured is asked for (ferritin, CDASI), which records don't hold."""
    concepts = [lexicon().concept(value) for one in wishes for value in one.values]
    return any(
        c is not None and c.kind == "laboratory" and not _RESULT.search(c.name) for c in concepts
    )


def can_be_worded(wishes: Sequence[Wish]) -> bool:
    """Whether every condition is one that a sentence can say of a group."""
    return bool(wishes) and all(one.key in WORDED and not one.absent for one in wishes)


def _sentences(report: Report) -> Iterator[tuple[Span, set[str]]]:
    """Each sentence on the report's own patients with the names of what it asserts, lower case."""
    for section in report.sections:
        if section.kind not in _OWN:
            continue
        for start, end in sentence_spans(report.text, section.start, section.end):
            text = report.text[start:end]
            if names := set() if LITERATURE.search(text) else _asserted(text):
                yield (start, end), names


def _asserted(text: str) -> set[str]:
    found: set[str] = set()
    for mention in lexicon().find(text):
        if mention.concept.kind not in _KINDS or mention.corrected:
            continue
        said = context(text, mention.start, mention.end)
        if said.asserted and not said.denied:
            found |= {name.lower() for name in with_classes(mention.concept)}
    return found
