"""Nouns for persons → which patients of a report they may mean.

'The girl', 'the old lady', 'the kid': by sex, and by whether somebody is of age.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.schema import Case, Sex

Numbers = Sequence[int]
"""The patients that some words may mean; only one is an answer."""

_WOMAN = "woman|girl|lady|female|sister|mother|daughter|aunt|niece"
_MAN = "man|boy|gentleman|guy|male|brother|father|son|uncle|nephew"
_CHILD = "kid|child|youngster|toddler|teenager|adolescent"
_ADULT = "adult|grown-?up"
_PLURAL: dict[Sex, re.Pattern[str]] = {
    "female": re.compile(r"\b(?:women|girls|ladies|sisters|females|daughters)\b", re.IGNORECASE),
    "male": re.compile(r"\b(?:men|boys|brothers|guys|males|sons|gentlemen)\b", re.IGNORECASE),
}
_BY_SEX: dict[Sex, re.Pattern[str]] = {
    "female": re.compile(rf"\b(?:{_WOMAN})\b", re.IGNORECASE),
    "male": re.compile(rf"\b(?:{_MAN})\b", re.IGNORECASE),
}
THE_PERSON = re.compile(rf"\b(?:the|that) (?:\w+ )?(?:{_WOMAN}|{_MAN}|{_CHILD})\b", re.IGNORECASE)
"""'The old lady', 'that boy'."""
_THE: dict[Sex, re.Pattern[str]] = {
    "female": re.compile(rf"\b(?:the|that) (?:\w+ )?(?:{_WOMAN})\b", re.IGNORECASE),
    "male": re.compile(rf"\b(?:the|that) (?:\w+ )?(?:{_MAN})\b", re.IGNORECASE),
}
_THE_CHILD = re.compile(rf"\b(?:the|that) (?:\w+ )?(?:{_CHILD})\b", re.IGNORECASE)
_A_CHILD = re.compile(rf"\b(?:{_CHILD})\b", re.IGNORECASE)
_THE_ADULT = re.compile(rf"\b(?:the|that) (?:\w+ )?(?:{_ADULT})\b", re.IGNORECASE)
_YOUNG = re.compile(r"\b(?:girl|boy)\b", re.IGNORECASE)
_GROWN_UP = re.compile(r"\b(?:woman|lady|man|gentleman|guy)\b", re.IGNORECASE)
_OF_AGE = 18
_KIN: dict[Sex, str] = {
    "female": "sister|mother|daughter|aunt|niece|grandmother",
    "male": "brother|father|son|uncle|nephew|grandfather",
}
_RELATIVE: dict[Sex, re.Pattern[str]] = {
    sex: re.compile(
        r"\b(?:his|her|their|\w+['’]s) (?:(?:older|elder|younger|little|big|twin|other) )?"
        rf"(?:{kin})\b",
        re.IGNORECASE,
    )
    for sex, kin in _KIN.items()
}
# 'And the niece?', in a talk about her aunt.
_THE_KIN: dict[Sex, re.Pattern[str]] = {
    sex: re.compile(rf"\W*(?:and|but|what about)\b[^,;:?]{{0,20}}?\bthe (?:{kin})\b", re.IGNORECASE)
    for sex, kin in _KIN.items()
}
KIN = re.compile(
    rf"\b(?:{_KIN['female']}|{_KIN['male']}|cousin|sibling|twin|aunt)s?\b|\bfamil(?:y|ial)\b",
    re.IGNORECASE,
)
"""Words that say that people are related."""


def sex_of(noun: str | None) -> Sex | None:
    """The sex that a noun says ('lady', 'brother'); None where it says none."""
    found: list[Sex] = [sex for sex, pattern in _BY_SEX.items() if pattern.search(noun or "")]
    return found[0] if len(found) == 1 else None


def group_named(text: str) -> Sex | None:
    """The sex of 'the two sisters', 'three men'; None where no group, or several, are named."""
    found: list[Sex] = [sex for sex, pattern in _PLURAL.items() if pattern.search(text)]
    return found[0] if len(found) == 1 else None


def of_sex(cases: Sequence[Case], sex: Sex | None) -> list[Case]:
    """Those of `cases` that are of a sex; all of them for None."""
    return [case for case in cases if sex is None or case.sex == sex]


def named_by_noun(question: str, cases: Sequence[Case]) -> Numbers | None:
    """'The man', 'the old lady', 'the kid'; None where the question has no such noun."""
    for sex, pattern in _THE.items():
        if match := pattern.search(question):
            return called(match.group(), sex, cases)
    if _THE_CHILD.search(question):
        return [c.number for c in cases if c.age is not None and c.age < _OF_AGE]
    if _THE_ADULT.search(question):
        return [c.number for c in cases if c.age is not None and c.age >= _OF_AGE]
    return None


def named_as_relative(question: str, cases: Sequence[Case], current: int | None) -> Numbers | None:
    """'And his sister?': somebody else than the one who was spoken of."""
    for sex, pattern in _RELATIVE.items():
        if pattern.search(question) or (_THE_KIN[sex].match(question) and current is not None):
            return [c.number for c in of_sex(cases, sex) if c.number != current]
    return None


def persons_named(question: str, cases: Sequence[Case]) -> list[Numbers]:
    """Whom each noun for a person may mean: 'the boy or his sister'."""
    return [
        called(match.group(), sex, cases)
        for sex, pattern in _BY_SEX.items()
        for match in pattern.finditer(question)
    ]


def nouns_placed(question: str, cases: Sequence[Case]) -> list[tuple[int, int, int]]:
    """Where a noun stands that one patient alone is called by: start, end, the patient's number.

    'Her son' may be nobody whom the report tells of.
    """
    found: list[tuple[int, int, int]] = []
    for sex, pattern in _BY_SEX.items():
        for match in pattern.finditer(question):
            own = () if KIN.fullmatch(match.group()) else called(match.group(), sex, cases)
            if len(own) == 1:
                found.append((*match.span(), own[0]))
    children = [case.number for case in cases if case.age is not None and case.age < _OF_AGE]
    if len(children) == 1:
        found += [(*match.span(), children[0]) for match in _A_CHILD.finditer(question)]
    return sorted(found)


def called_alone(question: str, cases: Sequence[Case]) -> int | None:
    """Whom a question to many reports calls by a noun that only one of a report's patients has:
    'the girl' is no grown woman. None of two nouns, of a noun for relatives, or where one of
    several of that sex may be of any age.
    """
    nouns = [
        (match.group(), sex)
        for sex, pattern in _BY_SEX.items()
        for match in pattern.finditer(question)
        if not KIN.fullmatch(match.group())
    ]
    if len(nouns) != 1 or group_named(question):
        return None
    (noun, sex), *_ = nouns
    found = called(noun, sex, cases)
    same = of_sex(cases, sex)
    if len(same) > 1 and any(case.age is None for case in same):
        return None
    return found[0] if len(found) == 1 else None


def called(noun: str, sex: Sex, cases: Sequence[Case]) -> Numbers:
    """The patients whom a noun may mean; a girl is a child, where there is one."""
    fitting = of_sex(cases, sex)
    if _YOUNG.search(noun):
        fitting = [c for c in fitting if c.age is None or c.age < _OF_AGE] or fitting
    elif _GROWN_UP.search(noun):
        fitting = [c for c in fitting if c.age is None or c.age >= _OF_AGE] or fitting
    return [c.number for c in fitting]
