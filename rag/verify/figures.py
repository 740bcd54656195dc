"""Numbers of a claim against its spans: value, unit, bound, range, share, how often."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache

from rag.verify.bare_numbers import is_age, is_elliptic
from rag.verify.counts import age_said, count_said, fraction_said, ordinal_said, share_said
from rag.verify.derived import follows, shares
from rag.verify.equality import alike, as_time, both_ends, ends, equal, is_near, raw_end, same
from rag.verify.frequency import Frequency, frequencies
from rag.verify.grounds import Grounds
from rag.verify.names import named
from rag.verify.numbers import quantities
from rag.verify.people import numbered
from rag.verify.quantity import Quantity
from rag.verify.verdict import Kind, Reason

_NEAR = 14  # characters between a dose and how often it is given
_OF_DRUG = 20  # more of them in '40 mg of prednisolone a day'

_AGE = re.compile(r"\bages?\b|\baged\b", re.IGNORECASE)
_BARE = re.compile(
    r"\s?(?:[,.;)]|$|\[|(?:and|or|to|in|at|after|by|on|for|but|from|when|while|with|as|now|she|he|the|his|her)\b)"
)
"""What stands behind a number that counts nothing: 'AST 344, ALT 151'."""
_WAS = re.compile(
    r"\b(?:he|she|who|patient|woman|man|boy|girl|child) (?:was|is)\s$|(?:\b|^)at\s$|"
    r"\b(?:median|mean|average) (?:age )?of\s$",
    re.IGNORECASE,
)
"""What stands before an age that is not called one: 'she was 68'."""
_AT = re.compile(r"\bat\s$", re.IGNORECASE)
_EACH = re.compile(r"\b(?:an?|per|each|every)\s(day|week|month|year)\b", re.IGNORECASE)
"""'Ten cigarettes a day' are ten daily, though nobody is given them."""
_A_DAY = re.compile(r"(?:a|an|one|each)\s(?:day|week|month|year)$", re.IGNORECASE)
_SPAN_OF_TIME = re.compile(
    r"\b(?:after|within|in|for|by|at|than|about|once|over|until|every|first|half)\s$", re.IGNORECASE
)
_MEAN_AGE = re.compile(r"\b(?:median|mean|average)\s(?:\w+\s){0,3}?age\b|\bage\b", re.IGNORECASE)
_POINTS = re.compile(r"\spoints?\b", re.IGNORECASE)


@lru_cache(maxsize=4_000)
def figures(text: str) -> tuple[tuple[Quantity, ...], tuple[Frequency, ...]]:
    """The quantities and frequencies of a text; numbers inside names and 'patient 2' left out."""
    often = frequencies(text)
    masked = [
        (f.start, f.end)
        for f in often
        if not f.rate.startswith("every") or text[f.start : f.end].endswith("ly")
    ]
    masked += [
        (n.start, n.end) for n in named(text) if n.kind in ("antibody", "laboratory", "drug")
    ]
    masked += [(n.start, n.end) for n in numbered(text)]
    return quantities(text, masked), often


def check_figures(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """Reasons for each number and frequency of a claim that its spans do not say."""
    mine, my_often = figures(claim)
    theirs, their_often = figures(grounds.text)
    worked = shares(claim, grounds, theirs)
    for one in mine:
        if any(start <= one.start < end for start, end in worked) or _is_rate(one, claim, grounds):
            continue
        message = _unsaid(one, claim, theirs, grounds)
        if message and not follows(one, claim, theirs, grounds):
            yield _reason(_kind(one), claim, one, message)
    rates = {often.rate for often in their_often}
    rates |= {f"1/{match[1].lower()}" for match in _EACH.finditer(grounds.text)}
    for often in my_often:
        if not _is_told(often, rates) and not _as_interval(often, theirs):
            said = claim[often.start : often.end]
            told = ", ".join(_slices(grounds.text, their_often))
            yield Reason("frequency", _not_in(said, grounds, told), often.start, often.end)
    yield from _other_rate(claim, grounds)


def _is_told(often: Frequency, rates: Set[str]) -> bool:
    """Whether one of the rates is that of a claim; every four weeks is also called monthly."""
    return often.rate in rates or (often.rate in _MONTHLY and not rates.isdisjoint(_MONTHLY))


_MONTHLY = frozenset({"1/month", "every 28 day", "every 30 day"})


def _is_rate(one: Quantity, claim: str, grounds: Grounds) -> bool:
    """The 'two weeks' of 'every two weeks' is proved by 'fortnightly'."""
    told = {often.rate for often in figures(grounds.text)[1]}
    if one.raw == 1 and _A_DAY.match(claim[one.start : one.end]):
        rate = f"1/{claim[one.start : one.end].split()[-1].lower()}"
        if rate in told and not _SPAN_OF_TIME.search(claim[: one.start]):
            return True  # 'half a litre of sake a day'
    return any(
        often.start <= one.start and one.end <= often.end and _is_told(often, told)
        for often in figures(claim)[1]
    )


def _other_rate(claim: str, grounds: Grounds) -> Iterator[Reason]:
    """'12 mg/m2 weekly' beside '2 mg/kg daily' does not prove '12 mg/m2 daily'."""
    theirs, their_often = figures(grounds.text)
    mine, my_often = figures(claim)
    for one in mine:
        rate = _rate_of(one, claim, my_often)
        given = [
            q
            for q in theirs
            if q.kind == one.kind == "measure"
            and alike(one, q)
            and (equal(one, q) or (q.high is None and q.value == one.high))
        ]
        told = [_rate_of(q, grounds.text, their_often) for q in given]
        if rate and told and all(other and other.rate != rate.rate for other in told):
            said = claim[one.start : rate.end]
            yield Reason("frequency", f"{said} is not in {grounds.place}", one.start, rate.end)


def _rate_of(one: Quantity, text: str, often: Sequence[Frequency]) -> Frequency | None:
    """How often a dose is given: what stands right behind it."""
    for each in often:
        between = text[one.end : each.start]
        near = _NEAR + (_OF_DRUG if between.startswith(" of ") else 0)
        if 0 <= each.start - one.end <= near and not re.search(r"[,;(]|\band\b|\d", between):
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
    comparable = [q for q in theirs if alike(one, q)]
    told = ", ".join(_slices(grounds.text, comparable))
    if one.kind == "age":
        if one.bound and any(q.bound not in ("", one.bound) for q in theirs if q.kind == "age"):
            return f"{grounds.place} does not limit {said} in this way"
        return "" if age_said(one, theirs, grounds) else _not_in(said, grounds, told)
    if one.kind == "ordinal":
        return "" if ordinal_said(one, claim, theirs, grounds) else _not_in(said, grounds, told)
    if one.unit == "fraction" and fraction_said(one, claim, theirs, grounds):
        return ""
    if one.kind == "year" and any(one.value == year for year in grounds.years):
        return ""
    points = one.kind == "count" and bool(_POINTS.match(claim[one.end :]))
    if one.kind == "count" and not points and count_said(one, claim, theirs, grounds):
        return ""
    if points:
        comparable = [q for q in comparable if q.of is None]  # '15 points' is not '15 of 20'
    matching = [q for q in comparable if equal(one, q)] + [q for q in theirs if as_time(one, q)]
    if one.kind == "count" and _AGE.search(claim) and not re.match(r"\s[a-z]{4}", claim[one.end :]):
        matching += [q for q in theirs if q.unit in ("month", "year") and q.raw == one.value]
    if one.kind == "count" and _WAS.search(claim[: one.start]) and _BARE.match(claim[one.end :]):
        matching += [q for q in theirs if q.kind == "age" and same(q.value, one.value)]
        matching += [
            q
            for q in theirs
            if q.kind == "time"
            and q.unit == "month"
            and same(q.value / 12, one.value)
            and _MEAN_AGE.search(grounds.text)
        ]
    if one.kind == "count" and _AT.search(claim[: one.start]) and _BARE.match(claim[one.end :]):
        matching += [
            q
            for q in theirs
            if q.unit == "month" and q.raw == one.value and _AT.search(grounds.text[: q.start])
        ]
    if one.kind == "count" and one.of is None and _BARE.match(claim[one.end :]):
        matching += [q for q in theirs if q.kind in ("measure", "time") and raw_end(q, one.value)]
    if one.kind in ("count", "time") and is_elliptic(
        one, claim, figures(claim)[0], grounds.text, theirs
    ):
        return ""
    if one.kind == "count" and is_age(one, claim):
        matching += [q for q in theirs if q.kind == "age" and same(q.value, one.value)]
    if one.kind == "count" and one.high is not None:
        matching += [q for q in theirs if q.kind == "age" and ends(q) == ends(one)]
    if not matching and not both_ends(one, comparable):
        return _not_in(said, grounds, told)
    if (
        one.bound
        and matching
        and all(q.bound != one.bound and not is_near(one, q, grounds.text) for q in matching)
    ):
        return f"{grounds.place} does not limit {said} in this way"
    if one.of is not None and not share_said(one, theirs, grounds):
        return _not_in(f"{said} of {one.of:g}", grounds, told)
    return ""


def _as_interval(often: Frequency, theirs: Sequence[Quantity]) -> bool:
    """'every 28 days' is also said by 'a 28-day cycle'."""
    found = re.fullmatch(r"every (\d+) day", often.rate)
    days = float(found[1]) if found else 0.0
    return any(q.unit == "day" and same(q.value, days) for q in theirs)


def _slices(text: str, found: Sequence[Quantity | Frequency]) -> list[str]:
    return list(dict.fromkeys(text[one.start : one.end] for one in found))[:4]


def _not_in(said: str, grounds: Grounds, told: str) -> str:
    return f"{said} is not in {grounds.place}" + (f", which says {told}" if told else "")
