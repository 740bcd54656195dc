"""A text → its quantities: value, unit, range, bound, and whether they are an age or a year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.verify import units
from rag.verify.number_words import ORDINAL, ordinal_of
from rag.verify.quantity import Bound, Kind, Quantity
from rag.verify.ranges import joined, of_age, paired
from rag.verify.written import Written, sharing_units, written

_UP = re.compile(
    r"(?:more than|over|above|at least|exceed\w*|greater than|longer than|older than|>|≥|"
    r"minimum of)(?:\sthe\sage\sof)?\s?$",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"(?:less than|fewer than|under|at or below|below|at most|up to(?: as much as)?|"
    r"no more than|<|≤|"
    r"maximum of|as much as|shorter than|younger than)(?:\sthe\sage\sof)?\s?$",
    re.IGNORECASE,
)
_NO_MORE = re.compile(
    r"\bno(?:t)? (?:more|longer|later|higher|greater) than\s$|"
    r"\b(?:never|not|n't)\s(?:\w+\s)?exceed\w*\s$|"
    r"\b(?:never|not|n't)\s(?:rose|rise|risen|went|go|gone|climb\w*|been|was|were)\s(?:above|over)\s$",
    re.IGNORECASE,
)
_NOT_BELOW = re.compile(
    r"\b(?:cannot|not|n't|never|unable|impossible|failed|difficult)\b[^.;,]{0,45}\b(?:below|under)\s$",
    re.IGNORECASE,
)
_PUSHED = re.compile(
    r"\b(?:push\w*|rose|risen|rise\w*|went|climb\w*|sent|shot|drove|driven|brought|jumped|surged|gone|come|came)\s"
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
_AGE_AFTER = re.compile(r"^[\s-]?(?:old\b|of age\b|of\sage)|^[\s-]?y\.?/?o\b|^\s?(?:F|M)\b")
_IS_COUNTED = re.compile(r"\s?(?:/|out of)\s?\d")  # '2015 out of 2052' is no year
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


def quantities(text: str, masked: Iterable[tuple[int, int]] = ()) -> tuple[Quantity, ...]:
    """The quantities of a text in order; nothing that begins in a masked stretch (names: TIF1,
    IL-6; frequencies) counts.
    """
    hidden = sorted(masked)
    raws = [r for r in written(text) if not any(a <= r.start < b for a, b in hidden)]
    raws = sharing_units(text, raws)
    found = [_quantity(text, raw) for raw in raws]
    hidden += [(raw.start, raw.end) for raw in raws if raw.unit == "fraction"]  # 'a third'
    found += [_ordinal(text, m) for m in ORDINAL.finditer(text) if not _inside(m, hidden)]
    ordered = sorted(found, key=lambda q: (q.start, q.end))
    return tuple(paired(text, joined(text, of_age(text, ordered))))


def _inside(match: re.Match[str], hidden: Sequence[tuple[int, int]]) -> bool:
    return any(a <= match.start() < b for a, b in hidden)


def _quantity(text: str, raw: Written) -> Quantity:
    after, before = text[raw.unit_end :], text[: raw.start]
    value = raw.value * raw.factor
    kind: Kind = "time" if units.is_time(raw.unit) else "measure" if raw.unit else "count"
    years = units.is_time(raw.unit) and raw.unit == "month"
    old = _AGE_AFTER.match(after) or _AGE_AFTER.match(text[raw.end : raw.unit_end])
    aged = (years and bool(old)) or _aged(before, raw, text)
    if aged:
        kind, value = "age", value / 12 if years else value
        return Quantity(raw.start, max(raw.end, raw.unit_end), kind, value, "year",
                        bound=_bound(before, after, ""))  # fmt: skip
    written_so = kind == "count" and text[raw.start : raw.end].isdecimal()
    if written_so and 1900 <= raw.value <= 2099 and not _IS_COUNTED.match(after):
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


def _aged(before: str, raw: Written, text: str) -> bool:
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
    if _NOT_BELOW.search(before[-60:]):
        return ""  # 'could not be tapered below 10 mg': that is where it stays
    if _NO_MORE.search(near):
        return "down"  # though 'more than' alone would be the other bound
    if _UP.search(near) or _UP_AFTER.match(after[:40]):
        return "up"
    return "down" if _DOWN.search(near) else ""


def _ordinal(text: str, match: re.Match[str]) -> Quantity:
    value = float(ordinal_of(match))
    unit = re.match(r"\s(?:week|month|year|day)\b", text[match.end() :], re.IGNORECASE)
    if unit:
        name, factor = units.base(unit.group().strip())
        return Quantity(
            match.start(), match.end() + unit.end(), "time", value * factor, name, raw=value
        )
    return Quantity(match.start(), match.end(), "ordinal", value)
