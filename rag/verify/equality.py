"""Whether two quantities are of one sort, and say the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.verify.quantity import Quantity


def alike(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities are of one sort, so that the values can be compared."""
    if one.kind in ("count", "ordinal"):
        return other.kind in ("count", "ordinal")
    if one.kind == "age":
        return other.kind == "age"
    return one.unit == other.unit and other.kind == one.kind


def same(left: float, right: float) -> bool:
    """Whether two values differ by no more than rounding of floats does."""
    return abs(left - right) <= 1e-6 * max(abs(left), abs(right))


def equal(one: Quantity, other: Quantity) -> bool:
    """Whether another quantity has the value, as one of its ends where it is a range; a range needs
    the same range.
    """
    if one.high is not None:
        return (
            other.high is not None and same(one.value, other.value) and same(one.high, other.high)
        )
    return any(same(one.value, end) for end in ends(other))


def both_ends(one: Quantity, theirs: Sequence[Quantity]) -> bool:
    """'From 30 to 2.5 mg' is also said by '30 mg at the outset, … 2.5 mg at one year'."""
    if one.high is None:
        return False
    low = [q.start for q in theirs if same(q.value, one.value)]
    high = [q.start for q in theirs if q.high is None and same(q.value, one.high)]
    return bool(low and high) and min(low) < max(high)


def as_time(one: Quantity, other: Quantity) -> bool:
    """'month 13' is also said by '… in the thirteenth', 'between 3 and 9 years' by ages."""
    if one.kind != "time":
        return False
    if one.bound and other.kind == "age" and one.high is None and other.high is None:
        return one.unit == "month" and one.value / 12 == other.value  # 'older than 20 years'
    if other.kind == "ordinal":
        return one.raw == other.value and one.raw > 2 and one.high is None
    if other.kind != "age" or one.unit != "month":
        return False
    return [end / 12 for end in ends(one)] == ends(other)


def raw_end(one: Quantity, value: float) -> bool:
    """Whether a number without its unit is one of the ends of a quantity."""
    if same(one.raw, value):
        return one.kind == "measure" or one.high is not None
    factor = one.value / one.raw if one.raw else 1.0
    return one.high is not None and same(one.high / factor, value)


def is_near(one: Quantity, other: Quantity, text: str) -> bool:
    """'Just under three years' where the spans say 'almost 3 years', 'up to 8 L' where 'the demand
    peaked at 8 L'.
    """
    if one.bound != "down":
        return False
    before = text[: other.start]
    return bool(_NEARLY.search(before) or _PEAK.search(before))


_NEARLY = re.compile(
    r"\b(?:almost|nearly|not quite|just under|a little under|just short of|close to|within)\s$",
    re.IGNORECASE,
)

_PEAK = re.compile(r"\b(?:peak(?:s|ed|ing)?|maxim\w+|highest)\b[^.;\d]{0,40}$", re.IGNORECASE)


def ends(one: Quantity) -> list[float]:
    """The value, or both of a range."""
    return [one.value] if one.high is None else [one.value, one.high]


def is_percent(share: float, other: Quantity) -> bool:
    """Whether a share, rounded as a percentage is written, is that percentage."""
    rounded = _WHOLE if other.value == int(other.value) else _TENTH
    return other.unit == "%" and other.high is None and abs(100 * share - other.value) <= rounded


_WHOLE, _TENTH = 0.5, 0.0501  # what rounding to a whole percent, and to a tenth, may take away
