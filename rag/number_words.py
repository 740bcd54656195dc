"""English words for numbers and their values: the one list that every reading of numbers uses."""

from __future__ import annotations

import re

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_OTHER_ORDINALS = {
    1: "first", 2: "second", 3: "third", 5: "fifth", 8: "eighth", 9: "ninth", 12: "twelfth",
    20: "twentieth", 30: "thirtieth",
}  # fmt: skip

TENS = {word: 10 * number for number, word in enumerate(_TENS, 2)}
"""'twenty' to 'ninety'."""

CARDINALS = {word: number for number, word in enumerate(_SMALL)} | TENS
"""'zero' to 'nineteen', and the tens, in order."""

ORDINALS = {
    _OTHER_ORDINALS.get(number, f"{word}th"): number
    for word, number in CARDINALS.items()
    if 1 <= number <= 20 or number == 30
}
"""'first' to 'twentieth', and 'thirtieth', in order."""


def spelt(first: int, last: int) -> tuple[str, ...]:
    """The words for the numbers from `first` to `last` (at most 19), in order."""
    return _SMALL[first : last + 1]


_SMALLEST_SURE = 13
_TENS_AND_MORE = tuple(f"{ten}[- ](?:{'|'.join(_SMALL[1:10])})" for ten in _TENS)
_WORDS = "|".join((*_TENS_AND_MORE, *_TENS, *_SMALL[:0:-1]))
_YOUNG = "boy|girl|child|infant|patient|toddler|son|daughter|brother|sister"
_SPELT = re.compile(
    rf"(?P<before>\b(?:aged|age(?: of)?|(?:{_YOUNG}) of) )?(?P<was>\b(?:was|is) )?"
    rf"\b(?P<words>{_WORDS})\b"
    r"(?P<after>[ -](?:and a half[ -])?(?:years?|months?)[ -](?:old|of age)\b)?"
    r"(?P<when>(?= when\b|\.))?",
    re.IGNORECASE,
)


def ages_in_figures(text: str) -> str:
    """'A girl of fifteen, sixty-three years of age' with figures in place of the words.

    Numbers below thirteen are left alone unless they are plainly an age: 'one' is a word of many
    uses, and 'two patients' are none of two years.
    """
    return _SPELT.sub(_figures, text)


def _figures(match: re.Match[str]) -> str:
    parts = re.split(r"[- ]", match["words"].lower())
    value = sum(CARDINALS[part] for part in parts)
    plain = match["before"] or match["after"] or (match["was"] and match["when"] is not None)
    if value < _SMALLEST_SURE and not plain:
        return match.group()
    return f"{match['before'] or ''}{match['was'] or ''}{value}{match['after'] or ''}"
