"""A text → its numbers as they are written, each with its unit: '60 mg', 'a week', 'two thirds'."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rag.verify import units
from rag.verify.number_words import NUMBER, value_of

_NUMBER = re.compile(rf"(?<![\w^.])(?<![A-Za-z]-)(?<!\d[,.])({NUMBER})(?![\w^])", re.IGNORECASE)
_GLUED = re.compile(
    rf"(?<![\w^.])(?<![A-Za-z]-)({NUMBER})(?=(?:mg|g|kg|ml|mm|cm|µg|h|d|w|x|y\.?/?o)\b)", re.I
)
_POWER = re.compile(r"(?P<a>\d+(?:\.\d+)?)\s?[x×]\s?10\^?(?P<b>\d{1,2})", re.IGNORECASE)
_ARTICLE = re.compile(
    r"\b(?:a|an)\s(?=(?:single\s)?(?:day|week|fortnight|month|year|decade)\b)", re.IGNORECASE
)
_COUNTED_UNIT = re.compile(rf"{NUMBER}[\s-]\w+\s$", re.IGNORECASE)  # '3 months 7 of them'
_PARTS = {"half": 0.5, "third": 1 / 3, "quarter": 0.25, "fifth": 0.2}
_TIMES = {"two": 2, "three": 3}
_COUNTED_AS = (
    r"(?:doses?|courses?|infusions?|cycles?|times?|attempts?|patients?|cases?|injections?|relapses?|"
    r"operations?|biops\w+|drugs?|agents?|sessions?|sisters?|brothers?|child|trials?|visits?|weeks?|"
    r"months?|years?|days?|trimesters?|reports?|wom[ae]n|m[ae]n|groups?|series|episodes?)\b"
)
_FRACTION = re.compile(
    rf"\b(?:one|a|two|three)[\s-](?:third|thirds|quarter|quarters|fifth|fifths)\b(?!\s[a-z]*line)(?!\swas(?:\b|n't))(?!\s(?:(?!of\b)\w+\s)?{_COUNTED_AS})|"
    r"\bhalf\b(?!-life)",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"\s?(?:,|,? and|,? or|to|-|–|/|and then|, then|of (?:every|each)|,? up to|"
    r"down to|but still)\s?$",
    re.IGNORECASE,
)
_OWN_TIME = re.compile(r"\s(?:at|by|in|on)\s(?:week|month|day|year)", re.IGNORECASE)
_TITRE = re.compile(r"(?<![\w:-])1:\s?(?P<n>\d{1,3}(?:[, ]?\d{3})+|\d+)(?![\w:])")
_ENDS = re.compile(r"\s?(?:to|-|–|and|or|,? and|versus|vs\.?)\s?", re.IGNORECASE)
_AND_A_HALF = re.compile(
    r"\b(?:(?P<half>half an?|half)[\s-](?P<unit>year|month|day|hour)|"
    r"(?:an?|first|last|next|past)\s(?P<unit2>year|month|day|week|hour)\sand\sa\shalf|"
    rf"(?P<n>{NUMBER})\sand\sa\shalf[\s-](?P<unit3>year|month|day|week|hour)s?)\b",
    re.IGNORECASE,
)
_DOZEN = re.compile(r"\b(?P<half>half\s)?a\sdozen\b", re.IGNORECASE)
_QUARTER = re.compile(r"\b(?:a|one)\squarter\sof\s(?:a|the)\syear\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Written:
    """``[start, end)`` of a text is a number; with its unit it ends at `unit_end`.

    `value` is the number as written, `factor` what makes it one of the base unit.
    """

    start: int
    end: int
    value: float
    unit: str = ""
    unit_end: int = 0
    factor: float = 1.0


def written(text: str) -> list[Written]:
    """The numbers of a text in order, none overlapping."""
    found: list[Written] = []
    for match in _POWER.finditer(text):
        value = float(match["a"]) * 10 ** int(match["b"])
        found.append(_with_unit(text, match.start(), match.end(), value))
    for match in _AND_A_HALF.finditer(text):
        unit, factor = units.base(match["unit"] or match["unit2"] or match["unit3"])
        value = 0.5 if match["half"] else value_of(match["n"] or "1") + 0.5
        found.append(Written(match.start(), match.end(), value, unit, match.end(), factor))
    for match in _DOZEN.finditer(text):
        count = 6.0 if match["half"] else 12.0
        found.append(Written(match.start(), match.end(), count, "", match.end()))
    found += [Written(m.start(), m.end(), 3.0, "month", m.end()) for m in _QUARTER.finditer(text)]
    for match in _TITRE.finditer(text):
        found.append(
            Written(match.start(), match.end(), value_of(match["n"]), "titre", match.end())
        )
    for pattern in (_NUMBER, _GLUED):
        for match in pattern.finditer(text):
            found.append(_with_unit(text, match.start(1), match.end(1), value_of(match[1])))
    found += [_with_unit(text, m.start(), m.end() - 1, 1.0) for m in _ARTICLE.finditer(text)]
    for match in _FRACTION.finditer(text):
        *times, name = re.split(r"[\s-]", match.group().lower())
        value = _PARTS[name.rstrip("s")] * _TIMES.get("".join(times), 1)
        found.append(Written(match.start(), match.end(), value, "fraction", match.end()))
    kept: list[Written] = []
    for raw in sorted(found, key=lambda r: (r.start, -r.end)):
        if not kept or raw.start >= kept[-1].end:
            kept.append(raw)
    return kept


def _with_unit(text: str, start: int, end: int, value: float) -> Written:
    if match := units.UNIT.match(text, end):
        unit, factor = units.base(match["unit"], match["per"])
        return Written(start, end, value, unit, match.end(), factor)
    before = text[max(0, start - 24) : start]
    if (match := units.PREFIX.search(before)) and not _COUNTED_UNIT.search(before):
        unit, factor = units.base(match["unit"])
        return Written(start, end, value, unit, end, factor)
    return Written(start, end, value, "", end)


def sharing_units(text: str, raws: list[Written]) -> list[Written]:
    """'4, 12 and 24 weeks', '5 to 8 ng/mL', 'months 1, 3 and 7': the unit said once is of all."""
    shared = list(raws)
    for at in range(len(shared) - 2, -1, -1):
        left, right = shared[at], shared[at + 1]
        between = text[left.end : right.start]
        listed = _ENDS if right.unit == "%" else _LIST
        if not left.unit and right.unit not in ("", "fraction") and listed.fullmatch(between):
            if _YEAR.fullmatch(text[left.start : left.end]):
                continue  # 'in May 2013, one year after'
            if right.unit == "%" and re.search(r"(?:/|\bof )$", text[: left.start]):
                continue  # '14 of 19, 73.7%'
            shared[at] = replace(left, unit=right.unit, factor=right.factor, unit_end=left.end)
    for at in range(1, len(shared)):
        left, right = shared[at - 1], shared[at]
        before = text[left.unit_end : right.start]
        prefixed = left.unit and left.unit_end == left.end and left.unit != "fraction"
        if (  # noqa: SIM102
            left.unit
            and not right.unit
            and _IN_BRACKETS.fullmatch(text[left.unit_end : right.start])
        ):
            if _RANGE_AHEAD.match(text[right.end :]):  # '2.8 years (range 2.1 to 9.5)'
                shared[at] = replace(right, unit=left.unit, factor=left.factor, unit_end=right.end)
                if at + 1 < len(shared) and not shared[at + 1].unit:
                    nxt = shared[at + 1]
                    shared[at + 1] = replace(
                        nxt, unit=left.unit, factor=left.factor, unit_end=nxt.end
                    )
                continue
        own = _OWN_TIME.match(text[right.end :])
        if prefixed and not right.unit and _LIST.fullmatch(before) and not own:
            shared[at] = replace(right, unit=left.unit, factor=left.factor, unit_end=right.end)
    return shared


_YEAR = re.compile(r"(?:19|20)\d\d")
_IN_BRACKETS = re.compile(r"\s?\((?:range|IQR|interquartile range)?:?\s?$", re.IGNORECASE)
_RANGE_AHEAD = re.compile(r"\s?(?:to|-|–)\s?\d+(?:\.\d+)?\s?\)")
