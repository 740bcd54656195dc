"""Does a question ask about all patients or reports? Then: what is counted, and of whom."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rag.cases.condition import Condition
from rag.cases.conditions import Read, conditions
from rag.cases.ends import Extreme, extreme_asked
from rag.cases.facets import JUVENILE
from rag.cases.frames import (
    LIBRARY,
    NOUN,
    PAPERS,
    PEOPLE,
    Kind,
    asks_for_both,
    asks_how_it_went,
    kind_of,
    mended,
    speaks_of_one,
)
from rag.cases.grouping import GroupKey
from rag.cases.in_general import asked_of_patients
from rag.cases.kinds import drugs_asked, everything_asked, kinds_asked
from rag.cases.neutral import unknown_words
from rag.cases.routes import bare
from rag.cases.said import measured
from rag.cases.wish import Wish
from rag.lexicon import lexicon
from rag.reader.question.out_of_scope import asks_for_advice

_MAIN_VERB = re.compile(
    r"(?<!who )(?<!that )(?<!which )(?<!whom )(?<!have )(?<!had )\b(?:had|have|has|were|was|are|is|"
    r"received?|got|took|developed?|showed?|experienced|suffered|tried|mention(?:ed)?|described?|"
    r"used?|reports?|presented|died|relapsed|describing)\b",
    re.IGNORECASE,
)
_PARTICIPLE = re.compile(
    r"\b(?:given|treated|tried|reported|used|described|found|put on|improve[ds]?|respond(?:ed)?|"
    r"develop(?:ed)?|die|relapse|receive|get|have)\b",
    re.IGNORECASE,
)
_SKIN = re.compile(r"\bskin\b", re.IGNORECASE)
_WHAT = re.compile(r"what\b", re.IGNORECASE)
_DENIES = re.compile(
    r"\b(?:not(?! only)|never|neither|nor|without|w/o|lack\w*|absen\w+|free of|nobody|none)\b"
    r"|\bno one\b|n't\b",
    re.IGNORECASE,
)
# 'In which did it help, and in which not?' asks for all of them.
_AND_WHICH_NOT = re.compile(
    r"\b(?:and|or|,) (?:(?:in|for|of|with) )?(?:which|who|whom) (?:it )?"
    r"(?:not|did not|didn't|did it not)\b",
    re.IGNORECASE,
)
_AMONG = re.compile(r"^(?:of|among|amongst|in|from)\b(?P<whom>.*?),?\s+\bhow many\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks of the records.

    `population` says of whom, `asked` what; `papers` that reports are wanted rather than patients.
    `by` and `values` say how patients are grouped, for comparisons and lists of treatments.
    """

    kind: Kind
    population: tuple[Wish, ...] = ()
    asked: tuple[Wish, ...] = ()
    papers: bool = False
    by: GroupKey | None = None
    values: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    """The only values whose groups are wanted: the kinds of cancer, where these are asked for."""
    extreme: Extreme | None = None
    """Whether only the oldest or the youngest of them is wanted."""


def asked_of_records(question: str) -> Asked | None:
    """What a question asks of all records; None for a question of another kind."""
    if (kind := kinds_asked(question)) is not None:
        has = Wish("feature", kind.name, (kind.name.lower(),))
        return Asked("groups", (has,), by="feature", within=lexicon().narrower(kind.name))
    if (kind := drugs_asked(question)) is not None:
        given = Wish("treatment", kind.name, (kind.name.lower(),))
        return Asked("groups", (given,), by="treatment", within=lexicon().narrower(kind.name))
    if (every := everything_asked(question)) is not None:
        return Asked("groups", (), by=every)
    end = extreme_asked(question)
    return _asked_of_all(question) if end is None else _at_the_end(*end)


