"""A stretch of a sentence that answers nothing of the question, whatever the sentence says.

A short answer is read as the answer. Who names a drug and asks nothing ('apremilast in Japan') has
none; 'why was it not done?' is not answered by 'not done', nor 'did the CK fall?' by how high it
was, nor 'may children have it?' by what else they were given.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re

from rag.lexicon import lexicon
from rag.reader.question.ask import asked_part
from rag.reader.question.asked import AGE, DOSE, NUMBER, TIME, asked, is_yes_no
from rag.reader.whom.person_nouns import sex_of
from rag.reader.words import WORD, concept_names, mentions, stems, with_wider


def off_the_point(question: str, words: str) -> bool:
    """Whether a stretch can be no answer to a question."""
    return (
        names_a_topic(question)
        or _adds_nothing(question, words)
        or _is_bare_figure(question, words)
        or _names_other_drugs(question, words)
        or _is_no_way(question, words)
    )


_ASKING = re.compile(
    r"\b(?:what|whats|which|who|whom|whose|when|where|why|how|did|does|do|was|were|is|are|has|had|have|any|"
    r"can|could|would|will|should|tell|give|list|name|explain|compare|show|describe|define|vs|versus)\b",
    re.IGNORECASE,
)
# What is said of a topic behind these narrows it: 'IVIG in children', 'dapsone for the rash'.
_NARROWS = re.compile(r"\b(?:in|for|with)\b", re.IGNORECASE)
_MEANS_A_THING = re.compile(
    r"\b(?:at|after|off|on|before|to|from|of|by|then|during|until|since|as|or)\b|=|%", re.IGNORECASE
)
_PARTS = re.compile(r"[,;:?.]+\s*|\s[-–—]\s*")
_IDLE = frozenset(stems("the a an old year years yr yrs case patient adult child kid teenager"))


def names_a_topic(question: str) -> bool:
    """Whether only a drug or person is named and narrowed, and nothing asked: 'IVIG in children'.

    Asked of one report 'the dose?', 'ANA?' or 'deaths?' is clear: one word narrows nothing.
    """
    if _ASKING.search(question) or _MEANS_A_THING.search(question):
        return False
    named = [part.strip() for part in _PARTS.split(question) if part.strip()]
    heads = [_NARROWS.split(part, maxsplit=1)[0] for part in named]
    narrowed = heads != named or len(named) > 1
    return narrowed and not any(map(asked, heads)) and all(map(_is_topic, heads))


def _is_topic(words: str) -> bool:
    """Whether words name drugs or a person, and nothing else."""
    found = [m for m in lexicon().find(words, typos=True) if m.concept.kind != "shorthand"]
    rest = [
        m[0]
        for m in WORD.finditer(words)
        if not any(one.start <= m.start() < one.end for one in found)
    ]
    people = [word for word in rest if sex_of(word) is not None]
    left = [w for w in rest if not w.isdigit() and w not in people and not {*stems(w)} <= _IDLE]
    drugs = all(m.concept.kind == "drug" for m in found)
    return not left and drugs and bool(found or people)


CHOICE = re.compile(
    r"\bor\b|\bvs\b|\bversus\b|\bcompar\w+|\b(?:which|what) of\b|/|\bwho\b", re.IGNORECASE
)
"""Words of a question that leaves a choice: what it names may then be its answer."""


_WHY = re.compile(r"^(?:and |but |so )?(?:why|how come)\b", re.IGNORECASE)
_DENIAL = frozenset(["not", "never", "no"])


def _adds_nothing(question: str, words: str) -> bool:
    """Whether why is asked, and a stretch only says that it was so: 'MRI was not repeated'."""
    if not _WHY.match(asked_part(question)):
        return False
    told, said = {*stems(words)} - _DENIAL, stems(question)
    return all(any(_alike(one, other) for other in said) for one in told)


def _alike(a: str, b: str) -> bool:
    """Whether two stems are one word: 'stop' and 'stopp'."""
    return a == b or min(len(a), len(b)) >= 4 and (a.startswith(b) or b.startswith(a))


_FIGURES = frozenset({"dose", "time", "number", "age"})
_OF_NO_FIGURE = re.compile(r"^(?:and |but |so )?(?:why|where|which)\b", re.IGNORECASE)
_SOME_FIGURE = re.compile(
    r"\b(?:strength|concentration|percentage?|years?|yrs?|dates?|days?|weeks?|months?|cut-?off|p|odds|risk|"
    r"ratio|scores?|grade|stage|wave ?lengths?|significan\w+|numbers?|figures?|points|big|large|small|"
    r"hours?|times?|old(?:er|est)?|young(?:er|est)?|amount|size|often|much|many|long|high|low|level|fast|"
    r"soon|quick\w*|late|early|phase|date|overweight|weigh\w*|tall|exact\w*|measure\w*)\b",
    re.IGNORECASE,
)
# Beside a figure: its unit, and what measures it.
_UNITS = re.compile(
    r"[A-Za-zµμ]{1,4}/[\w²³./]+|\b(?:mg|ng|ml|dl|g|kg|nm|mmol|pg|cm|mm|IU|kIU|UI|U|L|units?|points?|percent|per|cent|"
    r"about|nearly|over|from|to|at|and|within|after|for|of|every|each|other|daily|weekly|monthly|once|twice|"
    r"times|weeks?|months?|days?|years?|hours?|range|median|mean)\b",
    re.IGNORECASE,
)

# 'Mi-2', 'IL-6', 'stage II': a figure that is part of a name.
_NAME = re.compile(r"[A-Za-z]-?\d|\b(?:stage|grade|type|phase)\b", re.IGNORECASE)


def _is_bare_figure(question: str, words: str) -> bool:
    """Whether a stretch is a figure, and yes or no, why, who or where is asked: '307.5 nm'."""
    part = asked_part(question)
    if not (is_yes_no(part) or _OF_NO_FIGURE.match(part)) or CHOICE.search(part):
        return False
    if asked(part) & _FIGURES or _SOME_FIGURE.search(part) or not re.search(r"\d", words):
        return False
    if mentions(words) or _NAME.search(words):
        return False
    rest = words
    for pattern in (DOSE, TIME, AGE, NUMBER, _UNITS):
        rest = pattern.sub(" ", rest)
    return not re.search(r"[A-Za-z]{2}", rest)


_OF_DRUGS = re.compile(
    r"\b(?:any|other|another|else|also|too|drugs?|medic\w+|treat\w*|therap\w*|tried|try|pills?|tablets?|"
    r"agents?|immunosuppress\w*|steroids?|need\w*|beside\w*|additional\w*|added|together|combin\w*|alone|"
    r"switch\w*|instead|before\w*|previous\w*|first|only)\b",
    re.IGNORECASE,
)


def _names_other_drugs(question: str, words: str) -> bool:
    """Whether yes or no is asked of one drug, and a stretch says nothing but the names of others."""
    part = asked_part(question)
    if not is_yes_no(part) or _OF_DRUGS.search(part) or CHOICE.search(part):
        return False
    found = lexicon().find(part, typos=True)
    asked_of = {m.concept.name for m in found if m.concept.kind == "drug"}
    found = mentions(words)
    told = {m.concept.name for m in found if m.concept.kind == "drug"}
    if not asked_of or not told or with_wider(words) & asked_of or told != concept_names(words):
        return False
    named = {s for m in found for s in stems(m.text)}
    return {*stems(words)} <= named | _BESIDE


_BESIDE = frozenset(
    stems("other and one also oral intravenous systemic topical patient therapy treatment added")
)


_HOW_GIVEN = re.compile(
    r"\bhow (?:is|was|are|were|do (?:they|you)|did (?:they|he|she)) [^?]*?\b"
    r"(?:given|give|gave|administered|dosed|taken|applied|injected|infused)\b",
    re.IGNORECASE,
)
_WAY = re.compile(
    r"\d|\b(?:oral\w*|mouth|intraven\w*|iv|subcutan\w*|skin|topical\w*|intramusc\w*|inject\w*|infus\w*|"
    r"pulses?|daily|weekly|monthly|once|twice|every|night\w*|tablets?|capsules?|drip|cream|ointment|gel|"
    r"vein|column|catheter|pump|slowly|low|high|doses?|courses?|cycles?|with|together|added|alone|add-on|"
    r"adjunct\w*|exchange\w*|doctor\w*|hospital|home|self\w*)\b",
    re.IGNORECASE,
)


def _is_no_way(question: str, words: str) -> bool:
    """Whether it is asked how a drug is given, and a stretch names no dose, route or schedule."""
    return bool(_HOW_GIVEN.search(asked_part(question))) and not _WAY.search(words)
