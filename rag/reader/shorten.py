"""Evidence sentence → the short answer inside it, when the question asks for one clear thing."""

from __future__ import annotations

import re

from rag.lexicon import lexicon
from rag.reader.asked import AGE, DOSE, TIME, asked

_HOW_OFTEN = re.compile(r"\bhow (?:often|frequent\w*)\b|\bfrequency of (?:dos|appl|us)\w+", re.I)
_TIMES = r"(?:once|twice|thrice|(?:two|three|four|five|\d+) times)"
_PERIOD = r"(?:day|daily|week|weekly|month|monthly|night|nightly|year|yearly)"
FREQUENCY = re.compile(
    rf"\b{_TIMES}[- ](?:(?:a|per|each|every)[- ])?{_PERIOD}\b|"
    rf"\bevery (?:other |second |\w+ to \w+ |[\w-]+ )?{_PERIOD[:-1]}|days|weeks|months)\b|"
    r"\b(?:daily|weekly|monthly|nightly|fortnightly)\b",
    re.IGNORECASE,
)

_REPEATED = re.compile(r"\b(?:doses|courses|infusions|injections|pulses|cycles)\b", re.IGNORECASE)

# 'five daily doses of', 'two courses of'; 'for 6 weeks', 'over 5 days', 'on 2 days in a row'.
_COUNTED = re.compile(
    rf"\b(?:{_TIMES}|one|two|three|four|five|six|\d+)(?: \w+)? "
    r"(?:doses|courses|infusions|injections|pulses|cycles)\b(?: of)?",
    re.IGNORECASE,
)
_LASTING = re.compile(
    r"\b(?:for|over|on) (?:\w+|\d+)(?: (?:consecutive|successive|more))? "
    r"(?:days?|weeks?|months?|years?)(?: in a row)?\b",
    re.IGNORECASE,
)
# Another clause begins: '100 mg daily was given for six months' keeps to '100 mg daily'.
_ELSEWHERE = re.compile(
    r"[.;:()]|\b(?:and|then|or|but|was|were|is|are|had|has|given|led|with)\b", re.IGNORECASE
)
_GAP = 30  # characters between two parts of one dose

# An amount with a unit of substance; a bare percentage is a strength or a share, not a dose.
_BARE_PERCENT = re.compile(r"^\d[\d.,]*\s*%")


def short_answer(question: str, sentence: str) -> str | None:
    """A slice of `sentence` that alone answers, or None when none is clear.

    Only where exactly one thing of the kind asked for stands in the sentence: with two doses in
    it, half an answer would be a wrong one.
    """
    if _HOW_OFTEN.search(question):
        return _only(FREQUENCY, sentence)
    wanted = asked(question)
    if "age" in wanted:
        return _only(AGE, sentence)
    if "dose" in wanted:
        return _dose(sentence)
    if "time" in wanted:
        return _only(TIME, sentence, without=re.compile(r"(?i)^an? \w+$"))
    for kind in ("antibody", "drug"):
        if kind in wanted:
            return _only_concept(question, sentence, kind)
    return None


# What stands near a short answer and turns it round: 'prednisone 60 mg was planned but not given'.
_TURNED = re.compile(
    r"\b(?:no|not|never|without|neither|nor|none|denied|planned|refused|declined|instead of|rather"
    r" than|except|unlike|would|could|should|if|unless|failed to|but not|n't)\b",
    re.IGNORECASE,
)
_NEAR = 60
SURE = 0.4
"""A short answer that the evidence reader finds is shown from this probability on."""


def found_answer(sentence: str, found: tuple[int, int, float] | None) -> str | None:
    """The evidence reader's short answer as a slice of `sentence`; None when it is not sure.

    Also None near a word that may turn it round: 'she was not given 60 mg' must not become '60 mg'.
    """
    if found is None or found[2] < SURE:
        return None
    start, end, _ = found
    beside = sentence[max(0, start - _NEAR) : start] + " | " + sentence[end : end + _NEAR]
    words = sentence[start:end].strip()
    if not words or _TURNED.search(beside) or words == sentence.strip():
        return None
    return words


def says_dose(sentence: str) -> bool:
    """Whether a sentence says how much or how often."""
    return bool(DOSE.search(sentence) or FREQUENCY.search(sentence) or _REPEATED.search(sentence))


def _dose(sentence: str) -> str | None:
    """The one dose with how often and how long, where these stand beside it; else None.

    'Five daily doses of 400 mg/kg' must not become '400 mg/kg': when a frequency or a number of
    doses stands too far off to be taken along, there is no short answer.
    """
    doses = [m.span() for m in DOSE.finditer(sentence) if not _BARE_PERCENT.search(m.group())]
    if len(doses) != 1:
        return None
    (start, end), grown = doses[0], True
    beside = [m.span() for p in (FREQUENCY, _COUNTED, _LASTING) for m in p.finditer(sentence)]
    while grown:
        grown = False
        for first, last in beside:
            if first < start and _joins(sentence[last:start]):
                start, grown = first, True
            if last > end and _joins(sentence[end:first]):
                end, grown = last, True
    rest = f"{sentence[:start]} {sentence[end:]}"
    missed = FREQUENCY.search(rest) or _REPEATED.search(rest)
    return None if missed else sentence[start:end].strip()


def _joins(gap: str) -> bool:
    """Whether what lies between two parts of a dose belongs to it: no other clause, no drug."""
    if len(gap) > _GAP or _ELSEWHERE.search(gap):
        return False
    return not any(m.concept.kind == "drug" for m in lexicon().find(gap))


def _only(
    pattern: re.Pattern[str], sentence: str, without: re.Pattern[str] | None = None
) -> str | None:
    """The one match of `pattern`; None when there is none, or more than one."""
    found = [match.group().strip() for match in pattern.finditer(sentence)]
    found = [item for item in found if without is None or not without.search(item)]
    return found[0] if len(found) == 1 else None


def _only_concept(question: str, sentence: str, kind: str) -> str | None:
    asked_about = {m.concept.name for m in lexicon().find(question)}
    found = [
        m
        for m in lexicon().find(sentence)
        if m.concept.kind == kind and m.concept.name not in asked_about
    ]
    names = list(dict.fromkeys(m.concept.name for m in found))
    return found[0].text if len(names) == 1 else None
