"""Numbers of a claim that contradict each other, whatever its spans say: 'fell from 240 to 910',
'from June 2017 until March 2016', '39 patients, 42 of them adults'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.verify.figures import figures
from rag.verify.grounds import Grounds
from rag.verify.number_words import NUMBER, value_of
from rag.verify.quantity import Quantity
from rag.verify.verdict import Reason

_FELL = (
    r"fell|fall(?:s|en)?|dropp\w+|drops?|came down|come down|comes down|went down|declin\w+|"
    r"decreas\w+|reduc\w+|lower\w*|taper\w*|sank|down"
)
_ROSE = r"rose|rises?|risen|climb\w*|increas\w+|went up|raised|grew|shot up|jumped|up"
_MOVED = re.compile(rf"\b(?:(?P<fell>{_FELL})|(?P<rose>{_ROSE}))\b", re.IGNORECASE)
_NOT = re.compile(r"\b(?:not|never|no|nor|neither|cannot|without)\b|n't\b", re.IGNORECASE)
_TO = re.compile(
    r"\s(?:[A-Za-z%/]+\s){0,2}?(?:down\s|up\s)?to\s(?:an?\s|only\s|just\s|about\s|normal\s)*"
)
_FROM = re.compile(r"\bfrom\s(?:about\s|around\s|an?\s)?$", re.IGNORECASE)
_BACKWARDS = re.compile(r"\sfrom\s(?:about\s|around\s|an?\s)?")
_REACH = 60  # characters from the verb to the first number
_YEARS = re.compile(
    r"\b(?:from|between)\s(?:\w+\s)?(?:\d{1,2},?\s)?(?P<a>(?:19|20)\d\d)\s(?:to|until|through|till|and)"
    r"\s(?:\w+\s)?(?:\d{1,2},?\s)?(?P<b>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_OF_THEM = re.compile(
    rf"(?P<whole>{NUMBER})\s(?:[\w-]+\s){{1,3}}?[\w-]+,\s(?P<part>{NUMBER})\sof\s(?:them|whom|which)\b",
    re.IGNORECASE,
)


def check_consistent(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for numbers that cannot both be true; the spans are not asked."""
    for match in _YEARS.finditer(claim):
        if int(match["a"]) > int(match["b"]):
            yield _reason("ends before it begins", match.start("a"), match.end("b"), claim)
    for match in _OF_THEM.finditer(claim):
        if value_of(match["part"]) > value_of(match["whole"]):
            yield _reason("is more than the whole", match.start("part"), match.end("part"), claim)
    found = figures(claim)[0]
    for one in found:
        part = one.of is not None and "/" not in claim[one.end : one.end + 2]  # not '165/100'
        if part and one.value > (one.of or 0) and one.kind in ("count", "time"):
            yield _reason("is more than the whole", one.start, one.end, claim)
    for first, last, start, end in _moves(claim, found):
        if _is_contradicted(claim[:start], first, last):
            yield _reason("is not the way that is said", start, end, claim)


def _reason(what: str, start: int, end: int, claim: str) -> Reason:
    return Reason("role", f"{claim[start:end]} {what}", start, end)


def _moves(claim: str, found: tuple[Quantity, ...]) -> Iterator[tuple[float, float, int, int]]:
    """Where a claim says 'from X to Y', or 'to Y from X': X, Y and the place."""
    for one in found:
        if one.high is not None and _FROM.search(claim[: one.start]):
            yield one.value, one.high, one.start, one.end
    for left, right in zip(found, found[1:], strict=False):
        if not _comparable(left, right):
            continue
        between = claim[left.end : right.start]
        if _TO.fullmatch(between) and _FROM.search(claim[: left.start]):
            yield left.raw, right.raw, left.start, right.end
        elif _BACKWARDS.fullmatch(between) and re.search(r"\bto\s$", claim[: left.start]):
            yield right.raw, left.raw, left.start, right.end


def _comparable(left: Quantity, right: Quantity) -> bool:
    """Whether both are of one unit, of which one may be left out."""
    sorts = {left.kind, right.kind} <= {"measure", "count"}
    return sorts and (left.unit == right.unit or "" in (left.unit, right.unit))


def _is_contradicted(before: str, first: float, last: float) -> bool:
    """Whether the last verb before two numbers says that they went the other way."""
    near = before[-_REACH:]
    verbs = list(_MOVED.finditer(near))
    if not verbs or _NOT.search(near):
        return False
    return first < last if verbs[-1]["fell"] else first > last
