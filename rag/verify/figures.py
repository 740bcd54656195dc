"""Numbers of a claim against its spans: value, unit, bound, range, share, how often."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rag.verify.frequency import Frequency, frequencies
from rag.verify.grounds import Grounds
from rag.verify.names import named
from rag.verify.number_words import NUMBER, value_of
from rag.verify.numbers import Quantity, quantities
from rag.verify.people import numbered
from rag.verify.verdict import Kind, Reason

_ONE = re.compile(
    r"\b(?:one|1|a|an|single|once|only|the other|another|former|latter)\b", re.IGNORECASE
)
_TWO = re.compile(r"\b(?:both|two|twice|pair|either|neither|former|latter)\b", re.IGNORECASE)
_COUNTED = re.compile(
    r"^\s?(?:infusions?|courses?|doses?|cycles?|relapses?|weeks?|months?|days?|years?|injections?|"
    r"episodes?|attempts?|operations?)\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(r"\b(?:second|two|2|another|again|other|second-?line)\b", re.IGNORECASE)
_PRONOUN_ONE = re.compile(
    r"^one\b(?!\s?(?:of|patients?|case|child|man|woman|dose|cycle|\w+ed\b))", re.I
)


_SUCH_ONE = re.compile(r"\b(?:a|an|the|this|that|each|no)\s(?:[\w-]+\s)?one$", re.IGNORECASE)
NUMBER_AT = re.compile(NUMBER, re.IGNORECASE)
_ITEMS = re.compile(
    r"^\s(?:[\w-]+\s){0,3}[\w-]+(?:\s\(|:\s|,\s(?:namely\s)?|\s[–—]\s|\snamely\s)"
    r"(?P<items>[^();:.]+?)(?:\)|;|:|\.|\s[–—]|$|,\s(?=(?:was|were|had|has|did|who|which|but)\b)|"
    r"\s(?=(?:was|were|had|has|did|is|are|between|aged|with|from|who)\b))"
)
"""'Two biologics, rituximab and abatacept': a count with what it counts behind it."""
_AND = re.compile(r",?\s(?:and|or|plus|as well as)\s(?:one\s)?|,\s")
_NEAR = 14  # characters between a dose and how often it is given


@lru_cache(maxsize=4_000)
def figures(text: str) -> tuple[tuple[Quantity, ...], tuple[Frequency, ...]]:
    """The quantities and frequencies of a text; numbers inside names and 'patient 2' left out."""
    often = frequencies(text)
    masked = [(f.start, f.end) for f in often if not f.rate.startswith("every")]
    masked += [
        (n.start, n.end) for n in named(text) if n.kind in ("antibody", "laboratory", "drug")
    ]
    masked += [(n.start, n.end) for n in numbered(text)]
    return quantities(text, masked), often


def check_figures(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for each number and frequency of a claim that its spans do not say."""
    mine, my_often = figures(claim)
    theirs, their_often = figures(grounds.text)
    for one in mine:
        if message := _unsaid(one, claim, theirs, grounds):
            yield _reason(_kind(one), claim, one, message)
    rates = {often.rate for often in their_often}
    for often in my_often:
        if often.rate not in rates and not _as_interval(often, theirs):
            said = claim[often.start : often.end]
            told = ", ".join(_slices(grounds.text, their_often))
            yield Reason("frequency", _not_in(said, grounds, told), often.start, often.end)
    yield from _other_rate(claim, grounds)


