"""A stretch of a sentence → the stretch that says the same when it stands alone.

A short answer is shown without its sentence. So what turns the sentence round, restricts it or
gives it a measure is taken along: 'not', 'except', 'up to', 'from 40', 'mg', 'planned'. Where that
would take too much there is no short answer: the sentence is quoted anyway.
"""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

MOST_WORDS = 16
"""Of a short answer with all that was taken along."""

_BE = (
    r"(?:was|were|is|are|had|has|have|did|does|could|would|will|can|may|might|should|became|"
    r"remained|showed|received|began|developed|improved|died|relapsed|recovered|continued|stopped)"
)
_OWN_SUBJECT = (
    rf"(?:(?:she|he|they|it|we|there|this|that|these|both|neither|none)\b|"
    rf"(?:(?!and\b|or\b)[\w-]+\s+){{1,5}}?{_BE}\b|{_BE}\b)"
)
# Where another statement begins. ', and' alone does not: it also joins the items of a list.
_BOUNDARY = re.compile(
    r"[;:]\s+|[.!?]\s+(?=[A-Z])|\s[-–—]\s|"
    r",?\s+\b(?:but(?! (?:for|not)\b)|while|whereas|whilst|although|though|however|because|so that|which|who|whose|"
    rf"whom|when|where|and yet|yet|then)\b\s+|,?\s+and\s+(?={_OWN_SUBJECT})|,\s+(?={_OWN_SUBJECT})",
    re.IGNORECASE,
)
# What turns or weakens a whole statement, on whichever side of the stretch it stands.
_TURNS = re.compile(
    r"\b(?:not|never|cannot|hardly|scarcely|barely|fail(?:ed|s|ure)? to|unable|den(?:ied|ies|y)|"
    r"refus\w+|declin(?:ed|es)|withheld|abandoned|plan(?:ned|s)?|intend\w*|propos\w+|"
    r"was advised|were advised|is advised|recommended|considered|scheduled|offered|suspected|"
    r"presum\w+|possibly|probably|perhaps|(?-i:may)|might|could have|would have|likely|unlikely|"
    r"thought to|appear(?:s|ed)? to|seem(?:s|ed)? to|doubtful|questionable|unproven|hypothetical\w*)\b|"
    r"n't\b|n’t\b",
    re.IGNORECASE,
)
# What denies or takes out the words behind it.
_DENIES = re.compile(
    r"\b(?:no|without|neither|nor|none of|none|nothing but|free (?:of|from)|absence of|lack of|"
    r"negative for|no evidence of|instead of|rather than|in place of|other than)\b",
    re.IGNORECASE,
)
# What restricts the words before it.
_RESTRICTS = re.compile(
    r"[\s,(]+(?:except\w*|apart from|other than|save for|but for|but not|excluding|without|unless|"
    r"only if|provided|if|until|as long as|in case|instead of|rather than|alone|only)\b",
    re.IGNORECASE,
)
# A measure or a limit that stands directly before a value or a name.
_MEASURE_BEFORE = re.compile(
    r"(?:(?:\b(?:about|approximately|approx\.?|roughly|nearly|almost|around|some|circa|ca\.?|up to|"
    r"at least|at most|no more than|not more than|no less than|more than|less than|fewer than|"
    r"greater than|over|under|within|below|above|beyond|only|just|merely|between|maximum(?: of)?|"
    r"minimum(?: of)?|as (?:early|late|low|high|much|many|little|few|long) as|"
    r"possible|probable|suspected|presumed|likely|questionable|mild|slight|partial|"
    r"partially|incomplete|nearly complete)|[<>≥≤~±])\s*)$",
    re.IGNORECASE,
)
_FROM_BEFORE = re.compile(
    r"(?:\bfrom\s+|\bbetween\s+)?(?:[\d.,]+|\w+)\s*(?:%|[a-zµ]{1,4}(?:/\w+)*)?\s*"
    r"(?:(?:\s+to\s+)|\s*[-–]\s*|(?<=\d)\s+and\s+)$",
    re.IGNORECASE,
)
_UNIT = (
    r"(?:%|per cent|percent|mg|g|kg|µg|μg|mcg|ng|ml|mL|dl|l|L|mm|cm|IU|kIU|U|units?|mmol|µmol|μmol|"
    r"nmol|pg|mIU|copies|points?|mV|Gy|°C|×|x\s10)"
)
_MEASURE_AFTER = re.compile(
    rf"^(?:\s*(?:[-–]\s*\d[\d.,]*|/\s*\d[\d.,]*|\sto\s\d[\d.,]*|{_UNIT}(?![A-Za-zµμ])"
    rf"(?:/[\w.²³^]+)*|/(?:kg|m2|m²|day|week|month|d|h|dose|min)\b)|\s+of\s+(?:the\s+)?(?:\d+|two|three|four|five|six|seven|eight|nine|ten)\b|"
    r"[\s-]+(?:hours?|days?|weeks?|months?|years?|minutes?|times|fold)\b(?![\s-]old)|"
    r"\s+(?:(?:once|twice|thrice)(?: (?:a|per|each|every))?(?: (?:daily|weekly|monthly|day|week|month))?|"
    r"daily|weekly|monthly|nightly|fortnightly|(?:a|per|each) (?:day|week|month|kg|dose)|"
    r"every (?:other |second |\w+ )?(?:day|week|month|night|hour)s?|"
    r"on alternate days|in (?:two|three|four|\d) divided doses))",
    re.IGNORECASE,
)
_SHARE_AFTER = re.compile(r"^\s*\(\s*(?:n\s*=\s*)?\d[\d.,]*\s*(?:%|/\s*\d+|of \d+)[^()]{0,14}\)")
_ENDS_IN_NUMBER = re.compile(
    r"(?:\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|once|twice))$"
    rf"|\d\s*{_UNIT}(?:/[\w.]+)*$|(?:\bdaily|\bweekly|\bday|\bweek)$",
    re.IGNORECASE,
)
_STARTS_WITH_NUMBER = re.compile(
    r"^(?:\d|(?:one|two|three|four|five|six|seven|eight|nine|ten)\b)", re.I
)


