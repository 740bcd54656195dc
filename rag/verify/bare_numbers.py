"""Numbers that leave out what they count, because it was said just before, or goes without saying:
'12 after two weeks and 3 after five', 'the librarian, 52, had a rash'.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.verify.equality import same
from rag.verify.quantity import Quantity

_AT = re.compile(
    r"\b(?:after|at|by|in|within|for|from|to|until|and)\s(?:the\s|only\s)?$", re.IGNORECASE
)
_NOTHING = re.compile(r"\s?(?:[,.;:)]|$|\[|\n|(?:and|or|but|to|when|while|though|with)\b)")
"""What stands behind a number that leaves out its unit."""

_OF_WHOM = re.compile(
    r"(?:\b(?:was|is|were|only|just|already|turned|now|at)|[a-z],)\s$|"
    r"\b(?:an?|the)\s(?:[\w'-]+\s){0,3}(?P<who>[a-z'-]+)\sof\s$",
    re.IGNORECASE,
)
_WHO_NOT = re.compile(
    r"(?:score|index|level|value|tit(?:re|er)|dose|total|count|power|grade|number|median|mean|ratio|"
    r"maximum|minimum|peak|course|series|group|cohort|average|rate|range|fall|rise|course)s?$",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"\s?(?:[,.;)]|$|\[|(?:and|who|when|with|now|but|from|had|has|was|came|whose|while|as|in)\b)"
)
_YOUNGEST, _OLDEST = 1, 110


def is_elliptic(
    one: Quantity,
    claim: str,
    mine: Sequence[Quantity],
    text: str,
    theirs: Sequence[Quantity],
) -> bool:
    """Whether a time of a claim is a bare number of the spans behind a time with its unit, or the
    other way round. `mine` and `theirs` are the quantities of the claim and of the spans' text.
    """
    if one.high is not None or one.of is not None:
        return False
    if one.kind == "time":
        bare = [q for q in theirs if q.kind == "count" and _leaves_out(q, text)]
        return any(
            same(q.value, one.raw) and _said_before(q, theirs, text) == _factor(one) for q in bare
        )
    if not _leaves_out(one, claim):
        return False
    before = _said_before(one, mine, claim)
    return before is not None and any(
        q.kind == "time" and same(q.raw, one.value) and _factor(q) == before for q in theirs
    )


def _leaves_out(one: Quantity, text: str) -> bool:
    return bool(_AT.search(text[: one.start])) and bool(_NOTHING.match(text[one.end :]))


def _factor(one: Quantity) -> tuple[str, float] | None:
    """The unit as it was written: ('day', 7) is a week."""
    return (one.unit, one.value / one.raw) if one.raw else None


def _said_before(one: Quantity, found: Sequence[Quantity], text: str) -> tuple[str, float] | None:
    """The unit of the last time before a number, in its sentence."""
    start = max(text.rfind(". ", 0, one.start), text.rfind("\n", 0, one.start))
    times = [q for q in found if q.kind == "time" and start < q.start < one.start]
    return _factor(times[-1]) if times else None


def is_age(one: Quantity, claim: str) -> bool:
    """Whether a bare number may be somebody's age: 'the librarian, 52, …', 'she was 29 when …'."""
    if one.unit or one.high is not None or one.of is not None:
        return False
    found = _OF_WHOM.search(claim[: one.start])
    if not found or not _BARE.match(claim[one.end :]):
        return False
    return _YOUNGEST <= one.value <= _OLDEST and not _WHO_NOT.match(found["who"] or "")
