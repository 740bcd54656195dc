"""Conditions that stand beside each other → one: 'IVIg or rituximab', 'COVID-19 infection'."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from rag.cases.condition import Condition
from rag.cases.wish import Wish
from rag.lexicon import lexicon
from rag.search_text import with_classes

_OR = re.compile(
    r"^\s*,?\s*(?:or|/|and/or)\s*(?:(?:another|other|some other|"
    r"(?:some )?(?:kind|form|sort) of|by|after|got|had|have|developed|the|an?|with|of|any|on|who"
    r")\s+){0,2}$",
    re.IGNORECASE,
)

_LISTS = re.compile(r"^\s*(?:,|/|and|or|and/or|&)\s*(?:the |other )*$", re.IGNORECASE)
_ENZYMES = "raised muscle enzymes"
_MEASURED = frozenset({"creatine kinase", "serum muscle enzymes", "aldolase"})


def joined(found: list[Condition], question: str) -> tuple[Condition, ...]:
    """'IVIg or rituximab' is one condition with two values, 'ulcers or anti-MDA5' with two keys."""
    done: list[Condition] = []
    listed = _listed(found, question)
    for one in found:
        last = done[-1] if done else None
        between = question[last.end : one.start] if last is not None else ""
        between = "or " if one.start in listed else between
        if last is not None and _repeats(last.wish, one.wish, between):
            done[-1] = replace(last, end=one.end)
        elif last is not None and _OR.match(between) and _join(last, one):
            done[-1] = replace(last, end=one.end, wish=_either(last.wish, one.wish))
        else:
            done.append(one)
    return tuple(done)


def _repeats(last: Wish, one: Wish, between: str) -> bool:
    """Whether a condition says nothing beside the one before it."""
    if not between.strip():
        return _is_wider(one, last)
    return bool(_LISTS.match(between)) and _same_enzymes(last, one)


def _same_enzymes(one: Wish, other: Wish) -> bool:
    """'Normal CK / muscle enzymes': what is said of the first is said of the second."""
    return one.values == (_ENZYMES,) and set(other.values) <= _MEASURED


def _listed(found: list[Condition], question: str) -> set[int]:
    """Where the conditions of a list begin that 'or' closes, its first aside: 'A, B or C'."""
    chosen: set[int] = set()
    chain: list[int] = []
    for one, other in pairwise(found):
        between = question[one.end : other.start]
        if one.wish.key != other.wish.key:
            chain = []
        elif _OR.match(between):
            chosen |= {*chain, other.start}
            chain = []
        else:
            chain = [*chain, other.start] if between.strip() == "," else []
    return chosen


def _is_wider(one: Wish, other: Wish) -> bool:
    """Whether a condition only repeats the one before it in wider words: 'COVID-19 infection'."""
    if one.key != other.key or one.absent != other.absent:
        return False
    known = [lexicon().concept(value) for value in other.values]
    return bool(known) and all(
        concept is not None and set(one.values) <= {name.lower() for name in with_classes(concept)}
        for concept in known
    )


def _join(one: Condition, other: Condition) -> bool:
    """Whether 'or' between two conditions makes them one: not for ages, and alike in denial."""
    apart = {one.kind, other.kind} & {"people", "response", "relapse"} and one.kind != other.kind
    valued = one.wish.values and other.wish.values
    return bool(valued) and not apart and one.wish.absent == other.wish.absent


def _either(one: Wish, other: Wish) -> Wish:
    if (one.key, one.values) == (other.key, other.values):
        return one  # 'MAS/HLH' is the same thing twice
    said = f"{one.said} or {other.said}"
    if one.key == other.key and not one.either:
        return replace(one, said=said, values=(*one.values, *other.values))
    return replace(one, said=said, either=(*one.either, other))
