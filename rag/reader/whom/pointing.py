"""Words that point at a patient → whom they may mean among those whom a report describes.

Each function takes the question and who there is; it gives the numbers of those who may be meant,
and None where the question has no words of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from rag.lexicon import Mention, lexicon
from rag.reader.question.ask import only_points
from rag.reader.whom.patients import described
from rag.reader.whom.person_nouns import (
    Numbers,
    named_as_relative,
    named_by_noun,
    of_sex,
    sex_of,
)
from rag.reader.whom.person_words import PersonWords
from rag.schema import Case, Sex

PERSON = r"(?:one|patient|pt|case|woman|man|girl|boy|child|kid|lady|person|brother|sister)"
"""Nouns that may stand for a patient."""
_SEVERAL = re.compile(
    r"\b(?:both|all (?:of them|the|three|four|five|six|patients|cases)|"
    r"(?:each|every)"
    r"(?= (?:of|one|patient|pt|case|person|wom[ae]n|m[ae]n|child|girl|boy)\b|\s*[?.,]|$)|"
    r"every(?:one|body)|who|either|neither|which (?:one|of)|compare\w*|versus|vs|"
    r"any of (?:them|the)|the (?:patients|cases|two|three|others)|which (?:patients?|cases?))\b",
    re.IGNORECASE,
)
# 'How many courses did she get?' singles somebody out before this counts.
_OF_SEVERAL = re.compile(
    r"\bhow many\b(?! (?:\w+ )?(?:courses?|doses?|"
    r"times?|days|weeks|months|years|infusions?|cycles?|sessions?|injections?|tablets?|pills?|mg|"
    r"grams?|milligrams?|g|units?|rounds?|operations?)\b)",
    re.IGNORECASE,
)
_THEY = re.compile(r"\b(?:they|them|their)\b", re.IGNORECASE)
_OTHER = re.compile(
    rf"\b(?:the|her|his) other (?P<who>{PERSON})\b|\bthe other\b(?=\s*[?.,]|$)", re.IGNORECASE
)
ORDINAL = re.compile(
    r"\b(?:the )?"
    r"(?:(?P<word>first|second|third|fourth|fifth|sixth)|(?P<digit>[1-9])(?:st|nd|rd|th))"
    rf"(?: (?P<who>{PERSON})\b|(?=\s*[?.,]|$))",
    re.IGNORECASE,
)
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
"""The words of `ORDINAL`, in order."""
_WHOSOEVER = re.compile(
    r"\b(?:the|that) (?:[\w-]+ ){0,2}?(?:one|patient|pt|case) (?:who|that|whose|with|on)\b", re.I
)
_WORDS = ("one", "two", "three", "four", "five", "six")
_NUMBERED_IN_WORDS = re.compile(
    rf"\b(?:patient|case|pt) (?P<word>{'|'.join(_WORDS)})\b(?! of\b)", re.IGNORECASE
)
_LETTERED = re.compile(
    r"\b(?:[Tt]win|[Pp]atient|[Pp]t|[Cc]ase|[Ss]ister|[Bb]rother|[Ss]ibling) (?P<letter>[A-F])\b"
)
_LETTER = re.compile(
    r"^\W*(?:(?:[Aa]nd|[Ww]hat about|[Ii]n|[Ff]or|[Oo]f)\W+)*(?P<letter>[A-F])\W*$"
)
_WITH = re.compile(rf"{PERSON} (?:with|who (?:had|has)) (?:the )?(?:anti-?)?$", re.IGNORECASE)
_HAVING = re.compile(rf"[ -]*(?:positive |\+ ?|antibod(?:y|ies) )?{PERSON}\b", re.IGNORECASE)
_LAST = re.compile(rf"\bthe last {PERSON}\b", re.IGNORECASE)
_PRONOUNS: dict[Sex, re.Pattern[str]] = {
    "female": re.compile(r"\b(?:she|her|hers)\b", re.IGNORECASE),
    "male": re.compile(r"\b(?:he|him|his)\b", re.IGNORECASE),
}
NO_WORDS: PersonWords = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class People:
    """Who there is to be meant.

    `cases` are the patients of the report, `current` the one whom the turn before was about,
    `talk` the words of the conversation before the question, `said` its last question as it was
    typed, `related` whether the report says
    that its patients are relatives, `stories` the text about each patient by number.
    """

    cases: Sequence[Case]
    current: int | None = None
    talk: str = ""
    said: str = ""
    related: bool = False
    stories: Mapping[int, str] = field(default_factory=dict)

    @property
    def numbers(self) -> list[int]:
        """The numbers of all of them."""
        return [case.number for case in self.cases]


def numbered(question: str, people: People) -> Numbers | None:
    """'Patient 2', 'the second one', 'the last patient'; 'the first man' is first of the men."""
    number = described(question).number
    number = number_in_words(question) if number is None else number
    if match := ORDINAL.search(question):
        number = ordinal(match)
        if sex := sex_of(match["who"]):
            own = sorted(case.number for case in of_sex(people.cases, sex))
            return own[number - 1 : number]
    if _LAST.search(question):
        number = max(people.numbers)
    return None if number is None else [n for n in people.numbers if n == number]


def number_in_words(question: str) -> int | None:
    """'Patient two': 2; None without such words."""
    found = _NUMBERED_IN_WORDS.search(question)
    return _WORDS.index(found["word"].lower()) + 1 if found else None


def ordinal(match: re.Match[str]) -> int:
    """The number that a match of `ORDINAL` says."""
    return ORDINALS.index(match["word"].lower()) + 1 if match["word"] else int(match["digit"])


def other(question: str, people: People) -> Numbers | None:
    """'The other one', 'the other girl'."""
    match = _OTHER.search(question)
    if match is None:
        return None
    if people.current is None:
        return []
    if _same_other(question, people.said):
        return [people.current]
    left = [case for case in people.cases if case.number != people.current]
    return [case.number for case in of_sex(left, sex_of(match["who"]))]


def _same_other(question: str, before: str) -> bool:
    """Whether 'the other woman' has just been spoken of; 'and the other one?' turns to the next."""
    if only_points(question):
        return False
    said, last = _OTHER.search(question), _OTHER.search(before)
    return said is not None and last is not None and said.group().lower() == last.group().lower()


def describes(question: str, antibody: Mention) -> bool:
    """Whether an antibody says who is meant: 'the MDA5 one', 'the man with NXP2'."""
    before, behind = question[: antibody.start], question[antibody.end :]
    return bool(_WITH.search(before) or _HAVING.match(behind))


def with_antibody(question: str, people: People) -> Numbers | None:
    """'The MDA5 one': the only patient with an antibody that the question names."""
    found = [m for m in lexicon().find(question) if m.concept.kind == "antibody"]
    if not any(pattern.search(question) for pattern in _PRONOUNS.values()):
        names = {m.concept.name for m in found}
    else:  # 'was she MDA5 positive?' asks for it
        names = {m.concept.name for m in found if describes(question, m)}
    having = [
        case.number
        for case in people.cases
        if names & {m.concept.name for a in case.antibodies for m in lexicon().find(a)}
    ]
    return having if len(having) == 1 else None


def relative(question: str, people: People) -> Numbers | None:
    """'And his sister?', in a report whose patients are related; another one's is no patient."""
    return named_as_relative(question, people.cases, people.current) if people.related else None


