"""How often → doses per day: 'once weekly', 'every 4 weeks', 'bid', 'on alternate days'."""

from __future__ import annotations

import re
from fractions import Fraction

from rag.records.numbers import CARDINAL, FIGURE, number

_N = rf"(?:{FIGURE}|{CARDINAL})"
_TIMES = rf"(?:once|twice|thrice|(?:{_N}) times)"
_PERIOD = r"(?:day|night|evening|morning|week|fortnight|month|year)"
_SCANNED = r"dally|daiiy|dai1y|da1ly"  # 'daily', as a scanner reads it
_LY = (
    rf"(?:daily|nightly|weekly|fortnightly|biweekly|monthly|yearly|annually|half-yearly|{_SCANNED})"
)
_LATIN = (
    r"b\.i\.d\.?|t\.i\.d\.?|q\.i\.d\.?|q\.d\.?|o\.d\.?|b\.d\.?|bid|tid|qid|tds|qds|q\.?o\.?d|BD|OD|QD"
    r"|q\d+[dwhm]|q\.?w\.?|eow|e\.o\.w\.?"
)

FREQUENCY = re.compile(
    rf"\b{_TIMES}[ -](?:(?:a|an|per|each|every)[ -])?(?:{_PERIOD}\b|{_LY}\b)"
    rf"|\b(?:on )?(?:each|every) (?:other|second|alternate|third) {_PERIOD}\b"
    rf"|\b(?:on )?alternate (?:days|weeks)\b|\balternate-day\b"
    rf"|\b(?:every|each)(?:[ -](?:{_N})(?:(?:[ -]to[ -]|-|–)(?:{_N}))?)?[ -]"
    rf"(?:hours?|{_PERIOD}s?)\b"
    rf"|\b(?:(?:each|every|in the) )?morning and (?:(?:each|every|in the) )?(?:evening|night)\b"
    rf"|\bat (?:an? )?(?:night|bedtime)\b|\bat (?:monthly|weekly|(?:{_N})[- ]weekly|fortnightly) "
    rf"intervals\b|\bat intervals of (?:{_N}) (?:weeks|months|days)\b"
    rf"|\b(?:{_N}) days (?:a|per|each) week\b|\bon (?:{_N}) days of the week\b"
    rf"|(?<=\d )(?:a|per) {_PERIOD}\b|\bper {_PERIOD}\b|\ba (?:day|week|month)\b"
    rf"|\b(?:{_N})-(?:weekly|monthly|hourly)\b|\btwice-daily\b|\bonce-daily\b"
    rf"|\b{_LY}(?! (?:life|activit|living|routine))\b|\b(?:{_LATIN})(?![\w])",
    re.IGNORECASE,
)
"""A frequency of dosing, wherever it stands."""

_DAYS: dict[str, Fraction | int] = {
    "day": 1, "night": 1, "evening": 1, "morning": 1, "week": 7, "fortnight": 14, "month": 30,
    "year": 360, "daily": 1, "nightly": 1, "weekly": 7, "fortnightly": 14, "biweekly": 14,
    "monthly": 30, "yearly": 360, "annually": 360, "half-yearly": 180, "hour": Fraction(1, 24),
    "hourly": Fraction(1, 24), "dally": 1, "daiiy": 1, "dai1y": 1, "da1ly": 1,
}  # fmt: skip
_SHORT: dict[str, Fraction | int] = {
    "bid": 2, "bd": 2, "tid": 3, "tds": 3, "qid": 4, "qds": 4, "qd": 1, "od": 1,
    "qod": Fraction(1, 2), "qw": Fraction(1, 7), "eow": Fraction(1, 14),
}  # fmt: skip
_LETTERS = {"d": Fraction(1), "w": Fraction(7), "m": Fraction(30), "h": Fraction(1, 24)}


def per_day(frequency: str) -> Fraction | None:
    """How many doses a day it means; None when it says nothing of the kind.

    A month counts 30 days and a year 360. The first figure of a range counts ('every 4-6 weeks').
    """
    words = frequency.strip().lower()
    if (short := words.replace(".", "")) in _SHORT:
        return Fraction(_SHORT[short])
    if match := re.fullmatch(r"q(\d+)([dwhm])", short):
        return 1 / (int(match[1]) * _LETTERS[match[2]])
    if re.search(
        r"\balternate[ -]day|\b(?:every|each) (?:other|second|alternate) (?:day|night)", words
    ):
        return Fraction(1, 2)
    if match := re.search(rf"({_N}) days (?:a|per|each|of the) week", words):
        return Fraction(_count(match[1])) / 7
    if "morning and " in words:
        return Fraction(2)
    times = _times(words)
    if match := re.search(r"\b(?:other|second|alternate|third) (\w+?)s?\b", words):
        return times / ((3 if "third" in words else 2) * Fraction(_DAYS.get(match[1], 7)))
    return _every(words, times)


def _times(words: str) -> Fraction:
    if words.startswith(("twice", "on twice")):
        return Fraction(2)
    if words.startswith("thrice"):
        return Fraction(3)
    match = re.match(rf"({_N}) times", words)
    return Fraction(_count(match[1])) if match else Fraction(1)


def _every(words: str, times: Fraction) -> Fraction | None:
    if re.search(r"\bat (?:an? )?(?:night|bedtime)", words):
        return times
    match = re.search(
        rf"(?:(?:every|each|of|at)[ -])?({_N})?[^a-z]*(?:to[ -]\w+|[-–]\s?\d+)?[ -]?"
        r"\b(half-yearly|daily|nightly|weekly|fortnightly|biweekly|monthly|yearly|annually|hourly"
        rf"|{_SCANNED}"
        r"|day|night|evening|morning|week|fortnight|month|year|hour)s?\b",
        re.sub(rf"^(?:once|twice|thrice|{_N} times)[ -]", "", words),
    )
    if not match:
        return None
    every = _count(match[1]) if match[1] else 1
    return times / (Fraction(every) * Fraction(_DAYS[match[2]]))


def _count(words: str) -> Fraction:
    return Fraction(number(words) or 1).limit_denominator(100)