def _asked_of_all(question: str) -> Asked | None:
    text = mended(asked_of_patients(question))
    if asks_for_advice(text):
        return None
    read = conditions(text)
    found = kind_of(read.frame)
    first = min((c.end for c in read.conditions), default=None)
    rest = _unexplained(text, read)
    if found is None or read.beyond or speaks_of_one(text, first) or unknown_words(rest):
        return None
    if _DENIES.search(_AND_WHICH_NOT.sub(" ", read.rest)) and not any(
        _is_denial(one) for one in read.conditions
    ):
        return None  # a 'not' that belongs to no condition: without it the opposite is answered
    kind, match = found
    if not read.conditions and not (kind in ("count", "list") and LIBRARY.search(text)):
        return None
    if _WHAT.match(text) and measured([one.wish for one in read.conditions]):
        return None  # 'What CK level …' asks for a figure, not for who has one
    if kind == "compare":
        # What a drug did for the skin alone is not in a record, whose response is the patient's.
        return None if _SKIN.search(read.rest) else _comparison(read)
    asked = _split(text, kind, match, read)
    if kind == "groups":
        return _groups((match["group"] or "").lower(), asked)
    if asks_for_both(text) and any(one.key == "response" for one in asked.asked):
        others = tuple(one for one in asked.asked if one.key != "response")
        whole = replace(asked, asked=others)
        return replace(asked, kind="responses", population=_treatments(whole), asked=())
    if kind in ("list", "any") and not _about_outcome(asked) and asks_how_it_went(text):
        return replace(asked, kind="responses", population=_treatments(asked), asked=())
    return asked


def _at_the_end(which: Extreme, of_whom: str) -> Asked | None:
    """'The oldest patient given IVIg': what is asked of those given IVIg, for one of them."""
    if not of_whom:
        return Asked("list", extreme=which)
    if of_whom.split()[1:] == ["children"]:
        return Asked("list", (Wish("age group", "children", ("child",)),), extreme=which)
    every = asked_of_records(of_whom)
    if every is None or every.kind != "list":
        return None
    return Asked("list", (*every.population, *every.asked), extreme=which)


def _unexplained(text: str, read: Read) -> str:
    """What no condition took, without words that a condition in brackets explains.

    'Holes in the gut (perforation)' says the same thing twice, as does 'very young, under 5'.
    """
    rest = read.rest
    if any(one.wish.key == "age" for one in read.conditions):
        rest = _OF_AGE.sub(" ", rest)
    for one in read.conditions:
        if text[: one.start].endswith("(") and text[one.end : one.end + 1] == ")":
            said = _PHRASE.search(rest[: one.start - 1])
            if said:
                rest = rest[: said.start()] + " " * len(said.group()) + rest[said.end() :]
    return rest


_OF_AGE = re.compile(
    r"\b(?:very |really |quite )?(?:young|old|elderly|aged|little|small|tiny)\b", re.I
)
_PHRASE = re.compile(r"\w+(?: (?:in|of) (?:the )?\w+| \w+)? $")


def _is_denial(one: Condition) -> bool:
    """Whether a condition holds what a 'not' of the question says."""
    return one.wish.absent or one.prior or one.wish.values in (("no",), ("none",))


def _about_outcome(asked: Asked) -> bool:
    return any(one.key in ("response", "adverse", "relapse") for one in asked.asked)


def _treatments(asked: Asked) -> tuple[Wish, ...]:
    """All conditions as those of whom, a drug as the one that the response was to."""
    every = (*asked.population, *asked.asked)
    return tuple(replace(one, key="treatment") if one.key == "drug" else one for one in every)


