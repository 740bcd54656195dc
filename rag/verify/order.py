"""What came first: 'A before B' is 'B after A', and 'A after B' contradicts it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.verify.grounds import Grounds
from rag.verify.poles import key
from rag.verify.verdict import Reason
from rag.verify.words import Word, words

_BEFORE = "before|prior to|preceding|earlier|previously|beforehand|ahead of"
_AFTER = "after|following|later|afterwards?|subsequent(?:ly)?(?: to)?|once"
_ORDER = re.compile(rf"\b(?:(?P<before>{_BEFORE})|(?P<after>{_AFTER}))\b", re.IGNORECASE)
_STOP = re.compile(r"[,;.](?=\s|$)|\n")
_REACH = 8  # telling words on either side


@dataclass(frozen=True, slots=True)
class Ordered:
    """'left before right', by beginnings of telling words and numbers."""

    start: int
    end: int
    before: bool
    left: frozenset[str]
    right: frozenset[str]


@lru_cache(maxsize=4_000)
def ordered(text: str) -> tuple[Ordered, ...]:
    """Where a text says what came before or after what."""
    return tuple(_ordered(text, match) for match in _ORDER.finditer(text))


def _ordered(text: str, match: re.Match[str]) -> Ordered:
    start = max((m.end() for m in re.finditer(r"[.;](?=\s)|\n", text[: match.start()])), default=0)
    stop = _STOP.search(text, match.end())
    right_end = stop.start() if stop else len(text)
    end = re.compile(r"[.;](?=\s|$)|\n").search(text, match.end())
    last = end.start() if end else len(text)
    said = words(text)
    left = [w for w in said if start <= w.start < match.start()]
    right = [w for w in said if match.end() <= w.start < right_end]
    if stop and stop.group() == ",":  # 'After B, A': what follows the mark is the main clause
        left += [w for w in said if right_end < w.start < last]
    return Ordered(
        match.start(), match.end(), bool(match["before"]),
        _keys(left[-2 * _REACH :]), _keys(right[: 2 * _REACH]),
    )  # fmt: skip


def _keys(found: list[Word]) -> frozenset[str]:
    return frozenset(
        key(w) if w.telling else f"#{w.text}"
        for w in found
        if (w.telling and w.stem not in ("year",)) or w.text[0].isdigit()
    )


def check_order(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for a 'before' where the spans say 'after' of the same two things."""
    theirs = ordered(grounds.text)
    for one in ordered(claim):
        signs = [_sign(one, other) for other in theirs]
        if signs and min(signs) < 0 and max(signs) <= -min(signs) - 1 and max(signs) <= 0:
            said = claim[one.start : one.end]
            worst = theirs[signs.index(min(signs))]
            told = grounds.text[worst.start : worst.end]
            yield Reason(
                "opposite", f"{grounds.place} has {told!r} the other way round than {said!r}",
                one.start, one.end,
            )  # fmt: skip
            return


def _sign(one: Ordered, other: Ordered) -> int:
    """How clearly two say the same order (above 0) or the opposite (below 0)."""
    straight = len(one.left & other.left) + len(one.right & other.right)
    crossed = len(one.left & other.right) + len(one.right & other.left)
    if not (one.right & (other.left | other.right)):
        return 0  # nothing says that both speak of the same event
    clear = straight - crossed
    return clear if one.before == other.before else -clear
