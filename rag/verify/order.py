"""What came first: 'A before B' is 'B after A', and 'A after B' contradicts it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.verify.grounds import Grounds
from rag.verify.number_words import NUMBER, value_of
from rag.verify.poles import key
from rag.verify.verdict import Reason
from rag.verify.words import Word, stem, words

_BEFORE = "before|prior to|preceding|preceded|precedes|ahead of"
_AFTER = "after|following|subsequent to"
_THEN = "later|afterwards?|subsequently"  # 'A; later B': A before B
_ORDER = re.compile(
    rf"\b(?:(?P<before>{_BEFORE})|(?P<after>{_AFTER})|(?P<then>{_THEN}))\b", re.IGNORECASE
)
_MARK = re.compile(r"[,;.](?=\s|$)|\n")
_END = re.compile(r"[.;](?=\s|$)|\n")
_WHICH = re.compile(r"\swh(?:ich|om)\b")  # 'A, after which B': A before B
_PRONOUN = re.compile(r"\s(?:it|its|this|that|these|they|their|her|his|him|them)\b")
_REACH = 4  # telling words behind the word


@dataclass(frozen=True, slots=True)
class Ordered:
    """'left before right', by beginnings of telling words and numbers."""

    start: int
    end: int
    before: bool
    left: frozenset[str]
    right: tuple[str, ...]
    pronoun: bool


@lru_cache(maxsize=4_000)
def ordered(text: str) -> tuple[Ordered, ...]:
    """Where a text says what came before or after what."""
    return tuple(
        _ordered(text, match) for match in _ORDER.finditer(text) if not _is_interval(text, match)
    )


def _is_interval(text: str, match: re.Match[str]) -> bool:
    """'A month later', 'after four weeks': how long after what, which is not said here."""
    if match["then"]:
        return bool(_LONG.search(text[: match.start()]))
    behind = _LONG_BEHIND.match(text, match.end())
    return bool(match["after"]) and bool(behind)


_TIME = rf"(?:{NUMBER}|an?)\s(?:hour|day|week|fortnight|month|year|decade)s?"
_LONG = re.compile(rf"\b{_TIME}\s$", re.IGNORECASE)
_LONG_BEHIND = re.compile(rf"\s{_TIME}(?=[\s,.;])(?!\sof\b)", re.IGNORECASE)


def _ordered(text: str, match: re.Match[str]) -> Ordered:
    start = max((m.end() for m in _END.finditer(text[: match.start()])), default=0)
    mark = _MARK.search(text, match.end())
    first = mark.start() if mark else len(text)
    end = _END.search(text, match.end())
    said = words(text)
    left = [w for w in said if start <= w.start < match.start()]
    right = [w for w in said if match.end() <= w.start < first]
    before = bool(match["before"] or match["then"]) or bool(_WHICH.match(text, match.end()))
    fronted = not any(_counts(w) for w in left)
    right = [w for w in right if _counts(w)][:_REACH]
    if fronted or (mark and mark.group() == ","):  # 'After B, A': A is what follows
        after = right[-1].end if right and not mark else first
        left += [w for w in said if after <= w.start < (end.start() if end else len(text))]
    return Ordered(
        match.start(), match.end(), before, _keys(left), tuple(key(w) for w in right),
        bool(_PRONOUN.match(text, match.end())),
    )  # fmt: skip


def _counts(word: Word) -> bool:
    return word.telling or word.stem == stem("treatment")


def _keys(found: list[Word]) -> frozenset[str]:
    return frozenset(key(w) for w in found if _counts(w))


def check_order(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for a 'before' where the spans say 'after' of the same two things."""
    if wrong_time := _other_time(claim, grounds.text):
        yield Reason("opposite", f"{grounds.place} has the times the other way round", *wrong_time)
        return
    theirs = ordered(grounds.text)
    mine = ordered(claim)
    only = len(mine) == len(theirs) == 1
    for one in mine:
        wrong = [other for other in theirs if _contradict(one, other, only=only)]
        if wrong and len(wrong) == len(theirs):
            said, told = claim[one.start : one.end], grounds.text[wrong[0].start : wrong[0].end]
            message = f"{grounds.place} has another order: {told!r} there, {said!r} here"
            yield Reason("opposite", message, one.start, one.end)
            return


def _contradict(one: Ordered, other: Ordered, *, only: bool = False) -> bool:
    """Whether the first thing behind one's word stands where it may not in the other; `only`
    says that neither side speaks of another order.
    """
    head, behind = set(one.right[:2]), set(other.right)
    if one.pronoun or other.pronoun:
        return False  # 'after its onset': of what is not said here
    if one.before == other.before:
        return bool(head & other.left) and not head & behind and bool(one.left & behind)
    same = bool(one.left & other.left) or len(head & behind) > 1 or only
    return bool(head & behind) and not head & other.left and same


_AWAY = re.compile(
    rf"\b(?P<n>{NUMBER})\s(?P<unit>day|week|month|year)s?\s"
    r"(?:(?P<early>earlier|before(?:hand)?|previously|ago)|(?P<late>later|after(?:wards?)?))"
    r"(?=\s?(?:[,.;)\n]|$))",
    re.IGNORECASE,
)
"""'Two weeks earlier', with nothing behind it: from the time of which is spoken."""


def _other_time(claim: str, text: str) -> tuple[int, int] | None:
    """Where a claim says 'two weeks after' and its spans only 'two weeks earlier'."""
    told = {(*_away(m), bool(m["early"])) for m in _AWAY.finditer(text)}
    for match in _AWAY.finditer(claim):
        value, unit = _away(match)
        early = bool(match["early"])
        if (value, unit, not early) in told and (value, unit, early) not in told:
            return match.span()
    return None


def _away(match: re.Match[str]) -> tuple[float, str]:
    return value_of(match["n"]), match["unit"].lower()
