"""A paragraph → whether it opens with one person of its own, who may be a patient.

'Jonas was 6 when …', 'Mr K. is a tailor. He was seen at 78 …', 'The first had …': as much as this
introduces a patient only where the authors say how many they tell of, or where one name follows
another; which of these holds is for whoever tells patients apart.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re

from rag.formats.introductions import (
    KIN,
    NEXT_ONE,
    PERSON,
    gives_age,
    introduction,
    is_cited,
    is_ill,
)
from rag.lexicon import lexicon
from rag.number_words import CARDINALS, TENS
from rag.sentences import sentence_spans

_TITLED = r"M(?:rs?|s|iss)\.? [A-Z][\w'’-]*\.?"
_DOES = (
    r"(?:is|was|had|has|came|whose|who|fell|could|did|received|took|got|presented|developed|suffered|"
    r"noticed|complained|responded|died|underwent|consulted|keeps|also)\b"
)
# 'The first had …', 'Girl A, …', 'Anna K. was …': a person, where so many were announced.
_STARTS = re.compile(
    rf"(?:(?:In|With|As for|For|Finally,?) )?(?:[Tt]he|[Oo]ur) (?:{NEXT_ONE})(?:,| {_DOES})"
    rf"|(?:The|Our) (?:[\w-]+ )?(?:{PERSON}|elder|younger)\b(?!['’s])"
    r"|(?:Girl|Boy|Woman|Man|Child|Infant|Twin|Sister|Brother|Sibling) (?:[A-H]|[1-9])\b"
    rf"|(?:{_TITLED}|(?:M(?:rs?|s|iss)\.? )?[A-Z][a-z]+ [A-Z]\.)(?:,| \(| {_DOES})"
)
_NAME = re.compile(
    rf"(?P<name>{_TITLED}|[A-Z][a-z]+(?: [A-Z]\.)?)(?:,| \(| {_DOES})(?! (?:the|an?) (?:{KIN})s\b)"
)
# Openers that are nobody's name; 'Prednisolone was 20 mg' is known by the lexicon.
_NO_NAME = re.compile(
    r"she|he|it|they|we|i|her|his|their|our|this|that|these|those|there|here|both|all|none|each|one|two|"
    r"three|on|at|in|after|before|when|while|since|until|during|today|later|then|thus|as|for|with|"
    r"treatment|therapy|examination|strength|serum|muscle|skin|biopsy|course|outcome|response|"
    r"discussion|conclusion|follow|recently|laboratory|electromyography|antibodies|dermatomyositis",
    re.IGNORECASE,
)
_NUMBER = rf"(?:\d{{1,2}}|{'|'.join(CARDINALS)})"
# Ages that no introduction in a single sentence has.
_AGE_TOLD = re.compile(
    rf"\b(?:had (?:just )?turned|not yet|seen at|came at|fell ill at|was) {_NUMBER}\b(?! ?(?:mg|g|kg|%|of|points|U|IU|weeks|days|months|hours))"
    rf"|\bin (?:his|her) (?:early |mid-?|middle |late )?(?:teens|{'|'.join(word[:-1] + 'ies' for word in TENS)})\b",
    re.IGNORECASE,
)


def begins_with_person(paragraph: str) -> bool:
    """Whether a paragraph's first sentence is about one person, who may have been told of before.

    So is a name whose age comes in the first sentences.
    """
    first, opening = _opening(paragraph)
    if is_cited(first):
        return False
    if introduction(first, opens=True) is not None or _STARTS.match(first):
        return True
    return name_of(paragraph) is not None and tells_age(opening)


def named_with_age(paragraph: str) -> str | None:
    """The name that opens a paragraph on somebody who is ill, if it gives an age, else None."""
    first, opening = _opening(paragraph)
    name = name_of(paragraph)
    return (
        name if name and not is_cited(first) and tells_age(opening) and is_ill(paragraph) else None
    )


def name_of(paragraph: str) -> str | None:
    """The proper name that is the subject of a paragraph's first words ('Mr K.', 'Jonas')."""
    match = _NAME.match(paragraph)
    if match is None or _NO_NAME.fullmatch(match["name"]) or lexicon().find(match["name"]):
        return None
    return match["name"]


def tells_age(opening: str) -> bool:
    """Whether somebody's age is given, in any of the ways in which a story may give it."""
    return gives_age(opening) or bool(_AGE_TOLD.search(opening))


def _opening(paragraph: str) -> tuple[str, str]:
    """The first sentence, and the first two, each on one line."""
    spans = sentence_spans(paragraph, 0, len(paragraph))
    if not spans:
        return "", ""
    first, last = spans[0], spans[:_FIRST][-1]
    line = " ".join(paragraph[first[0] : first[1]].split())
    return line, " ".join(paragraph[first[0] : last[1]].split())


_FIRST = 2