def _split(text: str, kind: Kind, match: re.Match[str], read: Read) -> Asked:
    """Which conditions say of whom, and which what is asked of them."""
    border = _border(text, kind, match)
    population: list[Condition] = []
    asked: list[Condition] = []
    first = min((c.start for c in read.conditions), default=0)
    later = any(c.start >= border for c in read.conditions)
    of_whom = [c for c in read.conditions if later and _says_whom(text, c, border)]
    response = any(c.kind == "response" and c not in of_whom for c in read.conditions)
    for one in read.conditions:
        if one in of_whom:
            population.append(one)
        elif one.kind in ("response", "adverse", "relapse"):
            asked.append(one)
        elif one.start >= border > first and one.kind == "people" and not response:
            asked.append(one)  # 'how many of those with calcinosis were children?'
        elif one.kind == "people" or response or one.start < border:
            population.append(one)
        else:
            asked.append(one)
    among = _AMONG.match(text)
    if among:
        population = [c for c in read.conditions if c.start < among.end("whom")]
        asked = [c for c in read.conditions if c not in population]
    if not asked and kind != "responses":
        own = [c for c in population if c.kind != "people"]
        asked, population = (
            (own, [c for c in population if c not in own]) if own else (population, [])
        )
    about = response or kind == "responses"
    papers, people = PAPERS.search(text), PEOPLE.search(text)
    return Asked(
        kind,
        tuple(_wish(c, about) for c in population),
        tuple(_wish(c, about) for c in asked),
        papers=papers is not None and (people is None or papers.start() < people.start()),
    )


def _says_whom(text: str, one: Condition, border: int) -> bool:
    """Whether an outcome says of whom it is asked: 'which of those who died had ILD?'"""
    outcome = one.kind in ("response", "adverse", "relapse") and one.start < border
    return outcome and bool(_WHO.search(text[: one.start]) or _WHO.match(text[one.start :]))


_WHO = re.compile(r"\bwho (?:had )?$|^who ", re.IGNORECASE)
_ANY_NOUN = re.compile(rf"\b{NOUN}\b", re.IGNORECASE)


def _border(text: str, kind: Kind, match: re.Match[str]) -> int:
    """Where the words that say of whom end: at the main verb."""
    noun = _ANY_NOUN.search(text, match.start())
    after = noun.end() if noun else match.end()
    verbs = [_MAIN_VERB.search(text, after)]
    if kind == "any":
        verbs.append(_PARTICIPLE.search(text, after))
    starts = [verb.start() for verb in verbs if verb is not None]
    return min(starts) if starts else len(text)


def _drug_of(value: str) -> str:
    """The drug alone, unless the lexicon has it with its route ('intravenous immunoglobulin')."""
    return value if lexicon().concept(value) else bare(value) or value


def _wish(one: Condition, about_response: bool) -> Wish:
    """Where a response is asked, a drug is the one that the response was to."""
    if about_response and one.wish.key == "drug":
        return replace(one.wish, key="treatment")
    return one.wish


def _groups(word: str, asked: Asked) -> Asked | None:
    by: GroupKey = "antibody" if word.endswith("bodies") else "treatment"
    return Asked("groups", (*asked.population, *asked.asked), (), by=by)


def _as_age(one: Condition) -> Condition:
    """'JDM versus adults' compares ages: the form of children stands for them."""
    if one.wish.key != "subtype" or one.wish.values != (JUVENILE,):
        return one
    return replace(one, kind="people", wish=Wish("age group", "children", ("child",)))


def _comparison(read: Read) -> Asked | None:
    """'Compare IVIg and rituximab in children': two or more of a kind, the rest says of whom."""
    if any(c.wish.key == "age group" for c in read.conditions):
        read = replace(read, conditions=tuple(_as_age(c) for c in read.conditions))
    kinds: tuple[tuple[str, GroupKey], ...] = (
        ("drug", "treatment"), ("antibody", "antibody"), ("subtype", "subtype"),
        ("people", "sex"), ("people", "age group"),
    )  # fmt: skip
    for kind, by in kinds:
        keys = ("drug", "treatment", "prior") if kind == "drug" else (by,)
        compared = [c for c in read.conditions if c.wish.key in keys and not c.wish.absent]
        # Groups are told apart by drug, not by route.
        said = (value for c in compared for value in c.wish.values)
        values = tuple(dict.fromkeys(_drug_of(value) for value in said))
        if len(values) > 1:
            others = [c for c in read.conditions if c not in compared and c.kind != "response"]
            population = tuple(_wish(c, about_response=True) for c in others)
            return Asked("compare", population, (), by=by, values=values)
    return None
