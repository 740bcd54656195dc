"""A stretch of text → the doses in it: amount or range, unit, per what, how often."""
# ruff: noqa: E501  (a table of patterns reads best one pattern to the line)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.records.frequency import FREQUENCY, per_day
from rag.records.numbers import FIGURE, number
from rag.records.record import Dose, Span

_UNITS = {"mg": "mg", "milligram": "mg", "g": "g", "gm": "g", "gram": "g", "mcg": "µg", "µg": "µg",
          "μg": "µg", "ug": "µg", "microgram": "µg", "ng": "ng", "iu": "IU", "u": "IU",
          "unit": "IU", "ml": "mL", "%": "%", "gy": "Gy", "mu": "MU", "mmol": "mmol"}  # fmt: skip
_PERS = {"kg": "kg", "m2": "m2", "m²": "m2", "d": "day", "day": "day", "24 h": "day",
         "dose": "dose", "week": "week", "wk": "week", "w": "week", "month": "month", "mo": "month", "h": "hour",
         "hour": "hour", "min": "min", "minute": "min", "ml": "mL", "cm2": "cm2",
         "infusion": "dose", "injection": "dose", "square metre": "m2", "square meter": "m2",
         "kilogram": "kg", "cycle": "cycle"}  # fmt: skip
_UNIT = r"mg|milligrams?|gm|grams?|g|mcg|µg|μg|ug|micrograms?|ng|IU|MU|units?|U|m[lL]|%|Gy|mmol"
_PER = (
    r"kg|kilograms?|m2|m²|m\^2|square met(?:re|er)s?|days?|d|24 ?h|dose|weeks?|wk|w|months?|mo|hours?|h|"
    r"min(?:ute)?|m[lL]|cm2|infusion|injection|cycle"
)
# 'l00', '6O', '3OO' of a scan: with a unit behind, the letters are figures.
_SCANNED = r"(?=[lIO]*\d)[\dlIO]{2,5}"
AMOUNT = re.compile(
    rf"(?<![\w.,/])(?P<amount>{FIGURE}|{_SCANNED})(?:\s?(?:-|–|to)\s?(?P<to>{FIGURE}))?[\s-]?"
    rf"(?P<unit>{_UNIT})(?![A-Za-z²])"
    rf"(?P<per>(?:(?:\s?/\s?|\s+per\s+)(?:{_PER})(?![A-Za-z]))*)"
    r"(?P<weight>\s(?:of\s)?body ?weight)?(?P<rest>\s?/\s?[\w^]+)?"
)
# '14 mg/dL', '40 U/L', '41 ml/min', '300 mg/day of protein': what is measured, not what is given.
_MEASURED_PER = {"day": {"mL", "g"}, "min": {"mL"}, "hour": {"mL"}}
_ROUTE = (
    r"oral(?:ly)?|intravenous(?:ly)?|subcutaneous(?:ly)?|intramuscular(?:ly)?|topical(?:ly)?|"
    r"intralesional(?:ly)?|by mouth|IV|i\.v\.|SC|s\.c\.|p\.o\.|PO|IM|i\.m\.|"
    r"by (?:subcutaneous |intravenous |intramuscular )?(?:injection|infusion)"
)
# What may stand between an amount and its frequency.
_BETWEEN = re.compile(
    rf"^\.?\)?(?:\s|,|\b(?:{_ROUTE})(?!\w)|\b(?:was|were|has|had|been|given|taken|infused|injected|applied|"
    r"started|administered|begun|added|prescribed|used|thereafter|of|a|an|as|at|in|the|single|dose|doses|divided|two|"
    r"three|ointment|cream|lotion|foam|gel|solution|shampoo|gauze|tablets?|capsules?|laid|put|rubbed|ulcers|lesions|skin|scalp|face|each|course|courses|"
    r"infusions?|injections?|pulses?|once|subcutaneous|intravenous|drug|and|on|over|for|days?|"
    r"consecutive|successive|\d+|four|five|repeated|then|weeks?|under|occlusion|with|meals|XR|SR|MR|ER|extended-release|slow-release|modified-release)\b"
    r"|\([^()]{0,40}\)|(?:\d{1,2} )?(?:January|February|March|April|May|June|July|August|September|October|November|"
    r"December)(?: \d{1,2},)?(?: \d{4})?)*$",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"^(?:\s|,|\b(?:{_ROUTE})(?!\w)|\b(?:doses?|pulses?|infusions?|injections?|courses?|of|at|low-dose|"
    r"a|an|the|up|to)\b)*$",
    re.IGNORECASE,
)
_REACH = 60  # characters between an amount and its frequency
# 'Raised by 500 mg a week', 'in steps of 5 mg', 'a cumulative dose of 7.4 g': 'the usual dose is 1 g': no dose that is taken.
_SUM_OR_STEP = re.compile(
    r"\b(?:(?:rais|increas|reduc|lower|taper|decreas|escalat|titrat|wean|cut|step|build)\w*(?: \w+){0,4}? by(?: about)?|"
    r"(?:steps|increments|decrements|stages) of|(?:cumulative|total|overall) (?:\w+ )?(?:doses?|amounts?)(?: of \w+)?(?: (?:was|had been|reached|of|being))*"
    r"|\b(?:usual|recommended|standard|approved|customary|licensed|maximal|maximum) (?:[\w-]+ )?doses?\b[^,;.]{0,60} (?:is|are)(?: up to)?"
    r"|\b(?:amount(?:ed|ing)|added up|adding up|totall?ing|summing) to)(?: (?:about|some|nearly|almost|only))? $",
    re.IGNORECASE,
)
_LEAD = 60  # characters before an amount that say that it is a sum or a step
_FORM = re.compile(
    r"^\s?(?:\w+ )?(?:ointment|cream|lotion|foam|gel|solution|shampoo|spray|drops|paste|powder|twice"
    r"|once|daily|nightly|was applied|applied)", re.IGNORECASE,
)  # fmt: skip


