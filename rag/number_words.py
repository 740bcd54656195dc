"""English words for numbers and their values: the one list that every reading of numbers uses."""

from __future__ import annotations

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
