"""Conditions that only explain the one before them: 'biologics such as rituximab (Mabthera)'.

Who asks for a class and names some of it wants the class; taken as a second condition the example
would leave out all others. 'DM or JDM' asks for the disease in any form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.cases.condition import Condition
from rag.lexicon import lexicon
from rag.search_text import with_classes

_SUCH_AS = re.compile(
    r"^\s*,?\s*\(?\s*(?:such as|like|e\.?g\.?,?|for (?:example|instance),?|including|include|"
    r"especially|particularly|namely|i\.?e\.?,?)\s*$|^\s*(?:antibod(?:y|ies)\s*)?\(\s*$",
    re.IGNORECASE,
)
_AND_MORE = re.compile(
    r"^\s*(?:,|/|;|and|or|,\s*(?:and|or))\s*(?:the |its |other )*$", re.IGNORECASE
)
_OR = re.compile(r"^\s*(?:,\s*)?(?:or|/|and/or)\s*(?:in |with |the |of )*$", re.IGNORECASE)
# What ends a list of examples, with no more of the question's own in it.
_AND_SO_ON = re.compile(
    r"^[\s,]*(?:(?:and|or)\s+)?(?:(?:the|its|their|any|all|some)\s+)?(?:(?:etc|etcetera|so on|"
    r"the like|relatives|others?|others? like (?:it|them)|kin|similar (?:ones|drugs)|"
    r"cousins|family|such)\b\.?)?[\s,]*\)?",
    re.IGNORECASE,
)


def examples_in(found: Sequence[Condition], question: str) -> dict[Condition, tuple[int, int]]:
    """The conditions that are examples of the one before them.

    Each with the place of all that tells of it: ' such as rituximab and the like'.
    """
    examples: dict[Condition, tuple[int, int]] = {}
    whole: Condition | None = None
    for last, one in pairwise(found):
        between = question[last.end : one.start]
        listed = last in examples and _AND_MORE.match(between)
        whole = whole if listed else last if _SUCH_AS.match(between) else None
        if whole is not None and _is_of(one, whole):
            rest = _AND_SO_ON.match(question[one.end :])
            examples[one] = last.end, one.end + (rest.end() if rest else 0)
    return examples


def alternatives_to(
    general: Sequence[tuple[int, int]], found: Sequence[Condition], question: str
) -> list[Condition]:
    """The forms that 'or' joins to the disease as such, at ``[start, end)``: 'DM or JDM'."""
    return [
        one
        for one in found
        if one.kind == "subtype"
        and any(
            _OR.match(question[end : one.start]) or _OR.match(question[one.end : start])
            for start, end in general
        )
    ]


def _is_of(one: Condition, whole: Condition) -> bool:
    """Whether a condition is the same as another, or a kind of it."""
    if one.kind != whole.kind or one.wish.absent != whole.wish.absent or not one.wish.values:
        return False
    known = [lexicon().concept(value) for value in one.wish.values]
    return all(
        concept is not None
        and set(whole.wish.values) & {name.lower() for name in with_classes(concept)}
        for concept in known
    )
