"""Quantities that belong together: the ends of a range, 'a of b', ages with one 'years old'."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.verify.quantity import Quantity

_FROM = re.compile(r"\bfrom\s$", re.IGNORECASE)
_FROM_TO = re.compile(r"\s(?:[a-z]+\s){1,2}(?:down\s|up\s)?to\s", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:a|an|the|this|that|each|no)\s(?:[\w-]+\s)?one$", re.IGNORECASE)
_RANGE = re.compile(r"\s?(?:to|-|–|and then|down to|, then|to only|before and)\s?", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s$", re.IGNORECASE)


def of_age(text: str, found: list[Quantity]) -> list[Quantity]:
    """Quantities in which what is said of one is of both: '11 and 4 years old', 'aged 11 and 4'."""
    aged = list(found)
    for at in range(1, len(aged)):
        left, right = aged[at - 1], aged[at]
        between = text[left.end : right.start]
        if not re.fullmatch(r",?\s(?:and|or)\s|,\s", between):
            continue
        if right.kind == "age" and left.unit == "month" and left.kind == "time":
            aged[at - 1] = replace(left, kind="age", unit="year", value=left.value / 12)
        elif left.kind == "age" and right.kind == "count" and right.value < _OLDEST:  # noqa: SIM102
            if not re.match(r"\s(?!presented|had|were|was|with|who|in|at)\w", text[right.end :]):
                aged[at] = replace(right, kind="age", unit="year")
    return aged


_OLDEST = 110


def joined(text: str, found: list[Quantity]) -> list[Quantity]:
    """Two quantities of one unit with 'to' between them are a range, the first with both ends."""
    made: list[Quantity] = []
    for one in found:
        last = made[-1] if made else None
        over = last is not None and _OVER.search(
            text[: last.start]
        )  # the 80 of '130/80 to 165/100'
        if last and not over and last.high is None and _same_sort(last, one):
            between = text[last.end : one.start]
            anded = between.strip() == "and" and _BETWEEN.search(text[: last.start])
            moved = _FROM_TO.fullmatch(between) and _FROM.search(text[: last.start])
            if _RANGE.fullmatch(between) or anded or moved:
                made[-1] = _closed(last, one)
                continue
        made.append(one)
    return made


_OVER = re.compile(r"\d\s?/\s?$")


def _closed(first: Quantity, last: Quantity) -> Quantity:
    if "age" not in (first.kind, last.kind):
        return replace(first, end=last.end, high=last.value)
    # 'aged 24 to 71 years', 'between 24 and 71 years of age': years said of one are of both.
    low, high = (q.value / 12 if q.unit == "month" else q.value for q in (first, last))
    return replace(first, end=last.end, kind="age", unit="year", value=low, high=high)


def _same_sort(left: Quantity, right: Quantity) -> bool:
    if {left.kind, right.kind} <= {"age", "time"}:
        return "age" in (right.kind, left.kind) or left.unit == right.unit
    return left.kind == right.kind and left.unit == right.unit and left.unit != "fraction"


_OF = re.compile(
    r"\s?(?:/|of|out of|of all|in)(?:\s(?:the|these|all|its|his|her|our|those|each|every))?\s?",
    re.IGNORECASE,
)
_CYCLE = re.compile(r"\sof\s(?:each|every)\s").fullmatch  # 'day 1 of each 21-day cycle'


def paired(text: str, found: list[Quantity]) -> list[Quantity]:
    """'4 of 13', '19/20', 'nine out of the 14': the first knows its whole."""
    made = list(found)
    for at in range(len(found) - 1):
        left, right = found[at], found[at + 1]
        if _PRONOUN.search(text[: left.end]):
            continue  # 'a complete one in 22'
        between = text[left.end : right.start]
        counted = left.kind == right.kind == "count" and _OF.fullmatch(between)
        cycle = left.kind == right.kind == "time" and left.unit == right.unit and _CYCLE(between)
        if counted or cycle:
            made[at] = replace(left, of=right.value)
    return made
