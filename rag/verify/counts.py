"""Ages, counts and shares of a claim that its spans say otherwise than by the same number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.verify.equality import alike, ends, is_percent, same
from rag.verify.grounds import Grounds
from rag.verify.number_words import NUMBER, value_of
from rag.verify.people import numbered
from rag.verify.quantity import Quantity

_ONE = re.compile(
    r"\b(?:one|(?<![.\d])1(?!\.\d)|a|an|single|once|only|the other|another|former|latter)\b",
    re.IGNORECASE,
)
_ONE_OF = re.compile(
    r"\b(?:one|(?<![.\d])1(?!\.\d)|single|the other|another|former|latter|"
    r"an?\s(?:\w+\s)?(?:man|woman|boy|girl|child|patient|case))\b",
    re.IGNORECASE,
)
_TWO = re.compile(r"\b(?:both|two|twice|pair|either|neither|former|latter)\b", re.IGNORECASE)
_COUNTED = re.compile(
    r"^\s?(?:infusions?|courses?|doses?|cycles?|relapses?|weeks?|months?|days?|years?|injections?|"
    r"episodes?|attempts?|operations?)\b",
    re.IGNORECASE,
)
_THE_TWO = re.compile(
    r"\b(?:the|these|those)\s(?:two|2)\s(?:are|were|come|came|go|went|belong|do|did|have|had)\b",
    re.IGNORECASE,
)
"""'The two are hardly ever seen together': of what is spoken, which the other checks see."""
_AGAIN = re.compile(r"\b(?:second|two|2|another|again|other|second-?line)\b", re.IGNORECASE)
_PRONOUN_ONE = re.compile(
    r"^one\b(?!\s?(?:of|patients?|case|child|man|woman|dose|cycle|\w+ed\b))", re.I
)
_SUCH_ONE = re.compile(
    r"\b(?:a|an|the|this|that|each|no)\s(?:[\w-]+\s)?one$|\b(?:not|every|every\ssingle|any|each|no)\sone$|"
    r"\bevery\ssingle$",
    re.IGNORECASE,
)
_NOT_ONE = re.compile(r"\bnot\s(?:a\ssingle|one)$", re.IGNORECASE)
_NONE = re.compile(r"\b(?:none|neither|no|nobody|not)\b", re.IGNORECASE)
_NUMBER_AT = re.compile(NUMBER, re.IGNORECASE)
_ITEMS = re.compile(
    r"^\s(?:[\w-]+\s){0,3}[\w-]+(?:\s\(|:\s|,\s(?:namely\s)?|\s[–—]\s|\snamely\s)"
    r"(?P<items>[^();:.]+?)(?:\)|;|:|\.|\s[–—]|$|,\s(?=(?:was|were|had|has|did|who|which|but)\b)|"
    r"\s(?=(?:was|were|had|has|did|is|are|between|aged|with|from|who)\b))"
)
"""'Two biologics, rituximab and abatacept': a count with what it counts behind it."""
_AND = re.compile(r",?\s(?:and|or|plus|as well as)\s(?:one\s)?|,\s")
_ALL_OF = re.compile(rf"\ball\s(?:of\s(?:the|them)\s)?(?P<n>{NUMBER})\b", re.IGNORECASE)
_PATIENTS = r"\s(?:\w+\s)?(?:patients?|cases?)\b"


def age_said(one: Quantity, theirs: Sequence[Quantity], grounds: Grounds) -> bool:
    """Whether an age is that of a patient of the spans, or one that they say."""
    known = [*grounds.ages, *(end for q in theirs if q.kind == "age" for end in ends(q))]
    known += [q.value for q in theirs if q.kind == "count" and _AT.search(grounds.text[: q.start])]
    known += [
        q.value / 12
        for q in theirs
        if q.unit == "month" and q.high is None and _AT_AGE.search(grounds.text[: q.start])
    ]
    for other in theirs if not known else ():
        # 'diagnosed in 1995, at 43': where no age is called one, a bare number may be it.
        if other.kind == "count":
            known += ends(other)
        elif other.kind == "time" and other.unit == "month":
            known += [end / 12 for end in ends(other)]
    return all(any(same(end, age) for age in known) for end in ends(one))


_AT_AGE = re.compile(r"\bat\s$", re.IGNORECASE)  # 'at 7 years his score is 46'
_AT = re.compile(
    r"\b(?:stopped|quit|died|began|started|death)\s(?:\w+\s){0,3}?at\s$", re.IGNORECASE
)
"""'He had quit at 55.'"""


def ordinal_said(one: Quantity, claim: str, theirs: Sequence[Quantity], grounds: Grounds) -> bool:
    """'The first' of anything needs no proof, 'the second' may be 'another'."""
    if one.value == 1 and not _COUNTED.match(claim[one.end :]):
        return True
    if one.value == 2 and _AGAIN.search(grounds.text):
        return True
    if any(one.value in each.numbers for each in numbered(grounds.text)):
        return True  # 'The third was complicated by …'
    if any(q.kind == "time" and q.raw == one.value > 2 for q in theirs):
        return True  # 'in the tenth': month
    return any(same(one.value, end) for q in theirs if alike(one, q) for end in ends(q))


def count_said(one: Quantity, claim: str, theirs: Sequence[Quantity], grounds: Grounds) -> bool:
    """Counts that words other than numbers say: 'both', 'a single', and the size of the report."""
    if one.high is not None:
        return False
    if one.of is not None:
        return _part_said(one, claim, theirs, grounds)
    if one.value in _FOLDS and _TIMES.match(claim[one.end :]) and _folded(one, grounds.text):
        return True
    if one.value == 1:
        lone = _PRONOUN_ONE.match(claim[one.start :]) or _SUCH_ONE.search(claim[: one.end])
        return bool(lone) or bool(_ONE.search(grounds.text))
    if one.value == 2 and (_TWO.search(grounds.text) or _THE_TWO.search(claim[: one.end + 12])):
        return True
    if items := _ITEMS.match(claim[one.end :]):
        listed = [i for i in _AND.split(items["items"]) if i.strip()]
        counts = [_NUMBER_AT.match(item) for item in listed]
        if len(listed) > 1 and all(counts):
            return one.value == sum(value_of(c.group()) for c in counts if c)
        if one.value == len(listed):
            return True
    whole = re.search(
        r"\b(?:all|the|these|those|each of the|of)\s$", claim[: one.start], re.IGNORECASE
    )
    if any(value_of(m["n"]) != one.value for m in _ALL_OF.finditer(grounds.text)):
        return False  # 'all four' where the spans say 'all three'
    named_so = re.match(_PATIENTS, claim[one.end :], re.IGNORECASE)
    told = any(q.kind == "count" and q.of is None and q.value != one.value for q in theirs)
    return one.value in grounds.group and bool(whole or (named_so and not told))


_FOLDS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 10: "ten"}
_TIMES = re.compile(r"\stimes\b", re.IGNORECASE)


def _folded(one: Quantity, text: str) -> bool:
    """'Three times elevated' where the spans say threefold."""
    return bool(re.search(rf"\b{_FOLDS[int(one.value)]}-?fold\b", text, re.IGNORECASE))


def _part_said(one: Quantity, claim: str, theirs: Sequence[Quantity], grounds: Grounds) -> bool:
    """'One of the three' of a report of three; 'not one of the three' where the spans say none."""
    if one.value == 1 and _NOT_ONE.search(claim[: one.end]):
        return bool(_NONE.search(grounds.text))
    if any(q.of is not None and q.value == one.value for q in theirs):
        return False
    return one.value == 1 and one.of in grounds.group and bool(_ONE_OF.search(grounds.text))


def fraction_said(one: Quantity, claim: str, theirs: Sequence[Quantity], grounds: Grounds) -> bool:
    """'A quarter' is also said by 25%, by '4 of 16', and by 'four' in a report of 16; 'about a
    quarter' by what lies near it.
    """
    if one.value == _HALF and _HALVED.search(grounds.text):
        return True
    parts = [(q.value, q.of) for q in theirs if q.of]
    parts += [(q.value, 100.0) for q in theirs if q.unit == "%"]
    counts = [q.value for q in theirs if q.kind == "count"]
    parts += [(value, size) for value in counts for size in (*grounds.group, *counts)]
    before = claim[: one.start]
    near = _ABOUT_AS_MUCH if _ABOUT.search(before) else _JUST
    low, high = -near, near
    if _OVER.search(before):
        low, high = 0.0, _WITHIN
    elif _UNDER.search(before):
        low, high = -_WITHIN, 0.0
    shares = [value / size - one.value for value, size in parts if size]
    return any(low <= share <= high for share in shares)


_HALF = 0.5
_HALVED = re.compile(r"\b(?:halv\w+|half)\b", re.IGNORECASE)
_JUST = 0.006  # a third is 33% as well as 33.3%
_ABOUT_AS_MUCH = 0.045  # 'about half' of 17 is 9, 'nearly a third' 31%
_WITHIN = 0.15  # 'more than half' is not said of nine in ten
_END = r"\s(?:a\s|one\s)?$"
_ABOUT = re.compile(
    rf"\b(?:about|around|roughly|approximately|nearly|almost|some|close to){_END}", re.IGNORECASE
)
_OVER = re.compile(rf"\b(?:over|more than|above){_END}", re.IGNORECASE)
_UNDER = re.compile(rf"\b(?:under|less than|fewer than|below){_END}", re.IGNORECASE)


def share_said(one: Quantity, theirs: Sequence[Quantity], grounds: Grounds) -> bool:
    """'9 of 17' needs '9 of 17', or both numbers where the span makes no such pair of either; the
    17 may be the size of the report.
    """
    pairs = [(q.value, q.of) for q in theirs if q.of is not None]
    if (one.value, one.of) in pairs:
        return True
    if one.of is None or one.value > one.of or one.of != int(one.of):
        return False
    if any(one.of == whole or one.value == part for part, whole in pairs):
        return False
    if any(q.value == one.value for q in theirs if q.kind == "count") and (
        one.of in grounds.group or any(is_percent(one.value / one.of, q) for q in theirs)
    ):
        return True  # '14 of 23' where the spans say 'fourteen (60.9%)'
    return any(same(one.of or 0, end) for q in theirs if q.kind == "count" for end in ends(q))
