"""Does a question ask about all patients or reports? Then: what is counted, of whom, and how shown.

A question is only taken when every word of it is understood: what is left when conditions and the
words of `_FRAME` are gone would change the meaning unseen ('patients who smoked').
"""

# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from rag.cases.conditions import Condition, Read, conditions
from rag.cases.grouping import GroupKey
from rag.cases.wish import Wish
from rag.reader.asked import asks_for_advice

Kind = Literal["count", "list", "any", "groups", "responses", "compare"]

_PEOPLE = (
    r"(?:patients?|pts|cases?|people|persons?|individuals?|subjects?|women|men|girls?|boys?|females?"
    r"|males?|children|kids|adults)"
)
_PAPERS = r"(?:reports?|papers?|publications?|articles?|studies|series)"
_NOUN = rf"(?:{_PEOPLE}|{_PAPERS})"
_PLURAL = (
    r"(?:patients|pts|cases|people|persons|individuals|subjects|women|men|girls|boys|females|males|"
    r"children|kids|adults|reports|papers|publications|articles|studies|series)"
)
_SOME = r"(?:[\w'/-]+ ){0,5}?"
_KIND = r"(?:(?!(?:did|do|does|were|was|is|are|of|in|for|to|with)\b)[\w'/-]+ ){0,5}?"

_VERBS_OF_CASES = (
    r"(?:were|was|had|have|has|got|received|responded|died|relapsed|improved|developed|are|worsened|"
    r"did|recovered|presented)"
)
_KINDS: tuple[tuple[Kind, str], ...] = (
    (
        "compare",
        r"^(?:please )?compar(?:e|ing|ison of)\b|\bcompared? (?:with|to|between)\b|\bversus\b|\bvs\b",
    ),
    (
        "groups",
        r"\b(?:which|what|list|name|how many)\s+(?:all\s+|the\s+|different\s+|other\s+){0,2}"
        r"(?P<group>treatments|drugs|therapies|medications|medicines|antibodies|autoantibodies)\b",
    ),
    (
        "responses",
        r"^(?:what (?:were|are) the|how were the)\s+(?:\w+ )?(?:responses|outcomes|results)\b|"
        rf"^how did\s+(?:the\s+|all\s+)?{_SOME}(?:{_PLURAL})\b.*\b(?:respond|do|fare)\b",
    ),
    (
        "count",
        rf"\bhow many\s+(?:of the\s+)?{_SOME}{_NOUN}\b|\b(?:number|proportion|percentage|share|"
        rf"fraction) of\s+(?:all\s+|the\s+)?{_SOME}{_PLURAL}\b|^(?:and )?how many {_VERBS_OF_CASES}\b"
        rf"|^(?:of|among|amongst)\b.*\bhow many {_VERBS_OF_CASES}\b"
        rf"|\bhow many (?:\w+ )?(?:were|was) (?:given|treated)\b|^count\s+(?:all\s+|the\s+)?{_SOME}"
        rf"{_PLURAL}\b",
    ),
    (
        "any",
        rf"\b(?:were|was|are|is|have|has|had|did|do|does)\s+(?:there\s+|you have\s+)?any\s+{_SOME}"
        rf"{_NOUN}\b|\bhas any(?:one|body)\b|\bhave any\b|^any\s+{_SOME}{_NOUN}\b|\b(?:was|has) any"
        r"(?:one|body)\b|^did any(?:one|body)\b|\b(?:are|were) there\s+"
        rf"{_SOME}{_PLURAL}\b",
    ),
    (
        "list",
        rf"\b(?:which|what)\s+(?:of the\s+)?{_KIND}{_PLURAL}\b|^(?:please\s+|can you\s+|could you\s+)?"
        r"(?:list|show|name|find|enumerate|tabulate|display|get|give|identify|summari[sz]e|tell)\b"
        rf".{{0,40}}?\b{_SOME}{_PLURAL}\b|\b(?:all|every|each)\s+(?:the\s+)?{_SOME}{_NOUN}\b|"
        rf"^who {_VERBS_OF_CASES}\b|^{_SOME}(?:patients|cases|reports)\s+(?:with|of|on|given|treated)"
        r"\b[^?]*$",
    ),
)
# What makes it a question about one report, one patient, or somebody spoken of before.
_ONE = re.compile(
    r"\b(?:she|he|her|hers|his|him|them|these|those|this|it|its|my|our)\b|"
    r"\b(?:the|that|a|an|one) (?:[\w'-]+ ){0,3}?(?:patient|woman|man|girl|boy|child|case|infant|mother|"
    r"lady|gentleman|study|trial|cohort|series|review|paper|report|article|authors?|survey|registry)\b"
    r"(?!s)|\bauthors\b|\bof them\b|\beach (?:of|other)\b|\bthe (?:other|two|three|four|five|six|seven|"
    r"eight|nine|ten|eleven|twelve|\d+|same|first|second|last|remaining)\b|\bof (?:\d+|two|three|four|"
    r"five|six|seven|eight|nine|ten)\b|"
    r"\b(?:patient|case) (?:no\.? ?)?\d\b|\b[A-Z][a-z]+(?: et al\.?| and colleagues)?,? \(?(?:19|20)"
    r"\d\d\b|\bet al\b",
)
_OTHER_AMOUNT = re.compile(
    r"\bhow many (?:\w+ )?(?:mg|milligrams?|grams?|weeks?|months?|days?|years?|hours?|doses?|courses?|"
    r"cycles?|infusions?|times?|injections?|units?|sessions?|visits?|episodes?|sites?|centres?|"
    r"centers?|points?)\b",
    re.IGNORECASE,
)
_LIBRARY = re.compile(
    r"\b(?:library|literature|corpus|database|collection|casebook)\b", re.IGNORECASE
)
_PAPERS_FIRST = re.compile(rf"\b{_PAPERS}\b", re.IGNORECASE)
_PEOPLE_FIRST = re.compile(rf"\b{_PEOPLE}\b", re.IGNORECASE)

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
_AMONG = re.compile(r"^(?:of|among|amongst|in|from)\b(?P<whom>.*?),?\s+\bhow many\b", re.IGNORECASE)

