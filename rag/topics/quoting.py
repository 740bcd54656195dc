"""A report on a topic → the sentences of it that name the topic, the most telling first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.lexicon import lexicon
from rag.reader.words import concept_names, stems
from rag.records.record import Span
from rag.schema import Evidence, Passage, Report, Section
from rag.sentences import sentence_spans
from rag.topics.topic import Item

_ORDER = ("summary", "case", "results", "methods", "other", "discussion", "background", "legend")
"""Kinds of section, those first that tell of the report's own patients."""
_NOT_QUOTED = ("references", "front")
LONGEST = 60
"""Words of a sentence that is quoted; a longer one is quoted only where there is no other."""


def names(item: Item, text: str) -> bool:
    """Whether a text names an item, or a kind of it."""
    if item.names:
        return may_name(item, text) and bool(item.names & concept_names(text))
    return item.stem in stems(text)


def may_name(item: Item, text: str) -> bool:
    """Whether one of an item's wordings stands in a text, as far as letters tell.

    What the lexicon makes of a sentence costs a hundred times as much: only those that may name
    the item are worth it, and of a whole paper this must do.
    """
    if item.names:
        plain = _plain(text)
        return any(wording in plain for wording in _wordings(item.names))
    return item.stem in text.lower()


@lru_cache(maxsize=512)
def _wordings(concepts: frozenset[str]) -> tuple[str, ...]:
    found = (lexicon().concept(name) for name in sorted(concepts))
    return tuple(dict.fromkeys(_plain(term) for one in found if one for term in one.terms))


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    """A text as wordings are compared: small letters, and blanks for hyphens."""
    return text.lower().replace("-", " ")


def how_many(items: Sequence[Item], text: str) -> int:
    """How many of the items a text names."""
    return sum(names(item, text) for item in items)


# 'Only the latter had it': without the sentence before it nobody knows who.
_HANGS = re.compile(
    r"(?:(?:only|but|and|yet|both|neither|in) )?(?:the (?:latter|former|others?|same)|they|it|"
    r"this|these|those|all of them|both|such)\b",
    re.IGNORECASE,
)


def covering(items: Sequence[Item], report: Report, most: int) -> list[Evidence]:
    """The best sentences of a report on a topic, at most `most`, in the order of its text.

    Where none names all of it, two that do so between them.
    """
    best = sentences_on(items, report)
    if not best:
        return [item for item in [beginning(report)] if item]
    kept = best[:most]
    lacking = [item for item in items if not any(names(item, one.text) for one in kept)]
    more = [one for one in best[most:] if lacking and how_many(lacking, one.text) == len(lacking)]
    return sorted([*kept, *more[:1]], key=lambda one: one.start)


def sentences_on(items: Sequence[Item], report: Report) -> list[Evidence]:
    """The sentences of a report that name any of the items: those with most of them first, then
    those that stand by themselves, then those of its own patients before what others found, then
    in the order of the text.
    """
    found = []
    for section, span in _sentences(report):
        text = report.text[slice(*span)]
        if many := how_many(items, text):
            hangs = bool(_HANGS.match(text)) or len(text.split()) > LONGEST
            found.append((-many, hangs, place_of(section.kind), span, section))
    found.sort(key=lambda one: one[:4])
    return [evidence_at(report, section, span) for *_, span, section in found]


def sentences_of(report: Report) -> list[Evidence]:
    """All sentences that may be quoted, in the order of the text."""
    return [evidence_at(report, section, span) for section, span in _sentences(report)]


def beginning(report: Report) -> Evidence | None:
    """The first sentence of what a report says in short, or of the report; None for no text."""
    told = sorted(_sentences(report), key=lambda one: (one[0].kind != "summary", one[1]))
    return evidence_at(report, *told[0]) if told else None


def place_of(kind: str) -> int:
    """How early a kind of section is quoted from; 0 is the summary."""
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)


@lru_cache(maxsize=256)
def _sentences(report: Report) -> tuple[tuple[Section, Span], ...]:
    return tuple(
        (section, span)
        for section in report.sections
        if section.kind not in _NOT_QUOTED
        for span in sentence_spans(report.text, section.start, section.end)
    )


def evidence_at(
    report: Report, section: Section | None, span: Span, patient: int | None = None
) -> Evidence:
    """A stretch of a report as evidence; `patient` is whose it is where no section says."""
    known = section.patient if section else None
    place = Passage(
        report.id,
        section.slug if section else "",
        1,
        *span,
        kind=section.kind if section else "other",
        patient=known if known is not None else patient,
        page=section.page_at(span[0]) if section else None,
    )
    return Evidence(place, *span, report.text[slice(*span)], 1.0)
