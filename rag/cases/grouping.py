"""Patients by treatment (subtype, antibody …): how many, in which reports, with what response."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import Literal

from rag.cases.facets import KINDS_OF_FINDING
from rag.cases.wish import RESPONSES
from rag.errors import FilterError
from rag.lexicon import lexicon
from rag.number_words import CARDINALS, spelt
from rag.records.record import CaseRecord
from rag.search_text import age_group

GroupKey = Literal[
    "treatment", "prior", "drug", "feature", "antibody", "subtype", "sex", "response", "age group"
]
KEYS: tuple[GroupKey, ...] = (
    "treatment", "prior", "drug", "feature", "antibody", "subtype", "sex", "response", "age group",
)  # fmt: skip
NOT_REPORTED = "not reported"

_DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.44, "year": 365.25}
_TIME = re.compile(
    rf"\b(?P<n>\d+(?:\.\d+)?|{'|'.join(spelt(1, 12))}|an?)"
    r"(?:\s*(?:-|–|to)\s*(?P<to>\d+(?:\.\d+)?))?"
    r"[\s-]+(?P<unit>hour|day|week|month|year)s?\b",
    re.IGNORECASE,
)


_STOPPED = re.compile(
    r"(?:withdrawal|withholding|discontinuation|cessation|stopping|removal) of\b", re.IGNORECASE
)
"""To stop a drug is a treatment of its own, not the drug."""


@dataclass(frozen=True, slots=True)
class Group:
    """The patients who share a value: their rows' records, counted.

    `responses` has every response in a fixed order, those not reported last. `days` is the median
    time to response of the `timed` patients for whom one is stated.
    """

    value: str
    patients: tuple[CaseRecord, ...]
    reports: tuple[str, ...]
    responses: dict[str, int]
    days: float | None
    timed: int


def group_key(said: str) -> GroupKey:
    """The key that a word names. Raises FilterError."""
    words = said.strip().lower().replace("-", " ").replace("_", " ").removesuffix("s")
    for key in KEYS:
        if words in (key, key.removesuffix("s")):
            return key
    known = ", ".join(key.replace(" ", "-") for key in KEYS)
    raise FilterError(f"--group-by {said}: not known; use one of {known}")


def grouped(cases: Iterable[CaseRecord], key: GroupKey, only: Sequence[str] = ()) -> list[Group]:
    """The groups, the largest first, then by name; a patient may be in several.

    `only` names the values that are wanted, in either spelling ('ECMO' or 'ecmo').
    """
    wanted = {value.lower() for value in only}
    members: dict[str, list[CaseRecord]] = {}
    for case in cases:
        for value in values_of(case, key):
            members.setdefault(value, []).append(case)
    groups = [
        group_of(value, found)
        for value, found in members.items()
        if not wanted or value.lower() in wanted
    ]
    return sorted(groups, key=lambda g: (g.value == NOT_REPORTED, -len(g.patients), g.value))


def values_of(case: CaseRecord, key: GroupKey) -> list[str]:
    """A patient's values under a key, in the lexicon's names; 'not reported' where none is."""
    found: list[str] = []
    if key in ("treatment", "prior", "drug"):
        for therapy in case.therapies:
            if key == "drug" or therapy.prior == (key == "prior"):
                stopped = _STOPPED.match(therapy.drug.value)
                drug = therapy.drug.value
                found += [drug.lower()] if stopped else _named(drug, ("drug",))
    elif key in ("feature", "antibody"):
        kinds = ("antibody",) if key == "antibody" else KINDS_OF_FINDING
        for finding in case.findings:
            if finding.state.value == "present" and (finding.kind == "antibody") == (
                key == "antibody"
            ):
                found += _named(finding.name, kinds)
    elif key == "age group":
        group = age_group(case.age.value if case.age else None)
        found += [group] if group else []
    else:
        field = {"subtype": case.subtype, "sex": case.sex}.get(key, case.response)
        if field is not None and field.value != "not stated":
            found += [str(field.value)]
    return list(dict.fromkeys(found)) or [NOT_REPORTED]


def spelling(value: str) -> str:
    """A value of a group as people write it: 'anti-MDA5' for 'anti-mda5'; else as it is."""
    return _spellings().get(value, value)


@cache
def _spellings() -> dict[str, str]:
    return {concept.name.lower(): concept.name for concept in lexicon().concepts()}


def _named(wording: str, kinds: Sequence[str]) -> list[str]:
    names = [m.concept.name for m in lexicon().find(wording) if m.concept.kind in kinds]
    return [name.lower() for name in dict.fromkeys(names)] or [wording.lower()]


def group_of(value: str, cases: Sequence[CaseRecord]) -> Group:
    """The patients of one value, counted."""
    said = Counter(
        case.response.value if case.response and case.response.value in RESPONSES else NOT_REPORTED
        for case in cases
    )
    times = [t for c in cases if c.time_to_response and (t := days(c.time_to_response.value))]
    return Group(
        value,
        tuple(cases),
        tuple(sorted({case.report_id for case in cases})),
        {name: said[name] for name in (*RESPONSES, NOT_REPORTED) if said[name]},
        median(times) if times else None,
        len(times),
    )


def days(wording: str) -> float | None:
    """The first time in a wording, in days ('within a week' is 7); a range counts by its middle."""
    match = _TIME.search(wording)
    if match is None:
        return None
    said = match["n"].lower()
    number = 1.0 if said in ("a", "an") else None
    if number is None:
        number = float(said) if said[0].isdigit() else float(CARDINALS[said])
    if match["to"]:
        number = (number + float(match["to"])) / 2
    return number * _DAYS[match["unit"].lower()]


def time_words(value: float | None) -> str:
    """'14 days', '3 months': a time for people; '' for none."""
    if value is None:
        return ""
    for unit, least in (("year", 730.0), ("month", 90.0), ("week", 21.0)):
        if value >= least:
            return f"{value / _DAYS[unit]:.1f}".rstrip("0").rstrip(".") + f" {unit}s"
    return f"{value:.1f}".rstrip("0").rstrip(".") + " days"


def group_row(group: Group) -> dict[str, object]:
    """A group as the cells of a table."""
    return {
        "value": spelling(group.value),
        "patients": len(group.patients),
        "reports": len(group.reports),
        **{name.replace(" ", "_"): group.responses.get(name, 0) for name in
           (*RESPONSES, NOT_REPORTED)},
        "median_time_to_response": time_words(group.days),
        "timed": group.timed,
        "report_ids": list(group.reports),
    }  # fmt: skip
