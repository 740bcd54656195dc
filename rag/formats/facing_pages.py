"""Lines that stand alone → those that are the heads of facing pages.

'418 Letters to the Editor' and then 'Letters to the Editor 419': the words may differ from side to
side, and each may stand there once; but in no list and no table do the numbers follow each other
while one stands at the left and the next at the right end of its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

_LEFT = re.compile(r"(?P<number>\d{1,4}) (?P<words>[^\W\d_].*\D)")
_RIGHT = re.compile(r"(?P<words>[^\W\d_].*) (?P<number>\d{1,4})")


def facing(lines: Sequence[str]) -> Iterator[int]:
    """The places in `lines` of heads whose page numbers follow each other on changing sides."""
    sides = [
        (n, side, match)
        for n, line in enumerate(lines)
        for side, match in (("left", _LEFT.fullmatch(line)), ("right", _RIGHT.fullmatch(line)))
        if match and match["words"][0].isupper()
    ]
    for (place, side, one), (below, other_side, other) in pairwise(sides):
        if side != other_side and int(other["number"]) == int(one["number"]) + 1:
            yield from (place, below)
