"""Words and figures → numbers: '1,000', 'eleven', 'a', 'twelfth'."""

from __future__ import annotations

import re

_WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_TENS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
         "ninety": 90}  # fmt: skip
_CARDINALS = {word: number for number, word in enumerate(_WORDS)} | _TENS | {"twenty": 20}
_IRREGULAR = {"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9,
              "twelfth": 12, "twentieth": 20, "thirtieth": 30}  # fmt: skip
_ORDINALS = _IRREGULAR | {
    f"{word}th": number for word, number in _CARDINALS.items() if number in {4, 6, 7, 10, 11}
}
_ORDINALS |= {f"{word}th": number for word, number in _CARDINALS.items() if 13 <= number <= 19}

FIGURE = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?|\.\d+"
"""A number in figures; a comma before three digits groups thousands, any other is a decimal."""

_UNITS = "|".join(_WORDS[1:10])
CARDINAL = rf"(?:{'|'.join([*_TENS, 'twenty'])})[- ](?:{_UNITS})|" + "|".join(
    sorted([*_CARDINALS][1:], key=len, reverse=True)
)
"""A number in words, from one to ninety-nine."""

ORDINAL = "|".join(sorted(_ORDINALS, key=len, reverse=True)) + r"|\d+(?:st|nd|rd|th)"
"""'second', '12th'."""


def number(words: str) -> float | None:
    """The value of a number in figures or words, cardinal or ordinal; None for anything else."""
    words = words.strip().lower()
    if re.fullmatch(FIGURE, words):
        return _figure(words)
    if match := re.fullmatch(r"(\d+)(?:st|nd|rd|th)", words):
        return float(match[1])
    if words in ("a", "an"):
        return 1.0
    if words == "half":
        return 0.5
    parts = re.split(r"[- ]", words)
    if len(parts) == 2 and parts[0] in _CARDINALS and parts[1] in _CARDINALS:
        return float(_CARDINALS[parts[0]] + _CARDINALS[parts[1]])
    found = _CARDINALS.get(words, _ORDINALS.get(words))
    return None if found is None else float(found)


def _figure(words: str) -> float:
    if re.fullmatch(r"\d+(?:,\d{3})+(?:\.\d+)?", words):
        return float(words.replace(",", ""))
    return float(words.replace(",", "."))