def lettered(question: str, people: People) -> Numbers | None:
    """'Twin B', 'patient A'; in a talk about one so called 'and B?' is enough."""
    match = _LETTERED.search(question)
    if match is None and _LETTERED.search(people.talk):
        match = _LETTER.search(question)
    if match is None:
        return None
    number = "ABCDEF".index(match["letter"]) + 1
    return [n for n in people.numbers if n == number]


def several(question: str, _: People) -> Numbers | None:
    """'Both', 'compare the two': nobody alone."""
    return [] if _SEVERAL.search(question) else None


def told_otherwise(question: str, _: People) -> Numbers | None:
    """'The one who lost his voice': somebody, but not known by words that are understood here."""
    return [] if _WHOSOEVER.search(question) else None


def noun(question: str, people: People) -> Numbers | None:
    """'The man', 'the old lady', 'the kid'."""
    return named_by_noun(question, people.cases)


def pronoun(question: str, people: People) -> Numbers | None:
    """'She': the one who was spoken of, if she is a woman; else the women."""
    spoken = [sex for sex, pattern in _PRONOUNS.items() if pattern.search(question)]
    if len(spoken) != 1:
        return None
    fitting = [c.number for c in people.cases if c.sex in (None, spoken[0])]
    return [people.current] if people.current in fitting else fitting


def of_several(question: str, people: People) -> Numbers | None:
    """'Who relapsed?', 'how many?', and 'they' where the talk is not of one person already.

    In a talk about one woman 'why did they stop it?' means her doctors.
    """
    if _OF_SEVERAL.search(question):
        return []
    one = any(pattern.search(people.talk) for pattern in _PRONOUNS.values())
    one = one or bool(sex_of(people.talk))
    return [] if _THEY.search(question) and not one else None
