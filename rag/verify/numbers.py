"""A text → its quantities: value, unit, range, bound, and whether they are an age or a year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rag.verify import units
from rag.verify.number_words import NUMBER, ORDINAL, ordinal_of, value_of

Kind = Literal["measure", "time", "age", "year", "count", "ordinal"]
Bound = Literal["", "up", "down"]

_NUMBER = re.compile(rf"(?<![\w^.])(?<![A-Za-z]-)(?<!\d[,.])({NUMBER})(?![\w^])", re.IGNORECASE)
_GLUED = re.compile(
    rf"(?<![\w^.])(?<![A-Za-z]-)({NUMBER})(?=(?:mg|g|kg|ml|mm|cm|µg|h|d|w|x)\b)", re.I
)
_POWER = re.compile(r"(?P<a>\d+(?:\.\d+)?)\s?[x×]\s?10\^?(?P<b>\d{1,2})", re.IGNORECASE)
_ARTICLE = re.compile(
    r"\b(?:a|an)\s(?=(?:single\s)?(?:day|week|fortnight|month|year|decade)\b)", re.IGNORECASE
)
_COUNTED_UNIT = re.compile(rf"{NUMBER}[\s-]\w+\s$", re.IGNORECASE)  # '3 months 7 of them'
_FROM = re.compile(r"\bfrom\s$", re.IGNORECASE)
_FROM_TO = re.compile(r"\s(?:[a-z]+\s){1,2}(?:down\s|up\s)?to\s", re.IGNORECASE)
_PARTS = {"half": 0.5, "third": 1 / 3, "quarter": 0.25, "fifth": 0.2}
_TIMES = {"two": 2, "three": 3}
_FRACTION = re.compile(
    r"\b(?:one|a|two|three)[\s-](?:third|thirds|quarter|quarters|fifth|fifths)\b(?!\s[a-z]*line)|"
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
    r"an?\s(?P<unit2>year|month|day|hour)\sand\sa\shalf)\b",
    re.IGNORECASE,
)
_DOZEN = re.compile(r"\b(?P<half>half\s)?a\sdozen\b", re.IGNORECASE)
_QUARTER = re.compile(r"\b(?:a|one)\squarter\sof\s(?:a|the)\syear\b", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:a|an|the|this|that|each|no)\s(?:[\w-]+\s)?one$", re.IGNORECASE)
_RANGE = re.compile(r"\s?(?:to|-|–|and then|down to|, then|to only|before and)\s?", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s$", re.IGNORECASE)
_UP = re.compile(
    r"(?:more than|over|above|at least|exceed\w*|greater than|longer than|older than|>|≥|"
    r"minimum of|no less than)\s?$",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"(?:less than|fewer than|under|below|at most|up to(?: as much as)?|no more than|<|≤|"
    r"maximum of|as much as|shorter than|younger than)\s?$",
    re.IGNORECASE,
)
_PUSHED = re.compile(
    r"\b(?:push\w*|rose|risen|rise\w*|went|climb\w*|sent|shot|drove|driven|brought|jumped|surged)\s"
    r"(?:[\w-]+\s){0,4}?up\sto\s?$",
    re.IGNORECASE,
)
_OVER = re.compile(r"\bover\s(?:the\s(?:next|following|subsequent|first)\s)?$", re.IGNORECASE)
_LONGER = re.compile(
    r"\b(?:for|after|of|lasted|lasting|took|taken|just|well|aged|since|is|was|were)\sover\s$", re.I
)
_UP_AFTER = re.compile(
    r"^\s?(?:\w+\s){0,2}?(?:or (?:more|longer|over|above|older)|and (?:more|over))\b", re.I
)
_AGE_AFTER = re.compile(r"^[\s-]?(?:old\b|of age\b|of\sage)|^[\s-]?y/?o\b|^\s?(?:F|M)\b")
_PERSON = (
    r"(?:man|woman|boy|girl|child|lady|patient|male|female|gentleman|infant|widow|teacher|worker|"
    r"student|pensioner|adult|men|women|patients|adults)"
)
_AGE_BEFORE = re.compile(
    rf"\b(?:aged|age of|ages of|age at onset|ages?|{_PERSON}(?:,)?\s(?:of|aged)|"
    rf"(?:diagnosed|onset|began|died|death|presented)\s(?:\w+\s)?at|(?:when|since|until)\s"
    rf"(?:she|he)\swas|(?:a|the) {_PERSON},)\s?$",
    re.IGNORECASE,
)
_YEARS_OLD = re.compile(r"\byears? (?:old|of age)\b|\byear-old\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """``[start, end)`` of a text says `value` `unit` (a base unit; '' counts things).

    `high` closes a range in the order written ('from 27 to 8'). `of` is the whole of 'a of b',
    `raw` the number as written.
    """

    start: int
    end: int
    kind: Kind
    value: float
    unit: str = ""
    high: float | None = None
    bound: Bound = ""
    of: float | None = None
    raw: float = 0.0


@dataclass(frozen=True, slots=True)
class _Raw:
    start: int
    end: int
    value: float
    unit: str = ""
    unit_end: int = 0
    factor: float = 1.0


def quantities(text: str, masked: Iterable[tuple[int, int]] = ()) -> tuple[Quantity, ...]:
    """The quantities of a text in order; nothing that begins in a masked stretch (names: TIF1,
    IL-6; frequencies) counts.
    """
    hidden = sorted(masked)
    raws = [r for r in _raw(text) if not any(a <= r.start < b for a, b in hidden)]
    raws = _sharing_units(text, raws)
    found = [_quantity(text, raw) for raw in raws]
    hidden += [(raw.start, raw.end) for raw in raws if raw.unit == "fraction"]  # 'a third'
    found += [_ordinal(text, m) for m in ORDINAL.finditer(text) if not _inside(m, hidden)]
    ordered = sorted(found, key=lambda q: (q.start, q.end))
    return tuple(_paired(text, _joined(text, _of_age(text, ordered))))


def _of_age(text: str, found: list[Quantity]) -> list[Quantity]:
    """'11 and 4 years old', 'aged 11 and 4': what is said of one is of both."""
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


def _inside(match: re.Match[str], hidden: Sequence[tuple[int, int]]) -> bool:
    return any(a <= match.start() < b for a, b in hidden)


def _raw(text: str) -> list[_Raw]:
    found: list[_Raw] = []
    for match in _POWER.finditer(text):
        value = float(match["a"]) * 10 ** int(match["b"])
        found.append(_with_unit(text, match.start(), match.end(), value))
    for match in _AND_A_HALF.finditer(text):
        unit, factor = units.base(match["unit"] or match["unit2"])
        value = 0.5 if match["half"] else 1.5
        found.append(_Raw(match.start(), match.end(), value, unit, match.end(), factor))
    for match in _DOZEN.finditer(text):
        count = 6.0 if match["half"] else 12.0
        found.append(_Raw(match.start(), match.end(), count, "", match.end()))
    found += [_Raw(m.start(), m.end(), 3.0, "month", m.end()) for m in _QUARTER.finditer(text)]
    for match in _TITRE.finditer(text):
        found.append(_Raw(match.start(), match.end(), value_of(match["n"]), "titre", match.end()))
    for pattern in (_NUMBER, _GLUED):
        for match in pattern.finditer(text):
            found.append(_with_unit(text, match.start(1), match.end(1), value_of(match[1])))
    found += [_with_unit(text, m.start(), m.end() - 1, 1.0) for m in _ARTICLE.finditer(text)]
    for match in _FRACTION.finditer(text):
        *times, name = re.split(r"[\s-]", match.group().lower())
        value = _PARTS[name.rstrip("s")] * _TIMES.get("".join(times), 1)
        found.append(_Raw(match.start(), match.end(), value, "fraction", match.end()))
    kept: list[_Raw] = []
    for raw in sorted(found, key=lambda r: (r.start, -r.end)):
        if not kept or raw.start >= kept[-1].end:
            kept.append(raw)
    return kept


def _with_unit(text: str, start: int, end: int, value: float) -> _Raw:
    if match := units.UNIT.match(text, end):
        unit, factor = units.base(match["unit"], match["per"])
        return _Raw(start, end, value, unit, match.end(), factor)
    before = text[max(0, start - 24) : start]
    if (match := units.PREFIX.search(before)) and not _COUNTED_UNIT.search(before):
        unit, factor = units.base(match["unit"])
        return _Raw(start, end, value, unit, end, factor)
    return _Raw(start, end, value, "", end)


def _sharing_units(text: str, raws: list[_Raw]) -> list[_Raw]:
    """'4, 12 and 24 weeks', '5 to 8 ng/mL', 'months 1, 3 and 7': the unit said once is of all."""
    shared = list(raws)
    for at in range(len(shared) - 2, -1, -1):
        left, right = shared[at], shared[at + 1]
        between = text[left.end : right.start]
        listed = _ENDS if right.unit == "%" else _LIST
        if not left.unit and right.unit not in ("", "fraction") and listed.fullmatch(between):
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


_IN_BRACKETS = re.compile(r"\s?\((?:range|IQR|interquartile range)?:?\s?$", re.IGNORECASE)
_RANGE_AHEAD = re.compile(r"\s?(?:to|-|–)\s?\d+(?:\.\d+)?\s?\)")


def _quantity(text: str, raw: _Raw) -> Quantity:
    after, before = text[raw.unit_end :], text[: raw.start]
    value = raw.value * raw.factor
    kind: Kind = "time" if units.is_time(raw.unit) else "measure" if raw.unit else "count"
    years = units.is_time(raw.unit) and raw.unit == "month"
    aged = (years and bool(_AGE_AFTER.match(after))) or _aged(before, raw, text)
    if aged:
        kind, value = "age", value / 12 if years else value
        return Quantity(raw.start, max(raw.end, raw.unit_end), kind, value, "year",
                        bound=_bound(before, after, ""))  # fmt: skip
    if kind == "count" and 1900 <= raw.value <= 2099 and text[raw.start : raw.end].isdigit():
        kind = "year"
    return Quantity(
        raw.start,
        max(raw.end, raw.unit_end),
        kind,
        value,
        raw.unit,
        bound=_bound(before, after, raw.unit),
        raw=raw.value,
    )


def _aged(before: str, raw: _Raw, text: str) -> bool:
    if raw.unit not in ("", "month") or raw.value > 110:
        return False
    if raw.unit == "" and re.match(r"\s?(?:F|M)\b", text[raw.end :]):
        return True
    return bool(_AGE_BEFORE.search(before)) and not re.match(
        r"\s?(?:of|/|out|patients|points|mm|U)\b", text[raw.end :]
    )


def _bound(before: str, after: str, unit: str) -> Bound:
    near = before[-24:]
    if _PUSHED.search(before[-60:]):
        return ""  # 'steroids pushed the glucose up to 412': that is what it came to
    if units.is_time(unit) and _OVER.search(near) and not _LONGER.search(near):
        return ""  # 'no relapse over 14 months' says how long, not that it was longer
    if _UP.search(near) or _UP_AFTER.match(after[:40]):
        return "up"
    return "down" if _DOWN.search(near) else ""


def _ordinal(text: str, match: re.Match[str]) -> Quantity:
    value = float(ordinal_of(match))
    unit = re.match(r"\s(?:week|month|year|day)\b", text[match.end() :], re.IGNORECASE)
    if unit:
        name, factor = units.base(unit.group().strip())
        return Quantity(match.start(), match.end() + unit.end(), "time", value * factor, name)
    return Quantity(match.start(), match.end(), "ordinal", value)


def _joined(text: str, found: list[Quantity]) -> list[Quantity]:
    """Two quantities of one unit with 'to' between them are a range, the first with both ends."""
    joined: list[Quantity] = []
    for one in found:
        last = joined[-1] if joined else None
        if last and last.high is None and _same_sort(last, one):
            between = text[last.end : one.start]
            anded = between.strip() == "and" and _BETWEEN.search(text[: last.start])
            moved = _FROM_TO.fullmatch(between) and _FROM.search(text[: last.start])
            if _RANGE.fullmatch(between) or anded or moved:
                joined[-1] = _closed(last, one)
                continue
        joined.append(one)
    return joined


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


def _paired(text: str, found: list[Quantity]) -> list[Quantity]:
    """'4 of 13', '19/20', 'nine out of the 14': the first knows its whole."""
    paired = list(found)
    for at in range(len(found) - 1):
        left, right = found[at], found[at + 1]
        if _PRONOUN.search(text[: left.end]):
            continue  # 'a complete one in 22'
        between = text[left.end : right.start]
        counted = left.kind == right.kind == "count" and _OF.fullmatch(between)
        cycle = left.kind == right.kind == "time" and left.unit == right.unit and _CYCLE(between)
        if counted or cycle:
            paired[at] = replace(left, of=right.value)
    return paired