def parse_dose(said: str) -> Dose | None:
    """The first dose in a few words, with its frequency; None where no amount is given."""
    found = doses(said)
    return found[0][1] if found else None


def doses(
    text: str, drugs: Sequence[Span] = (), *, percent: bool = True
) -> tuple[tuple[Span, Dose], ...]:
    """The doses in a sentence with where they stand, in order; values that are measured are none.

    `drugs` are where drug names stand: one may stand between an amount and its frequency, two
    may not. Without `percent`, strengths count only beside a drug or a preparation.
    """
    amounts = [
        match
        for match in AMOUNT.finditer(text)
        if _is_dose(match, text, drugs)
        and not _SUM_OR_STEP.search(text[max(0, match.start() - _LEAD) : match.start()])
        and (percent or match["unit"] != "%" or _strength(match, text, drugs))
    ]
    # '2 mg/kg (50 mg) daily': the bracket says the same dose once more.
    amounts = [m for n, m in enumerate(amounts) if not (n and _again(text, amounts[n - 1], m))]
    often = [match.span() for match in FREQUENCY.finditer(text)]
    found: list[tuple[Span, Dose]] = []
    for at, match in enumerate(amounts):
        # 'X 15 mg weekly, Y 4 mg/kg': what has been said of X is not said of Y.
        often = [one for one in often if not found or one[0] >= found[-1][0][1]]
        last = amounts[at - 1].end() if at else 0
        following = amounts[at + 1].start() if at + 1 < len(amounts) else len(text)
        span, frequency = _with_frequency(text, match, often, (last, following), drugs)
        found.append((span, _dose(text[span[0] : span[1]], match, frequency)))
    return tuple(_shared(text, found, drugs))


def same_dose(one: Dose, other: Dose) -> bool:
    """Whether two doses agree in amount, unit, what they are per, and how often.

    Grams are milligrams, 'per day' is 'daily', and a year is twelve months. An absent part agrees
    with an absent one only.
    """
    return _comparable(one) == _comparable(other)


_SCALE = {"g": ("mg", 1000.0), "µg": ("mg", 0.001)}


def _comparable(dose: Dose) -> tuple[object, ...]:
    unit, scale = _SCALE.get(dose.unit, (dose.unit, 1.0))
    each = sorted(p for p in dose.per if p not in ("day", "week", "month", "dose"))
    often = per_day(dose.frequency) if dose.frequency else None
    if often is None:
        often = next((per_day(p) for p in dose.per if p in ("day", "week", "month")), None)
    amounts = [None if a is None else round(a * scale, 6) for a in (dose.amount, dose.amount_to)]
    return (*amounts, unit, tuple(each), often)


def _dose(said: str, match: re.Match[str], frequency: str) -> Dose:
    return Dose(
        said,
        number(match["amount"].translate(_AS_FIGURES)),
        number(match["to"]) if match["to"] else None,
        _unit(match["unit"]),
        tuple(_pers(match["per"])),
        frequency,
    )


_AS_FIGURES = str.maketrans("lIO", "110")


def _unit(words: str) -> str:
    return _UNITS.get(words.lower().rstrip("s") if len(words) > 2 else words.lower(), words)