def _other_rate(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """'12 mg/m2 weekly' beside '2 mg/kg daily' does not prove '12 mg/m2 daily'."""
    theirs, their_often = figures(grounds.text)
    mine, my_often = figures(claim)
    for one in mine:
        rate = _rate_of(one, claim, my_often)
        equal = [
            q
            for q in theirs
            if q.kind == one.kind == "measure" and _alike(one, q) and _equal(one, q)
        ]
        told = [_rate_of(q, grounds.text, their_often) for q in equal]
        if rate and told and all(other and other.rate != rate.rate for other in told):
            said = claim[one.start : rate.end]
            yield Reason("frequency", f"{said} is not in {grounds.place}", one.start, rate.end)


def _rate_of(one: Quantity, text: str, often: Sequence[Frequency]) -> Frequency | None:
    """How often a dose is given: what stands right behind it."""
    for each in often:
        between = text[one.end : each.start]
        if 0 <= each.start - one.end <= _NEAR and not re.search(r"[,;(]|\band\b|\d", between):
            return each
    return None


def _kind(one: Quantity) -> Kind:
    return "age" if one.kind == "age" else "date" if one.kind == "year" else "number"


def _reason(kind: Kind, claim: str, one: Quantity, message: str) -> Reason:
    return Reason(kind, message, one.start, one.end)


def _unsaid(  # noqa: C901 - one test after the other
    one: Quantity, claim: str, theirs: Sequence[Quantity], grounds: Grounds
) -> str:
    """Why a quantity is not proved, or ''."""
    said = claim[one.start : one.end]
    alike = [q for q in theirs if _alike(one, q)]
    told = ", ".join(_slices(grounds.text, alike))
    if one.kind == "age":
        if one.bound and any(q.bound not in ("", one.bound) for q in theirs if q.kind == "age"):
            return f"{grounds.place} does not bound {said} so"
        return "" if _age_said(one, theirs, grounds) else _not_in(said, grounds, told)
    if one.kind == "ordinal":
        return "" if _ordinal_said(one, claim, theirs, grounds) else _not_in(said, grounds, told)
    if one.unit == "fraction" and _fraction_said(one, theirs, grounds):
        return ""
    if one.kind == "year" and any(one.value == year for year in grounds.years):
        return ""
    points = one.kind == "count" and bool(_POINTS.match(claim[one.end :]))
    if one.kind == "count" and not points and _count_said(one, claim, theirs, grounds):
        return ""
    if points:
        alike = [q for q in alike if q.of is None]  # '15 points' is not '15 of 20'
    equal = [q for q in alike if _equal(one, q)] + [q for q in theirs if _as_time(one, q)]
    if one.kind == "count" and _AGE.search(claim) and not re.match(r"\s[a-z]{4}", claim[one.end :]):
        equal += [q for q in theirs if q.unit in ("month", "year") and q.raw == one.value]
    if one.kind == "count" and one.of is None and _BARE.match(claim[one.end :]):
        equal += [q for q in theirs if q.kind == "measure" and _same(q.raw, one.value)]
    if not equal and not _both_ends(one, alike):
        return _not_in(said, grounds, told)
    if one.bound and equal and all(q.bound != one.bound for q in equal):
        return f"{grounds.place} does not bound {said} so"
    if one.of is not None and not _share_said(one, theirs):
        return _not_in(f"{said} of {one.of:g}", grounds, told)
    return ""


def _alike(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities are of one sort, so that the values can be compared."""
    if one.kind in ("count", "ordinal"):
        return other.kind in ("count", "ordinal")
    if one.kind == "age":
        return other.kind == "age"
    return one.unit == other.unit and other.kind == one.kind


def _same(left: float, right: float) -> bool:
    return abs(left - right) <= 1e-6 * max(abs(left), abs(right))


def _equal(one: Quantity, other: Quantity) -> bool:
    if one.high is not None:
        return (
            other.high is not None and _same(one.value, other.value) and _same(one.high, other.high)
        )
    ends = [other.value] if other.high is None else [other.value, other.high]
    return any(_same(one.value, end) for end in ends)


def _both_ends(one: Quantity, alike: Sequence[Quantity]) -> bool:
    """'From 30 to 2.5 mg' is also said by '30 mg at the outset, … 2.5 mg at one year'."""
    if one.high is None:
        return False
    low = [q.start for q in alike if _same(q.value, one.value)]
    high = [q.start for q in alike if q.high is None and _same(q.value, one.high)]
    return bool(low and high) and min(low) < max(high)


def _as_time(one: Quantity, other: Quantity) -> bool:
    """'month 13' is also said by '… in the thirteenth', 'between 3 and 9 years' by ages."""
    if one.kind != "time":
        return False
    if one.bound and other.kind == "age" and one.high is None and other.high is None:
        return one.unit == "month" and one.value / 12 == other.value  # 'older than 20 years'
    if other.kind == "ordinal":
        return one.raw == other.value and one.raw > 2 and one.high is None
    if other.kind != "age" or one.unit != "month":
        return False
    return [end / 12 for end in _ends(one)] == _ends(other)


def _ends(one: Quantity) -> list[float]:
    return [one.value] if one.high is None else [one.value, one.high]


def _age_said(one: Quantity, theirs: Sequence[Quantity], grounds: Grounds) -> bool:
    known = [*grounds.ages, *(end for q in theirs if q.kind == "age" for end in _ends(q))]
    for other in theirs if not known else ():
        # 'diagnosed in 1995, at 43': where no age is called one, a bare number may be it.
        if other.kind == "count":
            known += _ends(other)
        elif other.kind == "time" and other.unit == "month":
            known += [end / 12 for end in _ends(other)]
    return all(any(_same(end, age) for age in known) for end in _ends(one))


def _ordinal_said(one: Quantity, claim: str, theirs: Sequence[Quantity], grounds: Grounds) -> bool:
    if one.value == 1 and not _COUNTED.match(claim[one.end :]):
        return True
    if one.value == 2 and _AGAIN.search(grounds.text):
        return True
    return any(_same(one.value, end) for q in theirs if _alike(one, q) for end in _ends(q))


_AGE = re.compile(r"\bages?\b|\baged\b", re.IGNORECASE)
_BARE = re.compile(r"\s?(?:[,.;)]|$|\[|(?:and|or|to|in|at|after|by|on|for|but|from)\b)")
"""What stands behind a number that counts nothing: 'AST 344, ALT 151'."""
_POINTS = re.compile(r"\spoints?\b", re.IGNORECASE)
_PATIENTS = r"\s(?:\w+\s)?(?:patients?|cases?)\b"


def _count_said(one: Quantity, claim: str, theirs: Sequence[Quantity], grounds: Grounds) -> bool:
    """Counts that words other than numbers say: 'both', 'a single', and the size of the report."""
    if one.high is not None:
        return False
    if one.of is not None:
        if any(q.of is not None and q.value == one.value for q in theirs):
            return False
        return one.value == 1 and one.of in grounds.group and bool(_ONE.search(grounds.text))
    if one.value == 1:
        lone = _PRONOUN_ONE.match(claim[one.start :]) or _SUCH_ONE.search(claim[: one.end])
        return bool(lone) or bool(_ONE.search(grounds.text))
    if one.value == 2 and _TWO.search(grounds.text):
        return True
    if items := _ITEMS.match(claim[one.end :]):
        listed = [i for i in _AND.split(items["items"]) if i.strip()]
        counts = [NUMBER_AT.match(item) for item in listed]
        if len(listed) > 1 and all(counts):
            return one.value == sum(value_of(c.group()) for c in counts if c)
        if one.value == len(listed):
            return True
    whole = re.search(
        r"\b(?:all|the|these|those|each of the|of)\s$", claim[: one.start], re.IGNORECASE
    )
    named_so = re.match(_PATIENTS, claim[one.end :], re.IGNORECASE)
    told = any(re.match(_PATIENTS, grounds.text[q.end :], re.I) for q in theirs)
    return one.value in grounds.group and bool(whole or (named_so and not told))


def _fraction_said(one: Quantity, theirs: Sequence[Quantity], grounds: Grounds) -> bool:
    """'A quarter' is also said by 25%, by '4 of 16', and by 'four' in a report of 16."""
    parts = [(q.value, q.of) for q in theirs if q.of]
    parts += [(q.value, 100.0) for q in theirs if q.unit == "%"]
    counts = [q.value for q in theirs if q.kind == "count"]
    parts += [(value, size) for value in counts for size in (*grounds.group, *counts)]
    return any(size and abs(value / size - one.value) < 0.006 for value, size in parts)


def _share_said(one: Quantity, theirs: Sequence[Quantity]) -> bool:
    """'9 of 17' needs '9 of 17', or both numbers where the span makes no such pair of either."""
    pairs = [(q.value, q.of) for q in theirs if q.of is not None]
    if (one.value, one.of) in pairs:
        return True
    if one.of is None or one.value > one.of or one.of != int(one.of):
        return False
    if any(one.of == whole or one.value == part for part, whole in pairs):
        return False
    return any(_same(one.of or 0, end) for q in theirs if q.kind == "count" for end in _ends(q))


def _as_interval(often: Frequency, theirs: Sequence[Quantity]) -> bool:
    """'every 28 days' is also said by 'a 28-day cycle'."""
    found = re.fullmatch(r"every (\d+) day", often.rate)
    days = float(found[1]) if found else 0.0
    return any(q.unit == "day" and _same(q.value, days) for q in theirs)


def _slices(text: str, found: Sequence[Quantity | Frequency]) -> list[str]:
    return list(dict.fromkeys(text[one.start : one.end] for one in found))[:4]


def _not_in(said: str, grounds: Grounds, told: str) -> str:
    return f"{said} is not in {grounds.place}" + (f", which says {told}" if told else "")
