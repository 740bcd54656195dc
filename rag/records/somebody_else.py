"""The sentences of a patient's own section → those that are about this patient, not about the next.

Where a report's patients were told apart, one of them may have gone unseen ('Jonas was 6 when …'),
and the section before it then runs on into somebody else's story. A value of somebody else is worse
than none.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

from rag.number_words import ages_in_figures


class Told(Protocol):
    """A sentence of the canonical text and where it stands."""

    @property
    def start(self) -> int:
        """Its first character."""

    @property
    def end(self) -> int:
        """Behind its last character."""

    @property
    def text(self) -> str:
        """Its words."""


Sentence = TypeVar("Sentence", bound=Told)

_PERSON = r"(?:woman|man|girl|boy|lady|gentleman|patient|child|infant|widow(?:er)?)"
_NO_YEARS = r"(?! ?(?:mg|g|kg|%|mm|cm|weeks?|months?|days?|hours?|of|to|out|/|-|–|x|points?|U|IU|patients|cases|times|and \d)\b|[.,]\d|%)"
# 'Jonas was 6 when', 'Mrs. Hall, a widow, is 74.', 'Cleo, a girl of 9,', 'A man of 34 came'.
_INTRODUCED = re.compile(
    rf"(?!(?:She|He|It|This|That|There|Her|His|At|When|By|Now|Since|Until|Today|The|After|In|On|Follow|Strength|Response|Treatment|Age|Score)\b)"
    rf"(?:(?:Mrs|Mr|Ms|Miss)\.? )?[A-Z][a-z]+(?: [A-Z]\.)?(?:, [^,.;]{{2,40}},)? (?:was|is) (?:then |now |only |just )?(?:aged )?(?P<a>\d{{1,2}})\b{_NO_YEARS}"
    rf"|(?:(?:Mrs|Mr|Ms|Miss)\.? )?[A-Z][a-z]+(?: [A-Z]\.)?, (?:(?:then |now |only )?aged (?P<b>\d{{1,2}})\b{_NO_YEARS}|an? (?:[\w-]+ ){{0,2}}?{_PERSON} of (?P<c>\d{{1,2}})\b{_NO_YEARS})"
    rf"|(?:An?(?:other)?|Our (?:next|last|other)) (?:[\w’'-]+,? ){{0,4}}?(?:(?P<d>\d{{1,2}})-years?-old (?!(?:son|daughter|brother|sister|child)\b)|{_PERSON},? (?:of|aged) (?P<e>\d{{1,2}})\b{_NO_YEARS})"
)
_NUMBERED = re.compile(
    r"(?:(?:In|For|With|As for|By contrast,|In contrast,) )?(?:[Pp]atient|[Cc]ase) (?P<number>\d{1,2})\b(?! ?(?:and|to|or|[-–,]) ?\d|['’]s (?:mother|father|sister|brother|son|daughter))"
)
_AGE = re.compile(
    rf"\b(?:aged?|of|was|is|,) (?P<a>\d{{1,2}})\b{_NO_YEARS}|\b(?P<b>\d{{1,2}})[ -]years?[ -]old|\((?P<c>\d{{1,2}})\)"
)


def own(told: Sequence[Sentence], text: str, number: int, *, alone: bool) -> list[Sentence]:
    """`told`, which are sentences of `text`, without those of the next patient.

    A paragraph that begins with another person and another age ends the story; one that begins
    with the number of another patient is that patient's.
    """
    kept: list[Sentence] = []
    ages: set[str] = set()
    for paragraph in _paragraphs(told, text):
        first = ages_in_figures(paragraph[0].text)
        match = _INTRODUCED.match(first) if kept else None
        if match and ages and not set(filter(None, match.groups())) & ages:
            break
        if not kept:
            ages = {a for m in _AGE.finditer(first) for a in m.groups() if a}
        other = None if alone else _NUMBERED.match(first)
        if not (kept and other and int(other["number"]) != number):
            kept += paragraph
    return kept


def _paragraphs(told: Sequence[Sentence], text: str) -> Iterator[list[Sentence]]:
    last: list[Sentence] = []
    for one in told:
        if last and "\n" in text[last[-1].end : one.start]:
            yield last
            last = []
        last.append(one)
    if last:
        yield last
