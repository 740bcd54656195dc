"""Whom a text speaks of: sex, number of the patient, and the paper that it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.number_words import CARDINALS, ORDINALS
from rag.schema import Sex
from rag.verify.number_words import NUMBER, value_of

_NOUNS: dict[Sex, str] = {
    "female": r"wom[ae]n|girls?|ladies|lady|females?|mothers?|daughters?|sisters?|widows?|"
    r"postwoman|aunt|niece|housewife",
    "male": r"m[ae]n|boys?|gentlem[ae]n|males?|fathers?|sons?|brothers?|widowers?|postman|"
    r"fisherman|uncle|nephew",
}
_PRONOUNS: dict[Sex, str] = {"female": r"she|her|hers|herself", "male": r"he|him|his|himself"}
_SEX = {
    (sex, sort): re.compile(rf"\b(?:{p})\b", re.IGNORECASE)
    for sort, table in (("noun", _NOUNS), ("pronoun", _PRONOUNS))
    for sex, p in table.items()
}
_SHORT = re.compile(r"\b\d{1,2}\s?(F|M)\b")
_NOT_A_PERSON = re.compile(r"man-?made|-man\b")

_PERSON = r"(?:patient|case|man|woman|girl|boy|child|one|subject)"
_NUMBER = r"(?:\d{1,2}|(?<=patient\s)(?:one|two|three|four|five|six))"
_NUMBERED = re.compile(
    rf"\b(?:patients?|cases?|child|sibling)\s(?:no\.?\s)?(?P<list>{_NUMBER}(?:(?:\s?"
    rf"(?:,|and|to|–|-|or|as well as)\s?|,\sand\s)(?:patient\s)?{_NUMBER})*)\b"
    rf"(?!\s?(?:%|of\s\d|patients|cases)|[\s-](?:year|month|week|day|kg))",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    rf"\b(?P<word>{'|'.join(ORDINALS)})(?:\sand\s(?P<more>{'|'.join(ORDINALS)}))?\s(?:\w+\s)?{_PERSON}s?\b",
    re.IGNORECASE,
)


_THE_NTH = re.compile(
    r"\b[Tt]he (?P<word>first|second|third|fourth|fifth)"
    r"(?=,\s(?:a|an|who|whose)\b|\s(?:had|was|did|died|also|still|needed|improved|responded|received|"
    r"developed|remained|relapsed|could|required)\b|\s[a-z]+ed(?:[,.;]|\s(?:and|but|to|an?|the|on|in|with|"
    r"within|after|by)\b))"
)
"""'The third improved': a patient, where nothing else is counted."""


@dataclass(frozen=True, slots=True)
class Sexed:
    """``[start, end)`` says a sex, by a noun or by a pronoun."""

    start: int
    end: int
    sex: Sex
    pronoun: bool


@lru_cache(maxsize=4_000)
def sexes(text: str) -> tuple[Sexed, ...]:
    """Where a text says a sex, in order."""
    found = [
        Sexed(m.start(), m.end(), sex, sort == "pronoun")
        for (sex, sort), pattern in _SEX.items()
        for m in pattern.finditer(text)
        if not _NOT_A_PERSON.match(text, m.start())
    ]
    for match in _SHORT.finditer(text):
        sex: Sex = "female" if match[1] == "F" else "male"
        found.append(Sexed(match.start(1), match.end(1), sex, False))
    return tuple(sorted(found, key=lambda s: s.start))


_COUNTED = re.compile(
    rf"\b(?P<n>{NUMBER})\s(?:[a-z]+\s)?(?:(?P<female>women|woman|girls?|females?)|"
    r"(?P<male>men|man|boys?|males?))\b",
    re.IGNORECASE,
)


def counted_sexes(text: str) -> frozenset[tuple[float, Sex]]:
    """How many of which sex a text counts: 'four women and two men'."""
    return frozenset(
        (value_of(m["n"]), "female" if m["female"] else "male") for m in _COUNTED.finditer(text)
    )


_ONE = re.compile(r"\bones?$", re.IGNORECASE)
_OF_A_COURSE = re.compile(
    r"\b(?:after|before|during|following|until|since)\s(?:the\s)?$|"
    r"\b(?:courses?|infusions?|doses?|injections?|cycles?|pulses?|sessions?|exchanges?|attempts?|"
    r"biops(?:y|ies)|operations?|relapses?|flares?)\b[^.;]*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Numbered:
    """``[start, end)`` names patients by number: 'patients 1 and 4', 'the second patient'."""

    start: int
    end: int
    numbers: tuple[int, ...]


@lru_cache(maxsize=4_000)
def numbered(text: str) -> tuple[Numbered, ...]:
    """Where a text names patients by number, in order."""
    found = []
    for match in _NUMBERED.finditer(text):
        found.append(Numbered(match.start(), match.end(), _listed(match["list"])))
    for match in _ORDINAL.finditer(text):
        if _ONE.search(match.group()) and _OF_A_COURSE.search(text[: match.start()]):
            continue  # 'a month after the second one': of infusions
        numbers = [ORDINALS[match[g].lower()] for g in ("word", "more") if match[g]]
        found.append(Numbered(match.start(), match.end(), tuple(numbers)))
    for match in _THE_NTH.finditer(text):
        found.append(Numbered(match.start(), match.end(), (ORDINALS[match["word"].lower()],)))
    return tuple(sorted(found, key=lambda n: n.start))


def _listed(said: str) -> tuple[int, ...]:
    pieces = re.findall(rf"{_NUMBER}|to|–|-", said, re.IGNORECASE)
    numbers: list[int] = []
    for at, piece in enumerate(pieces):
        if piece in ("to", "–", "-"):
            continue
        value = CARDINALS.get(piece.lower()) or int(piece)
        if at >= 2 and pieces[at - 1] in ("to", "–", "-"):
            numbers.extend(range(numbers[-1] + 1, value))
        numbers.append(value)
    return tuple(numbers)


_SOURCE = re.compile(
    r"(?P<name>[A-Z](?=[\w'’-]*[a-z])[\w'’-]+(?:-[A-Z]\w+)?)"
    r"(?:,?\s(?:et al\.?|and colleagues|and co-?workers),?)?"
    r"\s\(?(?P<year>(?:19|20)\d\d)\)?"
)
_MONTHS = frozenset(
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "In",
        "Since",
        "By",
        "Until",
        "From",
        "Between",
        "During",
        "After",
        "Before",
        "Of",
        "To",
        "And",
    ]
)


@dataclass(frozen=True, slots=True)
class Source:
    """``[start, end)`` names a paper: 'Ogawa 2017', 'Ogawa et al. (2017)'."""

    start: int
    end: int
    name: str
    year: int


def sources(text: str) -> tuple[Source, ...]:
    """The papers that a text names by author and year."""
    return tuple(
        Source(m.start(), m.end(), m["name"], int(m["year"]))
        for m in _SOURCE.finditer(text)
        if m["name"] not in _MONTHS
    )
