"""Numbers as digits or words ('1,289', '29 133', 'twenty-one', 'a dozen') → their value."""

from __future__ import annotations

import re

_ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen"
]  # fmt: skip
_TENS = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"
]  # fmt: skip
_ORDINALS = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
    "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth"
]  # fmt: skip

WORDS: dict[str, float] = {word: float(n) for n, word in enumerate(_ONES)}
WORDS |= {word: float(10 * n) for n, word in enumerate(_TENS, 2)}
WORDS |= {
    f"{ten}-{one}": float(10 * t + o)
    for t, ten in enumerate(_TENS, 2)
    for o, one in enumerate(_ONES[1:10], 1)
}
WORDS |= {"hundred": 100.0, "dozen": 12.0, "single": 1.0}

ORDINALS: dict[str, int] = {word: n for n, word in enumerate(_ORDINALS, 1)}

_WORDED = "|".join(sorted(WORDS, key=len, reverse=True))
DIGITS = r"\d{1,3}(?:[, ]\d{3})+(?![\d])(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\w.])\.\d+"
NUMBER = rf"(?:{DIGITS}|\b(?:{_WORDED})\b)"
"""A pattern for a number; `value_of` reads what it matched."""

ORDINAL = re.compile(
    rf"\b(?:(?P<word>{'|'.join(_ORDINALS)})|(?P<digits>\d{{1,2}})(?:st|nd|rd|th))\b", re.IGNORECASE
)


def value_of(said: str) -> float:
    """The value of what `NUMBER` matched."""
    word = said.strip().lower()
    if word in WORDS:
        return WORDS[word]
    return float(re.sub(r"[, ]", "", word))


def ordinal_of(match: re.Match[str]) -> int:
    """The value of what `ORDINAL` matched."""
    return ORDINALS[match["word"].lower()] if match["word"] else int(match["digits"])
