"""The first sentence about a patient → age and sex, where it says them plainly."""

from __future__ import annotations

import re

from rag.formats.headings import goes_on_with_case
from rag.number_words import ages_in_figures
from rag.schema import Case, Section, Sex

_WOMAN = r"woman|female|girl|lady"
_MAN = r"man|male|boy|gentleman"
# 'the 40-year-old mother of a boy' and '… who had a boy' speak of somebody else. What parts words
# is never part of one, or a line of hyphens is tried in more ways than there is time for.
_BETWEEN = (
    r"(?:(?:[ ,]+(?:-+[ ,]*)?|-(?=\w))(?!of\b|with\b|who|had\b|and\b|to\b|in\b|from\b|present)"
    r"[\w'/]++(?:-[\w'/]++)*+){0,5}?"
)
_AGE = re.compile(
    r"\b(?P<number>\d{1,3})(?:[ -]+| ?-)?(?P<unit>years?|yrs?\.?|y|months?|mos?\.?|weeks?|days?)"
    rf"(?:[ -]+|/)(?:old|of[ -]age|o)\b(?:{_BETWEEN}[ ,-]+(?P<sex>{_WOMAN}|{_MAN})\b)?",
    re.IGNORECASE,
)
_AGED = re.compile(
    rf"\b(?P<sex>{_WOMAN}|{_MAN}),? aged (?P<number>\d{{1,3}})"
    r"(?: (?P<unit>years?|months?|weeks?|days?))?\b",
    re.IGNORECASE,
)
# 'a church organist aged 71', 'a widow of 71 years', but not 'a rash of 6 months'.
_OF_AGE = re.compile(
    r"(?:\baged |\bage |\b(?:woman|man|girl|boy|lady|widow|widower|patient|child|teenager|mother"
    r"|father|grandmother|grandfather) of )"
    r"(?P<number>\d{1,3})(?: (?P<unit>years?|months?)(?!'))?\b(?![.,]\d)"
    r"(?! ?(?:mg|g|kg|%|patients|cases|weeks?|days?|hours?|-))",
    re.IGNORECASE,
)
_SHE = re.compile(r"\b(?:she|her|hers|herself)\b", re.IGNORECASE)
_HE = re.compile(r"\b(?:he|him|his|himself)\b", re.IGNORECASE)
_PRONOUNS = 2
"""So many of one kind, and at most a quarter of the other, tell a woman from a man."""

_SEX = re.compile(rf"\b(?P<sex>{_WOMAN}|{_MAN})\b", re.IGNORECASE)
_SEX_BEFORE = re.compile(rf"\b(?P<sex>{_WOMAN}|{_MAN})(?:,|,? who was)? $", re.IGNORECASE)
# '2.1. History.' or 'Presentation.', a heading on the line of its text.
_LABEL = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+)?(?P<name>[A-Z][a-z]+(?: [a-z]+){0,3})\.\s+(?=[A-Z])"
)
_OLDEST = 120
# Enough for any first sentence; a text without a full stop is not searched to its end.
_LONGEST = 600


def described(text: str, sections: tuple[Section, ...]) -> tuple[Case, ...]:
    """One case per patient that a section of its own is about, in the order of their numbers."""
    first: dict[int, Section] = {}
    for section in sections:
        if section.kind == "case" and section.patient is not None:
            first.setdefault(section.patient, section)
    cases = []
    for number, section in sorted(first.items()):
        age, sex = age_and_sex(text[section.start : min(section.end, section.start + _LONGEST)])
        sex = sex or _sex_by_pronouns(text[section.start : section.end])
        cases.append(Case(number=number, age=age, sex=sex))
    return tuple(cases)


def age_and_sex(text: str) -> tuple[int | None, Sex | None]:
    """Age in whole years and sex in the first sentence of `text`; None for what it does not say.

    Months, weeks and days count as the full years in them, so that an infant is 0.
    """
    label = _LABEL.match(text)
    told = text[label.end() :] if label and goes_on_with_case(label["name"]) else text
    told = ages_in_figures(told)
    sentence = re.split(r"(?<=[a-z\d)\]])[.?!]\s+(?=[A-Z])", told, maxsplit=1)[0]
    match = _AGE.search(sentence) or _AGED.search(sentence)
    if match:
        before = _SEX_BEFORE.search(sentence[: match.start()])
        sex = match["sex"] or (before["sex"] if before else None)
        return _years(int(match["number"]), (match["unit"] or "years").lower()), _sex(sex)
    of_age = _OF_AGE.search(sentence)
    age = _years(int(of_age["number"]), (of_age["unit"] or "years").lower()) if of_age else None
    named = {_sex(found["sex"]) for found in _SEX.finditer(sentence)}
    return age, named.pop() if len(named) == 1 else None


def _sex_by_pronouns(text: str) -> Sex | None:
    """By 'she' and 'he' in the whole story: a 'retired postwoman' has no other word for it."""
    she, he = len(_SHE.findall(text)), len(_HE.findall(text))
    if max(she, he) < _PRONOUNS or min(she, he) * 4 > max(she, he):
        return None
    return "female" if she > he else "male"


def _years(number: int, unit: str) -> int | None:
    per_year = {"m": 12, "w": 52, "d": 365}.get(unit[0], 1)
    years = number // per_year
    return years if years <= _OLDEST else None


def _sex(word: str | None) -> Sex | None:
    if not word:
        return None
    return "female" if re.fullmatch(_WOMAN, word.lower()) else "male"
