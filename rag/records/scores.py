"""Sentences on the course of the disease → what its scores say: fell to nothing, by half, stayed."""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from rag.records.story import Sentence

_NAMES = re.compile(
    r"\b(?:(?P<skin>CDASI(?:-A)?|DLQI|skin score|activity score)|(?P<itch>itch\w*|prurit\w*|VAS|visual)|(?P<enzyme>CK|creatine (?:phospho)?kinase|ferritin)|"
    r"(?P<strength>CMAS|MMT-?\d*|manual muscle test\w*)|(?P<lung>FVC|DLCO|vital capacity|diffusing capacity))\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?<![\w.,/-])(?<!week )(?<!month )(?<!day )(?<!year )(?<!of )(?<!out of )(?P<n>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)"
    r"(?!\d|[\w-]|,\d| ?(?:mg|g|kg|mcg|ml|weeks?|months?|days?|years?|hours?|doses|courses|cycles|infusions|injections|times|mm\b)\b)"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_FULL = {"strength": (52.0, 80.0, 150.0)}
"""Points of somebody who is strong: CMAS, and manual muscle testing of 8 groups, of one side or both."""
_REACH = 110


def score_features(told: Sequence[Sentence]) -> set[str]:
    """How each score that is followed ended, against its first value: 'skin nil', 'skin part'."""
    series: dict[str, list[float]] = defaultdict(list)
    for sentence in told:
        text = sentence.text
        names = list(_NAMES.finditer(text))
        for at, match in enumerate(names):
            end = names[at + 1].start() if at + 1 < len(names) else len(text)
            kind = match.lastgroup or ""
            piece = text[match.end() : min(end, match.end() + _REACH)]
            series[kind] += [
                float(one["n"].replace(",", ""))
                for one in _NUMBER.finditer(piece)
                if not _YEAR.fullmatch(one["n"])
            ]
    return {f"score {kind} {_ended(kind, values)}" for kind, values in series.items() if values}


def _ended(kind: str, values: Sequence[float]) -> str:
    first, last = values[0], values[-1]
    if kind in _FULL:
        if any(0.95 * full <= last <= full for full in _FULL[kind]):
            return "full"
        return "one" if len(values) == 1 else "up" if last > 1.04 * first else "same"
    if kind == "lung":
        return (
            "full"
            if last >= 80
            else "one"
            if len(values) == 1
            else "up"
            if last > first
            else "same"
        )
    if kind in ("skin", "itch") and last <= 4:
        return "nil" if last <= 2 else "low"
    if len(values) == 1 or not first:
        return "one"
    share = last / first
    return "low" if share <= 0.2 else "part" if share <= 0.85 else "same" if share <= 1.15 else "up"
