"""Does a question ask about all patients or reports? Then: what is counted, and of whom."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rag.cases.conditions import Condition, Read, conditions
from rag.cases.frames import LIBRARY, NOUN, PAPERS, PEOPLE, Kind, is_understood, kind_of, mended
from rag.cases.grouping import GroupKey
from rag.cases.said import measured
from rag.cases.wish import Wish
from rag.reader.asked import asks_for_advice

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


def asked_of_records(question: str) -> Asked | None:
    """What a question asks of all records; None for a question of another kind."""
    text = mended(question)
    if asks_for_advice(text):
        return None
    read = conditions(text)
    found = kind_of(text, min((c.end for c in read.conditions), default=None))
    if found is None:
        return None
    kind, match = found
    if read.beyond or not is_understood(read.rest):
        return None
    if not read.conditions and not (kind in ("count", "list") and LIBRARY.search(text)):
        return None
    if _WHAT.match(text) and measured([one.wish for one in read.conditions]):
        return None  # 'What CK level …' asks for a figure, not for who has one
    if kind == "compare":
        # What a drug did for the skin alone is not in a record, whose response is the patient's.
        return None if _SKIN.search(read.rest) else _comparison(read)
    asked = _split(text, kind, match, read)
    if kind == "groups":
        return _groups(match["group"].lower(), asked)
    return asked


def _split(text: str, kind: Kind, match: re.Match[str], read: Read) -> Asked:
    """Which conditions say of whom, and which what is asked of them."""
    border = _border(text, kind, match)
    population: list[Condition] = []
    asked: list[Condition] = []
    response = any(c.kind == "response" for c in read.conditions)
    for one in read.conditions:
        if one.kind in ("response", "adverse", "relapse"):
            asked.append(one)
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
    about = response or kind == "responses" or any(c.kind == "adverse" for c in asked)
    papers, people = PAPERS.search(text), PEOPLE.search(text)
    return Asked(
        kind,
        tuple(_wish(c, about) for c in population),
        tuple(_wish(c, about) for c in asked),
        papers=papers is not None and (people is None or papers.start() < people.start()),
    )


def _border(text: str, kind: Kind, match: re.Match[str]) -> int:
    """Where the words that say of whom end: at the main verb."""
    noun = re.compile(rf"\b{NOUN}\b", re.IGNORECASE).search(text, match.start())
    after = noun.end() if noun else match.end()
    verbs = [_MAIN_VERB.search(text, after)]
    if kind == "any":
        verbs.append(_PARTICIPLE.search(text, after))
    starts = [verb.start() for verb in verbs if verb is not None]
    return min(starts) if starts else len(text)


def _wish(one: Condition, about_response: bool) -> Wish:
    """Where a response is asked, a drug is the one that the response was to."""
    if about_response and one.wish.key == "drug":
        return replace(one.wish, key="treatment")
    return one.wish


def _groups(word: str, asked: Asked) -> Asked | None:
    by: GroupKey = "antibody" if word.endswith("bodies") else "treatment"
    return Asked("groups", (*asked.population, *asked.asked), (), by=by)


def _comparison(read: Read) -> Asked | None:
    """'Compare IVIg and rituximab in children': two or more of a kind, the rest says of whom."""
    kinds: tuple[tuple[str, GroupKey], ...] = (
        ("drug", "treatment"), ("antibody", "antibody"), ("subtype", "subtype"),
        ("people", "sex"), ("people", "age group"),
    )  # fmt: skip
    for kind, by in kinds:
        keys = ("drug", "treatment", "prior") if kind == "drug" else (by,)
        compared = [c for c in read.conditions if c.wish.key in keys and not c.wish.absent]
        values = tuple(dict.fromkeys(value for c in compared for value in c.wish.values))
        if len(values) > 1:
            others = [c for c in read.conditions if c not in compared and c.kind != "response"]
            population = tuple(_wish(c, about_response=True) for c in others)
            return Asked("compare", population, (), by=by, values=values)
    return None