_FRAME_WORDS = """
    about concerning underwent undergo undergoing a an the of in on with without who whom whose that which what how many any all every each
    were was are is be been being has have had having do does did there me us you for to by
    from and or as at also both either between among amongst across than their not no never
    other please can could would like want know show list name find enumerate tabulate display
    get give tell identify summarise summarize count number proportion percentage share
    fraction total altogether overall patient patients pts case cases people person persons
    individual individuals subject subjects report reports reported paper papers publication
    publications article articles study studies series anyone anybody single individually
    described describe describes describing published documented mention mentions mentioned
    recorded known found listed library literature corpus database collection casebook
    dermatomyositis dm given received receive receives receiving got took taking taken take
    treated treat treating treatment treatments therapy therapies drug drugs medication
    medications medicine medicines using used use uses tried try put responses outcome outcomes
    results result respond fare developed develop develops developing showed shown shows
    experienced experience experiences presented present presenting presents suffered suffer
    suffering affected diagnosed diagnosis tested test positive negative positivity antibody
    antibodies autoantibodies autoantibody serology associated related after following during
    while under despite due because induced caused triggered cause compare compared comparison
    comparing versus vs against difference age aged years year old older younger them-selves
    then when different whatever details together i one's have-been so far ever yet failed
    failing failure refractory resistant previously previous prior earlier before intolerant
    unresponsive lacked lacking absence free but adult adults women men
"""
_FRAME = frozenset(_FRAME_WORDS.split())
_WORD = re.compile(r"[^\W_][\w'’-]*")


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
    text = " ".join(question.split())
    if _ONE.search(text) or _OTHER_AMOUNT.search(text) or asks_for_advice(text):
        return None
    found = next(
        ((k, m) for k, p in _KINDS if (m := re.search(p, text, re.IGNORECASE)) is not None), None
    )
    if found is None:
        return None
    kind, match = found
    read = conditions(text)
    if read.beyond or not _is_understood(read.rest):
        return None
    if not read.conditions and not (kind in ("count", "list") and _LIBRARY.search(text)):
        return None
    if kind == "compare":
        return _comparison(read)
    asked = _split(text, kind, match, read)
    if kind == "groups":
        return _groups(match["group"].lower(), asked)
    return asked


def _is_understood(rest: str) -> bool:
    words = [match.group().lower().strip("'’-") for match in _WORD.finditer(rest)]
    return all(
        part in _FRAME for word in words for part in re.split(r"[-’']", word) if len(part) > 1
    )


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
    papers, people = _PAPERS_FIRST.search(text), _PEOPLE_FIRST.search(text)
    return Asked(
        kind,
        tuple(_wish(c, about) for c in population),
        tuple(_wish(c, about) for c in asked),
        papers=papers is not None and (people is None or papers.start() < people.start()),
    )


def _border(text: str, kind: Kind, match: re.Match[str]) -> int:
    """Where the words that say of whom end: at the main verb."""
    noun = re.compile(rf"\b{_NOUN}\b", re.IGNORECASE).search(text, match.start())
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
