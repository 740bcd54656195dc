"""The sentences of a text without any patient's section → where its only patient's story begins."""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from rag.records.numbers import CARDINAL, number

_N = rf"(?:\d{{1,3}}(?:\.\d)?|{CARDINAL})"
_PERSON = re.compile(
    rf"\b{_N}[ -](?:year|month|week)s?[ -](?:old|of[ -]age)\b|\b\d{{1,3}} ?(?:y\.?/?o\.?(?= )|(?-i:[MF])\b)|\b(?:woman|man|girl|boy|lady|gentleman|patient)"
    rf"(?:,| of| was)? (?:aged )?{_N}\b(?![,.]\d| ?(?:%|mg|patients|g\b|kg))|,? aged {_N}\b",
    re.IGNORECASE,
)
# 'a 67-year-old clerk', 'a man aged 38': not 'when she was 72 years old'.
_INTRODUCED = re.compile(
    rf"\b(?:an?|the|our|this|another) (?:[\w,-]+ ){{0,3}}?(?:{_PERSON.pattern})"
    # 'B. K., female, 36, secondary school teacher.'
    rf"|^(?:[A-Z]\. ?){{1,3}},? (?:fe)?male,? (?:aged )?{_N}(?=[,.;])",
    re.IGNORECASE,
)
_YEARS = re.compile(_N, re.IGNORECASE)
_SHE = re.compile(r"\b(?:she|her|hers|herself)\b", re.IGNORECASE)
_HE = re.compile(r"\b(?:he|him|his|himself)\b", re.IGNORECASE)
_SOMEBODY = re.compile(
    r"\b(?:[Tt]he|[Oo]ur|[Tt]his|[Aa]n?) (?:[\w-]+ ){0,3}?(?:patient|woman|man|girl|boy|child|lady|gentleman|adolescent|infant)\b|\bM(?:rs?|s|iss)\.? [A-Z]"
)
_MANY = re.compile(
    r"\b(?:patients|women|men|children|cases|participants|cohort|controls|subjects)\b", re.I
)
_PRONOUNS = 4
"""So many of one kind, and at most a fourth of the other, tell of one person throughout."""


class Told(Protocol):
    """A sentence, of what kind of section, and whether it tells of other people's work."""

    @property
    def text(self) -> str:
        """Its words."""

    @property
    def kind(self) -> str:
        """The kind of its section."""

    @property
    def cited(self) -> bool:
        """Whether it tells of other people's work."""


def beginning(told: Sequence[Told]) -> int | None:
    """The first sentence of the only patient's story; None where nobody, or several, are told of.

    It is the sentence that gives the patient's age, outside the summary if it can be. Where no age
    introduces anybody, it is the first that names a single person, if one pronoun runs through the
    text and patients are hardly spoken of in the plural.
    """
    ages = [
        (at, _YEARS.search(match.group()))
        for at, one in enumerate(told)
        if not one.cited and (match := _INTRODUCED.search(one.text))
    ]
    found = {number(years.group()) for _, years in ages if years}
    if not found:
        return _by_pronoun(told)
    if len(found) != 1:
        return None
    places = [at for at, _ in ages]
    return next((at for at in places if told[at].kind != "summary"), places[0])


# 'Ours is no exception. He was a 58-year-old postman': a case that the authors discuss at once.
_OWN_CASE = re.compile(
    rf"^(?:Ours|Our (?:own )?(?:case|patient)|He|She|The patient|This patient) (?:is|was) (?:that of )?an? (?:[\w-]+ ){{0,3}}?"
    rf"(?:{_N}-year-old|[a-z]+ (?:aged|of) {_N}\b)",
    re.IGNORECASE,
)


def discussed(told: Sequence[Told]) -> int | None:
    """The first sentence of the authors' only case in a discussion; None for none, or several."""
    places = [
        at for at, one in enumerate(told) if not one.cited and _OWN_CASE.match(one.text) is not None
    ]
    return places[0] if len(places) == 1 else None


def _by_pronoun(told: Sequence[Told]) -> int | None:
    own = [one.text for one in told if not one.cited]
    she, he = (sum(len(p.findall(text)) for text in own) for p in (_SHE, _HE))
    most, least = max(she, he), min(she, he)
    many = sum(len(_MANY.findall(text)) for text in own)
    if most < _PRONOUNS or least * 4 > most or many * 2 > most:
        return None
    named = [at for at, one in enumerate(told) if not one.cited and _SOMEBODY.search(one.text)]
    spoken = [
        at
        for at, one in enumerate(told)
        if not one.cited and (_SHE.search(one.text) or _HE.search(one.text))
    ]
    places = [at for at in sorted({*named, *spoken[:1]}) if told[at].kind != "summary"]
    return places[0] if places else None
