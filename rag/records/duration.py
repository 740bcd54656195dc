"""A stretch of text → the times in it: 'after 2 weeks', 'by the twelfth week', 'on day 9'."""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.records.numbers import CARDINAL, FIGURE, ORDINAL, number
from rag.records.record import Span

_UNIT = r"hours?|days?|weeks?|wks?|fortnights?|months?|mths?|mos?|years?|yrs?|decades?"
_COUNTED = r"cycles?|courses?|infusions?|doses?|injections?|sessions?|treatments?|pulses?"
_N = rf"(?:{FIGURE}|{CARDINAL})(?:[\s-]?½|[\s-]and[\s-]a[\s-]half)?"
_CALENDAR = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?"
)
TIME = re.compile(
    # '8 months', 'half a year', 'one and a half years', '6- to 8-week', 'two-to-three weeks'
    rf"\b(?P<n>{_N}|an?|half an?|(?:half )?a dozen)(?:\s?(?:-to-|-|–|to|or)[\s-]?(?P<to>{_N}))?"
    rf"(?:[\s-](?:more|further|additional|consecutive|full|successive|short|long))?[\s-]?"
    rf"(?P<unit>{_UNIT}|{_COUNTED})\b(?![\s-](?:old|of age)\b)"
    # 'the following week', 'the next day': one of them
    rf"|\b(?P<next>next|following) (?P<unit4>day|week|fortnight|month|year)\b"
    # 'the twelfth week', 'week 12', 'day 9', 'day +90'
    rf"|\b(?P<ordinal>{ORDINAL})[\s-](?P<unit2>{_UNIT}|{_COUNTED})\b"
    rf"|\b(?P<unit3>hour|day|week|month|year|cycle|course)s? \+?(?P<at>{FIGURE}|{CARDINAL})\b(?!,\d{{3}}|[%/])",
    re.IGNORECASE,
)
DATE = re.compile(
    rf"\b(?:\d{{1,2}} )?{_CALENDAR} (?:\d{{1,2}}, )?(?:19|20)\d\d\b|\b(?:19|20)\d\d\b"
)
"""A calendar date with its year."""

_LEAD = re.compile(
    r"(?:\b(?:for|after|within|in|at|by|over|on|from|since|until|up to|during|about|approximately|"
    r"nearly|almost|some|only|the|a|next|first|following|last|more than|less than|another|of|"
    r"(?:a )?total of)\s+)+$",
    re.IGNORECASE,
)
_TRAIL = re.compile(
    r"^\s+(?:later|thereafter|afterwards?|post ?partum|post-?operatively|earlier|before)\b|"
    r"^\s+(?:of|after|following|from|since)\s+(?:the\s+|her\s+|his\s+)?(?:treatment|therapy|start\w*|"
    r"initiat\w+|admission|onset|diagnosis|first \w+|follow-?up|observation|delivery)\b",
    re.IGNORECASE,
)
_HALF_BEHIND = re.compile(r" and a half\b")
_REACH = 80
"""Characters before and behind a time in which its preposition is looked for: a sentence may be as
long as a page, and has a hundred times then."""
_BASE = {"h": "hour", "d": "day", "w": "week", "f": "fortnight", "m": "month", "y": "year"}


@dataclass(frozen=True, slots=True)
class Time:
    """A time as said: ``[start, end)`` of the text with 'within', 'later'; number and unit.

    The unit is 'hour' to 'year', or what is counted ('infusion'). An ordinal counts as its number.
    """

    start: int
    end: int
    core: Span
    number: float
    unit: str


def times(text: str) -> tuple[Time, ...]:
    """All times in a text, in order; ages ('8 years old') and dates are none."""
    return tuple(_times(text))


def parse_time(said: str) -> tuple[float, str] | None:
    """(number, unit) of the first time in a few words, e.g. (12.0, 'week'); None without one."""
    found = next(_times(said), None)
    return (found.number, found.unit) if found else None


def same_time(one: tuple[float, str] | None, other: tuple[float, str] | None) -> bool:
    """Whether two times are equal: 12 months are a year, a fortnight two weeks, 7 days a week."""
    if one is None or other is None:
        return False
    return in_days(one) == in_days(other)


_DAYS = {"hour": 1 / 24, "day": 1, "week": 7, "fortnight": 14, "month": 30, "year": 360,
         "decade": 3600}  # fmt: skip


def in_days(time: tuple[float, str]) -> tuple[float, str]:
    """A time in days, a month of 30 and a year of 360; what is counted ('infusion') stays."""
    value, unit = time
    if unit in _DAYS:
        return round(value * _DAYS[unit], 3), "day"
    return value, unit


def _times(text: str) -> Iterator[Time]:
    for match in TIME.finditer(text):
        words = match["n"] or match["ordinal"] or match["at"] or "one"
        unit = _unit(match["unit"] or match["unit2"] or match["unit3"] or match["unit4"])
        value = _value(words)
        if value is None or (unit == "decade" and match["ordinal"]):
            continue
        if match["ordinal"] and match["ordinal"].lower() == "second" and unit == "hour":
            continue
        core = match.span()
        if half := _HALF_BEHIND.match(text, match.end()):
            core, value = (match.start(), half.end()), value + 0.5
        lead = _LEAD.search(text, max(0, core[0] - _REACH), core[0])
        trail = _TRAIL.match(text[core[1] : core[1] + _REACH])
        start = lead.start() if lead else core[0]
        end = core[1] + (trail.end() if trail else 0)
        yield Time(start, end, core, value, unit)


def _value(words: str) -> float | None:
    words = words.lower()
    if words in _WORDS:
        return _WORDS[words]
    whole = _AND_A_HALF.sub("", words)
    value = number(whole)
    return value if value is None or whole == words else value + 0.5


_WORDS = {"half a": 0.5, "half an": 0.5, "a dozen": 12.0, "half a dozen": 6.0}
_AND_A_HALF = re.compile(r"(?:[\s-]?½|[\s-]and[\s-]a[\s-]half)$")


def _unit(words: str) -> str:
    word = words.lower().rstrip("s")
    if re.fullmatch(_UNIT, words, re.IGNORECASE):
        return "decade" if word == "decade" else _BASE[word[0]]
    return word