def _pers(words: str) -> Iterator[str]:
    for part in re.split(r"\s?/\s?|\s+per\s+", words):
        if part := part.strip().lower().replace("^", ""):
            yield _PERS.get(part) or _PERS.get(part.rstrip("s")) or part


def _is_dose(match: re.Match[str], text: str, drugs: Sequence[Span]) -> bool:
    if match["rest"]:  # '/dL', '/L', '/mm3'
        return False
    unit, pers = _unit(match["unit"]), list(_pers(match["per"]))
    if unit in ("IU", "ng") and pers and pers[0] in ("mL", "hour"):
        return False
    if unit in ("ng", "µg", "g") and pers[:1] == ["mL"]:
        return False
    if re.match(r"\s?(?:per (?:lit|dec|mil)|protein)", text[match.end() :]):
        return False
    if not any(unit in _MEASURED_PER.get(per, ()) for per in pers[:1]):
        return True
    # 'Mycophenolate 3 g/day' is given; '3 g/day' of protein alone is measured.
    return unit == "g" and (match.start() == 0 or _beside(match, drugs))


def _beside(match: re.Match[str], drugs: Sequence[Span]) -> bool:
    near = any(0 <= match.start() - end <= 12 for _, end in drugs)
    return near or any(0 <= start - match.end() <= 12 for start, _ in drugs)


def _again(text: str, before: re.Match[str], match: re.Match[str]) -> bool:
    return text[before.end() : match.start()].strip() == "(" and text[match.end() :][:1] == ")"


_WEAKEST_SHARE = 10
"""Per cent in brackets behind a drug, or 'in' so many, from which it is a share of patients: creams
are weaker."""
_OF_PATIENTS = re.compile(r"(?:\bin|\bof|\()\s?$")


def _strength(match: re.Match[str], text: str, drugs: Sequence[Span]) -> bool:
    figure = re.match(r"\d+", match.group())
    strong = figure is not None and int(figure.group()) >= _WEAKEST_SHARE
    if strong and _OF_PATIENTS.search(text[: match.start()]):
        return False  # 'immunoglobulin (75%)', 'methotrexate in 50%'
    return _beside(match, drugs) or bool(_FORM.match(text[match.end() :]))


def _with_frequency(
    text: str,
    match: re.Match[str],
    often: Sequence[Span],
    bounds: Span,
    drugs: Sequence[Span],
) -> tuple[Span, str]:
    """The span of a dose with its frequency, and the frequency's words."""
    start, end = match.span()
    daily = {"day", "week", "month"} & set(_pers(match["per"]))
    for first, last in often:
        if daily and re.search(r"\band\b", text[end:first]):
            break  # 'mycophenolate 2 g/day and monthly immunoglobulin'
        if end <= first < min(bounds[1], end + _REACH) and _joined(text, end, first, drugs):
            return (start, last), text[first:last]
    for first, last in reversed(often):
        if bounds[0] <= first and last <= start and start - last <= _REACH:
            gap = _without(text, last, start, drugs)
            if gap is not None and _BEFORE.match(gap):
                return (first, end), text[first:last]
    return (start, end), ""


def _joined(text: str, end: int, first: int, drugs: Sequence[Span]) -> bool:
    gap = _without(text, end, first, drugs)
    return gap is not None and bool(_BETWEEN.match(gap))


def _without(text: str, start: int, end: int, drugs: Sequence[Span]) -> str | None:
    """The text between two places without the drug in it; None when there are two drugs."""
    inside = [(a, b) for a, b in drugs if start <= a and b <= end]
    if len(inside) > 1:
        return None
    for a, b in inside:
        return f"{text[start:a]} {text[b:end]}"
    return text[start:end]


_AND = re.compile(r"^,?\s*(?:and|or|plus|with|combined with|together with|,)\s*$")


def _shared(
    text: str, found: list[tuple[Span, Dose]], drugs: Sequence[Span]
) -> Iterator[tuple[Span, Dose]]:
    """'prednisolone 7.5 mg and azathioprine 100 mg daily': a frequency said once for both."""
    for at, (span, dose) in enumerate(found):
        if not dose.frequency and not {"day", "week"} & set(dose.per) and at + 1 < len(found):
            (start, _), other = found[at + 1]
            gap = _without(text, span[1], start, drugs)
            often = per_day(other.frequency) if other.frequency else None
            # Weekly methotrexate beside daily prednisone says nothing of the prednisone.
            if often is not None and often >= 1 and gap is not None and _AND.match(gap):
                dose = replace(dose, frequency=other.frequency)
        yield span, dose
