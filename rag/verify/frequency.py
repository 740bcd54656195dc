"""How often: 'bid', 'twice a day' and 'two times daily' are '2/day'; 'every other week' is 'every
14 day'. Read before the numbers, whose 'a day' it owns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.verify.number_words import NUMBER, value_of

_LATIN = {
    "qd": "1/day", "q.d": "1/day", "o.d": "1/day", "qds": "4/day", "qid": "4/day",
    "q.i.d": "4/day", "bid": "2/day", "b.i.d": "2/day", "bd": "2/day", "tid": "3/day",
    "t.i.d": "3/day", "tds": "3/day",
}  # fmt: skip
_LATIN_WORD = re.compile(
    rf"(?<![\w.])(?:{'|'.join(sorted(map(re.escape, _LATIN), key=len, reverse=True))}|OD)"
    r"\b\.?(?!\w)",
    re.IGNORECASE,
)
_UNIT = r"(?P<{0}>day|week|month|year)s?"
_TIMES = re.compile(
    rf"\b(?P<n>once|twice|thrice|(?:{NUMBER})(?:\s?(?:-|–|to)\s?(?:{NUMBER}))?)"
    r"(?:\s(?:times|x|days?|evenings?|nights?|sessions?|doses?))?"
    rf"[\s-](?:(?:a|an|per|each|every|in\sa|in\sone)\s{_UNIT.format('u')}|"
    r"(?P<ly>daily|weekly|monthly|yearly))\b",
    re.IGNORECASE,
)
_EVERY = re.compile(
    rf"\b(?:every|each)\s(?:(?P<n>other|second|{NUMBER})[\s-])?{_UNIT.format('u')}\b(?!\s?-?old)",
    re.IGNORECASE,
)
_LY = re.compile(
    r"\b(?P<n>daily(?!\s(?:life|living|activit))|nightly|weekly|monthly|yearly|annually|fortnightly|"
    r"biweekly|"
    r"at night|at bedtime|overnight|each evening)\b",
    re.IGNORECASE,
)
_PER = re.compile(
    r"(?:/\s?|\bper\s|(?<=mg\s)a\s|(?<=\dg\s)a\s|(?<=kg\s)a\s|(?<=m2\s)a\s|(?<=mg\sin\s)a\s|"
    r"(?<=\sg\s)a\s|(?<=times\s)a\s|(?<=U\s)a\s|(?<=mg\s)each\s)(?P<u>day|week|month|d|wk|mo)\b",
    re.IGNORECASE,
)
_OF_A = re.compile(
    r"(?<=\d)\s?(?:mg|g|µg|mcg|units?|IU|U|ml)(?:(?:/|\sper\s)(?:kg|m2|kilogram))?\sof\s(?:[\w-]+\s){1,3}?"
    r"(?P<rate>(?:a|each|per)\s(?P<u>day|week|month))\b",
    re.IGNORECASE,
)
"""'40 mg of prednisolone a day'."""
_N_LY = re.compile(rf"\b(?P<n>{NUMBER})-(?P<u>week|month|hour|dai)ly\b", re.IGNORECASE)
_SO_MANY = re.compile(
    rf"\b(?P<n>{NUMBER})\s(?P<rate>daily|weekly|monthly|yearly)"
    r"(?=\s(?:[\w-]+\s)?(?:infusions|injections|doses|courses|cycles|pulses|treatments|sessions|visits)\b)",
    re.IGNORECASE,
)
"""'Six monthly infusions' are six, one a month."""
_ALTERNATE = re.compile(r"\b(?:on\s)?alternate[\s-]days?\b|\bqod\b", re.IGNORECASE)
_INTERVAL = re.compile(r"\bq(?P<n>\d+)\s?(?P<u>w|wk|h|d)\b", re.IGNORECASE)

_DAYS = {"day": 1, "week": 7, "d": 1, "wk": 7, "w": 7}
_ADVERBS = {
    "daily": "1/day", "nightly": "1/day", "at night": "1/day", "at bedtime": "1/day",
    "overnight": "1/day", "each evening": "1/day", "weekly": "1/week", "monthly": "1/month",
    "yearly": "1/year", "annually": "1/year", "fortnightly": "every 14 day",
    "biweekly": "every 14 day",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Frequency:
    """``[start, end)`` says how often; `rate` is '2/day', '1/week' or 'every 28 day'."""

    start: int
    end: int
    rate: str


def frequencies(text: str) -> tuple[Frequency, ...]:
    """Where a text says how often, in order, none overlapping."""
    found: list[Frequency] = [
        Frequency(*m.span("rate"), _ADVERBS[m["rate"].lower()]) for m in _SO_MANY.finditer(text)
    ]
    for pattern, rate in (
        (_N_LY, _n_ly),
        (_TIMES, _times),
        (_EVERY, _every),
        (_ALTERNATE, lambda m: "every 2 day"),
        (_INTERVAL, lambda m: _interval(float(m["n"]), m["u"].lower())),
        (_LATIN_WORD, lambda m: _LATIN.get(m.group().lower().rstrip("."), "1/day")),
        (_PER, lambda m: f"1/{_long(m['u'])}"),
        (_LY, lambda m: _ADVERBS[m["n"].lower()]),
    ):
        for match in pattern.finditer(text):
            if all(match.end() <= f.start or match.start() >= f.end for f in found):
                found.append(Frequency(match.start(), match.end(), rate(match)))
    for match in _OF_A.finditer(text):
        if all(match.end() <= f.start or match.start("rate") >= f.end for f in found):
            found.append(Frequency(*match.span("rate"), f"1/{match['u'].lower()}"))
    return tuple(sorted(found, key=lambda f: f.start))


def _times(match: re.Match[str]) -> str:
    ly = match["ly"]
    unit = match["u"].lower() if match["u"] else {"d": "day"}.get(ly[0], ly[:-2].lower())
    unit = {"dai": "day"}.get(unit, unit)
    said = match["n"].lower()
    known = {"once": 1.0, "twice": 2.0, "thrice": 3.0}
    if said in known:
        return f"{known[said]:g}/{unit}"
    return "-".join(f"{value_of(n):g}" for n in re.findall(NUMBER, said)) + f"/{unit}"


def _n_ly(match: re.Match[str]) -> str:
    """'Six-weekly' is every six weeks."""
    unit = {"dai": "day", "hour": "h"}.get(match["u"].lower(), match["u"].lower())
    return _interval(value_of(match["n"]), unit)


def _every(match: re.Match[str]) -> str:
    said = (match["n"] or "one").lower()
    count = 2.0 if said in ("other", "second") else value_of(said)
    return _interval(count, match["u"].lower())


def _interval(count: float, unit: str) -> str:
    if unit == "h":
        return f"{24 / count:g}/day"
    if count == 1:
        return f"1/{_long(unit)}"
    if unit in _DAYS:
        return f"every {count * _DAYS[unit]:g} day"
    return f"every {count:g} {unit}"


def _long(unit: str) -> str:
    return {"d": "day", "wk": "week", "w": "week", "mo": "month"}.get(unit.lower(), unit.lower())
