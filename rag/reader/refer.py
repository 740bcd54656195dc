"""Question + the patients of a report → which of them is meant, if one is.

'And the older one?', 'the man', 'the other patient', 'she': what these words point at depends on
who there is to point at, and on whom the conversation was about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import MappingProxyType

from rag.lexicon import lexicon
from rag.reader.ask import asked_part
from rag.reader.patients import described, fits
from rag.reader.person_words import PersonWords
from rag.reader.words import stems
from rag.schema import Case, Report, Sex
from rag.search_text import patient_words

_PERSON = r"(?:one|patient|pt|case|woman|man|girl|boy|child|lady|person|brother|sister)"
_SEVERAL = re.compile(
    r"\b(?:both|all (?:of them|the|three|four|five|six|patients|cases)|each|every|either|neither|"
    r"they|them|their|compare\w*|versus|vs|any of (?:them|the)|how many|who|"
    r"the (?:patients|cases|two|three|others)|which (?:patients?|cases?|one|of))\b",
    re.IGNORECASE,
)
_OLDER = re.compile(r"\b(?:older|oldest|elder|eldest|elderly|senior)\b", re.IGNORECASE)
_YOUNGER = re.compile(r"\b(?:younger|youngest)\b", re.IGNORECASE)
_OTHER = re.compile(
    rf"\b(?:the|her|his) other {_PERSON}\b|\bthe other\b(?=\s*[?.,]|$)", re.IGNORECASE
)
ORDINAL = re.compile(
    r"\b(?:the )?"
    r"(?:(?P<word>first|second|third|fourth|fifth|sixth)|(?P<digit>[1-9])(?:st|nd|rd|th))"
    rf"(?: {_PERSON}\b|(?=\s*[?.,]|$))",
    re.IGNORECASE,
)
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
"""The words of `ORDINAL`, in order."""
_LAST = re.compile(rf"\bthe last {_PERSON}\b", re.IGNORECASE)
_WOMAN = "woman|girl|lady|female|sister|mother|daughter|aunt|niece"
_MAN = "man|boy|gentleman|male|brother|father|son|uncle|nephew"
_NOUNS: dict[Sex, re.Pattern[str]] = {
    "female": re.compile(rf"\b(?:the|that) (?:\w+ )?(?:{_WOMAN})\b", re.IGNORECASE),
    "male": re.compile(rf"\b(?:the|that) (?:\w+ )?(?:{_MAN})\b", re.IGNORECASE),
}
_NAMED: dict[Sex, re.Pattern[str]] = {
    "female": re.compile(rf"\b(?:{_WOMAN})\b", re.IGNORECASE),
    "male": re.compile(rf"\b(?:{_MAN})\b", re.IGNORECASE),
}
_PRONOUNS: dict[Sex, re.Pattern[str]] = {
    "female": re.compile(r"\b(?:she|her|hers)\b", re.IGNORECASE),
    "male": re.compile(r"\b(?:he|him|his)\b", re.IGNORECASE),
}

DECADES = ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties")
_DECADE = re.compile(
    rf"\bin (?:her|his|their|the) (?:(?:early|mid|late)[ -])?"
    rf"(?:(?P<word>{'|'.join(DECADES)})|(?P<digit>[2-9])0'?s)\b",
    re.IGNORECASE,
)
_CHILD = re.compile(r"\b(?:girl|boy)\b", re.IGNORECASE)
_GROWN_UP = re.compile(r"\b(?:woman|lady|man|gentleman)\b", re.IGNORECASE)
_OF_AGE = 18

Numbers = Sequence[int]
"""The patients that some words may mean; only one is an answer."""
NO_WORDS: PersonWords = MappingProxyType({})


def patient_meant(
    question: str,
    cases: Sequence[Case],
    current: int | None = None,
    words: PersonWords = NO_WORDS,
) -> int | None:
    """The number of the patient whom a question is about; None for all of them, or in doubt.

    `cases` are the patients of the report, `current` the one whom the turn before was about,
    `words` those by which the report introduces each. The first kind of words that the question
    uses decides.
    """
    if len(cases) < 2:
        return None
    for kind in (_numbered, _by_age, _other, _described, _by_decade, _by_antibody):
        found = kind(question, cases, current)
        if found is not None:
            return found[0] if len(found) == 1 else None
    if (introduced := _introduced(question, words)) is not None:
        return introduced
    for kind in (_several, _by_noun, _by_pronoun):
        found = kind(question, cases, current)
        if found is not None:
            return found[0] if len(found) == 1 else None
    return current if current in _all(cases) else None


def singled_out(question: str, report: Report, words: PersonWords) -> int | None:
    """The patient of a report whom a question to the whole library describes, if one.

    Only by what describes somebody: an age that the report states, exactly or by its decade, or
    words of the introduction ('the beekeeper').
    """
    if len(report.cases) < 2:
        return None
    for kind in (_described, _by_decade):
        found = kind(question, report.cases, None) or ()
        if len(found) == 1:
            return found[0]
    return _introduced(question, words)


def _introduced(question: str, words: PersonWords) -> int | None:
    """'The baker', 'our seamstress': whom only one of the introductions calls so.

    The part of the question that asks goes first: 'two siblings and a cousin: CK of the index boy?'
    """
    for part in (asked_part(question), question):
        asked = frozenset(stems(part))
        if found := [number for number, own in words.items() if own & asked]:
            return found[0] if len(found) == 1 else None
    return None


def _all(cases: Sequence[Case]) -> Numbers:
    return [case.number for case in cases]


def _numbered(question: str, cases: Sequence[Case], _: int | None) -> Numbers | None:
    """'Patient 2', 'the second one', 'the last patient'."""
    number = described(question).number
    if match := ORDINAL.search(question):
        number = ORDINALS.index(match["word"].lower()) + 1 if match["word"] else int(match["digit"])
    if _LAST.search(question):
        number = max(_all(cases))
    return None if number is None else [n for n in _all(cases) if n == number]


def _by_age(question: str, cases: Sequence[Case], _: int | None) -> Numbers | None:
    """'The older one', 'the youngest'."""
    ages = {case.number: case.age for case in cases if case.age is not None}
    for words, pick in ((_OLDER, max), (_YOUNGER, min)):
        if words.search(question):
            if len(ages) < len(cases):
                return []
            extreme = pick(ages.values())
            return [number for number, age in ages.items() if age == extreme]
    return None


def _other(question: str, cases: Sequence[Case], current: int | None) -> Numbers | None:
    if not _OTHER.search(question):
        return None
    return [n for n in _all(cases) if n != current] if current is not None else []


def _described(question: str, cases: Sequence[Case], _: int | None) -> Numbers | None:
    """'58F', 'the 44-year-old'."""
    wanted = described(question)
    if wanted.age is None:
        return None
    return [c.number for c in cases if c.age is not None and fits(c, wanted)]


def _by_decade(question: str, cases: Sequence[Case], _: int | None) -> Numbers | None:
    """'A woman in her thirties'."""
    match = _DECADE.search(question)
    if not match or any(case.age is None for case in cases):
        return None
    sex = described(question).sex
    decade = int(match["digit"]) if match["digit"] else DECADES.index(match["word"].lower()) + 2
    return [
        case.number
        for case in cases
        if case.age is not None and int(case.age) // 10 == decade and sex in (None, case.sex)
    ]


def _by_antibody(question: str, cases: Sequence[Case], _: int | None) -> Numbers | None:
    """'The MDA5 one': the only patient with an antibody that the question names."""
    names = {m.concept.name for m in lexicon().find(question) if m.concept.kind == "antibody"}
    having = [
        case.number
        for case in cases
        if names & {m.concept.name for a in case.antibodies for m in lexicon().find(a)}
    ]
    return having if len(having) == 1 else None


def _several(question: str, cases: Sequence[Case], _: int | None) -> Numbers | None:
    return [] if _SEVERAL.search(question) else None


def _by_noun(question: str, cases: Sequence[Case], _: int | None) -> Numbers | None:
    """'The man', 'the old lady'."""
    for sex, pattern in _NOUNS.items():
        if match := pattern.search(question):
            return _called(match.group(), sex, cases)
    return None


def _by_pronoun(question: str, cases: Sequence[Case], current: int | None) -> Numbers | None:
    spoken = [sex for sex, pattern in _PRONOUNS.items() if pattern.search(question)]
    if len(spoken) != 1:
        return None
    fitting = [c.number for c in cases if c.sex in (None, spoken[0])]
    return [current] if current in fitting else fitting


def persons_named(question: str, cases: Sequence[Case]) -> list[Numbers]:
    """Whom each noun for a person may mean: 'the boy or his sister'."""
    return [
        _called(match.group(), sex, cases)
        for sex, pattern in _NAMED.items()
        for match in pattern.finditer(question)
    ]


def _called(noun: str, sex: Sex, cases: Sequence[Case]) -> Numbers:
    """The patients whom a noun may mean; a girl is a child, where there is one."""
    fitting = [c for c in cases if c.sex == sex]
    if _CHILD.search(noun):
        fitting = [c for c in fitting if c.age is None or c.age < _OF_AGE] or fitting
    elif _GROWN_UP.search(noun):
        fitting = [c for c in fitting if c.age is None or c.age >= _OF_AGE] or fitting
    return [c.number for c in fitting]


def naming(query: str, report: Report, patient: int) -> str:
    """A resolved question with the words for the patient whom it means, as passages have them."""
    case = next(case for case in report.cases if case.number == patient)
    words = f"patient {patient}, {patient_words(case)}"
    before, about, rest = query.rpartition(" (about: ")
    if about and rest.endswith(")"):
        return f"{before}{about}{rest[:-1]}; {words})"
    return f"{query} (about: {words})"
