"""Units as they are written → one base unit of each kind, so that 1 g is 1000 mg.

Only exact equalities count: a week is 7 days and a year is 12 months, but four weeks are not a
month.
"""

from __future__ import annotations

import re

# Written form (a regular expression) → base unit and factor. Capitals do not count.
_UNITS: tuple[tuple[str, str, float], ...] = (
    (r"mg|milligrams?", "mg", 1.0),
    (r"g|grams?|gm", "mg", 1000.0),
    (r"[µμu]g|mcg|micrograms?", "mg", 1e-3),
    (r"ng|nanograms?", "mg", 1e-6),
    (r"kg|kilograms?|kilos?", "kg", 1.0),
    (r"lbs?|pounds?", "lb", 1.0),
    (r"ml|millilit(?:re|er)s?", "ml", 1.0),
    (r"l|lit(?:re|er)s?", "ml", 1000.0),
    (r"dl", "ml", 100.0),
    (r"i\.?u\.?|ui|units?|u", "u", 1.0),
    (r"mmol", "mmol", 1.0),
    (r"mm", "mm", 1.0),
    (r"cm|centimet(?:re|er)s?", "mm", 10.0),
    (r"%|per ?cent", "%", 1.0),
    (r"°\s?c|degrees? celsius", "°c", 1.0),
    (r"°|degrees?", "°", 1.0),
    (r"auc", "auc", 1.0),
    (r"minutes?|min", "minute", 1.0),
    (r"hours?|hrs?|h", "hour", 1.0),
    (r"days?|d", "day", 1.0),
    (r"weeks?|wks?", "day", 7.0),
    (r"fortnights?", "day", 14.0),
    (r"months?|mths?|mos?", "month", 1.0),
    (r"years?|yrs?", "month", 12.0),
    (r"y\.?/?o", "month", 12.0),
    (r"decades?", "month", 120.0),
    (r"cells", "cells", 1.0),
)
_PER: dict[str, tuple[str, float]] = {
    "kg": ("kg", 1.0), "kilogram": ("kg", 1.0), "kilogramme": ("kg", 1.0), "kilo": ("kg", 1.0),
    "m2": ("m2", 1.0), "m²": ("m2", 1.0), "dose": ("dose", 1.0),
    "ml": ("ml", 1.0), "l": ("ml", 1e-3), "litre": ("ml", 1e-3), "liter": ("ml", 1e-3),
    "dl": ("ml", 1e-2), "mm3": ("ml", 1e3), "microlitre": ("ml", 1e3), "microliter": ("ml", 1e3),
    "µl": ("ml", 1e3), "min": ("minute", 1.0), "minute": ("minute", 1.0), "h": ("hour", 1.0),
    "hour": ("hour", 1.0),
}  # fmt: skip
"""What a unit is counted per → its base, and the factor to that: 7 ng/mL is 7 µg/L."""
_PER_WORDS = "|".join(sorted(map(re.escape, _PER), key=len, reverse=True))
_NAMES = "|".join(f"(?:{pattern})" for pattern, _, _ in _UNITS)

_BETWEEN = (
    r"(?:\s(?:consecutive|full|whole|more|further|additional|extra|subsequent|successive|complete|"
    r"long|short|entire|calendar)(?=\s))?(?:\s\((?:SD\s|±\s?)?\d+(?:\.\d+)?\)(?=\s))?"
)
"""What may stand between a number and its unit: 'six consecutive months', '4 (1.4) months'."""

UNIT = re.compile(
    rf"{_BETWEEN}[\s-]{{0,2}}(?P<unit>{_NAMES})(?![^\W\d_])"
    rf"(?:(?:\sof\s[a-z]+)?\s?(?:/|per\s)\s?(?P<per>{_PER_WORDS})(?![^\W_]))?(?:\s?body\s?weight)?",
    re.IGNORECASE,
)
"""A unit right behind a number: 'mg', '-week', ' g per kg body weight'. The day of 'mg/day' is no
part of it: that is how often (`rag.verify.frequency`)."""

PREFIX = re.compile(
    r"(?<!\ba )(?<!per )(?<!each )(?<!every )\b(?P<unit>days?|weeks?|months?|years?|auc)\s$",
    re.IGNORECASE,
)
"""A unit before its number: 'week 12', 'AUC 5'."""

TIMES = ("minute", "hour", "day", "month")
MASSES = ("mg", "u", "ml", "%", "cells", "auc")
"""Base units in which drugs are dosed, alone or per something."""

_COMPILED = tuple((re.compile(f"(?:{p})", re.IGNORECASE), base, f) for p, base, f in _UNITS)


def base(unit: str, per: str | None = None) -> tuple[str, float]:
    """The base unit of a written one and the factor to it: ('g', 'kg') is ('mg/kg', 1000)."""
    name, factor = next((b, f) for p, b, f in _COMPILED if p.fullmatch(unit))
    if not per:
        return name, factor
    below, share = _PER[per.lower()]
    return f"{name}/{below}", factor * share


def is_time(unit: str) -> bool:
    """Whether a base unit counts time."""
    return unit in TIMES


def is_dose(unit: str) -> bool:
    """Whether a drug can be dosed in a base unit."""
    return unit.split("/")[0] in MASSES and unit != "u/ml"
