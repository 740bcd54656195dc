"""Words and figures → numbers: '1,000', 'eleven', 'a', 'twelfth'."""

from __future__ import annotations

import re

from rag.number_words import CARDINALS, ORDINALS, TENS, spelt

FIGURE = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?|\.\d+"
"""A number in figures; a comma before three digits groups thousands, any other is a decimal."""

CARDINAL = rf"(?:{'|'.join(TENS)})[- ](?:{'|'.join(spelt(1, 9))})|" + "|".join(
    sorted([*CARDINALS][1:], key=len, reverse=True)
)
"""A number in words, from one to ninety-nine."""

ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True)) + r"|\d+(?:st|nd|rd|th)"
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
    if len(parts) == 2 and parts[0] in CARDINALS and parts[1] in CARDINALS:
        return float(CARDINALS[parts[0]] + CARDINALS[parts[1]])
    found = CARDINALS.get(words, ORDINALS.get(words))
    return None if found is None else float(found)


def _figure(words: str) -> float:
    if re.fullmatch(r"\d+(?:,\d{3})+(?:\.\d+)?", words):
        return float(words.replace(",", ""))
    return float(words.replace(",", "."))


def nth(words: str) -> int | None:
    """The value of an ordinal up to 'ninety-ninth', in words or figures; None for anything else."""
    first, _, last = words.strip().lower().replace(" ", "-").partition("-")
    if last:
        return TENS[first] + ORDINALS[last] if first in TENS and last in ORDINALS else None
    tens = TENS.get(first.removesuffix("ieth") + "y") if first.endswith("ieth") else None
    found = tens or number(first)
    return None if found is None else int(found)