def standing_alone(sentence: str, start: int, end: int) -> tuple[int, int] | None:
    """The stretch with what belongs to it; None where that is too long to be a short answer."""
    start, end = _with_measures(sentence, start, end)
    left, right = clause_of(sentence, start, end)
    start, end = _with_turns(sentence, start, end, left, right)
    start, end = _with_measures(sentence, start, end)
    while end > start and sentence[end - 1] in " ,;:.!?":
        end -= 1
    words = len(sentence[start:end].split())
    whole = words >= len(sentence.split()) and words > MOST_WORDS // 2
    return None if words > MOST_WORDS or whole or not words else (start, end)


def clause_of(sentence: str, start: int, end: int) -> tuple[int, int]:
    """Where the statement around a stretch begins and ends; brackets end none."""
    left, right = 0, len(sentence)
    for a, b in _boundaries(sentence):
        if b <= start:
            left = b
        elif a >= end:
            right = a
            break
    return left, right


def clauses(sentence: str) -> Iterator[tuple[int, int]]:
    """Where each statement of a sentence begins and ends, in order."""
    left = 0
    for a, b in _boundaries(sentence):
        if a > left:
            yield left, a
        left = b
    yield left, len(sentence)


@lru_cache(maxsize=4096)
def _boundaries(sentence: str) -> tuple[tuple[int, int], ...]:
    return tuple(match.span() for match in _BOUNDARY.finditer(sentence))


def is_turned(sentence: str, start: int, end: int) -> bool:
    """Whether a stretch holds a negation, a condition or a doubt."""
    words = sentence[start:end]
    return bool(_TURNS.search(words) or _DENIES.search(words) or _RESTRICTS.search(" " + words))


_FIGURE_OR_FROM = re.compile(r"\d|\bfrom\b")


def _with_measures(sentence: str, start: int, end: int) -> tuple[int, int]:
    """'about 5' of '5', '5 mg daily' of '5', 'from 40 to 20 mg' of '20 mg'."""
    while True:
        before, after, words = sentence[:start], sentence[end:], sentence[start:end]
        found = _MEASURE_BEFORE.search(before)
        if not found and _STARTS_WITH_NUMBER.match(words) and _FIGURE_OR_FROM.search(before[-24:]):
            found = _FROM_BEFORE.search(before)
            found = found if found and re.match(r"(?:from|between|\d)", found[0], re.I) else None
        behind = _MEASURE_AFTER.match(after) if _ENDS_IN_NUMBER.search(words) else None
        if not behind and _STARTS_WITH_NUMBER.match(words):
            behind = _SHARE_AFTER.match(after)
        if not found and not behind:
            return start, end
        start = found.start() if found else start
        end = end + behind.end() if behind else end


def _with_turns(sentence: str, start: int, end: int, left: int, right: int) -> tuple[int, int]:
    """The stretch with each negation, doubt and restriction of its statement."""
    for match in _TURNS.finditer(sentence, left, right):
        if match.start() < start:
            start = match.start()
            break
    else:
        denied = [m for m in _DENIES.finditer(sentence, left, start)]
        if denied:
            start = denied[0].start()
    turned = [m for m in _TURNS.finditer(sentence, end, right)]
    restricted = _RESTRICTS.search(sentence, end, right)
    if turned or restricted:
        end = right
    return start, end
