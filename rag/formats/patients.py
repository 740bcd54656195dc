"""The first sentence about a patient → age and sex, where it says them plainly."""

from __future__ import annotations

import re

from rag.schema import Case, Section, Sex

_WOMAN = r"woman|female|girl|lady"
_MAN = r"man|male|boy|gentleman"
# 'the 40-year-old mother of a boy' and '… who had a boy' speak of somebody else.
_BETWEEN = r"(?:[ ,-]+(?!of\b|with\b|who|had\b|and\b|to\b|in\b|from\b|present)[\w'/-]+){0,5}?"
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
_SEX = re.compile(rf"\b(?P<sex>{_WOMAN}|{_MAN})\b", re.IGNORECASE)
_SEX_BEFORE = re.compile(rf"\b(?P<sex>{_WOMAN}|{_MAN})(?:,|,? who was)? $", re.IGNORECASE)
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
        cases.append(Case(number=number, age=age, sex=sex))
    return tuple(cases)


def age_and_sex(text: str) -> tuple[int | None, Sex | None]:
    """Age in whole years and sex in the first sentence of `text`; None for what it does not say.

    Months, weeks and days count as the full years in them, so that an infant is 0.
    """
    sentence = re.split(r"(?<=[a-z\d)\]])[.?!]\s+(?=[A-Z])", text, maxsplit=1)[0]
    match = _AGE.search(sentence) or _AGED.search(sentence)
    if match:
        before = _SEX_BEFORE.search(sentence[: match.start()])
        sex = match["sex"] or (before["sex"] if before else None)
        return _years(int(match["number"]), (match["unit"] or "years").lower()), _sex(sex)
    named = {_sex(found["sex"]) for found in _SEX.finditer(sentence)}
    return None, named.pop() if len(named) == 1 else None


def _years(number: int, unit: str) -> int | None:
    per_year = {"m": 12, "w": 52, "d": 365}.get(unit[0], 1)
    years = number // per_year
    return years if years <= _OLDEST else None


def _sex(word: str | None) -> Sex | None:
    if not word:
        return None
    return "female" if re.fullmatch(_WOMAN, word.lower()) else "male"
