"""Numbers as digits or words ('1,289', '29 133', 'twenty-one', 'a dozen') → their value."""

from __future__ import annotations

import re

from rag.number_words import CARDINALS, ORDINALS, TENS, spelt

WORDS: dict[str, float] = {word: float(n) for word, n in CARDINALS.items()}
WORDS |= {
    f"{ten}-{one}": float(value + CARDINALS[one])
    for ten, value in TENS.items()
    for one in spelt(1, 9)
}
WORDS |= {"hundred": 100.0, "dozen": 12.0, "single": 1.0}

_WORDED = "|".join(sorted(WORDS, key=len, reverse=True))
DIGITS = r"\d{1,3}(?:[, ]\d{3})+(?![\d])(?:\.\d+)?|\d+(?:\.\d+)?|(?<![\w.])\.\d+"
NUMBER = rf"(?:{DIGITS}|\b(?:{_WORDED})\b)"
"""A pattern for a number; `value_of` reads what it matched."""

ORDINAL = re.compile(
    rf"\b(?:(?P<word>{'|'.join(ORDINALS)})|(?P<digits>\d{{1,2}})(?:st|nd|rd|th))\b", re.IGNORECASE
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
