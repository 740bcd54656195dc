"""The 44-year-old, the elder brother, a woman in her thirties → whom of a report they mean."""

from __future__ import annotations

import re

from rag.reader.whom.patients import described, fits, told_by_age
from rag.reader.whom.person_nouns import Numbers, group_named, of_sex, sex_of
from rag.reader.whom.pointing import PERSON, People

_OLDER = r"older|oldest|elder|eldest|elderly|senior"
_YOUNGER = r"younger|youngest|littlest|smallest|little(?= one\b)"
_COMPARED = re.compile(
    rf"\b(?:(?P<older>{_OLDER})|(?:{_YOUNGER}))\b(?: (?:of the )?(?:\w+ )?(?P<who>{PERSON})\b)?",
    re.IGNORECASE,
)
_THE_COMPARED = re.compile(
    rf"\bthe (?:{_OLDER}|{_YOUNGER}) (?:(?:\w+ )?{PERSON}\b|of the\b|"
    r"(?:did|was|had|gets?|got|takes?|took|do)\b)|"
    rf"\bthe (?:{_OLDER}|{_YOUNGER})\s*(?:[?.,:]|$)",
    re.IGNORECASE,
)
DECADES = ("twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties")
_DECADE = re.compile(
    rf"\bin (?:her|his|their|the) (?:(?:early|mid|late)[ -])?"
    rf"(?:(?P<word>{'|'.join(DECADES)})|(?P<digit>[2-9])0'?s)\b",
    re.IGNORECASE,
)


def compared_by_age(question: str, people: People) -> Numbers | None:
    """'The older one', 'the youngest', 'the younger sister'.

    Of two sisters and a cousin the younger one is a sister, once the talk was of the sisters.
    """
    match = _COMPARED.search(question)
    if match is None:
        return None
    sex = sex_of(match["who"]) or group_named(question) or group_named(people.talk)
    group = of_sex(people.cases, sex)
    group = group if len(group) > 1 else list(people.cases)
    ages = {case.number: case.age for case in group if case.age is not None}
    if len(ages) < len(group):
        return []
    extreme = (max if match["older"] else min)(ages.values())
    return [number for number, age in ages.items() if age == extreme]


def the_compared(question: str, people: People) -> int | None:
    """'The elder brother', 'the youngest?', in a question to many reports: who that is in one.

    Older people in general are nobody's elder.
    """
    if not _THE_COMPARED.search(question):
        return None
    found = compared_by_age(question, people) or ()
    return found[0] if len(found) == 1 else None


def aged(question: str, people: People) -> Numbers | None:
    """'58F', 'the 44-year-old'."""
    wanted = told_by_age(question)
    if wanted.age is None:
        return None
    return [c.number for c in people.cases if c.age is not None and fits(c, wanted)]


def in_decade(question: str, people: People) -> Numbers | None:
    """'A woman in her thirties'."""
    match = _DECADE.search(question)
    if not match or any(case.age is None for case in people.cases):
        return None
    sex = described(question).sex
    decade = int(match["digit"]) if match["digit"] else DECADES.index(match["word"].lower()) + 2
    return [
        case.number
        for case in people.cases
        if case.age is not None and int(case.age) // 10 == decade and sex in (None, case.sex)
    ]
